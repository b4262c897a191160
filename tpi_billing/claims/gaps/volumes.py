"""A month with far fewer sessions than the months before it, of the clinic or a practitioner."""

from collections.abc import Iterable, Mapping

from tpi_billing.claims.gaps.gap import Gap, GapKind, Period, months_after, twice_median
from tpi_billing.config import Practitioner
from tpi_billing.ledger.counts import DayCount

MONTHS_BACK = 12
_MOST_MONTHS = 6
_LEAST_MONTHS = 3
_LATELY = 3
_CURE = "Export the month again and import it: what is there already does not count twice."


def by_month(days: Iterable[DayCount]) -> dict[str, int]:
    """Add up completed sessions by month."""
    months: dict[str, int] = {}
    for count in days:
        if count.completed:
            month = f"{count.day:%Y-%m}"
            months[month] = months.get(month, 0) + count.completed
    return months


def low_month(
    months: Mapping[str, int], period: Period, practitioner_number: str = ""
) -> Gap | None:
    """Return a gap when the month has less than half of what is usual; None otherwise.

    Usual is the median of the last six months that have sessions, among the twelve before; fewer
    than three such months say nothing, and neither does a month that is not over.
    """
    if not period.over:
        return None
    earlier = [
        months[month]
        for back in range(1, MONTHS_BACK + 1)
        if (month := f"{months_after(period.first, -back):%Y-%m}") in months
    ][:_MOST_MONTHS]
    found = months.get(period.month, 0)
    if len(earlier) < _LEAST_MONTHS or 4 * found >= twice_median(earlier):
        return None
    usual = twice_median(earlier) // 2
    who = "The practitioner" if practitioner_number else "The clinic"
    return Gap(
        GapKind.MONTH,
        f"{who} has {found} completed sessions in {period.month}; the median of the last "
        f"{len(earlier)} months with sessions is {usual}, and this is less than half of it.",
        _CURE,
        period.first,
        period.last,
        usual - found,
        expected=usual,
        found=found,
        practitioner_number=practitioner_number,
    )


def low_practitioner(
    days: Iterable[DayCount], period: Period, number: str, practitioner: Practitioner | None
) -> Gap | None:
    """Return a gap when a practitioner's month is low; one who has left is not missed.

    He has left by the configuration, or when the three months before have no session of his.
    """
    months = by_month(days)
    left = practitioner.active_to if practitioner is not None else None
    if left is not None and left < period.last:
        return None
    lately = {f"{months_after(period.first, -back):%Y-%m}" for back in range(1, _LATELY + 1)}
    if lately.isdisjoint(months):
        return None
    return low_month(months, period, number)


def empty_month(period: Period) -> Gap:
    """Return the gap of a month of which the ledger has nothing at all."""
    return Gap(
        GapKind.MONTH,
        f"The ledger has no session of {period.month} at all.",
        "Export the month and import it: tpi-billing sessions import FILE",
        period.first,
        period.last,
        0,
        found=0,
    )
