"""Looks through one XML part of a workbook: it must be whole, and small where it is read whole.

openpyxl makes an object of every element of a row, and of every other part as a whole, so a few
kilobytes that unpack to millions of elements would take all of the memory.
"""

from typing import NoReturn
from xml.parsers import expat

from tpi_billing.intake import limits

_ROW, _CELL = 3, 4
"""How deep they lie: worksheet, sheetData, row, c."""


class DocumentTypeError(Exception):
    """An XML part declares a document type."""


class TooMuchError(Exception):
    """What a part has too much of."""


class XmlScan:
    """Takes a part in block by block; raises ExpatError, DocumentTypeError or TooMuchError."""

    def __init__(self, *, is_sheet: bool, most_elements: int = limits.ELEMENTS) -> None:
        """Take what the part is, and how many elements it may have that are not in a row."""
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        self._parser.StartElementHandler = self._sheet_start if is_sheet else self._start
        self._parser.EndElementHandler = self._sheet_end if is_sheet else self._end
        self._is_sheet = is_sheet
        self._most = most_elements
        self._depth = self._elements = self._in_row = self._fed = 0
        self._row_began = 0
        self._among_rows = False
        self._cells = self._width = 0
        self._last = ""

    def feed(self, block: bytes) -> None:
        """Take a block in; an empty one ends the part."""
        self._parser.Parse(block, not block)
        self._fed += len(block)
        if self._fed - self._parser.CurrentByteIndex > limits.TAG_BYTES and block:
            raise TooMuchError("an element that does not end")
        if self._is_sheet and self._parser.CurrentByteIndex - self._row_began > limits.ROW_BYTES:
            raise TooMuchError("a row that does not end")

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements > self._most:
            raise TooMuchError("far too many elements")
        if self._depth > limits.DEPTH:
            raise TooMuchError("elements within elements within elements")

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _sheet_start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth < _ROW:
            self._among_rows = self._depth == _ROW - 1 and name.endswith("sheetData")
        if not self._among_rows or self._depth > limits.DEPTH:
            self._depth -= 1
            self._start(name, attributes)
            return
        if self._depth == _CELL:
            self._cells += 1
            self._last = attributes.get("r", "")
        elif self._depth == _ROW:
            self._in_row, self._row_began = 0, self._parser.CurrentByteIndex
        self._in_row += 1
        if self._in_row > limits.ROW_ELEMENTS:
            raise TooMuchError("a row with far too many cells")

    def _sheet_end(self, _name: str) -> None:
        if self._depth == _ROW:
            self._row_began = self._parser.CurrentByteIndex
            self._width += _column_of(self._last)
            if self._width > limits.BLANK_CELLS and self._width > 100 * self._cells:
                raise TooMuchError("cells that lie far apart")
            self._last = ""
        self._depth -= 1


def _column_of(reference: str) -> int:
    """Return the column of a cell such as `AB12`, counted from 1; 0 for what is none."""
    column = 0
    for letter in reference[:3].upper():
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _refuse_document_type(*_: object) -> NoReturn:
    raise DocumentTypeError
