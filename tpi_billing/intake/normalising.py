"""Cells as a file holds them become canonical text: ISO days, 24-hour times, whole identifiers.

Nothing is guessed. What cannot be read for certain stays as it stood, so that the parser names it.
Numbers that a spreadsheet damaged are repaired where the width of the column is known, and words
for none in a list of sites become blank: both are counted in `Remarks`, and said so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.intake.dates import EPOCH, check_formats, day_reader, time_of_day
from tpi_billing.intake.remarks import Remarks
from tpi_billing.intake.shown import Cell, folded, shown
from tpi_billing.intake.sites import SITE_COLUMNS, without_none
from tpi_billing.intake.statuses import canonical_status
from tpi_billing.model.session import COLUMNS, Column

Normaliser = Callable[[Cell], str]

_POINT_ZERO = re.compile(r"(\d+)\.0+", re.ASCII)
_DIAGNOSIS_POINT_ZERO = re.compile(r"(\d{4,5})\.0+", re.ASCII)
_SPACED_NUMBER = re.compile(r"[\d\s\-\u2010-\u2015]+")
_NOT_DIGITS = re.compile(r"\D+")
_FEE_ITEM_WIDTH = 5


def normalisers(
    mapping: ColumnMapping,
    remarks: Remarks,
    epoch: datetime = EPOCH,
    columns: Sequence[Column] = COLUMNS,
) -> dict[str, Normaliser]:
    """Return a function for each canonical column that turns a cell into text, blank into `""`.

    `epoch` is the day 0 of a workbook's dates. Raise ConfigurationError for date formats of the
    mapping that do not name a whole day.
    """
    check_formats(mapping.dates)
    day = day_reader(mapping.dates, epoch, remarks.repaired)
    made: dict[str, Normaliser] = {}
    for column in columns:
        normaliser = _for_column(column, day, remarks)
        words = mapping.values.get(column.name)
        made[column.name] = _translated(words, normaliser) if words else normaliser
    return made


def _for_column(column: Column, day: Callable[[str, Cell], str], remarks: Remarks) -> Normaliser:
    name = column.name
    if name == "phn":
        return _health_number(remarks)
    if name == "status":
        return _status
    if name in SITE_COLUMNS:
        return _sites(name, remarks)
    if column.width:
        return _fixed_width(name, column.width, remarks)
    by_kind: dict[str, Normaliser] = {
        "date": lambda cell: day(name, cell),
        "time": time_of_day,
        "digits": _diagnosis(name, remarks),
        "fees": _fixed_width(name, _FEE_ITEM_WIDTH, remarks),
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


def _health_number(remarks: Remarks) -> Normaliser:
    """Close up `9123 456 780`; a lost zero is not restored, since none begins with zero."""

    def read(cell: Cell) -> str:
        text = shown(cell)
        if len(text) == 10 and text.isdigit():
            if type(cell) is float:
                remarks.repaired("phn")
            return text
        if match := _POINT_ZERO.fullmatch(text):
            remarks.repaired("phn")
            return match[1]
        return _NOT_DIGITS.sub("", text) if _SPACED_NUMBER.fullmatch(text) else text

    return read


def _fixed_width(name: str, width: int, remarks: Remarks) -> Normaliser:
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
            remarks.repaired(name)
        return restored

    return read


def _diagnosis(name: str, remarks: Remarks) -> Normaliser:
    """Restore `7291.0`; in `729.1` the dot is the diagnosis' own, and four digits precede none."""

    def read(cell: Cell) -> str:
        text = shown(cell)
        match = _DIAGNOSIS_POINT_ZERO.fullmatch(text)
        if match is None:
            return text
        remarks.repaired(name)
        return match[1]

    return read


def _sites(name: str, remarks: Remarks) -> Normaliser:
    """Leave out the parts of a list that say that there is none."""

    def read(cell: Cell) -> str:
        text = shown(cell)
        real = without_none(text)
        if real != text:
            remarks.blank(name)
        return real

    return read


def _status(cell: Cell) -> str:
    return canonical_status(shown(cell))


def _whole(cell: Cell) -> str:
    text = shown(cell)
    match = _POINT_ZERO.fullmatch(text) if "." in text else None
    return match[1] if match else text
