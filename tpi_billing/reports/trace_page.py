"""The trace of claims as one page: no script, nothing from elsewhere, for screen, print and ear.

It follows the reader's light or dark setting, prints on Letter paper with headings of tables
repeated, and every table has a caption and headings that a screen reader tells. The same traces
give the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from tpi_billing.audit.trace.document import (
    Block,
    Column,
    Digest,
    Facts,
    Moment,
    Money,
    Pairs,
    Section,
    Table,
    Trace,
    Value,
    Words,
    is_blank,
    items,
    shown,
)
from tpi_billing.model.cell_text import cell_text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SHORT = 24
"""So many characters stand beside another value."""
_PRIVATE = "Confidential: personal health information. For the clinic's own audit only."


@dataclass(frozen=True, slots=True)
class PageHead:
    """What the head of the page says: clinic, what was asked for, by whom and as of which day."""

    clinic_name: str
    asked: str
    actor: str
    as_of: str
    masked: bool


def trace_page(head: PageHead, traces: Sequence[Trace]) -> bytes:
    """Return the page in UTF-8."""
    return "".join(f"{line}\n" for line in _page(head, traces)).encode()


def _page(head: PageHead, traces: Sequence[Trace]) -> Iterator[str]:
    title = f"Trace of {head.asked}"
    yield "<!DOCTYPE html>"
    yield '<html lang="en-CA">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="robots" content="noindex">'
    yield f"<title>{_text(title)}</title>"
    yield f"<style>{_style()}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#trace">Go to the trace</a>'
    yield "<header>"
    yield f'<p class="clinic">{_text(head.clinic_name)}</p>'
    yield f"<h1>{_text(title)}</h1>"
    masked = "Patients are masked." if head.masked else "Patients are shown whole."
    yield f"<p>As of {_text(head.as_of)}, by {_text(head.actor)}. Times are UTC. {masked}</p>"
    yield "</header>"
    yield from _contents(traces)
    yield '<main id="trace">'
    for trace in traces:
        yield from _trace(trace)
    yield "</main>"
    yield f"<footer><p>{_PRIVATE}</p></footer>"
    yield "</body>"
    yield "</html>"


def _contents(traces: Sequence[Trace]) -> Iterator[str]:
    yield '<nav aria-label="Contents">'
    yield "<ul>"
    if len(traces) == 1:
        for section in traces[0].sections[1:]:
            anchor = _anchor(traces[0], section.key)
            yield f'<li><a href="#{anchor}">{_text(section.title)}</a></li>'
    else:
        for trace in traces:
            yield f'<li><a href="#c{trace.claim_id}">{_text(trace.title)}</a></li>'
    yield "</ul>"
    yield "</nav>"


def _trace(trace: Trace) -> Iterator[str]:
    name = f"c{trace.claim_id}"
    yield f'<article aria-labelledby="{name}">'
    yield f'<h2 id="{name}">{_text(trace.title)}</h2>'
    for at, section in enumerate(trace.sections):
        yield from _section(trace, section, first=at == 0)
    yield "</article>"


def _section(trace: Trace, section: Section, *, first: bool) -> Iterator[str]:
    anchor = _anchor(trace, section.key)
    if first:
        yield '<div class="summary">'
    else:
        yield f'<section aria-labelledby="{anchor}">'
        yield f'<h3 id="{anchor}">{_text(section.title)}</h3>'
    for at, block in enumerate(section.blocks):
        yield from _block(block, section, f"{anchor}-{at}")
    yield "</div>" if first else "</section>"


def _block(block: Block, section: Section, name: str) -> Iterator[str]:
    match block:
        case Facts():
            yield from _facts([(fact.label, fact.value) for fact in block.facts])
        case Words():
            tag = 'p class="line"' if block.verbatim else "p"
            yield f"<{tag}>{_text(block.text)}</p>"
        case Table():
            yield from _table(block, block.title or section.title, name)


def _table(table: Table, title: str, name: str) -> Iterator[str]:
    if not table.rows:
        if table.title:
            yield f"<h4>{_text(table.title)}</h4>"
        yield f'<p class="none">{_text(table.empty)}</p>'
        return
    columns = [(at, column) for at, column in enumerate(table.columns) if _used(table, at)]
    if table.tall:
        yield from _tall(table, columns)
        return
    hidden = "" if table.title else ' class="spoken"'
    yield f'<div class="wide" role="region" tabindex="0" aria-labelledby="{name}">'
    yield "<table>"
    yield f'<caption id="{name}"><span{hidden}>{_text(title)}</span></caption>'
    heads = "".join(
        f'<th scope="col"{_class(each)}>{_text(each.label)}</th>' for _, each in columns
    )
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = "".join(f"<td{_class(each)}>{_value(row[at])}</td>" for at, each in columns)
        yield f"<tr>{cells}</tr>"
    yield "</tbody>"
    yield "</table>"
    yield "</div>"


def _tall(table: Table, columns: Sequence[tuple[int, Column]]) -> Iterator[str]:
    """Write each row as facts below a heading of its first value."""
    if table.title:
        yield f"<h4>{_text(table.title)}</h4>"
    (first, head), *rest = columns
    tag = "h5" if table.title else "h4"
    for row in table.rows:
        yield '<div class="card">'
        yield f"<{tag}>{_text(head.label)} {_value(row[first])}</{tag}>"
        yield from _facts([(c.label, row[at]) for at, c in rest if c.kind != "verbatim"])
        for at, column in rest:
            if column.kind == "verbatim":
                yield f'<p class="line">{_value(row[at])}</p>'
        yield "</div>"


def _facts(pairs: Sequence[tuple[str, Value]]) -> Iterator[str]:
    given = [(label, value) for label, value in pairs if not is_blank(value)]
    if not given:
        return
    yield "<dl>"
    for label, value in given:
        wide = ' class="long"' if _is_long(value) else ""
        yield f"<div{wide}><dt>{_text(label)}</dt><dd>{_value(value, apart=True)}</dd></div>"
    yield "</dl>"


def _is_long(value: Value) -> bool:
    """Tell whether a value needs the whole width."""
    return len(shown(value)) > _SHORT


def _used(table: Table, at: int) -> bool:
    shown_here = table.columns[at].kind != "script"
    return shown_here and not all(is_blank(row[at]) for row in table.rows)


def _class(column: Column) -> str:
    return ' class="number"' if column.kind == "number" else ""


def _value(value: Value, *, apart: bool = False) -> str:
    text = _text(shown(value))
    match value:
        case Digest():
            return f"<code>{text}</code>"
        case Moment():
            return f'<time datetime="{_text(value.at)}">{text}</time>'
        case Money():
            return f'<span class="money">{text}</span>'
        case None:
            return f'<span class="none">{text}</span>'
        case tuple() | Pairs() if apart and len(text) > _SHORT:
            return "<br>".join(_text(each) for each in items(value))
    return text


def _text(text: str) -> str:
    return escape(cell_text(text))


def _anchor(trace: Trace, key: str) -> str:
    return f"c{trace.claim_id}-{key}"


def _style() -> str:
    folder = files("tpi_billing.reports")
    return (folder / "trace_page.css").read_text(encoding="utf-8")
