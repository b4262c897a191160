"""Trigger point treatments: a usual series, and the reassessment that begins another.

MSP billing facts, section 1: five sessions about two weeks apart; the clinic's policy decides.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tpi_billing.model.finding import Problem

from .past import past

Problems = Callable[..., list[Problem]]

DAY = date(2026, 10, 13)
ODD = ["series-frequency"]


def of(found: list[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.code in ODD]


def codes(found: list[Problem]) -> list[str]:
    return [problem.code for problem in of(found)]


def policy(**settings: int) -> str:
    return "[policy]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def treated(days_before: int, *items: str, **changes: Any) -> Any:
    return past(DAY - timedelta(days=days_before), *(items or ("01157",)), **changes)


@pytest.mark.parametrize(
    ("settings", "days_before", "expected"),
    [
        ({}, 1, ODD),
        ({}, 9, ODD),
        ({}, 10, []),  # series_min_days apart
        ({}, 14, []),
        ({"series_min_days": 14}, 13, ODD),
        ({"series_min_days": 14}, 14, []),
        ({"series_min_days": 1}, 1, []),
        ({"series_min_days": 0}, 1, []),
    ],
)
def test_closer_than_the_clinic_means_to_treat(
    problems: Problems, settings: dict[str, int], days_before: int, expected: list[str]
) -> None:
    found = problems(before=[treated(days_before)], config=policy(**settings))
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ("01157", "01157", ODD),
        ("01156", "01157", ODD),
        ("01157", "01156", ODD),
        ("01125", "01157", []),  # a block
        ("00015", "01157", []),
        ("15300", "01157", []),
        ("01157", "01125", []),
        ("01157", "15300", []),
    ],
)
def test_only_trigger_point_treatments_are_a_series(
    problems: Problems, earlier: str, now: str, expected: list[str]
) -> None:
    assert codes(problems(named=[now], before=[treated(3, earlier)])) == expected


def test_what_lies_between_does_not_part_them(problems: Problems) -> None:
    before = [treated(5), treated(2, "01125"), treated(1, "15300", diagnoses=("4019",))]
    assert codes(problems(before=before)) == ODD


@pytest.mark.parametrize("changes", [{"practitioner_number": "99002"}, {"billed": True}])
def test_a_treatment_by_anyone_of_the_clinic_counts(
    problems: Problems, changes: dict[str, Any]
) -> None:
    assert codes(problems(before=[treated(5, **changes)])) == ODD


def test_neither_the_same_day_nor_the_future_is_the_one_before(problems: Problems) -> None:
    assert codes(problems(before=[treated(0)], after=[treated(0), treated(-5)])) == []


def every_two_weeks(times: int) -> list[Any]:
    return [treated(14 * back) for back in range(times, 0, -1)]


@pytest.mark.parametrize(
    ("settings", "earlier", "expected"),
    [
        ({}, 4, []),  # the fifth
        ({}, 5, ODD),  # the sixth
        ({}, 9, ODD),
        ({"series_length": 3}, 2, []),
        ({"series_length": 3}, 3, ODD),
        ({"series_length": 1}, 0, []),
        ({"series_length": 1}, 1, ODD),
    ],
)
def test_more_in_a_row_than_a_series_has(
    problems: Problems, settings: dict[str, int], earlier: int, expected: list[str]
) -> None:
    found = problems(before=every_two_weeks(earlier), config=policy(**settings))
    assert codes(found) == expected


@pytest.mark.parametrize("item", ["15300", "15301", "15310", "15320", "13537", "01016", "01116"])
def test_a_reassessment_begins_another_series(problems: Problems, item: str) -> None:
    between = treated(7, item)
    assert codes(problems(before=[*every_two_weeks(9), between])) == []


@pytest.mark.parametrize("item", ["01125", "00015", "10003", "00080"])
def test_what_is_no_reassessment(problems: Problems, item: str) -> None:
    between = treated(7, item)
    assert codes(problems(before=[*every_two_weeks(5), between])) == ODD


def test_the_number_of_the_session_alone_is_no_reassessment(problems: Problems) -> None:
    assert codes(problems(before=every_two_weeks(5), series_number=1)) == ODD


def with_visit(at: int, count: int) -> list[Any]:
    """Treat `count` times, and see the patient on the day of treatment `at` as well."""
    visits: Sequence[Any] = every_two_weeks(count)
    return [
        past(one.day, "01157", "15300") if number == at else one
        for number, one in enumerate(visits, start=1)
    ]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # the treatment of the reassessment's day is the first of its series
        (with_visit(at=1, count=4), []),
        (with_visit(at=1, count=5), ODD),
        (with_visit(at=2, count=5), []),
        (with_visit(at=2, count=6), ODD),
        (with_visit(at=6, count=6), []),
    ],
)
def test_the_treatment_on_the_day_of_the_reassessment_is_the_first(
    problems: Problems, before: list[Any], expected: list[str]
) -> None:
    assert codes(problems(before=before)) == expected


def test_a_reassessment_of_the_day_itself(problems: Problems) -> None:
    """In the same session, in an earlier or a later one, by whomever."""
    nine = every_two_weeks(9)
    assert codes(problems(items=["01157", "15300"], before=nine)) == []
    seen = treated(0, "15300", practitioner_number="99009")
    assert codes(problems(before=[*nine, seen])) == []
    assert codes(problems(before=nine, after=[seen])) == []
    assert codes(problems(before=nine, after=[treated(-1, "15300")])) == ODD


def test_two_sessions_of_one_day_are_one_treatment(problems: Problems) -> None:
    twice = [one for one in every_two_weeks(4) for _ in range(2)]
    assert codes(problems(before=twice)) == []


def test_what_is_said(problems: Problems) -> None:
    (close,) = of(problems(before=[treated(9)]))
    assert close.message == (
        "Trigger points were injected on 2026-10-04 already, 9 days before; the clinic leaves 10 "
        "days between two treatments."
    )
    assert close.column == "trigger_point_sites"
    (long,) = of(problems(before=every_two_weeks(5)))
    assert long.message == (
        "This is treatment 6 since 2026-08-04 and nobody reassessed the patient in between; the "
        "clinic's series has 5."
    )


def test_too_close_and_too_long_are_two_things(problems: Problems) -> None:
    assert codes(problems(before=[*every_two_weeks(5), treated(2)])) == ODD * 2
