"""The practitioner's whole day: visits at the same time, and more than MSP pays in full."""

from collections.abc import Callable
from datetime import time

import pytest

from tpi_billing.checks.history import PractitionerDay
from tpi_billing.model.finding import Problem

Problems = Callable[..., list[Problem]]
Ids = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (("V2",), "V2"),
        (("V10", "V2"), "V2, V10"),  # in their order, whatever the order they were found in
        (("V2", "V3", "V4", "V5"), "V2, V3, V4, V5"),
        (("V2", "V3", "V4", "V5", "V6"), "V2, V3, V4 and 2 more"),
    ],
)
def test_visits_at_the_same_time_are_named(
    problems: Problems, others: tuple[str, ...], said: str
) -> None:
    """MSP billing facts, section 6: overlapping times are what an audit looks for."""
    (problem,) = problems(day=PractitionerDay(overlapping=others))
    assert problem.code == "sessions-overlap"
    assert problem.message == f"The practitioner has another visit at the same time: {said}."
    assert (problem.column, problem.value) == ("start_time", "09:00")


@pytest.mark.parametrize(
    ("more", "said"),
    [(0, "V2, V3, V4, V5"), (1, "V2, V3, V4 and 2 more"), (9, "V2, V3, V4 and 10 more")],
)
def test_those_that_are_only_counted_are_told(problems: Problems, more: int, said: str) -> None:
    day = PractitionerDay(overlapping=("V2", "V3", "V4", "V5"), more_overlapping=more)
    (problem,) = problems(day=day)
    assert problem.message == f"The practitioner has another visit at the same time: {said}."


def test_a_day_without_overlaps_says_nothing(ids: Ids) -> None:
    assert ids(day=PractitionerDay()) == []


HALF = "of visits 51 to 65 MSP pays 50%."
NOTHING = "of visits from 66 on MSP pays nothing."


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (None, ""),  # it does not count, or the day stays below the limit
        (50, ""),
        (51, HALF),
        (65, HALF),
        (66, NOTHING),
        (100, NOTHING),
    ],
)
def test_fifty_visits_a_day_are_paid_in_full(
    problems: Problems, place: int | None, said: str
) -> None:
    """Payment Schedule p.109 (ii): 1 to 50 in full, 51 to 65 at half, from 66 nothing."""
    found = problems(named=["15300"], day=PractitionerDay(volume_place=place))
    expected = f"15300 is visit {place} of the practitioner's day, by time: {said}"
    assert [problem.message for problem in found] == ([expected] if said else [])
    assert {problem.code for problem in found} <= {"daily-volume"}


@pytest.mark.parametrize("item", ["15300", "15301", "00120", "18100"])
def test_the_item_that_counts_is_named(problems: Problems, item: str) -> None:
    found = problems(
        items=["01157", item], day=PractitionerDay(volume_place=51), end_time=time(9, 40)
    )
    assert [p.message[:5] for p in found if p.code == "daily-volume"] == [item]


@pytest.mark.parametrize("item", ["01157", "15310", "13537", "15200"])
def test_what_does_not_count_is_not_discounted(problems: Problems, item: str) -> None:
    """Treatment, consultations, telehealth and visits out of the office (p.109 i)."""
    found = problems(items=[item], day=PractitionerDay(volume_place=51))
    assert "daily-volume" not in [problem.code for problem in found]
