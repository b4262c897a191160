"""What was billed between two days, added up by what decides its price."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tpi_billing.ledger import schema

_T = schema.claims


@dataclass(frozen=True, slots=True)
class BilledLines:
    """So many live claims of one fee item, each of so many units, at one percentage and edition.

    `amount_cents` is what all of them were billed for together.
    """

    fee_item: str
    units: int
    percent: int
    edition: str
    claims: int
    amount_cents: int


def billed_lines(
    connection: sa.Connection, data_centre: str, first: date, last: date
) -> Iterator[BilledLines]:
    """Add up the live claims of services between two days, both included, by fee item."""
    same = (_T.c.fee_item, _T.c.units, _T.c.percent, _T.c.edition)
    query = (
        sa.select(*same, sa.func.count(), sa.func.sum(_T.c.amount_cents))
        .where(
            _T.c.data_centre == data_centre,
            _T.c.live == 1,
            _T.c.service_date.between(first.isoformat(), last.isoformat()),
        )
        .group_by(*same)
        .order_by(*same)
    )
    for fee_item, units, percent, edition, claims, amount in connection.execute(query):
        # PostgreSQL adds up to a Decimal.
        yield BilledLines(fee_item, units, percent, edition, claims, int(amount))
