"""What MSP said, on the disk before it is in the ledger: no answer is lost to a busy ledger.

Files are readable by their owner only, stand whole or not at all, and go once the ledger has them.
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tpi_billing.errors import ConfigurationError, ConflictError, FileError
from tpi_billing.ledger.exchange import Attempt

PATIENCE = 120.0
"""Seconds for which the ledger is tried again and again once MSP has answered."""

_PAUSE = 0.2
_T = TypeVar("_T")


def reply_file(folder: Path, attempt: Attempt) -> Path:
    """Name the file of the reply to an attempt; a ledger that was restored never meets another's.

    `folder` is the workspace's own for the exchange with MSP.
    """
    when = "".join(char for char in attempt.started_at if char.isalnum())
    return folder / f"{attempt.submission_id:06d}-{when}.reply"


def pickup_file(folder: Path, content: bytes, *, test_site: bool) -> Path:
    """Name the file of what was fetched."""
    kind = "test-pickup" if test_site else "pickup"
    return folder / f"{hashlib.sha256(content).hexdigest()[:24]}.{kind}"


def waiting_pickups(folder: Path) -> Iterator[tuple[bytes, Path, bool]]:
    """Yield what was fetched and is not in the ledger yet, with its file; True: the test site's."""
    for path in sorted((*folder.glob("*.pickup"), *folder.glob("*.test-pickup"))):
        yield path.read_bytes(), path, path.suffix == ".test-pickup"


def keep(path: Path, content: bytes) -> None:
    """Write a file whole, for its owner only, forced to the disk; FileError if it cannot be."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise FileError(
            f"What MSP sent cannot be kept: {error.strerror}.",
            hint="Make room on the disk, or check the folder's permissions.",
            file=str(path),
        ) from None


def drop(path: Path) -> None:
    """Delete a file that the ledger has; one that is open elsewhere may stay, and does no harm."""
    with contextlib.suppress(OSError):
        path.unlink()


def patiently(do: Callable[[], _T], patience: float) -> _T:
    """Do what needs the ledger, and try again for so many seconds while it is not to be had."""
    until = time.monotonic() + patience
    while True:
        try:
            return do()
        except (ConflictError, FileError, ConfigurationError):
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
