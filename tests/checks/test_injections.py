"""A joint injection given again within 30 days: the visit beside it.

Payment Schedule p.53-54, notes (i)-(v) to 00014 and 00015.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.pricing.lines import Outcome, PricedLine

from .past import past

Problems = Callable[..., list[Problem]]
Line = Callable[..., PricedLine]

DAY = date(2026, 10, 13)
HELD = ["repeat-injection-visit"]
JOINT = {"joint_sites": ("left shoulder",)}


def repeats(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found if problem.code in HELD]


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [
        (1, HELD),
        (29, HELD),
        (30, HELD),  # the 30th day is within
        (31, []),  # both are paid in full
        (365, []),
    ],
)
def test_the_30_days(problems: Problems, days_before: int, expected: list[str]) -> None:
    before = [past(DAY - timedelta(days=days_before), "00015")]
    found = problems(named=["15300", "00015"], before=before, **JOINT)
    assert repeats(found) == expected


def test_the_initial_injection_is_paid_beside_the_visit(problems: Problems) -> None:
    assert repeats(problems(named=["15300", "00015"], **JOINT)) == []


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ("00015", "00015", HELD),
        ("00014", "00014", HELD),
        ("00014", "00015", HELD),  # one rule for both
        ("00015", "00014", HELD),
        ("01157", "00015", []),  # trigger points are no joint injection
        ("15300", "00015", []),
        ("00015", "01157", []),
    ],
)
def test_which_injections(problems: Problems, earlier: str, now: str, expected: list[str]) -> None:
    before = [past(date(2026, 10, 1), earlier)]
    assert repeats(problems(named=["15300", now], before=before, **JOINT)) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("15300", HELD),  # office visit
        ("15301", HELD),  # complete examination
        ("15320", HELD),  # counselling
        ("13537", HELD),  # telehealth visit
        ("01107", HELD),
        # the notes pay "only the injection", and name a consultation where they allow one
        ("15310", HELD),
        ("01016", HELD),
        ("01116", HELD),
        ("01157", []),  # no visit
        ("00080", []),
    ],
)
def test_what_counts_as_a_visit(problems: Problems, item: str, expected: list[str]) -> None:
    before = [past(date(2026, 10, 1), "00015")]
    assert repeats(problems(named=[item, "00015"], before=before, **JOINT)) == expected


@pytest.mark.parametrize(
    ("visit_diagnosis", "expected"),
    [
        ("", HELD),
        ("7291", HELD),  # the injection's own
        ("4019", []),  # unrelated: the visit in full, the injection at half
    ],
)
def test_a_visit_for_an_unrelated_problem(
    problems: Problems, visit_diagnosis: str, expected: list[str]
) -> None:
    before = [past(date(2026, 10, 1), "00015")]
    found = problems(
        named=["15300", "00015"], before=before, visit_diagnosis=visit_diagnosis, **JOINT
    )
    assert repeats(found) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"practitioner_number": "99002", "specialty": "anesthesiology"},
        {"billed": True},
        {"diagnoses": ("71941",)},
    ],
)
def test_an_injection_by_anyone_of_the_clinic_counts(
    problems: Problems, changes: dict[str, Any]
) -> None:
    before = [past(date(2026, 10, 1), "00015", **changes)]
    assert repeats(problems(named=["15300", "00015"], before=before, **JOINT)) == HELD


def test_neither_the_same_day_nor_the_future_is_earlier(problems: Problems) -> None:
    found = problems(
        named=["15300", "00015"],
        before=[past(DAY, "00014", practitioner_number="99002")],
        after=[past(date(2026, 10, 20), "00015")],
        **JOINT,
    )
    assert repeats(found) == []


def test_an_injection_alone_is_paid(problems: Problems) -> None:
    before = [past(date(2026, 10, 1), "00015")]
    assert repeats(problems(named=["00015"], before=before, **JOINT)) == []


def test_a_visit_that_is_not_billed_is_no_matter(problems: Problems, line: Line) -> None:
    included = line("01107", Outcome.INCLUDED, finding="visit-with-procedure")
    found = problems(
        lines=[included, line("00015")], before=[past(date(2026, 10, 1), "00015")], **JOINT
    )
    assert repeats(found) == []


def test_what_is_said(problems: Problems) -> None:
    before = [past(date(2026, 9, 20), "00015"), past(date(2026, 10, 12), "01157")]
    found = problems(named=["15300", "00015"], before=before, **JOINT)
    (problem,) = [one for one in found if one.code in HELD]
    assert problem.message == (
        "15300 is billed beside 00015, last given on 2026-09-20, 23 days before: within 30 days "
        "the injection alone is paid."
    )
    assert (problem.column, problem.value) == ("fee_items", "15300; 00015")


def test_the_visit_may_be_another_session_of_the_day(problems: Problems) -> None:
    """It is the visit that is not payable: its session is told."""
    before = [past(date(2026, 10, 1), "00015")]
    injection = past(DAY, "00015", session_id="V2")
    (problem,) = problems(named=["15300"], before=before, after=[injection])
    assert problem.message.startswith("15300 is billed beside 00015 of session V2, last given")
    seen = past(DAY, "15300", session_id="V2")
    assert repeats(problems(named=["00015"], before=before, after=[seen], **JOINT)) == []


def test_after_the_visit_was_billed_its_injection_is_held(problems: Problems) -> None:
    before = [past(date(2026, 10, 1), "00015"), past(DAY, "15300", session_id="V2", billed=True)]
    found = problems(named=["00015"], before=before, **JOINT)
    (problem,) = [one for one in found if one.code in HELD]
    assert problem.message.startswith("15300 of session V2 is billed beside 00015, last given")
    assert "withdraw its claim" in problem.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"practitioner_number": "99002"},  # another practitioner's visit is his own
        {"diagnoses": ("4019",)},  # about another problem
        {"visit_diagnosis": "4019"},
    ],
)
def test_another_session_of_the_day_that_has_nothing_to_do_with_it(
    problems: Problems, changes: dict[str, Any]
) -> None:
    seen = past(DAY, "15300", session_id="V2", billed=True, **changes)
    before = [past(date(2026, 10, 1), "00015"), seen]
    assert repeats(problems(named=["00015"], before=before, **JOINT)) == []
