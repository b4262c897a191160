"""The whole ledger as plain files: a CSV file a table, MSP's files, and what they mean."""

import csv
import hashlib
import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from tpi_billing import __version__, clock
from tpi_billing.drafts import force_out, new_draft, take_place
from tpi_billing.errors import ConflictError
from tpi_billing.ledger import schema
from tpi_billing.ledger.exchange import bytes_of
from tpi_billing.ledger.journal import Head, read_head
from tpi_billing.ledger.keeping.backup import explained
from tpi_billing.ledger.keeping.copying import sync_folder
from tpi_billing.ledger.keeping.export_words import readme
from tpi_billing.ledger.roles import insist_on_all
from tpi_billing.ledger.store import Ledger
from tpi_billing.model.cell_text import looks_like_formula

RECORD = "ledger:export"
CONTENTS = "contents.csv"
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of an export, named below its folder; `rows` without the header, None: no table."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that stands whole in its folder; `head` is the journal's in it."""

    folder: Path
    head: Head
    files: tuple[ExportedFile, ...]


def export_ledger(ledger: Ledger, out: Path, actor: str) -> Exported:
    """Write every table into a new folder below `out`, and journal it.

    The folder gets its name only when all of it is written and the entry with it. Raise FileError
    when it cannot be written, ConflictError when this state of the ledger was exported there.
    """
    with explained(out, "export"):
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ledger.reading() as connection, _draft_folder(out) as draft:
        insist_on_all(connection, "an export is of the whole ledger", "Let its owner make one")
        head = read_head(connection)
        target = out / f"ledger-export-{ledger.data_centre}-{head.entries}-{head.sha256[:8]}"
        with explained(out, "export"):
            files = _write_all(connection, draft, ledger.data_centre, head)
        connection.rollback()
        if target.exists():
            raise ConflictError(
                "This state of the ledger was exported there already.",
                hint="Use that export, or name another folder.",
                file=str(target),
            )
        with ledger.changing(actor) as transaction:
            values = {
                "folder": str(target),
                "entries": head.entries,
                "sha256": files[-1].sha256,
                "rows": sum(one.rows or 0 for one in files),
            }
            transaction.journal.write("ledger.exported", RECORD, values)
            with explained(target, "export"):
                take_place(draft, target)
    sync_folder(out)
    return Exported(target, head, tuple(files))


@contextmanager
def _draft_folder(out: Path) -> Iterator[Path]:
    """Make a folder under a passing name, for its owner only; gone unless it is renamed."""
    with explained(out, "export"):
        name = new_draft(out / "ledger-export")
        name.unlink()
        name.mkdir(mode=0o700)
    try:
        yield name
    finally:
        shutil.rmtree(name, ignore_errors=True)


def _write_all(
    connection: sa.Connection, draft: Path, data_centre: str, head: Head
) -> list[ExportedFile]:
    for name in ("tables", "teleplan", "pickups"):
        (draft / name).mkdir(mode=0o700)
    files = [_write_table(connection, draft, table) for table in schema.metadata.sorted_tables]
    counts = {Path(one.name).stem: one.rows or 0 for one in files}
    files += _write_sent(connection, draft)
    files += _write_fetched(connection, draft)
    facts = (
        ("data centre", data_centre),
        ("written at", clock.now()),
        ("written by", f"tpi-billing {__version__}"),
        ("journal", f"{head.entries} entries"),
        ("its last hash", head.sha256),
    )
    text = readme(facts, counts).encode("utf-8")
    files.append(_write(draft, "README.txt", lambda file: file.write(text)))
    files.append(_write_contents(draft, files))
    return files


def _write_table(connection: sa.Connection, draft: Path, table: sa.Table) -> ExportedFile:
    rows = 0
    found = connection.execute(
        sa.select(table).order_by(*table.primary_key), execution_options={"yield_per": _AT_ONCE}
    )

    def put(file: BinaryIO) -> None:
        nonlocal rows
        with _text(file) as text:
            writer = csv.writer(text)
            writer.writerow(table.columns.keys())
            for page in found.partitions(_AT_ONCE):
                writer.writerows(map(_guarded, page))
                rows += len(page)

    written = _write(draft, f"tables/{table.name}.csv", put)
    return ExportedFile(written.name, rows, written.bytes, written.sha256)


def _guarded(row: Sequence[Any]) -> list[Any]:
    """Put an apostrophe before a text that a spreadsheet could run, or that begins with one."""
    return [
        f"'{value}"
        if isinstance(value, str) and (value.startswith("'") or looks_like_formula(value))
        else value
        for value in row
    ]


def _write_sent(connection: sa.Connection, draft: Path) -> Iterator[ExportedFile]:
    table = schema.submission_files
    query = sa.select(table.c.batch_id, table.c.part, table.c.content)
    query = query.order_by(table.c.batch_id, table.c.part)
    for batch_id, part, content in connection.execute(query, execution_options={"yield_per": 1}):
        name = f"teleplan/batch-{batch_id:05d}-part-{part}.txt"
        yield _write(draft, name, _putting(content.encode("ascii")))


def _write_fetched(connection: sa.Connection, draft: Path) -> Iterator[ExportedFile]:
    table = schema.pickups
    query = sa.select(table.c.pickup_id, table.c.content).order_by(table.c.pickup_id)
    for pickup_id, content in connection.execute(query, execution_options={"yield_per": 1}):
        yield _write(draft, f"pickups/pickup-{pickup_id:06d}.txt", _putting(bytes_of(content)))


def _write_contents(draft: Path, files: Sequence[ExportedFile]) -> ExportedFile:
    def put(file: BinaryIO) -> None:
        with _text(file) as text:
            writer = csv.writer(text)
            writer.writerow(("file", "rows", "bytes", "sha256"))
            writer.writerows((one.name, one.rows, one.bytes, one.sha256) for one in files)

    return _write(draft, CONTENTS, put)


def _putting(content: bytes) -> Callable[[BinaryIO], object]:
    return lambda file: file.write(content)


@contextmanager
def _text(file: BinaryIO) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    yield text
    text.flush()
    text.detach()


def _write(draft: Path, name: str, put: Callable[[Any], object]) -> ExportedFile:
    """Write one file for its owner only, and read it again for its hash."""
    path = draft / name
    path.touch(mode=0o600)
    with path.open("wb") as file:
        put(file)
        force_out(file)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return ExportedFile(name, None, path.stat().st_size, found)
