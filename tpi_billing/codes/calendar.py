"""Statutory holidays of British Columbia, MSP's close-off dates, and when it answers and pays."""

import datetime
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.toml import TomlFile, TomlTable

REMITTANCE_WORKING_DAYS, DEPOSIT_WORKING_DAYS = 6, 2
"""What a calendar that does not say so counts with (Teleplan facts, section 5)."""
_NEAR_DAYS = 31
"""Close-offs are twice a month: between two that lie further apart, some are not listed."""


class _Holiday(TomlTable):
    name: str = Field(min_length=1)
    dates: tuple[datetime.date, ...]


class _CloseOffs(TomlTable):
    year: int
    dates: tuple[datetime.date, ...]


class _CalendarFile(TomlTable):
    close_off_hour: Annotated[int, Field(ge=0, le=23)]
    time_zone: str
    remittance_working_days: Annotated[int, Field(ge=0, le=30)] = REMITTANCE_WORKING_DAYS
    deposit_working_days: Annotated[int, Field(ge=0, le=30)] = DEPOSIT_WORKING_DAYS
    holidays: tuple[_Holiday, ...]
    close_offs: tuple[_CloseOffs, ...]


class Calendar:
    """Which days are holidays, when claims must be in, and when MSP answers and pays.

    `holidays` gives each holiday's name by its date, `close_offs` the dates in order;
    `close_off_hour` is the hour (24 h, in `time_zone`) up to which that day's claims count.
    The remittance comes so many working days after the close-off, the deposit so many after that.
    """

    def __init__(
        self,
        holidays: dict[datetime.date, str],
        close_offs: tuple[datetime.date, ...],
        close_off_hour: int,
        time_zone: str,
        remittance_working_days: int = REMITTANCE_WORKING_DAYS,
        deposit_working_days: int = DEPOSIT_WORKING_DAYS,
    ) -> None:
        """Take what a calendar file says."""
        self.holidays = holidays
        self.close_offs = close_offs
        self.close_off_hour = close_off_hour
        self.time_zone = time_zone
        self.remittance_working_days = remittance_working_days
        self.deposit_working_days = deposit_working_days

    @property
    def holiday_years(self) -> frozenset[int]:
        """Return the years whose holidays are listed; no day of another year is a holiday."""
        return frozenset(day.year for day in self.holidays)

    def is_holiday(self, day: datetime.date) -> bool:
        """Tell whether the day is a statutory holiday."""
        return day in self.holidays

    def is_working_day(self, day: datetime.date) -> bool:
        """Tell whether the day is neither on a weekend nor a holiday."""
        return day.weekday() < 5 and day not in self.holidays

    def next_close_off(self, day: datetime.date) -> datetime.date | None:
        """Return the first close-off on the day or later; None when none is published yet."""
        index = bisect_left(self.close_offs, day)
        return self.close_offs[index] if index < len(self.close_offs) else None

    def near_close_off(self, day: datetime.date) -> datetime.date | None:
        """Return the first close-off on the day or later; None for a time that is not listed."""
        found = self.next_close_off(day)
        return found if found is not None and (found - day).days <= _NEAR_DAYS else None

    def remittance_day(self, close_off: datetime.date) -> datetime.date:
        """Return the day about which the remittance of a close-off can be fetched."""
        return self.working_days_after(close_off, self.remittance_working_days)

    def payment_day(self, close_off: datetime.date) -> datetime.date:
        """Return the day about which MSP pays what it took in by a close-off."""
        return self.working_days_after(self.remittance_day(close_off), self.deposit_working_days)

    def working_days_after(self, day: datetime.date, count: int) -> datetime.date:
        """Return the working day that comes `count` after a day; the day itself for 0."""
        while count:
            day += datetime.timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, first: datetime.date, last: datetime.date) -> int:
        """Count the working days after `first` up to and including `last`.

        Negative when `last` comes before `first`.
        """
        if last < first:
            return -self.working_days_between(last, first)
        days = (last - first).days
        return sum(
            self.is_working_day(first + datetime.timedelta(days=step))
            for step in range(1, days + 1)
        )


def read_calendar(files: CodeFiles) -> Calendar:
    """Read `calendar.toml`; ConfigurationError with every trouble of it."""
    file = TomlFile(files.locate("calendar.toml"))
    data = file.parse(_CalendarFile)
    for path, message in _slips(data):
        file.add(path, message)
    file.raise_troubles()
    return Calendar(
        {day: holiday.name for holiday in data.holidays for day in holiday.dates},
        tuple(sorted(day for entry in data.close_offs for day in entry.dates)),
        data.close_off_hour,
        data.time_zone,
        data.remittance_working_days,
        data.deposit_working_days,
    )


def _slips(data: _CalendarFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where and what: dates that stand twice or under another year's heading."""
    times = Counter(day for holiday in data.holidays for day in holiday.dates)
    for index, holiday in enumerate(data.holidays):
        for day in sorted(set(holiday.dates)):
            if times[day] > 1:
                yield ("holidays", index, "dates"), f"{day} is a holiday more than once"
    for index, entry in enumerate(data.close_offs):
        for day in entry.dates:
            if day.year != entry.year:
                yield ("close_offs", index, "dates"), f"{day} is not in the year {entry.year}"
            if entry.dates.count(day) > 1:
                yield ("close_offs", index, "dates"), f"{day} stands more than once"
