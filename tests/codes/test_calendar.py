"""Statutory holidays and close-offs."""

import datetime
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 2, 16),
        date(2026, 4, 3),
        date(2026, 5, 18),
        date(2026, 7, 1),
        date(2026, 8, 3),
        date(2026, 9, 7),
        date(2026, 9, 30),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 12, 25),
        # the movable ones of the other years
        *(date(2024, 2, 19), date(2024, 3, 29), date(2024, 5, 20), date(2024, 10, 14)),
        *(date(2025, 2, 17), date(2025, 4, 18), date(2025, 5, 19), date(2025, 10, 13)),
        *(date(2027, 2, 15), date(2027, 3, 26), date(2027, 5, 24), date(2027, 10, 11)),
        *(date(2028, 2, 21), date(2028, 4, 14), date(2028, 5, 22), date(2028, 10, 9)),
    ],
)
def test_a_holiday_and_not_the_days_around_it(book: CodeBook, day: date) -> None:
    one = datetime.timedelta(days=1)
    assert book.calendar.is_holiday(day)
    assert not book.calendar.is_holiday(day - one)
    assert not book.calendar.is_holiday(day + one)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 12, 26), "Boxing Day"),
        (date(2026, 2, 9), "second Monday of February"),
        (date(2029, 1, 1), "a year that is not listed"),
    ],
)
def test_not_a_statutory_holiday(book: CodeBook, day: date, why: str) -> None:
    assert not book.calendar.is_holiday(day), why


@pytest.mark.parametrize("year", range(2024, 2029))
def test_a_year_has_eleven_holidays_on_their_weekdays(book: CodeBook, year: int) -> None:
    of_year = {name: day for day, name in book.calendar.holidays.items() if day.year == year}
    assert len(of_year) == 11
    mondays = ("Family Day", "Victoria Day", "British Columbia Day", "Labour Day")
    assert {of_year[name].weekday() for name in (*mondays, "Thanksgiving Day")} == {0}
    assert of_year["Good Friday"].weekday() == 4
    assert of_year["Family Day"].day in range(15, 22)
    assert of_year["Victoria Day"].day in range(18, 25)
    assert of_year["British Columbia Day"].day in range(1, 8)
    assert of_year["Labour Day"].day in range(1, 8)
    assert of_year["Thanksgiving Day"].day in range(8, 15)


def test_the_years_that_are_listed(book: CodeBook) -> None:
    assert book.calendar.holiday_years == {2024, 2025, 2026, 2027, 2028}


CLOSE_OFFS_2026 = {  # reference teleplan, section 5
    1: (5, 20),
    2: (3, 17),
    3: (3, 19),
    4: (1, 20),
    5: (5, 19),
    6: (3, 18),
    7: (3, 21),
    8: (4, 19),
    9: (2, 17),
    10: (2, 20),
    11: (2, 18),
    12: (3, 17),
}


def test_close_offs_of_2026(book: CodeBook) -> None:
    expected = [date(2026, month, day) for month, days in CLOSE_OFFS_2026.items() for day in days]
    assert list(book.calendar.close_offs) == expected
    assert book.calendar.close_off_hour == 19
    assert book.calendar.time_zone == "America/Vancouver"


@pytest.mark.parametrize(
    ("day", "close_off"),
    [
        (date(2025, 12, 31), date(2026, 1, 5)),
        (date(2026, 1, 5), date(2026, 1, 5)),
        (date(2026, 1, 6), date(2026, 1, 20)),
        (date(2026, 11, 18), date(2026, 11, 18)),
        (date(2026, 11, 23), date(2026, 12, 3)),
        (date(2026, 12, 17), date(2026, 12, 17)),
        (date(2026, 12, 18), None),
    ],
)
def test_the_next_close_off(book: CodeBook, day: date, close_off: date | None) -> None:
    assert book.calendar.next_close_off(day) == close_off


@given(day=DAYS)
def test_no_close_off_is_passed_over(book: CodeBook, day: date) -> None:
    later = [each for each in book.calendar.close_offs if each >= day]
    assert book.calendar.next_close_off(day) == (later[0] if later else None)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 23), date(2026, 11, 24), 1),
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # over a weekend
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 10), date(2026, 11, 12), 1),  # Remembrance Day between
        (date(2026, 11, 10), date(2026, 11, 11), 0),
        (date(2026, 4, 2), date(2026, 4, 7), 2),  # Good Friday and a weekend between
        (date(2026, 11, 24), date(2026, 11, 23), -1),
    ],
)
def test_working_days(book: CodeBook, first: date, last: date, days: int) -> None:
    assert book.calendar.working_days_between(first, last) == days


@pytest.mark.parametrize(
    ("close_off", "remittance", "payment"),
    [
        # November 3, 4, 5, 6, 9, 10; the 11th is Remembrance Day; then 12 and 13
        (date(2026, 11, 2), date(2026, 11, 10), date(2026, 11, 13)),
        (date(2026, 11, 18), date(2026, 11, 26), date(2026, 11, 30)),
        # December 18, 21, 22, 23, 24, 28; then 29 and 30: Boxing Day is a Saturday
        (date(2026, 12, 17), date(2026, 12, 28), date(2026, 12, 30)),
    ],
)
def test_when_msp_answers_and_pays(
    book: CodeBook, close_off: date, remittance: date, payment: date
) -> None:
    assert book.calendar.remittance_day(close_off) == remittance
    assert book.calendar.payment_day(close_off) == payment


@given(day=DAYS, count=st.integers(0, 40))
def test_so_many_working_days_later(book: CodeBook, day: date, count: int) -> None:
    later = book.calendar.working_days_after(day, count)
    assert book.calendar.working_days_between(day, later) == count
    assert later == day or book.calendar.is_working_day(later)


@pytest.mark.parametrize(
    ("day", "close_off"),
    [
        (date(2025, 12, 4), None),  # 32 days before the first that is listed
        (date(2025, 12, 5), date(2026, 1, 5)),
        (date(2026, 12, 17), date(2026, 12, 17)),
        (date(2026, 12, 18), None),
    ],
)
def test_a_close_off_far_away_is_not_the_next_one(
    book: CodeBook, day: date, close_off: date | None
) -> None:
    assert book.calendar.near_close_off(day) == close_off


@given(first=DAYS, steps=st.integers(0, 60), more=st.integers(0, 60))
def test_working_days_add_up(book: CodeBook, first: date, steps: int, more: int) -> None:
    calendar = book.calendar
    middle = first + datetime.timedelta(days=steps)
    last = middle + datetime.timedelta(days=more)
    parts = calendar.working_days_between(first, middle) + calendar.working_days_between(
        middle, last
    )
    assert calendar.working_days_between(first, last) == parts
    assert calendar.working_days_between(last, first) == -parts
