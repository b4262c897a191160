"""How cells look: plain descriptions, each turned once into a style of the workbook."""

from dataclasses import dataclass, replace
from typing import Literal

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook import Workbook

from tpi_billing.reports.fields import Kind

FONT = "Arial"
INK, GREY, WHITE = "1F2933", "7B8794", "FFFFFF"
BLUE, PALE, LINE = "1F4E79", "EAF1F8", "C8D1DA"
GREEN, RED, AMBER = "1E7B34", "B42318", "9A5B00"

_FORMATS: dict[Kind, str] = {
    "text": "General",
    "wrapped": "General",
    "date": "yyyy-mm-dd",
    "time": "hh:mm",
    "money": "#,##0.00_)",
    "count": "0",
    "percent": '0"%"',
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks. Colours are RRGGBB; `above` and `below` are border styles, "" for none."""

    number_format: str = "General"
    bold: bool = False
    italic: bool = False
    size: int = 10
    colour: str = INK
    fill: str = ""
    above: Literal["", "thin", "medium"] = ""
    below: Literal["", "hair", "thin", "medium"] = ""
    horizontal: Literal["general", "left", "center", "right"] = "general"
    vertical: Literal["top", "center", "bottom"] = "bottom"
    indent: int = 0
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """The workbook's numbers of a look: as it is, and with the quote prefix."""

    plain: int
    quoted: int


BODY = Look(below="hair", vertical="top")
PLAIN = Look()
TITLE = Look(bold=True, size=18, colour=BLUE, vertical="center")
SUBTITLE = Look(size=11, colour=GREY)
HEADING = Look(bold=True, size=12, colour=BLUE, below="medium")
LABEL = Look(colour=GREY)
STRONG = Look(bold=True)
COLUMN_HEADING = Look(bold=True, colour=WHITE, fill=BLUE, vertical="center", wrap=True)
TOTAL = Look(bold=True, above="thin", fill=PALE)
GOOD = Look(italic=True, colour=GREEN, indent=1, horizontal="left")
BAD = Look(bold=True, colour=RED, indent=1, horizontal="left")
PARAGRAPH = Look(wrap=True, vertical="top")


def of_kind(kind: Kind, look: Look = BODY) -> Look:
    """Return `look` with the number format and alignment that a kind of value takes."""
    horizontal: Literal["left", "center", "right"] = "left"
    # A left-aligned column would touch the right-aligned one before it.
    indent = 1
    if kind in {"money", "count", "percent"}:
        horizontal = "right"
    elif kind in {"date", "time"}:
        horizontal, indent = "center", 0
    return replace(
        look,
        number_format=_FORMATS[kind],
        horizontal=horizontal,
        indent=indent,
        wrap=look.wrap or kind == "wrapped",
    )


_MET_AT_MOST = 1_000
"""Looks found by their identity, since to hash one of so many parts costs more than its cell."""


class Styles:
    """The styles of one workbook, made when they are first needed."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._known: dict[Look, Style] = {}
        self._met: dict[int, tuple[Look, Style]] = {}

    def of(self, look: Look) -> Style:
        """Return the style of a look; equal looks share one."""
        met = self._met.get(id(look))
        if met is not None:  # the look itself is kept: its id cannot be another's
            return met[1]
        style = self._known.get(look)
        if style is None:
            style = self._known[look] = Style(
                self._register(look, quoted=False), self._register(look, quoted=True)
            )
        if len(self._met) < _MET_AT_MOST:
            self._met[id(look)] = look, style
        return style

    def _register(self, look: Look, *, quoted: bool) -> int:
        cell = WriteOnlyCell(self._workbook.worksheets[0])
        cell.font = Font(
            name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=look.colour
        )
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        cell.border = Border(
            top=Side(look.above or None, color=LINE if look.above != "medium" else BLUE),
            bottom=Side(look.below or None, color=LINE if look.below != "medium" else BLUE),
        )
        cell.alignment = Alignment(
            horizontal=look.horizontal,
            vertical=look.vertical,
            indent=look.indent,
            wrap_text=look.wrap,
        )
        cell.number_format = look.number_format
        cell.quotePrefix = quoted
        return cell.style_id
