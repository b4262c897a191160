"""The clinic's configuration, `tpi-billing.toml`: read, validated, and every mistake named.

Keys are a contract (design, section 9). An unknown key is an error with a suggestion.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from tpi_billing.errors import ConfigurationError, Trouble
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Severity
from tpi_billing.model.money import HalfCent
from tpi_billing.model.session import COLUMN
from tpi_billing.toml_faults import WRITE_A_DAY, parse_toml, plain_fault
from tpi_billing.toml_lines import Place, TomlLines
from tpi_billing.whole_files import read_whole

FILE_NAME = "tpi-billing.toml"

_SHAPES = {
    r"^[0-9A-Z]{5}$": "five digits or capital letters",
    r"^[0-9A-Z]{2}$": "two digits or capital letters",
    r"^[A-Z]$": "one capital letter",
    r"^\d{5}$": "five digits",
}
_FIVE, _TWO, _LETTER, _DIGITS = _SHAPES
_LENGTHS = {_FIVE: "five", _TWO: "two", _DIGITS: "five"}
_COUNT = {"five": 5, "two": 2}


def _canonical(name: str) -> str:
    if name not in COLUMN:
        raise ValueError("is not a column of a session")
    return name


MspNumber = Annotated[str, Field(pattern=_FIVE)]
ColumnName = Annotated[str, AfterValidator(_canonical)]
Setting = Literal["error", "warning", "info", "off"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clinic(_Section):
    """Who bills: the data centre, the payee, and where the clinic is."""

    name: str
    data_centre: MspNumber
    payee_number: MspNumber
    location_code: Annotated[str, Field(pattern=_LETTER)]
    clarification_code: Annotated[str, Field(pattern=_TWO)] = "00"
    facility_number: MspNumber = "00000"
    contact_name: str = ""
    contact_phone: str = ""


Specialty = Literal["family", "anesthesiology", "physical-medicine", "other"]


class Practitioner(_Section):
    """Someone who treats and bills; without `fee_items` every item is allowed."""

    number: MspNumber
    name: str
    specialty: Specialty
    payee_number: MspNumber | None = None
    active_from: date | None = None
    active_to: date | None = None
    fee_items: tuple[Annotated[str, Field(pattern=_DIGITS)], ...] | None = None

    def active_on(self, day: date) -> bool:
        """Tell whether `day` lies between the first and the last active day, both included."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )


class Policy(_Section):
    """What MSP leaves open and the clinic decides."""

    referral_for_treatment: Literal["required", "optional"] = "required"
    due_soon_days: Annotated[int, Field(strict=True, ge=0, le=90)] = 14
    half_cent: HalfCent = "half-up"
    series_min_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 10
    series_length: Annotated[int, Field(strict=True, ge=1, le=100)] = 5
    daily_volume: Literal["applies", "exempt"] = "applies"


class Mapping(_Section):
    """How one record system's export says what our columns say."""

    sheet: str | None = None
    dates: tuple[str, ...] = ()
    columns: dict[ColumnName, str] = Field(default_factory=dict)
    values: dict[ColumnName, dict[str, str]] = Field(default_factory=dict)


class Teleplan(_Section):
    """Where MSP is reached. The password is never here: keyring or environment.

    One transmission has a limit of records and of dollars; MSP's figures are not published, so
    a batch beyond these is split into several files.
    """

    url: str = "https://teleplan.hnet.bc.ca/TeleplanBroker"
    username: str = ""
    max_records: Annotated[int, Field(strict=True, ge=3)] = 9_000
    max_dollars: Annotated[int, Field(strict=True, ge=1)] = 900_000


class Config(_Section):
    """Everything `tpi-billing.toml` says."""

    database: str = "sqlite:///ledger.db"
    clinic: Clinic
    practitioners: tuple[Practitioner, ...] = Field(min_length=1)
    policy: Policy = Policy()
    checks: dict[str, Setting] = Field(default_factory=dict)
    mappings: dict[str, Mapping] = Field(default_factory=dict)
    teleplan: Teleplan = Teleplan()

    def practitioner(self, number: str) -> Practitioner | None:
        """Return the practitioner with that MSP number, None when the clinic has none."""
        return next((p for p in self.practitioners if p.number == number), None)

    def severity(self, check_id: str) -> Severity | None:
        """Return the severity of a check for this clinic; None when it is switched off."""
        setting = self.checks.get(check_id, CHECK[check_id].severity)
        return None if setting == "off" else Severity(setting)


def load(path: Path) -> Config:
    """Read a configuration file; raise ConfigurationError naming every mistake in it."""
    try:
        text = read_whole(path).decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {FILE_NAME} here.",
            hint="Make a workspace with: tpi-billing init FOLDER, or name one with --workspace.",
            file=str(path),
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{FILE_NAME} has a character here that is not UTF-8 text.",
            hint="Save it as UTF-8 text.",
            file=str(path),
            row=error.object[: error.start].count(b"\n") + 1,
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{FILE_NAME} cannot be read: {error.strerror}.", file=str(path)
        ) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Config:
    """Read configuration text; `file` names it in messages. Errors are those of `load`."""
    try:
        raw = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        message, hint, row = plain_fault(text, error)
        raise ConfigurationError(message, hint=hint, file=file, row=row) from None
    mistakes = [*_wrong_checks(raw), *_repeated(raw)]
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        mistakes += _misread(error)
    if mistakes:
        lines = TomlLines(text)
        troubles = [
            Trouble(message, hint, file, row=lines.line(place)) for place, message, hint in mistakes
        ]
        raise ConfigurationError.of(sorted(troubles, key=lambda one: one.row or 0))
    return config


_MOST_MISTAKES = 100
"""So many are named in one go: beyond that the file is no configuration."""
_RANK = {"off": 0, "info": 1, "warning": 2, "error": 3}
_Mistake = tuple[Place, str, str]
"""Where, what is wrong, and what to do."""


def _wrong_checks(raw: dict[str, Any]) -> Iterator[_Mistake]:
    checks = raw.get("checks")
    for check_id, setting in checks.items() if isinstance(checks, dict) else ():
        place, check = ("checks", check_id), CHECK.get(check_id)
        if check is None:
            yield place, f"{check_id} is no check.", _did_you_mean(check_id, CHECK)
        elif check.locked and _RANK.get(str(setting), 3) < _RANK[check.severity]:
            message = f"{check_id} cannot be lowered to {setting}."
            yield place, message, "MSP would surely refuse the claim: remove the line."


def _repeated(raw: dict[str, Any]) -> Iterator[_Mistake]:
    practitioners = raw.get("practitioners")
    seen: set[str] = set()
    for at, one in enumerate(practitioners if isinstance(practitioners, list) else ()):
        number = one.get("number") if isinstance(one, dict) else None
        if isinstance(number, str) and number in seen:
            place = ("practitioners", at, "number")
            yield place, f"Practitioner {number} is listed already.", "Leave one of the two."
        elif isinstance(number, str):
            seen.add(number)


def _misread(error: ValidationError) -> Iterator[_Mistake]:
    details = error.errors(include_url=False)[:_MOST_MISTAKES]
    for detail in details:
        place = tuple(part for part in detail["loc"] if part != "[key]")
        inside = any(one["loc"][: len(place)] == place != one["loc"] for one in details)
        if detail["type"] == "too_short" and inside:
            continue  # each practitioner is wrong; that none is left is no mistake of its own
        if detail["type"] == "missing" and _is_misspelt(place, details):
            continue  # the word that is there instead is said, with this one as its hint
        yield place, *_sentence(detail, place)


def _is_misspelt(place: Place, details: list[ErrorDetails]) -> bool:
    """Tell whether a key that is missing is there under a name like it."""
    unknown = (one["loc"] for one in details if one["type"] == "extra_forbidden")
    names = [str(loc[-1]) for loc in unknown if loc[:-1] == place[:-1]]
    return any(
        get_close_matches(name, _known_keys(place[:-1]), n=1) == [place[-1]] for name in names
    )


_WORDS = {
    "missing": ("is missing", "Add it; init writes an example."),
    "too_short": ("is empty", "Add at least one; init writes an example."),
    "string_type": ("must be text", "Put it between quotes."),
    "tuple_type": ("must be a list", "Put it between [ and ]."),
    "dict_type": ("must be a section", "Give it a line of its own: [{key}]"),
    "model_type": ("must be a section", "Give it a line of its own: [{key}]"),
    "int_type": ("must be a whole number", "Write it without quotes."),
}


def _sentence(detail: ErrorDetails, place: Place) -> tuple[str, str]:
    """Say one of pydantic's errors in a clerk's words, and what to do."""
    kind, names = detail["type"], [part for part in place if isinstance(part, str)]
    key = ".".join(names)
    if kind == "extra_forbidden":
        return f"{key} is not a setting.", _did_you_mean(names[-1], _known_keys(place[:-1]))
    if kind == "string_pattern_mismatch":
        pattern = detail["ctx"]["pattern"]
        return f"{key} must be {_SHAPES[pattern]}.", _shape_hint(pattern, str(detail["input"]))
    if kind.startswith("date_"):
        return f"{key} must be a day.", WRITE_A_DAY
    if kind in _WORDS:
        words, hint = _WORDS[kind]
        return f"{key} {words}.", hint.format(key=key)
    message = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    hint = _did_you_mean(names[-1], COLUMN) if kind == "value_error" else ""
    return f"{key} {message}.", hint


def _shape_hint(pattern: str, given: str) -> str:
    if re.fullmatch(pattern.rstrip("$"), given.upper()):
        return f"Write it in capitals: {given.upper()}."
    if pattern == _LETTER:
        return "For example Q: the letters are in fee_codes/service_locations.csv."
    many = _LENGTHS[pattern]
    return f"It has {many} characters, you gave {len(given)}." if len(given) != _COUNT[many] else ""


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]}?" if near else "Remove it."


def _known_keys(place: Place) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "clinic": Clinic,
        "practitioners": Practitioner,
        "policy": Policy,
        "mappings": Mapping,
        "teleplan": Teleplan,
    }
    model = sections.get(str(place[0]), Config) if place else Config
    return list(model.model_fields)
