"""Connect to a SQLite ledger that may only be read, also one on a disk that nobody may write to."""

import os
import sqlite3
from pathlib import Path
from typing import Any


def connect_to_read(file: Path, timeout: float) -> sqlite3.Connection:
    """Open a ledger so that SQLite itself refuses every change.

    A ledger in a folder that may not be written to has no room for the file through which its
    readers and writers know of each other. When it is closed, so that all of it is in the one
    file, it is read as one that nobody changes.
    """
    address = f"{file.absolute().as_uri()}?mode=ro"
    if not os.access(file.parent, os.W_OK) and not _has_log(file):
        address += "&immutable=1"
    # As with SQLAlchemy's own pool of one connection a thread: no connection is shared.
    return sqlite3.connect(address, uri=True, timeout=timeout, check_same_thread=False)


def prepare_to_read(connection: Any, _record: object) -> None:
    """Say so once more, within the connection."""
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _has_log(file: Path) -> bool:
    log = file.with_name(f"{file.name}-wal")
    return log.exists() and log.stat().st_size > 0
