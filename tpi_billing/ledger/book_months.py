"""Which months of the books are closed, and in which month an event of a day is counted.

Months are closed one after the other, so that everything up to the last closed one stands still.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema

_T = schema.closings
CLOSED, REOPENED = "closed", "reopened"


def month_after(month: str) -> str:
    """Return the month after one, both as `YYYY-MM`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02}"


def month_before(month: str) -> str:
    """Return the month before one, both as `YYYY-MM`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02}"


def last_closed_month(connection: sa.Connection, data_centre: str) -> str | None:
    """Return the latest month that is closed; None when none is."""
    return connection.execute(
        sa.select(sa.func.max(_T.c.month)).where(
            _T.c.closing_id.in_(_standing(data_centre)), _T.c.state == CLOSED
        )
    ).scalar()


def book_month(connection: sa.Connection, data_centre: str, day: date) -> str:
    """Return the month in which an event of a day counts: its own, or the first that is open."""
    closed = last_closed_month(connection, data_centre)
    own = day.strftime("%Y-%m")
    return own if closed is None else max(own, month_after(closed))


def _standing(data_centre: str) -> sa.Select[Any]:
    return (
        sa.select(sa.func.max(_T.c.closing_id))
        .where(_T.c.data_centre == data_centre)
        .group_by(_T.c.month)
    )
