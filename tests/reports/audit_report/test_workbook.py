"""The workbook: native charts on one page, the same figures as the page, and no formula."""

from decimal import Decimal
from io import BytesIO

import pytest
from made_up_report import CLINIC, HEAD, NAMES, empty, figures
from openpyxl import Workbook, load_workbook
from parsed_page import cents, parsed, table

from tpi_billing.audit.report.figures import AuditFigures
from tpi_billing.reports.audit_report.page import audit_page
from tpi_billing.reports.audit_report.workbook import audit_workbook

SHEETS = [
    "Report",
    "Outcome",
    "Books",
    "Refusals",
    "Days to submission",
    "Services per day",
    "Cost per patient",
    "Referrals",
    "Patterns",
    "Claims",
    "Journal",
    "Figures",
]


def book_of(made: AuditFigures) -> Workbook:
    return load_workbook(BytesIO(audit_workbook(made, CLINIC, NAMES)))


@pytest.fixture(scope="module")
def book() -> Workbook:
    return book_of(figures())


def rows(book: Workbook, sheet: str, count: int) -> list[list[object]]:
    values = book[sheet].iter_rows(min_row=5, max_row=4 + count, values_only=True)
    return [list(row) for row in values]


def column(book: Workbook, sheet: str, title: str, count: int) -> list[int]:
    """Return a column of money, in cents."""
    (heading,) = book[sheet].iter_rows(min_row=4, max_row=4, values_only=True)
    at = heading.index(title)
    return [int(Decimal(str(row[at])).scaleb(2)) for row in rows(book, sheet, count)]


def test_the_first_sheet_has_six_charts_on_one_upright_page(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    page = book["Report"]
    assert len(page._charts) == 6
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("portrait", 1)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 1)
    texts = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "Audit report, October 2026" in texts
    assert f"Journal entry 217 of 2026-11-05 17:03 UTC, {HEAD.sha256}" in texts


def test_page_and_workbook_say_the_same_to_the_cent(book: Workbook) -> None:
    page = parsed(audit_page(figures(), CLINIC, NAMES))
    _, *books, _ = table(page, "books-table")
    for at, title in ((2, "Opening ($)"), (3, "Billed ($)"), (5, "Paid ($)"), (7, "Closing ($)")):
        assert column(book, "Books", title, 3) == [cents(row[at]) for row in books]
    _, *causes, _ = table(page, "causes-table")
    assert column(book, "Refusals", "Refused ($)", 2) == [cents(row[2]) for row in causes]
    _, *costs = table(page, "costs-table")
    assert column(book, "Cost per patient", "Average", 4) == [cents(row[2]) for row in costs]


def test_the_days_have_every_week(book: Workbook) -> None:
    found = rows(book, "Days to submission", 14)
    assert found[0] == ["0 to 6", 1, 1]
    assert found[1][:2] == ["7 to 13", 0]
    assert found[-1] == ["91 or more", 2, 2]


def test_every_claim_behind_a_finding_is_there(book: Workbook) -> None:
    found = rows(book, "Claims", 80)
    assert [row[2] for row in found] == [*range(1, 41), *range(1, 41)]
    assert {row[0] for row in found} == {"99004"}
    assert rows(book, "Claims", 81)[-1] == [None, None, None]


def test_whoever_stands_out_is_marked_on_the_axis_of_the_chart(book: Workbook) -> None:
    texts = [row[0] for row in book["Figures"].iter_rows(values_only=True)]
    assert texts.count("99004 ▲") == 2


def test_no_cell_is_a_formula(book: Workbook) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_nothing_is_a_workbook_too() -> None:
    book = book_of(empty())
    texts = [cell.value for row in book["Report"].iter_rows() for cell in row]
    assert "MSP refused nothing." in texts
    assert book["Patterns"]["A4"].value == "Nobody stands out."


def test_the_same_figures_give_the_same_bytes() -> None:
    first, second = (audit_workbook(figures(), CLINIC, NAMES) for _ in range(2))
    assert first == second
