"""Four counselling visits a calendar year (Preamble D.3.3; Payment Schedule p.114-115 notes i)."""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.pricing.lines import DayItem, Outcome, PricedLine

from .past import past

Problems = Callable[..., list[Problem]]
Line = Callable[..., PricedLine]

DAY = date(2026, 10, 13)
OVER = ["counselling-limit"]


def of(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found if problem.code in OVER]


def given(*days: tuple[int, int], item: str = "15320", year: int = 2026) -> list[Any]:
    return [past(date(year, month, day), item) for month, day in days]


FOUR = ((1, 5), (3, 5), (5, 5), (7, 5))


@pytest.mark.parametrize(
    ("days", "expected"),
    [(FOUR[:3], []), (FOUR, OVER), ((*FOUR, (9, 5)), OVER)],
)
def test_the_fifth_and_every_later_one_is_held(
    problems: Problems, days: Sequence[tuple[int, int]], expected: list[str]
) -> None:
    assert of(problems(named=["15320"], before=given(*days))) == expected


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ("15320", "15320", OVER),
        ("13538", "15320", OVER),  # telehealth and office together
        ("15320", "13538", OVER),
        ("15220", "15320", OVER),  # out of the office
        ("00120", "15320", OVER),  # before the 50th birthday
        ("01714", "01714", OVER),  # physical medicine
        ("15300", "15320", []),  # an office visit is no counselling
        ("00121", "15320", []),  # neither is a group's
        ("15320", "15300", []),
        ("15320", "00121", []),
    ],
)
def test_which_items_count(problems: Problems, earlier: str, now: str, expected: list[str]) -> None:
    assert of(problems(named=[now], before=given(*FOUR, item=earlier))) == expected


@pytest.mark.parametrize(
    ("day", "year", "expected"),
    [
        (date(2026, 12, 31), 2026, OVER),
        (date(2027, 1, 1), 2026, []),  # the new year begins at none
        (date(2026, 1, 1), 2025, []),
        (date(2025, 12, 31), 2025, OVER),
    ],
)
def test_the_year_is_the_calendars(
    problems: Problems, day: date, year: int, expected: list[str]
) -> None:
    before = given(*FOUR, year=year)
    assert of(problems(named=["15320"], before=before, service_date=day, as_of=day)) == expected


def test_the_last_day_of_the_old_year_does_not_count_in_the_new(problems: Problems) -> None:
    before = [*given((12, 31), year=2025), *given((1, 1), (1, 2), (1, 3))]
    assert of(problems(named=["15320"], before=before)) == []


def test_later_ones_do_not_count(problems: Problems) -> None:
    """In order of day, start and id: the fourth stays the fourth, whatever is imported after."""
    later = [
        past(DAY, "13538", start=time(11, 0)),
        past(date(2026, 11, 1), "15320"),
    ]
    assert of(problems(named=["15320"], before=given(*FOUR[:3]), after=later)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"billed": True},
        {"practitioner_number": "99003", "specialty": "physical-medicine"},
        {"diagnoses": ("30781",)},
    ],
)
def test_anyones_counselling_of_the_clinic_counts(
    problems: Problems, changes: dict[str, Any]
) -> None:
    before = [*given(*FOUR[:3]), past(date(2026, 8, 1), "15320", **changes)]
    assert of(problems(named=["15320"], before=before)) == OVER


def test_the_same_item_twice_on_one_day_is_one(problems: Problems) -> None:
    """The second is held for another reason, `same-day-same-item`, until somebody decides."""
    twice = given((1, 5), (1, 5), (3, 5), (5, 5))
    assert of(problems(named=["15320"], before=twice)) == []


def test_an_equal_session_of_the_same_day_is_not_another_one(
    problems: Problems, line: Line
) -> None:
    """The fourth, whose earlier twin of the day is held for a fault of its own."""
    before = [*given(*FOUR[:3]), past(DAY, "15320", session_id="V0")]
    assert of(problems(named=["15320"], before=before)) == []
    held = line("15320", Outcome.REPEATED, finding="same-day-same-item", because="15320 is there")
    assert of(problems(lines=[held], before=before)) == []
    second = PricedLine(
        DayItem(0, "15320", 1, "by hand", second_service=True), Outcome.BILLED, ordinal=2
    )
    assert of(problems(lines=[second], before=before)) == OVER


def test_two_kinds_on_one_day_are_two(problems: Problems) -> None:
    assert of(problems(named=["15320", "13538"], before=given(*FOUR[:3]))) == OVER
    assert of(problems(named=["15320", "13538"], before=given(*FOUR))) == OVER * 2


def test_what_is_said(problems: Problems) -> None:
    found = problems(named=["15320"], before=given(*FOUR))
    (problem,) = [one for one in found if one.code in OVER]
    assert problem.message == (
        "15320 is counselling visit 5 of the patient in 2026 and MSP pays 4 a calendar year, in "
        "the office and by telehealth together."
    )
    assert (problem.column, problem.value) == ("fee_items", "15320")
