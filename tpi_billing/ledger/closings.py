"""Closings of months: what each month came to when it was closed, and who closed or reopened it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.book_months import CLOSED, REOPENED
from tpi_billing.ledger.books import BookLine
from tpi_billing.ledger.postings import PostingKind
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction

_T, _LINES = schema.closings, schema.closing_lines


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """What a closed month came to for a payee and practitioner, in cents."""

    payee_number: str
    practitioner_number: str
    opening: int
    billed: int
    adjustments: int
    paid: int
    written_off: int
    closing: int

    @classmethod
    def of(cls, line: BookLine) -> "ClosedLine":
        """Sum up a line of the books."""
        moved = line.moved
        return cls(
            line.payee_number,
            line.practitioner_number,
            line.opening,
            moved.billed,
            moved.adjustments,
            moved.paid,
            moved.written_off,
            line.closing,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """A month was closed or reopened (`state`), by whom, at which instant, and why."""

    closing_id: int
    month: str
    state: str
    reason: str
    decided_at: str
    decided_by: str


def decisions(
    connection: sa.Connection, data_centre: str, month: str | None = None
) -> list[Decision]:
    """List every closing and reopening, of one month only if that is given, in their order."""
    query = sa.select(*(_T.c[name] for name in Decision.__dataclass_fields__)).where(
        _T.c.data_centre == data_centre
    )
    if month is not None:
        query = query.where(_T.c.month == month)
    return [Decision(*row) for row in connection.execute(query.order_by(_T.c.closing_id))]


def closed_lines(connection: sa.Connection, closing_id: int) -> list[ClosedLine]:
    """Return what a month came to at one of its closings."""
    query = (
        sa.select(
            _LINES.c.payee_number,
            _LINES.c.practitioner_number,
            _LINES.c.opening_cents,
            _LINES.c.billed_cents,
            _LINES.c.adjusted_cents,
            _LINES.c.paid_cents,
            _LINES.c.written_off_cents,
            _LINES.c.closing_cents,
        )
        .where(_LINES.c.closing_id == closing_id)
        .order_by(_LINES.c.payee_number, _LINES.c.practitioner_number)
    )
    return [ClosedLine(*row) for row in connection.execute(query)]


def accepted(connection: sa.Connection, data_centre: str) -> dict[str, int]:
    """Return the cents of every difference that was accepted, by remittance or file."""
    postings = schema.postings.c
    query = (
        sa.select(postings.remittance, sa.func.sum(postings.cents))
        .where(
            postings.data_centre == data_centre,
            postings.kind == PostingKind.DIFFERENCE.value,
        )
        .group_by(postings.remittance)
    )
    return {name: int(cents) for name, cents in connection.execute(query)}


def is_elsewhere(connection: sa.Connection, data_centre: str, file_id: int, fragment: str) -> bool:
    """Tell whether a line that was cut off has come whole in another file."""
    lines = schema.remittance_lines.c
    query = sa.select(lines.line_id).where(
        lines.data_centre == data_centre,
        lines.file_id != file_id,
        sa.func.substr(lines.content, 1, len(fragment)) == fragment,
    )
    return connection.execute(query.limit(1)).first() is not None


def first_payment(connection: sa.Connection, file_id: int) -> str | None:
    """Return the earliest payment date of the lines that a file was the first to bring."""
    lines = schema.remittance_lines.c
    query = sa.select(sa.func.min(lines.payment_date)).where(lines.file_id == file_id)
    return connection.execute(query).scalar()


def add_closing(
    transaction: Transaction, data_centre: str, month: str, lines: Sequence[ClosedLine]
) -> int:
    """Close a month with what it came to; return the closing's number."""
    closing_id = _add(transaction, data_centre, month, CLOSED, "")
    for line in lines:
        values = {
            "closing_id": closing_id,
            "payee_number": line.payee_number,
            "practitioner_number": line.practitioner_number,
            "opening_cents": line.opening,
            "billed_cents": line.billed,
            "adjusted_cents": line.adjustments,
            "paid_cents": line.paid,
            "written_off_cents": line.written_off,
            "closing_cents": line.closing,
        }
        transaction.connection.execute(sa.insert(_LINES), values)
        record = f"closing-line:{closing_id}/{line.payee_number}/{line.practitioner_number}"
        transaction.journal.write("closing-line.new", record, values)
    return closing_id


def add_reopening(transaction: Transaction, data_centre: str, month: str, reason: str) -> int:
    """Open a closed month again; return the number of the decision."""
    return _add(transaction, data_centre, month, REOPENED, reason)


def _add(transaction: Transaction, data_centre: str, month: str, state: str, reason: str) -> int:
    closing_id = next_key(transaction.connection, _T.c.closing_id)
    values = {
        "closing_id": closing_id,
        "data_centre": data_centre,
        "month": month,
        "state": state,
        "reason": reason,
        "decided_at": transaction.at,
        "decided_by": transaction.actor,
    }
    transaction.connection.execute(sa.insert(_T), values)
    transaction.journal.write("closing.new", f"closing:{closing_id}", values)
    return closing_id
