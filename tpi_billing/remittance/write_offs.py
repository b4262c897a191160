"""What was written off, with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from tpi_billing.ledger.books import months_moved
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.postings import Posted, PostingKind, postings_of_month
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """A claim that was given up, and the posting that says why, when and by whom."""

    posted: Posted
    claim: Claim

    @property
    def cents(self) -> int:
        """What was given up."""
        return -self.posted.posting.cents


def write_offs(connection: Connection, data_centre: str, month: str | None) -> list[WrittenOff]:
    """List what was written off in a month of the books, or in all of them."""
    months: Sequence[str] = [month] if month else [*months_moved(connection, data_centre)]
    posted = [
        one
        for each in months
        for one in postings_of_month(connection, data_centre, each, PostingKind.WRITTEN_OFF)
    ]
    numbers = sorted({one.posting.claim_id for one in posted if one.posting.claim_id is not None})
    claims = {one.claim_id: one for one in claims_numbered(connection, data_centre, numbers)}
    return [
        WrittenOff(one, claims[one.posting.claim_id])
        for one in posted
        if one.posting.claim_id in claims
    ]
