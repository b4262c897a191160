"""Are published files still what they were? A file that is gone was perhaps only moved."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tpi_billing.ledger.health_files import known_files
from tpi_billing.ledger.store import Connection


class Standing(StrEnum):
    """What became of a published file."""

    WHOLE = "whole"
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a batch, its kind, where it was put, and whether it is still what it was."""

    batch_id: int
    batch_state: str
    kind: str
    path: Path
    standing: Standing


def published_files(
    connection: Connection, data_centre: str, workspace: Path, only: int | None = None
) -> Iterator[PublishedFile]:
    """Look at every file that was published, of one batch or of all; each is hashed anew."""
    for one in known_files(connection, data_centre, only):
        path = workspace / str(one.path)
        standing = _standing(path, one.sha256)
        yield PublishedFile(one.batch_id, one.batch_state, one.kind, path, standing)


def _standing(path: Path, sha256: str) -> Standing:
    if not path.is_file():
        return Standing.MISSING
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return Standing.WHOLE if found == sha256 else Standing.CHANGED
