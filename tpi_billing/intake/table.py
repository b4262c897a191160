"""Opens a file of records: what format it is by its content, which sheet, where the header is."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.errors import FileError
from tpi_billing.intake import limits
from tpi_billing.intake.archive import ZIP_STARTS, refuse_ole
from tpi_billing.intake.dates import EPOCH
from tpi_billing.intake.delimited import DELIMITERS, DelimitedGrid
from tpi_billing.intake.grid import Grid, Record
from tpi_billing.intake.header import Header, Names, find_header, header_troubles
from tpi_billing.intake.jsonlines import JsonLinesGrid
from tpi_billing.intake.record_kind import SESSIONS, RecordKind
from tpi_billing.intake.rows import FileFacts, Format, Row, Table
from tpi_billing.intake.shown import folded
from tpi_billing.intake.textfile import TextFile
from tpi_billing.protection import OLE_START, is_protected
from tpi_billing.whole_files import insist_on_file

__all__ = ["Row", "Table", "open_table"]

_BLOCK = 2**20
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def open_table(
    path: Path,
    *,
    source: str = "canonical",
    mapping: ColumnMapping | None = None,
    sheet: str | None = None,
    known: Mapping[str, ColumnMapping] | None = None,
    kind: RecordKind = SESSIONS,
) -> Table:
    """Open a CSV, XLSX or JSON Lines file of sessions, or of another `kind` of record.

    `sheet` goes before the mapping's own; without both the first sheet with a header row is
    taken. `known` are the mappings that could be chosen, by default the shipped ones, to name the
    one that would fit. Raise FileError, with everything that is wrong, before a single row is
    given out; ConfigurationError for a mapping with impossible date formats.
    """
    mapping = mapping or ColumnMapping()
    facts = _examine(path)
    if facts.format == "xlsx":
        grids, epoch = _sheets(path, sheet or mapping.sheet)
    elif sheet:
        raise FileError(
            "This is a text file, which has no sheets.", hint="Leave out --sheet.", file=str(path)
        )
    else:
        grids, epoch = _text_grids(facts), EPOCH
    try:
        grid, header = _choose(facts, grids, source, Names(mapping, kind), known)
        return Table(facts, grid, header, source=source, mapping=mapping, epoch=epoch, kind=kind)
    except BaseException:
        grids[0].close()
        raise


def _examine(path: Path) -> FileFacts:
    """Look at the file's size, its first bytes and its hash."""
    try:
        if path.is_dir():
            raise FileError("This is a folder.", hint="Name a file in it.", file=str(path))
        insist_on_file(path)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limits.FILE_BYTES:
                raise FileError(
                    f"The file has {size / 2**20:,.0f} MiB; at most "
                    f"{limits.FILE_BYTES // 2**20} MiB are read.",
                    hint="Export fewer months at a time.",
                    file=str(path),
                )
            start = file.read(64)
            found = _format(path, start, file)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise FileError(
            "There is no such file.",
            hint="Check the name and the folder; a name with blanks goes between quotes.",
            file=str(path),
        ) from None
    except OSError as error:
        raise FileError(
            f"The file cannot be opened: {error.strerror or error}.",
            hint="Close it if it is open in another program, and check that you may read it.",
            file=str(path),
        ) from None
    return FileFacts(path, digest, size, found)


def _format(path: Path, start: bytes, file: BinaryIO) -> Format:
    """Tell the format by the content; what the file is called does not matter to that."""
    if start.startswith(ZIP_STARTS):
        return "xlsx"
    if start.startswith(OLE_START):
        file.seek(0)
        if is_protected(file):
            return "xlsx"
        refuse_ole(path)
    text = _decoded(start)
    if not text and not file.read(_BLOCK).strip():
        raise FileError("The file is empty.", hint="Export it again.", file=str(path))
    if text.startswith("<"):
        raise FileError(
            "The file is a web page or XML, whatever its name says.",
            hint="Open it in Excel and save it as Excel Workbook (.xlsx), or export CSV.",
            file=str(path),
        )
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        raise FileError(
            f"The file is named {path.suffix} and is not an Excel workbook.",
            hint="If it is a CSV export, rename it to end with .csv; otherwise export it again.",
            file=str(path),
        )
    return "jsonl" if text.startswith("{") else "csv"


def _decoded(start: bytes) -> str:
    """Return the beginning as text, good enough to know the first character."""
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").decode("latin-1").strip()


def _text_grids(facts: FileFacts) -> Sequence[Grid]:
    file = TextFile(facts.path)
    try:
        if facts.format == "jsonl":
            return [JsonLinesGrid(file)]
        return [DelimitedGrid(file, delimiter) for delimiter in DELIMITERS]
    except BaseException:
        file.close()
        raise


def _sheets(path: Path, wanted: str | None) -> tuple[Sequence[Grid], datetime]:
    """Open a workbook; return its sheets, or the one that is wanted, and day 0 of its dates."""
    # openpyxl is slow to import, and a text file does not need it.
    from tpi_billing.intake.workbook import Workbook

    book = Workbook(path)
    names = [name for name in book.sheets if not wanted or folded(name) == folded(wanted)]
    if not names:
        book.close()
        listed = ", ".join(book.sheets) or "none"
        raise FileError(
            f"The workbook has no sheet named {wanted}." if wanted else "It has no worksheet.",
            hint=f"Its sheets: {listed}. Name one with --sheet, or as sheet in the mapping.",
            file=str(path),
        )
    return [book.grid(name) for name in names], book.epoch


def _choose(
    facts: FileFacts,
    grids: Sequence[Grid],
    source: str,
    names: Names,
    known: Mapping[str, ColumnMapping] | None,
) -> tuple[Grid, Header]:
    """Return the sheet, or the separator, whose header is understood, and that header."""
    kind = names.kind
    tops = [grid.top() for grid in grids]
    found = [
        (grid, header)
        for grid, top in zip(grids, tops, strict=True)
        if (header := find_header(top, names)) is not None
    ]
    file = str(facts.path)
    if not found:
        wanted = ", ".join(names.described(column) for column in kind.necessary)
        raise FileError(
            f"No header row was found in the first {limits.HEADER_WITHIN} rows: these names were "
            f"looked for: {wanted} and the others of a {kind.noun}.",
            hint=_better(tops, source, known, kind)
            or "Name the export's headers in a mapping of tpi-billing.toml and give its name with "
            f"--mapping; or {kind.otherwise}",
            file=file,
            sheet=grids[0].sheet if len(grids) == 1 else "",
        )
    if facts.format == "xlsx":
        grid, header = next((pair for pair in found if not pair[1].missing), found[0])
    else:
        grid, header = max(found, key=lambda pair: len(pair[1].columns))
    better = _better(tops, source, known, kind) if header.missing else ""
    if troubles := header_troubles(header, names, file, grid.sheet, better):
        raise FileError.of(troubles)
    return grid, header


def _better(
    tops: Sequence[Sequence[Record]],
    source: str,
    known: Mapping[str, ColumnMapping] | None,
    kind: RecordKind,
) -> str:
    """Say which other mapping has all its necessary columns in the file, `""` if none."""
    # Only needed when something is wrong.
    from tpi_billing.intake.mappings import CANONICAL, known_mappings

    others = {CANONICAL: ColumnMapping(), **(known_mappings() if known is None else known)}
    others.pop(source, None)
    fitting = {
        name: columns
        for name, mapping in others.items()
        if (columns := max(_fit(top, Names(mapping, kind)) for top in tops))
    }
    if not fitting:
        return ""
    best = max(fitting, key=lambda name: fitting[name])
    if best == CANONICAL:
        return "Its headers are the canonical names: leave out --mapping."
    return f"It fits the mapping {best}: give --mapping {best}."


def _fit(top: Sequence[Record], names: Names) -> int:
    """Return how many columns a mapping finds, 0 if a necessary one is missing."""
    header = find_header(top, names)
    return 0 if header is None or header.missing else len(header.columns)
