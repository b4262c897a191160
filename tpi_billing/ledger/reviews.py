"""What reviewers found in the charts of sampled claims, one verdict a claim of a sample.

The journal has every value, under `verdict.given` and `verdict.changed` of `sample:7/verdict:501`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.sample import Judgement, SampledClaim, Verdict

_V = schema.verdicts
_DONE = (ClaimState.CORRECTED, ClaimState.WRITTEN_OFF, ClaimState.DEBIT_REQUESTED)
_SETTLED = tuple(state.value for state in (*_DONE, ClaimState.DEBITED, ClaimState.VOID))
"""States of a claim on which somebody has acted."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WrongClaim:
    """A claim that the latest review of its chart did not find supported, and that still stands."""

    claim: Claim
    judgement: Judgement
    sampled: SampledClaim
    sample_id: int


def judgements(connection: sa.Connection, sample_id: int) -> dict[int, Judgement]:
    """Return the verdicts of a sample, by claim."""
    query = sa.select(_V).where(_V.c.sample_id == sample_id).order_by(_V.c.claim_id)
    return {row.claim_id: _judgement(row) for row in connection.execute(query)}


def give_verdict(
    transaction: Transaction, sample_id: int, judgement: Judgement, *, known: bool
) -> None:
    """Store what a reviewer found; `known` when it takes the place of an earlier verdict."""
    values: dict[str, Any] = {
        "sample_id": sample_id,
        "claim_id": judgement.claim_id,
        "verdict": judgement.verdict.value,
        "right_cents": judgement.right_cents,
        "answers": json.dumps(dict(judgement.answers), sort_keys=True),
        "reason": judgement.reason,
        "reviewed_by": judgement.reviewed_by,
        "reviewed_on": judgement.reviewed_on.isoformat(),
        "recorded_at": transaction.at,
        "recorded_by": transaction.actor,
    }
    same = sa.and_(_V.c.sample_id == sample_id, _V.c.claim_id == judgement.claim_id)
    statement = sa.update(_V).where(same) if known else sa.insert(_V)
    transaction.connection.execute(statement, values)
    action = "verdict.changed" if known else "verdict.given"
    record = f"sample:{sample_id}/verdict:{judgement.claim_id}"
    transaction.journal.write(action, record, values)


def wrong_claims(connection: sa.Connection, data_centre: str, scope: Scope) -> Iterator[WrongClaim]:
    """Yield the claims in scope that the latest sample's verdict did not find supported.

    Those on which somebody has acted since are left out.
    """
    claims, drawn = schema.claims.c, schema.sample_claims
    later = _V.alias("later")
    newer = sa.exists().where(later.c.claim_id == _V.c.claim_id, later.c.sample_id > _V.c.sample_id)
    query = (
        sa.select(_V, *(drawn.c[name] for name in ("position", "stratum")))
        .add_columns(drawn.c.billed_cents, drawn.c.paid_cents)
        .join(
            drawn,
            sa.and_(drawn.c.sample_id == _V.c.sample_id, drawn.c.claim_id == _V.c.claim_id),
        )
        .join(schema.claims, claims.claim_id == _V.c.claim_id)
        .where(
            claims.data_centre == data_centre,
            claims.state.not_in(_SETTLED),
            _V.c.verdict != Verdict.SUPPORTED.value,
            ~newer,
        )
        .order_by(_V.c.claim_id)
    )
    if scope.month is not None:
        query = query.where(claims.service_date.between(f"{scope.month}-01", f"{scope.month}-31"))
    if scope.practitioner is not None:
        query = query.where(claims.practitioner_number == scope.practitioner)
    rows = list(connection.execute(query))
    for at in range(0, len(rows), _AT_ONCE):
        some = rows[at : at + _AT_ONCE]
        numbers = [row.claim_id for row in some]
        found = {one.claim_id: one for one in claims_numbered(connection, data_centre, numbers)}
        for row in some:
            sampled = SampledClaim(
                row.claim_id, row.position, row.stratum, row.billed_cents, row.paid_cents
            )
            yield WrongClaim(found[row.claim_id], _judgement(row), sampled, row.sample_id)


def _judgement(row: sa.Row[Any]) -> Judgement:
    return Judgement(
        row.claim_id,
        Verdict(row.verdict),
        row.right_cents,
        row.reason,
        row.reviewed_by,
        date.fromisoformat(row.reviewed_on),
        json.loads(row.answers),
    )
