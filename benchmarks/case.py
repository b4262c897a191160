"""What is measured: a case has our own side, floors and peers beside it, and goals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

from benchmarks.measure import FailedError, Figure

OURS = "ours"


class Skipped(Exception):  # noqa: N818 - nothing is wrong
    """A peer cannot be run here; the words say why."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way of doing a case's work; `start` does it once, in a fresh process.

    `at_most` and `one_in` say on how much of the case's size: for those that would take too long,
    and to see how the time grows.
    """

    label: str
    start: Callable[[Path, int], Figure]
    at_most: int | None = None
    one_in: int = 1

    def size(self, size: int) -> int:
        """Return how much it is given of so much."""
        given = size // self.one_in
        return given if self.at_most is None else min(given, self.at_most)


@dataclass(frozen=True, slots=True)
class Goal:
    """What our side should reach.

    `faster`: our work a second by that of the side `against`, at least `limit`. `slower`: our
    seconds by those of `against`, at most. `seconds`, `mebibytes`: at most. `rate`: at least so
    many a second. `limit_is` says what stands in the way where it is not reached.
    """

    says: str
    kind: Literal["faster", "slower", "seconds", "mebibytes", "rate"]
    limit: float
    against: str = ""
    limit_is: str = ""

    def value(self, rows: Mapping[str, "Row"]) -> float | None:
        """Return what was reached, None when a side that it needs was not measured."""
        ours, other = rows.get(OURS), rows.get(self.against)
        if ours is None or (self.against and other is None):
            return None
        match self.kind:
            case "faster":
                return ours.rate / other.rate if other else None
            case "slower":
                return other.rate / ours.rate if other else None
            case "seconds":
                return ours.median
            case "mebibytes":
                return ours.mebibytes
            case _:
                return ours.rate

    def reached(self, value: float) -> bool:
        """Tell whether a value is good enough."""
        return value >= self.limit if self.kind in {"faster", "rate"} else value <= self.limit


@dataclass(frozen=True, slots=True)
class Case:
    """A piece of work, our side first; `prepare` makes what all sides need, once."""

    name: str
    title: str
    unit: str
    size: int
    prepare: Callable[[Path, int], None]
    sides: Sequence[Side]
    goals: Sequence[Goal] = ()
    scales: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """What several runs of a side gave; `outcome` is what the last of them said."""

    label: str
    size: int
    runs: Sequence[Figure]

    @property
    def median(self) -> float:
        """Wall seconds."""
        return median(run.seconds for run in self.runs)

    @property
    def fastest(self) -> float:
        """Wall seconds."""
        return min(run.seconds for run in self.runs)

    @property
    def slowest(self) -> float:
        """Wall seconds."""
        return max(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        """CPU seconds, the median."""
        return median(run.cpu for run in self.runs)

    @property
    def mebibytes(self) -> float | None:
        """The largest peak of all runs."""
        return max((run.mebibytes for run in self.runs if run.mebibytes), default=None)

    @property
    def rate(self) -> float:
        """Pieces a second."""
        return self.size / self.median


@dataclass(frozen=True, slots=True)
class Measured:
    """A case with what its sides gave, and why some gave nothing."""

    case: Case
    size: int
    rows: dict[str, Row] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def measure(case: Case, folder: Path, size: int, runs: int) -> Measured:
    """Run every side so many times, in turns, so that a busy minute meets all of them."""
    measured = Measured(case, size)
    case.prepare(folder, size)
    figures: dict[str, list[Figure]] = {side.label: [] for side in case.sides}
    for _ in range(runs):
        for side in case.sides:
            if side.label in measured.skipped:
                continue
            try:
                figures[side.label].append(side.start(folder, side.size(size)))
            except (FailedError, Skipped) as reason:
                if side.label == OURS:
                    raise
                measured.skipped[side.label] = str(reason)
    for side in case.sides:
        if side.label not in measured.skipped:
            row = Row(side.label, side.size(size), figures[side.label])
            measured.rows[side.label] = row
    return measured
