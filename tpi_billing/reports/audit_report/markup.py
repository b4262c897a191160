"""The page's own small parts: tables, pictures beside them, cards, legends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tpi_billing.reports.audit_report.row_chart import swatch
from tpi_billing.reports.audit_report.svg import plain

Align = Literal["text", "number"]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table: columns with their alignment, rows of text, a last row of totals if there is one.

    The first cell of a row names it. Rows in `flagged` are marked, which their text says too.
    """

    name: str
    caption: str
    columns: tuple[tuple[str, Align], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    nothing: str = "None."
    flagged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """A picture with the table of its numbers, and what its marks mean: kind, look, words."""

    drawn: str
    table: PageTable
    legend: tuple[tuple[str, str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that is seen first, what it is, and a line below it."""

    label: str
    value: str
    note: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section: its id, heading, sentences, pieces with or without headings, further tables.

    Pieces that are `paired` have their pictures side by side, with their tables below.
    """

    name: str
    title: str
    lead: tuple[str, ...]
    pieces: tuple[tuple[str, Piece], ...] = ()
    tables: tuple[PageTable, ...] = field(default=())
    alarm: str = ""
    paired: bool = False


def section(one: PageSection) -> Iterator[str]:
    """Write a section."""
    yield f'<section id="{one.name}" aria-labelledby="{one.name}-heading">'
    yield f'<h2 id="{one.name}-heading">{plain(one.title)}</h2>'
    if one.alarm:
        yield f'<p class="alarm">{plain(one.alarm)}</p>'
    for sentence in one.lead:
        yield f"<p>{plain(sentence)}</p>"
    if one.paired:
        yield from _pair(one.pieces)
    else:
        for heading, piece in one.pieces:
            yield from _heading(heading)
            yield '<div class="piece">'
            yield from _figure(piece)
            yield from page_table(piece.table)
            yield "</div>"
    for table in one.tables:
        yield from page_table(table)
    yield "</section>"


def _pair(pieces: Sequence[tuple[str, Piece]]) -> Iterator[str]:
    yield '<div class="pair">'
    for heading, piece in pieces:
        yield "<div>"
        yield from _heading(heading)
        yield from _figure(piece)
        yield "</div>"
    yield "</div>"
    for _, piece in pieces:
        yield from page_table(piece.table)


def _heading(text: str) -> Iterator[str]:
    if text:
        yield f"<h3>{plain(text)}</h3>"


def cards(found: Sequence[Card]) -> Iterator[str]:
    """Write the figures that are seen first."""
    yield '<dl class="cards">'
    for card in found:
        look = ' class="alarm"' if card.alarm else ""
        yield f"<div{look}><dt>{plain(card.label)}</dt><dd>{plain(card.value)}</dd>"
        yield f'<dd class="note">{plain(card.note)}</dd></div>'
    yield "</dl>"


def _figure(piece: Piece) -> Iterator[str]:
    yield "<figure>"
    yield piece.drawn
    if piece.legend or piece.note:
        yield "<figcaption>"
        for kind, look, said in piece.legend:
            yield f'<span class="key">{swatch(look, kind)} {plain(said)}</span>'
        if piece.note:
            yield f"<span>{plain(piece.note)}</span>"
        yield "</figcaption>"
    yield "</figure>"


def page_table(table: PageTable) -> Iterator[str]:
    """Write a table, which can be scrolled with the keyboard where it is too wide."""
    name = f"{table.name}-caption"
    if not table.rows:
        yield f'<p class="nothing">{plain(table.nothing)}</p>'
        return
    yield f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}">'
    yield f'<table id="{table.name}"><caption id="{name}">{plain(table.caption)}</caption>'
    heads = (f'<th scope="col"{_look(align)}>{plain(title)}</th>' for title, align in table.columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for at, row in enumerate(table.rows):
        yield _row(table, row, ' class="flagged"' if at in table.flagged else "")
    yield "</tbody>"
    if table.totals:
        yield f"<tfoot>{_row(table, table.totals, '')}</tfoot>"
    yield "</table></div>"


def _row(table: PageTable, row: Sequence[str], look: str) -> str:
    aligned = list(zip(row, (align for _, align in table.columns), strict=True))
    (first, align), *others = aligned
    cells = [f'<th scope="row"{_look(align)}>{plain(first)}</th>']
    cells += [f"<td{_look(align)}>{plain(text)}</td>" for text, align in others]
    return f"<tr{look}>{''.join(cells)}</tr>"


def _look(align: Align) -> str:
    return ' class="number"' if align == "number" else ""


def joined(parts: Iterable[str]) -> str:
    """Put lines together."""
    return "".join(f"{part}\n" for part in parts)
