"""The month-end workbook: the month on one page to hang on the wall, and the details behind it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tpi_billing.remittance.month_figures import MonthFigures
from tpi_billing.reports.month.answer_tables import (
    adjustments_table,
    expected_table,
    refusals_table,
    write_offs_table,
)
from tpi_billing.reports.month.book_tables import (
    books_table,
    receivables_table,
    remittances_table,
)
from tpi_billing.reports.month.figures_sheet import FiguresSheet
from tpi_billing.reports.month.files import add_report, new_book
from tpi_billing.reports.month.page import NOTICE, fill_page
from tpi_billing.reports.month.report import Report
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.wording import month_title
from tpi_billing.reports.xlsx.styles import AMBER, BLUE, GREEN, RED


def month_workbook(
    figures: MonthFigures, clinic: str, names: Mapping[str, str], titles: Mapping[str, str]
) -> bytes:
    """Return the workbook; `names` are of practitioners, `titles` of fee items.

    The same figures give the same bytes.
    """
    caption = f"{month_title(figures.month)}, {clinic}"
    book = new_book(caption, figures.as_of)
    page = book.sheet("Month", BLUE)
    for colour, report in _details(figures, names, titles):
        add_report(book, report, clinic, colour)
    fill_page(page, FiguresSheet(book, caption, NOTICE), figures, clinic, names)
    return book.to_bytes()


def publish_month(content: bytes, out: Path) -> PublishedFile:
    """Put the workbook where it was asked for. Errors are those of `publish`."""
    (published,) = publish([NewFile(out, "workbook", content)])
    return published


def _details(
    figures: MonthFigures, names: Mapping[str, str], titles: Mapping[str, str]
) -> tuple[tuple[str, Report[Any]], ...]:
    month = month_title(figures.month)
    span = _span(figures.first_day, figures.last_day)
    return (
        (BLUE, books_table(figures.lines, month, names)),
        (BLUE, remittances_table(figures.remittances, f"paid in {month}")),
        (
            BLUE,
            receivables_table(
                figures.owed,
                f"outstanding now, by age on {figures.as_of}",
                names,
                figures.outstanding,
            ),
        ),
        (RED, refusals_table(figures.refused_lately, f"refused {span}")),
        (GREEN, expected_table(figures.expected, f"services {span}", titles)),
        (AMBER, write_offs_table(figures.written_off, month)),
        (AMBER, adjustments_table(figures.adjustments, f"paid in {month}")),
    )


def _span(first: date, last: date) -> str:
    return f"from {first} to {last}"
