"""Move a whole ledger into another database: from a file to PostgreSQL, or back.

Nobody can write to the old ledger while it is copied. The new one is filled and verified in one
transaction; its journal then says that it is arriving, which keeps everybody from using it. Only
when the old one's journal says that it was moved does the new one's say that it has arrived. So
whenever it stops, one ledger at most can be worked in, and `move` again goes on from there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tpi_billing import clock
from tpi_billing.drafts import discard
from tpi_billing.errors import ConflictError, IntegrityError
from tpi_billing.ledger import store, upgrade
from tpi_billing.ledger.health import verify_ledger
from tpi_billing.ledger.journal import Head, Journal, read_head
from tpi_billing.ledger.moving_rows import Sums, copy_rows, differences, sums_of
from tpi_billing.ledger.place import (
    ARRIVED,
    ARRIVING,
    MOVED,
    RECORD,
    Place,
    arriving_from,
    place_of,
)
from tpi_billing.ledger.roles import insist_on_all, may_make_tables
from tpi_billing.ledger.store import Ledger

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was done: from where to where, what was moved, and the journal's head then.

    `sums` is None when an earlier move, which was interrupted, was only finished.
    """

    source: str
    target: str
    head: Head
    sums: Sums | None


@dataclass
class _Move:
    """What both sides of a move need to know."""

    source: Ledger
    target: sa.Engine
    file: Path | None
    here: str
    there: str
    actor: str
    advance: Callable[[int], None]


def full_address(url: str, workspace: Path) -> str:
    """Write an address so that it can be kept: a whole path, and no password."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = (workspace / (parsed.database or "")).absolute()
        parsed = parsed.set(database=file.as_posix())
    # libpq takes passwords among its settings, too; a journal that kept one would keep it for ever.
    secret = [name for name in parsed.query if "password" in name.casefold()]
    return parsed.difference_update_query(secret).render_as_string(hide_password=True)


def move(
    source: Ledger,
    source_url: str,
    target_url: str,
    workspace: Path,
    actor: str,
    advance: Callable[[int], None] = lambda _: None,
) -> Moved:
    """Move a ledger to an address whose database is empty; `advance` hears how many rows went.

    Raise ConflictError for a target that is in use, for a ledger that was moved elsewhere, and for
    a role that is not its owner;
    IntegrityError when what arrives is not what the journal says. The target is then as before.
    """
    with store.explained(), _opened(target_url, workspace) as (engine, file):
        there, here = (full_address(url, workspace) for url in (target_url, source_url))
        doing = _Move(source, engine, file, here, there, actor, advance)
        with source.reading() as connection:
            insist_on_all(connection, "a ledger is moved whole", "Let its owner move it")
            if not may_make_tables(connection):
                raise ConflictError(
                    "A ledger is moved by its owner, and your role is not.",
                    hint="Ask the administrator; docs/postgresql.md says which role may do what.",
                )
            place = place_of(connection)
        if place is not None and place.action == MOVED:
            head, sums = _refuse_if_done(doing, place), None
        else:
            head, sums = _move(doing, _look_at_target(doing))
        _arrived(doing, head)
    return Moved(here, there, head, sums)


def _look_at_target(doing: _Move) -> Place | None:
    """Return what an interrupted move left; None for a database without any table."""
    if doing.file is not None and not doing.file.exists():
        return None
    with doing.target.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        if not tables:
            return None
        ours = upgrade.revision_of(connection) == upgrade.HEAD
        place = place_of(connection) if ours else None
    if place is None or place.action != ARRIVING or not place.names(doing.here):
        raise _in_use(doing, tables[0])
    return place


def _in_use(doing: _Move, table: str) -> ConflictError:
    return ConflictError(
        f"The database at {doing.there} is not empty: it has tables, such as {table}.",
        hint="Nothing was moved. Name a new, empty database.",
    )


def _refuse_if_done(doing: _Move, place: Place) -> Head:
    """Return the head of a move that only has to be finished."""
    done = ConflictError(
        f"The ledger was already moved to {place.other}.",
        hint="Work there; to bring it back, move that one to a new, empty database.",
    )
    if place.other != doing.there:
        raise done
    try:
        arriving = _look_at_target(doing)
    except ConflictError:  # nothing is arriving there any more
        raise done from None
    head = Head(place.entries, place.sha256)
    if arriving is None or Head(arriving.entries, arriving.sha256) != head:
        raise done
    return head


def _move(doing: _Move, arriving: Place | None) -> tuple[Head, Sums]:
    with doing.source.changing(doing.actor) as transaction:
        head = read_head(transaction.connection)
        sums = sums_of(transaction.connection)
        if arriving is None:
            _fill(doing, transaction.connection, head, sums)
        elif (arriving.entries, arriving.sha256) != (head.entries, head.sha256):
            raise ConflictError(
                "Somebody worked in the ledger after an earlier move was interrupted.",
                hint=f"Nothing was moved. Empty the database at {doing.there}, or make a new one, "
                "and move again.",
            )
        values = {"to": doing.there, "entries": head.entries, "sha256": head.sha256}
        transaction.journal.write(MOVED, RECORD, values)
    return head, sums


def _fill(doing: _Move, source: sa.Connection, head: Head, sums: Sums) -> None:
    """Make, fill and verify the tables, all in one transaction."""
    with _file_made(doing), _writing(doing.target) as target:
        upgrade.run_migrations(target)
        if read_head(target).entries:
            raise _in_use(doing, "journal")
        copy_rows(source, target, doing.advance)
        _verify(target, head, sums)
        _write(target, doing.actor, ARRIVING, arriving_from(doing.here), head)


def _verify(target: sa.Connection, head: Head, sums: Sums) -> None:
    if target.dialect.name == "postgresql":
        target.exec_driver_sql("ANALYZE")
    faults = differences(sums, sums_of(target))
    verified = verify_ledger(target)
    if verified.head != head:
        faults.append(f"the journal ends with entry {verified.head.entries}, not {head.entries}")
    faults += verified.words
    if faults:
        more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
        raise IntegrityError(
            f"What arrived is not what the journal says: {'; '.join(faults[:_NAMED])}{more}.",
            hint="Nothing was moved. See with tpi-billing audit verify whether the ledger itself "
            "is at fault.",
        )


def _arrived(doing: _Move, head: Head) -> None:
    """Let the new ledger be used."""
    with _writing(doing.target) as connection:
        _write(connection, doing.actor, ARRIVED, arriving_from(doing.here), head)


def _write(
    connection: sa.Connection, actor: str, action: str, values: dict[str, str], head: Head
) -> None:
    journal = Journal(connection, actor, clock.now())
    journal.write(action, RECORD, {**values, "entries": head.entries, "sha256": head.sha256})
    journal.flush()


@contextmanager
def _writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a transaction that is kept when the block ends."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="READ COMMITTED")
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def _opened(url: str, workspace: Path) -> Iterator[tuple[sa.Engine, Path | None]]:
    """Give the engine of a target, and its file if it is one."""
    engine, file = store.engine_of(url, workspace, named="the address after --to")
    try:
        yield engine, file
    finally:
        engine.dispose()


@contextmanager
def _file_made(doing: _Move) -> Iterator[None]:
    """Make the target's file, if there is none; it goes again with a move that fails.

    To be used by who holds the old ledger: nobody else is then at work with the file.
    """
    file = doing.file
    if file is None or file.exists():
        yield
        return
    store.create_private(file)
    try:
        yield
    except BaseException:
        if not _has_tables(doing.target):
            doing.target.dispose()
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                discard(file.with_name(name))
        raise


def _has_tables(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return bool(sa.inspect(connection).get_table_names())
