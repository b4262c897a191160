"""The books of a month, by payee and practitioner: every figure a sum that the database makes.

Each movement counts in one month, its own or the first that was open when it came:

    billed       what MSP should pay for a claim, in the month it was sent
    paid         what a line of MSP's pays or adjusts, whether or not a claim is known for it, and
                 what an accepted difference says beyond the lines
    adjustments  premiums     S23 and S24: money that no claim is owed, which is in `paid` too
                 explained    what a claim's line says to explain another amount
                 without_claim  paid, and no claim has taken it; turned back where one does
                 replaced     a successor takes over what is owed, or gives it back
                 difference   money of a remittance that none of its lines explains
    written off  what the clinic has given up

and `opening + billed + adjustments - paid - written off = closing`, which is what the claims that
were sent still have outstanding.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.postings import PostingKind
from tpi_billing.model.remittance import ADJUSTMENT_RECORDS, Standing

_C, _L, _P = schema.claims.c, schema.remittance_lines.c, schema.postings.c
_ZERO: sa.ColumnElement[int] = sa.literal_column("0")


@dataclass(frozen=True, slots=True)
class Movements:
    """What moved the books, in signed cents; every one but `paid` and `written_off` adds."""

    billed: int = 0
    premiums: int = 0
    explained: int = 0
    without_claim: int = 0
    replaced: int = 0
    difference: int = 0
    paid: int = 0
    written_off: int = 0

    @property
    def adjustments(self) -> int:
        """All that neither a bill nor a payment nor a write-off explains."""
        return self.premiums + self.explained + self.without_claim + self.replaced + self.difference

    @property
    def balance(self) -> int:
        """What the movements add to what is owed."""
        return self.billed + self.adjustments - self.paid - self.written_off


@dataclass(frozen=True, slots=True)
class BookLine:
    """A month of a payee and practitioner, in cents; a payee's own has no practitioner."""

    payee_number: str
    practitioner_number: str
    opening: int
    moved: Movements

    @property
    def closing(self) -> int:
        """What is owed at the month's end."""
        return self.opening + self.moved.balance


@dataclass(frozen=True, slots=True)
class OddClaim:
    """A claim whose own money is not what its lines say, in cents."""

    claim_id: int
    paid: int
    paid_by_lines: int
    adjusted: int
    adjusted_by_lines: int


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Lines that no claim has taken: those that match none, and those that could not be applied.

    `cents` adds up what they pay.
    """

    standing: Standing
    lines: int
    cents: int


_NAMES = tuple(field.name for field in fields(Movements))


def book_lines(
    connection: sa.Connection, data_centre: str, month: str, since: str = ""
) -> list[BookLine]:
    """Return the books of a month (`YYYY-MM`), by payee and practitioner, without blank lines.

    With `since` they are those of all months from that one on, added up.
    """
    moved = _movements(data_centre)
    here = moved.c.month >= (since or month)
    sums = [sa.func.sum(sa.case((here, moved.c[name]), else_=_ZERO)).label(name) for name in _NAMES]
    before = sa.func.sum(sa.case((here, _ZERO), else_=_balance(moved.c)))
    keys = (moved.c.payee, moved.c.practitioner)
    query = (
        sa.select(*keys, before.label("opening"), *sums)
        .where(moved.c.month <= month)
        .group_by(*keys)
        .order_by(*keys)
    )
    lines = [
        BookLine(row.payee, row.practitioner, int(row.opening), _read(row))
        for row in connection.execute(query)
    ]
    return [line for line in lines if line.opening or line.moved != Movements()]


def months_moved(connection: sa.Connection, data_centre: str) -> dict[str, Movements]:
    """Return what each month with any movement came to, the first one first."""
    moved = _movements(data_centre)
    sums = [sa.func.sum(moved.c[name]).label(name) for name in _NAMES]
    query = sa.select(moved.c.month, *sums).group_by(moved.c.month).order_by(moved.c.month)
    return {row.month: _read(row) for row in connection.execute(query)}


def outstanding(connection: sa.Connection, data_centre: str) -> dict[tuple[str, str], int]:
    """Sum what the claims that were sent have outstanding now, by payee and practitioner.

    The sum is of the claims' own money and postings: no line of MSP's has a part in it.
    """
    keys = (_C.payee_number.label("payee"), _C.practitioner_number.label("practitioner"))
    own = (
        sa.select(*keys, sa.func.sum(due() + _C.adjusted_cents - paid()).label("cents"))
        .where(_C.data_centre == data_centre, _C.billed_month != "")
        .group_by(_C.payee_number, _C.practitioner_number)
    )
    posted = (
        sa.select(*keys, sa.func.sum(_P.cents).label("cents"))
        .join(schema.claims, _C.claim_id == _P.claim_id)
        .where(_P.data_centre == data_centre)
        .group_by(_C.payee_number, _C.practitioner_number)
    )
    both = sa.union_all(own, posted).subquery()
    named = (both.c.payee, both.c.practitioner)
    query = sa.select(*named, sa.func.sum(both.c.cents)).group_by(*named)
    return {(payee, number): int(cents) for payee, number, cents in connection.execute(query)}


def unclaimed(connection: sa.Connection, data_centre: str, month: str) -> list[Unclaimed]:
    """Sum the lines up to a month of the books that no claim has taken, by standing."""
    query = (
        sa.select(_L.standing, sa.func.count(), sa.func.sum(_paid_by(_L)))
        .where(
            _L.data_centre == data_centre,
            _L.standing.in_([Standing.UNMATCHED.value, Standing.NOT_APPLIED.value]),
            _L.month <= month,
        )
        .group_by(_L.standing)
        .order_by(_L.standing.desc())
    )
    return [
        Unclaimed(Standing(standing), count, int(cents))
        for standing, count, cents in connection.execute(query)
    ]


def odd_claims(connection: sa.Connection, data_centre: str, most: int) -> list[OddClaim]:
    """List claims, so many at most, whose own money is not what the lines say that moved them."""
    told = (
        sa.select(
            _L.claim_id,
            sa.func.sum(_paid_by(_L)).label("paid"),
            sa.func.sum(_L.adjusted_cents).label("adjusted"),
        )
        .where(_L.data_centre == data_centre, _L.claim_id.is_not(None), _L.claim_month != "")
        .group_by(_L.claim_id)
        .subquery()
    )
    by_lines = sa.func.coalesce(told.c.paid, 0)
    adjusted = sa.func.coalesce(told.c.adjusted, 0)
    query = (
        sa.select(_C.claim_id, paid(), by_lines, _C.adjusted_cents, adjusted)
        .select_from(schema.claims.outerjoin(told, told.c.claim_id == _C.claim_id))
        .where(
            _C.data_centre == data_centre,
            sa.or_(paid() != by_lines, _C.adjusted_cents != adjusted),
        )
        .order_by(_C.claim_id)
        .limit(most)
    )
    return [
        OddClaim(row[0], *(int(cents) for cents in row[1:])) for row in connection.execute(query)
    ]


def due() -> sa.ColumnElement[int]:
    """Return what MSP should pay for a claim: the billed amount unless told otherwise."""
    return sa.func.coalesce(_C.expected_cents, _C.amount_cents)


def paid() -> sa.ColumnElement[int]:
    """Return what MSP has paid for a claim, 0 while it has said nothing."""
    return sa.func.coalesce(_C.paid_cents, 0)


def posted_by_claim(data_centre: str, kinds: Sequence[PostingKind]) -> sa.Subquery:
    """Sum the postings of some kinds by claim: `claim_id`, `cents`."""
    return (
        sa.select(_P.claim_id, sa.func.sum(_P.cents).label("cents"))
        .where(
            _P.data_centre == data_centre,
            _P.claim_id.is_not(None),
            _P.kind.in_([kind.value for kind in kinds]),
        )
        .group_by(_P.claim_id)
        .subquery()
    )


def _paid_by(columns: Any) -> sa.ColumnElement[int]:
    return sa.func.coalesce(columns.paid_cents, 0)


def _movements(data_centre: str) -> sa.Subquery:
    """Put every movement side by side: payee, practitioner, month, and the sums of `Movements`."""
    return sa.union_all(
        _billed(data_centre), _received(data_centre), _taken(data_centre), _posted(data_centre)
    ).subquery()


def _billed(data_centre: str) -> sa.Select[Any]:
    return _part(
        _C,
        _C.billed_month,
        (_C.data_centre == data_centre, _C.billed_month != ""),
        billed=due(),
    )


def _received(data_centre: str) -> sa.Select[Any]:
    """Sum what came: of a claim line, money that stands without a claim until one takes it."""
    premium = _L.record.in_(sorted(ADJUSTMENT_RECORDS))
    return _part(
        _L,
        _L.month,
        (_L.data_centre == data_centre, _L.month != ""),
        premiums=sa.case((premium, _paid_by(_L)), else_=_ZERO),
        without_claim=sa.case((premium, _ZERO), else_=_paid_by(_L)),
        paid=_paid_by(_L),
    )


def _taken(data_centre: str) -> sa.Select[Any]:
    """Sum what claims took, under the claim's own payee and practitioner."""
    return _part(
        _C,
        _L.claim_month,
        (
            _L.data_centre == data_centre,
            _L.claim_month != "",
            _L.claim_id == _C.claim_id,
        ),
        without_claim=-_paid_by(_L),
        explained=_L.adjusted_cents,
    )


def _posted(data_centre: str) -> sa.Select[Any]:
    written_off = _P.kind == PostingKind.WRITTEN_OFF.value
    difference = _P.kind == PostingKind.DIFFERENCE.value
    return _part(
        _P,
        _P.month,
        (_P.data_centre == data_centre,),
        difference=sa.case((difference, _P.cents), else_=_ZERO),
        paid=sa.case((difference, _P.cents), else_=_ZERO),
        written_off=sa.case((written_off, -_P.cents), else_=_ZERO),
        replaced=sa.case((sa.or_(written_off, difference), _ZERO), else_=_P.cents),
    )


def _part(
    owner: Any,
    month: sa.ColumnElement[str],
    where: Sequence[sa.ColumnElement[bool]],
    **amounts: sa.ColumnElement[int],
) -> sa.Select[Any]:
    sums = [sa.func.sum(amounts.get(name, _ZERO)).label(name) for name in _NAMES]
    payee = owner.payee_number.label("payee")
    practitioner = owner.practitioner_number.label("practitioner")
    return (
        sa.select(payee, practitioner, month.label("month"), *sums)
        .where(*where)
        .group_by(owner.payee_number, owner.practitioner_number, month)
    )


def _balance(columns: Any) -> sa.ColumnElement[int]:
    less = {"paid", "written_off"}
    total: sa.ColumnElement[int] = _ZERO
    for name in _NAMES:
        total = total - columns[name] if name in less else total + columns[name]
    return total


def _read(row: sa.Row[Any]) -> Movements:
    # PostgreSQL adds up to a Decimal.
    return Movements(**{name: int(row._mapping[name] or 0) for name in _NAMES})
