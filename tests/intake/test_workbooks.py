"""XLSX: sheets, header rows below titles, dates, number formats; the same values as CSV."""

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tpi_billing.config import Mapping
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.rows import Row
from tpi_billing.intake.table import open_table

# ruff: noqa: DTZ001 - a spreadsheet has no time zone

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]


def rows_of(path: Path, **options: object) -> list[Row]:
    with open_table(path, **options) as table:  # type: ignore[arg-type]
        return list(table.rows())


def test_the_same_rows_give_the_same_values_as_csv(
    table_rows: Make, write_csv: Write, write_xlsx: Write
) -> None:
    rows = table_rows(
        {"trigger_point_injections": "6", "volume_ml": "2.5", "billed_amount": "77.92"},
        {"phn": "9114 244 935", "diagnosis_1": "729.1", "chart_signed": "TRUE"},
        {"note": "two\nlines", "service_date": "31/10/2026", "start_time": "9:05 AM"},
        {"agent": "#N/A", "fee_items": "01157; 00015x2"},
    )
    from_csv = rows_of(write_csv(rows))
    assert rows_of(write_xlsx(rows)) == from_csv
    typed = [
        [float(cell) if cell in {"6", "2.5", "77.92"} else cell or None for cell in row]
        for row in rows
    ]
    typed[2] = [True if cell == "TRUE" else cell for cell in typed[2]]
    assert rows_of(write_xlsx(typed)) == from_csv


def test_dates_and_times_as_excel_keeps_them(table_rows: Make, write_xlsx: Write) -> None:
    header, row = table_rows({"referral_date": ""})
    at = header.index
    row = [
        {
            at("service_date"): datetime(2026, 10, 13),
            at("start_time"): time(9, 0),
            at("end_time"): 9.25 / 24,
            at("birth_date"): 18282,
            at("referral_date"): datetime(2026, 8, 30, 14, 30),
            at("practitioner_number"): 99001,
        }.get(index, cell)
        for index, cell in enumerate(row)
    ]
    with open_table(write_xlsx([header, row])) as table:
        (only,) = table.rows()
        notices = [(problem.column, place.sheet, place.row) for problem, place in table.notices]
    assert only.values["service_date"] == "2026-10-13"
    assert (only.values["start_time"], only.values["end_time"]) == ("09:00", "09:15")
    assert only.values["birth_date"] == "1950-01-19"
    assert only.values["referral_date"] == "2026-08-30"
    assert notices == [("birth_date", "Visits", 2)]


def test_a_workbook_that_counts_from_1904(table_rows: Make, tmp_path: Path) -> None:
    header, row = table_rows({})
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    row[2] = 44864  # type: ignore[call-overload]
    row[9] = datetime(1952, 1, 20)  # type: ignore[call-overload]
    book.active.append(header)
    book.active.append(row)
    book.save(tmp_path / "mac.xlsx")
    (only,) = rows_of(tmp_path / "mac.xlsx")
    assert (only.values["service_date"], only.values["birth_date"]) == ("2026-10-31", "1952-01-20")


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        (42, "000", "042"),
        (724, "0.0", "724.0"),
        (724.2, "0.0", "724.2"),
        (7291, "General", "7291"),
        (724.25, "0.0", "724.25"),
        (7291, "0", "7291"),
        (7291, "#,##0", "7291"),
    ],
)
def test_zeros_that_only_the_format_shows(
    table_rows: Make, write_xlsx: Write, number: float, number_format: str, text: str
) -> None:
    header, row = table_rows({})
    place = header.index("diagnosis_1")
    row[place] = number  # type: ignore[call-overload]
    path = write_xlsx([header, row], formats={f"{'ABCDEFGHIJKLMNOP'[place]}2": number_format})
    assert rows_of(path)[0].values["diagnosis_1"] == text


def test_excel_errors_stay_as_text_and_become_a_problem(
    table_rows: Make, write_xlsx: Write
) -> None:
    path = write_xlsx(table_rows({"birth_date": "#N/A", "patient_surname": "#REF!"}))
    _, problems = parse_session(rows_of(path)[0].values)
    assert [(p.code, p.column) for p in problems] == [
        ("invalid-value", "patient_surname"),
        ("birth-date-invalid", "birth_date"),
    ]


def test_a_date_cell_that_is_no_date_becomes_a_problem(table_rows: Make, write_xlsx: Write) -> None:
    header, row = table_rows({})
    row[9] = -5  # type: ignore[call-overload]
    path = write_xlsx([header, row], formats={"J2": "yyyy-mm-dd"})
    _, problems = parse_session(rows_of(path)[0].values)
    assert [(p.code, p.column) for p in problems] == [("birth-date-invalid", "birth_date")]


@pytest.fixture
def three_sheets(table_rows: Make, tmp_path: Path) -> Path:
    book = Workbook()
    book.active.title = "Read me"
    book.active.append(["Exported for billing"])
    for name in ("September", "October"):
        sheet = book.create_sheet(name)
        sheet.append(["Example Pain Clinic"])
        sheet.append([])
        for row in table_rows({"agent": name}):
            sheet.append(row)
    book.save(tmp_path / "year.xlsx")
    return tmp_path / "year.xlsx"


def test_the_first_sheet_with_a_header_row_is_taken(three_sheets: Path) -> None:
    with open_table(three_sheets) as table:
        assert (table.sheet, table.header_row, table.total_rows) == ("September", 3, 1)
        assert [(r.number, r.values["agent"]) for r in table.rows()] == [(4, "September")]


@pytest.mark.parametrize(
    ("sheet", "mapped"), [("October", None), (" october", "September"), (None, "OCTOBER")]
)
def test_the_sheet_asked_for_goes_before_the_mappings(
    three_sheets: Path, sheet: str | None, mapped: str | None
) -> None:
    with open_table(three_sheets, mapping=Mapping(sheet=mapped), sheet=sheet) as table:
        assert table.sheet == "October"


def test_an_xlsx_file_may_have_any_name(table_rows: Make, write_xlsx: Write) -> None:
    assert len(rows_of(write_xlsx(table_rows({}), name="export.csv"))) == 1


def test_what_the_sheet_says_of_its_size_is_not_believed(
    table_rows: Make, write_xlsx: Write, tmp_path: Path, edit_part: Callable[..., Path]
) -> None:
    path = write_xlsx(table_rows({}, {}))
    for claimed in ("A1:A1", "A1:XFD1048576"):
        edited = edit_part(path, "xl/worksheets/sheet1.xml", b"A1:M3", claimed.encode())
        assert len(rows_of(edited)) == 2


def test_ten_thousand_blank_rows(table_rows: Make, write_xlsx: Write) -> None:
    header, row = table_rows({})
    path = write_xlsx([header, *[[None]] * 10_000, row])
    book = load_workbook(path)
    for number in range(2, 1_000):
        book["Visits"].cell(number, 3).number_format = "yyyy-mm-dd"
    book.save(path)
    assert [r.number for r in rows_of(path)] == [10_002]


def test_a_header_only_is_no_error(table_rows: Make, write_xlsx: Write) -> None:
    with open_table(write_xlsx(table_rows())) as table:
        assert (table.total_rows, list(table.rows())) == (0, [])


def test_a_cell_of_the_longest_length(table_rows: Make, write_xlsx: Write) -> None:
    (row,) = rows_of(write_xlsx(table_rows({"agent": "x" * 32_767})))
    _, problems = parse_session(row.values)
    assert [(p.code, p.column) for p in problems] == [("invalid-value", "agent")]


def test_the_file_can_be_deleted_once_closed(table_rows: Make, write_xlsx: Write) -> None:
    path = write_xlsx(table_rows({}))
    with open_table(path) as table:
        next(table.rows())
    path.unlink()
    assert table.total_rows == 1
