"""Sums for the audit report: of `claim_facts`, which has to be there, and the journal's end.

A period is its first and its last day of service as day numbers, both included. A claim is counted
when it is live, unless something else is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import read_head
from tpi_billing.model.claim import DEBIT, ClaimState

_F = sa.table(
    "claim_facts",
    sa.column("claim_id", sa.Integer),
    sa.column("patient", sa.Integer),
    sa.column("practitioner", sa.String),
    sa.column("units", sa.Integer),
    sa.column("amount_cents", sa.Integer),
    sa.column("paid_cents", sa.Integer),
    sa.column("state", sa.String),
    sa.column("live", sa.Integer),
    sa.column("submission_code", sa.String),
    sa.column("service_day", sa.Integer),
    sa.column("sent_day", sa.Integer),
    sa.column("predecessor", sa.Integer),
    sa.column("referral_given", sa.Integer),
)
_C = _F.c
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class JournalEnd:
    """The journal's last entry: its number, its hash, when it was made (`""` without any)."""

    entry: int
    sha256: str
    at: str


@dataclass(frozen=True, slots=True)
class Billed:
    """How many claims there are, for how much (cents), of how many patients and practitioners."""

    claims: int
    cents: int
    patients: int
    practitioners: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Claims that stand in one state now: how many, billed and paid in cents."""

    state: ClaimState
    claims: int
    billed: int
    paid: int


@dataclass(frozen=True, slots=True)
class Waited:
    """Claims that were first sent so many days after their service; None: not sent yet."""

    days: int | None
    claims: int
    cents: int


@dataclass(frozen=True, slots=True)
class Referred:
    """A practitioner's claims, and how many of them name who referred the patient."""

    practitioner: str
    claims: int
    referred: int


def journal_end(connection: sa.Connection) -> JournalEnd:
    """Return the journal's head with the instant of its last entry."""
    head = read_head(connection)
    query = sa.select(schema.journal.c.at).where(schema.journal.c.entry == head.entries)
    return JournalEnd(head.entries, head.sha256, connection.execute(query).scalar() or "")


def billed(connection: sa.Connection, first: int, last: int) -> Billed:
    """Sum up the claims of a period."""
    query = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(_C.amount_cents), 0),
        sa.func.count(_C.patient.distinct()),
        sa.func.count(_C.practitioner.distinct()),
    ).where(_live(first, last))
    # PostgreSQL adds up to a Decimal.
    return Billed(*(int(value) for value in connection.execute(query).one()))


def outcomes(connection: sa.Connection, first: int, last: int) -> list[Outcome]:
    """Sum up the claims of a period by the state that they are in now, in the order of a life."""
    query = (
        sa.select(
            _C.state,
            sa.func.count(),
            sa.func.sum(_C.amount_cents),
            sa.func.coalesce(sa.func.sum(_C.paid_cents), 0),
        )
        .where(_live(first, last))
        .group_by(_C.state)
    )
    found = {
        ClaimState(state): (claims, int(cents), int(paid))
        for state, claims, cents, paid in connection.execute(query)
    }
    return [Outcome(state, *found[state]) for state in ClaimState if state in found]


def waited(connection: sa.Connection, first: int, last: int) -> list[Waited]:
    """Count the claims of a period by the days from service to the first submission.

    Every claim counts as it was first billed, whatever became of it; successors and debit requests
    do not. Those that were not sent stand last.
    """
    days = (_C.sent_day - _C.service_day).label("days")
    query = (
        sa.select(days, sa.func.count(), sa.func.sum(_C.amount_cents))
        .where(
            _C.service_day.between(first, last),
            _C.predecessor.is_(None),
            _C.submission_code != DEBIT,
        )
        .group_by(days)
    )
    found = [
        Waited(None if days is None else int(days), claims, int(cents))
        for days, claims, cents in connection.execute(query)
    ]
    return sorted(found, key=lambda one: (one.days is None, one.days or 0))


def referred(connection: sa.Connection, first: int, last: int) -> list[Referred]:
    """Count the claims of a period, and those with a referral, by practitioner."""
    query = (
        sa.select(_C.practitioner, sa.func.count(), sa.func.sum(_C.referral_given))
        .where(_live(first, last))
        .group_by(_C.practitioner)
        .order_by(_C.practitioner)
    )
    return [Referred(number, claims, int(of)) for number, claims, of in connection.execute(query)]


def services_by_day(connection: sa.Connection, first: int, last: int) -> Iterator[tuple[str, int]]:
    """Yield each practitioner's services on each day with any, in order; units count."""
    return _sums(connection, sa.func.sum(_C.units), _C.service_day, first, last)


def cents_by_patient(connection: sa.Connection, first: int, last: int) -> Iterator[tuple[str, int]]:
    """Yield what each practitioner billed for each patient, in order."""
    return _sums(connection, sa.func.sum(_C.amount_cents), _C.patient, first, last)


def _sums(
    connection: sa.Connection,
    value: sa.ColumnElement[int],
    over: sa.ColumnElement[int],
    first: int,
    last: int,
) -> Iterator[tuple[str, int]]:
    query = (
        sa.select(_C.practitioner, value.label("value"))
        .where(_live(first, last))
        .group_by(_C.practitioner, over)
        .order_by(_C.practitioner, "value")
        .execution_options(yield_per=_AT_ONCE)
    )
    for number, total in connection.execute(query):
        yield number, int(total)


def _live(first: int, last: int) -> sa.ColumnElement[bool]:
    return sa.and_(_C.live == 1, _C.service_day.between(first, last))
