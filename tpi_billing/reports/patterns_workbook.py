"""The workbook of `audit patterns`: who is named, every figure, every claim, and the patterns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from tpi_billing import __version__
from tpi_billing.audit.patterns.finding import Period, Result, Standing
from tpi_billing.audit.patterns.statistics import Compared
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.audit.patterns.wording import decimal_figure, figure_text, reason_texts
from tpi_billing.reports.fields import Field, Value
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.wording import count_of
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import BLUE, BODY, RED, Look
from tpi_billing.reports.xlsx.table import put_heading, put_table


@dataclass(frozen=True, slots=True)
class _Row:
    result: Result
    standing: Standing
    why: str = ""


@dataclass(frozen=True, slots=True)
class _ClaimRow:
    pattern: str
    practitioner: str
    claim: int
    case: str
    detail: int | None


def patterns_workbook(
    results: Sequence[Result],
    thresholds: Thresholds,
    period: Period,
    out: Path,
    *,
    title: str,
    as_of: date,
) -> PublishedFile:
    """Publish what the patterns found as a workbook at `out`; there is no patient in it.

    The same results give the same bytes. Errors are those of `publish`.
    """
    book = Book(
        title=title,
        creator=f"tpi-billing {__version__}",
        created=datetime.combine(as_of, time(), UTC),
    )
    rows = [
        _Row(result, each, "\n".join(reason_texts(result, each, thresholds.profile)))
        for result in results
        for each in result.standings
    ]
    named = [row for row in rows if row.standing.reasons]
    line = f"{period.first} to {period.last}  ·  {count_of(len(named), 'finding')}"
    sheet = book.sheet("Named", RED)
    put_heading(sheet, title, f"Patterns, {line}")
    put_table(sheet, "Named", _NAMED, named, nothing="Nobody stands out.")
    set_page(sheet, title, orientation="landscape")
    sheet = book.sheet("Figures", BLUE)
    put_heading(sheet, "Every figure", line)
    put_table(sheet, "Figures", _FIGURES, rows, frozen_columns=2, look=_look)
    set_page(sheet, title, orientation="landscape")
    sheet = book.sheet("Claims", BLUE)
    put_heading(sheet, "The claims behind the findings", line)
    put_table(sheet, "Claims", _CLAIMS, [each for row in named for each in _claims(row)])
    set_page(sheet, title, orientation="portrait")
    sheet = book.sheet("Patterns", BLUE)
    put_heading(sheet, "What was looked for, and why", line)
    put_table(sheet, "Patterns", _patterns(thresholds), list(results))
    set_page(sheet, title, orientation="landscape")
    (published,) = publish([NewFile(out, "workbook", book.to_bytes())])
    return published


_NAMED: tuple[Field[_Row], ...] = (
    Field("practitioner", "Practitioner", "text", 13, lambda r: r.standing.practitioner),
    Field("pattern", "Pattern", "wrapped", 30, lambda r: r.result.pattern.title),
    Field(
        "figure",
        "Figure",
        "wrapped",
        26,
        lambda r: figure_text(r.result.pattern, r.standing.figure),
    ),
    Field("why", "Why", "wrapped", 70, lambda r: r.why),
    Field("claims", "Claims", "count", 9, lambda r: len(r.standing.claims)),
)


def _middle(row: _Row, compared: Compared | None) -> Value:
    return None if compared is None else decimal_figure(row.result.pattern, compared.middle)


def _figure(row: _Row) -> Value:
    figure = row.standing.figure
    return None if figure is None else decimal_figure(row.result.pattern, figure)


def _by_month(row: _Row) -> Value:
    figure = row.standing.past_figure
    return None if figure is None else decimal_figure(row.result.pattern, figure)


def _distance(compared: Compared | None) -> Value:
    return None if compared is None else Decimal(f"{compared.deviations:.2f}")


def _profile(compared: Compared | None) -> Value:
    if compared is None or compared.profile is None:
        return None
    return Decimal(f"{compared.profile:.2f}")


_FIGURES: tuple[Field[_Row], ...] = (
    Field("pattern", "Pattern", "text", 27, lambda r: r.result.pattern.id),
    Field("practitioner", "Practitioner", "text", 13, lambda r: r.standing.practitioner),
    Field("figure", "Figure", "money", 11, _figure),
    Field("unit", "Unit", "text", 36, lambda r: r.result.pattern.unit),
    Field("of", "Counted over", "count", 10, lambda r: r.standing.denominator),
    Field("others", "Middle of others", "money", 11, lambda r: _middle(r, r.standing.peers)),
    Field(
        "robust",
        "Robust deviations",
        "money",
        11,
        lambda r: _distance(r.standing.peers),
    ),
    Field(
        "profile",
        "Profile deviations",
        "money",
        13,
        lambda r: _profile(r.standing.peers),
    ),
    Field("monthly", "Figure by the month", "money", 11, _by_month),
    Field("past", "Middle of own past", "money", 11, lambda r: _middle(r, r.standing.past)),
    Field(
        "from_past",
        "Deviations from past",
        "money",
        13,
        lambda r: _distance(r.standing.past),
    ),
    Field("named", "Named", "text", 18, lambda r: ", ".join(r.standing.reasons)),
)

_CLAIMS: tuple[Field[_ClaimRow], ...] = (
    Field("pattern", "Pattern", "text", 27, lambda c: c.pattern),
    Field("practitioner", "Practitioner", "text", 13, lambda c: c.practitioner),
    Field("claim", "Claim", "count", 11, lambda c: c.claim),
    Field("case", "Case", "text", 13, lambda c: c.case),
    Field("detail", "Detail", "count", 11, lambda c: c.detail),
)


def _patterns(thresholds: Thresholds) -> tuple[Field[Result], ...]:
    return (
        Field("id", "Pattern", "text", 27, lambda r: r.pattern.id),
        Field("title", "Title", "wrapped", 26, lambda r: r.pattern.title),
        Field("looks_for", "What it looks for", "wrapped", 46, lambda r: r.pattern.looks_for),
        Field("why", "Why", "wrapped", 46, lambda r: r.pattern.why),
        Field("detail", "Detail of a claim", "wrapped", 22, lambda r: r.pattern.detail),
        Field("limits", "Its limits", "wrapped", 46, lambda r: thresholds.reason(r.pattern)),
    )


def _claims(row: _Row) -> list[_ClaimRow]:
    pattern, standing = row.result.pattern, row.standing
    if pattern.kind == "measure":
        found = [(claim, "", None) for claim in standing.claims]
        return [_ClaimRow(pattern.id, standing.practitioner, *each) for each in found]
    return [
        _ClaimRow(pattern.id, standing.practitioner, claim, case.key, case.detail)
        for case in standing.cases
        for claim in case.claims
    ]


def _look(_position: int, row: _Row) -> Look:
    return replace(BODY, colour=RED) if row.standing.reasons else BODY
