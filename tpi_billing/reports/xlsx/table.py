"""A table: heading row, one row a record, filters, a frozen heading."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from textwrap import wrap
from typing import TypeVar

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from tpi_billing.reports.fields import Field, Kind
from tpi_billing.reports.xlsx.book import Sheet
from tpi_billing.reports.xlsx.styles import (
    BODY,
    COLUMN_HEADING,
    LABEL,
    SUBTITLE,
    TITLE,
    Look,
    of_kind,
)

_Row = TypeVar("_Row")

TABLE_TOP = 4
"""The row of a table's column headings, below title, subtitle and a blank row."""


def put_heading(sheet: Sheet, title: str, line: str) -> None:
    """Write title and subtitle into rows 1 and 2."""
    sheet.put(1, 1, title, TITLE)
    sheet.height(1, 28)
    sheet.put(2, 1, line, SUBTITLE)


def put_table(
    sheet: Sheet,
    name: str,
    fields: Sequence[Field[_Row]],
    rows: Sequence[_Row],
    *,
    frozen_columns: int = 0,
    nothing: str = "None.",
    look: Callable[[int, _Row], Look] = lambda _position, _row: BODY,
    mark: Callable[[str, _Row], str] = lambda _field, _row: "",
) -> None:
    """Write a table below the sheet's heading; `look` dresses a row by its position and record.

    `mark` gives single cells a colour (RRGGBB) by the field's name and the record.

    Without rows there is a line that says `nothing`: spreadsheets know no empty table.
    """
    ws, top = sheet.ws, TABLE_TOP
    sheet.widths(*(field.width for field in fields))
    if not rows:
        sheet.put(top, 1, nothing, replace(LABEL, italic=True))
        return
    for column, field in enumerate(fields, 1):
        sheet.put(top, column, field.title, _heading_look(field.kind))
    sheet.height(top, 30)
    dressed: dict[Look, list[Look]] = {}
    for position, record in enumerate(rows):
        base = look(position, record)
        if base not in dressed:
            dressed[base] = [of_kind(field.kind, base) for field in fields]
        for column, (field, own) in enumerate(zip(fields, dressed[base], strict=True), 1):
            colour = mark(field.name, record)
            dress = replace(own, fill=colour) if colour else own
            sheet.put(top + 1 + position, column, field.value(record), dress)
        if lines := _most_lines(fields, record):
            sheet.height(top + 1 + position, 4 + 13 * lines)
    area = f"A{top}:{get_column_letter(len(fields))}{top + len(rows)}"
    table = Table(displayName=name, ref=area)
    table.tableColumns = [
        TableColumn(id=number, name=field.title) for number, field in enumerate(fields, 1)
    ]
    table.autoFilter = AutoFilter(ref=area)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    ws.add_table(table)
    ws.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{top + 1}"
    ws.print_title_rows = f"{top}:{top}"


def _heading_look(kind: Kind) -> Look:
    """Headings of numbers stand in the middle, clear of the filter's button on the right."""
    centred = kind in {"money", "count", "percent", "date", "time"}
    return replace(COLUMN_HEADING, horizontal="center" if centred else "left", indent=not centred)


def _most_lines(fields: Sequence[Field[_Row]], record: _Row) -> int:
    """Count the lines that the tallest wrapped cell of a row needs; 0 if nothing is wrapped.

    Not every program finds the height of wrapped rows by itself when it opens a file. Widths
    count digits; ordinary text is a little narrower, which leaves room for the indent.
    """
    return max(
        (
            _lines(str(field.value(record) or ""), field.width)
            for field in fields
            if field.kind == "wrapped"
        ),
        default=0,
    )


@lru_cache(maxsize=5_000)
def _lines(text: str, width: int) -> int:
    return len(wrap(text, width)) or 1
