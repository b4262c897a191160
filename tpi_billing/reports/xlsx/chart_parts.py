"""What every chart is made of: titles, texts, caches of cells, and where it stands."""

from collections.abc import Sequence
from decimal import Decimal

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
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import column_index_from_string

from tpi_billing.model.cell_text import cell_text
from tpi_billing.reports.xlsx.styles import BLUE, FONT, INK

Corners = tuple[str, int, str, int]
"""The first column and row that a chart covers, and the last ones."""


def headroom(largest: Decimal) -> int:
    """Return a round end of the axis that leaves the longest bar room for its label."""
    wanted = max(int(largest) * 6 // 5, 1)
    step: int = 10 ** (len(str(wanted)) - 1)
    return (wanted // step + 1) * step


def chart_title(text: str) -> Title:
    """Make a title of the size of the headings beside it, above the bars and not over them."""
    font = chart_font(1100, bold=True)
    run = RegularTextRun(rPr=font, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def chart_text(size: int = 900) -> RichText:
    """Describe the text of axes and labels, for the drawing to fill in."""
    font = chart_font(size, bold=False)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=font), endParaRPr=font)])


def chart_font(size: int, *, bold: bool) -> CharacterProperties:
    """Describe a font; `size` is in hundredths of a point."""
    colour = BLUE if bold else INK
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=Font(typeface=FONT))


def texts_of(cells: str, texts: Sequence[str]) -> StrRef:
    """Refer to cells of texts, with what they say for where nothing recalculates."""
    points = [StrVal(idx=number, v=cell_text(text)) for number, text in enumerate(texts)]
    return StrRef(f=cells, strCache=StrData(ptCount=len(points), pt=points))


def labels_of(cells: str, texts: Sequence[str]) -> AxDataSource:
    """Refer to the cells of an axis."""
    return AxDataSource(strRef=texts_of(cells, texts))


def numbers_of(cells: str, amounts: Sequence[Decimal]) -> NumDataSource:
    """Refer to cells of amounts, with what they are for where nothing recalculates."""
    points = [NumVal(idx=number, v=str(amount)) for number, amount in enumerate(amounts)]
    cache = NumData(formatCode="#,##0.00", ptCount=len(points), pt=points)
    return NumDataSource(numRef=NumRef(f=cells, numCache=cache))


def place_of(corners: Corners) -> TwoCellAnchor:
    """Return the anchor of a chart that covers these cells."""
    left, top, right, bottom = corners
    begins = AnchorMarker(col=column_index_from_string(left) - 1, row=top - 1)
    return TwoCellAnchor(
        _from=begins, to=AnchorMarker(col=column_index_from_string(right), row=bottom)
    )
