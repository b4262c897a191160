"""What pricing the day set aside, and visits beside treatment."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.session import RequestedItem
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.lines import BilledItem, DayItem, Outcome, PricedLine

from .past import past

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]
Line = Callable[..., PricedLine]

BLOCK = {"nerve_block_sites": ("left suprascapular",)}


def named(*items: str) -> tuple[RequestedItem, ...]:
    return tuple(RequestedItem(item, 1) for item in items)


def of(check_id: str, found: list[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.code == check_id]


@pytest.mark.parametrize(
    ("check_id", "outcome"),
    [
        ("dtaf-over-three", Outcome.OVER_LIMIT),
        ("block-items-combined", Outcome.EXCLUDED),
        ("single-and-multiple", Outcome.EXCLUDED),
    ],
)
def test_lines_that_collide_are_told_once_a_session(
    problems: Problems, line: Line, check_id: str, outcome: Outcome
) -> None:
    because = {"because": "01156 and 01157 may not stand together", "finding": check_id}
    lines = [line("01156", outcome, **because), line("01157", outcome, **because)]
    (found,) = problems(lines=lines, fee_items=named("01156", "01157"))
    assert found.code == check_id
    assert found.message == "01156 and 01157 may not stand together."
    assert (found.column, found.value) == ("fee_items", "01156; 01157")
    assert found.severity is None


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["01040", "01022", "01135"], []),
        (["01040", "01022", "01135", "01034"], ["dtaf-over-three"]),
        (["01040", "01022", "00015", "00014"], []),  # joints are not of the group
    ],
)
def test_a_day_has_three_block_or_injection_fees(
    problems: Problems, book: CodeBook, items: list[str], expected: list[str]
) -> None:
    found = problems(lines=priced(book, items), fee_items=named(*items))
    assert [problem.code for problem in of("dtaf-over-three", found)] == expected


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (None, ["dtaf-over-three"]),  # nobody says that the trigger points belong to the block
        (Decimal(60), []),  # they do: three fees are left
        (Decimal(61), ["dtaf-over-three"]),  # four fees
    ],
)
def test_trigger_points_count_until_they_are_known_to_belong_to_the_block(
    problems: Problems, book: CodeBook, distance: Decimal | None, expected: list[str]
) -> None:
    items = ["01040", "01125", "01022", "01157"]
    found = problems(
        lines=priced(book, items, distance), fee_items=named(*items), block_distance_cm=distance
    )
    assert [problem.code for problem in of("dtaf-over-three", found)] == expected


def priced(
    book: CodeBook,
    items: list[str],
    distance: Decimal | None = None,
    billed: tuple[BilledItem, ...] = (),
) -> tuple[PricedLine, ...]:
    day = [DayItem(0, item, 1, "by hand", distance) for item in items]
    return price_day(day, date(2026, 10, 13), book, "half-up", billed)


@pytest.mark.parametrize(
    ("items", "distance", "said"),
    [
        (["01156", "01157"], None, "01156 may not be billed beside 01157 on one day."),
        (["01125", "01157"], Decimal(12), "01157 is included in the block 01125: 12 cm away."),
        (["01040", "01022", "01135", "01034"], None, "01040 is the fourth fee of the day"),
        (["15300", "00010"], None, "00010 is included in 15300."),
    ],
)
def test_a_message_is_a_sentence_about_the_item(
    problems: Problems, book: CodeBook, items: list[str], distance: Decimal | None, said: str
) -> None:
    found = problems(lines=priced(book, items, distance), fee_items=named(*items))
    assert any(problem.message.startswith(said) for problem in found)


@pytest.mark.parametrize(
    ("outcome", "unknown", "severity"),
    [
        (Outcome.INCLUDED, False, None),  # an info, as the catalogue says
        (Outcome.INCLUDED, True, Severity.WARNING),  # a blank distance counts as close
        (Outcome.EXCLUDED, False, Severity.ERROR),  # the block comes after its trigger points
    ],
)
def test_trigger_points_within_a_block(
    problems: Problems, line: Line, outcome: Outcome, unknown: bool, severity: Severity | None
) -> None:
    distance = None if unknown else Decimal("12.5")
    lines = [
        line("01124"),
        line(
            "01157",
            outcome,
            finding="trigger-point-within-block",
            because="included in the block 01124",
            distance_unknown=unknown,
        ),
    ]
    found = problems(lines=lines, block_distance_cm=distance, **BLOCK)
    (problem,) = of("trigger-point-within-block", found)
    assert problem.severity is severity
    assert problem.column == "block_distance_cm"
    assert problem.value == ("" if unknown else "12.5")
    assert problem.message == "01157 is included in the block 01124."


@pytest.mark.parametrize(
    ("outcome", "severity"), [(Outcome.INCLUDED, None), (Outcome.EXCLUDED, Severity.ERROR)]
)
def test_a_lesser_service_of_the_day(
    problems: Problems, line: Line, outcome: Outcome, severity: Severity | None
) -> None:
    lesser = {"finding": "visit-with-procedure", "because": "included in 15300"}
    lines = [line("15300"), line("00010", outcome, **lesser), line("00034", outcome, **lesser)]
    found = problems(lines=lines, fee_items=named("15300", "00010", "00034"))
    assert [problem.code for problem in found] == ["visit-with-procedure"] * 2
    assert {problem.severity for problem in found} == {severity}
    assert found[0].message == "00010 is included in 15300."


@pytest.mark.parametrize(
    ("items", "diagnosis", "expected"),
    [
        (["15300", "01157"], "", 1),
        (["15300", "01156"], "", 1),
        (["15300", "01157"], "7291", 1),  # the treatment's own
        (["15300", "01157"], "7242", 0),  # another problem
        (["15301", "01157"], "", 1),  # an exam
        (["15320", "01157"], "", 1),  # counselling
        (["15310", "01157"], "", 0),  # a consultation is paid where requested
        (["15300"], "", 0),
        (["01157"], "", 0),
        (["15300", "00015"], "", 0),  # a joint is paid beside a visit
    ],
)
def test_a_visit_beside_trigger_points_needs_its_own_diagnosis(
    problems: Problems, items: list[str], diagnosis: str, expected: int
) -> None:
    found = of("visit-with-procedure", problems(named=items, visit_diagnosis=diagnosis))
    assert len(found) == expected
    assert all(p.severity is None and p.column == "visit_diagnosis" for p in found)


def test_a_visit_beside_trigger_points_that_are_not_billed_is_no_matter(
    problems: Problems, line: Line
) -> None:
    lines = [
        line("15300"),
        line("01125"),
        line("01157", Outcome.INCLUDED, finding="trigger-point-within-block"),
    ]
    found = problems(lines=lines, fee_items=named("15300", "01125", "01157"), **BLOCK)
    assert of("visit-with-procedure", found) == []


@pytest.mark.parametrize(
    ("items", "diagnosis", "said"),
    [
        (
            ["15300", "01157"],
            "",
            "15300 is billed beside 01157 and the visit's diagnosis is blank.",
        ),
        (
            ["15300", "01157"],
            "7291",
            "15300 is billed beside 01157 and the visit's diagnosis is the treatment's own.",
        ),
    ],
)
def test_why_the_visit_is_questioned(
    problems: Problems, items: list[str], diagnosis: str, said: str
) -> None:
    (found,) = problems(named=items, visit_diagnosis=diagnosis)
    assert found.message == said


TODAY = date(2026, 10, 13)


@pytest.mark.parametrize(
    ("mine", "other", "changes", "said"),
    [
        ("15300", "01157", {}, "15300 is billed beside 01157 of session V2 and"),
        ("15300", "01157", {"billed": True}, "15300 is billed beside 01157 of session V2 and"),
        # the session with the visit is told, unless it is billed already
        ("01157", "15300", {}, ""),
        ("01157", "15300", {"billed": True}, "15300 of session V2 is billed beside 01157 and"),
        ("15300", "01157", {"practitioner_number": "99002"}, ""),  # another's treatment
        ("15300", "01157", {"diagnoses": ("7242",)}, ""),  # of another problem
        ("01157", "15300", {"billed": True, "visit_diagnosis": "4019"}, ""),
        ("15300", "00015", {}, ""),
    ],
)
def test_visit_and_treatment_may_be_two_sessions_of_the_day(
    problems: Problems, mine: str, other: str, changes: dict[str, Any], said: str
) -> None:
    second = past(TODAY, other, session_id="V2", **changes)
    for around in ({"before": [second]}, {"after": [second]}):
        found = of("visit-with-procedure", problems(named=[mine], **around))
        assert [p.message for p in found] == (
            [f"{said} the visit's diagnosis is the treatment's own."] if said else []
        )


def test_a_visit_on_another_day_stands_beside_nothing(problems: Problems) -> None:
    yesterday, tomorrow = past(date(2026, 10, 12), "01157"), past(date(2026, 10, 14), "01157")
    found = problems(named=["15300"], before=[yesterday], after=[tomorrow])
    assert of("visit-with-procedure", found) == []


def test_two_sessions_without_a_diagnosis_are_not_known_to_differ(problems: Problems) -> None:
    second = past(TODAY, "01157", session_id="V2")
    found = problems(named=["15300"], diagnoses=(), after=[second])
    (problem,) = of("visit-with-procedure", found)
    assert problem.message.endswith("and the visit's diagnosis is blank.")


@pytest.mark.parametrize(
    ("check_id", "outcome"),
    [
        ("duplicate-claim", Outcome.ALREADY_BILLED),
        ("same-day-same-item", Outcome.REPEATED),
    ],
)
def test_every_line_that_is_there_twice_is_told(
    problems: Problems, line: Line, check_id: str, outcome: Outcome
) -> None:
    lines = [
        line("01157", outcome, finding=check_id, because="01157 is there twice"),
        line("00015", outcome, finding=check_id, because="00015 is there twice"),
    ]
    found: list[Any] = problems(lines=lines, joint_sites=("left shoulder",))
    assert [problem.code for problem in found] == [check_id] * 2
    assert [problem.message for problem in found] == [
        "01157 is there twice.",
        "00015 is there twice.",
    ]
    assert found[0].column == "service_date"


def test_a_line_at_half_is_no_problem(ids: Ids, line: Line) -> None:
    lines = [line("01040"), line("01157", percent=50, amount_cents=3896)]
    assert ids(lines=lines, fee_items=named("01040", "01157")) == []
