"""The history of imports: which row of which file said what of which session."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.transaction import Transaction

_T = schema.import_rows
COLUMNS = ("row_number", "session_key", "outcome", "content_sha256")
# Below the number of parameters that every SQLite accepts in one statement.
_CHUNK = 500

ImportRow = tuple[int, int, str, str]
"""Row number, session key, outcome, and the content's SHA-256."""


def rows_of_import(
    connection: sa.Connection, import_id: int, session_keys: Sequence[int]
) -> dict[int, int]:
    """Tell which of these sessions the import has met already: session key to row number."""
    met: dict[int, int] = {}
    for at in range(0, len(session_keys), _CHUNK):
        query = sa.select(_T.c.session_key, _T.c.row_number).where(
            _T.c.import_id == import_id,
            _T.c.session_key.in_(session_keys[at : at + _CHUNK]),
        )
        met.update((key, row) for key, row in connection.execute(query))
    return met


def versions_before(
    connection: sa.Connection, import_id: int, session_keys: Sequence[int]
) -> dict[tuple[int, str], int]:
    """Find what imports before this one said of sessions.

    Return the number of the last import that had it, by session key and the content's SHA-256.
    """
    found: dict[tuple[int, str], int] = {}
    for at in range(0, len(session_keys), _CHUNK):
        query = (
            sa.select(_T.c.session_key, _T.c.content_sha256, sa.func.max(_T.c.import_id))
            .where(
                _T.c.session_key.in_(session_keys[at : at + _CHUNK]),
                _T.c.import_id < import_id,
                _T.c.content_sha256 != "",
            )
            .group_by(_T.c.session_key, _T.c.content_sha256)
        )
        found.update(((key, sha256), last) for key, sha256, last in connection.execute(query))
    return found


def contents_of(connection: sa.Connection, session_keys: Sequence[int]) -> dict[int, str]:
    """Return what the ledger has of sessions: their canonical values as JSON, by their keys."""
    sessions, found = schema.sessions.c, dict[int, str]()
    for at in range(0, len(session_keys), _CHUNK):
        query = sa.select(sessions.session_key, sessions.content).where(
            sessions.session_key.in_(session_keys[at : at + _CHUNK])
        )
        found.update((key, content) for key, content in connection.execute(query))
    return found


def add_import_rows(transaction: Transaction, import_id: int, rows: Sequence[ImportRow]) -> None:
    """Record what became of rows, in their order; the journal keeps them and a hash over all."""
    if not rows:
        return
    insert_rows(
        transaction.connection, _T, ("import_id", *COLUMNS), [(import_id, *row) for row in rows]
    )
    values = {
        "first_row": rows[0][0],
        "last_row": rows[-1][0],
        "rows": len(rows),
        "sha256": hash_of_rows(rows),
        "values": rows,
    }
    transaction.journal.write("import.rows", f"import:{import_id}", values)


def hash_of_rows(rows: Sequence[ImportRow]) -> str:
    """Return the SHA-256 of rows in their order."""
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()
