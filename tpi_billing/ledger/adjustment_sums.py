"""Adjustments of remittances, added up by what stands in their columns."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.model.remittance import ADJUSTMENT_RECORDS

_L = schema.remittance_lines.c
Columns = tuple[int, int]
"""The first and last column of a field, counted from 1."""


def adjustment_lines(
    connection: sa.Connection,
    data_centre: str,
    code: Columns,
    message: Columns,
    first: date | None,
    last: date | None,
) -> list[tuple[str, str, str, int, int]]:
    """Sum the lines S23 and S24 by record, code and message: their number and cents.

    `first` and `last` limit the payment date, both included.
    """
    keys = (_L.record.label("record"), _text(code).label("code"), _text(message).label("message"))
    each = (
        sa.select(*keys, sa.func.coalesce(_L.paid_cents, 0).label("cents"))
        .where(
            _L.data_centre == data_centre,
            _L.record.in_(sorted(ADJUSTMENT_RECORDS)),
            *_paid_between(first, last),
        )
        .subquery()
    )
    same = (each.c.record, each.c.code, each.c.message)
    query = sa.select(*same, sa.func.count(), sa.func.sum(each.c.cents)).group_by(*same)
    return [
        (record, code_text.strip(), told.strip(), count, int(cents))
        for record, code_text, told, count, cents in connection.execute(query.order_by(*same))
    ]


def adjustments_within(
    connection: sa.Connection,
    data_centre: str,
    record: str,
    columns: Columns,
    first: date | None,
    last: date | None,
) -> list[tuple[str, int]]:
    """Return what stands in the columns of claim lines' adjustments, and in how many lines.

    Lines whose adjustments come to nothing are left out. `first` and `last` limit the payment
    date, both included.
    """
    each = (
        sa.select(_text(columns).label("block"))
        .where(
            _L.data_centre == data_centre,
            _L.record == record,
            _L.stated_adjustments_cents != 0,
            *_paid_between(first, last),
        )
        .subquery()
    )
    query = sa.select(each.c.block, sa.func.count()).group_by(each.c.block)
    return [(block, count) for block, count in connection.execute(query.order_by(each.c.block))]


def _text(columns: Columns) -> sa.ColumnElement[str]:
    first, last = columns
    return sa.func.substr(_L.content, first, last - first + 1)


def _paid_between(first: date | None, last: date | None) -> Iterator[sa.ColumnElement[bool]]:
    if first is not None:
        yield _L.payment_date >= first.isoformat()
    if last is not None:
        yield _L.payment_date <= last.isoformat()
