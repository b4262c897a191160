"""A month far below the last ones: below half of the median of up to six months with sessions."""

from datetime import date

import pytest

from tpi_billing.claims.gaps.gap import Period, twice_median
from tpi_billing.claims.gaps.volumes import by_month, low_month, low_practitioner
from tpi_billing.config import Practitioner
from tpi_billing.ledger.counts import DayCount

OCTOBER = Period.of("2026-10", date(2026, 11, 5))
STEADY = {"2026-07": 100, "2026-08": 100, "2026-09": 100}


@pytest.mark.parametrize(
    ("earlier", "found", "low"),
    [
        (STEADY, 50, False),  # half is not below half
        (STEADY, 49, True),
        (STEADY, 0, True),
        # The median of 90 and 101 is 95.5, half of it 47.75
        ({"2026-06": 10, "2026-07": 90, "2026-08": 101, "2026-09": 500}, 48, False),
        ({"2026-06": 10, "2026-07": 90, "2026-08": 101, "2026-09": 500}, 47, True),
        # One lost month, or one very good one, does not move what is usual
        ({**STEADY, "2026-06": 5, "2026-05": 900}, 49, True),
        # Two months say nothing
        ({"2026-08": 100, "2026-09": 100}, 0, False),
        # Months without sessions are passed over, as far back as a year
        ({"2025-10": 100, "2025-11": 100, "2026-09": 100}, 49, True),
        ({"2025-09": 100, "2025-11": 100, "2026-09": 100}, 49, False),
    ],
)
def test_less_than_half_of_the_median_is_low(
    earlier: dict[str, int], found: int, low: bool
) -> None:
    gap = low_month({**earlier, "2026-10": found}, OCTOBER)
    assert (gap is not None) is low


def test_only_the_last_six_months_with_sessions_count() -> None:
    months = {f"2026-{month:02}": 20 for month in range(4, 10)}
    months |= {f"2026-{month:02}": 1000 for month in range(1, 4)}
    assert low_month({**months, "2026-10": 10}, OCTOBER) is None
    gap = low_month({**months, "2026-10": 9}, OCTOBER)
    assert gap is not None
    assert (gap.expected, gap.found, gap.missing) == (20, 9, 11)


@pytest.mark.parametrize(("as_of", "low"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True)])
def test_a_month_that_is_not_over_says_nothing(as_of: date, low: bool) -> None:
    assert (low_month({**STEADY, "2026-10": 1}, Period.of("2026-10", as_of)) is not None) is low


def month_of(month: int, count: int) -> DayCount:
    return DayCount("99001", date(2026, month, 6), count, 0)


@pytest.mark.parametrize(
    ("months", "low"),
    [
        ((5, 6, 7), True),  # July is one of the three months before
        ((4, 5, 6), False),  # he has been away for three months: he has left
    ],
)
def test_a_practitioner_who_has_left_is_not_missed(months: tuple[int, ...], low: bool) -> None:
    days = [month_of(month, 40) for month in months]
    assert (low_practitioner(days, OCTOBER, "99001", None) is not None) is low


@pytest.mark.parametrize(
    ("active_to", "low"), [(date(2026, 10, 30), False), (date(2026, 10, 31), True), (None, True)]
)
def test_the_configuration_knows_who_has_left(active_to: date | None, low: bool) -> None:
    avery = Practitioner(number="99001", name="Avery", specialty="family", active_to=active_to)
    days = [month_of(month, 40) for month in (7, 8, 9)]
    gap = low_practitioner(days, OCTOBER, "99001", avery)
    assert (gap is not None) is low


def test_only_completed_sessions_are_added_up() -> None:
    days = [DayCount("99001", date(2026, 10, 1), 3, 9), DayCount("99001", date(2026, 10, 2), 0, 4)]
    assert by_month(days) == {"2026-10": 3}


@pytest.mark.parametrize(
    ("numbers", "twice"), [([7], 14), ([1, 2], 3), ([5, 1, 9], 10), ([4, 1, 3, 2], 5)]
)
def test_twice_the_median_is_always_whole(numbers: list[int], twice: int) -> None:
    assert twice_median(numbers) == twice
