"""Ledgers as earlier versions of the tool left them, made of one of today's.

What a later schema brought is taken away again, from the tables and from the journal, whose chain
is then as if it had never been there.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.ledger.journal import NO_ENTRY, canonical_json, entry_hash


@dataclass(frozen=True)
class Brought:
    """What a schema brought: tables, columns, indexes, and the entries that tell of it."""

    tables: Sequence[str] = ()
    columns: Sequence[tuple[str, str]] = ()
    indexes: Sequence[str] = ()
    actions: Sequence[str] = ()


BROUGHT = {
    "0007": Brought(),  # it brought something to PostgreSQL only
    "0006": Brought(tables=("verdicts", "sample_claims", "sample_strata", "samples")),
    "0005": Brought(
        tables=(
            "remittance_lines", "remittance_files", "amendments", "postings", "closing_lines",
            "closings",
        ),
        columns=tuple(
            ("claims", name)
            for name in (
                "adjusted_cents", "predecessor", "expected_cents", "sent_on", "billed_month",
            )
        ),
        indexes=("claims_by_billed_month", "claims_by_predecessor"),
    ),
    "0004": Brought(
        tables=("rejected_rows",),
        columns=(("sessions", "pending"), ("import_rows", "content_sha256")),
        indexes=("sessions_pending",),
        actions=("row.rejected", "row.resolved", "import.rows"),
    ),
    "0003": Brought(
        tables=("pickups", "submissions", "submission_files"),
        columns=tuple(
            ("claims", name)
            for name in ("sequence_cycle", "approval_reference", "original_file_number")
        ),
        indexes=("one_sequence_number",),
        actions=("file.rendered", "submission.started", "submission.finished", "pickup.kept"),
    ),
    "0002": Brought(
        tables=("referral_updates", "referrals", "decisions"),
        indexes=("sessions_by_practitioner",),
        actions=("referral.new", "referral.updated", "decision.new"),
    ),
}  # fmt: skip
"""By schema, the latest first."""


def make_older(file: Path, revision: str) -> None:
    """Turn a ledger of today into one of an earlier schema."""
    later = [brought for schema, brought in BROUGHT.items() if schema > revision]
    with closing(sqlite3.connect(file)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for brought in later:
            _take_away(connection, brought)
        _chain_anew(connection, later)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


def _take_away(connection: sqlite3.Connection, brought: Brought) -> None:
    for index in brought.indexes:
        connection.execute(f"DROP INDEX {index}")
    for table in brought.tables:
        connection.execute(f"DROP TABLE {table}")
    for table, column in brought.columns:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _chain_anew(connection: sqlite3.Connection, later: Sequence[Brought]) -> None:
    actions = {action for brought in later for action in brought.actions}
    columns = {pair for brought in later for pair in brought.columns}
    entries = connection.execute("SELECT * FROM journal ORDER BY entry").fetchall()
    connection.execute("DELETE FROM journal")
    number, previous = 0, NO_ENTRY
    for _, at, actor, action, record, told, _, _ in entries:
        if action in actions:
            continue
        number += 1
        table = f"{action.partition('.')[0]}s"
        values = json.loads(told).items()
        content = canonical_json({k: v for k, v in values if (table, k) not in columns})
        digest = entry_hash(number, at, actor, action, record, content, previous)
        row = (number, at, actor, action, record, content, previous, digest)
        connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        if action == "batch.new":
            batch_id = int(record.partition(":")[2])
            connection.execute(
                "UPDATE batches SET journal_entry = ? WHERE batch_id = ?", (number, batch_id)
            )
        previous = digest
    connection.execute("UPDATE journal_head SET entries = ?, sha256 = ?", (number, previous))
