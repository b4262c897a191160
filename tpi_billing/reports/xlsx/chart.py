"""A bar chart that is readable at once, also where nothing recalculates it."""

from collections.abc import Sequence
from decimal import Decimal

from openpyxl.chart import BarChart
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import quote_sheetname

from tpi_billing.reports.xlsx.book import Sheet
from tpi_billing.reports.xlsx.chart_parts import (
    Corners,
    chart_text,
    chart_title,
    headroom,
    labels_of,
    numbers_of,
    place_of,
)
from tpi_billing.reports.xlsx.styles import BLUE, LINE


def put_bar_chart(
    sheet: Sheet,
    corners: Corners,
    title: str,
    bars: Sequence[tuple[str, Decimal]],
    *,
    first_row: int,
    label_column: str,
    amount_column: str,
    source: Sheet | None = None,
    colour: str = BLUE,
    axis: bool = True,
) -> None:
    """Draw horizontal bars of cells; `bars` repeats them for the chart's cache.

    `corners` are the columns and rows that the chart covers. The cells are those of
    `label_column` and `amount_column` from `first_row` on, of the sheet itself or of `source`.
    Without `axis` only the bars themselves say their amounts.
    """
    place = quote_sheetname((source or sheet).ws.title)
    last_row = first_row + len(bars) - 1
    labels = f"{place}!${label_column}${first_row}:${label_column}${last_row}"
    amounts = f"{place}!${amount_column}${first_row}:${amount_column}${last_row}"
    series = Series(
        idx=0,
        order=0,
        cat=labels_of(labels, [label for label, _ in bars]),
        val=numbers_of(amounts, [amount for _, amount in bars]),
        spPr=GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour)),
        dLbls=DataLabelList(
            txPr=chart_text(),
            showVal=True,
            showSerName=False,
            showCatName=False,
            showLegendKey=False,
            showPercent=False,
            numFmt="#,##0.00",
        ),
    )
    chart = BarChart(barDir="bar", gapWidth=45, varyColors=False, ser=[series])
    chart.roundedCorners = False
    chart.title = chart_title(title)
    chart.legend = None
    chart.x_axis.delete, chart.y_axis.delete = False, not axis
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min = 0
    chart.y_axis.scaling.max = headroom(max(amount for _, amount in bars))
    # Every bar says its amount: lines behind them would only strike it through.
    chart.y_axis.majorGridlines = None
    chart.x_axis.txPr = chart.y_axis.txPr = chart_text()
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    # The stubs know an anchor as the name of a cell only.
    chart.anchor = place_of(corners)  # type: ignore[assignment]
    sheet.ws.add_chart(chart)
