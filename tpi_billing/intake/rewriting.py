"""A text file's rows as a workbook: every cell as text, in its own place, with what to fix."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from tpi_billing.errors import FileError
from tpi_billing.intake import limits
from tpi_billing.intake.delimited import DelimitedGrid
from tpi_billing.intake.grid import Grid, Record
from tpi_billing.intake.header import REASONS_TITLE
from tpi_billing.intake.jsonlines import JsonLinesGrid
from tpi_billing.intake.marking import (
    BOLD,
    WIDTH,
    Marks,
    by_cell,
    comment,
    fill,
    filter_area,
    header_comment,
    height,
    lay_out,
    reasons,
    set_text,
)
from tpi_billing.intake.rows import Table
from tpi_billing.intake.saving import keep_off_the_disk, save_sealed
from tpi_billing.intake.shown import Cell, shown
from tpi_billing.intake.textfile import TextFile

_HEADER_FILL = PatternFill("solid", start_color="FFE7ECF2", end_color="FFE7ECF2")


def write_rows(original: Path, file: BinaryIO, table: Table, found: Marks) -> None:
    """Write the rows of `original`, so placed that a CSV's row numbers stay the same.

    Raise FileError if there are more than a workbook holds.
    """
    text = TextFile(original)
    try:
        grid: Grid = (
            JsonLinesGrid(text) if table.format == "jsonl" else DelimitedGrid(text, table.delimiter)
        )
        book = Workbook(write_only=True)
        sheet: Any = book.create_sheet(table.mapping.sheet or "Sessions")
        lay_out(sheet, table.header_row or 1)
        _set_widths(sheet, table)
        keep_off_the_disk(sheet)
        # JSON Lines have no header row: it takes the first, and line n becomes row n + 1.
        header = grid.top() if table.header_row == 0 else []
        last = 0
        for record in chain(header, grid.below(0)):
            last = record[0] + len(header)
            if last > limits.WORKBOOK_ROWS:
                raise FileError(
                    f"The file has more rows than a workbook holds ({limits.WORKBOOK_ROWS:,}).",
                    hint="Export fewer months at a time.",
                    file=str(original),
                )
            sheet.append(_text_row(sheet, record, table, found))
        sheet.auto_filter.ref = filter_area(table, last)
        save_sealed(book, file)
    finally:
        text.close()


def _set_widths(sheet: Any, table: Table) -> None:
    sheet.column_dimensions["A"].width = WIDTH
    for cell in table.header_cells:
        letter = get_column_letter(cell.index + 2)
        sheet.column_dimensions[letter].width = min(max(len(cell.text) + 2, 12), 40)


def _text_row(sheet: Any, record: Record, table: Table, found: Marks) -> list[Any]:
    number, cells = record
    if number == table.header_row:
        return _header_row(sheet, cells, found)
    findings = found.rows.get(number, [])
    about = by_cell(findings, table)
    first = reasons(findings, table)
    made = [_text_cell(sheet, first)]
    if findings:
        sheet.row_dimensions[number + (table.header_row == 0)].height = height(first)
        made[0].fill = fill(findings)
        made[0].alignment = Alignment(wrap_text=True, vertical="top")
    for index in range(max(len(cells), max(about, default=-1) + 1)):
        text = shown(cells[index]) if index < len(cells) else ""
        cell = _text_cell(sheet, text)
        if index in about:
            cell.fill = fill(about[index])
            cell.comment = comment(about[index])
        made.append(cell)
    return made


def _header_row(sheet: Any, cells: Sequence[Cell], found: Marks) -> list[Any]:
    made = [_text_cell(sheet, text) for text in (REASONS_TITLE, *map(shown, cells))]
    for cell in made:
        cell.font = BOLD
        cell.fill = _HEADER_FILL
    for index, about in found.headers.items():
        made[index + 1].comment = header_comment(about)
    return made


def _text_cell(sheet: Any, text: str) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.number_format = "@"
    if text:
        set_text(cell, text)
    return cell
