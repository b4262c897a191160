"""Billed sessions as if they were still to be billed, for as long as somebody looks at them.

What a corrected session would be billed is asked of the same checks and prices that a batch asks,
and so of the same tables: they are changed within a savepoint that is always undone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.keyed import belongs
from tpi_billing.ledger.sessions import StoredSession
from tpi_billing.ledger.transaction import Transaction

_S, _C = schema.sessions, schema.claims
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class AnsweredSession:
    """A billed session: as it was billed, and what its source said of it since.

    `pending` is what the schema says; it is empty when the source has said nothing else.
    """

    stored: StoredSession
    pending: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reopened:
    """What a session is to say while it is open; texts as in the columns of the table."""

    session_key: int
    patient_key: str
    practitioner_number: str
    service_date: str
    start_time: str
    status: str
    values: Mapping[str, str]


def answered_sessions(
    connection: sa.Connection, data_centre: str, session_keys: Sequence[int]
) -> dict[int, AnsweredSession]:
    """Return these sessions by their keys."""
    found: dict[int, AnsweredSession] = {}
    files = schema.imports
    names = [name for name in StoredSession.__dataclass_fields__ if name in _S.c]
    for at in range(0, len(session_keys), _CHUNK):
        query = (
            sa.select(*(_S.c[name] for name in names), files.c.file_name, files.c.sheet)
            .add_columns(_S.c.pending)
            .join(files, files.c.import_id == _S.c.import_id)
            .where(
                belongs(_S, data_centre),
                _S.c.session_key.in_(session_keys[at : at + _CHUNK]),
            )
        )
        for row in connection.execute(query):
            *stored, pending = row
            waiting = json.loads(pending) if pending else {}
            found[row.session_key] = AnsweredSession(StoredSession(*stored), waiting)
    return found


@contextmanager
def reopened(transaction: Transaction, sessions: Sequence[Reopened]) -> Iterator[None]:
    """Open sessions with the values given, their claims out of the way; undo it all at the end.

    Visits of the same patients and days that are not billed yet are out of the way as well: they
    are priced around the claims, and not the other way round.
    """
    connection = transaction.connection
    savepoint = connection.begin_nested()
    try:
        for session in sessions:
            _hide_unbilled(connection, session)
        for session in sessions:
            _open(connection, session)
        yield
    finally:
        savepoint.rollback()


def _hide_unbilled(connection: sa.Connection, session: Reopened) -> None:
    own = sa.select(_S.c.batch_id).where(_S.c.session_key == session.session_key).scalar_subquery()
    centre = (
        sa.select(_S.c.data_centre).where(_S.c.session_key == session.session_key).scalar_subquery()
    )
    connection.execute(
        sa.update(_S)
        .where(
            _S.c.data_centre == centre,
            _S.c.patient_key == session.patient_key,
            _S.c.service_date == session.service_date,
            _S.c.batch_id.is_(None),
        )
        .values(batch_id=own)
    )


def _open(connection: sa.Connection, session: Reopened) -> None:
    connection.execute(
        sa.update(_S)
        .where(_S.c.session_key == session.session_key)
        .values(
            batch_id=None,
            patient_key=session.patient_key,
            practitioner_number=session.practitioner_number,
            service_date=session.service_date,
            start_time=session.start_time,
            status=session.status,
            content=canonical_json(dict(session.values)),
        )
    )
    connection.execute(sa.update(_C).where(_C.c.session_key == session.session_key).values(live=0))
