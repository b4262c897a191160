"""An open file of records: what it is, what its columns are, and its rows one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.intake import limits
from tpi_billing.intake.dates import EPOCH
from tpi_billing.intake.grid import Grid
from tpi_billing.intake.header import Header, HeaderCell, is_reasons, unused
from tpi_billing.intake.normalising import normalisers
from tpi_billing.intake.parsing import EXTRA_CELLS
from tpi_billing.intake.record_kind import SESSIONS, RecordKind, begins_total
from tpi_billing.intake.remarks import Remarks
from tpi_billing.intake.shown import Cell, shown
from tpi_billing.intake.statuses import UnknownStatuses
from tpi_billing.model.finding import Place, Problem, Severity
from tpi_billing.model.quickly import quickly_made

Format = Literal["csv", "xlsx", "jsonl"]


@quickly_made
@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank; `number` as a spreadsheet counts it, in JSON Lines the line.

    `values` has canonical text by canonical column, blank cells left out. A row that says nothing
    of what its kind of record is known by, a total or a remark, is `passed_over`.
    """

    number: int
    values: dict[str, str]
    passed_over: bool


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Which file it is: `sha256` is of its bytes, `size` their number."""

    path: Path
    sha256: str
    size: int
    format: Format


class Table:
    """A file of records, open until `close`; to be used in a `with` statement.

    `source` is the mapping's name, or `canonical`. `header` tells where each column stands;
    `header_row` is 0 in JSON Lines. `total_rows` is how many follow, None if only reading tells.
    `notices` are about the file as a whole: unused columns at once, and when the rows have been
    gone through also the status words that nobody knows, the cells that were changed in reading,
    and that there was no record at all.
    """

    def __init__(
        self,
        facts: FileFacts,
        grid: Grid,
        header: Header,
        *,
        source: str,
        mapping: ColumnMapping,
        epoch: datetime = EPOCH,
        kind: RecordKind = SESSIONS,
    ) -> None:
        self.path = facts.path
        self.file = facts.path.name
        self.sha256 = facts.sha256
        self.size = facts.size
        self.format = facts.format
        self.source = source
        self.mapping = mapping
        self.sheet = grid.sheet
        self.delimiter = grid.delimiter
        self.header_row = header.row
        self.header: Mapping[str, HeaderCell] = header.columns
        self.header_cells = header.cells
        self._reasons = next((c.index for c in header.cells if is_reasons(c)), None)
        self._remarks = Remarks()
        self._statuses = UnknownStatuses(source)
        self._normalisers = normalisers(mapping, self._remarks, epoch, kind.columns)
        self.total_rows = grid.check(header.row)
        self._grid = grid
        self._kind = kind
        self._unused = [self._unknown_column(cell) for cell in unused(header)]
        self.notices: list[tuple[Problem, Place]] = list(self._unused)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, so that it can be deleted or moved."""
        self._grid.close()

    def rows(self) -> Iterator[Row]:
        """Stream the rows that are not blank; raise FileError where the file breaks.

        It may be called again, but not while an earlier iterator is still in use.
        """
        remarks, statuses = self._remarks, self._statuses
        remarks.clear()
        statuses.clear()
        records = 0
        plan = [
            (cell.index, column, self._normalisers[column]) for column, cell in self.header.items()
        ]
        width = 1 + max(cell.index for cell in self.header_cells)
        shiftable = self.format == "csv"
        for number, cells in self._grid.below(self.header_row):
            remarks.row = number
            present = len(cells)
            values: dict[str, str] = {}
            for index, column, normalise in plan:
                if index >= present or (cell := cells[index]) is None or cell == "":
                    continue
                if text := normalise(cell):
                    values[column] = text if len(text) <= limits.CELL else text[: limits.CELL + 1]
            if shiftable and present > width and (extra := _filled(cells[width:])):
                values[EXTRA_CELLS] = str(extra)
            if not values:
                continue
            passed_over = self._kind.passed_over(values) or self._is_total(values, cells)
            if passed_over:
                remarks.take_back()
            else:
                records += 1
                statuses.count(values.get("status", ""), number)
            yield Row(number, values, passed_over)
        self.notices[:] = [
            *self._unused,
            *((problem, self._place(first)) for problem, first in statuses.problems()),
            *((problem, self._place(first)) for problem, first in remarks.problems()),
            *([] if records else [self._no_records()]),
        ]

    def _is_total(self, values: Mapping[str, str], cells: Sequence[Cell]) -> bool:
        """Tell whether the first filled cell, without the column of reasons, begins a total."""
        own = (cell for index, cell in enumerate(cells) if index != self._reasons)
        first = next((text for cell in own if (text := shown(cell))), "")
        if not begins_total(first):
            return False
        numbers = {
            column
            for column, at in self.header.items()
            if at.index < len(cells) and type(cells[at.index]) in {int, float}
        }
        return self._kind.is_total(values, numbers)

    def _place(self, row: int) -> Place:
        return Place(self.file, self.sheet, row or None)

    def _no_records(self) -> tuple[Problem, Place]:
        plural = self._kind.plural
        problem = Problem(
            "missing-value",
            f"The file has a header and no {plural}.",
            hint=f"Export it again if it should have {plural}; look at the days it was made for.",
            severity=Severity.INFO,
        )
        return problem, self._place(self.header_row)

    def _unknown_column(self, cell: HeaderCell) -> tuple[Problem, Place]:
        problem = Problem(
            "unknown-column",
            f'Column {cell.letter} "{cell.text[:60]}" is not used.',
            cell.text[:60],
        )
        return problem, self._place(self.header_row)


def _filled(cells: Sequence[Cell]) -> int:
    return sum(1 for cell in cells if shown(cell))
