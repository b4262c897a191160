"""What remittances come to, added up in the database; and what was fetched and not yet taken in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.exchange import bytes_of
from tpi_billing.ledger.remittances import list_files
from tpi_billing.model.claim import DEBIT
from tpi_billing.model.remittance import (
    ADJUSTMENT_RECORDS,
    CLAIM_RECORDS,
    PAYEE_TOTAL,
    PRACTITIONER_TOTAL,
    RemittanceFile,
    Standing,
)
from tpi_billing.model.remittance_amounts import AmountGroup

_L, _C = schema.remittance_lines, schema.claims
_F, _P = schema.remittance_files, schema.pickups
_AT_ONCE = 2_000
_SUMMED = sorted((CLAIM_RECORDS - {"C12"}) | ADJUSTMENT_RECORDS)
Payment = tuple[date, str]


@dataclass(frozen=True, slots=True)
class TotalLine:
    """An S21 or S22 as it stands; `content` is as `exchange.text_of` makes it."""

    line_number: int
    record: str
    content: str


def payees_paid_on(connection: sa.Connection, data_centre: str, payment_date: date) -> list[str]:
    """List the payees that have lines of a payment date."""
    query = sa.select(_L.c.payee_number).where(
        _L.c.data_centre == data_centre, _L.c.payment_date == payment_date.isoformat()
    )
    return sorted(connection.execute(query.distinct()).scalars())


def payments_of_files(
    connection: sa.Connection, data_centre: str, file_ids: Sequence[int]
) -> list[Payment]:
    """List the remittances of which these files were the first to bring a line."""
    query = sa.select(_L.c.payment_date, _L.c.payee_number).where(
        _L.c.data_centre == data_centre,
        _L.c.file_id.in_(file_ids),
        _L.c.payment_date.is_not(None),
    )
    rows = connection.execute(query.distinct().order_by(_L.c.payment_date, _L.c.payee_number))
    return [(date.fromisoformat(day), payee) for day, payee in rows]


def files_of_payment(
    connection: sa.Connection, data_centre: str, payment_date: date, payee_number: str
) -> list[RemittanceFile]:
    """List the files that brought lines of a remittance, the latest first."""
    query = sa.select(_L.c.file_id).where(*_of_payment(data_centre, (payment_date, payee_number)))
    numbers = set(connection.execute(query.distinct()).scalars())
    return [file for file in list_files(connection, data_centre) if file.file_id in numbers]


def files_of_month(connection: sa.Connection, data_centre: str, month: str) -> set[int]:
    """Return the files that were the first to bring a line of a month's payments (`YYYY-MM`)."""
    query = sa.select(_L.c.file_id).where(
        _L.c.data_centre == data_centre,
        _L.c.payment_date.between(f"{month}-01", f"{month}-31"),
    )
    return set(connection.execute(query.distinct()).scalars())


def amount_groups(
    connection: sa.Connection, data_centre: str, payment: Payment | None = None
) -> Iterator[tuple[Payment, list[AmountGroup]]]:
    """Yield each remittance's lines of money in groups of equal amounts, by date and payee.

    `payment` is one only. S01 does not say what was billed: it is the claim's amount, what is
    expected of a debit request, else what is paid less the adjustments that the line states.
    """
    claim_billed = sa.case(
        (_C.c.submission_code == DEBIT, _C.c.expected_cents), else_=_C.c.amount_cents
    )
    less = _L.c.paid_cents - _L.c.stated_adjustments_cents
    billed = sa.case(
        (
            sa.and_(
                _L.c.record == "S01",
                sa.or_(_L.c.paid_cents >= 0, _C.c.submission_code == DEBIT),
            ),
            sa.func.coalesce(claim_billed, less),
        ),
        (_L.c.record == "S01", less),
        else_=_L.c.billed_cents,
    )
    lines = (
        sa.select(
            _L.c.payment_date,
            _L.c.payee_number,
            _L.c.record,
            _L.c.practitioner_number,
            _L.c.standing,
            sa.case((_L.c.ordinal > 1, 1), else_=0).label("repeated"),
            billed.label("billed"),
            _L.c.paid_cents,
            _L.c.stated_adjustments_cents,
            _L.c.claim_id,
            _L.c.line_number,
        )
        .select_from(_L.outerjoin(_C, _C.c.claim_id == _L.c.claim_id))
        .where(*_of_payment(data_centre, payment), _L.c.record.in_(_SUMMED))
        .subquery()
    )
    same = [lines.c[at] for at in range(9)]
    query = (
        sa.select(
            *same,
            sa.func.count().label("many"),
            sa.func.min(lines.c.claim_id).label("first_claim"),
            sa.func.min(lines.c.line_number).label("first_line"),
        )
        .group_by(*same)
        .order_by(lines.c.payment_date, lines.c.payee_number, sa.func.min(lines.c.line_number))
    )
    rows: Iterable[sa.Row[Any]] = connection.execute(
        query, execution_options={"yield_per": _AT_ONCE}
    )
    for (day, payee), some in groupby(rows, key=lambda row: (row.payment_date, row.payee_number)):
        yield (date.fromisoformat(day), payee), [_group(row) for row in some]


def _group(row: sa.Row[Any]) -> AmountGroup:
    return AmountGroup(
        record=row.record,
        practitioner_number=row.practitioner_number,
        standing=Standing(row.standing),
        repeated=bool(row.repeated),
        billed_cents=row.billed,
        paid_cents=row.paid_cents,
        stated_cents=row.stated_adjustments_cents,
        count=row.many,
        claim_id=row.first_claim,
        line_number=row.first_line,
    )


def total_lines(
    connection: sa.Connection, data_centre: str, payment: Payment | None = None
) -> dict[Payment, list[TotalLine]]:
    """Return the totals (S21, S22) of every remittance, or of one, in the order they came in."""
    query = (
        sa.select(_L.c.payment_date, _L.c.payee_number, _L.c.line_number, _L.c.record, _L.c.content)
        .where(
            *_of_payment(data_centre, payment),
            _L.c.record.in_((PAYEE_TOTAL, PRACTITIONER_TOTAL)),
        )
        .order_by(_L.c.line_id)
    )
    found: dict[Payment, list[TotalLine]] = {}
    for day, payee, *rest in connection.execute(query):
        found.setdefault((date.fromisoformat(day), payee), []).append(TotalLine(*rest))
    return found


def total_lines_before(
    connection: sa.Connection, data_centre: str, payment: Payment
) -> list[TotalLine]:
    """Return the S21 of the payee's latest remittance before one that has any."""
    day, payee = payment
    mine = (
        _L.c.data_centre == data_centre,
        _L.c.payee_number == payee,
        _L.c.record == PAYEE_TOTAL,
    )
    latest = (
        sa.select(sa.func.max(_L.c.payment_date))
        .where(*mine, _L.c.payment_date < day.isoformat())
        .scalar_subquery()
    )
    query = (
        sa.select(_L.c.line_number, _L.c.record, _L.c.content)
        .where(*mine, _L.c.payment_date == latest)
        .order_by(_L.c.line_id)
    )
    return [TotalLine(*row) for row in connection.execute(query)]


def waiting_pickups(connection: sa.Connection, data_centre: str) -> list[tuple[int, str]]:
    """List number and site of what was fetched and never taken in, oldest first."""
    taken = sa.select(_F.c.sha256).where(_F.c.data_centre == data_centre)
    query = (
        sa.select(_P.c.pickup_id, _P.c.site)
        .where(_P.c.data_centre == data_centre, _P.c.sha256.not_in(taken))
        .order_by(_P.c.pickup_id)
    )
    return [(pickup_id, site) for pickup_id, site in connection.execute(query)]


def pickup_content(connection: sa.Connection, pickup_id: int) -> bytes:
    """Return the bytes of a pickup, which must be there."""
    query = sa.select(_P.c.content).where(_P.c.pickup_id == pickup_id)
    return bytes_of(connection.execute(query).scalar_one())


def _of_payment(data_centre: str, payment: Payment | None) -> tuple[sa.ColumnElement[bool], ...]:
    mine = (_L.c.data_centre == data_centre, _L.c.payment_date.is_not(None))
    if payment is None:
        return mine
    day, payee = payment
    return (*mine, _L.c.payment_date == day.isoformat(), _L.c.payee_number == payee)
