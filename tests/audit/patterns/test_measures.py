"""The figures of each measure, on both sides of what it counts. October 2026 is asked about.

Rows are claims 1, 2, 3, ... of 99001, each a patient and a visit of its own, 01157 on 13 October.
"""

from typing import Any

import pytest
from made_up_facts import day

from .asking import FIRST, LAST, SHIPPED, behind, figures, months

Row = dict[str, Any]
MEASURES = sorted(one.id for one in SHIPPED.values() if one.kind == "measure")

THIRTEENTH, FOURTEENTH = day("2026-10-13"), day("2026-10-14")
SINGLE: Row = {"fee_item": "01156"}
BLOCK: Row = {"fee_item": "01125"}
VISIT: Row = {"fee_item": "00100"}
CONSULTATION: Row = {"fee_item": "00110"}
OF_ONE: Row = {"patient": 1}
TOGETHER: Row = {"patient": 1, "session_key": 1}
NEXT_DAY: Row = {"service_day": FOURTEENTH}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # services a day: units over days with any
        (("services-per-day", [{}]), (1, 1)),
        (("services-per-day", [{}, {}]), (2, 1)),
        (("services-per-day", [{}, NEXT_DAY]), (2, 2)),
        (("services-per-day", [{"units": 3}, NEXT_DAY]), (4, 2)),
        # services a patient: units over patients
        (("services-per-patient", [{}, {}]), (2, 2)),
        (("services-per-patient", [{}, OF_ONE]), (2, 1)),
        (("services-per-patient", [{"units": 2}, OF_ONE, {}]), (4, 2)),
        # cost a patient: 77.92 + 38.61, and 62.13
        (("cost-per-patient", [{}, {**VISIT, **OF_ONE}]), (7792 + 3861, 1)),
        (("cost-per-patient", [{}, {**VISIT, **OF_ONE}, SINGLE]), (7792 + 3861 + 6213, 2)),
        # treatment sessions a patient and year: two claims of a visit are one session
        (("sessions-per-patient", [{}, {**TOGETHER, **BLOCK}]), (1, 1)),
        (("sessions-per-patient", [{}, {**OF_ONE, **NEXT_DAY}]), (2, 1)),
        (("sessions-per-patient", [{}, {**OF_ONE, **NEXT_DAY, **VISIT}]), (1, 1)),
        (("sessions-per-patient", [{}, NEXT_DAY]), (2, 2)),
        # short intervals: 9 days are short, 10 are not; the same day is the same treatment
        (("short-intervals", [{"service_day": FIRST}]), (0, 1)),
        (
            ("short-intervals", [{"service_day": FIRST}, {**OF_ONE, "service_day": FIRST + 9}]),
            (1, 2),
        ),
        (
            ("short-intervals", [{"service_day": FIRST}, {**OF_ONE, "service_day": FIRST + 10}]),
            (0, 2),
        ),
        (("short-intervals", [{"service_day": FIRST}, {**OF_ONE, "service_day": FIRST}]), (0, 1)),
        (("short-intervals", [{"service_day": FIRST}, {"service_day": FIRST + 9}]), (0, 2)),
        # ... also when the last one was before the period, or by somebody else
        (
            ("short-intervals", [{"service_day": FIRST - 9}, {**OF_ONE, "service_day": FIRST}]),
            (1, 1),
        ),
        (
            ("short-intervals", [{"service_day": FIRST - 10}, {**OF_ONE, "service_day": FIRST}]),
            (0, 1),
        ),
        (
            (
                "short-intervals",
                [
                    {"service_day": FIRST - 5, "practitioner": "99002"},
                    {**OF_ONE, "service_day": FIRST},
                ],
            ),
            (1, 1),
        ),
        (
            (
                "short-intervals",
                [{"service_day": FIRST, **VISIT}, {**OF_ONE, "service_day": FIRST + 1}],
            ),
            (0, 1),
        ),
        # multiple among single and multiple; a block is neither
        (("multiple-share", [{}, SINGLE]), (1, 2)),
        (("multiple-share", [SINGLE, BLOCK]), (0, 1)),
        # a block beside trigger points: same patient, same day
        (("blocks-with-trigger-points", [{}, {**TOGETHER, **BLOCK}]), (1, 1)),
        (("blocks-with-trigger-points", [{}, {**OF_ONE, **BLOCK, **NEXT_DAY}]), (0, 1)),
        (("blocks-with-trigger-points", [{}, BLOCK]), (0, 1)),
        (
            ("blocks-with-trigger-points", [{}, {**OF_ONE, **BLOCK, "practitioner": "99002"}]),
            (0, 1),
        ),
        # a visit beside a procedure: same patient, same day; a consultation is no visit
        (("visits-with-procedures", [{}, {**TOGETHER, **VISIT}]), (1, 1)),
        (("visits-with-procedures", [BLOCK, {**TOGETHER, **VISIT}]), (1, 1)),
        (("visits-with-procedures", [{}, {**TOGETHER, **CONSULTATION}]), (0, 1)),
        (("visits-with-procedures", [{}, {**OF_ONE, **VISIT, **NEXT_DAY}]), (0, 1)),
        (("visits-with-procedures", [{}, VISIT]), (0, 1)),
        # accidents
        (("mva-use", [{"mva": 1}, {}, {}]), (1, 3)),
        (("mva-use", [{}]), (0, 1)),
    ],
)
def test_a_figure(rows: tuple[str, list[Row]], expected: tuple[int, int]) -> None:
    pattern, claims = rows
    assert figures(pattern, *claims)["99001"] == expected


@pytest.mark.parametrize("pattern", MEASURES)
@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ({"service_day": FIRST}, True),
        ({"service_day": LAST}, True),
        ({"service_day": FIRST - 1}, False),
        ({"service_day": LAST + 1}, False),
        ({"live": 0}, False),
        ({"live": 0, "state": "corrected"}, False),
    ],
)
def test_only_live_claims_of_the_period_count(pattern: str, row: Row, *, counts: bool) -> None:
    assert bool(figures(pattern, row)) == counts


@pytest.mark.parametrize("pattern", MEASURES)
def test_each_practitioner_has_a_figure_of_his_own(pattern: str) -> None:
    rows = [{}, {"practitioner": "99002"}, {"practitioner": "99002"}]
    found = figures(pattern, *rows)
    assert set(found) == {"99001", "99002"}
    assert found["99001"] == figures(pattern, {})["99001"]


def test_a_patient_of_two_calendar_years_counts_twice() -> None:
    rows = [{}, {**OF_ONE, "month": "2025-10"}]
    assert figures("sessions-per-patient", *rows)["99001"] == (2, 2)


@pytest.mark.parametrize("pattern", MEASURES)
def test_by_the_month_the_months_are_apart(pattern: str) -> None:
    """The months of the rows are told apart by their text alone."""
    rows = [{}, {"month": "2026-09"}, {"month": "2026-09"}]
    found = months(pattern, *rows)
    assert set(found) == {"2026-09", "2026-10"}
    assert found["2026-10"] == figures(pattern, {})["99001"]


@pytest.mark.parametrize(
    ("pattern", "rows", "claims"),
    [
        ("services-per-day", [{}, {"live": 0}, {"service_day": LAST + 1}, VISIT], [1, 4]),
        ("services-per-patient", [{}, {"live": 0}, {"service_day": FIRST - 1}, VISIT], [1, 4]),
        ("cost-per-patient", [{}, {"live": 0}, {"service_day": FIRST - 1}, VISIT], [1, 4]),
        ("sessions-per-patient", [{}, VISIT, BLOCK, {"live": 0}], [1, 3]),
        ("multiple-share", [{}, SINGLE, {"live": 0}], [1]),
        ("mva-use", [{}, {"mva": 1}, {"mva": 1, "live": 0}], [2]),
        (
            "short-intervals",
            [
                {"service_day": FIRST - 3},
                {**OF_ONE, "service_day": FIRST},
                {**OF_ONE, "service_day": FIRST + 9},
                {**OF_ONE, "service_day": FIRST + 19},
                {**OF_ONE, "service_day": FIRST + 28, "live": 0},
            ],
            [2, 3],
        ),
        (
            "blocks-with-trigger-points",
            [{}, {**TOGETHER, **BLOCK}, BLOCK, {**TOGETHER, **VISIT}, {}],
            [1, 2],
        ),
        (
            "visits-with-procedures",
            [{}, {**TOGETHER, **VISIT}, VISIT, {**TOGETHER, **CONSULTATION}, {**OF_ONE, **BLOCK}],
            [2],
        ),
    ],
)
def test_the_claims_behind_a_figure(pattern: str, rows: list[Row], claims: list[int]) -> None:
    assert behind(pattern, *rows) == claims
