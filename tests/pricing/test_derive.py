"""What a session asks for when it does not name its fee items (design, section 3)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.model.session import RequestedItem, Session
from tpi_billing.pricing.derive import requested_items

DAY = date(2026, 10, 13)
TEN = tuple(f"site {number}" for number in range(1, 11))


def asked(book: CodeBook, specialty: str = "family", **values: Any) -> dict[str, int]:
    """Return the units by fee item that a session asks for."""
    session = Session("V1001", DAY, **values)
    return {item.fee_item: item.units for item in requested_items(session, specialty, book)}


def aged(years: int, *, tomorrow: bool = False) -> date:
    """Return the birth date of someone who turns so old today, or `tomorrow`."""
    return date(DAY.year - years, DAY.month, DAY.day + tomorrow)


# Treatment: trigger points 1 -> 01156, more -> 01157; blocks 1 -> 01124, more -> 01125;
# joints with "hip" -> 00014, others -> 00015, a unit each.


@pytest.mark.parametrize(
    ("values", "items"),
    [
        ({}, {}),
        ({"trigger_point_sites": TEN[:1]}, {"01156": 1}),
        ({"trigger_point_sites": TEN[:2]}, {"01157": 1}),
        ({"trigger_point_sites": TEN}, {"01157": 1}),  # one item however many points
        ({"trigger_point_sites": TEN[:1], "trigger_point_injections": 2}, {"01157": 1}),
        ({"trigger_point_sites": TEN, "trigger_point_injections": 1}, {"01156": 1}),
        ({"trigger_point_sites": TEN, "trigger_point_injections": 0}, {}),
        ({"trigger_point_injections": 1}, {"01156": 1}),
        ({"trigger_point_injections": 2}, {"01157": 1}),
        ({"nerve_block_sites": TEN[:1]}, {"01124": 1}),
        ({"nerve_block_sites": TEN[:2]}, {"01125": 1}),
        ({"nerve_block_sites": TEN}, {"01125": 1}),  # one item wherever they are
        ({"joint_sites": ("left knee",)}, {"00015": 1}),
        ({"joint_sites": ("left knee", "right knee", "left elbow")}, {"00015": 3}),
        ({"joint_sites": ("right hip",)}, {"00014": 1}),
        ({"joint_sites": ("right hip", "left hip")}, {"00014": 2}),
        ({"joint_sites": ("Right HIP joint",)}, {"00014": 1}),
        ({"joint_sites": ("trochanteric bursa, left hip",)}, {"00014": 1}),
        ({"joint_sites": ("right hip", "left knee", "left elbow")}, {"00014": 1, "00015": 2}),
        (
            {"trigger_point_sites": TEN[:3], "nerve_block_sites": TEN[:1]},
            {"01157": 1, "01124": 1},
        ),
        (
            {
                "trigger_point_sites": TEN[:1],
                "nerve_block_sites": TEN[:2],
                "joint_sites": ("left knee",),
            },
            {"01156": 1, "01125": 1, "00015": 1},
        ),
        ({"agent": "0.9% saline", "volume_ml": Decimal(2)}, {}),  # trays and agents: never
    ],
)
def test_what_was_done_becomes_fee_items(
    book: CodeBook, values: dict[str, Any], items: dict[str, int]
) -> None:
    assert asked(book, **values) == items


@pytest.mark.parametrize("specialty", ["family", "anesthesiology", "physical-medicine", "other"])
def test_treatment_is_the_same_item_for_every_specialty(book: CodeBook, specialty: str) -> None:
    found = asked(book, specialty, trigger_point_sites=TEN[:2], nerve_block_sites=TEN[:1])
    assert found == {"01157": 1, "01124": 1}


# Visits of a family physician, by the age that day: MSP billing facts, section 2.3.

BANDS = [  # the birthdays on either side of each boundary
    (aged(0), 0),
    (aged(2, tomorrow=True), 0),  # the last day of age 1
    (aged(2), 1),
    (aged(50, tomorrow=True), 1),
    (aged(50), 2),
    (aged(60, tomorrow=True), 2),
    (aged(60), 3),
    (aged(70, tomorrow=True), 3),
    (aged(70), 4),
    (aged(80, tomorrow=True), 4),
    (aged(80), 5),
    (aged(104), 5),
]
FAMILY = {
    "visit": ("12100", "00100", "15300", "16100", "17100", "18100"),
    "consultation": ("12110", "00110", "15310", "16110", "17110", "18110"),
    "counselling": ("12120", "00120", "15320", "16120", "17120", "18120"),
}


@pytest.mark.parametrize(("born", "band"), BANDS)
@pytest.mark.parametrize("word", FAMILY)
def test_a_family_visit_goes_by_age(book: CodeBook, word: str, born: date, band: int) -> None:
    assert asked(book, "family", visit=word, birth_date=born) == {FAMILY[word][band]: 1}


# Visits of the other specialties: MSP billing facts, section 2.4.
@pytest.mark.parametrize("born", [aged(0), aged(2), aged(50), aged(80)])
@pytest.mark.parametrize(
    ("specialty", "word", "item"),
    [
        ("anesthesiology", "visit", "01107"),
        ("anesthesiology", "consultation", "01016"),
        ("anesthesiology", "limited-consultation", "01116"),
        ("physical-medicine", "visit", "01707"),
        ("physical-medicine", "consultation", "01710"),
        ("physical-medicine", "limited-consultation", "01712"),
        ("physical-medicine", "counselling", "01714"),
    ],
)
def test_a_specialists_visit_goes_by_the_specialty(
    book: CodeBook, specialty: str, word: str, item: str, born: date
) -> None:
    assert asked(book, specialty, visit=word, birth_date=born) == {item: 1}


@pytest.mark.parametrize(
    ("specialty", "word"),
    [
        ("family", "limited-consultation"),
        ("anesthesiology", "counselling"),
        ("other", "visit"),
        ("other", "consultation"),
        ("other", "limited-consultation"),
        ("other", "counselling"),
    ],
)
def test_a_combination_without_an_item_asks_for_none(
    book: CodeBook, specialty: str, word: str
) -> None:
    assert asked(book, specialty, visit=word, birth_date=aged(50)) == {}


def test_without_a_birth_date_the_visit_has_no_item(book: CodeBook) -> None:
    assert asked(book, "family", visit="visit") == {}


def test_a_visit_stands_beside_the_treatment(book: CodeBook) -> None:
    found = asked(book, "family", visit="visit", birth_date=aged(50), trigger_point_sites=TEN[:1])
    assert found == {"01156": 1, "15300": 1}


# The override


@pytest.mark.parametrize(
    ("named", "items"),
    [
        ((RequestedItem("01157", 1),), {"01157": 1}),
        ((RequestedItem("01157", 1), RequestedItem("00015", 2)), {"01157": 1, "00015": 2}),
        ((RequestedItem("00015", 1), RequestedItem("00015", 2)), {"00015": 3}),
        ((RequestedItem("00080", 1),), {"00080": 1}),  # trays only when they are named
        ((RequestedItem("99999", 1),), {"99999": 1}),  # a check's to say
    ],
)
def test_named_items_are_asked_for_instead(
    book: CodeBook, named: tuple[RequestedItem, ...], items: dict[str, int]
) -> None:
    done = {
        "trigger_point_sites": TEN,
        "nerve_block_sites": TEN,
        "joint_sites": ("right hip",),
        "visit": "visit",
        "birth_date": aged(50),
    }
    assert asked(book, fee_items=named, **done) == items


# What goes with each item


def test_an_item_knows_its_session_and_the_distance(book: CodeBook) -> None:
    session = Session(
        "V1007",
        DAY,
        trigger_point_sites=TEN[:2],
        nerve_block_sites=TEN[:1],
        block_distance_cm=Decimal(75),
    )
    items = requested_items(session, "family", book, position=3)
    assert [(item.session, item.session_id) for item in items] == [(3, "V1007")] * 2
    assert [item.block_distance_cm for item in items] == [Decimal(75)] * 2


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"trigger_point_sites": TEN[:1]}, "1 trigger point"),
        ({"trigger_point_sites": TEN[:4]}, "4 trigger points"),
        ({"nerve_block_sites": TEN[:1]}, "1 nerve block"),
        ({"nerve_block_sites": TEN[:2]}, "2 nerve blocks"),
        ({"joint_sites": ("right hip",)}, "1 hip injection"),
        ({"joint_sites": TEN[:2]}, "2 joint, tendon or bursa injections"),
        ({"visit": "limited-consultation", "birth_date": aged(50)}, "limited consultation"),
        ({"fee_items": (RequestedItem("01157", 1),)}, "named in fee_items"),
    ],
)
def test_an_item_says_in_words_why_it_is_asked_for(
    book: CodeBook, values: dict[str, Any], reason: str
) -> None:
    (item,) = requested_items(Session("V1001", DAY, **values), "anesthesiology", book)
    assert item.reason.startswith(reason)
