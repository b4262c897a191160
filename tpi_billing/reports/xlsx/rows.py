"""The rows of a sheet as they are made: those that are done are packed, for a batch has thousands.

A row of thirty cells takes twenty times as much memory as the same row packed. Tables are written
from top to bottom; only the top of a sheet is written to again when its table is done.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

_AT_ONCE = 500
_TOP = 100
"""Rows that are never packed: titles, and headings of groups of columns."""
_BETWEEN = "\0"  # no text of a cell has it
_QUICKLY = 1


@dataclass(frozen=True, slots=True)
class _Packed:
    """Some rows: their numbers, and their cells one row after the other."""

    numbers: tuple[int, ...]
    content: bytes

    def rows(self) -> Iterator[tuple[int, str]]:
        cells = zlib.decompress(self.content).decode().split(_BETWEEN)
        return zip(self.numbers, cells, strict=True)


class Rows:
    """Cells as XML, each put once, by row and column from 1."""

    def __init__(self) -> None:
        self._open: dict[int, list[tuple[int, str]]] = {}
        self._packed: list[_Packed] = []
        self._packed_to = 0
        self._heights: dict[int, int] = {}
        self.last_row = self._packed_columns = 1
        self._row, self._cells = 0, list[tuple[int, str]]()

    def put(self, row: int, column: int, xml: str) -> None:
        """Put a cell into a row; the rows of a long table come in their order."""
        if row != self._row:
            self._row, self._cells = row, self._open.get(row) or self._begin(row)
        self._cells.append((column, xml))

    def height(self, row: int, points: int) -> None:
        """Set the height of a row."""
        self._heights[row] = points

    @property
    def range(self) -> str:
        """The rectangle that the cells take, such as `A1:F30`."""
        columns = max(self._packed_columns, self._most_columns(self._open))
        return f"A1:{get_column_letter(columns)}{self.last_row}"

    def data(self) -> Iterator[bytes]:
        """Yield the `<sheetData>` element in pieces."""
        yield b"<sheetData>"
        top = [row for row in self._open if row <= _TOP]
        yield self._written(self._joined(top))
        for packed in self._packed:
            yield self._written(packed.rows())
        yield self._written(self._joined([row for row in self._open if row > _TOP]))
        yield b"</sheetData>"

    def _begin(self, row: int) -> list[tuple[int, str]]:
        if _TOP < row <= self._packed_to:
            raise RuntimeError(f"row {row} of a sheet was done already")
        if len(self._open) >= 2 * _AT_ONCE:
            self._pack()
        self.last_row = max(self.last_row, row)
        return self._open.setdefault(row, [])

    def _pack(self) -> None:
        """Pack the first rows below the top: the others may still be written to."""
        numbers = sorted(row for row in self._open if row > _TOP)[:_AT_ONCE]
        text = _BETWEEN.join(cells for _, cells in self._joined(numbers))
        self._packed.append(_Packed(tuple(numbers), zlib.compress(text.encode(), _QUICKLY)))
        self._packed_to = numbers[-1]
        self._packed_columns = max(self._packed_columns, self._most_columns(numbers))
        for row in numbers:
            del self._open[row]

    def _most_columns(self, numbers: Iterable[int]) -> int:
        return max((column for row in numbers for column, _ in self._open[row]), default=1)

    def _joined(self, numbers: list[int]) -> Iterator[tuple[int, str]]:
        for row in sorted(numbers):
            yield row, "".join(xml for _, xml in sorted(self._open[row]))

    def _written(self, rows: Iterator[tuple[int, str]]) -> bytes:
        parts = []
        for row, cells in rows:
            height = self._heights.get(row)
            size = f' ht="{height}" customHeight="1"' if height else ""
            parts.append(f'<row r="{row}"{size}>{cells}</row>')
        return "".join(parts).encode()
