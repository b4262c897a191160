"""The history of imports: which row of which file said what of which session."""

import hashlib
import json
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.store import Transaction

_T = schema.import_rows
_COLUMNS = ("row_number", "session_key", "outcome", "content_sha256")
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


def add_import_rows(transaction: Transaction, import_id: int, rows: Sequence[ImportRow]) -> None:
    """Record what became of rows, in their order; the journal keeps a hash over all of them."""
    if not rows:
        return
    insert_rows(
        transaction.connection, _T, ("import_id", *_COLUMNS), [(import_id, *row) for row in rows]
    )
    values = {
        "first_row": rows[0][0],
        "last_row": rows[-1][0],
        "rows": len(rows),
        "sha256": _hash(rows),
    }
    transaction.journal.write("import.rows", f"import:{import_id}", values)


def faults_of_import_rows(connection: sa.Connection) -> Iterator[str]:
    """Compare the rows of imports with the hashes in the journal; say in words what differs.

    Imports of older ledgers have no such hashes and are passed over.
    """
    entries = schema.journal
    journaled: dict[str, int] = {}
    query = (
        sa.select(entries.c.record, entries.c.content)
        .where(entries.c.action == "import.rows")
        .order_by(entries.c.entry)
    )
    for record, content in connection.execute(query, execution_options={"yield_per": 1_000}):
        values = json.loads(content)
        import_id = int(record.partition(":")[2])
        journaled[record] = journaled.get(record, 0) + values["rows"]
        first, last = values["first_row"], values["last_row"]
        if _hash(_rows_between(connection, import_id, first, last)) != values["sha256"]:
            yield (
                f"import {import_id}: what became of rows {first} to {last} is not what the "
                "journal says"
            )
    counts = sa.select(_T.c.import_id, sa.func.count()).group_by(_T.c.import_id)
    for import_id, count in connection.execute(counts):
        told = journaled.get(f"import:{import_id}")
        if told is not None and told != count:
            yield f"import {import_id}: {count} rows are remembered, the journal has {told}"


def _rows_between(
    connection: sa.Connection, import_id: int, first: int, last: int
) -> list[ImportRow]:
    query = (
        sa.select(*(_T.c[name] for name in _COLUMNS))
        .where(_T.c.import_id == import_id, _T.c.row_number.between(first, last))
        .order_by(_T.c.row_number)
    )
    return [
        (number, key, outcome, sha256) for number, key, outcome, sha256 in connection.execute(query)
    ]


def _hash(rows: Sequence[ImportRow]) -> str:
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()
