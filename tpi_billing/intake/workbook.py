"""XLSX, streamed: each sheet as a grid of values, days as days and numbers as numbers."""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook

from tpi_billing.errors import FileError
from tpi_billing.intake import limits
from tpi_billing.intake.archive import BROKEN_ZIP, check_workbook, damaged
from tpi_billing.intake.grid import Record
from tpi_billing.intake.shown import Cell
from tpi_billing.protection import opened
from tpi_billing.whole_files import insist_on_file

_BLOCK_ROWS = 500
_ZEROS = re.compile(r"(0+)(?:\.(0+))?")
BROKEN_WORKBOOK = (
    *BROKEN_ZIP,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    OverflowError,
    AttributeError,
    OSError,
    SyntaxError,
)
"""What openpyxl raises for parts that contradict each other; SyntaxError is XML's own."""


class Workbook:
    """An open workbook whose parts were looked through."""

    def __init__(self, path: Path) -> None:
        """Open it; raise FileError if it is damaged, too large or no workbook."""
        self.path = path
        insist_on_file(path)
        self._file: BinaryIO = opened(path)
        try:
            check_workbook(self._file, path)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = load_workbook(
                    self._file, read_only=True, data_only=True, keep_links=False
                )
        except BROKEN_WORKBOOK:
            self._file.close()
            raise damaged(path) from None
        except BaseException:
            self._file.close()
            raise
        self.sheets: list[str] = [sheet.title for sheet in self._book.worksheets]
        if len(self.sheets) > limits.SHEETS:
            self.close()
            raise FileError(
                f"The workbook has {len(self.sheets):,} sheets; at most {limits.SHEETS} are read.",
                hint="Copy the sheet with the visits into a workbook of its own.",
                file=str(path),
            )
        self.epoch: datetime = self._book.epoch

    def grid(self, sheet: str) -> "SheetGrid":
        """Return one sheet."""
        return SheetGrid(self, sheet, self._book[sheet])

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()
        self._file.close()


class SheetGrid:
    """One sheet, read from the top at each call."""

    delimiter = ""

    def __init__(self, book: Workbook, sheet: str, worksheet: Any) -> None:
        self.sheet = sheet
        self._book = book
        self._worksheet = worksheet
        self._rows: int | None = worksheet.max_row
        # What the sheet says of its own size is often wrong: too small hides rows, too large
        # pads each row to 16,384 cells.
        worksheet.reset_dimensions()
        self._formats: dict[str | None, tuple[int, int] | None] = {}

    def top(self) -> list[Record]:
        """Return the rows in which a header may stand."""
        rows = islice(self._records(), limits.HEADER_WITHIN)
        return [(number, cells[: limits.WIDEST]) for number, cells in rows]

    def below(self, header_row: int) -> Iterator[Record]:
        """Stream the rows below the header; a missing row is a blank one."""
        return (record for record in self._records() if record[0] > header_row)

    def check(self, header_row: int) -> int | None:
        """Return how many rows the sheet says it has; its XML was found whole before."""
        if self._rows is None or self._rows >= limits.WORKBOOK_ROWS:
            return None
        return max(self._rows - header_row, 0)

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()

    def _records(self) -> Iterator[Record]:
        """Go through the rows by blocks, so that openpyxl's warnings are silenced only here."""
        rows = enumerate(self._worksheet.iter_rows(max_row=limits.WORKBOOK_ROWS), start=1)
        number = 0
        while True:
            block: list[Record] = []
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    for number, cells in islice(rows, _BLOCK_ROWS):
                        block.append((number, self._values(cells)))
            except BROKEN_WORKBOOK:
                raise damaged(self._book.path, number + 1, self.sheet) from None
            if not block:
                return
            yield from block

    def _values(self, cells: Sequence[Any]) -> list[Cell]:
        values: list[Cell] = []
        for cell in cells:
            value = cell.value
            if type(value) is float or type(value) is int:
                value = self._as_formatted(value, cell.number_format)
            values.append(value)
        return values

    def _as_formatted(self, value: float, number_format: str | None) -> Cell:
        """Keep zeros that only the number format shows: 42 under `000` is the text `042`."""
        if number_format not in self._formats:
            match = _ZEROS.fullmatch(number_format or "")
            wide = match is not None and len(match[0]) > 1
            self._formats[number_format] = (
                (len(match[1]), len(match[2] or "")) if match and wide else None
            )
        zeros = self._formats[number_format]
        if zeros is None or value < 0:
            return value
        width, decimals = zeros
        text = f"{value:.{decimals}f}"
        if float(text) != value:
            return value
        return text.zfill(width + decimals + (decimals > 0))
