"""What the report makes of sums: weeks, ranks, months, and a period's name."""

from datetime import date
from fractions import Fraction

import pytest
from made_up_report import result, standing

from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.report.figures import Box, whole_month
from tpi_billing.audit.report.spreads import box_of, distribution_of, submission_of
from tpi_billing.ledger.audit_figures import Waited


def claims_by_span(*waited: Waited) -> dict[tuple[int, int | None], int]:
    return {(one.first, one.last): one.claims for one in submission_of(waited).spans if one.claims}


@pytest.mark.parametrize(
    ("days", "span"),
    [
        (-1, (0, 6)),  # a clock that was wrong
        (0, (0, 6)),
        (6, (0, 6)),
        (7, (7, 13)),
        (83, (77, 83)),
        (84, (84, 90)),
        (90, (84, 90)),
        (91, (91, None)),
        (4000, (91, None)),
    ],
)
def test_days_fall_into_weeks_up_to_the_last_day_in_time(
    days: int, span: tuple[int, int | None]
) -> None:
    assert claims_by_span(Waited(days, 3, 300)) == {span: 3}
    assert submission_of([Waited(days, 3, 300)]).late == (3 if days > 90 else 0)


@pytest.mark.parametrize(
    ("waited", "middle", "longest"),
    [
        ([], None, None),
        ([(5, 1)], 5, 5),
        ([(5, 1), (9, 1)], 5, 9),
        ([(5, 1), (9, 2)], 9, 9),
        ([(1, 2), (5, 1), (9, 2)], 5, 9),
    ],
)
def test_half_of_the_claims_went_within_the_middle(
    waited: list[tuple[int, int]], middle: int | None, longest: int | None
) -> None:
    found = submission_of([Waited(days, claims, 0) for days, claims in waited])
    assert (found.middle, found.longest) == (middle, longest)
    assert found.sent == sum(claims for _, claims in waited)


def test_what_was_not_sent_is_counted_apart() -> None:
    found = submission_of([Waited(4, 1, 100), Waited(None, 2, 250)])
    assert (found.sent, found.waiting, found.waiting_cents) == (1, 2, 250)
    assert sum(one.cents for one in found.spans) == 100


@pytest.mark.parametrize(
    ("values", "box"),
    [
        ([7], Box(1, 7, 7, 7, 7, 7)),
        ([1, 2], Box(2, 1, 1, 1, 2, 2)),
        ([1, 2, 3, 4], Box(4, 1, 1, 2, 3, 4)),
        ([1, 2, 3, 4, 5], Box(5, 1, 2, 3, 4, 5)),
        (list(range(1, 101)), Box(100, 1, 25, 50, 75, 100)),
    ],
)
def test_five_values_tell_where_the_others_lie(values: list[int], box: Box) -> None:
    """By the nearest rank, ceil(n * part / 4): each of the five is a value that there is."""
    assert box_of(values) == box


def test_practitioners_come_with_their_values_the_highest_first() -> None:
    found = distribution_of(
        result(
            "services-per-day",
            standing("99001", 4, 2, Fraction(1)),
            standing("99002", 9, 3, Fraction(1)),
            standing("99003", 2, 1, Fraction(1)),
        ),
        iter([("99001", 1), ("99001", 3), ("99002", 3), ("99002", 3), ("99002", 3), ("99003", 2)]),
    )
    assert [(row.standing.practitioner, row.box.count) for row in found.rows] == [
        ("99002", 3),
        ("99001", 2),
        ("99003", 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "month"),
    [
        ("2026-10-01", "2026-10-31", "2026-10"),
        ("2026-10-01", "2026-10-30", None),
        ("2026-10-02", "2026-10-31", None),
        ("2026-10-01", "2026-11-30", None),
        ("2025-10-01", "2026-10-31", None),
        ("2026-12-01", "2026-12-31", "2026-12"),
        ("9999-12-01", "9999-12-31", "9999-12"),
        ("2028-02-01", "2028-02-29", "2028-02"),
        ("2028-02-01", "2028-02-28", None),
    ],
)
def test_a_whole_month_is_one_by_whichever_option(first: str, last: str, month: str | None) -> None:
    assert whole_month(Period(date.fromisoformat(first), date.fromisoformat(last))) == month
