"""When the stand-in pays: MSP's close-offs, and the remittance and deposit that follow them."""

from collections.abc import Iterator
from datetime import date, timedelta

from tpi_billing.codes import Calendar

_MADE_UP_DAYS = (3, 18)
_MADE_UP_SEARCH_DAYS = 62


class Cycle:
    """The close-offs as the calendar lists them; for years that it lacks, made-up ones.

    A made-up close-off is the first working day from the 3rd or the 18th on.
    """

    def __init__(self, calendar: Calendar) -> None:
        """Take MSP's dates and the holidays."""
        self._calendar = calendar
        self._listed_years = frozenset(day.year for day in calendar.close_offs)

    def close_off(self, day: date) -> date:
        """Return the close-off that takes in what is received on a day."""
        listed = self._calendar.near_close_off(day)
        if listed is not None:
            return listed
        later = (day + timedelta(days=step) for step in range(_MADE_UP_SEARCH_DAYS))
        return next(each for each in later if self._is_made_up(each))

    def after(self, close_off: date) -> date:
        """Return the close-off after one."""
        return self.close_off(close_off + timedelta(days=1))

    def ready_on(self, close_off: date) -> date:
        """Return the day from which the remittance of a close-off can be fetched."""
        return self._calendar.remittance_day(close_off)

    def paid_on(self, close_off: date) -> date:
        """Return the payment date of a close-off."""
        return self._calendar.payment_day(close_off)

    def ready(self, first: date, today: date) -> Iterator[date]:
        """Yield the close-offs whose remittances are ready, from that of the first day on."""
        close_off = self.close_off(first)
        while self.ready_on(close_off) <= today:
            yield close_off
            close_off = self.after(close_off)

    def _is_made_up(self, day: date) -> bool:
        if day.year in self._listed_years or not self._calendar.is_working_day(day):
            return False
        starts = (day.replace(day=start) for start in _MADE_UP_DAYS if start <= day.day)
        return any(self._is_first_working_day(start, day) for start in starts)

    def _is_first_working_day(self, start: date, day: date) -> bool:
        before = (start + timedelta(days=step) for step in range((day - start).days))
        return not any(map(self._calendar.is_working_day, before))
