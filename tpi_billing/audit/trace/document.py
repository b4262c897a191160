"""What a trace is made of: sections of facts and tables, the same for screen, page and scripts.

Values keep their kind, so that a script gets `2026-11-05T17:03:21Z` where a person reads
`2026-11-05 17:03`. Whatever is in a document may be shown: it is masked when it is put in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tpi_billing.intake.parsing import label
from tpi_billing.model.money import dollars

NOT_KEPT = "not kept"
"""What people read where an older ledger has no value."""


@dataclass(frozen=True, slots=True)
class Money:
    """Signed cents."""

    cents: int


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as the ledger writes it, in UTC."""

    at: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A SHA-256 in hexadecimal."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Columns of a record with what is said of each."""

    pairs: tuple[tuple[str, str], ...]


Value = str | int | bool | date | None | Money | Moment | Digest | Pairs | tuple[str, ...]
"""None is a value that was not kept, `""` none at all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value."""

    key: str
    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Facts:
    """Named values, one below the other."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; one of kind `number` stands right, `words` may be broken into lines.

    `verbatim` is a line as it stands, to be broken anywhere. A `detail` is not for the narrow
    screen, and what is for a `script` is only for scripts.
    """

    key: str
    label: str
    kind: Literal["plain", "number", "words", "verbatim", "detail", "script"] = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values. `tall` ones have too much for a line: each row is shown as facts.

    `empty` is said where there is no row; the first column heads the facts of a tall one.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str = ""
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence; `verbatim` is a line as it stands, to be broken anywhere."""

    key: str
    text: str
    verbatim: bool = False


Block = Facts | Table | Words


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the trace under one heading."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole way of one claim."""

    claim_id: int
    title: str
    sections: tuple[Section, ...]


def facts(*given: tuple[str, str, Value]) -> Facts:
    """Make facts of keys, labels and values."""
    return Facts(tuple(Fact(*each) for each in given))


def table(
    key: str,
    title: str,
    columns: Sequence[tuple[str, ...]],
    rows: Sequence[Sequence[Value]],
    *,
    empty: str = "",
    tall: bool = False,
) -> Table:
    """Make a table of columns (key, label, and a kind unless plain) and rows."""
    made = tuple(Column(*each) for each in columns)  # type: ignore[arg-type]
    return Table(key, title, made, tuple(map(tuple, rows)), empty, tall)


def shown(value: Value) -> str:
    """Write a value for people."""
    match value:
        case None:
            return NOT_KEPT
        case bool():
            return "yes" if value else "no"
        case Moment():
            return f"{value.at[:10]} {value.at[11:16]}"
        case tuple() | Pairs():
            return ", ".join(items(value))
    return str(_plain(value))


def items(value: Pairs | tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands in a value of several, each in words."""
    if isinstance(value, Pairs):
        return tuple(f"{label(name)}: {text}" for name, text in value.pairs)
    return value


def is_blank(value: Value) -> bool:
    """Tell whether there is nothing to show."""
    return value in ("", ()) or value == Pairs(())


def trace_json(trace: Trace) -> dict[str, Any]:
    """Write a trace for scripts: an object for each section, a list for each table."""
    return {
        "claim_id": trace.claim_id,
        **{section.key: _section_json(section) for section in trace.sections},
    }


def _section_json(section: Section) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for block in section.blocks:
        match block:
            case Facts():
                made |= {fact.key: _plain(fact.value) for fact in block.facts}
            case Table():
                keys = [column.key for column in block.columns]
                made[block.key] = [
                    dict(zip(keys, map(_plain, row), strict=True)) for row in block.rows
                ]
            case Words():
                made[block.key] = block.text
    return made


def _plain(value: Value) -> Any:
    made = _PLAIN.get(type(value))
    return value if made is None else made(value)


_PLAIN: dict[type, Callable[[Any], Any]] = {
    Money: lambda value: dollars(value.cents),
    Moment: lambda value: value.at or None,
    Digest: lambda value: value.sha256,
    date: lambda value: value.isoformat(),
    tuple: list,
    Pairs: lambda value: dict(value.pairs),
}
