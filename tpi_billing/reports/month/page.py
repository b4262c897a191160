"""The first page: a month's money at a glance, in six figures and four charts."""

from collections.abc import Mapping
from dataclasses import replace

from tpi_billing.ledger.refusals import Since
from tpi_billing.model.money import decimal_dollars
from tpi_billing.remittance.month_figures import MonthFigures
from tpi_billing.remittance.refusal_report import CodeRefusals
from tpi_billing.reports.month.figures_sheet import FiguresSheet
from tpi_billing.reports.month.flow import steps
from tpi_billing.reports.wording import count_of, moment_title, money, month_title
from tpi_billing.reports.xlsx.book import Sheet
from tpi_billing.reports.xlsx.chart import put_bar_chart
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
    PLAIN,
    RED,
    SUBTITLE,
    TITLE,
    of_kind,
)

_WIDE = 28
_COLUMNS = 6
_LABELS, _VALUES, _NOTES = 4, 5, 6
_TOP, _MIDDLE, _BOTTOM = (8, 22), (24, 38), 40
_LEFT, _RIGHT = ("A", "C"), ("D", "F")
_MOST_CODES, _MOST_PEOPLE = 8, 10
_LONGEST_MEANING, _LONGEST_NAME = 44, 18
NOTICE = "Confidential"
_BILLED, _PAID, _OWED = BLUE, GREEN, AMBER
_FLOW = (_OWED, _BILLED, GREY, _PAID, RED, _OWED)
"""The colour of each figure of the balance, the same in every chart."""


def fill_page(
    sheet: Sheet,
    source: FiguresSheet,
    figures: MonthFigures,
    clinic: str,
    names: Mapping[str, str],
) -> None:
    """Fill the page; what its charts are drawn from goes to `source`. It names no patient."""
    sheet.widths(*(_WIDE for _ in range(_COLUMNS)))
    sheet.ws.sheet_view.showGridLines = False
    sheet.put(1, 1, month_title(figures.month), replace(TITLE, size=24))
    sheet.height(1, 36)
    sheet.put(2, 1, f"{clinic}  ·  {_state(figures)}", SUBTITLE)
    _put_balance(sheet, figures)
    _put_flow(sheet, source, figures)
    _put_trend(sheet, source, figures)
    _put_people(sheet, source, figures, names)
    _put_refusals(sheet, source, figures)
    _put_ties(sheet, figures)
    sheet.ws.print_area = f"A1:F{_BOTTOM + 2}"
    set_page(
        sheet,
        f"{month_title(figures.month)}, {clinic}",
        orientation="landscape",
        pages_tall=1,
        notice=NOTICE,
    )


def _state(figures: MonthFigures) -> str:
    if figures.closed is None:
        return f"not closed yet, as of {figures.as_of}"
    return f"closed by {figures.closed.decided_by}, {moment_title(figures.closed.decided_at)}"


def _sums(figures: MonthFigures) -> list[tuple[str, int]]:
    """Return the balance of the month, in cents, as it is added up."""
    lines = figures.lines
    return [
        ("Opening", sum(line.opening for line in lines)),
        ("+ billed", sum(line.moved.billed for line in lines)),
        ("+ adjustments", sum(line.moved.adjustments for line in lines)),
        ("- paid", sum(line.moved.paid for line in lines)),
        ("- written off", sum(line.moved.written_off for line in lines)),
        ("= outstanding", sum(line.closing for line in lines)),
    ]


def _put_balance(sheet: Sheet, figures: MonthFigures) -> None:
    """Write the six figures, and below each what it was the month before."""
    value = replace(of_kind("money", PLAIN), number_format='"$"#,##0.00', horizontal="center")
    big = replace(value, bold=True, size=20)
    small = replace(LABEL, horizontal="center", size=9)
    heading = replace(LABEL, horizontal="center", size=11, above="medium")
    before = _before(figures)
    for at, (label, cents) in enumerate(_sums(figures)):
        sheet.put(_LABELS, at + 1, label, heading)
        sheet.put(_VALUES, at + 1, decimal_dollars(cents), replace(big, colour=_FLOW[at]))
        note = f"{money(before[at])} the month before" if before else ""
        sheet.put(_NOTES, at + 1, note, replace(small, below="thin"))
    sheet.height(_LABELS, 20)
    sheet.height(_VALUES, 32)
    sheet.height(_NOTES, 17)


def _before(figures: MonthFigures) -> list[int]:
    """Return the same figures of the month before; none where it is the first."""
    if len(figures.trend) < 2:
        return []
    last = figures.trend[-2]
    moved = last.moved
    opening = last.closing - moved.balance
    parts = (moved.billed, moved.adjustments, moved.paid, moved.written_off)
    return [opening, *parts, last.closing]


def _put_flow(sheet: Sheet, source: FiguresSheet, figures: MonthFigures) -> None:
    """Draw how the opening balance became the closing one."""
    opening, *changes, closing = _sums(figures)
    signed = [
        (name[2:].capitalize(), -cents if name.startswith("-") else cents)
        for name, cents in changes
    ]
    found = steps(opening, signed, closing[0][2:].capitalize())
    labels = [f"{step.name}\n{decimal_dollars(step.cents):,.2f}" for step in found]
    columns = [
        ("Base", "", [step.base for step in found]),
        ("Above zero", GREY, [step.above for step in found]),
        ("Below zero", GREY, [step.below for step in found]),
    ]
    block = source.add("From opening to outstanding", labels, columns, _FLOW)
    put_column_chart(
        sheet,
        (_LEFT[0], _TOP[0], _LEFT[1], _TOP[1]),
        "From opening to outstanding, dollars",
        block.source,
        block.plotted,
        stacked=True,
    )


def _put_trend(sheet: Sheet, source: FiguresSheet, figures: MonthFigures) -> None:
    """Draw what was billed and paid in the last months, and what was outstanding at their end."""
    trend = figures.trend
    block = source.add(
        "The last months",
        [_short_month(one.month) for one in trend],
        [
            ("Billed", _BILLED, [one.moved.billed for one in trend]),
            ("Paid", _PAID, [one.moved.paid for one in trend]),
            ("Outstanding", _OWED, [one.closing for one in trend]),
        ],
    )
    billed, paid, outstanding = block.plotted
    put_column_chart(
        sheet,
        (_RIGHT[0], _TOP[0], _RIGHT[1], _TOP[1]),
        "The last months, dollars",
        block.source,
        (billed, paid),
        (outstanding,),
    )


def _short_month(month: str) -> str:
    name, year = month_title(month).split()
    return f"{name[:3]} {year}"


def _put_people(
    sheet: Sheet, source: FiguresSheet, figures: MonthFigures, names: Mapping[str, str]
) -> None:
    """Draw billed, paid and outstanding of the practitioners, those of several payees as one."""
    sums: dict[str, tuple[int, int, int]] = {}
    for line in figures.lines:
        if line.practitioner_number:
            old = sums.get(line.practitioner_number, (0, 0, 0))
            new = (line.moved.billed, line.moved.paid, line.closing)
            sums[line.practitioner_number] = (old[0] + new[0], old[1] + new[1], old[2] + new[2])
    if not sums:
        sheet.put(_MIDDLE[0], 1, "No practitioner has moved the books.", LABEL)
        return
    largest = sorted(sums, key=lambda number: (-sums[number][0], number))[:_MOST_PEOPLE]
    block = source.add(
        "By practitioner",
        [_shortened(names.get(number) or number, _LONGEST_NAME) for number in largest],
        [
            (title, colour, [sums[number][at] for number in largest])
            for at, (title, colour) in enumerate(
                (("Billed", _BILLED), ("Paid", _PAID), ("Outstanding", _OWED))
            )
        ],
    )
    whole = len(sums) <= _MOST_PEOPLE
    put_column_chart(
        sheet,
        (_LEFT[0], _MIDDLE[0], _LEFT[1], _MIDDLE[1]),
        "By practitioner, dollars" if whole else "By practitioner, dollars (largest)",
        block.source,
        block.plotted,
    )


def _put_refusals(sheet: Sheet, source: FiguresSheet, figures: MonthFigures) -> None:
    """Draw what MSP refused in the month, by code."""
    largest = figures.refused[:_MOST_CODES]
    if not largest:
        sheet.put(_MIDDLE[0], 4, "MSP refused nothing this month.", LABEL)
        return
    labels = [_code_title(one) for one in largest]
    block = source.add("Refused", labels, [("Refused", RED, [one.amount for one in largest])])
    (refused,) = block.plotted
    put_bar_chart(
        sheet,
        (_RIGHT[0], _MIDDLE[0], _RIGHT[1], _MIDDLE[1]),
        "Refused in the month by reason, dollars",
        list(zip(labels, refused.values, strict=True)),
        first_row=block.source.first_row,
        label_column=block.source.column,
        amount_column=refused.column,
        source=block.source.sheet,
        colour=RED,
        axis=False,
    )


def _code_title(one: CodeRefusals) -> str:
    return _shortened(f"{one.code} {one.meaning}".strip(), _LONGEST_MEANING)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _put_ties(sheet: Sheet, figures: MonthFigures) -> None:
    """Say below the charts whether it all ties, and what was cured."""
    owed = sum(one.cents for one in figures.owed)
    ties = owed == figures.outstanding
    said = (
        "The books tie to what the claims have outstanding, to the cent."
        if ties
        else f"The books come to {money(figures.outstanding)}, the claims to {money(owed)}."
    )
    sheet.put(_BOTTOM, 1, said, replace(GOOD if ties else BAD, indent=0))
    odd = [one.name for one in figures.remittances if one.ties.state.value != "balanced"]
    paid = count_of(len(figures.remittances), "remittance")
    told = f"{paid} this month, {'all of which balance' if not odd else ', '.join(odd)}"
    sheet.put(_BOTTOM + 1, 1, told if not odd else f"{told}: not balanced", LABEL)
    claims = sum(one.claims for one in figures.refused_lately)
    cured = sum(one.since[Since.PAID] for one in figures.refused_lately)
    since = f"{count_of(claims, 'claim')} refused since {figures.first_day}, {cured} paid after all"
    sheet.put(_BOTTOM + 1, 4, since, LABEL)
