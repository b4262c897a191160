"""The audit report as a workbook: a page of charts that can be worked with, and what is behind it.

No sheet names a patient. The same figures give the same bytes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Literal, TypeVar

from tpi_billing import __version__
from tpi_billing.audit.report.figures import AuditFigures
from tpi_billing.reports.audit_report.chart_sheet import NOTICE, fill_charts
from tpi_billing.reports.audit_report.tables import (
    CLAIM_FIELDS,
    FINDING_FIELDS,
    OUTCOME_FIELDS,
    claims_behind,
    coverage_fields,
    practitioner_fields,
    span_fields,
)
from tpi_billing.reports.audit_report.words import journal_line, months_title, period_title
from tpi_billing.reports.fields import Field
from tpi_billing.reports.month.answer_tables import refusals_table
from tpi_billing.reports.month.book_tables import books_table
from tpi_billing.reports.month.figures_sheet import FiguresSheet
from tpi_billing.reports.month.report import Report
from tpi_billing.reports.wording import count_of, moment_of
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import AMBER, BLUE, GREEN, LABEL, RED, TOTAL, of_kind
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table

_Row = TypeVar("_Row")
_UPRIGHT = 90
"""So many letters of columns stand on an upright page."""


def audit_workbook(figures: AuditFigures, clinic: str, names: Mapping[str, str]) -> bytes:
    """Return the workbook; `names` are of practitioners."""
    period = period_title(figures.period)
    caption = f"Audit report, {period}, {clinic}"
    book = Book(title=caption, creator=f"tpi-billing {__version__}", created=_moment(figures))
    page = book.sheet("Report", BLUE)
    details = _Details(book, caption, clinic)
    _add_tables(details, figures, names, period)
    fill_charts(page, FiguresSheet(book, caption, NOTICE), figures, clinic, names)
    return book.to_bytes()


def _moment(figures: AuditFigures) -> datetime:
    """Return the instant of the journal's last entry: a report bears no other clock."""
    at = figures.journal.at
    return moment_of(at) if at else datetime.combine(date(2000, 1, 1), time(), UTC)


class _Details:
    """Adds one sheet after another, each a table."""

    def __init__(self, book: Book, caption: str, clinic: str) -> None:
        self._book = book
        self._caption = caption
        self._clinic = clinic

    def add(
        self,
        title: str,
        colour: str,
        line: str,
        fields: Sequence[Field[_Row]],
        rows: Sequence[_Row],
        nothing: str = "Nothing.",
    ) -> Sheet:
        """Add a sheet; its table is named after it."""
        sheet = self._book.sheet(title, colour)
        put_heading(sheet, title, f"{self._clinic}  ·  {line}")
        put_table(sheet, f"Table_{title.replace(' ', '_')}", fields, rows, nothing=nothing)
        wide = sum(field.width for field in fields) > _UPRIGHT
        orientation: Literal["landscape", "portrait"] = "landscape" if wide else "portrait"
        set_page(sheet, self._caption, orientation=orientation, notice=NOTICE)
        return sheet

    def add_report(self, report: Report[Any], colour: str) -> None:
        """Add the table of another report, with its totals."""
        title = report.title
        sheet = self.add(title, colour, report.line, report.fields, report.rows, report.nothing)
        row = TABLE_TOP + len(report.rows) + 2
        if report.rows:
            totals = report.totals()
            for column, field in enumerate(report.fields, 1):
                kind = field.kind if field.name in totals else "text"
                value = totals.get(field.name, "Total" if column == 1 else None)
                sheet.put(row, column, value, of_kind(kind, TOTAL))
        for at, remark in enumerate(report.remarks, row + 2):
            sheet.put(at, 1, remark, LABEL)


def _add_tables(
    details: _Details, figures: AuditFigures, names: Mapping[str, str], period: str
) -> None:
    money, submission = figures.money, figures.submission
    details.add(
        "Outcome",
        GREEN,
        f"where the claims for services of {period} stand now",
        OUTCOME_FIELDS,
        figures.outcomes,
        "No service was billed.",
    )
    details.add_report(books_table(money.lines, months_title(money.months), names), BLUE)
    details.add_report(refusals_table(figures.refusals, f"refused in {period}"), RED)
    waiting = f"{count_of(submission.waiting, 'claim')} not sent yet"
    details.add(
        "Days to submission",
        BLUE,
        f"{period}, by days from service to first submission; {waiting}",
        span_fields(),
        submission.spans,
    )
    for title, found in (
        ("Services per day", figures.services),
        ("Cost per patient", figures.costs),
    ):
        fields = practitioner_fields(found, names)
        details.add(title, AMBER, f"{period}, by practitioner", fields, found.rows, "No claim.")
    details.add(
        "Referrals",
        GREEN,
        f"{period}, by practitioner",
        coverage_fields(names),
        figures.referrals,
    )
    findings = count_of(len(figures.findings), "finding")
    line = f"{period}, {findings} of {count_of(figures.patterns, 'pattern')}"
    details.add(
        "Patterns", RED, line, FINDING_FIELDS, figures.findings, nothing="Nobody stands out."
    )
    behind = [row for one in figures.findings for row in claims_behind(one)]
    details.add("Claims", RED, "the claims behind the findings", CLAIM_FIELDS, behind)
    about = details.add("Journal", BLUE, journal_line(figures), _ABOUT, [figures])
    about.widths(14, 70, 24)


_ABOUT: tuple[Field[AuditFigures], ...] = (
    Field("entry", "Entry", "count", 14, lambda f: f.journal.entry),
    Field("sha256", "SHA-256", "text", 70, lambda f: f.journal.sha256),
    Field("at", "Written at", "text", 24, lambda f: f.journal.at),
)
