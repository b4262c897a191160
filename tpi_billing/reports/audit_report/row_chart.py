"""Rows below one another over one scale: bars, steps from one balance to the next, and spreads.

What a row is and what it comes to stands above it, so that no label is too long for the picture.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tpi_billing.reports.audit_report.scale import Scale, scale_of
from tpi_billing.reports.audit_report.svg import WIDTH, box, element, picture, stroke, words

_SIDE = 20
_ROW, _LABEL, _BAR = 440, 150, 150
_AXIS = 260
_ROOM = 63
"""Letters that one line of a picture has room for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a row: from one value to another, and how it looks (a class of the style).

    A `bar` fills the row, a `line` is thin, a `dot` stands at its end.
    """

    kind: Literal["bar", "line", "dot"]
    start: int
    end: int
    look: str


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A row: what it is, what it comes to, its marks; `flag` says that it stands out."""

    label: str
    value: str
    marks: tuple[Mark, ...]
    flag: str = ""


@dataclass(frozen=True, slots=True)
class RowPicture:
    """A picture of rows. `said` writes a value of the scale, whose steps are whole `unit`s.

    `reach` are values that the scale must reach.
    """

    name: str
    title: str
    description: str
    rows: tuple[PictureRow, ...]
    said: Callable[[int], str]
    unit: int = 1
    reach: tuple[int, ...] = ()

    def draw(self) -> str:
        """Return the SVG."""
        values = [value for row in self.rows for mark in row.marks for value in _ends(mark)]
        scale = scale_of([*values, *self.reach], 2 * _SIDE, WIDTH - 6 * _SIDE, self.unit)
        foot = _ROW * len(self.rows) + 40
        parts = [*self._ticks(scale, foot)]
        for at, row in enumerate(self.rows):
            top = _ROW * at
            parts += [*self._grid(scale, top + _LABEL + 40), *self._row(scale, row, top)]
        return picture(self.name, self.title, self.description, foot + _AXIS, parts)

    def _ticks(self, scale: Scale, foot: int) -> Iterator[str]:
        for tick in scale.ticks:
            anchor = {scale.low: "start", scale.high: "end"}.get(tick, "middle")
            yield words(self.said(tick), scale.at(tick), foot + 140, look="tick", anchor=anchor)

    @staticmethod
    def _grid(scale: Scale, top: int) -> Iterator[str]:
        """Draw the lines of one row: they leave its words free."""
        for tick in scale.ticks:
            x = scale.at(tick)
            yield stroke(x, top, x, top + _BAR + 40, "zero" if tick == 0 else "grid")

    @staticmethod
    def _row(scale: Scale, row: PictureRow, top: int) -> Iterator[str]:
        flag = f"  {row.flag}" if row.flag else ""
        room = _ROOM - len(row.value) - len(flag)
        label = shortened(row.label, room)
        look = "strong" if row.flag else ""
        yield words(label + flag, 2 * _SIDE, top + _LABEL, look=look)
        value = f"number {look}".rstrip()
        yield words(row.value, WIDTH - 4 * _SIDE, top + _LABEL, look=value, anchor="end")
        for mark in row.marks:
            yield _mark(scale, mark, top + _LABEL + 60)


def swatch(look: str, kind: str = "bar") -> str:
    """Draw a mark for a legend, which says beside it what the mark is."""
    if kind == "dot":
        inside = element("circle", cx=90, cy=60, r=45, class_=look)
    elif kind == "line":
        inside = stroke(0, 60, 180, 60, look)
    else:
        inside = box(0, 10, 180, 100, look)
    return (
        f'<svg class="swatch" viewBox="0 0 18 12" aria-hidden="true" focusable="false">{inside}'
        "</svg>"
    )


def shortened(text: str, longest: int) -> str:
    """Cut a text that is too long, and show that it was."""
    return text if len(text) <= longest else text[: max(longest - 1, 1)].rstrip() + "…"


def rows_shown(rows: Sequence[PictureRow], most: int) -> tuple[PictureRow, ...]:
    """Return the first rows, and those that stand out behind them as far as there is room."""
    if len(rows) <= most:
        return tuple(rows)
    flagged = [at for at, row in enumerate(rows) if row.flag][:most]
    others = [at for at in range(len(rows)) if at not in flagged][: most - len(flagged)]
    return tuple(rows[at] for at in sorted([*flagged, *others]))


def _ends(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end


def _mark(scale: Scale, mark: Mark, top: int) -> str:
    left, right = sorted((scale.at(mark.start), scale.at(mark.end)))
    if mark.kind == "dot":
        return element("circle", cx=scale.at(mark.end), cy=top + _BAR // 2, r=50, class_=mark.look)
    if mark.kind == "line":
        return stroke(left, top + _BAR // 2, right, top + _BAR // 2, mark.look)
    # What is not nothing can be seen.
    width = max(right - left, 15 if mark.start != mark.end else 0)
    return box(left, top, width, _BAR, mark.look)
