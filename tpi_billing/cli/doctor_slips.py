"""What `doctor` holds against the ledger: slips in the settings, and a clock that is wrong."""

from collections.abc import Iterator
from datetime import date

from tpi_billing import clock
from tpi_billing.cli.doctor_settings import Finding
from tpi_billing.cli.screen import counted
from tpi_billing.cli.settings import Settings

_LONG = 180
"""A clinic that bills leaves its ledger alone for fewer days than this."""


def numbers_billed(settings: Settings) -> Iterator[Finding]:
    """Find practitioners and payees that have claims and are not in the configuration."""
    from tpi_billing.ledger.billers import billers

    config, ledger = settings.config, settings.ledger
    with ledger.reading() as connection:
        found = list(billers(connection, ledger.data_centre))
    people = {one.number for one in config.practitioners}
    payees = {one.payee_number for one in config.practitioners} | {config.clinic.payee_number}
    for number in sorted({one.practitioner_number for one in found} - people):
        claims = sum(one.claims for one in found if one.practitioner_number == number)
        yield Finding(
            "configuration",
            f"practitioner {number} has {counted(claims, 'claim')} and is not in it",
            "If another number there is a typing mistake of this one, correct it. Somebody who has "
            "left stays, with active_to.",
            1,
        )
    for number in sorted({one.payee_number for one in found} - payees):
        claims = sum(one.claims for one in found if one.payee_number == number)
        yield Finding(
            "configuration",
            f"payee {number} has {counted(claims, 'claim')} and is not in it",
            "If payee_number was changed by mistake, correct it. MSP pays what was billed before "
            "to the payee of then.",
            1,
        )


def computers_clock(settings: Settings) -> Iterator[Finding]:
    """Compare the computer's day with that of the journal's last entry."""
    from tpi_billing.ledger.billers import last_day

    with settings.ledger.reading() as connection:
        last = last_day(connection)
    if last is not None:
        yield from clock_findings(clock.today(), last)


def clock_findings(today: date, last: date) -> Iterator[Finding]:
    """Find a clock before the last entry, or so long after it that it may be a year ahead.

    A day of difference is that between the computer's day and the journal's, which is in UTC.
    """
    cure = "Set the computer's date: it decides what is late, and which month can be closed."
    days = (today - last).days
    if days < -1:
        said = f"it is {today} by this computer, and the journal's last entry is of {last}"
        yield Finding("clock", said, cure, 1)
    elif days > _LONG:
        said = f"it is {today} by this computer, {days} days after the last work in the ledger"
        yield Finding("clock", said, cure, 1)
