"""The page of all record layouts, written from their tables."""

from collections.abc import Iterator

from tpi_billing.teleplan.layout import Field, Kind, Layout
from tpi_billing.teleplan.records import INBOUND, KNOWN_BY_NAME, OUTBOUND

_HEAD = """\
# Teleplan records

The records that go to MSP and come back, column by column. Columns are counted from 1 and both
ends count. A field of type X is left-aligned and filled with blanks, one of type N is
right-aligned and filled with zeros. Text is in capitals of plain ASCII, a record is one line, and
lines end with CR LF. A value that does not fit its field is refused; nothing is ever cut.

Amounts are in cents. An amount that may be negative carries its sign on its last character: `}`
is a negative 0 and `J` to `R` are negative 1 to 9, so that `000123K` is -12.32. Dates are written
CCYYMMDD and times HHMM; zeros stand for none.

This page is written from the tables that the writer and the reader use.
"""
_COLUMNS = ("From", "To", "Length", "Type", "P", "Field", "What it is", "Rule")


def render() -> str:
    """Return the page as Markdown: a table for each record, then the meanings of codes."""
    parts = [_HEAD]
    for title, layouts in (("From the clinic to MSP", INBOUND), ("From MSP", OUTBOUND)):
        parts.append(f"## {title}\n")
        parts.extend(_record(layout) for layout in layouts)
    parts.append("## Known by name only\n")
    parts.append("These are kept as they are and reported; they are never written.\n")
    parts.append("\n".join(f"- {code}: {what}" for code, what in KNOWN_BY_NAME.items()) + "\n")
    return "\n".join(parts)


def _record(layout: Layout) -> str:
    length = "any length" if layout.length is None else f"{layout.length} characters"
    lines = [
        f"### {layout.code} - {layout.title}\n",
        f"{length.capitalize()}. Source: {layout.source}.\n",
        _row(_COLUMNS),
        _row(("---",) * len(_COLUMNS)),
        *(_row(_cells(field)) for field in layout.fields),
    ]
    return "\n".join([*lines, *_codes(layout)]) + "\n"


def _cells(field: Field) -> tuple[str, ...]:
    return (
        str(field.first),
        "" if field.last is None else str(field.last),
        "" if field.length is None else str(field.length),
        field.type,
        field.p,
        f"`{field.name}`",
        field.meaning + (f" ({field.source})" if field.source else ""),
        _rule(field),
    )


def _rule(field: Field) -> str:
    rule = field.words
    if field.kind is Kind.FILLER:
        return rule
    if field.required:
        return f"{rule}; must be given"
    default = field.default
    return f"{rule}; `{default}` by default" if default not in {None, "", 0} else rule


def _codes(layout: Layout) -> Iterator[str]:
    for field in layout.fields:
        if field.choices:
            yield f"\n`{field.name}`:\n"
            yield from (f"- `{code}` {meaning}" for code, meaning in field.choices)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
