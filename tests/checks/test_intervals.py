"""Whole months, for rules that count them (Preamble D.2)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.checks.intervals import add_months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 4, 13), 6, date(2026, 10, 13)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),  # no 31st: the month's last day
        (date(2027, 8, 31), 6, date(2028, 2, 29)),  # of a leap year
        (date(2026, 8, 28), 6, date(2027, 2, 28)),
        (date(2026, 10, 31), 6, date(2027, 4, 30)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 13), 0, date(2026, 10, 13)),
    ],
)
def test_so_many_months_later(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(day=st.dates(date(1990, 1, 1), date(2080, 1, 1)), months=st.integers(0, 60))
def test_it_is_the_same_day_of_the_month_or_the_last_of_a_shorter_one(
    day: date, months: int
) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and add_one(later).day == 1)


def add_one(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
