"""What a person asked of an answered claim: kept with who and why, found by claim or session."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction

_T, _C = schema.amendments, schema.claims
_CHUNK = 500


class AmendmentKind(StrEnum):
    """What was asked: another claim in its place, the payment taken back, or nothing any more."""

    CORRECT = "correct"
    RESUBMIT = "resubmit"
    DEBIT = "debit"
    WRITE_OFF = "write-off"


@dataclass(frozen=True, slots=True)
class NewAmendment:
    """An amendment to be recorded; `changed` has the session's columns with their new values.

    `from_state` is where the claim stood; `successor_id` is None for a write-off.
    """

    claim_id: int
    kind: AmendmentKind
    from_state: str
    reason: str
    successor_id: int | None = None
    submission_code: str = ""
    changed: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment as it was recorded; one that was taken back is no longer `active`."""

    amendment_id: int
    claim_id: int
    successor_id: int | None
    kind: AmendmentKind
    from_state: str
    submission_code: str
    changed: Mapping[str, str]
    note: str
    reason: str
    made_at: str
    made_by: str
    active: bool


def add_amendment(transaction: Transaction, data_centre: str, new: NewAmendment) -> int:
    """Record an amendment; return its number."""
    amendment_id = next_key(transaction.connection, _T.c.amendment_id)
    values = {
        "amendment_id": amendment_id,
        "data_centre": data_centre,
        "claim_id": new.claim_id,
        "successor_id": new.successor_id,
        "kind": new.kind.value,
        "from_state": new.from_state,
        "submission_code": new.submission_code,
        "changed": canonical_json(dict(new.changed)),
        "note": new.note,
        "reason": new.reason,
        "made_at": transaction.at,
        "made_by": transaction.actor,
        "active": 1,
    }
    transaction.connection.execute(sa.insert(_T), values)
    transaction.journal.write("amendment.new", f"amendment:{amendment_id}", values)
    return amendment_id


def withdraw_amendment(transaction: Transaction, amendment_id: int, why: str) -> None:
    """Put an amendment out of force, with a journal entry of who took it back and why."""
    transaction.connection.execute(
        sa.update(_T).where(_T.c.amendment_id == amendment_id), {"active": 0}
    )
    # `why` is no column: the reason of the amendment itself stays as it was given.
    values = {"active": 0, "why": why}
    transaction.journal.write("amendment.withdrawn", f"amendment:{amendment_id}", values)


def amendments_of_claim(
    connection: sa.Connection, data_centre: str, claim_id: int
) -> list[Amendment]:
    """List what was asked of a claim, in force or taken back, in the order it was asked."""
    query = _query(data_centre).where(_T.c.claim_id == claim_id)
    return [_amendment(row) for row in connection.execute(query)]


def amendments_by_successor(
    connection: sa.Connection, data_centre: str, successor_ids: Sequence[int]
) -> dict[int, Amendment]:
    """Return the amendments in force that these claims were made by, by the successor's number."""
    found: dict[int, Amendment] = {}
    for at in range(0, len(successor_ids), _CHUNK):
        query = _query(data_centre).where(
            _T.c.active == 1, _T.c.successor_id.in_(successor_ids[at : at + _CHUNK])
        )
        for row in connection.execute(query):
            found[row.successor_id] = _amendment(row)
    return found


def changes_of_sessions(
    connection: sa.Connection, data_centre: str, session_keys: Sequence[int]
) -> dict[int, dict[str, str]]:
    """Return the new values that amendments in force give these sessions, by session key.

    Of several about one column the latest counts; a session without any has an empty dictionary.
    """
    found: dict[int, dict[str, str]] = {key: {} for key in session_keys}
    for at in range(0, len(session_keys), _CHUNK):
        query = (
            sa.select(_C.c.session_key, _T.c.changed)
            .join(_C, _C.c.claim_id == _T.c.claim_id)
            .where(
                _T.c.data_centre == data_centre,
                _T.c.active == 1,
                _C.c.session_key.in_(session_keys[at : at + _CHUNK]),
            )
            .order_by(_T.c.amendment_id)
        )
        for session_key, changed in connection.execute(query):
            found[session_key].update(json.loads(changed))
    return found


def _query(data_centre: str) -> sa.Select[Any]:
    names = Amendment.__dataclass_fields__
    return (
        sa.select(*(_T.c[name] for name in names))
        .where(_T.c.data_centre == data_centre)
        .order_by(_T.c.amendment_id)
    )


def _amendment(row: sa.Row[Any]) -> Amendment:
    values = dict(row._mapping)
    values["kind"] = AmendmentKind(values["kind"])
    values["changed"] = json.loads(values["changed"])
    values["active"] = bool(values["active"])
    return Amendment(**values)
