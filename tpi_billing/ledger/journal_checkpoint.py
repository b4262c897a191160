"""Checkpoints: entries which say that everything before them was verified, and what there was.

A checkpoint stands in the chain like any other entry, so it cannot be changed or taken away
without breaking what follows it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.journal import Head
from tpi_billing.ledger.journal_chain import Entry
from tpi_billing.ledger.replay.rows import loaded
from tpi_billing.ledger.transaction import Transaction

ACTION = "audit.verified"
_RECORD = "journal"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything up to the head was verified, when the tables had so many `rows`."""

    head: Head
    rows: Mapping[str, int]
    at: str
    by: str


def record_checkpoint(transaction: Transaction, head: Head, rows: Mapping[str, int]) -> None:
    """Write down that the ledger was whole up to a head."""
    values = {"entries": head.entries, "sha256": head.sha256, "rows": dict(rows)}
    transaction.journal.write(ACTION, _RECORD, values)


def is_checkpoint_of(connection: sa.Connection, head: Head) -> bool:
    """Tell whether the entry at a head says that everything before it was verified."""
    query = f"SELECT action, content FROM journal WHERE entry = {head.entries}"
    return any(
        action == ACTION and (loaded(content) or {}).get("entries") == head.entries - 1
        for action, content in raw_rows(connection, query)
    )


def latest_checkpoint(entries: Iterable[Entry]) -> Checkpoint | None:
    """Return the first checkpoint among entries, None when there is none."""
    for _, at, actor, action, _, content, _, _ in entries:
        if action == ACTION and (values := loaded(content)):
            return Checkpoint(Head(values["entries"], values["sha256"]), values["rows"], at, actor)
    return None
