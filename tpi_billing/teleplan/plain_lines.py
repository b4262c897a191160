"""Lines that are as they should be, read at once: one pattern, one slicing, a value a field.

Made from the record's layout at its first use. Of MSP's lines hardly one is anything else; a line
that is, however slightly, is left to the tolerant reader, which remarks on it.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from operator import itemgetter

from tpi_billing.teleplan.layout import Field, Kind, Layout, Value
from tpi_billing.teleplan.parsing import Slice, UnreadableError, slices_of
from tpi_billing.teleplan.records import LAYOUTS

_CHARACTER = "[ -~]"
_VALUES = {
    Kind.DIGITS: "[0-9]{%d}",
    Kind.NUMBER: "[0-9]{%d}",
    Kind.MONEY: "[0-9]{%d}",
    Kind.SIGNED: "[0-9}J-R]{%d}",
    Kind.DATE: "[0-9]{%d}",
    Kind.TIME: "[0-9]{%d}",
}
_REMEMBERED = 10_000


class PlainLines:
    """Reads the plain lines of one layout."""

    def __init__(self, layout: Layout) -> None:
        slices = slices_of(layout.code)
        self._matches = re.compile("".join(map(_pattern, layout.fields))).fullmatch
        self._cut = itemgetter(*(slice(each.start, each.stop) for each in slices))
        self._names = tuple(each.field.name for each in slices)
        self._converters = tuple(_converter(each) for each in slices)

    def read(self, text: str) -> dict[str, Value] | None:
        """Return the values by field name, as the tolerant reader does; None for another line."""
        if self._matches(text) is None:
            return None
        cuts = zip(self._converters, self._cut(text), strict=True)
        try:
            values = [read(cut) for read, cut in cuts]
        except UnreadableError:
            return None
        return dict(zip(self._names, values, strict=True))


@cache
def plain_lines(record: str) -> PlainLines:
    """Return the reader of a record's plain lines, by its code."""
    return PlainLines(LAYOUTS[record])


def _pattern(field: Field) -> str:
    """Match what the field's parser takes without a doubt: all of it filled, or all of it blank."""
    width = field.length
    if width is None:
        return f"{_CHARACTER}*"
    value = _VALUES.get(field.kind)
    if value is None:
        return f"{_CHARACTER}{{{width}}}"
    return value % width if field.required else f"(?:{value % width}| {{{width}}})"


def _converter(each: Slice) -> Callable[[str], Value]:
    if each.field.kind not in _VALUES:
        return str.rstrip  # nothing but blanks can be there to take away
    if each.field.kind in {Kind.NUMBER, Kind.MONEY} and each.field.required:
        return int
    return lru_cache(maxsize=_REMEMBERED)(each.parse)
