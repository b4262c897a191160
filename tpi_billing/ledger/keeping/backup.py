"""Make a backup: copied while others work, verified, and only then given its name."""

import errno
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tpi_billing import __version__, clock
from tpi_billing.drafts import discard, force_out, new_draft, take_place
from tpi_billing.errors import BillingError, FileError, IntegrityError, Trouble
from tpi_billing.ledger.journal import Head, read_head
from tpi_billing.ledger.keeping.copying import copy_state, discard_database, sync_folder
from tpi_billing.ledger.keeping.manifest import Manifest, Name, manifest_of, read_manifest
from tpi_billing.ledger.keeping.proof import Proof, count_rows, prove
from tpi_billing.ledger.keeping.rotation import prune
from tpi_billing.ledger.roles import insist_on_all

FOLDER = "backups"
"""Where automatic backups are, in the workspace, and the others unless another folder is named."""
RECORD = "ledger:backup"
"""How the journal names what is done to backups."""

_FAULTS_SHOWN = 5
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that stands whole under its name; `made` is false when it was there already.

    `deleted` are older automatic ones that the rule no longer keeps.
    """

    path: Path
    manifest: Manifest
    made: bool = True
    deleted: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Of whom and why a backup is made: `kind` is ledger (by hand) or auto (by the tool)."""

    kind: str
    data_centre: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup that is whole and verified and has only its name to be given."""

    folder: Path
    draft: Path
    name: Name
    manifest: Manifest

    def publish(self) -> Backup:
        """Give it its name; a whole one of the same name is left as it is.

        The manifest comes first: a backup without one would be a weaker one.
        """
        target = self.folder / str(self.name)
        if (there := _whole(target)) is not None:
            return Backup(target, there, made=False)
        with explained(target):
            beside = new_draft(manifest_of(target))
            try:
                with beside.open("wb") as out:
                    out.write(self.manifest.as_json().encode("utf-8"))
                    force_out(out)
                take_place(beside, manifest_of(target))
                take_place(self.draft, target)
            finally:
                discard(beside)
        sync_folder(self.folder)
        deleted = prune(self.folder, self.name) if self.name.kind == "auto" else ()
        return Backup(target, self.manifest, deleted=deleted)


@contextmanager
def prepared(
    connection: sa.Connection,
    folder: Path,
    terms: Terms,
    advance: Callable[[int], None] = lambda _entries: None,
) -> Iterator[Prepared]:
    """Copy what a connection's transaction sees, and verify the copy.

    `advance` hears how many entries of the copy were verified. Raise FileError when it cannot be
    written, and IntegrityError when the copy, and with it the ledger, is not whole: then there is
    no backup rather than one that nobody can rely on.
    Raise ConflictError for a role that sees a part of the ledger only.
    """
    insist_on_all(connection, "a backup is of the whole ledger", "Let its owner make one")
    with explained(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = new_draft(folder / f"{terms.kind}.db")
    try:
        with explained(folder):
            copy_state(connection, draft)
            proof = prove(draft, advance)
        if not proof.faults and proof.rows != count_rows(connection):
            proof = Proof(proof.schema, proof.head, faults=("the copy lacks rows of the ledger",))
        if proof.faults:
            raise _not_whole(proof.faults)
        with explained(folder):
            ready = _described(folder, draft, terms, proof)
        yield ready
    finally:
        discard_database(draft)


def existing(folder: Path, data_centre: str, head: Head) -> Backup | None:
    """Return a backup of the very same state, if its file is whole; None otherwise."""
    for path in sorted(folder.glob("*.db"), reverse=True):
        name = Name.read(path.name)
        if name is None or name.entries != head.entries or not head.sha256.startswith(name.head):
            continue
        found = _whole(path)
        if found and (found.data_centre, found.head) == (data_centre, head.sha256):
            return Backup(path, found, made=False)
    return None


def back_up_before(
    connection: sa.Connection, folder: Path, data_centre: str, actor: str, reason: str
) -> Backup:
    """Make an automatic backup, unless one of the very same state is there and whole."""
    found = existing(folder, data_centre, read_head(connection))
    if found is not None:
        return found
    terms = Terms("auto", data_centre, actor, reason)
    with prepared(connection, folder, terms) as ready:
        return ready.publish()


def _described(folder: Path, draft: Path, terms: Terms, proof: Proof) -> Prepared:
    head = proof.head
    name = Name.of(
        terms.kind, clock.today().isoformat(), terms.data_centre, head.entries, head.sha256
    )
    manifest = Manifest(
        file=str(name),
        sha256=sha256_of(draft),
        bytes=draft.stat().st_size,
        made_at=clock.now(),
        made_by=terms.actor,
        reason=terms.reason,
        data_centre=terms.data_centre,
        schema=proof.schema,
        tool=__version__,
        entries=head.entries,
        head=head.sha256,
        rows=proof.rows,
    )
    return Prepared(folder, draft, name, manifest)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _whole(path: Path) -> Manifest | None:
    """Return the manifest of a backup whose file is what it says; None otherwise."""
    try:
        manifest = read_manifest(path)
        if manifest is not None and path.stat().st_size == manifest.bytes:
            return manifest if sha256_of(path) == manifest.sha256 else None
    except (OSError, IntegrityError):
        return None
    return None


def _not_whole(faults: tuple[str, ...]) -> BillingError:
    more = len(faults) - _FAULTS_SHOWN
    rest = f" And {more} more: see tpi-billing audit verify." if more > 0 else ""
    first = Trouble(
        f"The ledger is not whole; no backup was made of it.{rest}",
        "Stop working with this ledger and restore the last backup copy. To keep it as it is as "
        "well, copy the file itself while nobody works in it.",
    )
    return IntegrityError.of([first, *(Trouble(one) for one in faults[:_FAULTS_SHOWN])])


@contextmanager
def explained(path: Path, what: str = "backup") -> Iterator[None]:
    """Turn the refusals of the system and of SQLite into a FileError that says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        said = "the disk is full" if full else (error.strerror or type(error).__name__)
        raise cannot_write(path, said, what) from error
    except sqlite3.Error as error:
        raise cannot_write(path, str(error), what) from error


def cannot_write(path: Path, said: str, what: str) -> FileError:
    """Say what cannot be written, and that nothing was changed."""
    return FileError(
        f"The {what} cannot be written: {said}.",
        hint="Nothing was changed. Make room on the disk, close the file where it is open, check "
        "the folder's permissions, or choose another folder.",
        file=str(path),
    )
