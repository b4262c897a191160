"""The registry of referrals in the ledger: added, changed, reported on, found by patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.referral import RegisteredReferral

_T = schema.referrals
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PatientReferral:
    """A referral with whose it is."""

    patient_key: str
    referral: RegisteredReferral


def add_referral(
    transaction: Transaction, data_centre: str, patient_key: str, referral: RegisteredReferral
) -> int:
    """Store a new referral; its own `referral_id` and `updates` are not looked at."""
    referral_id = next_key(transaction.connection, _T.c.referral_id)
    values = {
        "referral_id": referral_id,
        "data_centre": data_centre,
        "patient_key": patient_key,
        **_values(referral),
    }
    transaction.connection.execute(sa.insert(_T), values)
    transaction.journal.write("referral.new", f"referral:{referral_id}", values)
    return referral_id


def change_referral(transaction: Transaction, referral_id: int, values: Mapping[str, Any]) -> None:
    """Change some columns of a referral, with a journal entry of the new values."""
    transaction.connection.execute(
        sa.update(_T).where(_T.c.referral_id == referral_id), dict(values)
    )
    transaction.journal.write("referral.changed", f"referral:{referral_id}", dict(values))


def add_update(transaction: Transaction, referral_id: int, sent_on: date, note: str) -> bool:
    """Record a written report to the referrer; return whether it was new."""
    table = schema.referral_updates
    values = {"referral_id": referral_id, "sent_on": sent_on.isoformat(), "note": note}
    there = sa.select(table.c.note).where(
        table.c.referral_id == referral_id, table.c.sent_on == values["sent_on"]
    )
    if transaction.connection.execute(there).first() is not None:
        return False
    transaction.connection.execute(sa.insert(table), values)
    transaction.journal.write("referral.updated", f"referral:{referral_id}", values)
    return True


def referrals_of(
    connection: sa.Connection, data_centre: str, patient_keys: Sequence[str]
) -> dict[str, tuple[RegisteredReferral, ...]]:
    """Find the referrals of these patients, oldest first; a patient without any is left out."""
    found: dict[str, list[RegisteredReferral]] = {}
    for at in range(0, len(patient_keys), _CHUNK):
        wanted = _T.c.patient_key.in_(patient_keys[at : at + _CHUNK])
        for one in _read(connection, data_centre, wanted):
            found.setdefault(one.patient_key, []).append(one.referral)
    return {key: tuple(referrals) for key, referrals in found.items()}


def all_referrals(connection: sa.Connection, data_centre: str) -> list[PatientReferral]:
    """List the whole registry, by patient and date."""
    return _read(connection, data_centre, sa.true())


def find_referral(
    connection: sa.Connection, data_centre: str, referral_id: int
) -> PatientReferral | None:
    """Return one referral, None if there is none of that number."""
    found = _read(connection, data_centre, _T.c.referral_id == referral_id)
    return found[0] if found else None


def _read(
    connection: sa.Connection, data_centre: str, wanted: sa.ColumnElement[bool]
) -> list[PatientReferral]:
    where = (_T.c.data_centre == data_centre, wanted)
    reports = schema.referral_updates
    updates: dict[int, list[date]] = {}
    query = (
        sa.select(reports.c.referral_id, reports.c.sent_on)
        .join(_T, _T.c.referral_id == reports.c.referral_id)
        .where(*where)
        .order_by(reports.c.sent_on)
    )
    for referral_id, sent_on in connection.execute(query):
        updates.setdefault(referral_id, []).append(date.fromisoformat(sent_on))
    rows = connection.execute(
        sa.select(_T).where(*where).order_by(_T.c.patient_key, _T.c.received, _T.c.referral_id)
    )
    return [
        PatientReferral(row.patient_key, _referral(row, updates.get(row.referral_id, ())))
        for row in rows
    ]


def _referral(row: sa.Row[Any], updates: Sequence[date]) -> RegisteredReferral:
    return RegisteredReferral(
        referral_id=row.referral_id,
        number=row.number,
        name=row.name,
        profession=row.profession,
        received=date.fromisoformat(row.received),
        reason=row.reason,
        letter=row.letter,
        implicit=bool(row.implicit),
        implicit_excluded=bool(row.implicit_excluded),
        notice_sent=row.notice_sent and date.fromisoformat(row.notice_sent),
        closed_on=row.closed_on and date.fromisoformat(row.closed_on),
        updates=tuple(updates),
    )


def _values(referral: RegisteredReferral) -> dict[str, Any]:
    return {
        "number": referral.number,
        "name": referral.name,
        "profession": referral.profession,
        "received": referral.received.isoformat(),
        "reason": referral.reason,
        "letter": referral.letter,
        "implicit": int(referral.implicit),
        "implicit_excluded": int(referral.implicit_excluded),
        "notice_sent": referral.notice_sent and referral.notice_sent.isoformat(),
        "closed_on": referral.closed_on and referral.closed_on.isoformat(),
    }
