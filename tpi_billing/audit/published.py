"""Are published files still what they were? A file that is gone was perhaps only moved."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tpi_billing.ledger.batches import BatchRow, files_of, list_batches
from tpi_billing.ledger.store import Connection


class Standing(StrEnum):
    """What became of a published file."""

    WHOLE = "whole"
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a batch, where it was put, and whether it is still what it was."""

    batch: BatchRow
    path: Path
    standing: Standing


def published_files(
    connection: Connection, data_centre: str, workspace: Path
) -> Iterator[PublishedFile]:
    """Look at every file that was published, batch by batch; its content is hashed anew."""
    for batch in list_batches(connection, data_centre):
        for name, _, sha256 in files_of(connection, batch.batch_id):
            path = workspace / name
            yield PublishedFile(batch, path, _standing(path, sha256))


def _standing(path: Path, sha256: str) -> Standing:
    if not path.is_file():
        return Standing.MISSING
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return Standing.WHOLE if found == sha256 else Standing.CHANGED
