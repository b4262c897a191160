"""A bar chart that is readable at once, also where nothing recalculates it."""

from collections.abc import Sequence
from decimal import Decimal

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import column_index_from_string, quote_sheetname

from tpi_billing.reports.text import cell_text
from tpi_billing.reports.xlsx.book import Sheet
from tpi_billing.reports.xlsx.styles import BLUE, FONT, INK, LINE


def put_bar_chart(
    sheet: Sheet,
    corners: tuple[str, int, str, int],
    title: str,
    bars: Sequence[tuple[str, Decimal]],
    *,
    first_row: int,
    label_column: str,
    amount_column: str,
) -> None:
    """Draw horizontal bars of the sheet's own cells; `bars` repeats them for the chart's cache.

    `corners` are the columns and rows that the chart covers. The cells are those of
    `label_column` and `amount_column` from `first_row` on.
    """
    place = quote_sheetname(sheet.ws.title)
    last_row = first_row + len(bars) - 1
    labels = f"{place}!${label_column}${first_row}:${label_column}${last_row}"
    amounts = f"{place}!${amount_column}${first_row}:${amount_column}${last_row}"
    series = Series(
        idx=0,
        order=0,
        cat=AxDataSource(strRef=StrRef(f=labels, strCache=_texts(bars))),
        val=NumDataSource(numRef=NumRef(f=amounts, numCache=_numbers(bars))),
        spPr=GraphicalProperties(solidFill=BLUE, ln=LineProperties(solidFill=BLUE)),
        dLbls=DataLabelList(
            txPr=_text(),
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
    chart.title = _title(title)
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min = 0
    chart.y_axis.scaling.max = _headroom(max(amount for _, amount in bars))
    # Every bar says its amount: lines behind them would only strike it through.
    chart.y_axis.majorGridlines = None
    chart.x_axis.txPr = chart.y_axis.txPr = _text()
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    left, top, right, bottom = corners
    place_from = AnchorMarker(col=column_index_from_string(left) - 1, row=top - 1)
    place_to = AnchorMarker(col=column_index_from_string(right), row=bottom)
    # The stubs know an anchor as the name of a cell only.
    chart.anchor = TwoCellAnchor(_from=place_from, to=place_to)  # type: ignore[assignment]
    sheet.ws.add_chart(chart)


def _headroom(largest: Decimal) -> int:
    """Return a round end of the axis that leaves the longest bar room for its label."""
    wanted = max(int(largest) * 6 // 5, 1)
    step: int = 10 ** (len(str(wanted)) - 1)
    return (wanted // step + 1) * step


def _title(text: str) -> Title:
    """Make a title of the size of the headings beside it, above the bars and not over them."""
    font = _font(1100, bold=True)
    run = RegularTextRun(rPr=font, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text() -> RichText:
    """Describe the text of axes and labels, for the drawing to fill in."""
    font = _font(900, bold=False)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=font), endParaRPr=font)])


def _font(size: int, *, bold: bool) -> CharacterProperties:
    """Describe a font; `size` is in hundredths of a point."""
    colour = BLUE if bold else INK
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=Font(typeface=FONT))


def _texts(bars: Sequence[tuple[str, Decimal]]) -> StrData:
    points = [StrVal(idx=number, v=cell_text(label)) for number, (label, _) in enumerate(bars)]
    return StrData(ptCount=len(points), pt=points)


def _numbers(bars: Sequence[tuple[str, Decimal]]) -> NumData:
    points = [NumVal(idx=number, v=str(amount)) for number, (_, amount) in enumerate(bars)]
    return NumData(formatCode="#,##0.00", ptCount=len(points), pt=points)
