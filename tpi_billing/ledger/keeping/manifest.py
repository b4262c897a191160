"""What stands beside a backup: what it is a copy of, its hash, and what was counted in it."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tpi_billing.errors import IntegrityError
from tpi_billing.ledger.journal_chain import NO_ENTRY
from tpi_billing.whole_files import read_whole

_FORMAT = 1
_SHORT = 8
_NAME = re.compile(
    r"(?P<kind>auto|ledger|aside)-(?P<day>\d{4}-\d\d-\d\d)-(?P<centre>\w+)"
    r"-(?P<entries>\d+)-(?P<head>[0-9a-f]{8})\.db"
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: the file's SHA-256 and size, who made it, why, and the ledger's state in it.

    `entries` and `head` are the journal's, `schema` the ledger's revision, `tool` the version of
    the program; `rows` counts every table. `made_at` is an instant as the journal writes it.
    """

    file: str
    sha256: str
    bytes: int
    made_at: str
    made_by: str
    reason: str
    data_centre: str
    schema: str
    tool: str
    entries: int
    head: str
    rows: Mapping[str, int]

    def as_json(self) -> str:
        """Write it as JSON that a person can read."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Name:
    """What a backup's name says: `kind` is auto, ledger (by hand) or aside, `day` an ISO day."""

    kind: str
    day: str
    data_centre: str
    entries: int
    head: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.day}-{self.data_centre}-{self.entries}-{self.head}.db"

    @classmethod
    def of(cls, kind: str, day: str, data_centre: str, entries: int, sha256: str) -> "Name":
        """Name a backup by the journal's head in it."""
        short = (sha256 or NO_ENTRY)[:_SHORT]
        return cls(kind, day, re.sub(r"\W", "_", data_centre), entries, short)

    @classmethod
    def read(cls, text: str) -> "Name | None":
        """Read a file's name; None for one that the tool does not give."""
        if (found := _NAME.fullmatch(text)) is None:
            return None
        kind, day, centre, entries, head = found.groups()
        return cls(kind, day, centre, int(entries), head)


def manifest_of(file: Path) -> Path:
    """Return where the manifest of a backup is."""
    return file.with_suffix(".json")


def read_manifest(file: Path) -> Manifest | None:
    """Read the manifest beside a backup; None when there is none.

    Raise IntegrityError for one that cannot be read.
    """
    path = manifest_of(file)
    try:
        text = read_whole(path).decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise _unreadable(path) from None
    try:
        return _parsed(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreadable(path) from None


def _parsed(values: dict[str, Any]) -> Manifest:
    if values["format"] != _FORMAT:
        raise ValueError
    given = {field.name: values[field.name] for field in fields(Manifest)}
    for name, value in given.items():
        wanted = int if name in {"bytes", "entries"} else dict if name == "rows" else str
        if type(value) is not wanted:
            raise TypeError
    return Manifest(**given)


def _unreadable(path: Path) -> IntegrityError:
    return IntegrityError(
        "The manifest of the backup cannot be read: it was altered or cut off.",
        hint="Take another backup. If the backup itself is surely whole, move the manifest "
        "elsewhere: it is then proved by its own journal only.",
        file=str(path),
    )
