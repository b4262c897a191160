"""Puts a file beside its target, whose place it takes whole: the old one or the new, never half.

Errors of the system pass through; whoever calls says what they mean for the file in hand.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def new_draft(target: Path) -> Path:
    """Make an empty file beside `target`, under a passing name.

    On POSIX it is readable by its owner only from the start; on Windows it takes the rights of
    the folder. Raise PermissionError for a device or a pipe: a file in its place would break what
    others use it for.
    """
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    os.close(handle)
    return Path(name)


@contextmanager
def owners_only() -> Iterator[None]:
    """Let all that is made meanwhile be its owner's only, also what a library makes by itself.

    It holds for the whole process; on Windows files take the rights of the folder.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def force_out(file: BinaryIO) -> None:
    """Make sure that the disk has what was written."""
    file.flush()
    os.fsync(file.fileno())


def take_place(draft: Path, target: Path) -> None:
    """Put a draft where its target is or shall be."""
    os.replace(draft, target)  # noqa: PTH105 - the one call that is atomic everywhere


def take_free_place(draft: Path, target: Path) -> None:
    """Put a draft where nothing is yet; raise FileExistsError when somebody else was faster."""
    if os.name == "nt":
        draft.rename(target)  # there, it fails when something is in its place
        return
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: what can be seen is seen
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        take_place(draft, target)
    else:
        discard(draft)


def discard(draft: Path) -> None:
    """Delete a draft, or a file that is not wanted any more; one that is gone is no matter."""
    with suppress(OSError):
        draft.unlink(missing_ok=True)
