"""The clerk's own workbook back, with what to fix in a new first column and in the cells.

An XLSX file is loaded whole and given back with everything that openpyxl keeps; any other format
becomes a workbook of its rows. Rows without a finding are left alone. The reader passes the new
column over, so the corrected workbook is imported again as it is.
"""

import hashlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import range_boundaries

from tpi_billing.errors import FileError, UsageError
from tpi_billing.intake.header import REASONS_TITLE, is_reasons
from tpi_billing.intake.inserting import insert_first_column
from tpi_billing.intake.marking import (
    AMBER,
    AUTHOR,
    BOLD,
    HEADER_AUTHOR,
    RED,
    WIDTH,
    Marks,
    by_cell,
    comment,
    comment_before,
    fill,
    filter_area,
    header_comment,
    height,
    lay_out,
    marks,
    reasons,
    set_text,
)
from tpi_billing.intake.rewriting import write_rows
from tpi_billing.intake.rows import Table
from tpi_billing.intake.saving import replacing, require_xlsx, save_sealed
from tpi_billing.model.cell_text import looks_like_formula
from tpi_billing.model.finding import Finding
from tpi_billing.protection import opened

_NOT_KEPT = (
    *(KeyError, IndexError, ValueError, TypeError),
    *(OverflowError, AttributeError, SyntaxError),
)
"""What openpyxl raises for contents that it can read past but not write again."""

Findings = Mapping[int, Sequence[Finding]]


def write_corrections(original: Path, out: Path, table: Table, findings: Findings) -> None:
    """Write `out`, the workbook of `original` with its findings.

    `table` is what `original` was opened as, and may be closed by now; `findings` are those of
    each row, by the row's number. Infos are left out: there is nothing to fix. Raise UsageError
    for a name that is no workbook's or is the original's own, FileError if the original changed
    since it was read, the workbook cannot be written, or another file is there.
    """
    require_xlsx(out)
    _check_original(original, out, table)
    found = marks(findings, table)
    with replacing(out, only_new=True) as file:
        if table.format == "xlsx":
            _mark_workbook(original, file, table, found)
        else:
            write_rows(original, file, table, found)


def _check_original(original: Path, out: Path, table: Table) -> None:
    if out.exists() and out.samefile(original):
        raise UsageError(
            "The corrections would overwrite the original.",
            hint="Give another name.",
            file=str(out),
        )
    try:
        with original.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(
            f"The original cannot be read again: {error.strerror}.",
            hint="Put it back and import it again.",
            file=str(original),
        ) from None
    if digest != table.sha256:
        raise FileError(
            "The original was changed while it was imported, so rows may have moved.",
            hint="Save it, close it, and import it again.",
            file=str(original),
        )


def _mark_workbook(original: Path, file: BinaryIO, table: Table, found: Marks) -> None:
    with _kept(original), opened(original) as content:
        book = load_workbook(content, rich_text=True)
    with _kept(original):
        _mark_sheet(book, table, found)
        save_sealed(book, file)


def _mark_sheet(book: Any, table: Table, found: Marks) -> None:
    sheet: Any = book[table.sheet]
    first = table.header_cells[0]
    moved = 0 if first.index == 0 and is_reasons(first) else 1
    if moved:
        insert_first_column(book, table.sheet)
    else:
        _clear_marks(sheet, table.header_row)
    _style_title(sheet.cell(table.header_row, 1), sheet.cell(table.header_row, 2))
    sheet.column_dimensions["A"].width = WIDTH
    lay_out(sheet, table.header_row)
    _set_filter(sheet, table, moved)
    for index, about in found.headers.items():
        header = sheet.cell(table.header_row, index + 1 + moved)
        if not isinstance(header, MergedCell):
            header.comment = header_comment(about, header.comment)
    for row, findings in found.rows.items():
        _mark_row(sheet, row, findings, table, moved)
    _tell_texts(sheet)
    book.active = book.worksheets.index(sheet)


def _mark_row(sheet: Any, row: int, findings: Sequence[Finding], table: Table, moved: int) -> None:
    cell = sheet.cell(row, 1)
    set_text(cell, reasons(findings, table, moved))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.fill = fill(findings)
    dimension = sheet.row_dimensions[row]
    dimension.height = max(dimension.height or 0, height(cell.value))
    for index, about in by_cell(findings, table).items():
        marked = sheet.cell(row, index + 1 + moved)
        if isinstance(marked, MergedCell):
            continue
        marked.comment = comment(about, marked.comment)
        marked.fill = fill(about)


def _tell_texts(sheet: Any) -> None:
    """Let a text that begins like a formula stay text, also when somebody corrects the cell."""
    for cell in sheet._cells.values():
        if not isinstance(cell, MergedCell) and cell.data_type == "s":
            text = str(cell.value)
            if looks_like_formula(text) and not cell.quotePrefix:
                cell.quotePrefix = True


def _set_filter(sheet: Any, table: Table, moved: int) -> None:
    """Put a filter on the header; one that the clerk has set, or a table's own, stays."""
    own = sheet.auto_filter
    if sheet.tables or own.filterColumn:
        return
    area = filter_area(table, sheet.max_row, moved)
    if not own.ref or range_boundaries(own.ref)[1] == table.header_row:
        own.ref, own.sortState = area, None


@contextmanager
def _kept(original: Path) -> Iterator[None]:
    """Silence openpyxl's remarks about what it drops; say what it cannot give back at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _NOT_KEPT as error:
        raise FileError(
            f"The workbook cannot be given back: {error}.",
            hint="Save it in Excel under another name and import that, or correct the visits in "
            "the record system.",
            file=str(original),
        ) from error


def _clear_marks(sheet: Any, header_row: int) -> None:
    """Take back the marks of an earlier round, so that only what is still wrong is marked."""
    for merged in [
        m for m in sheet.merged_cells.ranges if m.min_col == 1 and m.max_row > header_row
    ]:
        sheet.unmerge_cells(merged.coord)
    for (row, column), cell in sheet._cells.items():
        if isinstance(cell, MergedCell) or row < header_row:
            continue
        if row == header_row:
            if cell.comment is not None and cell.comment.author == HEADER_AUTHOR:
                cell.comment = comment_before(cell.comment)
            continue
        if column == 1:
            cell.value = None
        if cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment = comment_before(cell.comment)
        if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb in {RED, AMBER}:
            cell.fill = PatternFill()


def _style_title(title: Any, neighbour: Any) -> None:
    """Make the new header look like the one beside it."""
    title.value = REASONS_TITLE
    if neighbour.has_style:
        title._style = neighbour._style
    else:
        title.font = BOLD
