"""The clinic's configuration, `tpi-billing.toml`: read, validated, and every mistake named.

Keys are a contract (design, section 9). An unknown key is an error with a suggestion.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tpi_billing.errors import ConfigurationError, Trouble
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Severity
from tpi_billing.model.money import HalfCent
from tpi_billing.model.session import COLUMN

FILE_NAME = "tpi-billing.toml"

MspNumber = Annotated[str, Field(pattern=r"^[0-9A-Z]{5}$")]
Setting = Literal["error", "warning", "info", "off"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clinic(_Section):
    """Who bills: the data centre, the payee, and where the clinic is."""

    name: str
    data_centre: MspNumber
    payee_number: MspNumber
    location_code: Annotated[str, Field(pattern=r"^[A-Z]$")]
    clarification_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")] = "00"
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
    fee_items: tuple[Annotated[str, Field(pattern=r"^\d{5}$")], ...] | None = None

    def active_on(self, day: date) -> bool:
        """Tell whether `day` lies between the first and the last active day, both included."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )


class Policy(_Section):
    """What MSP leaves open and the clinic decides."""

    referral_for_treatment: Literal["required", "optional"] = "required"
    due_soon_days: Annotated[int, Field(ge=0, le=90)] = 14
    half_cent: HalfCent = "half-up"
    series_min_days: Annotated[int, Field(ge=0, le=365)] = 10
    series_length: Annotated[int, Field(ge=1, le=100)] = 5


class Mapping(_Section):
    """How one record system's export says what our columns say."""

    sheet: str | None = None
    dates: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _only_canonical_names(self) -> "Mapping":
        for name in (*self.columns, *self.values):
            if name not in COLUMN:
                near = get_close_matches(name, COLUMN, n=1)
                did_you_mean = f"; did you mean {near[0]}?" if near else ""
                message = f"{name} is not a column of a session{did_you_mean}"
                raise ValueError(message)
        return self


class Teleplan(_Section):
    """Where MSP is reached. The password is never here: keyring or environment."""

    url: str = "https://teleplan.hnet.bc.ca/TeleplanBroker"
    username: str = ""


class Config(_Section):
    """Everything `tpi-billing.toml` says."""

    database: str = "sqlite:///ledger.db"
    clinic: Clinic
    practitioners: tuple[Practitioner, ...] = Field(min_length=1)
    policy: Policy = Policy()
    checks: dict[str, Setting] = Field(default_factory=dict)
    mappings: dict[str, Mapping] = Field(default_factory=dict)
    teleplan: Teleplan = Teleplan()

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        wrong = [*_wrong_checks(self.checks), *_repeated(self.practitioners)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def practitioner(self, number: str) -> Practitioner | None:
        """Return the practitioner with that MSP number, None when the clinic has none."""
        return next((p for p in self.practitioners if p.number == number), None)

    def severity(self, check_id: str) -> Severity | None:
        """Return the severity of a check for this clinic; None when it is switched off."""
        setting = self.checks.get(check_id, CHECK[check_id].severity)
        return None if setting == "off" else Severity(setting)


_RANK = {"off": 0, "info": 1, "warning": 2, "error": 3}


def _wrong_checks(checks: dict[str, Setting]) -> Iterator[str]:
    for check_id, setting in checks.items():
        check = CHECK.get(check_id)
        if check is None:
            near = get_close_matches(check_id, CHECK, n=1)
            yield f"checks.{check_id} is no check" + (f"; did you mean {near[0]}?" if near else "")
        elif check.locked and _RANK[setting] < _RANK[check.severity]:
            yield (
                f"checks.{check_id} cannot be lowered to {setting}: "
                f"MSP would surely refuse the claim"
            )


def _repeated(practitioners: tuple[Practitioner, ...]) -> Iterator[str]:
    numbers = [p.number for p in practitioners]
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        yield f"practitioner {number} is listed more than once"


def load(path: Path) -> Config:
    """Read a configuration file; raise ConfigurationError naming every mistake in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {FILE_NAME} here.",
            hint="Make a workspace with: tpi-billing init FOLDER, or name one with --workspace.",
            file=str(path),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{FILE_NAME} cannot be read: {error}", file=str(path), hint="Save it as UTF-8 text."
        ) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Config:
    """Read configuration text; `file` names it in messages."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"{FILE_NAME} is not valid TOML: {error}.",
            hint="Texts stand between quotes, lists between [ and ].",
            file=file,
        ) from None
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        troubles = [_trouble(detail, text, file) for detail in error.errors()]
        raise ConfigurationError(
            troubles[0].message,
            hint=troubles[0].hint,
            file=file,
            row=troubles[0].row,
            more=troubles[1:],
        ) from None


def _trouble(detail: Any, text: str, file: str) -> Trouble:
    path = [str(part) for part in detail["loc"]]
    key = ".".join(path)
    kind = detail["type"]
    row = _line_of(path, text)
    if kind == "extra_forbidden":
        near = get_close_matches(path[-1], _known_keys(path[:-1]), n=1)
        hint = f"Did you mean {near[0]}?" if near else "Remove it."
        return Trouble(f"{key} is not a setting.", hint, file, row=row)
    if kind == "missing":
        return Trouble(f"{key} is missing.", "Add it; init writes an example.", file, row=row)
    message = detail["msg"].removeprefix("Value error, ")
    return Trouble(f"{key}: {message}." if key else f"{message}.", "", file, row=row)


def _known_keys(path: list[str]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "clinic": Clinic,
        "practitioners": Practitioner,
        "policy": Policy,
        "mappings": Mapping,
        "teleplan": Teleplan,
    }
    model = sections[path[0]] if path and path[0] in sections else Config
    return list(model.model_fields)


def _line_of(path: list[str], text: str) -> int | None:
    """Find the line that sets a key: the last part's first line below its section's header."""
    names = [part for part in path if not part.isdigit()]
    if not names:
        return None
    nth = next((int(part) for part in path if part.isdigit()), 0)
    section, *rest = names
    seen = -1
    inside = len(names) == 1
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("["):
            header = bare.strip("[]").strip()
            if header.split(".")[0] == section:
                seen += 1
                inside = seen >= nth
            else:
                inside = False
        elif inside and bare.split("=")[0].strip(" \"'") in {names[-1], *rest}:
            return number
    return None
