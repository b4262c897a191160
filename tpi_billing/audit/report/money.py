"""The money of the audit report: the books of the months that a period touches."""

from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.report.figures import BookMonth, Money
from tpi_billing.ledger.book_months import CLOSED, month_after, month_before
from tpi_billing.ledger.books import Movements, book_lines, months_moved, outstanding
from tpi_billing.ledger.closings import Decision, decisions
from tpi_billing.ledger.store import Connection

TREND_MONTHS = 6


def money_of(connection: Connection, data_centre: str, period: Period) -> Money:
    """Read the books of the whole months that the period touches."""
    first, last = (day.isoformat()[:7] for day in (period.first, period.last))
    moved = months_moved(connection, data_centre)
    months = _months(first, last)
    return Money(
        months,
        tuple(book_lines(connection, data_centre, last, first)),
        _trend(moved, last),
        _closed(connection, data_centre, set(months)),
        sum(each.balance for each in moved.values()),
        sum(outstanding(connection, data_centre).values()),
    )


def _months(first: str, last: str) -> tuple[str, ...]:
    found = [first]
    while found[-1] < last:
        found.append(month_after(found[-1]))
    return tuple(found)


def _trend(moved: dict[str, Movements], last: str) -> tuple[BookMonth, ...]:
    """Return the last months up to one, from the first that has any movement."""
    months, earliest = [last], min(moved, default=last)
    while len(months) < TREND_MONTHS and months[0] > earliest:
        months.insert(0, month_before(months[0]))
    return tuple(
        BookMonth(
            month,
            moved.get(month, Movements()),
            sum(one.balance for of, one in moved.items() if of <= month),
        )
        for month in months
    )


def _closed(connection: Connection, data_centre: str, months: set[str]) -> tuple[Decision, ...]:
    """Return the closings of these months that were not taken back."""
    latest = {one.month: one for one in decisions(connection, data_centre) if one.month in months}
    return tuple(one for _, one in sorted(latest.items()) if one.state == CLOSED)
