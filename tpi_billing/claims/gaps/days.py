"""Usual working days of a practitioner without a single session."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tpi_billing.claims.gaps.gap import Gap, GapKind, Period, months_after, twice_median
from tpi_billing.codes import Calendar
from tpi_billing.config import Practitioner
from tpi_billing.ledger.counts import DayCount

MONTHS_BEFORE = 3
"""A weekday is usual by the month itself and so many before it."""
_LEAST_TIMES = 3
_SHARE = (3, 4)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Usual:
    """A usual weekday: how many of how many days he worked, and how many sessions one has."""

    worked: int
    of: int
    sessions: int


def missing_days(
    days: Sequence[DayCount],
    period: Period,
    calendar: Calendar,
    practitioner: Practitioner | None,
) -> Iterator[Gap]:
    """Find the usual days of the month on which a practitioner has no session of any status.

    `days` are his own, oldest first, from three months before the month on. A weekday is usual
    when he worked on at least three of its days, and on three quarters of those that were no
    holidays and in weeks in which he worked. A month without any session is not looked at here.
    """
    there = {count.day: count for count in days}
    if not any(period.has(day) for day in there):
        return
    first, last = min(there), period.end
    if practitioner is not None:
        first = max(first, practitioner.active_from or first)
        last = min(last, practitioner.active_to or last)
    first = max(first, months_after(period.first, -MONTHS_BEFORE))
    usual = _usual(there, first, last, calendar)
    absent = [
        day
        for day in _every(max(first, period.first), last)
        if day.weekday() in usual and day not in there and not calendar.is_holiday(day)
    ]
    for run in _runs(absent, there):
        yield _gap(run, there, usual, days[0].practitioner_number)


def _usual(
    there: Mapping[date, DayCount], first: date, last: date, calendar: Calendar
) -> dict[int, _Usual]:
    usual, weeks = {}, {_week(day) for day in there}
    for weekday in range(7):
        days = [
            day
            for day in _every(first, last)
            if day.weekday() == weekday and _week(day) in weeks and not calendar.is_holiday(day)
        ]
        worked = [there[day].completed for day in days if day in there]
        part, whole = _SHARE
        if len(worked) >= _LEAST_TIMES and len(worked) * whole >= len(days) * part:
            usual[weekday] = _Usual(len(worked), len(days), twice_median(worked) // 2)
    return usual


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _every(first: date, last: date) -> Iterator[date]:
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)


def _runs(absent: Iterable[date], there: Mapping[date, DayCount]) -> Iterator[list[date]]:
    """Put absent days together that no day with sessions parts."""
    run: list[date] = []
    for day in absent:
        if run and any(between in there for between in _every(run[-1], day)):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _gap(
    run: Sequence[date], there: Mapping[date, DayCount], usual: Mapping[int, _Usual], number: str
) -> Gap:
    before = max((day for day in there if day < run[0]), default=None)
    after = min((day for day in there if day > run[-1]), default=None)
    weekdays = sorted({day.weekday() for day in run})
    names = ", ".join(
        f"{_WEEKDAYS[at]} ({usual[at].worked} of {usual[at].of} worked)" for at in weekdays
    )
    around = f"sessions stand before it on {before}" if before else "no session stands before it"
    around += f" and after it on {after}" if after else " and none after it"
    days = "1 usual day has" if len(run) == 1 else f"{len(run)} usual days have"
    return Gap(
        GapKind.DAY,
        f"{days} no session: {names}; {around}.",
        "Look into the day's schedule: export the day again, or leave it if nobody was treated.",
        run[0],
        run[-1],
        len(run),
        expected=sum(usual[day.weekday()].sessions for day in run),
        found=0,
        practitioner_number=number,
    )
