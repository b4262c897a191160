"""The ledger that a backup is to replace: held while that is done, compared, and put aside."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing import clock
from tpi_billing.drafts import new_draft, take_place
from tpi_billing.errors import BillingError, ConflictError
from tpi_billing.ledger.keeping.backup import FOLDER, cannot_write, explained
from tpi_billing.ledger.keeping.copying import close_file, discard_database, sync_folder
from tpi_billing.ledger.keeping.loss import Loss, Mark, loss_since
from tpi_billing.ledger.keeping.manifest import Name
from tpi_billing.ledger.keeping.proof import frozen
from tpi_billing.ledger.place import MOVED, place_of

_WAIT_SECONDS = 10


class Present:
    """The ledger that is there now, held so that nobody works in it; or a damaged one, or none.

    `unknown` when there is one, and it cannot be told what is in it.
    """

    def __init__(self, file: Path, holder: sqlite3.Connection | None) -> None:
        self.file = file
        self.unknown = holder is None and file.exists()
        self._holder = holder

    def loss(self, data_centre: str, mark: Mark) -> Loss | None:
        """Say what a backup with this mark lacks; None when that cannot be told.

        Raise ConflictError for a ledger that was moved after the backup was made.
        """
        if self._holder is None:
            return None
        holder = self._holder
        engine = sa.create_engine(
            "sqlite://", creator=lambda: holder, poolclass=sa.pool.StaticPool, hide_parameters=True
        )
        try:
            with engine.connect() as connection:
                self._refuse_moved(connection, mark)
                return loss_since(connection, data_centre, mark)
        except (DBAPIError, ValueError, TypeError):
            self.unknown = True  # it is of an earlier schema, or was altered
            return None

    def _refuse_moved(self, connection: sa.Connection, mark: Mark) -> None:
        """Let a backup of before a move not bring a second ledger to life beside the moved one."""
        place = place_of(connection)
        if place is None or place.action != MOVED:
            return
        with frozen(mark.copy) as copy:
            known = place_of(copy)
        if known is None or known.entry < place.entry:
            raise ConflictError(
                f"The ledger was moved to {place.other} after this backup was made: both would be "
                "worked in, and numbers given twice.",
                hint=f'Say database = "{place.other}" in tpi-billing.toml. If that ledger is lost, '
                "restore its last backup into another folder with --to DIR.",
                file=str(self.file),
            )

    def replaced_by(self, draft: Path, data_centre: str) -> Path | None:
        """Put this ledger aside and the draft in its place; the last step is one rename."""
        aside = self._put_aside(data_centre) if self.file.exists() else None
        try:
            with explained(self.file, "ledger"):
                if self._holder is None:
                    for end in ("-wal", "-shm"):  # SQLite would take them for the new ledger's
                        self.file.with_name(self.file.name + end).unlink(missing_ok=True)
                elif os.name != "posix":
                    self._holder.close()  # Windows renames nothing onto a file that is open
                take_place(draft, self.file)
        except BillingError:
            if aside is not None and self._holder is not None:
                discard_database(aside)  # the ledger itself is still there, whole
            raise
        sync_folder(self.file.parent)
        return aside

    def _put_aside(self, data_centre: str) -> Path:
        folder = self.file.parent / FOLDER
        with explained(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = new_draft(folder / "aside.db")
            try:
                target = _free(folder, self._copied(draft, data_centre))
                for end in ("-wal", ""):
                    if (part := draft.with_name(draft.name + end)).exists():
                        take_place(part, target.with_name(target.name + end))
            finally:
                discard_database(draft)
        sync_folder(folder)
        return target

    def _copied(self, draft: Path, data_centre: str) -> str:
        """Copy the ledger; return the name of the copy."""
        today = clock.today().isoformat()
        if self._holder is not None:
            with closing(sqlite3.connect(draft)) as copy:
                copy.execute("PRAGMA journal_mode = OFF")
                self._holder.backup(copy)
            close_file(draft)
            query = "SELECT entries, sha256 FROM journal_head"
            entries, sha256 = self._holder.execute(query).fetchone()
            return str(Name.of("aside", today, data_centre, entries, str(sha256)))
        shutil.copyfile(self.file, draft)
        log = self.file.with_name(f"{self.file.name}-wal")
        if log.exists():
            beside = draft.with_name(f"{draft.name}-wal")
            beside.touch(mode=0o600)
            shutil.copyfile(log, beside)
        return f"aside-{today}-{data_centre}-damaged.db"


@contextmanager
def present_ledger(file: Path) -> Iterator[Present]:
    """Hold the present ledger: all of it in its one file, and nobody at work in it.

    Raise ConflictError while somebody is, FileError when it cannot be written.
    """
    if not file.exists() or file.stat().st_size == 0:
        yield Present(file, None)
        return
    with explained(file, "ledger"):
        holder = sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)
    with closing(holder):
        yield Present(file, holder if _held(holder, file) else None)


def _held(holder: sqlite3.Connection, file: Path) -> bool:
    """Be alone with a ledger until the connection is closed; return False for a damaged one."""
    try:
        # SQLite gives up its log only to somebody who is alone.
        holder.execute("PRAGMA journal_mode = DELETE").fetchone()
        holder.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("COMMIT")
        holder.execute("SELECT entries, sha256 FROM journal_head").fetchone()
    except sqlite3.OperationalError as error:
        said = str(error)
        if "locked" in said or "busy" in said:
            raise ConflictError(
                "Somebody else is working in the ledger.",
                hint="Nothing was changed. Wait until the other command is done, and try again.",
                file=str(file),
            ) from None
        if "no such" not in said:
            raise cannot_write(file, said, "ledger") from error
        return False
    except sqlite3.DatabaseError:
        return False
    return True


def _free(folder: Path, name: str) -> Path:
    """Return a name that nothing has yet: what was put aside before stays."""
    path = folder / name
    count = 1
    while path.exists():
        count += 1
        path = folder / name.replace(".db", f"-{count}.db")
    return path
