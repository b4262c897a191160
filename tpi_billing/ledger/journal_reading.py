"""Read the journal: entries by who, what, which record and when, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.replay.rows import loaded

_T = schema.journal
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries to read; what is left out does not narrow.

    `what` is an action or the word before its dot, `record` a record or what belongs to it;
    `since` and `before` are instants as the journal writes them, the second no longer within.
    """

    who: str | None = None
    what: str | None = None
    record: str | None = None
    since: str | None = None
    before: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of the journal; `values` is what its content says, None when it cannot be read."""

    entry: int
    at: str
    actor: str
    action: str
    record: str
    values: dict[str, Any] | None
    sha256: str


def log_entries(connection: sa.Connection, wanted: LogFilter) -> Iterator[LogEntry]:
    """Stream the entries, the latest first."""
    query = sa.select(_T).where(*_where(wanted)).order_by(_T.c.entry.desc()).limit(wanted.limit)
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield LogEntry(
            row.entry, row.at, row.actor, row.action, row.record, loaded(row.content), row.sha256
        )


def _where(wanted: LogFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.who is not None:
        yield sa.func.lower(_T.c.actor) == wanted.who.lower()
    if wanted.what is not None:
        yield (_T.c.action == wanted.what) | _T.c.action.startswith(
            f"{wanted.what}.", autoescape=True
        )
    if wanted.record is not None:
        yield (_T.c.record == wanted.record) | _T.c.record.startswith(
            f"{wanted.record}/", autoescape=True
        )
    if wanted.since is not None:
        yield _T.c.at >= wanted.since
    if wanted.before is not None:
        yield _T.c.at < wanted.before
