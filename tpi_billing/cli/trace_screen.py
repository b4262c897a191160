"""A trace on the screen: facts below one another, narrow tables, and no line beyond the edge."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tpi_billing.audit.trace.document import (
    Digest,
    Facts,
    Pairs,
    Table,
    Value,
    Words,
    is_blank,
    items,
    shown,
)
from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen

if TYPE_CHECKING:
    from tpi_billing.audit.trace.document import Column, Section, Trace

_INDENT = "  "
_HASH = 8
"""So many digits of a hash tell entries apart in a table; --json and the page have all of it."""
_VERBATIM = 76


def show_trace(screen: Screen, trace: "Trace") -> None:
    """Write a trace."""
    screen.heading(trace.title)
    for at, section in enumerate(trace.sections):
        if at:
            screen.heading(section.title)
        width = _label_width(section)
        for number, block in enumerate(section.blocks):
            match block:
                case Facts():
                    screen.facts(_facts(block, width))
                case Table():
                    _show_table(screen, block, apart=number > 0)
                case Words() if block.verbatim:
                    screen.line()
                    _show_line(screen, block.text)
                case Words():
                    put(screen, block.text, _INDENT)


def _label_width(section: "Section") -> int:
    """Return the width that the facts of a section share, blank ones left out."""
    every = (fact for block in section.blocks if isinstance(block, Facts) for fact in block.facts)
    return max((len(fact.label) for fact in every if not is_blank(fact.value)), default=0)


def _facts(block: Facts, width: int) -> list[tuple[str, str]]:
    return [(f"{_INDENT}{fact.label.ljust(width)}", _of(fact.value)) for fact in block.facts]


def _show_table(screen: Screen, table: Table, *, apart: bool) -> None:
    if apart:
        screen.line()
    if table.title:
        screen.line(table.title, style="underline")
    if not table.rows:
        screen.line(f"{_INDENT}{table.empty}")
        return
    used = [at for at in range(len(table.columns)) if _used(table, at)]
    if table.tall:
        _show_rows(screen, table, used)
        return
    columns = [table.columns[at] for at in used]
    screen.table(
        [column.label for column in columns],
        ([_cell(row[at]) for at in used] for row in table.rows),
        right=_labels(columns, "number"),
        wrap=_labels(columns, "words"),
    )


def _used(table: Table, at: int) -> bool:
    shown_here = table.columns[at].kind not in {"detail", "script"}
    return shown_here and not all(is_blank(row[at]) for row in table.rows)


def _show_rows(screen: Screen, table: Table, used: Sequence[int]) -> None:
    """Write each row as facts behind its first value."""
    first, *rest = used
    for number, row in enumerate(table.rows):
        if number:
            screen.line()
        screen.line(f"{table.columns[first].label} {shown(row[first])}", style="bold")
        screen.facts(
            (f"{_INDENT}{label}", text)
            for at in rest
            if table.columns[at].kind != "verbatim"
            for label, text in _told(table.columns[at].label, row[at])
        )
        for at in rest:
            if table.columns[at].kind == "verbatim":
                screen.line(f"{_INDENT}{table.columns[at].label}")
                _show_line(screen, shown(row[at]))


def _told(label: str, value: Value) -> list[tuple[str, str]]:
    """Give each of several values a line of its own."""
    if isinstance(value, tuple | Pairs):
        return [(label if at == 0 else "", one) for at, one in enumerate(items(value))]
    return [(label, _of(value))]


def _of(value: Value) -> str:
    return "" if is_blank(value) else shown(value)


def _cell(value: Value) -> str:
    return value.sha256[:_HASH] if isinstance(value, Digest) else _of(value)


def _labels(columns: "Sequence[Column]", kind: str) -> list[str]:
    return [column.label for column in columns if column.kind == kind]


def _show_line(screen: Screen, text: str) -> None:
    """Write a line as it stands, broken where the screen ends."""
    for at in range(0, len(text), _VERBATIM):
        screen.line(f"{_INDENT}{text[at : at + _VERBATIM]}")
