"""CSV with any common separator, streamed; a quoted cell may hold line breaks."""

import csv
from collections.abc import Iterator
from itertools import chain, islice

from tpi_billing.errors import FileError
from tpi_billing.intake import limits
from tpi_billing.intake.grid import Record
from tpi_billing.intake.textfile import TextFile

DELIMITERS = (",", ";", "\t", "|")
_END = "end of file \uf8ff"
"""A line put below the last one: if it comes back inside a cell, a quotation mark is open."""


class DelimitedGrid:
    """A text file read with one separator; it has no sheets."""

    sheet = ""

    def __init__(self, file: TextFile, delimiter: str) -> None:
        self._file = file
        self.delimiter = delimiter
        # The module's own limit is 131,072 characters for all readers of the process.
        csv.field_size_limit(limits.TEXT_CELL)

    def top(self) -> list[Record]:
        """Return the first rows; a cell that never ends is left for `check`."""
        rows: list[Record] = []
        try:
            for number, cells in islice(self._records(self._file.lines()), limits.HEADER_WITHIN):
                rows.append((number, cells[: limits.WIDEST]))
        except csv.Error:
            return rows
        return rows

    def below(self, header_row: int) -> Iterator[Record]:
        """Stream the rows below the header."""
        return islice(self._records(self._file.lines()), header_row, None)

    def check(self, header_row: int) -> int:
        """Count the rows that are not blank; raise FileError for a quotation mark left open."""
        count = 0
        number, cells = 0, [""]
        try:
            for number, cells in self._records(chain(self._file.lines(), [_END])):
                count += number > header_row and any(cells)
        except csv.Error:
            raise self._never_closed(number + 1) from None
        if cells != [_END]:
            raise self._never_closed(number)
        return count - (number > header_row)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _records(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Give the rows; raise csv.Error for one that goes on over far too many lines."""
        taken = 0

        def measured() -> Iterator[str]:
            nonlocal taken
            for line in lines:
                taken += len(line)
                if taken > limits.ROW_BYTES:
                    raise csv.Error
                yield line

        for number, cells in enumerate(csv.reader(measured(), delimiter=self.delimiter), start=1):
            taken = 0
            yield number, cells

    def _never_closed(self, row: int) -> FileError:
        return FileError(
            "A quotation mark is opened in this row and never closed.",
            hint='Close it, or write it twice ("") if it belongs to the text.',
            file=str(self._file.path),
            row=row,
        )
