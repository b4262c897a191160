"""An empty workbook with the columns of a session: drop-downs, formats, and a sheet of help."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tpi_billing.intake.header import NECESSARY
from tpi_billing.intake.saving import replacing, require_xlsx, save_book
from tpi_billing.model.session import COLUMNS, Column

_ROWS = 500
_AUTHOR = "tpi-billing"
_INK, _NECESSARY_FILL, _FILL = "FFFFFFFF", "FF1F4E79", "FF5B7C99"
_LINE = Side(style="thin", color="FFD5DCE4")
_GRID = Border(bottom=_LINE, right=_LINE)
_FORMATS = {"date": "yyyy-mm-dd", "time": "hh:mm", "whole": "0", "number": "General"}
_WIDTHS = {"date": 13, "time": 10, "whole": 12, "number": 12, "list": 38, "name": 18, "fees": 18}
_OPEN_CHOICES = frozenset({"status", "referral_profession"})
"""Columns in which another word is allowed: the drop-down only helps."""

EXAMPLES: dict[str, str] = {
    "session_id": "V1001",
    "status": "completed",
    "service_date": "2026-10-31",
    "start_time": "09:00",
    "end_time": "09:15",
    "practitioner_number": "99001",
    "payee_number": "A9999",
    "location_code": "Q",
    "patient_id": "C10000",
    "phn": "9123456780",
    "patient_first_name": "Avery",
    "patient_second_name": "Lee",
    "patient_surname": "Example",
    "birth_date": "1970-05-31",
    "sex": "F",
    "dependent": "00",
    "insurer": "MSP",
    "registration_number": "123456789",
    "address_1": "100 Sample Street",
    "address_2": "Unit 2",
    "city": "Calgary",
    "postal_code": "T2P 0A1",
    "icbc_claim_number": "AB123456",
    "referral_number": "12345",
    "referral_name": "Dr Sample",
    "referral_profession": "physician",
    "referral_date": "2026-09-15",
    "diagnosis_1": "7291",
    "diagnosis_2": "7231",
    "diagnosis_3": "7242",
    "trigger_point_sites": "left trapezius; right levator scapulae",
    "trigger_point_injections": "4",
    "nerve_block_sites": "left greater occipital",
    "block_distance_cm": "75",
    "joint_sites": "right hip",
    "agent": "0.9% saline",
    "volume_ml": "2.5",
    "visit": "consultation",
    "visit_diagnosis": "401",
    "series_number": "2",
    "chart_signed": "yes",
    "fee_items": "01157; 00015x2",
    "billed_amount": "77.92",
    "note": "Second visit of the day at the patient's request",
}


def write_template(out: Path) -> None:
    """Write the workbook; raise FileError if that cannot be done or another file is there.

    Raise UsageError for a name that does not end with .xlsx.
    """
    require_xlsx(out)
    book = Workbook()
    book.properties.creator = _AUTHOR
    book.properties.title = "Sessions for billing"
    _fill_sessions(book.active)
    _fill_help(book.create_sheet("Help"))
    with replacing(out, only_new=True) as file:
        save_book(book, file)


def _fill_sessions(sheet: Any) -> None:
    sheet.title = "Sessions"
    sheet.freeze_panes = "B2"
    sheet.sheet_view.zoomScale = 100
    sheet.row_dimensions[1].height = 32
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:1"
    for place, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _width(column)
        header = sheet.cell(1, place, column.name)
        _style_header(header, necessary=column.name in NECESSARY)
        header.comment = _help_comment(column)
        number_format = _FORMATS.get(column.kind, "@")
        for row in range(2, _ROWS + 2):
            cell = sheet.cell(row, place)
            cell.number_format = number_format
            cell.border = _GRID
        validation = _validation(column)
        if validation is not None:
            validation.add(f"{letter}2:{letter}{_ROWS + 1}")
            sheet.add_data_validation(validation)


def _width(column: Column) -> float:
    wanted = _WIDTHS.get(column.kind, 14)
    if column.name in {"address_1", "referral_profession", "note"}:
        wanted = 26
    return max(wanted, len(column.name) + 3)


def _style_header(cell: Any, *, necessary: bool) -> None:
    cell.font = Font(name="Calibri", size=11, bold=True, color=_INK)
    colour = _NECESSARY_FILL if necessary else _FILL
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.border = Border(right=Side(style="thin", color=_INK))


def _help_comment(column: Column) -> Comment:
    text = f"{column.help}\nExample: {EXAMPLES[column.name]}"
    comment = Comment(text, _AUTHOR)
    comment.width, comment.height = 280, 70 + 16 * (len(text) // 40)
    return comment


def _validation(column: Column) -> DataValidation | None:
    """Return the drop-down or the test of a column; None where anything may be typed."""
    title = column.name
    if column.choices:
        return DataValidation(
            type="list",
            formula1=f'"{",".join(column.choices)}"',
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning" if column.name in _OPEN_CHOICES else "stop",
            errorTitle=title,
            error="Choose one of the list, or leave the cell blank.",
        )
    if column.kind == "date":
        return DataValidation(
            type="date",
            operator="between",
            formula1="DATE(1900,1,1)",
            formula2="DATE(2199,12,31)",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=title,
            error="Type a date, such as 2026-10-31.",
        )
    if column.kind in {"whole", "number"}:
        return DataValidation(
            type="whole" if column.kind == "whole" else "decimal",
            operator="greaterThanOrEqual",
            formula1="0",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=title,
            error="Type a number that is not negative.",
        )
    return None


def _fill_help(sheet: Any) -> None:
    sheet.sheet_view.showGridLines = False
    sheet["A1"] = "How to fill in the sheet Sessions"
    sheet["A1"].font = Font(name="Calibri", size=14, bold=True, color=_NECESSARY_FILL)
    sheet["A2"] = (
        "One row is one visit. The dark columns are always needed; leave out what does not apply. "
        "Then import the file:  tpi-billing sessions import FILE.xlsx"
    )
    sheet.freeze_panes = "A5"
    for place, (title, width) in enumerate(
        (("Name", 26), ("What it means", 58), ("Example", 44), ("Choices", 52)), start=1
    ):
        sheet.column_dimensions[get_column_letter(place)].width = width
        _style_header(sheet.cell(4, place, title), necessary=True)
    for row, column in enumerate(COLUMNS, start=5):
        choices = ", ".join(column.choices)
        for place, text in enumerate(
            (column.name, column.help, EXAMPLES[column.name], choices), start=1
        ):
            cell = sheet.cell(row, place, text or None)
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.border = Border(bottom=_LINE)
        if column.name in NECESSARY:
            sheet.cell(row, 1).font = Font(name="Calibri", size=11, bold=True)
        if len(choices) > 52:
            sheet.row_dimensions[row].height = 32
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "4:4"
