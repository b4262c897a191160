"""By whose numbers the ledger's claims were billed, and when something was last written in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tpi_billing.ledger import schema

_C, _J = schema.claims, schema.journal


@dataclass(frozen=True, slots=True)
class Biller:
    """A practitioner and payee with so many live claims."""

    practitioner_number: str
    payee_number: str
    claims: int


def billers(connection: sa.Connection, data_centre: str) -> Iterator[Biller]:
    """Yield each practitioner and payee of the live claims, in the order of their numbers."""
    numbers = (_C.c.practitioner_number, _C.c.payee_number)
    query = (
        sa.select(*numbers, sa.func.count())
        .where(_C.c.data_centre == data_centre, _C.c.live == 1)
        .group_by(*numbers)
        .order_by(*numbers)
    )
    for row in connection.execute(query):
        yield Biller(*row)


def last_day(connection: sa.Connection) -> date | None:
    """Return the day (UTC) of the journal's latest entry; None while there is none."""
    at = connection.execute(sa.select(sa.func.max(_J.c.at))).scalar()
    return None if at is None else date.fromisoformat(at[:10])
