"""The claims that each pattern of cases lists, on both sides of its limits, in October 2026."""

from typing import Any

import pytest
from made_up_facts import day

from .asking import FIRST, LAST, SHIPPED, cases

Row = dict[str, Any]
CASES = sorted(one.id for one in SHIPPED.values() if one.kind == "cases")

OF_ONE: Row = {"patient": 1}
VISIT: Row = {"fee_item": "00100"}
FULL: Row = {"fee_item": "00110", "patient": 1}
LIMITED: Row = {**FULL, "item_kind": "limited-consultation"}
NOTE: Row = {"note_key": 1, "note_length": 20}


def at(start: int, end: int, **changes: Any) -> Row:
    return {"start_minute": start, "end_minute": end, **changes}


# the first visit is nine to ten
NINE = at(540, 600)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 180 days after the last consultation are under six months, 181 may be six months
        ([FULL | {"service_day": LAST - 180}, FULL | {"service_day": LAST}], [([2], 180)]),
        ([FULL | {"service_day": LAST - 181}, FULL | {"service_day": LAST}], []),
        # after a limited one as well; a limited one itself may follow at any time
        ([LIMITED | {"service_day": LAST - 30}, FULL | {"service_day": LAST}], [([2], 30)]),
        ([FULL | {"service_day": LAST - 30}, LIMITED | {"service_day": LAST}], []),
        # of another patient, practitioner or diagnosis
        ([FULL, FULL | {"service_day": LAST, "patient": 2}], []),
        ([FULL, FULL | {"service_day": LAST, "practitioner": "99002"}], []),
        ([FULL, FULL | {"service_day": LAST, "diagnosis": "7242"}], []),
        ([FULL | {"live": 0}, FULL | {"service_day": LAST}], []),
        # the second one has to lie in the period
        ([FULL | {"service_day": FIRST - 30}, FULL | {"service_day": FIRST - 1}], []),
        ([FULL | {"service_day": FIRST - 30}, FULL | {"service_day": FIRST}], [([2], 30)]),
        # two on one day: the later claim
        ([FULL, FULL], [([2], 0)]),
        # a third is measured from the second
        (
            [
                FULL | {"service_day": FIRST},
                FULL | {"service_day": FIRST + 10},
                FULL | {"service_day": FIRST + 25},
            ],
            [([2], 10), ([3], 15)],
        ),
    ],
)
def test_repeat_consultations(rows: list[Row], expected: list[Any]) -> None:
    assert cases("repeat-consultations", *rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([VISIT] * 50, []),
        ([VISIT] * 51, [(list(range(1, 52)), 51)]),
        ([VISIT] * 49 + [VISIT | {"units": 2}], [(list(range(1, 51)), 51)]),
        ([VISIT] * 50 + [VISIT | {"mva": 1}], []),
        ([VISIT] * 50 + [{}], []),
        ([VISIT] * 50 + [VISIT | {"live": 0}], []),
        ([VISIT] * 50 + [VISIT | {"practitioner": "99002"}], []),
        ([VISIT] * 50 + [VISIT | {"service_day": LAST}], []),
    ],
)
def test_more_than_50_visits(rows: list[Row], expected: list[Any]) -> None:
    assert cases("many-visits", *rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # one after the other, then five and six minutes shared; both visits are one case
        ([NINE, at(600, 615)], []),
        ([NINE, at(595, 615)], []),
        ([NINE, at(594, 615)], [([1, 2], 60)]),
        # one within the other: as long as what rounding explains, and longer
        ([NINE, at(560, 565)], []),
        ([NINE, at(560, 566)], [([1, 2], 60)]),
        ([NINE, at(540, 600)], [([1, 2], 60)]),
        # the third overlaps the first only
        ([at(540, 660), at(560, 564), at(600, 620)], [([1, 3], 120)]),
        # another day, practitioner, or a claim that is not live
        ([NINE, at(550, 600, service_day=LAST)], []),
        ([NINE, at(550, 600, practitioner="99002")], []),
        ([NINE, at(550, 600, live=0)], []),
        # two claims of one visit do not overlap each other
        ([NINE, at(540, 600, session_key=1, fee_item="01125")], []),
        # every claim of a visit that overlaps is listed
        (
            [NINE, at(540, 600, session_key=1, fee_item="01125"), at(590, 620)],
            [([1, 2, 3], 60)],
        ),
        # a visit that ends when it begins, or before; one minute is possible
        ([at(540, 540)], [([1], 0)]),
        ([at(540, 530)], [([1], -10)]),
        ([at(540, 541)], []),
        # without times nothing is known
        ([NINE, at(550, 600) | {"end_minute": None}], []),
        ([NINE, at(550, 600) | {"start_minute": None}], []),
        # two days are two cases
        (
            [NINE, at(540, 600), *(at(540, 600, service_day=LAST) for _ in "ab")],
            [([1, 2], 60), ([3, 4], 60)],
        ),
    ],
)
def test_overlapping_times(rows: list[Row], expected: list[Any]) -> None:
    assert cases("overlapping-times", *rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([OF_ONE, OF_ONE], [([1, 2], 2)]),
        ([OF_ONE, OF_ONE | {"submission_code": "D"}], [([1, 2], 2)]),
        ([OF_ONE] * 3, [([1, 2, 3], 3)]),
        ([OF_ONE, OF_ONE | {"fee_item": "01156"}], []),
        ([OF_ONE, {}], []),
        ([OF_ONE, OF_ONE | {"service_day": LAST}], []),
        ([OF_ONE, OF_ONE | {"live": 0}], []),
        # by two practitioners it is a case of each
        ([OF_ONE, OF_ONE | {"practitioner": "99002"}], [([1], 2), ([2], 2)]),
    ],
)
def test_same_day_duplicates(rows: list[Row], expected: list[Any]) -> None:
    assert cases("same-day-duplicates", *rows) == expected


@pytest.mark.parametrize(
    ("row", "listed"),
    [
        ({}, False),
        ({"referral_given": 0}, True),
        ({"referral_given": 0, "fee_item": "01125"}, True),
        ({"referral_given": 0, "fee_item": "00110"}, True),
        ({"referral_given": 0, "item_kind": "limited-consultation"}, True),
        ({"referral_given": 0, "item_kind": "dtaf"}, True),
        ({"referral_given": 0, "fee_item": "00100"}, False),
        ({"referral_given": 0, "item_kind": "joint"}, False),
        ({"referral_given": 0, "live": 0}, False),
    ],
)
def test_claims_without_a_referral(row: Row, *, listed: bool) -> None:
    found = cases("no-referral", row)
    assert [claims for claims, _ in found] == ([[1]] if listed else [])


def test_the_money_stands_beside_a_claim_without_a_referral() -> None:
    assert cases("no-referral", {"referral_given": 0}) == [([1], 7792)]


@pytest.mark.parametrize(
    ("row", "listed"),
    [
        ({}, False),
        ({"chart_signed": 0}, True),
        ({"chart_signed": 0, "fee_item": "00100"}, True),
        ({"chart_signed": 0, "live": 0}, False),
    ],
)
def test_claims_without_a_signed_record(row: Row, *, listed: bool) -> None:
    assert bool(cases("unsigned-record", row)) == listed


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([NOTE] * 4, []),
        ([NOTE] * 5, [([1, 2, 3, 4, 5], 5)]),
        ([NOTE | {"note_length": 19}] * 5, []),
        ([NOTE] * 4 + [NOTE | {"note_key": 5}], []),
        ([NOTE] * 4 + [NOTE | {"practitioner": "99002"}], []),
        ([NOTE] * 4 + [NOTE | {"live": 0}], []),
        ([NOTE | {"note_key": 0, "note_length": 0}] * 5, []),
        # two claims of one visit are one copy
        ([NOTE] * 4 + [NOTE | {"session_key": 4}], []),
        ([NOTE] * 5 + [NOTE | {"session_key": 5}], [([1, 2, 3, 4, 5, 6], 5)]),
        # two notes are two cases
        (
            [NOTE] * 5 + [NOTE | {"note_key": 6}] * 6,
            [([1, 2, 3, 4, 5], 5), ([6, 7, 8, 9, 10, 11], 6)],
        ),
    ],
)
def test_copies_of_one_note(rows: list[Row], expected: list[Any]) -> None:
    assert cases("note-copies", *rows) == expected


@pytest.mark.parametrize(
    ("row", "listed"),
    [
        ({}, False),
        ({"changed_after_billing": 1}, True),
        # a claim that was corrected is live no longer, and still tells of the change
        ({"changed_after_billing": 1, "live": 0, "state": "corrected"}, True),
    ],
)
def test_changes_after_billing(row: Row, *, listed: bool) -> None:
    assert bool(cases("changed-after-billing", row)) == listed


@pytest.mark.parametrize(
    ("pattern", "rows"),
    [
        ("many-visits", [VISIT] * 51),
        ("overlapping-times", [NINE, NINE]),
        ("same-day-duplicates", [OF_ONE, OF_ONE]),
        ("no-referral", [{"referral_given": 0}]),
        ("unsigned-record", [{"chart_signed": 0}]),
        ("note-copies", [NOTE] * 5),
        ("changed-after-billing", [{"changed_after_billing": 1}]),
    ],
)
@pytest.mark.parametrize(
    ("service_day", "listed"),
    [(FIRST - 1, False), (FIRST, True), (LAST, True), (LAST + 1, False)],
)
def test_only_the_period_is_looked_at(
    pattern: str, rows: list[Row], service_day: int, *, listed: bool
) -> None:
    found = cases(pattern, *(row | {"service_day": service_day} for row in rows))
    assert bool(found) == listed


def test_every_pattern_of_cases_is_held_by_a_table_here() -> None:
    assert sorted(
        [
            "changed-after-billing", "many-visits", "no-referral", "note-copies",
            "overlapping-times", "repeat-consultations", "same-day-duplicates", "unsigned-record",
        ]
    ) == CASES  # fmt: skip


def test_the_day_numbers_are_those_of_october() -> None:
    assert (day("2026-10-13") - 12, day("2026-10-13") + 18) == (FIRST, LAST)
