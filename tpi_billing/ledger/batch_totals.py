"""What of each batch still stands: a batch that was voided in part keeps its row as it was made."""

from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.model.claim import ClaimState

_T = schema.claims


@dataclass(frozen=True, slots=True)
class BatchTotals:
    """A batch's claims but for the void ones: how many, of how many sessions, for how much.

    `void` counts the others.
    """

    claims: int = 0
    sessions: int = 0
    amount_cents: int = 0
    void: int = 0


def totals_of(
    connection: sa.Connection, data_centre: str, first: int, last: int
) -> dict[int, BatchTotals]:
    """Add up the claims of the batches from number `first` to `last`, both included."""
    void = _T.c.state == ClaimState.VOID.value
    query = (
        sa.select(
            _T.c.batch_id,
            sa.func.sum(sa.case((void, 0), else_=1)),
            sa.func.count(sa.case((void, None), else_=_T.c.session_key).distinct()),
            sa.func.sum(sa.case((void, 0), else_=_T.c.amount_cents)),
            sa.func.sum(sa.case((void, 1), else_=0)),
        )
        .where(_T.c.data_centre == data_centre, _T.c.batch_id.between(first, last))
        .group_by(_T.c.batch_id)
    )
    # PostgreSQL adds up to a Decimal.
    return {row[0]: BatchTotals(*map(int, row[1:])) for row in connection.execute(query)}
