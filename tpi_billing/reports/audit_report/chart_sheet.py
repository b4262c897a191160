"""The workbook's first sheet: the period in seven charts that a spreadsheet can work with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tpi_billing.audit.patterns.wording import decimal_figure
from tpi_billing.audit.report.figures import AuditFigures, Distribution
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.audit_report.row_chart import shortened
from tpi_billing.reports.audit_report.words import (
    cause,
    journal_line,
    months_title,
    period_title,
    tie_line,
)
from tpi_billing.reports.month.figures_sheet import FiguresSheet
from tpi_billing.reports.month.flow import steps
from tpi_billing.reports.wording import count_of, money
from tpi_billing.reports.xlsx.book import Sheet
from tpi_billing.reports.xlsx.chart import put_bar_chart
from tpi_billing.reports.xlsx.chart_parts import Corners
from tpi_billing.reports.xlsx.column_chart import put_column_chart
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import (
    AMBER,
    BAD,
    BLUE,
    GOOD,
    GREEN,
    GREY,
    LABEL,
    RED,
    SUBTITLE,
    TITLE,
)

NOTICE = "Confidential"
_WIDE, _COLUMNS = 22, 6
_LEFT, _RIGHT = ("A", "C"), ("D", "F")
_BANDS = ((6, 21), (23, 38), (40, 55))
_FOOT = 57
_MOST_CAUSES, _MOST_PEOPLE = 8, 14
_FLOW = (GREY, BLUE, GREEN, AMBER, RED, GREY)


def fill_charts(
    sheet: Sheet,
    source: FiguresSheet,
    figures: AuditFigures,
    clinic: str,
    names: Mapping[str, str],
) -> None:
    """Fill the sheet; what its charts are drawn from goes to `source`."""
    period = period_title(figures.period)
    sheet.widths(*(_WIDE for _ in range(_COLUMNS)))
    sheet.ws.sheet_view.showGridLines = False
    sheet.put(1, 1, f"Audit report, {period}", replace(TITLE, size=22))
    sheet.height(1, 34)
    sheet.put(2, 1, clinic, SUBTITLE)
    sheet.put(3, 1, _summary(figures), LABEL)
    ties = figures.money.books == figures.money.owed
    sheet.put(4, 1, tie_line(figures.money), replace(GOOD if ties else BAD, indent=0))
    _put_flow(sheet, source, figures, (_LEFT[0], _BANDS[0][0], _LEFT[1], _BANDS[0][1]))
    _put_causes(sheet, source, figures, (_RIGHT[0], _BANDS[0][0], _RIGHT[1], _BANDS[0][1]))
    _put_days(sheet, source, figures, (_LEFT[0], _BANDS[1][0], _LEFT[1], _BANDS[1][1]))
    _put_referrals(sheet, source, figures, (_RIGHT[0], _BANDS[1][0], _RIGHT[1], _BANDS[1][1]))
    corners: Sequence[tuple[str, Distribution, Corners]] = (
        (
            "Services per day, average",
            figures.services,
            (_LEFT[0], _BANDS[2][0], _LEFT[1], _BANDS[2][1]),
        ),
        (
            "Cost per patient, average dollars",
            figures.costs,
            (_RIGHT[0], _BANDS[2][0], _RIGHT[1], _BANDS[2][1]),
        ),
    )
    for title, found, place in corners:
        _put_practitioners(sheet, source, title, found, place)
    sheet.put(_FOOT, 1, "▲ and red: stands out by a pattern, see the sheet Patterns.", LABEL)
    sheet.put(_FOOT + 1, 1, journal_line(figures), replace(LABEL, size=8))
    sheet.ws.print_area = f"A1:F{_FOOT + 1}"
    caption = f"Audit report, {period}, {clinic}"
    set_page(sheet, caption, orientation="portrait", pages_tall=1, notice=NOTICE)


def _summary(figures: AuditFigures) -> str:
    billed = figures.billed
    people = {one.standing.practitioner for one in figures.findings}
    return (
        f"{count_of(billed.claims, 'claim')} of {money(billed.cents)} for "
        f"{count_of(billed.patients, 'patient')}; {count_of(len(figures.findings), 'finding')} "
        f"about {count_of(len(people), 'practitioner')}"
    )


def _put_flow(sheet: Sheet, source: FiguresSheet, figures: AuditFigures, place: Corners) -> None:
    books = figures.money
    found = steps(("Opening", books.opening), books.changes, "Closing")
    labels = [f"{step.name}\n{decimal_dollars(step.cents):,.2f}" for step in found]
    title = f"Money of {months_title(books.months)}, dollars"
    columns = [
        ("Base", "", [step.base for step in found]),
        ("Above zero", GREY, [step.above for step in found]),
        ("Below zero", GREY, [step.below for step in found]),
    ]
    block = source.add(title, labels, columns, _FLOW)
    put_column_chart(sheet, place, title, block.source, block.plotted, stacked=True)


def _put_causes(sheet: Sheet, source: FiguresSheet, figures: AuditFigures, place: Corners) -> None:
    largest = figures.refusals[:_MOST_CAUSES]
    if not largest:
        sheet.put(place[1], 4, "MSP refused nothing.", LABEL)
        return
    labels = [shortened(cause(one), 40) for one in largest]
    title = "Refused by cause, dollars"
    block = source.add(title, labels, [("Refused", RED, [one.amount for one in largest])])
    (refused,) = block.plotted
    put_bar_chart(
        sheet,
        place,
        title,
        list(zip(labels, refused.values, strict=True)),
        first_row=block.source.first_row,
        label_column=block.source.column,
        amount_column=refused.column,
        source=block.source.sheet,
        colour=RED,
        axis=False,
    )


def _put_days(sheet: Sheet, source: FiguresSheet, figures: AuditFigures, place: Corners) -> None:
    spans = figures.submission.spans
    labels = [f"{one.first}" + ("" if one.last is not None else "+") for one in spans]
    colours = [BLUE if one.last is not None else RED for one in spans]
    title = "Days from service to submission, claims by the week"
    columns = [("Claims", BLUE, [one.claims for one in spans])]
    block = source.add(title, labels, columns, colours, kind="count")
    put_column_chart(sheet, place, title, block.source, block.plotted, stacked=True)


def _put_referrals(
    sheet: Sheet, source: FiguresSheet, figures: AuditFigures, place: Corners
) -> None:
    found = sorted(
        figures.referrals, key=lambda one: (Fraction(one.referred, one.claims), one.practitioner)
    )[:_MOST_PEOPLE]
    if not found:
        sheet.put(place[1], 4, "No claim.", LABEL)
        return
    title = "Claims by referral"
    block = source.add(
        title,
        [one.practitioner for one in found],
        [
            ("With a referral", GREEN, [one.referred for one in found]),
            ("Without", RED, [one.claims - one.referred for one in found]),
        ],
        kind="count",
    )
    put_column_chart(sheet, place, title, block.source, block.plotted)


def _put_practitioners(
    sheet: Sheet, source: FiguresSheet, title: str, found: Distribution, place: Corners
) -> None:
    rows = found.rows[:_MOST_PEOPLE]
    if not rows:
        return
    labels = [f"{row.standing.practitioner}{' ▲' if row.standing.reasons else ''}" for row in rows]
    colours = [RED if row.standing.reasons else BLUE for row in rows]
    pattern = found.result.pattern
    figures = [decimal_figure(pattern, row.standing.figure or Fraction()) for row in rows]
    hundredths = [int(figure.scaleb(2)) for figure in figures]
    block = source.add(title, labels, [("Average", BLUE, hundredths)], colours)
    put_column_chart(sheet, place, title, block.source, block.plotted, stacked=True)
