"""Reads small files whole, and only files: a device or a pipe has no end, or never begins.

What is wrong is an `OSError` as the system's own are, so that whoever reads a file says it the
same way.
"""

import errno
import stat
from pathlib import Path

MOST_BYTES = 4 * 2**20
"""No settings, manifest or code list that is written by hand or by this tool comes near it."""


def insist_on_file(path: Path) -> None:
    """Raise OSError unless `path` is there and is a file, or a link to one."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, and no file", str(path))


def read_whole(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes; raise OSError for what is no file, or has more than `most` bytes."""
    insist_on_file(path)
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most // 2**10:,} kilobytes", str(path))
    return content
