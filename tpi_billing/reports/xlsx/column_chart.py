"""Columns, side by side or on top of one another, and lines over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import quote_sheetname

from tpi_billing.reports.xlsx.book import Sheet
from tpi_billing.reports.xlsx.chart_parts import (
    Corners,
    chart_text,
    chart_title,
    labels_of,
    numbers_of,
    place_of,
    texts_of,
)
from tpi_billing.reports.xlsx.styles import LINE

_LINE_WIDTH = 28_575
"""In the units of drawings: two and a quarter points."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """One series: its name, the column of the source where its cells are, colour and values.

    A colour of `""` draws nothing: columns stand on it. `colours` are those of single columns.
    """

    name: str
    column: str
    colour: str
    values: tuple[Decimal, ...]
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a chart's cells are: names of series in `first_row - 1`, labels in `column`."""

    sheet: Sheet
    first_row: int
    column: str
    labels: tuple[str, ...]

    def cells(self, column: str) -> str:
        """Name the cells of a column."""
        last = self.first_row + len(self.labels) - 1
        place = quote_sheetname(self.sheet.ws.title)
        return f"{place}!${column}${self.first_row}:${column}${last}"

    def heading(self, column: str) -> str:
        """Name the cell above a column."""
        return f"{quote_sheetname(self.sheet.ws.title)}!${column}${self.first_row - 1}"


def put_column_chart(
    sheet: Sheet,
    corners: Corners,
    title: str,
    source: Source,
    columns: Sequence[Plotted],
    lines: Sequence[Plotted] = (),
    *,
    stacked: bool = False,
) -> None:
    """Draw columns of dollars; without `stacked` side by side, with a legend."""
    chart = BarChart(barDir="col", gapWidth=45 if stacked else 80, varyColors=False)
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked else 0
    chart.ser = [_series(source, at, one) for at, one in enumerate(columns)]
    chart.roundedCorners = False
    chart.title = chart_title(title)
    chart.legend = None if stacked else Legend(legendPos="b", txPr=chart_text())
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.number_format = "#,##0"
    quiet = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    chart.y_axis.majorGridlines = ChartLines(spPr=quiet)
    chart.x_axis.txPr = chart.y_axis.txPr = chart_text()
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    if lines:
        over = LineChart()
        over.ser = [_line(source, len(columns) + at, one) for at, one in enumerate(lines)]
        chart += over
    # The stubs know an anchor as the name of a cell only.
    chart.anchor = place_of(corners)  # type: ignore[assignment]
    sheet.ws.add_chart(chart)


def _series(source: Source, at: int, one: Plotted) -> Series:
    series = _plain(source, at, one, _filled(one.colour))
    series.dPt = [
        DataPoint(idx=point, spPr=_filled(colour), invertIfNegative=False)
        for point, colour in enumerate(one.colours)
    ]
    return series


def _filled(colour: str) -> GraphicalProperties:
    if not colour:
        return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    return GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))


def _line(source: Source, at: int, one: Plotted) -> Series:
    drawn = LineProperties(solidFill=one.colour, w=_LINE_WIDTH)
    series = _plain(source, at, one, GraphicalProperties(ln=drawn))
    series.marker = Marker(symbol="circle", size=7, spPr=_filled(one.colour))
    series.smooth = False
    return series


def _plain(source: Source, at: int, one: Plotted, look: GraphicalProperties) -> Series:
    return Series(
        idx=at,
        order=at,
        tx=SeriesLabel(strRef=texts_of(source.heading(one.column), [one.name])),
        cat=labels_of(source.cells(source.column), source.labels),
        val=numbers_of(source.cells(one.column), one.values),
        spPr=look,
        invertIfNegative=False,
    )
