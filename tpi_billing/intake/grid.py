"""What every kind of file is to the rest of the intake: rows of cells with their numbers."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from tpi_billing.intake.shown import Cell

Record = tuple[int, Sequence[Cell]]
"""A row's number as a spreadsheet counts it, and its cells from the first column on."""


class Grid(Protocol):
    """One sheet of a workbook, or a text file taken as a table."""

    @property
    def sheet(self) -> str:
        """The sheet's name; a text file has none."""

    @property
    def delimiter(self) -> str:
        """What stands between a text file's cells; `""` where nothing does."""

    def top(self) -> list[Record]:
        """Return the rows in which a header may stand."""

    def below(self, header_row: int) -> Iterator[Record]:
        """Stream the rows below the header, blank ones too; raise FileError where it breaks."""

    def check(self, header_row: int) -> int | None:
        """Look through the rows below the header before anything is stored.

        Return how many rows will follow if that is known cheaply; raise FileError for what
        would break halfway.
        """

    def close(self) -> None:
        """Let go of the file."""
