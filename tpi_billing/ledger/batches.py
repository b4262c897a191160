"""Batches in the ledger: their numbers, what they held back, and the files made of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.claim import BatchState, ClaimState

_T = schema.batches
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch's row; `facts` are what its files print and no other table keeps."""

    batch_id: int
    month: str
    practitioner_filter: str
    state: str
    as_of: str
    created_at: str
    created_by: str
    claims: int
    sessions: int
    held: int
    amount_cents: int
    facts: dict[str, Any]
    void_reason: str
    journal_entry: int
    journal_hash: str


@dataclass(frozen=True, slots=True)
class BatchSession:
    """A session as a batch saw it: held or billed, with its findings as plain values."""

    session_key: int
    held: bool
    facts: dict[str, Any]
    findings: list[dict[str, Any]]


def next_batch_id(transaction: Transaction) -> int:
    """Return the number of the batch that is being made."""
    return next_key(transaction.connection, _T.c.batch_id)


def add_batch(transaction: Transaction, values: dict[str, Any]) -> None:
    """Store a batch; its journal entry is written first, for its number stands in the row."""
    row = {**values, "facts": canonical_json(values["facts"])}
    head = transaction.journal.write("batch.new", f"batch:{values['batch_id']}", row)
    transaction.connection.execute(sa.insert(_T), {**row, "journal_entry": head.entries})


def add_batch_sessions(
    transaction: Transaction, batch_id: int, sessions: Iterable[BatchSession]
) -> None:
    """Keep what the batch's files say of sessions: the held ones, and notices of billed ones."""
    table = schema.batch_sessions
    columns = tuple(table.c.keys())
    coming = enumerate(sessions, start=1)
    while some := list(islice(coming, _AT_ONCE)):
        rows = [
            (
                batch_id,
                position,
                session.session_key,
                int(session.held),
                canonical_json(session.facts),
                canonical_json(session.findings),
            )
            for position, session in some
        ]
        insert_rows(transaction.connection, table, columns, rows)
        for row in rows:
            values = dict(zip(columns, row, strict=True))
            transaction.journal.write("batch.session", f"batch:{batch_id}/session:{row[2]}", values)


def take_sessions(transaction: Transaction, batch_id: int, session_keys: Iterable[int]) -> None:
    """Mark sessions as billed in a batch."""
    update = sa.update(schema.sessions).where(
        schema.sessions.c.session_key == sa.bindparam("taken"),
        schema.sessions.c.batch_id.is_(None),
    )
    coming = iter(session_keys)
    while keys := list(islice(coming, _AT_ONCE)):
        transaction.connection.execute(
            update.values(batch_id=batch_id), [{"taken": key} for key in keys]
        )
        for key in keys:
            transaction.journal.write("session.billed", f"session:{key}", {"batch_id": batch_id})


def release_sessions(transaction: Transaction, batch_id: int) -> list[int]:
    """Let go of a batch's sessions whose claims in it are void, so that they can be billed again.

    What the source said of a session since it was billed is then what the session says. Return
    their keys.
    """
    table, claims = schema.sessions, schema.claims
    billed = sa.select(claims.c.session_key).where(
        claims.c.batch_id == batch_id, claims.c.state != ClaimState.VOID.value
    )
    free = (table.c.batch_id == batch_id, table.c.session_key.not_in(billed))
    query = sa.select(table.c.session_key, table.c.pending).where(*free)
    released = transaction.connection.execute(query.order_by(table.c.session_key)).all()
    transaction.connection.execute(sa.update(table).where(*free).values(batch_id=None))
    for key, pending in released:
        values: dict[str, Any] = {"batch_id": None}
        if pending:
            values |= {**json.loads(pending), "pending": ""}
            transaction.connection.execute(
                sa.update(table).where(table.c.session_key == key), values
            )
        transaction.journal.write("session.released", f"session:{key}", values)
    return [key for key, _ in released]


def change_batch(
    transaction: Transaction, batch_id: int, action: str, values: dict[str, Any]
) -> None:
    """Change some columns of a batch, with a journal entry of the new values."""
    transaction.connection.execute(sa.update(_T).where(_T.c.batch_id == batch_id), values)
    transaction.journal.write(action, f"batch:{batch_id}", values)


def list_batches(
    connection: sa.Connection,
    data_centre: str,
    limit: int | None = None,
    *,
    only: int | None = None,
) -> list[BatchRow]:
    """List batches, newest first; `only` one of them, or none if it is not there."""
    query = _query(data_centre).order_by(_T.c.batch_id.desc()).limit(limit)
    if only is not None:
        query = query.where(_T.c.batch_id == only)
    return [_row(row) for row in connection.execute(query)]


def newest_day(connection: sa.Connection, data_centre: str) -> date | None:
    """Return the latest day as of which a batch was made that is not void; None without one."""
    mine = (_T.c.data_centre == data_centre) & (_T.c.state != BatchState.VOID)
    day = connection.execute(sa.select(sa.func.max(_T.c.as_of)).where(mine)).scalar()
    return None if day is None else date.fromisoformat(day)


def sessions_of(connection: sa.Connection, batch_id: int) -> Iterator[BatchSession]:
    """Stream what a batch kept of its sessions, in its order."""
    table = schema.batch_sessions
    query = sa.select(table).where(table.c.batch_id == batch_id).order_by(table.c.position)
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield BatchSession(
            row.session_key, bool(row.held), json.loads(row.facts), json.loads(row.findings)
        )


def sources_of(
    connection: sa.Connection, session_keys: Sequence[int]
) -> list[tuple[int, str, str, str, str, str, str]]:
    """Return the imports that these sessions came from: number, then what is known of the file."""
    table, files = schema.sessions, schema.imports
    found: dict[int, tuple[int, str, str, str, str, str, str]] = {}
    for at in range(0, len(session_keys), 500):
        query = (
            sa.select(
                files.c.import_id,
                files.c.file_name,
                files.c.file_sha256,
                files.c.sheet,
                files.c.source,
                files.c.imported_at,
                files.c.imported_by,
            )
            .join(table, table.c.import_id == files.c.import_id)
            .where(table.c.session_key.in_(session_keys[at : at + 500]))
            .distinct()
        )
        for row in connection.execute(query):
            found[row.import_id] = tuple(row)
    return [found[import_id] for import_id in sorted(found)]


def add_files(
    transaction: Transaction, batch_id: int, files: Sequence[tuple[str, str, str]]
) -> None:
    """Record published files: path, kind, SHA-256. A file published again replaces its record."""
    table = schema.batch_files
    for path, kind, sha256 in files:
        values = {
            "kind": kind,
            "sha256": sha256,
            "published_at": transaction.at,
            "published_by": transaction.actor,
        }
        here = (table.c.batch_id == batch_id, table.c.path == path)
        if not transaction.connection.execute(sa.update(table).where(*here), values).rowcount:
            transaction.connection.execute(
                sa.insert(table), {"batch_id": batch_id, "path": path, **values}
            )
        transaction.journal.write("batch.exported", f"batch:{batch_id}/file:{path}", values)


def files_of(connection: sa.Connection, batch_id: int) -> list[tuple[str, str, str]]:
    """Return a batch's published files: path, kind, SHA-256."""
    table = schema.batch_files
    query = sa.select(table.c.path, table.c.kind, table.c.sha256)
    return [
        (row.path, row.kind, row.sha256)
        for row in connection.execute(
            query.where(table.c.batch_id == batch_id).order_by(table.c.path)
        )
    ]


def _query(data_centre: str) -> sa.Select[Any]:
    return (
        sa.select(_T, schema.journal.c.sha256.label("journal_hash"))
        .join(schema.journal, schema.journal.c.entry == _T.c.journal_entry)
        .where(_T.c.data_centre == data_centre)
    )


def _row(row: sa.Row[Any]) -> BatchRow:
    values = {name: getattr(row, name) for name in BatchRow.__dataclass_fields__}
    values["facts"] = json.loads(values["facts"])
    return BatchRow(**values)
