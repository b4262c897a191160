"""What `pickup` fetched is imported like any file; what was fetched before and never was, too."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tpi_billing.cli.remittance_import import (
    TakenIn,
    findings_of_import,
    show_taken_in,
    take_in,
    taken_in_json,
)
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import BillingError, FileError
from tpi_billing.model.finding import Finding


@dataclass(frozen=True, slots=True)
class TakenPickups:
    """Pickups that were imported, each by itself, and why others could not be."""

    taken: tuple[TakenIn, ...]
    refused: tuple[tuple[int, str], ...]

    @property
    def needs_a_person(self) -> bool:
        """Tell whether anything in them must be looked at."""
        return bool(self.refused) or any(one.needs_a_person for one in self.taken)

    @property
    def findings(self) -> list[Finding]:
        """What needs a person in what was imported."""
        return [finding for one in self.taken for finding in findings_of_import(one)]

    def json(self) -> dict[str, Any]:
        """Write it for scripts."""
        return {
            "imported": [taken_in_json(one) for one in self.taken],
            "not_imported": [
                {"pickup_id": pickup_id, "message": why} for pickup_id, why in self.refused
            ],
        }

    def show(self, screen: Screen) -> None:
        """Write what they hold."""
        for one in self.taken:
            screen.line()
            show_taken_in(screen, one)
        for pickup_id, why in self.refused:
            screen.line(f"Pickup {pickup_id} is kept and could not be imported: {why}")


def take_in_pickups(settings: Settings, fetched: Collection[int | None]) -> TakenPickups:
    """Import every pickup that was never imported, but those of MSP's test site.

    One of those `fetched` just now that cannot be imported is told of; an older one is no news.
    """
    from tpi_billing.claims.parts import is_test_site
    from tpi_billing.ledger.remittance_sums import pickup_content, waiting_pickups
    from tpi_billing.remittance.importing import Source

    ledger = settings.ledger
    with ledger.reading() as connection:
        waiting = waiting_pickups(connection, ledger.data_centre)
    taken: list[TakenIn] = []
    refused: list[tuple[int, str]] = []
    for pickup_id in (number for number, site in waiting if not is_test_site(site)):
        with ledger.reading() as connection:
            content = pickup_content(connection, pickup_id)
        source = Source(f"pickup {pickup_id}", content=content, pickup_id=pickup_id)
        try:
            taken.append(take_in(settings, [source]))
        except FileError as error:
            if pickup_id in fetched:
                refused.append((pickup_id, str(error)))
        except BillingError as error:
            refused.append((pickup_id, str(error)))
    return TakenPickups(tuple(taken), tuple(refused))
