"""A gap: what seems to be missing, why it is suspected, and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tpi_billing.claims.work_items import Person


class GapKind(StrEnum):
    """How it was noticed."""

    COUNT = "count"  # the record system counts otherwise
    MONTH = "month"  # far fewer sessions than in the months before
    DAY = "day"  # a usual day without sessions
    NUMBER = "number"  # a session id is missing in a running sequence
    SERIES = "series"  # a patient in the middle of a series did not come back
    STATUS = "status"  # the day is over, and the visit neither completed nor cancelled


@dataclass(frozen=True, slots=True)
class Gap:
    """One suspicion.

    `first` and `last` are the days that it is about. `expected` and `found` are numbers of
    sessions, None where nothing can be said. `missing` counts days, ids, or what the kind is about.
    `session_id` to `last_session_id` are missing ids, or the last session of a series. What a cell
    of an export says, `status` and numbers, is in fields of its own and never in `why`.
    """

    kind: GapKind
    why: str
    cure: str
    first: date
    last: date
    missing: int
    expected: int | None = None
    found: int | None = None
    practitioner_number: str = ""
    source: str = ""
    status: str = ""
    session_id: str = ""
    last_session_id: str = ""
    patient: Person | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The month that is looked at, and the day as of which.

    `end` is the last of its days that is over: the month's own last day, or the day before today.
    """

    month: str
    first: date
    last: date
    as_of: date

    @classmethod
    def of(cls, month: str, as_of: date) -> "Period":
        """Make the period of a month, `YYYY-MM`."""
        first = date.fromisoformat(f"{month}-01")
        return cls(month, first, months_after(first, 1) - timedelta(days=1), as_of)

    @property
    def end(self) -> date:
        """The last day of the month that is over; before `first` when none is."""
        return min(self.last, self.as_of - timedelta(days=1))

    @property
    def over(self) -> bool:
        """Tell whether the whole month is over."""
        return self.last < self.as_of

    def has(self, day: date) -> bool:
        """Tell whether a day is in the month."""
        return self.first <= day <= self.last


def months_after(first: date, months: int) -> date:
    """Return the first of the month so many months later, or earlier when negative."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def in_order(gaps: Iterable[Gap]) -> list[Gap]:
    """Sort gaps by kind, then by day, practitioner and id."""
    kinds = list(GapKind)
    return sorted(
        gaps,
        key=lambda gap: (
            kinds.index(gap.kind),
            gap.first,
            gap.practitioner_number,
            gap.source,
            len(gap.session_id),
            gap.session_id,
        ),
    )


def twice_median(numbers: Sequence[int]) -> int:
    """Return twice the median, which is whole also where the median is not."""
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return 2 * ordered[middle]
    return ordered[middle - 1] + ordered[middle]
