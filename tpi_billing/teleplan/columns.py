"""One field as the writer puts it down: how it is formatted, and what it must look like then."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from tpi_billing.teleplan.layout import Field, Kind

WRONG = object()
"""Stands for a value of another type than its field's, which no format may touch."""

NEGATIVE = "}JKLMNOPQR"
"""The last character of a negative amount, by its last digit."""

_CAPITALS = "[ -`{-~]"
_FIRST = "[!-`{-~]"
_PLAIN_TYPE = {Kind.NUMBER: int, Kind.MONEY: int}


@dataclass(frozen=True, slots=True)
class Column:
    """A field's format, the pattern of what it gives, and what comes before both.

    `pattern` matches the whole of the field with its filling and the line feed that `format` sets
    after it while a record is checked.
    """

    field: Field
    format: str
    pattern: str
    type: type
    convert: Callable[[object], object] | None

    def fits(self, value: object) -> bool:
        """Tell whether a value may stand in the field."""
        if self.convert is not None:
            value = self.convert(value)
        if type(value) is not self.type:
            return False
        return re.fullmatch(self.pattern, self.format % (value,)) is not None


def column_of(field: Field) -> Column:
    """Work out how a field is written."""
    return Column(
        field,
        _format(field) + "\n",
        _pattern(field) + "\n",
        _PLAIN_TYPE.get(field.kind, str),
        _converter(field),
    )


def _format(field: Field) -> str:
    if field.length is None or field.kind in {Kind.DIGITS, Kind.DATE, Kind.TIME, Kind.SIGNED}:
        return "%s"
    if field.kind in {Kind.NUMBER, Kind.MONEY}:
        return f"%0{field.length}d"
    return f"%-{field.length}s"


def _pattern(field: Field) -> str:
    width = field.length
    if width is None:
        return f"{_CAPITALS}*"
    match field.kind:
        case Kind.NUMBER | Kind.MONEY:
            return ("(?!0+\n)" if field.minimum else "") + f"[0-9]{{{width}}}"
        case Kind.SIGNED:
            return f"[0-9]{{{width - 1}}}[0-9{NEGATIVE}]"
        case Kind.DATE:
            return _date_pattern(field)
        case Kind.TIME:
            return "(?:[01][0-9]|2[0-3])[0-5][0-9]"
    return _text_pattern(field, width)


def _date_pattern(field: Field) -> str:
    none = "" if field.required else "| {8}" if field.type == "X" else "|0{8}"
    return f"(?:(?:19|20)[0-9]{{6}}{none})"


def _text_pattern(field: Field, width: int) -> str:
    if field.pattern is not None:
        blank = "" if field.required or field.default else "|"
        filling = " *" if field.type == "X" else ""
        return f"(?=[^\n]{{{width}}}\n)(?:{field.pattern}{blank}){filling}"
    if field.kind is Kind.DIGITS:
        return f"[0-9]{{{width}}}"
    if field.kind is Kind.FILLER:
        return f" {{{width}}}"
    text = f"{_FIRST}{_CAPITALS}{{{width - 1}}}"
    return text if field.required else f"(?:{text}| {{{width}}})"


def _converter(field: Field) -> Callable[[object], object] | None:
    match field.kind:
        case Kind.DATE:
            return _date_or_blanks if field.type == "X" else _date_or_zeros
        case Kind.TIME:
            return _clock
        case Kind.SIGNED:
            return lambda value: _overpunched(value, field.length or 0)
    return None


def _date_or_zeros(value: object) -> object:
    if value is None:
        return "00000000"
    return _ccyymmdd(value) if type(value) is date else WRONG


@lru_cache(maxsize=10_000)
def _ccyymmdd(day: date) -> str:
    return day.isoformat().replace("-", "")


def _date_or_blanks(value: object) -> object:
    return " " * 8 if value is None else _date_or_zeros(value)


def _clock(value: object) -> object:
    """Write HHMM. Midnight would read as no time, and seconds would be lost: both are wrong."""
    if value is None:
        return "0000"
    if type(value) is not time or value == time() or value.second or value.microsecond:
        return WRONG
    return _hhmm(value)


@lru_cache(maxsize=1_500)
def _hhmm(value: time) -> str:
    return value.isoformat("minutes").replace(":", "")[:4]


def _overpunched(value: object, width: int) -> object:
    if type(value) is not int:
        return WRONG
    digits = f"{abs(value):0{width}}"
    return digits if value >= 0 else digits[:-1] + NEGATIVE[int(digits[-1])]
