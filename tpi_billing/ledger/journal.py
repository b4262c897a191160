"""The journal: who did what, when, to which record, with which values, chained by SHA-256.

An entry's hash covers its own content and the hash of the entry before it, so an altered entry
breaks the chain, and the head kept beside the table shows when the end was cut off.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.journal_chain import NO_ENTRY, Break, Chain, said_by, text_of
from tpi_billing.ledger.server import Statistics
from tpi_billing.model.quickly import quickly_made

__all__ = ["NO_ENTRY", "Break", "Head", "Journal", "entry_hash", "read_head", "verify"]

_COLUMNS = ("entry", "at", "actor", "action", "record", "content", "previous_sha256", "sha256")
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@quickly_made
@dataclass(frozen=True, slots=True)
class Head:
    """How many entries the journal has, and the last one's hash."""

    entries: int
    sha256: str


def canonical_json(values: Any) -> str:
    """Write values as JSON with one spelling: sorted keys, no blanks, text as it is."""
    return _CANONICAL.encode(values)


def entry_hash(
    entry: int, at: str, actor: str, action: str, record: str, content: str, previous: str
) -> str:
    """Return the SHA-256 of an entry; its parts are set apart so that none can run into another."""
    text = text_of(entry, said_by(at, actor, action), record, content, previous)
    return hashlib.sha256(text.encode()).hexdigest()


def read_head(connection: sa.Connection) -> Head:
    """Return the journal's head."""
    row = connection.execute(
        sa.select(schema.journal_head.c.entries, schema.journal_head.c.sha256)
    ).one()
    return Head(row.entries, row.sha256)


def count_entries(connection: sa.Connection) -> int:
    """Return the last entry's number, whatever the head says."""
    return connection.execute(sa.select(sa.func.max(schema.journal.c.entry))).scalar() or 0


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
        self._statistics = Statistics(connection)
        self._said: dict[str, str] = {}

    def write(self, action: str, record: str, values: Any) -> Head:
        """Add one entry; `values` is whatever JSON can hold. Return the head after it."""
        entry, previous = self._head.entries + 1, self._head.sha256
        content = canonical_json(values)
        said = self._said.get(action)
        if said is None:
            said = self._said[action] = said_by(self._at, self._actor, action)
        text = text_of(entry, said, record, content, previous)
        digest = hashlib.sha256(text.encode()).hexdigest()
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
        self._statistics.grown_by(len(self._waiting))
        self._connection.execute(
            sa.update(schema.journal_head).values(
                entries=self._head.entries, sha256=self._head.sha256
            )
        )
        self._waiting.clear()


def verify(connection: sa.Connection) -> tuple[int, list[Break]]:
    """Walk the whole chain; return the last entry's number and every break found."""
    chain = Chain(connection)
    for _ in chain.pages():
        pass
    return chain.entries, [*breaks_of_head(connection, chain), *sorted_breaks(chain)]


def sorted_breaks(chain: Chain) -> list[Break]:
    """Return a chain's breaks in the order of the entries."""
    return sorted(chain.breaks, key=attrgetter("entry"))


def breaks_of_head(connection: sa.Connection, chain: Chain) -> list[Break]:
    """Compare the journal's end with the head that is kept beside it."""
    heads = connection.execute(sa.select(schema.journal_head)).all()
    if len(heads) != 1 or heads[0].only != 1:
        return [Break(chain.entries, "the journal must have one head; its end was changed")]
    (head,) = heads
    if (head.entries, head.sha256) == (chain.entries, chain.sha256):
        return []
    message = f"the journal should have {head.entries} entries; its end was changed"
    return [Break(chain.entries, message)]
