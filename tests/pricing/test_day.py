"""What a day comes to: the examples and rules of MSP billing facts, sections 2.1, 2.2 and 2.5.

A day is written as the items asked for, a session's between bars: `01125 | 01157` is a block in
the first session and trigger points in the second. Amounts are in cents of edition 2024-12-31.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.model.money import HalfCent
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.lines import BilledItem, DayItem, Outcome, PricedLine

DAY = date(2026, 10, 13)
FAR, NEAR = "75", "12"


def asked(text: str, distance: str = "") -> list[DayItem]:
    """Read `01125 00015x2 | 01157` as the items of two sessions."""
    cm = Decimal(distance) if distance else None
    return [
        DayItem(at, item[:5], int(item[6:] or 1), "asked", cm, f"V{1001 + at}")
        for at, session in enumerate(text.split("|"))
        for item in session.split()
    ]


def billed(text: str) -> list[BilledItem]:
    """Read `01157@100 01125@50` as claims of an earlier batch."""
    return [
        BilledItem(item[:5], 1, int(item[6:]), 41 + at, 7, "V0999")
        for at, item in enumerate(text.split())
    ]


def price(
    book: CodeBook,
    text: str,
    distance: str = "",
    earlier: str = "",
    half_cent: HalfCent = "half-up",
) -> Sequence[PricedLine]:
    return price_day(asked(text, distance), DAY, book, half_cent, billed(earlier))


def amounts(lines: Sequence[PricedLine]) -> list[int]:
    return [line.amount_cents for line in lines]


def outcomes(lines: Sequence[PricedLine]) -> list[str]:
    return [line.outcome.value for line in lines]


# The examples of section 2.1, rule by rule


@pytest.mark.parametrize(
    ("items", "distance", "cents", "total"),
    [
        ("01156", "", [6_213], 6_213),
        ("01157", "", [7_792], 7_792),
        ("01124", "", [6_562], 6_562),
        ("01125", "", [9_916], 9_916),
        # further than 60 cm apart: the larger in full, the other at 50%
        ("01125 01157", "75", [9_916, 3_896], 13_812),
        ("01157 01125", "75", [3_896, 9_916], 13_812),
        # within 60 cm: included in the block
        ("01125 01157", "12", [9_916, 0], 9_916),
        # exactly 60 is within
        ("01125 01157", "0", [9_916, 0], 9_916),
        ("01125 01157", "59.9", [9_916, 0], 9_916),
        ("01125 01157", "60", [9_916, 0], 9_916),
        ("01125 01157", "60.0", [9_916, 0], 9_916),
        ("01125 01157", "60.5", [9_916, 3_896], 13_812),
        ("01125 01157", "60.01", [9_916, 3_896], 13_812),
        ("01125 01157", "61", [9_916, 3_896], 13_812),
        # no distance counts as close
        ("01125 01157", "", [9_916, 0], 9_916),
        # trigger points are worth more than a single block, 65.62 at 50%
        ("01124 01157", "75", [3_281, 7_792], 11_073),
        ("01124 01157", "60", [6_562, 0], 6_562),
        ("01124 01156", "60", [6_562, 0], 6_562),
        ("01125 01156", "60", [9_916, 0], 9_916),
        # three: the largest in full, two at 50%
        ("01040 01125 01157", "75", [12_058, 4_958, 3_896], 20_912),
        # within 60 cm of the block, but the stellate block is no peripheral one
        ("01040 01125 01157", "12", [12_058, 4_958, 0], 17_016),
        ("01040 01157", "12", [12_058, 3_896], 15_954),
        # a fourth is nothing, whichever is the smallest: 62.13
        ("01040 01125 01157 01159", "75", [12_058, 4_958, 3_896, 0], 20_912),
        ("01159 01157 01125 01040", "75", [0, 3_896, 4_958, 12_058], 20_912),
        ("01040 01125 01157 01159 00811", "75", [12_058, 4_958, 3_896, 0, 0], 20_912),
        # an included item takes no place among the three
        ("01040 01125 01157 01035", "12", [6_029, 4_958, 0, 26_017], 37_004),
        # botulinum toxin and the guided joint injection belong to the group
        ("00424 01157", "", [12_753, 3_896], 16_649),
        ("00811 01125", "", [2_810, 9_916], 12_726),
    ],
)
def test_blocks_and_injections_of_a_day(
    book: CodeBook, items: str, distance: str, cents: list[int], total: int
) -> None:
    lines = price(book, items, distance)
    assert amounts(lines) == cents
    assert sum(amounts(lines)) == total


@pytest.mark.parametrize(
    ("items", "distance"),
    [("01125 | 01157", "75"), ("01157 | 01125", "75"), ("01157 01125", "75")],
)
def test_a_day_is_priced_together_across_sessions(
    book: CodeBook, items: str, distance: str
) -> None:
    assert sum(amounts(price(book, items, distance))) == 13_812


def test_the_closest_distance_that_any_session_recorded_counts(book: CodeBook) -> None:
    far, near = asked("01125", FAR), asked("| 01157", NEAR)
    lines = price_day([*far, *near], DAY, book, "half-up")
    assert amounts(lines) == [9_916, 0]


def test_a_distance_recorded_in_one_session_holds_for_the_other(book: CodeBook) -> None:
    unknown, far = asked("01125"), asked("| 01157", FAR)
    lines = price_day([*unknown, *far], DAY, book, "half-up")
    assert amounts(lines) == [9_916, 3_896]


def test_of_two_fees_of_one_price_the_earlier_session_is_paid_in_full(book: CodeBook) -> None:
    # 01156 and 01159 are both 62.13.
    assert amounts(price(book, "01159 | 01156")) == [6_213, 3_107]
    assert amounts(price(book, "01156 | 01159")) == [6_213, 3_107]
    assert amounts(price(book, "01159 01156")) == [3_107, 6_213]


# Half a cent


@pytest.mark.parametrize(
    ("items", "half_up", "half_even", "down"),
    [
        ("01125 01157", [9_916, 3_896], [9_916, 3_896], [9_916, 3_896]),
        ("01125 01156", [9_916, 3_107], [9_916, 3_106], [9_916, 3_106]),  # 31.065
        ("01040 00811", [12_058, 2_810], [12_058, 2_810], [12_058, 2_809]),  # 28.095
        ("01035 01022", [26_017, 6_928], [26_017, 6_928], [26_017, 6_927]),  # 69.275
        ("01044 01035", [27_594, 13_009], [27_594, 13_008], [27_594, 13_008]),  # 130.085
    ],
)
def test_half_a_cent(
    book: CodeBook, items: str, half_up: list[int], half_even: list[int], down: list[int]
) -> None:
    assert amounts(price(book, items, FAR, half_cent="half-up")) == half_up
    assert amounts(price(book, items, FAR, half_cent="half-even")) == half_even
    assert amounts(price(book, items, FAR, half_cent="down")) == down


# What does not stand together


@pytest.mark.parametrize(
    ("items", "became", "finding"),
    [
        ("01156 01157", ["excluded", "excluded"], "single-and-multiple"),
        ("01156 | 01157", ["excluded", "excluded"], "single-and-multiple"),
        ("01124 01125", ["excluded", "excluded"], "block-items-combined"),
        ("01124 | 01125", ["excluded", "excluded"], "block-items-combined"),
        ("01140 01141", ["excluded", "excluded"], "single-and-multiple"),
    ],
)
def test_single_and_multiple_exclude_each_other(
    book: CodeBook, items: str, became: list[str], finding: str
) -> None:
    lines = price(book, items)
    assert outcomes(lines) == became
    assert {line.finding for line in lines} == {finding}
    assert amounts(lines) == [0, 0]
    one, other = lines
    assert (one.beside, other.beside) == (other.fee_item, one.fee_item)


def test_two_block_items_still_include_the_trigger_points(book: CodeBook) -> None:
    lines = price(book, "01124 01125 01157", NEAR)
    assert outcomes(lines) == ["excluded", "excluded", "included"]


def test_what_is_excluded_takes_no_place_among_the_three(book: CodeBook) -> None:
    lines = price(book, "01124 01125 01040", NEAR)
    assert amounts(lines) == [0, 0, 12_058]


# The same item twice


def test_the_earlier_of_two_sessions_has_the_item(book: CodeBook) -> None:
    first, second = price(book, "01157 | 01157")
    assert (first.outcome, first.amount_cents) == (Outcome.BILLED, 7_792)
    assert (second.outcome, second.amount_cents) == (Outcome.REPEATED, 0)
    assert second.finding == "same-day-same-item"
    assert second.beside == "V1001"
    assert "V1001" in second.because


def test_only_the_repeated_item_of_a_session_is_set_aside(book: CodeBook) -> None:
    lines = price(book, "01157 | 01157 01040")
    assert outcomes(lines) == ["billed", "repeated", "billed"]
    assert amounts(lines) == [3_896, 0, 12_058]


def test_an_item_three_times_is_billed_once(book: CodeBook) -> None:
    assert outcomes(price(book, "00015 | 00015 | 00015x2")) == ["billed", "repeated", "repeated"]


# What an earlier batch billed keeps its place


@pytest.mark.parametrize(
    ("earlier", "items", "distance", "cents"),
    [
        # the place at 100% is taken, also by a smaller fee
        ("01157@100", "01125", FAR, [4_958]),
        ("01125@100", "01157", FAR, [3_896]),
        ("01156@100", "01040", "", [6_029]),
        # one place at 50% is left
        ("01040@100 01125@50", "01157", FAR, [3_896]),
        ("01040@100 01125@50", "01157 01159", FAR, [3_896, 0]),
        # none is left
        ("01040@100 01125@50 01157@50", "01035", FAR, [0]),
        # the one at 100% was voided: its place is free again
        ("01157@50", "01125", FAR, [9_916]),
        ("01157@50 01159@50", "01040", "", [12_058]),
        # other items leave no trace in the group
        ("00100@100", "01157", "", [7_792]),
        ("00015@100", "01125 01157", FAR, [9_916, 3_896]),
        # included in a block that is already billed
        ("01125@100", "01157", NEAR, [0]),
        ("01125@100", "01157", "60", [0]),
        ("01125@100", "01157", "", [0]),
        ("01125@100", "01157", "60.5", [3_896]),
    ],
)
def test_what_comes_later_is_priced_around_what_was_billed(
    book: CodeBook, earlier: str, items: str, distance: str, cents: list[int]
) -> None:
    assert amounts(price(book, items, distance, earlier)) == cents


def test_an_item_that_is_already_billed_is_a_duplicate(book: CodeBook) -> None:
    (line,) = price(book, "01157", earlier="01157@100")
    assert (line.outcome, line.finding) == (Outcome.ALREADY_BILLED, "duplicate-claim")
    assert line.beside == "V0999"
    assert all(told in line.because for told in ("claim 41", "batch 7", "V0999"))


@pytest.mark.parametrize(
    ("earlier", "item", "finding"),
    [
        ("01156@100", "01157", "single-and-multiple"),
        ("01157@100", "01156", "single-and-multiple"),
        ("01124@100", "01125", "block-items-combined"),
        ("01125@100", "01124", "block-items-combined"),
    ],
)
def test_an_item_beside_its_billed_other_is_excluded(
    book: CodeBook, earlier: str, item: str, finding: str
) -> None:
    (line,) = price(book, item, earlier=earlier)
    assert (line.outcome, line.finding) == (Outcome.EXCLUDED, finding)
    assert line.beside == earlier[:5]


@pytest.mark.parametrize("distance", [NEAR, "60", ""])
def test_a_block_whose_trigger_points_were_billed_before_it_is_stopped(
    book: CodeBook, distance: str
) -> None:
    """Both would be paid, though the trigger points belong to the block."""
    (line,) = price(book, "01125", distance, "01157@100")
    assert (line.outcome, line.finding) == (Outcome.EXCLUDED, "trigger-point-within-block")
    assert "claim 41" in line.because


# Visits, consultations, medication, joints: sections 2.2, 2.3 and 2.5


@pytest.mark.parametrize(
    ("items", "cents"),
    [
        # a visit and trigger points: both whole, a person looks at it
        ("00100 01157", [3_861, 7_792]),
        # a consultation is paid beside the group
        ("01016 01125", [24_542, 9_916]),
        ("01116 01125 01157", [12_271, 9_916, 0]),
        # units of joints, outside of the group
        ("00015x3", [5_781]),
        ("00014x2", [5_796]),
        ("00015x2 01157", [3_854, 7_792]),
        ("00014 00015", [2_898, 1_927]),
        ("00100 00015", [3_861, 1_927]),  # letter Y: the visit is paid beside it
        # letter B: included in a visit
        ("00010", [1_661]),
        ("00100 00010", [3_861, 0]),
        ("00034 00120", [0, 7_724]),
        ("00011 01016", [0, 24_542]),
        ("00010 01157", [1_661, 7_792]),  # trigger points are no visit
        # aspiration beside a joint injection
        ("00757", [1_654]),
        ("00757 00015", [0, 1_927]),
        # the anaesthetist's visit: never beside another listing of the group
        ("01107", [5_803]),
        ("01107 01125", [0, 9_916]),
        ("01107 01157", [0, 7_792]),
        ("01107 00015", [5_803, 1_927]),
    ],
)
def test_what_stands_beside_what(book: CodeBook, items: str, cents: list[int]) -> None:
    assert amounts(price(book, items)) == cents


@pytest.mark.parametrize("items", ["00100 00010", "01125 01107", "00015 00757"])
def test_an_item_that_belongs_to_another_says_to_which(book: CodeBook, items: str) -> None:
    host, included = price(book, items)
    assert (included.outcome, included.finding) == (Outcome.INCLUDED, "visit-with-procedure")
    assert included.beside == host.fee_item
    assert included.because == f"included in {host.fee_item}"


# Items that have no price


def test_an_unknown_item_is_not_priced_and_disturbs_nothing(book: CodeBook) -> None:
    unknown, known = price(book, "99999 01157")
    assert (unknown.outcome, unknown.amount_cents) == (Outcome.NOT_PRICED, 0)
    assert "99999 is not in the fee schedule" in unknown.because
    assert (known.outcome, known.amount_cents) == (Outcome.BILLED, 7_792)


def test_an_unknown_item_twice_is_said_of_each(book: CodeBook) -> None:
    assert outcomes(price(book, "99999 | 99999")) == ["not-priced", "not-priced"]


def test_a_day_without_items_has_no_lines(book: CodeBook) -> None:
    assert price(book, "") == ()


# What a line says of itself


def test_lines_come_in_the_order_that_they_were_asked_for(book: CodeBook) -> None:
    items = asked("01157 00015 | 01040 | 01125", FAR)
    assert [line.item for line in price_day(items, DAY, book, "half-up")] == items


@pytest.mark.parametrize(
    ("items", "distance", "because"),
    [
        ("01157", "", ["full fee"]),
        (
            "01125 01157",
            NEAR,
            ["full fee", "included in the block 01125: 12 cm away"],
        ),
        ("01125 01157", "60.0", ["full fee", "included in the block 01125: 60 cm away"]),
        ("01125 01157", "0.50", ["full fee", "included in the block 01125: 0.5 cm away"]),
    ],
)
def test_a_line_says_in_words_why(
    book: CodeBook, items: str, distance: str, because: list[str]
) -> None:
    assert [line.because for line in price(book, items, distance)] == because


def test_a_halved_line_says_its_rank_and_a_missing_one_the_limit(book: CodeBook) -> None:
    lines = price(book, "01040 01125 01157 01159", FAR)
    assert [line.percent for line in lines if line.billed] == [100, 50, 50]
    assert lines[1].because.startswith("50%: the second ")
    assert lines[2].because.startswith("50%: the third ")
    assert lines[3].because.startswith("the fourth ")
    assert (lines[3].outcome, lines[3].finding) == (Outcome.OVER_LIMIT, "dtaf-over-three")


def test_a_rank_counts_what_an_earlier_batch_billed(book: CodeBook) -> None:
    (line,) = price(book, "01157", FAR, "01040@100 01125@50")
    assert line.because.startswith("50%: the third ")


@pytest.mark.parametrize(("distance", "unknown"), [("", True), (NEAR, False), ("60", False)])
def test_a_distance_that_nobody_recorded_is_marked(
    book: CodeBook, distance: str, unknown: bool
) -> None:
    _, included = price(book, "01125 01157", distance)
    assert included.distance_unknown is unknown


def test_a_line_names_the_edition_and_how_sure_its_price_is(book: CodeBook) -> None:
    (line,) = price(book, "01157")
    assert (line.edition, line.price_status) == ("2024-12-31", "checked")
    assert (line.unit_price_cents, line.percent) == (7_792, 100)


# Second services by decision


def second(book: CodeBook, text: str, live: Sequence[BilledItem] = ()) -> Sequence[PricedLine]:
    """Price a day whose last item is decided to be a second service."""
    *first, last = asked(text)
    return price_day([*first, replace(last, second_service=True)], DAY, book, "half-up", live)


def test_a_second_service_takes_the_first_free_ordinal(book: CodeBook) -> None:
    live = BilledItem("01156", 1, 100, 41, 7, "V0999", ordinal=2)
    (line,) = second(book, "01156", [live])
    assert (line.outcome, line.ordinal, line.second_service) == (Outcome.BILLED, 1, True)
    (line,) = second(book, "01156", [replace(live, ordinal=1)])
    assert line.ordinal == 2
    assert [line.ordinal for line in second(book, "01156 | 01156")] == [1, 2]


def test_a_second_service_alone_is_an_ordinary_one(book: CodeBook) -> None:
    (line,) = second(book, "01156")
    assert (line.ordinal, line.second_service, line.because) == (1, False, "full fee")


@pytest.mark.parametrize(
    ("items", "outcome"),
    [("00015x2 | 00015", "billed"), ("00015x2 | 00015x2", "excluded"), ("01157 | 01157", "billed")],
)
def test_second_services_stay_within_the_units_of_a_day(
    book: CodeBook, items: str, outcome: str
) -> None:
    *_, line = second(book, items)
    assert line.outcome.value == outcome


# What an earlier batch recorded counts


@pytest.mark.parametrize(("distance", "cents"), [("60", 0), ("61", 3_896)])
def test_the_distance_of_a_billed_block_counts(book: CodeBook, distance: str, cents: int) -> None:
    live = BilledItem("01125", 1, 100, 41, 7, "V0999", block_distance_cm=Decimal(distance))
    (line,) = price_day(asked("01157", "100"), DAY, book, "half-up", [live])
    assert line.amount_cents == cents


def test_a_dearer_item_after_a_billed_one_says_what_takes_its_place(book: CodeBook) -> None:
    (line,) = price_day(asked("01040"), DAY, book, "half-up", billed("01157@100"))
    assert line.percent == 50
    assert "01157 is billed in full already in claim 41 of batch 7" in line.because
