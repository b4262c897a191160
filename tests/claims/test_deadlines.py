"""The last day of a claim, and the close-offs around a day (MSP billing facts 4, Teleplan facts 5).

Close-offs of 2026 around the cases: October 2 and 20, November 2 and 18, December 3 and 17, at
19:00 in Vancouver. Remembrance Day is November 11, a Wednesday.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from helpers import Clinic, visit

from tpi_billing.claims.deadlines import (
    CloseOff,
    days_left,
    last_close_off,
    last_day,
    next_close_off,
)
from tpi_billing.codes import Calendar, CodeBook

VANCOUVER = ZoneInfo("America/Vancouver")
MORNING = datetime(2026, 11, 5, 9, tzinfo=VANCOUVER)


@pytest.mark.parametrize(
    ("service", "answered", "last"),
    [
        (date(2026, 10, 13), None, date(2027, 1, 11)),  # 18 + 30 + 31 + 11 days
        (date(2026, 8, 7), None, date(2026, 11, 5)),
        (date(2027, 12, 2), None, date(2028, 3, 1)),  # 29 + 31 + 29 days of February + 1
        (date(2026, 10, 13), date(2026, 11, 26), date(2027, 2, 24)),  # counted from the remittance
    ],
)
def test_the_last_day_is_the_ninetieth(service: date, answered: date | None, last: date) -> None:
    assert last_day(service, answered) == last


@pytest.mark.parametrize(
    ("as_of", "left"), [(date(2027, 1, 10), 1), (date(2027, 1, 11), 0), (date(2027, 1, 12), -1)]
)
def test_days_are_left_until_the_last_day_itself(as_of: date, left: int) -> None:
    assert days_left(date(2027, 1, 11), as_of) == left


@pytest.mark.parametrize(
    ("as_of", "overdue"), [(date(2027, 1, 11), False), (date(2027, 1, 12), True)]
)
def test_the_last_day_is_the_one_that_the_check_knows(
    clinic: Clinic, as_of: date, overdue: bool
) -> None:
    clinic.bring(visit("V1"))
    codes = {finding.code for finding in clinic.assess(as_of=as_of)["V1"].findings}
    assert ("submission-overdue" in codes) is overdue is (last_day(date(2026, 10, 13)) < as_of)


@pytest.mark.parametrize(
    ("as_of", "close_off", "days", "working_days"),
    [
        # November 6, 9, 10, 12, 13, 16, 17 and 18: not the 11th, not two weekends
        (date(2026, 11, 5), date(2026, 11, 18), 13, 8),
        (date(2026, 11, 10), date(2026, 11, 18), 8, 5),
        (date(2026, 11, 11), date(2026, 11, 18), 7, 5),  # the holiday itself is no day that is left
        (date(2026, 11, 17), date(2026, 11, 18), 1, 1),
        (date(2026, 11, 18), date(2026, 11, 18), 0, 0),
        (date(2026, 11, 19), date(2026, 12, 3), 14, 10),
        (date(2026, 10, 31), date(2026, 11, 2), 2, 1),  # a Saturday
    ],
)
def test_the_next_close_off_and_how_far_it_is(
    book: CodeBook, as_of: date, close_off: date, days: int, working_days: int
) -> None:
    found = next_close_off(book.calendar, as_of, MORNING)
    assert found == CloseOff(close_off, 19, "America/Vancouver", days, working_days)


@pytest.mark.parametrize(
    ("clock", "following", "before"),
    [
        ((2026, 11, 18, 0, 0), date(2026, 11, 18), date(2026, 11, 2)),
        ((2026, 11, 18, 18, 59), date(2026, 11, 18), date(2026, 11, 2)),
        ((2026, 11, 18, 19, 0), date(2026, 12, 3), date(2026, 11, 18)),
        # Another day by the clock: the day is given with --as-of and is whole.
        ((2026, 11, 19, 19, 0), date(2026, 11, 18), date(2026, 11, 2)),
    ],
)
def test_on_the_day_itself_the_hour_in_vancouver_decides(
    book: CodeBook, clock: tuple[int, ...], following: date, before: date
) -> None:
    as_of = date(2026, 11, 18)
    year, month, day, hour, minute = clock
    now = datetime(year, month, day, hour, minute, tzinfo=VANCOUVER).astimezone(UTC)
    found = next_close_off(book.calendar, as_of, now)
    assert found is not None
    assert found.day == following
    assert last_close_off(book.calendar, as_of, now) == before


@pytest.mark.parametrize(
    ("as_of", "before"),
    [(date(2026, 11, 1), date(2026, 10, 20)), (date(2026, 11, 3), date(2026, 11, 2))],
)
def test_the_last_close_off_is_before_the_day(book: CodeBook, as_of: date, before: date) -> None:
    assert last_close_off(book.calendar, as_of, MORNING) == before


def test_dates_that_msp_has_not_published_are_not_made_up(book: CodeBook) -> None:
    assert next_close_off(book.calendar, date(2026, 12, 17), MORNING) is not None
    assert next_close_off(book.calendar, date(2026, 12, 18), MORNING) is None
    assert last_close_off(book.calendar, date(2026, 1, 5), MORNING) is None


def test_a_computer_without_time_zones_goes_by_its_own_clock() -> None:
    calendar = Calendar({}, (date(2026, 11, 18), date(2026, 12, 3)), 19, "Nowhere/At_All")
    evening = datetime(2026, 11, 18, 19, 0).astimezone()
    afternoon = datetime(2026, 11, 18, 18, 59).astimezone()
    for now, expected in ((evening, date(2026, 12, 3)), (afternoon, date(2026, 11, 18))):
        found = next_close_off(calendar, date(2026, 11, 18), now)
        assert found is not None
        assert found.day == expected
