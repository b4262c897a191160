"""Write a folder of facts, whole or not at all: from a ledger, or from files in the layout."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tpi_billing.audit.facts.duck import ctrl_c_stops, load_duckdb
from tpi_billing.audit.facts.layout import MANIFEST, OTHER_VISIT
from tpi_billing.audit.facts.manifest import Manifest, file_sha256
from tpi_billing.audit.facts.staging import Staging, write_rows
from tpi_billing.drafts import force_out, owners_only
from tpi_billing.errors import ConflictError, FileError, IntegrityError, Trouble
from tpi_billing.ledger.facts import FACT_NAMES, ledger_facts
from tpi_billing.ledger.facts_view import ItemWords
from tpi_billing.ledger.journal import read_head
from tpi_billing.ledger.store import Ledger
from tpi_billing.model.session import VISITS

_AT_ONCE = 25_000
_VISIT = FACT_NAMES.index("visit")
_AMOUNT = FACT_NAMES.index("amount_cents")
_KNOWN_VISITS = frozenset({"", *VISITS})

Told = Callable[[int], None]
"""Told how many more claims were read."""


@dataclass(frozen=True, slots=True)
class Export:
    """A folder of facts that was written, and the hash of its manifest."""

    folder: Path
    manifest: Manifest
    sha256: str


def export_ledger(
    ledger: Ledger, items: Mapping[str, ItemWords], out: Path, told: Told = lambda _: None
) -> Export:
    """Write the facts of a ledger's own data centre as they are now, streamed.

    `out` must not be there yet, or be empty (ConflictError). A visit that the record calls
    something else than the known words is told as `other`: it is the one free text among them.
    """
    with _draft(out) as draft, _staging(draft) as (staging, passing):
        rows = cents = 0
        with ledger_facts(ledger, items) as facts:
            head = read_head(facts.connection)
            stream = map(_without_free_text, facts.by_claim())
            while some := list(islice(stream, _AT_ONCE)):
                write_rows(passing / "rows.csv", some)
                staging.add(passing / "rows.csv")
                rows, cents = rows + len(some), cents + sum(row[_AMOUNT] for row in some)
                told(len(some))
        source = {
            "kind": "ledger",
            "data_centre": ledger.data_centre,
            "journal_entry": head.entries,
            "journal_sha256": head.sha256,
        }
        manifest = _write(staging, draft, source)
        if (manifest.rows, manifest.amount_cents) != (rows, cents):
            raise IntegrityError("The files do not hold what the ledger gave.")
    return Export(out, manifest, file_sha256(out / MANIFEST))


def export_files(paths: Sequence[Path], out: Path, told: Told = lambda _: None) -> Export:
    """Write facts that come from CSV or Parquet files in the layout, of which there is one or more.

    Raise FileError with everything that is wrong with the first file that is not right.
    """
    with _draft(out) as draft, _staging(draft) as (staging, _):
        sources = []
        for path in paths:
            staging.add(path)
            sources.append({"file": path.name, "sha256": file_sha256(path)})
            told(1)
        if (claim := staging.twice()) is not None:
            raise FileError(
                f"The claim {claim} is there twice.",
                hint="claim_id is a claim's own number in all files together.",
                column="claim_id",
            )
        if columns := staging.health_numbers():
            raise FileError.of([_not_a_key(name) for name in columns])
        manifest = _write(staging, draft, {"kind": "files", "files": sources})
    return Export(out, manifest, file_sha256(out / MANIFEST))


def _not_a_key(name: str) -> Trouble:
    return Trouble(
        "The column seems to hold health numbers.",
        "Put a number that means nothing in the place of each, always the same one.",
        column=name,
    )


def _without_free_text(row: tuple[Any, ...]) -> tuple[Any, ...]:
    if row[_VISIT] in _KNOWN_VISITS:
        return row
    return (*row[:_VISIT], OTHER_VISIT, *row[_VISIT + 1 :])


def _write(staging: Staging, draft: Path, source: Mapping[str, Any]) -> Manifest:
    files = tuple(staging.write(draft))
    manifest = Manifest(dict(source), f"DuckDB {load_duckdb().__version__}", files)
    with (draft / MANIFEST).open("wb") as file:
        file.write(manifest.text().encode("utf-8"))
        force_out(file)
    return manifest


@contextmanager
def _staging(draft: Path) -> Iterator[tuple[Staging, Path]]:
    """Give a database and a folder for passing files within a draft; both are gone afterwards."""
    passing = draft / "passing"
    passing.mkdir()
    with ctrl_c_stops():
        staging = Staging(passing)
        try:
            yield staging, passing
        finally:
            staging.close()
            shutil.rmtree(passing, ignore_errors=True)


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` that becomes `out` when the block ends, and goes if it raises."""
    load_duckdb()
    with owners_only(), _folder_that_becomes(out) as draft:
        yield draft


@contextmanager
def _folder_that_becomes(out: Path) -> Iterator[Path]:
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise ConflictError(
                "There is something already where the facts shall be written.",
                hint="Give a folder that is not there yet, or remove this one.",
                file=str(out),
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent))
    except OSError as error:
        raise _not_written(out, error) from None
    try:
        yield draft
        with suppress(FileNotFoundError):
            out.rmdir()
        os.rename(draft, out)  # noqa: PTH104 - fails if somebody else made the folder meanwhile
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise _not_written(out, error) from None
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _not_written(out: Path, error: OSError) -> FileError:
    return FileError(
        f"The facts cannot be written: {error.strerror}.",
        hint="Choose a folder that you may write to, on a disk with room.",
        file=str(out),
    )
