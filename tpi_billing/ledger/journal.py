"""The journal: who did what, when, to which record, with which values, chained by SHA-256.

An entry's hash covers its own content and the hash of the entry before it, so an altered entry
breaks the chain, and the head kept beside the table shows when the end was cut off.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows

NO_ENTRY = "0" * 64
_COLUMNS = ("entry", "at", "actor", "action", "record", "content", "previous_sha256", "sha256")


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries the journal has, and the last one's hash."""

    entries: int
    sha256: str


def canonical_json(values: Any) -> str:
    """Write values as JSON with one spelling: sorted keys, no blanks, text as it is."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(
    entry: int, at: str, actor: str, action: str, record: str, content: str, previous: str
) -> str:
    """Return the SHA-256 of an entry; its parts are set apart so that none can run into another."""
    text = json.dumps([entry, at, actor, action, record, content, previous], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_head(connection: sa.Connection) -> Head:
    """Return the journal's head."""
    row = connection.execute(
        sa.select(schema.journal_head.c.entries, schema.journal_head.c.sha256)
    ).one()
    return Head(row.entries, row.sha256)


def first_day(connection: sa.Connection) -> date | None:
    """Return the day of the first entry; None while there is none."""
    at = connection.execute(sa.select(sa.func.min(schema.journal.c.at))).scalar()
    return None if at is None else date.fromisoformat(at[:10])


class Journal:
    """The entries of one transaction, chained to the head that it found and written together."""

    _FLUSH_AT = 2_000

    def __init__(self, connection: sa.Connection, actor: str, at: str) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at
        self._head = read_head(connection)
        self._waiting: list[tuple[Any, ...]] = []

    def write(self, action: str, record: str, values: Any) -> Head:
        """Add one entry; `values` is whatever JSON can hold. Return the head after it."""
        entry, previous = self._head.entries + 1, self._head.sha256
        content = canonical_json(values)
        digest = entry_hash(entry, self._at, self._actor, action, record, content, previous)
        self._waiting.append(
            (entry, self._at, self._actor, action, record, content, previous, digest)
        )
        self._head = Head(entry, digest)
        if len(self._waiting) >= self._FLUSH_AT:
            self.flush()
        return self._head

    def flush(self) -> None:
        """Write what waits, and the head with it."""
        if not self._waiting:
            return
        insert_rows(self._connection, schema.journal, _COLUMNS, self._waiting)
        self._connection.execute(
            sa.update(schema.journal_head).values(
                entries=self._head.entries, sha256=self._head.sha256
            )
        )
        self._waiting.clear()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the journal is not what was written."""

    entry: int
    message: str


def verify(connection: sa.Connection) -> tuple[int, list[Break]]:
    """Walk the whole chain; return how many entries were read and every break found."""
    breaks: list[Break] = []
    previous, count = NO_ENTRY, 0
    for row in _entries(connection):
        count += 1
        if row.entry != count:
            breaks.append(Break(row.entry, f"entry {count} is missing"))
            count = row.entry
        if row.previous_sha256 != previous:
            breaks.append(Break(row.entry, "does not follow the entry before it"))
        found = entry_hash(
            row.entry, row.at, row.actor, row.action, row.record, row.content, row.previous_sha256
        )
        if found != row.sha256:
            breaks.append(Break(row.entry, "was altered after it was written"))
        previous = row.sha256
    head = read_head(connection)
    if head != Head(count, previous):
        breaks.append(
            Break(count, f"the journal should have {head.entries} entries; its end was changed")
        )
    return count, breaks


def _entries(connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    query = sa.select(schema.journal).order_by(schema.journal.c.entry)
    yield from connection.execute(query, execution_options={"yield_per": 5_000})
