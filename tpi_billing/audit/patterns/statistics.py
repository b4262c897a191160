"""Is a figure out of the ordinary? Medians and absolute deviations, which outliers cannot move.

Figures are exact fractions; only distances from the middle, which are shown rounded, are floats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import median, stdev

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


def compare(
    figure: Fraction,
    others: Sequence[Fraction],
    *,
    spread_percent: int,
    chance: Callable[[Fraction], float],
) -> Compared:
    """Compare a figure with others, of which there must be one.

    The scale is the others' robust deviation, but never smaller than `spread_percent` of their
    middle, nor than the `chance` about it: what the size of the sample alone explains.
    """
    middle = Fraction(median(others))
    robust = CONSISTENT * float(median([abs(each - middle) for each in others]))
    scale = max(robust, float(abs(middle)) * spread_percent / 100, chance(middle))
    away = float(figure - middle)
    spread = stdev(map(float, others)) if len(others) > 1 else 0.0
    mean = sum(others, Fraction()) / len(others)
    return Compared(
        others=len(others),
        middle=middle,
        scale=scale,
        deviations=away / scale if scale else 0.0 if not away else float("inf"),
        profile=float(figure - mean) / spread if spread else None,
    )


def chance_of_count(expected: Fraction, size: int) -> float:
    """Return the standard deviation of events counted over `size`, when `expected` are a unit.

    Events that come by chance vary by the square root of their number; at least one is taken to
    be expected, so that one or two of what nobody else has are not called a habit.
    """
    return sqrt(max(float(expected) * size, 1.0)) / size
