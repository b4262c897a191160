"""Readers of columns that remember: most cells say what another row has said before.

Of a month's rows the status, the days, the practitioner, the diagnoses, the sites and the referrers
are few, and a patient's own cells are read again with each visit and each check.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tpi_billing.intake import cells, limits
from tpi_billing.intake.cells import UnreadableError

_REMEMBERED = 2_000
"""Cells of a column that are remembered, then forgotten all at once; the memory is bounded."""
_LONGEST = 80
"""Longer cells are remarks, which do not come again."""


class CellReader(dict[str, Any]):
    """The cells of one column as typed values, None for a blank one.

    `reader[raw]` reads a cell, or remembers what it was read as; raises UnreadableError.
    """

    def __init__(self, read: Callable[[str], Any], lines: str) -> None:
        super().__init__()
        self._read = read
        self._lines = lines

    def __missing__(self, raw: str) -> Any:
        text = self.sound(raw)
        value = self._read(text) if text else None
        if len(raw) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[raw] = value
        return value

    def sound(self, raw: str) -> str:
        """Return a cell without what cannot be seen; raise UnreadableError if it cannot stand."""
        text = raw.strip()
        if text and (text[0] == "#" or len(text) > limits.CELL or not text.isprintable()):
            return cells.sound(text, lines=self._lines)
        return text

    def shown(self, raw: str) -> str:
        """Return what to show of a cell that cannot be read."""
        try:
            return cells.shortened(self.sound(raw))
        except UnreadableError:
            return cells.shortened(raw.strip())


def cell_readers(
    readers: Mapping[str, Callable[[str], Any]], lists: frozenset[str] = frozenset()
) -> dict[str, CellReader]:
    """Return a reader for each column; a line break within a cell of `lists` parts it."""
    return {
        column: CellReader(read, ";" if column in lists else " ")
        for column, read in readers.items()
    }
