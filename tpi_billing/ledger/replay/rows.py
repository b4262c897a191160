"""Rows of a table by their numbers, many in one query."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.replay.kinds import BLANKS, Kind

_AT_ONCE = 900
_PAIRS = 50
"""A function of SQLite's takes 127 values."""
_DENSE = 3
"""Where at least every third number of a range is wanted, the whole range is read."""


def rows_numbered(
    connection: sa.Connection,
    kind: Kind,
    outer: int | None,
    numbers: Sequence[int],
    wanted: str,
) -> dict[int, tuple[Any, ...]]:
    """Return, by number, what is `wanted` of records: expressions of SQL with commas between."""
    *above, inner = kind.key
    first = f"SELECT {inner}, {wanted} FROM {kind.table.name} WHERE "
    if outer is not None:
        first += f"{above[0]} = {outer} AND "
    found: dict[int, tuple[Any, ...]] = {}
    for where in _ranges(inner, sorted(numbers)):
        found |= {row[0]: row for row in raw_rows(connection, first + where)}
    return found


def _ranges(column: str, numbers: Sequence[int]) -> Iterator[str]:
    if numbers[-1] - numbers[0] < _DENSE * len(numbers):
        yield f"{column} BETWEEN {numbers[0]} AND {numbers[-1]}"
        return
    for at in range(0, len(numbers), _AT_ONCE):
        yield f"{column} IN ({', '.join(map(str, numbers[at : at + _AT_ONCE]))})"


@lru_cache
def as_json(kind: Kind, names: tuple[str, ...]) -> str:
    """Return the expression that SQLite writes columns with as canonical JSON; `names` are sorted.

    Where its spelling differs from ours, as in a rare control character, the values are compared
    one by one.
    """
    objects = [_object(kind, names[at : at + _PAIRS]) for at in range(0, len(names), _PAIRS)]
    if len(objects) < 2:
        return objects[0] if objects else "'{}'"
    # No value is an object itself, so that only the braces at both ends are cut off.
    first, *middle, last = objects
    parts = [f"rtrim({first}, '}}')", *(f"trim({one}, '{{}}')" for one in middle)]
    return " || ',' || ".join([*parts, f"ltrim({last}, '{{')"])


def _object(kind: Kind, names: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{name}', {expression(kind, name)}" for name in names)
    return f"json_object({pairs})"


def expression(kind: Kind, name: str) -> str:
    """Return the expression for a word of an entry: a column, or what is made of one."""
    if name == BLANKS and kind.blanks_of:
        return f"length({kind.blanks_of}) - length(rtrim({kind.blanks_of}, ' '))"
    return name


def loaded(content: Any) -> dict[str, Any] | None:
    """Read an entry's values; None when they are none, as of an entry that was altered."""
    try:
        values = json.loads(content)
    except (ValueError, TypeError):
        return None
    return values if isinstance(values, dict) else None


def without(content: str, names: Iterable[str]) -> str:
    """Cut keys, given in their order, out of canonical JSON, without reading it.

    A text that ends with a comma is cut wrongly; what is left is then equal to no JSON at all.
    """
    text = "," + content[1:-1]
    kept, at = [], 0
    for name in names:
        start = text.find(f',"{name}":', at)
        if start < 0:
            return ""
        kept.append(text[at:start])
        end = text.find(',"', start + 1)
        at = len(text) if end < 0 else end
    kept.append(text[at:])
    return "{" + "".join(kept)[1:] + "}"
