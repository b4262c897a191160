"""The service date, the 90 days to submit, the times of the visit."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from tpi_billing.model.finding import Problem

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 10, 12), ["service-date-future"]),
        (date(2026, 10, 13), []),  # the day itself
        (date(2026, 10, 14), []),
        # 14 days before the last, the clinic's usual policy: 2026-10-13 + 90 days = 2027-01-11
        (date(2026, 12, 27), []),  # 15 days left
        (date(2026, 12, 28), ["submission-due-soon"]),  # 14
        (date(2027, 1, 10), ["submission-due-soon"]),  # 1
        (date(2027, 1, 11), ["submission-due-soon"]),  # the 90th day may still be sent
        (date(2027, 1, 12), ["submission-overdue"]),  # the 91st may not
        (date(2028, 1, 12), ["submission-overdue"]),
    ],
)
def test_a_service_of_2026_10_13_can_be_sent_until_2027_01_11(
    ids: Ids, as_of: date, expected: list[str]
) -> None:
    assert ids(as_of=as_of) == expected


@pytest.mark.parametrize(
    ("days", "as_of", "expected"),
    [
        (0, date(2027, 1, 10), []),
        (0, date(2027, 1, 11), ["submission-due-soon"]),
        (30, date(2026, 12, 11), []),
        (30, date(2026, 12, 12), ["submission-due-soon"]),
    ],
)
def test_the_policy_says_when_a_clerk_is_reminded(
    ids: Ids, days: int, as_of: date, expected: list[str]
) -> None:
    assert ids(as_of=as_of, config=f"[policy]\ndue_soon_days = {days}\n") == expected


@pytest.mark.parametrize(
    ("approval", "as_of", "expected"),
    [
        ("", date(2027, 1, 12), ["submission-overdue"]),
        ("A-1", date(2027, 1, 12), []),
        ("A-1", date(2028, 1, 12), []),
        ("", date(2027, 1, 11), ["submission-due-soon"]),
        ("A-1", date(2027, 1, 11), []),
        ("A-1", date(2026, 10, 12), ["service-date-future"]),  # no approval helps there
    ],
)
def test_msps_approval_lifts_the_ninety_days(
    ids: Ids, approval: str, as_of: date, expected: list[str]
) -> None:
    """MSP billing facts, section 4: an over-age claim goes out with code A."""
    assert ids(approval=approval, as_of=as_of) == expected


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (
            date(2027, 1, 4),
            "The service on 2026-10-13 can be submitted until 2027-01-11: 7 days are left.",
        ),
        (
            date(2027, 1, 10),
            "The service on 2026-10-13 can be submitted until 2027-01-11: 1 day is left.",
        ),
        (date(2027, 1, 11), "2027-01-11 is the last day to submit the service on 2026-10-13."),
        (
            date(2027, 1, 12),
            (
                "The service on 2026-10-13 could be submitted until 2027-01-11; "
                "on 2027-01-12 it is 91 days old."
            ),
        ),
    ],
)
def test_the_last_day_and_the_days_left_are_named(
    problems: Problems, as_of: date, said: str
) -> None:
    (found,) = problems(as_of=as_of)
    assert found.message == said


COUNSELLING = {"items": ["15320"], "trigger_point_sites": (), "visit": "counselling"}
NINE, NO = time(9, 0), None


@pytest.mark.parametrize(
    ("items", "start", "end", "expected"),
    [
        (COUNSELLING, NINE, time(9, 30), []),
        (COUNSELLING, NO, time(9, 30), ["time-required"]),
        (COUNSELLING, NINE, NO, ["time-required"]),
        (COUNSELLING, NO, NO, ["time-required"]),
        ({"items": ["01157"]}, NO, NO, []),  # trigger points need no times
        ({"items": ["01125"], "nerve_block_sites": ("a", "b")}, NO, NO, ["tray-unbilled"]),
    ],
)
def test_timed_items_need_both_times(
    ids: Ids, items: dict[str, Any], start: time | None, end: time | None, expected: list[str]
) -> None:
    assert ids(start_time=start, end_time=end, **items) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [(time(8, 59), ["times-inverted"]), (time(9, 0), []), (time(9, 1), [])],
)
def test_a_visit_does_not_end_before_it_begins(ids: Ids, end: time, expected: list[str]) -> None:
    assert ids(start_time=NINE, end_time=end) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (time(9, 0), ["counselling-too-short"]),
        (time(9, 19), ["counselling-too-short"]),
        (time(9, 20), []),
        (time(8, 0), ["times-inverted"]),  # how long it took is not known
    ],
)
def test_counselling_takes_twenty_minutes(ids: Ids, end: time, expected: list[str]) -> None:
    assert ids(start_time=NINE, end_time=end, **COUNSELLING) == expected


@pytest.mark.parametrize(
    ("end", "expected"), [(time(9, 59), ["counselling-too-short"]), (time(10, 0), [])]
)
def test_group_counselling_takes_an_hour(ids: Ids, end: time, expected: list[str]) -> None:
    found = ids(start_time=NINE, end_time=end, named=["00121"], trigger_point_sites=())
    assert [code for code in found if code == "counselling-too-short"] == expected


def test_a_short_treatment_is_no_matter(ids: Ids) -> None:
    assert ids(start_time=NINE, end_time=time(9, 5)) == []


@pytest.mark.parametrize("column", ["start_time", "end_time"])
def test_a_time_that_could_not_be_read_is_not_called_missing(ids: Ids, column: str) -> None:
    assert ids(unreadable=[column], **{column: None}, **COUNSELLING) == []
