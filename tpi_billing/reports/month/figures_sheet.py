"""The last sheet: the figures that charts are drawn from, for people to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from openpyxl.utils import get_column_letter

from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.column_chart import Plotted, Source
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import COLUMN_HEADING, GREY, HEADING, of_kind
from tpi_billing.reports.xlsx.table import put_heading

Given: TypeAlias = tuple[str, str, Sequence[int]]
"""A series as it is given: its name, its colour (RRGGBB, blank: not drawn), its cents."""
_FIRST = 4


@dataclass(frozen=True, slots=True)
class Block:
    """The figures of one chart: where they stand, and its series."""

    source: Source
    plotted: tuple[Plotted, ...]


class FiguresSheet:
    """Takes the figures of one chart after another, each below the one before."""

    def __init__(self, book: Book, caption: str, notice: str) -> None:
        self._sheet = book.sheet("Figures", GREY)
        self._row = _FIRST
        put_heading(self._sheet, "Figures", "What the charts of the first page are drawn from")
        self._sheet.widths(38, *(14 for _ in range(8)))
        set_page(self._sheet, caption, orientation="landscape", notice=notice)

    def add(
        self,
        title: str,
        labels: Sequence[str],
        series: Sequence[Given],
        colours: Sequence[str] = (),
        kind: Literal["money", "count"] = "money",
    ) -> Block:
        """Write the figures of a chart. `colours` are those of the labels.

        Cents become dollars, as hundredths of anything become wholes; a `count` stays what it is.
        """
        sheet, top = self._sheet, self._row
        sheet.put(top, 1, title, HEADING)
        sheet.put(top + 1, 1, "", of_kind("text", COLUMN_HEADING))
        for at, label in enumerate(labels):
            sheet.put(top + 2 + at, 1, label, of_kind("wrapped"))
            sheet.height(top + 2 + at, 4 + 13 * (label.count("\n") + 1))
        plotted = []
        for column, (name, colour, cents) in enumerate(series, 2):
            scaled = decimal_dollars if kind == "money" else Decimal
            amounts = tuple(scaled(each) for each in cents)
            sheet.put(top + 1, column, name, of_kind("count", COLUMN_HEADING))
            for at, amount in enumerate(amounts):
                sheet.put(top + 2 + at, column, amount, of_kind(kind))
            each = tuple(colours) if colour else ()
            plotted.append(Plotted(name, get_column_letter(column), colour, amounts, each))
        self._row = top + len(labels) + 4
        return Block(Source(sheet, top + 2, "A", tuple(labels)), tuple(plotted))
