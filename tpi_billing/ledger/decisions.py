"""What a person decided about a session: a true second service, an approved over-age claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction

_T = schema.decisions
_CHUNK = 500


class DecisionKind(StrEnum):
    """What can be decided."""

    SECOND_SERVICE = "second-service"
    OVER_AGE = "over-age"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in force; `fee_item` is blank for one about the whole session."""

    decision_id: int
    session_key: int
    kind: DecisionKind
    fee_item: str
    reference: str
    reason: str
    decided_at: str
    decided_by: str


def add_decision(
    transaction: Transaction,
    data_centre: str,
    session_key: int,
    kind: DecisionKind,
    *,
    fee_item: str = "",
    reference: str = "",
    reason: str,
) -> int:
    """Store a decision with its reason; an earlier one about the same thing gives way to it."""
    same = (
        _T.c.session_key == session_key,
        _T.c.kind == kind.value,
        _T.c.fee_item == fee_item,
        _T.c.active == 1,
    )
    for old in transaction.connection.execute(sa.select(_T.c.decision_id).where(*same)).scalars():
        transaction.journal.write("decision.replaced", f"decision:{old}", {"active": 0})
    transaction.connection.execute(sa.update(_T).where(*same), {"active": 0})
    decision_id = next_key(transaction.connection, _T.c.decision_id)
    values = {
        "decision_id": decision_id,
        "data_centre": data_centre,
        "session_key": session_key,
        "kind": kind.value,
        "fee_item": fee_item,
        "reference": reference,
        "reason": reason,
        "decided_at": transaction.at,
        "decided_by": transaction.actor,
        "active": 1,
    }
    transaction.connection.execute(sa.insert(_T), values)
    transaction.journal.write("decision.new", f"decision:{decision_id}", values)
    return decision_id


def decisions_of(
    connection: sa.Connection, data_centre: str, patient_keys: Sequence[str]
) -> dict[int, tuple[Decision, ...]]:
    """Find the decisions in force about these patients' sessions, by session key."""
    sessions = schema.sessions
    found: dict[int, list[Decision]] = {}
    for at in range(0, len(patient_keys), _CHUNK):
        query = (
            sa.select(_T)
            .join(sessions, sessions.c.session_key == _T.c.session_key)
            .where(
                _T.c.data_centre == data_centre,
                _T.c.active == 1,
                sessions.c.patient_key.in_(patient_keys[at : at + _CHUNK]),
            )
            .order_by(_T.c.decision_id)
        )
        for row in connection.execute(query):
            found.setdefault(row.session_key, []).append(
                Decision(
                    row.decision_id,
                    row.session_key,
                    DecisionKind(row.kind),
                    row.fee_item,
                    row.reference,
                    row.reason,
                    row.decided_at,
                    row.decided_by,
                )
            )
    return {key: tuple(decisions) for key, decisions in found.items()}
