"""What reading a file's cells changed, counted by column, so that it can be said once for each."""

from typing import Literal

from tpi_billing.intake.parsing import label
from tpi_billing.model.finding import Problem, Severity

_Change = Literal["repaired", "blank"]
_Count = tuple[int, int]
"""How many cells, and the row of the first."""


class Remarks:
    """Counts changed cells by column; `row` is the row being read.

    A number is `repaired` where a spreadsheet had damaged it; a cell of sites with a word for
    none in it is `blank`.
    """

    def __init__(self) -> None:
        self.row = 0
        self._found: dict[tuple[str, _Change], _Count] = {}
        self._latest: list[tuple[int, tuple[str, _Change], _Count | None]] = []

    def clear(self) -> None:
        """Begin again."""
        self._found.clear()
        self._latest.clear()

    def repaired(self, column: str) -> None:
        """Count a damaged number of the current row."""
        self._add(column, "repaired")

    def blank(self, column: str) -> None:
        """Count a cell of the current row that says that there is no site."""
        self._add(column, "blank")

    def take_back(self) -> None:
        """Forget the current row, which turned out to be no record."""
        for row, key, before in reversed(self._latest):
            if row != self.row:
                break
            if before is None:
                del self._found[key]
            else:
                self._found[key] = before
        self._latest.clear()

    def problems(self) -> list[tuple[Problem, int]]:
        """Return an info for each column and kind of change, and the first row of each."""
        return [
            (_problem(column, change, count, first), first)
            for (column, change), (count, first) in self._found.items()
        ]

    def _add(self, column: str, change: _Change) -> None:
        if self._latest and self._latest[0][0] != self.row:
            self._latest.clear()
        key = (column, change)
        before = self._found.get(key)
        self._latest.append((self.row, key, before))
        count, first = before or (0, self.row)
        self._found[key] = (count + 1, first)


def _problem(column: str, change: _Change, count: int, first: int) -> Problem:
    where = f"in 1 cell, row {first}" if count == 1 else f"in {count} cells, first in row {first}"
    if change == "blank":
        message = (
            f"Words for none, such as no, n/a, - or 0, were read as blank in the {label(column)}"
        )
        hint = "Nothing to do if no injection was given there."
    else:
        message = f"Numbers that a spreadsheet had changed were repaired in the {label(column)}"
        hint = "Nothing to do; format the column as text in the spreadsheet to avoid it."
    return Problem(
        "invalid-value", f"{message}: {where}.", column, hint=hint, severity=Severity.INFO
    )
