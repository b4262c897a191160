"""The manifest of a folder of facts: what is in it, where it came from, and each file's hash."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tpi_billing.audit.facts.layout import FORMS, MANIFEST, VERSION, place_of
from tpi_billing.errors import FileError, IntegrityError, Trouble
from tpi_billing.ledger.facts import FACT_COLUMNS, FACT_NAMES
from tpi_billing.whole_files import read_whole

_FORMAT = "tpi-billing claim_facts"
_AGAIN = "Write the folder again with tpi-billing audit facts."
_TAKE_AWAY = "Take it away, or make a new folder of all files with audit facts --from-files."


@dataclass(frozen=True, slots=True)
class FactFile:
    """One month's file: its place within the folder, its rows, their cents, size and hash."""

    path: str
    month: str
    rows: int
    amount_cents: int
    paid_cents: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder of facts holds; `source` says what it was made of, `written_by` with what."""

    source: dict[str, Any]
    written_by: str
    files: tuple[FactFile, ...]

    @property
    def rows(self) -> int:
        """The number of claims."""
        return sum(file.rows for file in self.files)

    @property
    def amount_cents(self) -> int:
        """What was billed for them, in cents."""
        return sum(file.amount_cents for file in self.files)

    def text(self) -> str:
        """Write it as JSON; the same facts give the same text."""
        return json.dumps(
            {
                "format": _FORMAT,
                "version": VERSION,
                "source": self.source,
                "written_by": self.written_by,
                "rows": self.rows,
                "amount_cents": self.amount_cents,
                "paid_cents": sum(file.paid_cents for file in self.files),
                "columns": [
                    {"name": one.name, "type": one.kind, "null": one.may_be_null}
                    for one in FACT_COLUMNS
                ],
                "files": [asdict(file) for file in self.files],
            },
            indent=1,
        )


def parse(text: str, where: str) -> Manifest:
    """Read a manifest; FileError when it is none, or of another version."""
    try:
        told = json.loads(text)
        version, names = told["version"], tuple(one["name"] for one in told["columns"])
        files = tuple(_file_of(file) for file in told["files"])
        manifest = Manifest(dict(told["source"]), str(told["written_by"]), files)
        right = told["format"] == _FORMAT and len({file.path for file in files}) == len(files)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        right = False
    if not right:
        raise FileError("This is no manifest of claim_facts.", hint=_AGAIN, file=where)
    if version != VERSION or names != FACT_NAMES:
        raise FileError(
            "The facts were written by another version of the tool.", hint=_AGAIN, file=where
        )
    return manifest


def _file_of(told: dict[str, Any]) -> FactFile:
    """Read one file's entry; ValueError for one that is elsewhere than a month's folder."""
    file = FactFile(**told)
    texts = (file.path, file.month, file.sha256)
    numbers = (file.rows, file.amount_cents, file.paid_cents, file.bytes)
    if any(type(one) is not str for one in texts) or any(type(one) is not int for one in numbers):
        raise TypeError
    if not re.fullmatch(FORMS["month"], file.month) or file.path != place_of(file.month):
        raise ValueError
    return file


def read(folder: Path) -> Manifest:
    """Read a folder's manifest; FileError when it is not there or is none."""
    path = folder / MANIFEST
    try:
        return parse(read_whole(path).decode("utf-8"), str(path))
    except (OSError, UnicodeDecodeError):
        raise FileError(
            "There are no facts here: the folder has no manifest that can be read.",
            hint="Give the folder that tpi-billing audit facts --out DIR wrote; it takes CSV and "
            "Parquet files of others with --from-files 'in/*.parquet'.",
            file=str(path),
        ) from None


def verify(manifest: Manifest, folder: Path) -> None:
    """Hold every file to its hash; IntegrityError names all that are not what was written.

    A Parquet file that the manifest does not name is refused, too: it would be left out silently.
    """
    troubles: list[Trouble] = []
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file():
            troubles.append(Trouble("The file is missing.", _AGAIN, str(path)))
        elif file_sha256(path) != file.sha256:
            troubles.append(Trouble("The file is not what was written.", _AGAIN, str(path)))
    named = {folder / file.path for file in manifest.files}
    foreign = sorted(set(folder.rglob("*.parquet")) - named)
    unnamed = "The manifest does not name this file."
    troubles += [Trouble(unnamed, _TAKE_AWAY, str(path)) for path in foreign]
    if troubles:
        raise IntegrityError.of(troubles)


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
