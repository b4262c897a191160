"""Differences with the record system's own counts, and visits that nobody closed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tpi_billing.claims.gaps.gap import Gap, GapKind, Period
from tpi_billing.errors import UsageError
from tpi_billing.ledger.counts import DayCount, StatusCount

_NOT_DONE = frozenset({"", "cancelled", "canceled", "no-show"})
"""Statuses that say enough; a blank one stands in the worklist."""


def different_counts(
    theirs: Mapping[tuple[str, date], int],
    ours: Mapping[tuple[str, date], DayCount],
    period: Period,
) -> Iterator[Gap]:
    """Find the days of the month on which the record system counts otherwise, in either direction.

    Only practitioners that the counts name are compared, from the first to the last day that they
    name; within that, what one side does not name counts as none. UsageError when the counts name
    no day of the month.
    """
    named = {key for key in theirs if period.has(key[1])}
    if not named:
        raise UsageError(
            f"The file of counts has no day of {period.month}.",
            hint="Check the month and the file.",
        )
    numbers, days = {number for number, _ in named}, [day for _, day in named]
    both = named | {
        (number, day) for number, day in ours if number in numbers and min(days) <= day <= max(days)
    }
    for number, day in sorted(both, key=lambda key: (key[1], key[0])):
        expected, count = theirs.get((number, day), 0), ours.get((number, day))
        found = count.completed if count else 0
        if expected != found:
            yield _difference(number, day, expected, found, count.others if count else 0)


def _difference(number: str, day: date, expected: int, found: int, others: int) -> Gap:
    beside = f", and {others} of another status" if others else ""
    if expected > found:
        cure = "Export that day again and import it: what is there does not count twice."
    else:
        cure = "See which session the record system does not count: a copy, or another's."
    return Gap(
        GapKind.COUNT,
        f"The record system counts {expected} for {day}, the ledger has {found} completed{beside}.",
        cure,
        day,
        day,
        abs(expected - found),
        expected=expected,
        found=found,
        practitioner_number=number,
    )


def unclosed_visits(counts: Iterable[StatusCount]) -> Iterator[Gap]:
    """Find visits of past days whose status is neither completed nor cancelled nor no-show."""
    for one in counts:
        if one.status in _NOT_DONE:
            continue
        many = "1 visit is" if one.count == 1 else f"{one.count} visits are"
        yield Gap(
            GapKind.STATUS,
            f"{many} neither completed nor cancelled although the day is over: only completed "
            "visits are billed.",
            "Complete or cancel them in the record system and export again; if the status means "
            "completed, say so in the mapping (values.status).",
            one.first,
            one.last,
            one.count,
            found=one.count,
            practitioner_number=one.practitioner_number,
            status=one.status,
        )
