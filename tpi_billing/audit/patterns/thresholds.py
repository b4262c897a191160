"""When a figure is out of the ordinary: the shipped thresholds, and a workspace's own."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from tpi_billing.audit.patterns.pattern import Pattern
from tpi_billing.codes.toml import TomlFile, TomlTable
from tpi_billing.errors import ConfigurationError

FILE_NAME = "thresholds.toml"


_MOST_DIGITS = 12
"""Before the dot and behind it: `1e999999999` is a number, too, and would be worked out whole."""
_A_WEEK = 7 * 24 * 60
"""Minutes that one pattern may be given at most."""


def _number(text: str) -> str:
    try:
        number = Decimal(text)
        fine = number.is_finite() and -_MOST_DIGITS <= number.adjusted() <= _MOST_DIGITS
    except InvalidOperation:
        fine = False
    if not fine:
        raise ValueError('must be a number between quotes, such as "2.5"')
    return text


def _minutes(text: str) -> str:
    if not 0 < Decimal(_number(text)) <= _A_WEEK:
        raise ValueError(f'must be above 0 and at most {_A_WEEK}, between quotes, such as "15"')
    return text


Number = Annotated[str, Field(strict=True), AfterValidator(_number)]
Whole = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Positive = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Minutes = Annotated[str, Field(strict=True), AfterValidator(_minutes)]
Months = Annotated[int, Field(strict=True, ge=0, le=1_200)]


class _Reasoned(TomlTable):
    reason: Annotated[str, Field(min_length=1)]


class Statistics(_Reasoned):
    """What holds for every pattern; the TOML file says what each number means."""

    outlier_deviations: Number | None = None
    least_peers: Positive | None = None
    past_months: Months | None = None
    least_past_months: Positive | None = None
    profile_deviations: Number | None = None


class Time(_Reasoned):
    """How long one pattern may take, in minutes."""

    minutes_a_pattern: Minutes


class Parameter(_Reasoned):
    """A whole number that patterns may ask for by its name."""

    value: Annotated[int, Field(strict=True, ge=-1_000_000_000, le=1_000_000_000)]


class Threshold(_Reasoned):
    """When one pattern's figure stands out; None is not told here."""

    least: Positive | None = None
    spread_percent: Whole | None = None
    least_difference: Number | None = None
    direction: Literal["high", "both"] | None = None
    limit: Number | None = None
    least_cases: Positive | None = None


class Defaults(TomlTable):
    """For patterns without a section of their own."""

    measure: Threshold | None = None
    cases: Threshold | None = None


class _File(TomlTable):
    statistics: Statistics | None = None
    time: Time | None = None
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    defaults: Defaults = Defaults()
    measures: dict[str, Threshold] = Field(default_factory=dict)
    cases: dict[str, Threshold] = Field(default_factory=dict)


class Limits(TomlTable):
    """The thresholds of one pattern, every one told; numbers in the unit of the pattern."""

    least: int
    spread_percent: int
    least_difference: Fraction
    both_directions: bool
    limit: Fraction | None
    least_cases: int


class Thresholds:
    """The shipped thresholds with a workspace's own in front of them."""

    def __init__(self, shipped: _File, own: _File | None = None) -> None:
        self._layers = [shipped] if own is None else [own, shipped]

    @classmethod
    def load(cls, folder: Path | None = None) -> "Thresholds":
        """Read them; `folder` is where a workspace keeps its patterns.

        Raise ConfigurationError with everything that is wrong with the workspace's file.
        """
        with as_file(files("tpi_billing.audit.patterns").joinpath(FILE_NAME)) as path:
            shipped = TomlFile(path).parse(_File)
        own = folder / FILE_NAME if folder is not None else None
        if own is None or not own.exists():
            return cls(shipped)
        return cls(shipped, TomlFile(own).parse(_File))

    @property
    def outlier(self) -> float:
        """How many robust deviations make an outlier."""
        return float(self._statistic("outlier_deviations"))

    @property
    def profile(self) -> float:
        """How many standard deviations draw a letter from MSP."""
        return float(self._statistic("profile_deviations"))

    @property
    def least_peers(self) -> int:
        """How many others there must be to compare with."""
        return int(self._statistic("least_peers"))

    @property
    def past_months(self) -> int:
        """How many months before the period are the past."""
        return int(self._statistic("past_months"))

    @property
    def least_past_months(self) -> int:
        """How many of them there must be with figures."""
        return int(self._statistic("least_past_months"))

    @property
    def minutes_a_pattern(self) -> str:
        """How many minutes a pattern may take, as the file says it."""
        return str(
            _first([layer.time for layer in self._layers if layer.time], "minutes_a_pattern")
        )

    def parameters(self, pattern: Pattern) -> dict[str, int]:
        """Return what a pattern asks for; ConfigurationError for one that nobody told."""
        found: dict[str, int] = {}
        for name in pattern.parameters:
            told = [layer.parameters[name] for layer in self._layers if name in layer.parameters]
            if not told:
                raise ConfigurationError(
                    f"The pattern asks for the parameter {name}, which is not told.",
                    hint=f"Write [parameters.{name}] with value and reason into {FILE_NAME}.",
                    file=pattern.file,
                    row=1,
                )
            found[name] = told[0].value
        return found

    def of(self, pattern: Pattern) -> Limits:
        """Return the thresholds of a pattern: its own ones first, then those of its kind."""
        sections = [
            (layer.measures if pattern.kind == "measure" else layer.cases).get(pattern.id)
            for layer in self._layers
        ]
        told = [section for section in sections if section is not None]
        if not told:
            told = [
                each
                for layer in self._layers
                if (each := getattr(layer.defaults, pattern.kind)) is not None
            ]
        limit = _first(told, "limit")
        return Limits(
            least=_first(told, "least") or 1,
            spread_percent=_first(told, "spread_percent") or 0,
            least_difference=Fraction(_first(told, "least_difference") or "0"),
            both_directions=_first(told, "direction") == "both",
            limit=None if limit is None else Fraction(limit),
            least_cases=_first(told, "least_cases") or 1,
        )

    def parameter_reason(self, name: str) -> str:
        """Return why a parameter that is told is what it is, as part of a sentence."""
        told = next(layer.parameters[name] for layer in self._layers if name in layer.parameters)
        return " ".join(told.reason.split()).rstrip(".")

    def reason(self, pattern: Pattern) -> str:
        """Return why the thresholds of a pattern are what they are."""
        for layer in self._layers:
            section = (layer.measures if pattern.kind == "measure" else layer.cases).get(pattern.id)
            if section is not None:
                return " ".join(section.reason.split())
        return ""

    def _statistic(self, name: str) -> Any:
        return _first([layer.statistics for layer in self._layers if layer.statistics], name)


def _first(sections: Any, name: str) -> Any:
    """Return the first value that is told."""
    return next((v for each in sections if (v := getattr(each, name)) is not None), None)
