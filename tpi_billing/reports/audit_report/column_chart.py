"""Columns beside one another: how many claims fall into each span, and months beside months."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tpi_billing.reports.audit_report.scale import Scale, scale_of
from tpi_billing.reports.audit_report.svg import WIDTH, box, picture, stroke, words

_TOP, _TALL, _RIGHT = 260, 2300, 60
_LETTER = 70
_FOOT = 420
_MOST_WRITTEN = 10_000
"""More digits would run into those of the next column; the table has them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One set of columns: what they are, how they look (a class), and a value for each place."""

    name: str
    look: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColumnPicture:
    """A picture of columns at places that have labels.

    `said` writes a value of the scale; `counted` writes each value above its column. `axis` says
    below what the places are. With `limit` a line with those words stands before that place.
    """

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    columns: tuple[Columns, ...]
    said: Callable[[int], str]
    axis: str = ""
    unit: int = 1
    counted: bool = False
    limit: tuple[int, str] | None = None
    last_look: str = ""

    def draw(self) -> str:
        """Return the SVG."""
        scale = self._scale
        parts = [*self._grid(scale), *self._all_columns(scale), *self._names()]
        return picture(self.name, self.title, self.description, _TOP + _TALL + _FOOT, parts)

    @property
    def _scale(self) -> Scale:
        told = [value for one in self.columns for value in one.values]
        return scale_of(told, 0, _TALL, self.unit)

    @property
    def _left(self) -> int:
        """Where the columns begin: behind the longest word of the scale."""
        return 100 + _LETTER * max(len(self.said(tick)) for tick in self._scale.ticks)

    @property
    def _pitch(self) -> int:
        return (WIDTH - self._left - _RIGHT) // max(len(self.labels), 1)

    @staticmethod
    def _y(scale: Scale, value: int) -> int:
        return _TOP + _TALL - scale.at(value)

    def _grid(self, scale: Scale) -> Iterator[str]:
        for tick in scale.ticks:
            y = self._y(scale, tick)
            yield stroke(self._left, y, WIDTH - _RIGHT, y, "zero" if tick == 0 else "grid")
            yield words(self.said(tick), self._left - 50, y + 40, look="tick", anchor="end")
        if self.limit is not None:
            place, text = self.limit
            x = self._left + place * self._pitch
            yield stroke(x, 60, x, _TOP + _TALL, "guide")
            yield words(text, x - 50, 110, look="tick", anchor="end")

    def _all_columns(self, scale: Scale) -> Iterator[str]:
        room = self._pitch * 8 // 10
        width = room // max(len(self.columns), 1)
        for place in range(len(self.labels)):
            left = self._left + place * self._pitch + (self._pitch - room) // 2
            for at, one in enumerate(self.columns):
                yield from self._column(scale, one, place, left + at * width, width)

    def _column(
        self, scale: Scale, one: Columns, place: int, left: int, width: int
    ) -> Iterator[str]:
        value = one.values[place]
        zero, end = self._y(scale, 0), self._y(scale, value)
        last = place == len(self.labels) - 1
        look = self.last_look if last and self.last_look else one.look
        if value:
            top, height = min(zero, end), max(abs(zero - end), 15)
            yield box(left, top, width, height, look)
        if self.counted and 0 < value < _MOST_WRITTEN:
            middle = left + width // 2
            yield words(self.said(value), middle, end - 40, look="small", anchor="middle")

    def _names(self) -> Iterator[str]:
        below = _TOP + _TALL + 150
        for place, label in enumerate(self.labels):
            x = self._left + place * self._pitch + self._pitch // 2
            yield words(label, x, below, look="tick", anchor="middle")
        if self.axis:
            middle = (self._left + WIDTH - _RIGHT) // 2
            yield words(self.axis, middle, below + 180, look="tick", anchor="middle")
