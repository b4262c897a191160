"""The money: from what was outstanding to what is, the last months, and who it is of."""

from collections.abc import Mapping

from tpi_billing.audit.report.figures import Money
from tpi_billing.ledger.books import BookLine
from tpi_billing.reports.audit_report.column_chart import ColumnPicture, Columns
from tpi_billing.reports.audit_report.markup import PageSection, PageTable, Piece
from tpi_billing.reports.audit_report.row_chart import Mark, PictureRow, RowPicture
from tpi_billing.reports.audit_report.words import (
    closed_line,
    months_title,
    person,
    signed,
    tie_line,
)
from tpi_billing.reports.wording import money, month_title

DOLLAR = 100


def whole_dollars(cents: int) -> str:
    """Write cents of a scale, which are whole dollars: `$5,000`."""
    return f"{'-' if cents < 0 else ''}${abs(cents) // DOLLAR:,}"


def money_section(figures: Money, names: Mapping[str, str]) -> PageSection:
    """Show the books of the months."""
    months = months_title(figures.months)
    return PageSection(
        "money",
        "Money",
        (
            (
                f"The books of {months}: what MSP owed at the beginning, what moved it, and what "
                f"it owes at the end. {closed_line(figures)}"
            ),
            *([tie_line(figures)] if figures.books == figures.owed else []),
        ),
        (
            ("From opening to closing", _flow(figures, months)),
            ("The last months", _trend(figures)),
        ),
        (_people(figures, months, names),),
        "" if figures.books == figures.owed else tie_line(figures),
    )


def _flow(figures: Money, months: str) -> Piece:
    rows = [_whole("Opening", figures.opening)]
    told = [f"Opening {money(figures.opening)}"]
    level = figures.opening
    for name, cents in figures.changes:
        look = "added" if cents >= 0 else "taken"
        marks = (Mark("bar", level, level + cents, look),)
        rows.append(PictureRow(name, signed(cents), marks))
        told.append(f"{name.lower()} {signed(cents)}")
        level += cents
    rows.append(_whole("Closing", figures.closing))
    told.append(f"closing {money(figures.closing)}")
    drawn = RowPicture(
        "flow",
        f"From opening to closing, {months}",
        f"{', '.join(told)}.",
        tuple(rows),
        whole_dollars,
        DOLLAR,
    ).draw()
    table = PageTable(
        "flow-table",
        f"Balance of {months}",
        (("Step", "text"), ("Amount", "number")),
        (
            ("Opening", money(figures.opening)),
            *((name, signed(cents)) for name, cents in figures.changes),
        ),
        ("Closing", money(figures.closing)),
    )
    legend = (
        ("bar", "owed", "outstanding"),
        ("bar", "added", "adds to it"),
        ("bar", "taken", "takes from it"),
    )
    return Piece(drawn, table, legend)


def _whole(name: str, cents: int) -> PictureRow:
    return PictureRow(name, money(cents), (Mark("bar", 0, cents, "owed"),))


def _trend(figures: Money) -> Piece:
    months = [month_title(one.month) for one in figures.trend]
    series = (
        ("Billed", "added", tuple(one.moved.billed for one in figures.trend)),
        ("Paid", "taken", tuple(one.moved.paid for one in figures.trend)),
        ("Outstanding", "outline", tuple(one.closing for one in figures.trend)),
    )
    told = [
        f"{month}: " + ", ".join(f"{name.lower()} {money(cents[at])}" for name, _, cents in series)
        for at, month in enumerate(months)
    ]
    drawn = ColumnPicture(
        "trend",
        f"The last months up to {months[-1]}",
        f"{'; '.join(told)}.",
        tuple(_short(month) for month in months),
        tuple(Columns(name, look, cents) for name, look, cents in series),
        whole_dollars,
        unit=DOLLAR,
    ).draw()
    table = PageTable(
        "trend-table",
        "Billed and paid in the month, outstanding at its end",
        (("Month", "text"), *((name, "number") for name, _, _ in series)),
        tuple(
            (month, *(money(cents[at]) for _, _, cents in series))
            for at, month in enumerate(months)
        ),
    )
    return Piece(drawn, table, tuple(("bar", look, name.lower()) for name, look, _ in series))


def _short(month: str) -> str:
    name, year = month.split()
    return f"{name[:3]} {year[2:]}"


def _people(figures: Money, months: str, names: Mapping[str, str]) -> PageTable:
    rows = [(_of(line, names), line.payee_number, *_sums([line])) for line in figures.lines]
    return PageTable(
        "books-table",
        f"By practitioner and payee, {months}",
        (
            ("Practitioner", "text"),
            ("Payee", "text"),
            *((name, "number") for name in _NAMES),
        ),
        tuple(rows),
        ("All", "", *_sums(figures.lines)),
        "Nothing has moved the books.",
    )


_NAMES = ("Opening", "Billed", "Adjustments", "Paid", "Written off", "Closing")


def _of(line: BookLine, names: Mapping[str, str]) -> str:
    return person(line.practitioner_number, names)


def _sums(lines: "tuple[BookLine, ...] | list[BookLine]") -> list[str]:
    return [
        money(sum(cents))
        for cents in (
            [line.opening for line in lines],
            [line.moved.billed for line in lines],
            [line.moved.adjustments for line in lines],
            [line.moved.paid for line in lines],
            [line.moved.written_off for line in lines],
            [line.closing for line in lines],
        )
    ]
