"""Copy one state of a ledger into a file of its own, while others go on working."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from tpi_billing.drafts import discard, force_out
from tpi_billing.ledger import upgrade

_AT_ONCE = 2_000
_BESIDE = ("-wal", "-shm", "-journal")


def copy_state(connection: sa.Connection, draft: Path) -> None:
    """Write what a connection's transaction sees into an empty file, a ledger of SQLite.

    Of a ledger on a server every row is written into tables of the same schema, so that its copy
    is verified, kept and put back like any other. Errors of SQLite and the system pass through.
    """
    if connection.dialect.name == "sqlite":
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - the dialect says so
        with closing(sqlite3.connect(draft)) as target:
            # A draft that is not finished is thrown away: it needs no way back.
            target.execute("PRAGMA journal_mode = OFF")
            source.backup(target)
    else:
        _copy_rows(connection, draft)
    close_file(draft)


def close_file(file: Path) -> None:
    """Let all of a database be in its one file, and on the disk."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    with file.open("rb+") as opened:
        force_out(opened)


def discard_database(draft: Path) -> None:
    """Delete a draft and what SQLite may have put beside it."""
    for name in (draft.name, *(f"{draft.name}{end}" for end in _BESIDE)):
        discard(draft.with_name(name))


def sync_folder(folder: Path) -> None:
    """Make new names last; where a folder cannot be opened for it, the system sees to that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _copy_rows(connection: sa.Connection, draft: Path) -> None:
    revision = upgrade.revision_of(connection)
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(draft)), poolclass=sa.pool.NullPool
    )
    upgrade.migrate(engine, revision or upgrade.HEAD)
    tables = sa.MetaData()
    tables.reflect(engine)
    with closing(sqlite3.connect(draft)) as target:
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("DELETE FROM journal_head")
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                _copy_table(connection, table, target)
        target.commit()


def _copy_table(connection: sa.Connection, table: sa.Table, target: sqlite3.Connection) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    for rows in _pages(connection, table):
        target.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)


def _pages(connection: sa.Connection, table: sa.Table) -> Iterator[list[tuple[object, ...]]]:
    query = sa.select(table).order_by(*table.primary_key)
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    for page in found.partitions(_AT_ONCE):
        yield [tuple(row) for row in page]
