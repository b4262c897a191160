"""The workbook of answered claims to be corrected: what MSP says, and the cells to fix."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tpi_billing import __version__
from tpi_billing.codes import CodeBook
from tpi_billing.model.money import decimal_dollars
from tpi_billing.model.session import Column
from tpi_billing.remittance.actions.viewing import Opened
from tpi_billing.remittance.actions.workbook_rows import (
    OWN_COLUMNS,
    SESSION_FIELDS,
    TOLD_COLUMNS,
)
from tpi_billing.reports.fields import Field, Kind, Value
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.wording import count_of
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import GREY, RED
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table

AT_FAULT = "F4B6B0"
"""The colour of a cell that MSP's codes point at, the same as in other workbooks to correct."""
TO_FILL_IN = "FFF6D6"
_FILLED_IN = frozenset({"decision", "code", "reason", "approval_reference", "note"})
_HELP = (
    "Fix the red cells, choose a decision in each row, and bring the file back: "
    "tpi-billing claims correct --import FILE.xlsx"
)


def claim_corrections_workbook(
    opened: Sequence[Opened], codes: CodeBook, out: Path, *, title: str, as_of: date
) -> PublishedFile:
    """Publish claims to be corrected as a workbook at `out`; values are whole, not masked.

    The same claims give the same bytes. Errors are those of `publish`.
    """
    book = Book(
        title=title,
        creator=f"tpi-billing {__version__}",
        created=datetime.combine(as_of, time(), UTC),
    )
    sheet, fields = book.sheet("Corrections", RED), _fields(codes)
    put_heading(sheet, "Claims to correct", f"{count_of(len(opened), 'claim')}  ·  {_HELP}")
    put_table(
        sheet,
        "Corrections",
        fields,
        opened,
        frozen_columns=2,
        nothing="MSP has refused or changed nothing that is still open.",
        mark=_mark,
    )
    _add_choices(sheet, fields, len(opened))
    set_page(sheet, title, orientation="landscape")
    about = book.sheet("Help", GREY)
    put_heading(about, "How to correct claims", _HELP)
    columns = [*OWN_COLUMNS, *TOLD_COLUMNS, *SESSION_FIELDS]
    put_table(about, "Columns", _HELP_FIELDS, columns)
    set_page(about, title, orientation="landscape")
    (published,) = publish([NewFile(out, "workbook", book.to_bytes())])
    return published


_HELP_FIELDS: tuple[Field[Column], ...] = (
    Field("column", "Column", "text", 28, lambda column: heading(column.name)),
    Field("help", "What it means", "wrapped", 80, lambda column: column.help),
    Field("choices", "Choices", "wrapped", 50, lambda column: ", ".join(column.choices)),
)


def heading(name: str) -> str:
    """Return a column's heading, which a reader knows again: `Patient first name`."""
    return "PHN" if name == "phn" else name.replace("_", " ").capitalize()


def _fields(codes: CodeBook) -> tuple[Field[Opened], ...]:
    def field(name: str, kind: Kind, width: int, value: Callable[[Opened], Value]) -> Field[Opened]:
        return Field(name, heading(name), kind, width, value)

    own = (
        field("claim", "count", 9, lambda one: one.claim.claim_id),
        field("decision", "text", 12, lambda _: ""),
        field("code", "text", 8, lambda one: one.code),
        field("note", "wrapped", 30, lambda one: one.standing.values.get("note", "")),
        field("msp_says", "wrapped", 46, lambda one: _msp_says(one, codes)),
        field("what_to_do", "wrapped", 46, lambda one: _what_to_do(one, codes)),
        field("last_day", "date", 12, lambda one: one.last_day),
        field("billed", "money", 11, lambda one: decimal_dollars(one.claim.amount_cents)),
        field("paid", "money", 11, lambda one: decimal_dollars(one.claim.paid_cents or 0)),
        field("reason", "wrapped", 26, lambda _: ""),
        field("approval_reference", "text", 20, lambda _: ""),
        field("session_id", "text", 14, lambda one: one.claim.session_id),
    )
    return (*own, *(_session_field(column) for column in SESSION_FIELDS if column.name != "note"))


def _session_field(column: Column) -> Field[Opened]:
    name = column.name
    width = max(30 if column.kind == "list" else 13, len(name) + 3)
    return Field(name, heading(name), "text", width, lambda one: one.standing.values.get(name, ""))


def _msp_says(one: Opened, codes: CodeBook) -> str:
    said = []
    for code in one.said.codes:
        known = codes.explanatory_code(code)
        said.append(f"{code}: {known.meaning}" if known is not None else code)
    if one.faults:
        said.append("Look at: " + ", ".join(heading(column) for column in one.faults) + ".")
    return " ".join(said)


def _what_to_do(one: Opened, codes: CodeBook) -> str:
    known = [codes.explanatory_code(code) for code in one.said.codes]
    return " ".join(dict.fromkeys(each.action for each in known if each is not None))


def _mark(field: str, one: Opened) -> str:
    if field in one.faults:
        return AT_FAULT
    return TO_FILL_IN if field in _FILLED_IN else ""


def _add_choices(sheet: Sheet, fields: Sequence[Field[Opened]], rows: int) -> None:
    """Put a drop-down on each column that offers words."""
    if not rows:
        return
    choices = {column.name: column.choices for column in (*OWN_COLUMNS, *SESSION_FIELDS)}
    for place, field in enumerate(fields, 1):
        if words := choices.get(field.name):
            letter = get_column_letter(place)
            validation = DataValidation(
                type="list",
                formula1=f'"{",".join(words)}"',
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="warning",
                errorTitle=field.title,
                error="Choose one of the list, or leave the cell blank.",
            )
            validation.add(f"{letter}{TABLE_TOP + 1}:{letter}{TABLE_TOP + rows}")
            sheet.ws.add_data_validation(validation)
