"""Finds the header row by its names, and which of its cells is which column of a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.errors import Trouble
from tpi_billing.intake import limits
from tpi_billing.intake.grid import Record
from tpi_billing.intake.record_kind import SESSIONS, RecordKind
from tpi_billing.intake.shown import folded, shown

NECESSARY = SESSIONS.necessary
REASONS_TITLE = "What to fix (tpi-billing)"
"""Title of the first column of a corrections workbook; readers pass it over."""
_FEWEST_NAMES = 2
_IGNORED = str.maketrans(dict.fromkeys("_-\u2010\u2011\u2012\u2013\u2014\u2212\ufeff\u200b\u00ad"))


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A header: `index` of its column in the file from 0, and its text."""

    index: int
    text: str

    @property
    def letter(self) -> str:
        """The column as a spreadsheet names it: A, B, ... AA."""
        letters, rest = "", self.index + 1
        while rest:
            rest, place = divmod(rest - 1, 26)
            letters = chr(ord("A") + place) + letters
        return letters


class Names:
    """What a mapping calls the columns: its own headers, canonical names for the others."""

    def __init__(self, mapping: ColumnMapping, kind: RecordKind = SESSIONS) -> None:
        self.kind = kind
        self.looked_for = {c.name: mapping.columns.get(c.name, c.name) for c in kind.columns}
        claimed = {header_key(text) for text in mapping.columns.values()}
        self._columns: dict[str, list[str]] = {}
        for column, text in self.looked_for.items():
            key = header_key(text)
            if column in mapping.columns or key not in claimed:
                self._columns.setdefault(key, []).append(column)

    def columns_of(self, text: str) -> Sequence[str]:
        """Return the canonical columns that a header stands for, mostly one or none."""
        return self._columns.get(header_key(text), ())

    def described(self, column: str) -> str:
        """Name a column, and the header that the mapping gives it: `session_id ("Visit #")`."""
        text = self.looked_for[column]
        return column if text == column else f'{column} ("{text}")'


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: its number, its cells, and where each canonical column stands."""

    row: int
    cells: tuple[HeaderCell, ...]
    columns: Mapping[str, HeaderCell]
    repeated: tuple[tuple[str, HeaderCell, HeaderCell], ...]
    necessary: tuple[str, ...] = NECESSARY

    @property
    def missing(self) -> list[str]:
        """The necessary columns that the row lacks."""
        return [column for column in self.necessary if column not in self.columns]


def header_key(text: str) -> str:
    """Return a header as it is compared: no case, blanks, underscores or hyphens."""
    return folded(text.translate(_IGNORED))


def find_header(top: Sequence[Record], names: Names) -> Header | None:
    """Return the row with the most known names; None if no row has two of them."""
    best: Header | None = None
    for number, cells in top:
        header = _as_header(number, [shown(cell) for cell in cells], names)
        fewest = len(best.columns) + 1 if best else _FEWEST_NAMES
        if len(header.columns) >= fewest:
            best = header
    return best


def _as_header(row: int, texts: Sequence[str], names: Names) -> Header:
    cells = tuple(HeaderCell(index, text) for index, text in enumerate(texts) if text)
    columns: dict[str, HeaderCell] = {}
    repeated = []
    for cell in cells:
        for column in names.columns_of(cell.text):
            if column in columns:
                repeated.append((column, columns[column], cell))
            else:
                columns[column] = cell
    return Header(row, cells, columns, tuple(repeated), names.kind.necessary)


def unused(header: Header) -> list[HeaderCell]:
    """Return the headers that stand for no column, without the column of reasons."""
    used = {cell.index for cell in header.columns.values()}
    used |= {second.index for _, _, second in header.repeated}
    return [c for c in header.cells if c.index not in used and not is_reasons(c)]


def is_reasons(cell: HeaderCell) -> bool:
    """Tell whether a header is that of a corrections workbook's first column."""
    return header_key(cell.text) == header_key(REASONS_TITLE)


def header_troubles(
    header: Header, names: Names, file: str, sheet: str, better: str
) -> list[Trouble]:
    """Return everything for which a header row is refused.

    `better` says which other mapping would fit, `""` if none.
    """
    row = header.row or None
    if (many := len(header.cells)) > limits.COLUMNS:
        told = f"{many} columns" if many < limits.WIDEST else f"{many:,} columns or more"
        said = f"The file has {told}; at most {limits.COLUMNS} are read."
        return [Trouble(said, "Delete the columns that billing does not need.", file, sheet, row)]
    troubles = []
    spare = {header_key(cell.text): cell.text for cell in unused(header)}
    for column in header.missing:
        near = get_close_matches(header_key(names.looked_for[column]), spare, n=1, cutoff=0.5)
        closest = f'The nearest header is "{spare[near[0]][:60]}". ' if near else ""
        troubles.append(
            Trouble(
                f"The column {names.described(column)} is missing.",
                better
                or f"{closest}Add the column to the export, or name its header in a mapping: "
                f'{column} = "...".',
                file,
                sheet,
                row,
                column,
            )
        )
    troubles += [
        Trouble(
            f"The columns {first.letter} and {second.letter} are both {names.described(column)}.",
            "Delete or rename one of them.",
            file,
            sheet,
            row,
            column,
        )
        for column, first, second in header.repeated
    ]
    return troubles
