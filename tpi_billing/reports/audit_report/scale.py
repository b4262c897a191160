"""Where a value lies along a picture: round ends and steps, in whole numbers only."""

from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` laid out from `start` over `length` tenths."""

    low: int
    high: int
    step: int
    start: int
    length: int

    def at(self, value: int) -> int:
        """Return where a value lies, in tenths."""
        span = self.high - self.low
        return self.start + (2 * self.length * (value - self.low) + span) // (2 * span)

    @property
    def ticks(self) -> list[int]:
        """The values at which lines stand."""
        return list(range(self.low, self.high + 1, self.step))


def scale_of(values: Iterable[int], start: int, length: int, unit: int = 1) -> Scale:
    """Lay out values from round ends, with zero among them; steps are whole multiples of `unit`."""
    told = [0, *values]
    step = _step(max(max(told) - min(told), unit * _STEPS), unit)
    low = min(told) // step * step
    high = -(-max(told) // step) * step
    return Scale(low, max(high, low + step), step, start, length)


def _step(span: int, unit: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50 ... units that needs five steps at most."""
    step = unit
    while True:
        for times in (1, 2, 5):
            if span <= step * times * _STEPS:
                return step * times
        step *= 10
