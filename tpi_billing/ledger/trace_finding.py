"""Find the claims that a trace is asked of: by their numbers, their session, their patient."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema

_CHUNK = 500


def claims_by_folio(connection: sa.Connection, data_centre: str, folio: int) -> list[int]:
    """Return the claim with an office folio number, if there is one."""
    claims = schema.claims.c
    query = _claim_ids(data_centre).where(claims.office_folio == folio)
    return list(connection.execute(query).scalars())


def claims_by_sequence(connection: sa.Connection, data_centre: str, number: int) -> list[int]:
    """Return the claims whose record had a number, one for each time the numbers began again."""
    claims = schema.claims.c
    last = sa.select(sa.func.max(claims.sequence_cycle)).where(claims.data_centre == data_centre)
    cycles = range(1, (connection.execute(last).scalar() or 0) + 1)
    query = _claim_ids(data_centre).where(
        claims.sequence_cycle.in_(cycles), claims.sequence_number == number
    )
    return list(connection.execute(query).scalars())


def claims_of_keys(
    connection: sa.Connection, data_centre: str, session_keys: Sequence[int]
) -> list[int]:
    """Return every claim of these sessions, void ones too."""
    claims = schema.claims.c
    found: set[int] = set()
    for at in range(0, len(session_keys), _CHUNK):
        some = session_keys[at : at + _CHUNK]
        query = _claim_ids(data_centre).where(claims.session_key.in_(some))
        found.update(connection.execute(query).scalars())
    return sorted(found)


def live_claims_of(
    connection: sa.Connection, data_centre: str, patient_keys: Sequence[str]
) -> list[int]:
    """Return the live claims that were made for these patients, whoever the session names now."""
    claims = schema.claims.c
    query = _claim_ids(data_centre).where(
        claims.live == sa.literal_column("1"), claims.patient_key.in_(patient_keys)
    )
    return list(connection.execute(query).scalars())


def keys_of_session(connection: sa.Connection, data_centre: str, session_id: str) -> list[int]:
    """Return the sessions of an id, one for each source that has it."""
    sessions, imports = schema.sessions.c, schema.imports.c
    named = sa.select(imports.source).where(imports.data_centre == data_centre).distinct()
    sources = list(connection.execute(named).scalars())
    query = sa.select(sessions.session_key).where(
        sessions.data_centre == data_centre,
        sessions.source.in_(sources),
        sessions.session_id == session_id,
    )
    return list(connection.execute(query.order_by(sessions.session_key)).scalars())


def keys_of_patients(
    connection: sa.Connection, data_centre: str, patient_keys: Sequence[str], day: str | None = None
) -> list[int]:
    """Return the sessions of these patients, of one day only if that is given."""
    sessions = schema.sessions.c
    query = sa.select(sessions.session_key).where(
        sessions.data_centre == data_centre, sessions.patient_key.in_(patient_keys)
    )
    if day is not None:
        query = query.where(sessions.service_date == day)
    return list(connection.execute(query.order_by(sessions.session_key)).scalars())


def patients_of_chart(connection: sa.Connection, data_centre: str, chart: str) -> list[str]:
    """Return the patients whose sessions bear a chart number; this reads every session."""
    sessions = schema.sessions.c
    stands = f'"patient_id":{json.dumps(chart, ensure_ascii=False)}'
    query = sa.select(sessions.patient_key).where(
        sessions.data_centre == data_centre, sessions.content.contains(stands, autoescape=True)
    )
    return sorted(connection.execute(query.distinct()).scalars())


def _claim_ids(data_centre: str) -> sa.Select[Any]:
    claims = schema.claims.c
    return (
        sa.select(claims.claim_id)
        .where(claims.data_centre == data_centre)
        .order_by(claims.claim_id)
    )
