"""Is a figure out of the ordinary? Medians and absolute deviations, which outliers cannot move.

Figures are exact fractions; only distances from the middle, which are shown rounded, are floats.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

CONSISTENT = 1.4826
"""Makes the median absolute deviation of a bell curve its standard deviation."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside others: how many they are, their middle, and how far away it lies.

    `deviations` is the robust distance, `profile` the number of standard deviations that a
    profile by mean and standard deviation would show; None where all others are equal.
    """

    others: int
    middle: Fraction
    scale: float
    deviations: float
    profile: float | None


class Crowd:
    """Figures that others are compared with, sorted once: one of them may be left out each time.

    Whoever is compared with all the others of a province costs a few steps, not all of them.
    """

    def __init__(self, figures: Iterable[Fraction]) -> None:
        self._sorted = sorted(figures)
        self._rough = [float(each) for each in self._sorted]
        exact = [Fraction(each) for each in self._rough]
        self._sum = sum(exact, Fraction())
        self._squares = sum((each * each for each in exact), Fraction())

    def __len__(self) -> int:
        return len(self._sorted)

    def compare(
        self,
        figure: Fraction,
        *,
        leave_out: bool,
        spread_percent: int,
        chance: Callable[[Fraction], float],
    ) -> Compared:
        """Compare a figure with the crowd, without itself if it is one; one other must be left.

        The scale is the others' robust deviation, but never smaller than `spread_percent` of their
        middle, nor than the `chance` about it: what the size of the sample alone explains.
        """
        hole = bisect_left(self._sorted, figure) if leave_out else None
        others = _Others(self._sorted, self._rough, hole)
        middle = others.middle()
        robust = CONSISTENT * float(others.deviation(middle))
        scale = max(robust, float(abs(middle)) * spread_percent / 100, chance(middle))
        away = float(figure - middle)
        own = Fraction(float(figure)) if leave_out else Fraction()
        mean = (self._sum - own) / len(others)
        spread = _spread(self._squares - own * own, mean, len(others))
        return Compared(
            others=len(others),
            middle=middle,
            scale=scale,
            deviations=away / scale if scale else 0.0 if not away else float("inf"),
            profile=float(figure - mean) / spread if spread else None,
        )


def compare(
    figure: Fraction,
    others: Iterable[Fraction],
    *,
    spread_percent: int,
    chance: Callable[[Fraction], float],
) -> Compared:
    """Compare a figure with others, of which there must be one, as `Crowd.compare` does."""
    crowd = Crowd(others)
    return crowd.compare(figure, leave_out=False, spread_percent=spread_percent, chance=chance)


class _Others:
    """Sorted figures without the one at `hole`, and what they are roughly."""

    def __init__(
        self, figures: Sequence[Fraction], rough: Sequence[float], hole: int | None
    ) -> None:
        self._figures = figures
        self._rough = rough
        self._hole = len(figures) if hole is None else hole
        self._count = len(figures) - (hole is not None)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> Fraction:
        return self._figures[at if at < self._hole else at + 1]

    def middle(self) -> Fraction:
        """Return the median."""
        return (self[(len(self) - 1) // 2] + self[len(self) // 2]) / 2

    def deviation(self, middle: Fraction) -> Fraction:
        """Return the median of the distances from the middle."""
        low, high = (len(self) - 1) // 2, len(self) // 2
        return (self._nearest(low, middle) + self._nearest(high, middle)) / 2

    def _nearest(self, rank: int, middle: Fraction) -> Fraction:
        """Return the distance of that rank from 0: the nearest figures stand side by side."""

        def reach(first: int) -> Fraction:
            return max(middle - self[first], self[first + rank] - middle)

        def beyond(first: int) -> bool:
            return self[first] + self[first + rank] >= 2 * middle

        starts = range(len(self) - rank)
        turn = self._turn_roughly(starts, rank, middle)
        while turn > 0 and beyond(turn - 1):
            turn -= 1
        while turn < len(starts) and not beyond(turn):
            turn += 1
        return min(reach(at) for at in (turn - 1, turn) if at in starts)

    def _turn_roughly(self, starts: range, rank: int, middle: Fraction) -> int:
        """Find the first start whose figures lie beyond the middle: in floats, since it is quick.

        Rounding keeps the order, so that it is the right place or one of those beside it.
        """

        def both(first: int) -> float:
            one, other = (at + (at >= self._hole) for at in (first, first + rank))
            return self._rough[one] + self._rough[other]

        return bisect_left(starts, 2 * float(middle), key=both)


def _spread(squares: Fraction, mean: Fraction, count: int) -> float:
    """Return the standard deviation of a sample, 0 of one."""
    return sqrt((squares - count * mean * mean) / (count - 1)) if count > 1 else 0.0


def chance_of_count(expected: Fraction, size: int) -> float:
    """Return the standard deviation of events counted over `size`, when `expected` are a unit.

    Events that come by chance vary by the square root of their number; at least one is taken to
    be expected, so that one or two of what nobody else has are not called a habit.
    """
    return sqrt(max(float(expected) * size, 1.0)) / size
