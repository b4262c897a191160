"""What `doctor` looks at before there is any work: the configuration and the code lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tpi_billing.cli.settings import Settings
from tpi_billing.cli.teleplan_session import is_stand_in

if TYPE_CHECKING:
    from tpi_billing.config import Config

_EDITION_MONTHS = 15
"""MSP's yearly fee schedule comes within so many months of the one before."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `exit_code` 0 when it is well."""

    what: str
    message: str
    hint: str = ""
    exit_code: int = 0


def configuration(settings: Settings) -> Iterator[Finding]:
    """Look at the clinic's settings."""
    config = settings.config
    clinic = config.clinic
    people = len(config.practitioners)
    yield Finding("configuration", f"{clinic.name}, {people} practitioners")
    for what, cure in _left_of_the_example(config):
        yield Finding("configuration", f"{what} is the example's", cure, 1)
    if is_stand_in(config.teleplan.url):
        yield Finding(
            "configuration",
            "claims are sent to a stand-in on this computer, not to MSP",
            "Put MSP's address into url in [teleplan] before you bill.",
            1,
        )
    if settings.codes.location(clinic.location_code, settings.as_of) is None:
        yield Finding(
            "configuration",
            f"the location code {clinic.location_code} is not valid on {settings.as_of}",
            "Put a service location of today into location_code: tpi-billing teleplan lists.",
            1,
        )


def _left_of_the_example(config: "Config") -> Iterator[tuple[str, str]]:
    """Yield every value that `init` wrote and nobody has replaced, and what to put in."""
    clinic = config.clinic
    if clinic.data_centre == "T9999":
        yield (
            "data centre T9999",
            "Put in your own data centre, payee and practitioner numbers before you bill.",
        )
    if clinic.payee_number == "A9999":
        yield "payee A9999", "Put your own payee number into payee_number."
    for person in config.practitioners:
        if person.number in {"99001", "99002"}:
            yield f"practitioner {person.number}", "Put in the practitioner's own MSP number."
    if clinic.name == "Example Pain Clinic":
        yield f"the clinic's name, {clinic.name},", "Put your clinic's name into name."
    if clinic.contact_phone == "604-555-0100":
        yield f"phone {clinic.contact_phone}", "Put your own number into contact_phone."


def code_lists(settings: Settings) -> Iterator[Finding]:
    """Look at the fee schedule, the lists and the calendar."""
    codes = settings.codes
    codes.load_all()
    edition = codes.edition_on(settings.as_of)
    yield Finding("code lists", f"fee schedule of {edition.name} ({edition.origin})")
    if _months_between(edition.date, settings.as_of) > _EDITION_MONTHS:
        yield Finding(
            "code lists",
            f"the fee schedule of {edition.date} is more than {_EDITION_MONTHS} months old",
            "Import MSP's newer fee schedule: tpi-billing fees import",
            1,
        )
    if settings.as_of.year not in codes.calendar.holiday_years:
        yield Finding(
            "code lists",
            f"the calendar has no holidays for {settings.as_of.year}",
            "Put a newer calendar.toml into the workspace's fee_codes folder.",
            1,
        )
    if codes.calendar.next_close_off(settings.as_of) is None:
        yield Finding(
            "code lists",
            "the calendar knows no close-off after today",
            "Put MSP's dates of next year into the workspace's fee_codes/calendar.toml.",
            1,
        )


def _months_between(first: date, last: date) -> int:
    """Count the months, one that has begun as a whole one."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months + (last.day > first.day)
