"""The characters of one field to its value, each kind in its own way."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from tpi_billing.teleplan.columns import NEGATIVE
from tpi_billing.teleplan.layout import Field, Kind, Value
from tpi_billing.teleplan.records import LAYOUTS

_BLANK = " \0"
_CLOCK = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")


class UnreadableError(ValueError):
    """The characters are not what the field holds; `code` is the remark's."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(problem)
        self.code = code


@dataclass(frozen=True, slots=True)
class Slice:
    """A field as the reader takes it out of a line; columns from 0, the end left out.

    `parse` raises UnreadableError.
    """

    field: Field
    start: int
    stop: int | None
    parse: Callable[[str], Value]


@cache
def slices_of(record: str) -> tuple[Slice, ...]:
    """Return how a record's line is taken apart, by its code."""
    return tuple(map(_slice, LAYOUTS[record].fields))


def _slice(field: Field) -> Slice:
    parse = _PARSERS[field.kind]
    width = field.length
    if width is not None and field.kind not in _TEXTS:
        parse = _whole(parse, width, required=field.required)
    return Slice(field, field.first - 1, field.last, parse)


def _whole(parse: Callable[[str], Value], width: int, *, required: bool) -> Callable[[str], Value]:
    """Refuse a field that the line's end cuts in two, and a blank one where a value must be."""

    def parse_whole(text: str) -> Value:
        stripped = text.strip(_BLANK)
        if not stripped:
            if required and text:
                raise UnreadableError("missing-value", "is blank")
            return None
        if len(text) < width:
            raise UnreadableError("cut-value", "is cut off by the end of the line")
        return parse(text)

    return parse_whole


def _text(text: str) -> str:
    return text.rstrip(_BLANK)


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise UnreadableError("bad-number", "is not all digits")
    return text


def _number(text: str) -> int:
    return int(_digits(text.lstrip()))


def _signed(text: str) -> int:
    """Read an amount whose last character says its sign: `000123K` is -1232."""
    digits, last = text.lstrip()[:-1], text[-1]
    sign = 1
    if last in NEGATIVE:
        sign, last = -1, str(NEGATIVE.index(last))
    digits += last
    if not (digits.isascii() and digits.isdigit()):
        raise UnreadableError("bad-amount", "is not an amount")
    return sign * int(digits)


def _date(text: str) -> date | None:
    if text.strip("0") == "":
        return None
    if not (text.isascii() and text.isdigit()):
        raise UnreadableError("bad-date", "is not a date")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise UnreadableError("bad-date", "is not a day of the calendar") from None


def _time(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise UnreadableError("bad-time", "is not a time of the 24-hour clock")
    return None if text == "0000" else time(int(found[1]), int(found[2]))


_TEXTS = frozenset({Kind.TEXT, Kind.CODE, Kind.FILLER})
_PARSERS: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.FILLER: _text,
    Kind.DIGITS: _digits,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.SIGNED: _signed,
    Kind.DATE: _date,
    Kind.TIME: _time,
}
