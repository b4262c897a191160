"""Is the ledger what was written? Its pages and guards, its journal, and every table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.health_fault import Fault
from tpi_billing.ledger.health_shape import faults_of_shape
from tpi_billing.ledger.health_tables import faults_of_tables
from tpi_billing.ledger.journal import Head, breaks_of_head, read_head
from tpi_billing.ledger.journal_chain import Break, Chain
from tpi_billing.ledger.journal_checkpoint import Checkpoint, latest_checkpoint
from tpi_billing.ledger.replay import Replay
from tpi_billing.ledger.roles import insist_on_all, sees_part_only


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at and everything that was wrong, in words."""

    entries: int
    sessions: int
    claims: int
    faults: tuple[str, ...]
    verified: bool = True
    """False where only one data centre is seen, and the journal is not."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying came to. `hashed` is how many entries were read, `since` the checkpoint.

    `rows` counts each table's records, `unproven` by table and column the values of an older
    ledger that its journal does not have. Tables that lack a column are not `readable`.
    """

    head: Head
    hashed: int
    faults: tuple[Fault, ...]
    words: tuple[str, ...]
    rows: dict[str, int]
    unproven: dict[tuple[str, str], int] = field(default_factory=dict)
    since: Checkpoint | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class OtherDataCentre:
    """What the ledger has of another data centre; `shared` when several may well use the ledger."""

    data_centre: str
    sessions: int
    claims: int
    shared: bool


def other_data_centres(connection: sa.Connection, data_centre: str) -> list[OtherDataCentre]:
    """Count sessions and live claims of any data centre but this one."""
    sessions, claims = schema.sessions, schema.claims
    shared = connection.dialect.name != "sqlite"
    live = dict(
        _by_data_centre(connection, claims, claims.c.live == 1, claims.c.data_centre != data_centre)
    )
    stored = dict(_by_data_centre(connection, sessions, sessions.c.data_centre != data_centre))
    return [
        OtherDataCentre(other, stored.get(other, 0), live.get(other, 0), shared)
        for other in sorted(stored.keys() | live.keys())
    ]


def _by_data_centre(
    connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]
) -> list[tuple[str, int]]:
    query = sa.select(table.c.data_centre, sa.func.count()).where(*where)
    rows = connection.execute(query.group_by(table.c.data_centre))
    return [(data_centre, count) for data_centre, count in rows]


def examine(connection: sa.Connection) -> Health:
    """Look at the whole database file, the whole journal, and the tables that it tells of."""
    if sees_part_only(connection):
        sessions, claims = (_count(connection, one) for one in (schema.sessions, schema.claims))
        return Health(read_head(connection).entries, sessions, claims, (), verified=False)
    found = verify_ledger(connection)
    return Health(
        found.head.entries,
        _count(connection, schema.sessions),
        _count(connection, schema.claims),
        found.words,
    )


def verify_ledger(
    connection: sa.Connection,
    *,
    since_checkpoint: bool = False,
    down_to: int | None = None,
    advance: Callable[[int], None] = lambda _entries: None,
) -> Verified:
    """Compare the ledger with its journal: all of it, or what came after the last checkpoint.

    Without a checkpoint all of it is. `down_to` is an entry before which the chain need not be
    walked though a checkpoint stands later. `advance` hears how many entries were read. Raise
    ConflictError for a role that sees a part only.
    """
    insist_on_all(connection, "the journal is the whole ledger's", "Let an auditor verify it")
    tables = list(faults_of_tables(connection))
    shape = [*faults_of_shape(connection), *tables]
    if any(not fault.record for fault in tables):
        # Nothing can be read from tables that are gone or lack a column.
        return Verified(Head(0, ""), 0, tuple(shape), _words(shape), {}, readable=False)
    chain = Chain(connection)
    replay = Replay(connection, touched={} if since_checkpoint else None)
    checkpoint: Checkpoint | None = None
    for page in chain.pages():
        if since_checkpoint and checkpoint is None:
            checkpoint = latest_checkpoint(page)
            if checkpoint is not None:
                chain.down_to = min(checkpoint.head.entries, down_to or checkpoint.head.entries)
        first = 0 if checkpoint is None else checkpoint.head.entries
        replay.take(entry for entry in page if entry[0] > first)
        advance(len(page))
    of_head = breaks_of_head(connection, chain)
    breaks = [*chain.breaks, *_finish(connection, replay, checkpoint)]
    faults = [*shape, *_of_breaks(of_head, "journal_head"), *_of_breaks(breaks, "journal")]
    words = _words(faults)
    if not breaks and not of_head:  # of a journal that is not whole nothing else can be told
        faults += replay.told.faults()
        words += tuple(replay.told.in_words())
    return Verified(
        Head(chain.entries, chain.sha256),
        chain.hashed,
        tuple(faults),
        words,
        replay.rows(),
        replay.told.unproven,
        checkpoint,
    )


def _finish(
    connection: sa.Connection, replay: Replay, checkpoint: Checkpoint | None
) -> Sequence[Break]:
    """Look at what no entry that was read tells of."""
    if checkpoint is None:
        replay.finish()
        return ()
    breaks = []
    query = f"SELECT sha256 FROM journal WHERE entry = {checkpoint.head.entries}"
    if raw_rows(connection, query) != [(checkpoint.head.sha256,)]:
        message = "is not the entry up to which the ledger was verified"
        breaks.append(Break(checkpoint.head.entries, message))
    replay.compare_counts(checkpoint.rows)
    return [*breaks, *replay.take_older(list(replay.touched or ()), checkpoint.head.entries)]


def _of_breaks(breaks: Sequence[Break], table: str) -> list[Fault]:
    ordered = sorted(breaks, key=attrgetter("entry"))
    return [
        Fault(f"journal, entry {found.entry}: {found.message}", table, f"entry:{found.entry}")
        for found in ordered
    ]


def _words(faults: Sequence[Fault]) -> tuple[str, ...]:
    return tuple(fault.message for fault in faults)


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
