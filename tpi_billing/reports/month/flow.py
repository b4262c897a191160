"""The columns of a waterfall: from the opening balance, step by step, to the closing one."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One column of stacked parts, in cents; those below zero are negative.

    `base` is not drawn. A column that crosses zero has a part above it and one below.
    """

    name: str
    cents: int
    base: int
    above: int
    below: int


def steps(opening: tuple[str, int], changes: Sequence[tuple[str, int]], closing: str) -> list[Step]:
    """Return the columns of an opening balance, changes with their sign, and what they come to."""
    name, level = opening
    found = [_step(name, level, 0, level)]
    for change, cents in changes:
        found.append(_step(change, cents, level, level + cents))
        level += cents
    return [*found, _step(closing, level, 0, level)]


def _step(name: str, cents: int, start: int, end: int) -> Step:
    low, high = min(start, end), max(start, end)
    if low >= 0:
        return Step(name, cents, low, high - low, 0)
    if high <= 0:
        return Step(name, cents, high, 0, low - high)
    return Step(name, cents, 0, high, low)
