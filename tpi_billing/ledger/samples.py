"""Samples of claims for a review of the charts: what may be drawn, and what was.

The journal has every value of every row, under these actions and record names: `sample.new` of
`sample:7`, `sample-stratum.new` of `sample:7/stratum:1` and `sample-claim.new` of
`sample:7/claim:501`. The entry `sample.new` comes last: its hash is printed in the workbook and
seals the draw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.claim import DEBIT, ClaimState
from tpi_billing.model.sample import Sample, SampledClaim, SampleScope, Stratum

_C, _S = schema.claims, schema.samples
_STATES = ClaimState
_NOT_DRAWN = (_STATES.BATCHED, _STATES.VOID, _STATES.CORRECTED, _STATES.DEBITED)
"""Not with MSP, replaced by another claim that is, or paid back whole: nothing stands on them."""

_UNANSWERED = frozenset({_STATES.SENT.value, _STATES.HELD.value})


@dataclass(frozen=True, slots=True)
class Drawable:
    """A claim that may be drawn; `paid_cents` is None while MSP has not answered."""

    claim_id: int
    practitioner_number: str
    fee_item: str
    billed_cents: int
    paid_cents: int | None


def drawable_claims(
    connection: sa.Connection, data_centre: str, scope: SampleScope
) -> Iterator[Drawable]:
    """Stream the claims with services in scope that went to MSP and stand, by their numbers.

    Requests to take a payment back are none. What MSP paid for a claim whose place another has
    taken counts with the one that took it.
    """
    paid_before = _PaidBefore(connection, data_centre)
    query = sa.select(
        _C.c.claim_id,
        _C.c.practitioner_number,
        _C.c.fee_item,
        _C.c.amount_cents,
        _C.c.paid_cents,
        _C.c.state,
        _C.c.predecessor,
    ).where(
        _C.c.data_centre == data_centre,
        _C.c.sent_on.is_not(None),
        _C.c.state.not_in([state.value for state in _NOT_DRAWN]),
        _C.c.submission_code != DEBIT,
        _C.c.service_date.between(scope.first.isoformat(), scope.last.isoformat()),
    )
    if scope.practitioner:
        query = query.where(_C.c.practitioner_number == scope.practitioner)
    rows = connection.execute(query.order_by(_C.c.claim_id), execution_options={"yield_per": 2_000})
    for claim_id, practitioner, item, billed, paid, state, predecessor in rows:
        whole = None
        if state not in _UNANSWERED:
            whole = (paid or 0) + paid_before.back(claim_id) + paid_before.of(predecessor)
        yield Drawable(claim_id, practitioner, item, billed, whole)


class _PaidBefore:
    """What MSP paid for the claims whose place others have taken, along their chain.

    What it took back of them, as it was asked to, is not among it.
    """

    def __init__(self, connection: sa.Connection, data_centre: str) -> None:
        query = sa.select(_C.c.claim_id, _C.c.predecessor, _C.c.paid_cents).where(
            _C.c.data_centre == data_centre, _C.c.state == _STATES.CORRECTED.value
        )
        self._known = {row.claim_id: row for row in connection.execute(query)}
        back = sa.select(_C.c.predecessor, sa.func.sum(_C.c.paid_cents)).where(
            _C.c.data_centre == data_centre,
            _C.c.submission_code == DEBIT,
            _C.c.paid_cents.is_not(None),
        )
        rows = connection.execute(back.group_by(_C.c.predecessor))
        self._taken_back = {claim_id: int(cents) for claim_id, cents in rows}

    def of(self, claim_id: int | None) -> int:
        """Add up what was paid for this claim and for those before it, in cents."""
        cents = 0
        while claim_id is not None and (row := self._known.get(claim_id)) is not None:
            cents += (row.paid_cents or 0) + self.back(claim_id)
            claim_id = row.predecessor
        return cents

    def back(self, claim_id: int) -> int:
        """Return what MSP took back of a claim as it was asked to, in cents: 0 or less."""
        return self._taken_back.get(claim_id, 0)


def find_same(connection: sa.Connection, sample: Sample) -> int | None:
    """Return the number of the sample that was drawn in the same way and is the same."""
    query = sa.select(_S.c.sample_id).where(
        *(_S.c[name] == value for name, value in _asked(sample).items())
    )
    return connection.execute(query.order_by(_S.c.sample_id)).scalars().first()


def add_sample(transaction: Transaction, sample: Sample) -> int:
    """Store a sample with everything in it; return its number."""
    connection, journal = transaction.connection, transaction.journal
    sample_id = next_key(connection, _S.c.sample_id)
    values = {
        "sample_id": sample_id,
        **_asked(sample),
        "drawn_on": transaction.on.isoformat(),
        "drawn_at": transaction.at,
        "drawn_by": transaction.actor,
    }
    connection.execute(sa.insert(_S), values)
    strata = [
        (sample_id, one.number, one.name, one.population, one.population_cents, one.size)
        for one in sample.strata
    ]
    claims = [
        (sample_id, one.claim_id, one.position, one.stratum, one.billed_cents, one.paid_cents)
        for one in sample.claims
    ]
    for table, rows, what in (
        (schema.sample_strata, strata, "stratum"),
        (schema.sample_claims, claims, "claim"),
    ):
        names = tuple(table.c.keys())
        insert_rows(connection, table, names, rows)
        for row in rows:
            told = dict(zip(names, row, strict=True))
            journal.write(f"sample-{what}.new", f"sample:{sample_id}/{what}:{row[1]}", told)
    journal.write("sample.new", f"sample:{sample_id}", values)
    return sample_id


def _asked(sample: Sample) -> dict[str, str | int]:
    """Return the columns that say what was asked and what came of it."""
    scope = sample.scope
    return {
        "data_centre": sample.data_centre,
        "first_day": scope.first.isoformat(),
        "last_day": scope.last.isoformat(),
        "practitioner_number": scope.practitioner,
        "stratified_by": sample.stratified_by,
        "seed": str(sample.seed),
        "size": len(sample.claims),
        "population": sample.population,
        "population_cents": sample.population_cents,
        "content_sha256": sample.digest,
    }


def read_sample(connection: sa.Connection, data_centre: str, sample_id: int) -> Sample | None:
    """Return a stored sample whole; None if there is none of that number."""
    query = sa.select(_S).where(_S.c.data_centre == data_centre, _S.c.sample_id == sample_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    strata, claims = schema.sample_strata, schema.sample_claims
    of_strata = sa.select(*list(strata.c)[1:]).where(strata.c.sample_id == sample_id)
    of_claims = sa.select(*list(claims.c)[1:]).where(claims.c.sample_id == sample_id)
    head = connection.execute(
        sa.select(schema.journal.c.entry, schema.journal.c.sha256).where(
            schema.journal.c.record == f"sample:{sample_id}",
            schema.journal.c.action == "sample.new",
        )
    ).one()
    return Sample(
        data_centre=row.data_centre,
        scope=SampleScope(
            date.fromisoformat(row.first_day),
            date.fromisoformat(row.last_day),
            row.practitioner_number,
        ),
        stratified_by=row.stratified_by,
        seed=int(row.seed),
        strata=tuple(
            Stratum(*one) for one in connection.execute(of_strata.order_by(strata.c.stratum))
        ),
        claims=tuple(
            SampledClaim(*one) for one in connection.execute(of_claims.order_by(claims.c.position))
        ),
        sample_id=sample_id,
        drawn_on=date.fromisoformat(row.drawn_on),
        drawn_at=row.drawn_at,
        drawn_by=row.drawn_by,
        journal_entry=head.entry,
        journal_hash=head.sha256,
    )


def recorded_sessions(connection: sa.Connection, session_keys: Sequence[int]) -> Mapping[int, str]:
    """Return the canonical values of sessions as JSON, as the ledger has them, by key."""
    table = schema.sessions
    found: dict[int, str] = {}
    for at in range(0, len(session_keys), 500):
        query = sa.select(table.c.session_key, table.c.content).where(
            table.c.session_key.in_(session_keys[at : at + 500])
        )
        found.update((row.session_key, row.content) for row in connection.execute(query))
    return found
