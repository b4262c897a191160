"""Is a copy of a ledger whole? Its pages, its journal's chain and head, its tables, its counts.

The copy is opened so that nothing in it can change, as a file that nobody else changes either.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing.errors import FileError
from tpi_billing.ledger import upgrade
from tpi_billing.ledger.journal import Head, breaks_of_head, read_head, sorted_breaks
from tpi_billing.ledger.journal_chain import Chain
from tpi_billing.whole_files import insist_on_file

_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found in a copy: `faults` in words, none when it is whole; `rows` by table."""

    schema: str
    head: Head
    rows: dict[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def prove(file: Path, advance: Callable[[int], None] = lambda _entries: None) -> Proof:
    """Look at a copy; raise FileError for a file that is no ledger at all.

    `advance` hears how many entries of its journal were read.

    A copy of the present schema is also compared with its journal, table by table; of an earlier
    one that can be done only once it is migrated.
    """
    insist_database(file)
    with frozen(file) as connection:
        try:
            schema = upgrade.revision_of(connection)
            if schema is None:
                raise _no_ledger(file)
            return _proved(connection, schema, advance)
        except DBAPIError as error:
            return Proof("", Head(0, ""), faults=(f"database: {error.orig}",))


def insist_database(file: Path) -> None:
    """Raise FileError unless a file begins as an SQLite database does."""
    try:
        insist_on_file(file)
        with file.open("rb") as opened:
            found = opened.read(len(_MAGIC))
    except OSError as error:
        raise FileError(
            f"The backup cannot be read: {error.strerror}.",
            hint="Check the path, and that you may read the file.",
            file=str(file),
        ) from None
    if found != _MAGIC:
        raise _no_ledger(file)


@contextmanager
def frozen(file: Path) -> Iterator[sa.Connection]:
    """Open a file that nobody changes, so that SQLite itself refuses to change it."""
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    engine = sa.create_engine(
        "sqlite://",
        creator=partial(sqlite3.connect, address, uri=True),
        hide_parameters=True,
        poolclass=sa.pool.NullPool,
    )
    with engine.connect() as connection:
        yield connection


def count_rows(connection: sa.Connection) -> dict[str, int]:
    """Count every table of a database, whatever its schema."""
    names = sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
    quoted = connection.dialect.identifier_preparer.quote
    return {
        name: connection.exec_driver_sql(f"SELECT count(*) FROM {quoted(name)}").scalar_one()
        for name in names
    }


def _proved(connection: sa.Connection, schema: str, advance: Callable[[int], None]) -> Proof:
    # Verifying knows of checkpoints and transactions, which know how a ledger is opened.
    from tpi_billing.ledger.health import verify_ledger

    if schema == upgrade.HEAD:
        found = verify_ledger(connection, advance=advance)
        return Proof(schema, found.head, count_rows(connection), found.words)
    faults = [
        f"database: {said}"
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check")
        if said != "ok"
    ]
    chain = Chain(connection)
    for page in chain.pages():
        advance(len(page))
    breaks = [*breaks_of_head(connection, chain), *sorted_breaks(chain)]
    faults += [f"journal, entry {one.entry}: {one.message}" for one in breaks]
    head = Head(chain.entries, chain.sha256)
    return Proof(schema, head, count_rows(connection), tuple(faults))


def head_of(file: Path) -> Head:
    """Return the journal's head in a copy."""
    with frozen(file) as connection:
        return read_head(connection)


def _no_ledger(file: Path) -> FileError:
    return FileError(
        "The file is not a backup of a ledger.",
        hint="Name a file that tpi-billing ledger backup made, such as "
        "backups/ledger-2026-11-05-T9999-412-1a2b3c4d.db.",
        file=str(file),
    )
