"""Puts finished files where people look for them: all of a set, or none.

Every target is looked at before anything is written. Each file is then written beside its target
under a passing name, readable by its owner only, forced to the disk, read again and compared, and
only when all of them are whole do they take their targets' places. Whoever pulls the plug finds
old files or new ones, never half of one.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tpi_billing.drafts import discard, force_out, new_draft, take_place
from tpi_billing.errors import FileError, IntegrityError, Trouble

Kind = Literal["workbook", "teleplan", "csv", "manifest", "findings", "list", "letter", "page"]

_ELSEWHERE = "Choose another folder, or remove what is in the way."
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be published: where it goes, what it is, and every byte of it."""

    path: Path
    kind: Kind
    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that stands whole at `path`; `sha256` was taken from the disk, not from memory."""

    path: Path
    kind: Kind
    sha256: str


def publish(files: Sequence[NewFile]) -> tuple[PublishedFile, ...]:
    """Write all files, or change nothing and raise.

    Missing folders are made. FileError names every target that cannot be written, before anything
    is; later it names the one that failed (a full disk, a file open in another program), after
    everything has been put back. IntegrityError: the disk does not give back what was written.
    """
    if troubles := _foreseen(files):
        raise FileError.of(troubles)
    with ExitStack() as folders, ExitStack() as leftovers, ExitStack() as undo:
        drafts = []
        for file in files:
            with _explained(file.path):
                _make_folder(file.path.parent, folders)
                drafts.append(_write_draft(file, leftovers))
        previous = []
        for file in files:
            with _explained(file.path):
                previous.append(_keep_previous(file.path, leftovers))
        for file, draft, kept in zip(files, drafts, previous, strict=True):
            with _explained(file.path):
                take_place(draft, file.path)
            undo.callback(_put_back, file.path, kept)
        undo.pop_all()
        folders.pop_all()
    for folder in {file.path.parent for file in files}:
        _sync_folder(folder)
    return tuple(PublishedFile(file.path, file.kind, file.sha256) for file in files)


def _foreseen(files: Sequence[NewFile]) -> list[Trouble]:
    """List what can be seen to be impossible before writing."""
    troubles = []
    seen: set[str] = set()
    for file in files:
        # Windows and macOS take two names that differ in case for one file.
        name = str(file.path).casefold()
        if name in seen:
            troubles.append(_trouble(file.path, "two files of the set have the same name"))
        seen.add(name)
        with suppress(OSError):
            if reason := _obstacle(file.path):
                troubles.append(_trouble(file.path, reason))
            continue
        troubles.append(_trouble(file.path, "the folder cannot be opened"))
    return troubles


def _trouble(path: Path, reason: str) -> Trouble:
    return Trouble(f"The file cannot be written: {reason}.", _ELSEWHERE, file=str(path))


def _obstacle(path: Path) -> str:
    """Say what stands in the way of a file at `path`; nothing is `""`."""
    if path.is_dir():
        return "a folder has its name"
    if path.exists() and not os.access(path, os.W_OK):
        return "it exists already and is marked read-only"
    nearest = next((folder for folder in path.absolute().parents if folder.exists()), None)
    if nearest is None:
        return "there is no such drive"
    if not nearest.is_dir():
        return f"{nearest} is a file, not a folder"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return f"the folder {nearest} is read-only"
    return ""


def _make_folder(folder: Path, undo: ExitStack) -> None:
    """Make `folder` and what is missing above it, for its owner only."""
    for missing in reversed([above for above in (folder, *folder.parents) if not above.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
        undo.callback(_remove_empty, missing)


def _write_draft(file: NewFile, leftovers: ExitStack) -> Path:
    """Write the content beside its target and make sure that the disk has it."""
    draft = _passing_name(file.path, leftovers)
    with draft.open("wb") as out:
        out.write(file.content)
        force_out(out)
    with draft.open("rb") as written:
        found = hashlib.file_digest(written, "sha256").hexdigest()
    if found != file.sha256:
        raise IntegrityError(
            "The disk does not give back what was written to it; nothing was changed.",
            hint="Choose another disk, and have this one looked at.",
            file=str(file.path),
        )
    return draft


def _passing_name(target: Path, leftovers: ExitStack) -> Path:
    """Make an empty file beside `target` that is gone at the end, whatever happens."""
    path = new_draft(target)
    leftovers.callback(discard, path)
    return path


def _keep_previous(target: Path, leftovers: ExitStack) -> Path | None:
    """Copy what stands at `target` so that it can be put back; None if nothing does."""
    if not target.exists():
        return None
    kept = _passing_name(target, leftovers)
    shutil.copyfile(target, kept)
    return kept


def _put_back(target: Path, kept: Path | None) -> None:
    if kept is None:
        discard(target)
    else:
        with suppress(OSError):
            take_place(kept, target)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _sync_folder(folder: Path) -> None:
    """Make the new names last; Windows cannot and need not open a folder for it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the system's refusals into a FileError that says what to do."""
    try:
        yield
    except OSError as error:
        message, hint = _in_words(error)
        raise FileError(f"{message}; nothing was changed.", hint=hint, file=str(path)) from error


def _in_words(error: OSError) -> tuple[str, str]:
    if error.errno in _FULL:
        return "The disk is full", "Free some space, or choose a folder on another disk."
    if error.errno in _FORBIDDEN:
        return (
            "The file may not be written",
            "Close it if it is open in another program, or choose another folder.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return "The name of the file is too long", "Choose a folder with a shorter name."
    return f"The file cannot be written ({error.strerror})", "Choose another folder."
