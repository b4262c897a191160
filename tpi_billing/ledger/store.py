"""Open a ledger, and run transactions on it: each with its journal entries, all or nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from tpi_billing import clock
from tpi_billing.errors import (
    BillingError,
    ConfigurationError,
    ConflictError,
    FileError,
    IntegrityError,
)
from tpi_billing.ledger import address, connecting, upgrade
from tpi_billing.ledger.journal import Journal
from tpi_billing.ledger.place import place_of, refuse_moved, refuse_unfinished
from tpi_billing.ledger.reading import connect_to_read, prepare_to_read
from tpi_billing.ledger.roles import insist_on_own
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.ledger.upgrade import bring_up_to_date
from tpi_billing.stopping import to_the_end

Connection = sa.Connection
"""A connection to a ledger; the layers above pass it on without speaking SQL."""

_WAIT_SECONDS = 10


class Ledger:
    """An open ledger; `data_centre` limits what is seen and written to one clinic's.

    `today` is the day that counts as today for what is written; None: the clock's. `kept` counts
    the transactions that were kept.
    """

    def __init__(self, engine: sa.Engine, data_centre: str, *, read_only: bool = False) -> None:
        self.engine = engine
        self.data_centre = data_centre
        self.read_only = read_only
        self.today: date | None = None
        self.kept = 0

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the ledger and changes nothing."""
        with explained(kept=self.kept), self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connecting.begin_reading(connection)
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def changing(self, actor: str, *, keep: bool = True) -> Iterator[Transaction]:
        """Give a transaction; it is kept when the block ends, and undone when it raises.

        Without `keep` it is undone in any case: a dry run that did everything. Raise
        ConflictError when somebody else holds the ledger for too long, or it may only be read.
        """
        if self.read_only:
            raise ConflictError(
                "The ledger was opened with --read-only, and this would change it.",
                hint="Run the command without --read-only, or let somebody do it who may write.",
            )
        with explained(kept=self.kept), self.engine.connect() as connection:
            _begin_writing(connection)
            try:
                refuse_moved(place_of(connection))
                at = clock.now()
                journal = Journal(connection, actor, at)
                yield Transaction(connection, journal, actor, at, self.today or clock.today())
                journal.flush()
                self._end(connection, keep=keep)
            except BaseException:
                connection.rollback()
                raise

    def _end(self, connection: sa.Connection, *, keep: bool) -> None:
        if not keep:
            connection.rollback()
            return
        with to_the_end():
            connecting.commit(connection)
            self.kept += 1

    def close(self) -> None:
        """Let go of the database file, so that it can be moved or deleted."""
        self.engine.dispose()


def open_ledger(
    url: str,
    workspace: Path,
    data_centre: str,
    *,
    create: bool = False,
    read_only: bool = False,
) -> Ledger:
    """Open the ledger that the configuration names, migrating an older one.

    A relative SQLite path is relative to the workspace. Without `create`, a ledger that is not
    there is a ConfigurationError rather than a new, empty one. With `read_only` the database
    itself refuses every change, and an older ledger is a ConflictError.
    """
    engine, file = engine_of(url, workspace, read_only=read_only)
    if file is not None and not file.exists():
        if not create:
            raise ConfigurationError(
                "The ledger is not there.",
                hint="Check `database` in tpi-billing.toml, or make a workspace with init.",
                file=str(file),
            )
        create_private(file)
    if file is not None and not create and file.stat().st_size == 0:
        raise IntegrityError(
            "The ledger is empty: everything in it is gone.",
            hint="Put back the last backup copy; do not go on working with this file.",
            file=str(file),
        )
    with explained():
        kept = partial(_back_up, workspace, data_centre)
        bring_up_to_date(engine, file, read_only=read_only, before=kept)
        _refuse_unusable(engine, data_centre)
    return Ledger(engine, data_centre, read_only=read_only)


def file_of(url: str, workspace: Path) -> Path | None:
    """Return the file of a ledger that the configuration names; None for one on a server."""
    engine, file = engine_of(url, workspace, read_only=False)
    engine.dispose()
    return file


def open_copy(file: Path, data_centre: str) -> Ledger:
    """Open a copy of a ledger that is in no use yet, migrating an older one without a backup."""
    engine = _file_engine(sa.URL.create("sqlite"), file, read_only=False)
    with explained():
        bring_up_to_date(engine, file)
    return Ledger(engine, data_centre)


def _back_up(workspace: Path, data_centre: str, connection: sa.Connection) -> None:
    # Backups are verified, and verifying knows how a ledger is opened.
    from tpi_billing.ledger.keeping.backup import FOLDER, back_up_before

    reason = f"before the migration to schema {upgrade.HEAD}"
    back_up_before(connection, workspace / FOLDER, data_centre, "tpi-billing", reason)


def _refuse_unusable(engine: sa.Engine, data_centre: str) -> None:
    # A journal that cannot be read is for whoever reads it to explain.
    with suppress(DBAPIError), engine.connect() as connection:
        refuse_unfinished(place_of(connection))
        insist_on_own(connection, data_centre)


def create_private(file: Path) -> None:
    """Make an empty file that only its owner may read; raise FileError when it cannot be made.

    ConflictError when somebody else made it in the same moment.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise ConflictError(
            "Somebody else is making this ledger just now.",
            hint="Nothing was changed. Look what is there, and run the command again.",
            file=str(file),
        ) from None
    except OSError as error:
        raise FileError(
            f"The ledger cannot be made: {error.strerror}.",
            hint="Choose a folder that you may write to.",
            file=str(file),
        ) from None


def engine_of(
    url: str, workspace: Path, *, named: str = address.SETTING, read_only: bool = False
) -> tuple[sa.Engine, Path | None]:
    """Make an engine for an address, and name the file of a SQLite database; touch neither.

    Raise ConfigurationError for an address that cannot be; `named` is where it stands.
    """
    parsed = address.parse(url, workspace, named)
    if parsed.get_backend_name() == "postgresql":
        return connecting.server_engine(parsed, named, read_only=read_only), None
    file = workspace / (parsed.database or "ledger.db")
    return _file_engine(parsed, file, read_only=read_only), file


def _file_engine(url: sa.URL, file: Path, *, read_only: bool) -> sa.Engine:
    engine = sa.create_engine(
        url.set(database=str(file)),
        connect_args={"timeout": _WAIT_SECONDS},
        hide_parameters=True,  # they are patients' data, and errors are shown and logged
        poolclass=sa.pool.NullPool,
        **({"creator": partial(connect_to_read, file, _WAIT_SECONDS)} if read_only else {}),
    )
    sa.event.listen(engine, "connect", prepare_to_read if read_only else _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling is switched off: BEGIN IMMEDIATE must be ours.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_writing(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connecting.begin_writing(connection, _WAIT_SECONDS)


@contextmanager
def explained(*, kept: int = 0) -> Iterator[None]:
    """Raise what a database says as an error that tells people what to do.

    `kept` counts the transactions of the same command that are kept: something was changed.
    """
    try:
        yield
    except DBAPIError as error:
        told, cause = _told(error)
        if kept and isinstance(told, BillingError):
            (trouble, *_) = told.troubles
            cure = trouble.hint.removeprefix(_NOTHING)
            raise type(told)(trouble.message, hint=f"{_KEPT} {cure}") from cause
        raise told from cause


def _told(error: DBAPIError) -> tuple[Exception, DBAPIError]:
    if not connecting.is_of_server(error):
        return _explanation(error), error
    bare = connecting.without_values(error)
    return connecting.explained(error) or _explanation(bare), bare


_NOTHING = "Nothing was changed. "
_KEPT = "What it did until then is kept: see tpi-billing audit log --limit 5."


def _explanation(error: DBAPIError) -> Exception:
    said = str(error.orig)
    if "locked" in said or "lock timeout" in said or "could not serialize" in said:
        return ConflictError(
            "Somebody else is working in the ledger.",
            hint="Nothing was changed. Wait until the other command is done, and try again.",
        )
    if "Could not decode" in said:
        return IntegrityError(
            "The ledger holds a text that is no text: it was altered behind the tool's back.",
            hint="Stop working with this ledger and restore the last backup copy.",
        )
    if "not a database" in said or "malformed" in said:  # "disk image is malformed" is no full disk
        return FileError(
            f"The ledger is damaged: {said}.",
            hint="Restore the last backup copy; do not go on working with this file.",
        )
    if "disk" in said or "readonly" in said or "unable to open" in said:
        return FileError(
            f"The ledger cannot be written: {said}.",
            hint="Nothing was changed. Make room on the disk, or check the folder's permissions.",
        )
    if isinstance(error, OperationalError):
        return ConfigurationError(
            f"The database does not answer: {said.strip().splitlines()[0]}.",
            hint="Check `database` in tpi-billing.toml.",
        )
    return error
