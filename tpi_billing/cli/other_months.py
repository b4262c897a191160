"""When a month has nothing to bill: which months have, as it may have been the wrong one."""

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings


def other_months(settings: Settings, month: str | None) -> dict[str, int]:
    """Count the sessions not yet billed of every month but `month`."""
    from tpi_billing.ledger.waiting import unbilled_months

    ledger = settings.ledger
    with ledger.reading() as connection:
        found = unbilled_months(connection, ledger.data_centre)
    return {name: count for name, count in found.items() if name != month}


def show_other_months(screen: Screen, others: dict[str, int]) -> None:
    """Say which other months have sessions that are not billed; nothing when none has."""
    if others:
        there = ", ".join(f"{name} ({counted(count, 'session')})" for name, count in others.items())
        put(screen, f"Another month? Not yet billed are visits of {there}.")
