"""Cells as a file holds them become canonical text: ISO days, 24-hour times, whole identifiers.

Nothing is guessed. What cannot be read for certain stays as it stood, so that the parser names it.
Numbers that a spreadsheet damaged are restored where the width of the column is known, counted
in `Restorations`, and said so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.intake.dates import EPOCH, check_formats, day_reader, time_of_day
from tpi_billing.intake.parsing import label
from tpi_billing.intake.shown import Cell, folded, shown
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.session import COLUMNS, Column

Normaliser = Callable[[Cell], str]

_POINT_ZERO = re.compile(r"(\d+)\.0+", re.ASCII)
_DIAGNOSIS_POINT_ZERO = re.compile(r"(\d{4,5})\.0+", re.ASCII)
_SPACED_NUMBER = re.compile(r"[\d\s\-\u2010-\u2015]+")
_NOT_DIGITS = re.compile(r"\D+")
_FEE_ITEM_WIDTH = 5


class Restorations:
    """Counts the damaged numbers that were restored, by column; `row` is the row being read."""

    def __init__(self) -> None:
        self.row = 0
        self._found: dict[str, tuple[int, int]] = {}

    def clear(self) -> None:
        """Begin again."""
        self._found.clear()

    def add(self, column: str) -> None:
        """Count one cell of the current row."""
        count, first = self._found.get(column, (0, self.row))
        self._found[column] = (count + 1, first)

    def problems(self) -> list[tuple[Problem, int]]:
        """Return an info for each column with restored numbers, and the first row of each."""
        return [
            (
                Problem(
                    "invalid-value",
                    f"In {count} {'row' if count == 1 else 'rows'}, first in row {first}, "
                    f"the {label(column)} was restored from what a spreadsheet had made of it.",
                    column,
                    hint="Nothing to do; format the column as text in the spreadsheet to avoid it.",
                    severity=Severity.INFO,
                ),
                first,
            )
            for column, (count, first) in self._found.items()
        ]


def normalisers(
    mapping: ColumnMapping,
    restorations: Restorations,
    epoch: datetime = EPOCH,
    columns: Sequence[Column] = COLUMNS,
) -> dict[str, Normaliser]:
    """Return a function for each canonical column that turns a cell into text, blank into `""`.

    `epoch` is the day 0 of a workbook's dates. Raise ConfigurationError for date formats of the
    mapping that do not name a whole day.
    """
    check_formats(mapping.dates)
    day = day_reader(mapping.dates, epoch, restorations.add)
    made: dict[str, Normaliser] = {}
    for column in columns:
        normaliser = _for_column(column, day, restorations)
        words = mapping.values.get(column.name)
        made[column.name] = _translated(words, normaliser) if words else normaliser
    return made


def _for_column(column: Column, day: Callable[[str, Cell], str], notes: Restorations) -> Normaliser:
    name = column.name
    if name == "phn":
        return _health_number(notes)
    if column.width:
        return _fixed_width(name, column.width, notes)
    by_kind: dict[str, Normaliser] = {
        "date": lambda cell: day(name, cell),
        "time": time_of_day,
        "digits": _diagnosis(name, notes),
        "fees": _fixed_width(name, _FEE_ITEM_WIDTH, notes),
        "whole": _whole,
    }
    return by_kind.get(column.kind, shown)


def _translated(words: Mapping[str, str], normaliser: Normaliser) -> Normaliser:
    """Translate a mapping's words before anything else; case and blanks do not matter."""
    known = {folded(word): canonical for word, canonical in words.items()}

    def read(cell: Cell) -> str:
        word = known.get(folded(shown(cell)))
        return normaliser(cell if word is None else word)

    return read


def _health_number(notes: Restorations) -> Normaliser:
    """Close up `9123 456 780`; a lost zero is not restored, since none begins with zero."""

    def read(cell: Cell) -> str:
        text = shown(cell)
        if len(text) == 10 and text.isdigit():
            if type(cell) is float:
                notes.add("phn")
            return text
        if match := _POINT_ZERO.fullmatch(text):
            notes.add("phn")
            return match[1]
        return _NOT_DIGITS.sub("", text) if _SPACED_NUMBER.fullmatch(text) else text

    return read


def _fixed_width(name: str, width: int, notes: Restorations) -> Normaliser:
    """Restore `99001.0` and `1234` for `01234`; text with letters stays as it stands."""

    def read(cell: Cell) -> str:
        text = shown(cell)
        if (len(text) == width and type(cell) is not float) or not text[:1].isdigit():
            return text
        match = _POINT_ZERO.fullmatch(text)
        digits = match[1] if match else text
        if not (digits.isascii() and digits.isdigit()) or len(digits) > width:
            return text
        restored = digits.zfill(width)
        if restored != text or type(cell) is float:
            notes.add(name)
        return restored

    return read


def _diagnosis(name: str, notes: Restorations) -> Normaliser:
    """Restore `7291.0`; in `729.1` the dot is the diagnosis' own, and four digits precede none."""

    def read(cell: Cell) -> str:
        text = shown(cell)
        match = _DIAGNOSIS_POINT_ZERO.fullmatch(text)
        if match is None:
            return text
        notes.add(name)
        return match[1]

    return read


def _whole(cell: Cell) -> str:
    text = shown(cell)
    match = _POINT_ZERO.fullmatch(text) if "." in text else None
    return match[1] if match else text
