"""What claims have outstanding: by age and state, open work, and paid against expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.books import due, paid, posted_by_claim
from tpi_billing.ledger.postings import PostingKind
from tpi_billing.model.claim import ClaimState

_C = schema.claims.c
_EVERY_KIND = tuple(PostingKind)
_PASSED_ON = (PostingKind.REPLACED, PostingKind.REINSTATED, PostingKind.MOVED)
BANDS = (30, 60, 90)
"""The last day of each age but the oldest, counted from the service."""


@dataclass(frozen=True, slots=True)
class Receivable:
    """Outstanding cents of a state's claims, one sum for each of `BANDS` and one for older ones."""

    payee_number: str
    practitioner_number: str
    state: ClaimState
    claims: int
    by_age: tuple[int, ...]

    @property
    def cents(self) -> int:
        """The whole that is outstanding."""
        return sum(self.by_age)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """How many claims of a kind wait for somebody, and the cents that are outstanding of them."""

    claims: int
    cents: int


@dataclass(frozen=True, slots=True)
class FeeItemMoney:
    """What the claims of a fee item came to, in cents.

    `expected` is what was due of those that MSP has answered, less what successors took over;
    `unanswered` that of the others. `short` claims were paid less than expected.
    """

    fee_item: str
    claims: int
    answered: int
    short: int
    expected: int
    paid: int
    written_off: int
    unanswered: int


def receivables(connection: sa.Connection, data_centre: str, as_of: date) -> list[Receivable]:
    """Sum what is outstanding now by payee, practitioner, state, and age on a day."""
    open_claims = _open_claims(data_centre)
    day, cents = open_claims.c.service_date, open_claims.c.cents
    ages = []
    for younger, last in zip((None, *BANDS), (*BANDS, None), strict=True):
        within = _within(day, as_of, younger, last)
        ages.append(sa.func.sum(sa.case((within, cents), else_=0)))
    keys = (open_claims.c.payee_number, open_claims.c.practitioner_number, open_claims.c.state)
    query = sa.select(*keys, sa.func.count(), *ages).group_by(*keys).order_by(*keys)
    return [
        Receivable(payee, number, ClaimState(state), count, tuple(int(each) for each in sums))
        for payee, number, state, count, *sums in connection.execute(query)
    ]


def open_work(
    connection: sa.Connection, data_centre: str, states: Sequence[ClaimState]
) -> OpenWork:
    """Count the claims of some states that have something outstanding."""
    waiting = _open_claims(data_centre)
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(waiting.c.cents), 0)).where(
        waiting.c.state.in_([state.value for state in states])
    )
    count, cents = connection.execute(query).one()
    return OpenWork(count, int(cents))


def by_fee_item(
    connection: sa.Connection, data_centre: str, first: date | None, last: date | None
) -> list[FeeItemMoney]:
    """Sum paid against expected by fee item, of services between two days, both included."""
    passed_on = posted_by_claim(data_centre, _PASSED_ON)
    given_up = posted_by_claim(data_centre, (PostingKind.WRITTEN_OFF,))
    expected = due() + _C.adjusted_cents + sa.func.coalesce(passed_on.c.cents, 0)
    waits = _C.state.in_([ClaimState.SENT.value, ClaimState.HELD.value])
    query = (
        sa.select(
            _C.fee_item,
            sa.func.count(),
            sa.func.sum(sa.case((waits, 0), else_=1)),
            sa.func.sum(sa.case((~waits & (paid() < expected), 1), else_=0)),
            sa.func.sum(sa.case((waits, 0), else_=expected)),
            sa.func.sum(sa.case((waits, 0), else_=paid())),
            sa.func.sum(-sa.func.coalesce(given_up.c.cents, 0)),
            sa.func.sum(sa.case((waits, expected), else_=0)),
        )
        .select_from(
            schema.claims.outerjoin(passed_on, passed_on.c.claim_id == _C.claim_id).outerjoin(
                given_up, given_up.c.claim_id == _C.claim_id
            )
        )
        .where(_C.data_centre == data_centre, _C.billed_month != "", *_served(first, last))
        .group_by(_C.fee_item)
        .order_by(_C.fee_item)
    )
    return [
        FeeItemMoney(item, *(int(each) for each in sums))
        for item, *sums in connection.execute(query)
    ]


def _served(first: date | None, last: date | None) -> list[sa.ColumnElement[bool]]:
    limits = []
    if first is not None:
        limits.append(_C.service_date >= first.isoformat())
    if last is not None:
        limits.append(_C.service_date <= last.isoformat())
    return limits


def _open_claims(data_centre: str) -> sa.Subquery:
    """List the claims that were sent and have something outstanding: its cents, state, day."""
    posted = posted_by_claim(data_centre, _EVERY_KIND)
    cents = due() + _C.adjusted_cents - paid() + sa.func.coalesce(posted.c.cents, 0)
    return (
        sa.select(
            _C.payee_number,
            _C.practitioner_number,
            _C.state,
            _C.service_date,
            cents.label("cents"),
        )
        .select_from(schema.claims.outerjoin(posted, posted.c.claim_id == _C.claim_id))
        .where(_C.data_centre == data_centre, _C.billed_month != "", cents != 0)
        .subquery()
    )


def _within(day: Any, as_of: date, younger: int | None, last: int | None) -> sa.ColumnElement[bool]:
    """Tell whether a service was more than `younger` and at most `last` days ago."""
    within: sa.ColumnElement[bool] = sa.true()
    if younger is not None:
        within &= day < (as_of - timedelta(days=younger)).isoformat()
    if last is not None:
        within &= day >= (as_of - timedelta(days=last)).isoformat()
    return within
