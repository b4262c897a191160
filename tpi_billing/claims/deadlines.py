"""When a claim must be with MSP, the close-offs around a day, and when MSP's answer is due.

MSP billing facts, section 4: 90 days from the service; a claim that MSP has answered can be sent
again for 90 days after the remittance. Teleplan facts, section 5: a close-off is at 19:00 Pacific.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tpi_billing.codes import Calendar
from tpi_billing.model.claim import DAYS_TO_SUBMIT


def last_day(service_date: date, answered: date | None = None) -> date:
    """Return the last day on which a claim may be sent.

    `answered` is the day of the remittance that refused it or changed it.
    """
    return (answered or service_date) + timedelta(days=DAYS_TO_SUBMIT)


def days_left(last: date, as_of: date) -> int:
    """Count the days to a last day: 0 on the day itself, negative once it has passed."""
    return (last - as_of).days


@dataclass(frozen=True, slots=True)
class CloseOff:
    """A close-off to come; `days` and `working_days` are those after today, itself included.

    Both are 0 on the day itself. What is sent on `day` before `hour` (24 h, Pacific) still counts.
    """

    day: date
    hour: int
    time_zone: str
    days: int
    working_days: int


UNANSWERED_DAYS = 45
"""After so many days a claim is silent where MSP's close-offs are not known."""
_LATE_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Due:
    """When MSP's answer to a claim is due.

    `close_off` takes the claim in, None where MSP's dates are not known; `paid` is about the day of
    its payment, None likewise. A remittance with a payment date of `from_day` or later should have
    it. Without any such remittance something is wrong once `last` has passed.
    """

    close_off: date | None
    paid: date | None
    from_day: date
    last: date


def answer_due(calendar: Calendar, sent_on: date) -> Due:
    """Work out when the answer to a claim sent on a day is due.

    At which hour it was sent is not known: what went on a close-off day counts for the next one. A
    payment is never dated before its remittance is out, so that day is where the search begins.
    """
    close_off = calendar.near_close_off(sent_on + timedelta(days=1))
    if close_off is None:
        return Due(
            None,
            None,
            calendar.payment_day(sent_on) + timedelta(days=1),
            sent_on + timedelta(days=UNANSWERED_DAYS),
        )
    paid = calendar.payment_day(close_off)
    too_late = calendar.working_days_after(paid, _LATE_WORKING_DAYS + 1)
    return Due(close_off, paid, calendar.remittance_day(close_off), too_late - timedelta(days=1))


def next_close_off(calendar: Calendar, as_of: date, now: datetime) -> CloseOff | None:
    """Return the close-off that comes next; None when MSP's dates do not reach that far.

    `now` is the instant (with its time zone): if `as_of` is the day that it is there and a
    close-off day, the hour decides whether that close-off is still to come.
    """
    first = as_of
    if _closed(calendar, as_of, now):
        first += timedelta(days=1)
    day = calendar.next_close_off(first)
    if day is None:
        return None
    return CloseOff(
        day,
        calendar.close_off_hour,
        calendar.time_zone,
        (day - as_of).days,
        calendar.working_days_between(as_of, day),
    )


def last_close_off(calendar: Calendar, as_of: date, now: datetime) -> date | None:
    """Return the latest close-off that has passed; None when none is known."""
    passed = [
        day
        for day in calendar.close_offs
        if day < as_of or (day == as_of and _closed(calendar, as_of, now))
    ]
    return max(passed, default=None)


def _closed(calendar: Calendar, as_of: date, now: datetime) -> bool:
    """Tell whether the hour of a close-off has struck on this very day."""
    there = _local(calendar, now)
    return there.date() == as_of and there.hour >= calendar.close_off_hour


def _local(calendar: Calendar, now: datetime) -> datetime:
    try:
        return now.astimezone(ZoneInfo(calendar.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        # Windows brings no list of time zones; a clinic's own clock is Pacific.
        return now.astimezone()
