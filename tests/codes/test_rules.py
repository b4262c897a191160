"""The rules of the fee items, against the pages that they come from."""

import datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook
from tpi_billing.codes.rules import Kind
from tpi_billing.model.catalogue import CHECKS

DAY = datetime.date(2026, 10, 15)
FAMILY_BANDS = [(0, 1), (2, 49), (50, 59), (60, 69), (70, 79), (80, None)]
FAMILY_ITEMS = {  # reference msp-billing, section 2.3; p.111-115
    "visit": ["12100", "00100", "15300", "16100", "17100", "18100"],
    "exam": ["12101", "00101", "15301", "16101", "17101", "18101"],
    "counselling": ["12120", "00120", "15320", "16120", "17120", "18120"],
    "consultation": ["12110", "00110", "15310", "16110", "17110", "18110"],
}
FAMILY_TELEHEALTH = {
    "consultation": ["13236", "13436", "13536", "13636", "13736", "13836"],
    "visit": ["13237", "13437", "13537", "13637", "13737", "13837"],
    "counselling": ["13238", "13438", "13538", "13638", "13738", "13838"],
}

DTAF = (  # p.180-181, with 00424 and 00811 of p.173 6(e)
    "01156 01157 01124 01125 01022 01035 01135 01138 01036 01037 01140 01141 01142 01143 01144 "
    "01145 01032 01034 01040 01042 01044 01146 01147 01148 01149 01150 01159 01160 00424 00811"
)


def test_every_item_with_a_rule_is_in_the_schedule(book: CodeBook) -> None:
    rules = book.rules
    named = set(rules.items)
    for group in rules.groups:
        named |= group.members
    for inclusion in rules.inclusions:
        named |= inclusion.included | inclusion.beside
    for exclusion in rules.exclusions:
        named |= exclusion.items
    for tray in rules.trays:
        named |= tray.beside | {tray.item}
    for repeat in rules.repeats:
        named |= repeat.items
    for consultation in rules.consultations:
        named |= consultation.items
    assert [code for code in sorted(named) if book.fee_item(code, DAY) is None] == []


def test_every_rule_says_where_it_is_from(book: CodeBook) -> None:
    rules = book.rules
    all_rules = [
        *rules.items.values(),
        *rules.groups,
        *rules.inclusions,
        *rules.exclusions,
        *rules.reviews,
        *rules.repeats,
        *rules.consultations,
        *rules.trays,
    ]
    assert all(rule.source.startswith("Payment Schedule 2024-12-31 p.") for rule in all_rules)
    assert rules.edition == "2024-12-31"


def test_a_rule_names_a_check_that_there_is(book: CodeBook) -> None:
    rules = book.rules
    named = {rule.finding for rule in (*rules.inclusions, *rules.exclusions, *rules.reviews)}
    assert named <= {check.id for check in CHECKS}


def test_an_item_with_a_title_has_a_rule_and_the_other_way_round(book: CodeBook) -> None:
    items = [item for digit in "0123456789" for item in book.search_fee_items(digit, DAY)]
    assert {item.code for item in items if item.title} == set(book.rules.items)


# The group of three


def test_three_of_the_group_are_paid_the_largest_in_full(book: CodeBook) -> None:
    group = book.rules.group_of("01157")
    assert group is not None
    assert (group.id, group.max_paid, group.percents) == ("dtaf", 3, (100, 50, 50))


@pytest.mark.parametrize(
    "code",
    [
        "01156",
        "01157",
        "01124",
        "01125",
        "01022",
        "01035",
        "01135",
        "01138",
        "01036",
        "01037",
        "01140",
        "01141",
        "01142",
        "01143",
        "01144",
        "01145",
        "01032",
        "01034",
        "01040",
        "01042",
        "01044",
        "01146",
        "01147",
        "01148",
        "01149",
        "01150",
        "01159",
        "01160",
        "00424",
        "00811",
    ],
)
def test_member_of_the_group(book: CodeBook, code: str) -> None:
    group = book.rules.group_of(code)
    assert group is not None
    assert group.id == "dtaf"


@pytest.mark.parametrize("code", ["00014", "00015", "00080", "00100", "01016", "01107", "99999"])
def test_no_member_of_a_group(book: CodeBook, code: str) -> None:
    assert book.rules.group_of(code) is None


def test_the_group_has_no_other_member(book: CodeBook) -> None:
    assert [len(group.members) for group in book.rules.groups] == [30]


# What is not paid beside what


def pairs(book: CodeBook, finding: str) -> set[tuple[str, str]]:
    """Return (included, beside) of every inclusion with that finding."""
    return {
        (included, beside)
        for inclusion in book.rules.inclusions
        if inclusion.finding == finding
        for included in inclusion.included
        for beside in inclusion.beside
    }


def test_trigger_points_belong_to_a_block_within_60_cm(book: CodeBook) -> None:
    assert pairs(book, "trigger-point-within-block") == {
        ("01156", "01124"),
        ("01156", "01125"),
        ("01157", "01124"),
        ("01157", "01125"),
    }
    within = {
        inclusion.within_cm
        for inclusion in book.rules.inclusions
        if inclusion.finding == "trigger-point-within-block"
    }
    assert within == {60}


@pytest.mark.parametrize("medication", ["00010", "00034", "00011"])
@pytest.mark.parametrize("visit", ["00100", "18101", "16120", "17110", "01107", "01016", "01116"])
def test_medication_belongs_to_a_visit(book: CodeBook, medication: str, visit: str) -> None:
    assert (medication, visit) in pairs(book, "visit-with-procedure")


@pytest.mark.parametrize("visit", ["01107", "01108", "01109", "01151"])
@pytest.mark.parametrize("procedure", ["01157", "01125", "01040", "00424", "00811"])
def test_anaesthesia_visits_belong_to_a_block(book: CodeBook, visit: str, procedure: str) -> None:
    assert (visit, procedure) in pairs(book, "visit-with-procedure")


def test_aspiration_belongs_to_a_joint_injection(book: CodeBook) -> None:
    found = pairs(book, "visit-with-procedure")
    assert {pair for pair in found if pair[0] == "00757"} == {
        ("00757", "00014"),
        ("00757", "00015"),
    }


@pytest.mark.parametrize(
    ("included", "beside"),
    [("01016", "01125"), ("01116", "01157"), ("00015", "00100"), ("00100", "01157")],
)
def test_paid_beside_each_other(book: CodeBook, included: str, beside: str) -> None:
    for finding in ("visit-with-procedure", "trigger-point-within-block"):
        assert (included, beside) not in pairs(book, finding)


def test_only_one_of_these_a_day(book: CodeBook) -> None:
    found = {(each.finding, *sorted(each.items)) for each in book.rules.exclusions}
    assert found == {
        ("single-and-multiple", "01156", "01157"),
        ("block-items-combined", "01124", "01125"),
        ("single-and-multiple", "01140", "01141"),
        ("single-and-multiple", "01142", "01143"),
        ("single-and-multiple", "01144", "01145"),
        ("single-and-multiple", "01147", "01148"),
    }
    printed = [each for each in book.rules.exclusions if each.certainty == "printed"]
    assert [sorted(each.items) for each in printed] == [["01124", "01125"]]


def test_a_visit_beside_trigger_points_is_looked_at(book: CodeBook) -> None:
    (review,) = book.rules.reviews
    assert review.finding == "visit-with-procedure"
    assert review.unless_distinct_diagnosis
    assert review.beside == {"01156", "01157"}
    assert {"00100", "00101", "00120", "01707"} <= review.items
    assert not review.items & {"00110", "01016", "01116", "00015"}


# Trays


@pytest.mark.parametrize(
    ("code", "tray"),
    [
        ("01124", "00080"),
        ("01125", "00080"),
        ("01042", "00080"),
        ("00424", "00080"),
        ("00811", "00080"),
        *((code, "00090") for code in ("01036", "01037", "01135", "01138")),
        *((code, "00090") for code in ("01140", "01141", "01142", "01143", "01144", "01145")),
        ("14560", "00044"),
    ],
)
def test_a_tray_belongs_to_a_procedure(book: CodeBook, code: str, tray: str) -> None:
    assert [each.item for each in book.rules.trays if code in each.beside] == [tray]


@pytest.mark.parametrize("code", ["01156", "01157", "00014", "00015", "00010", "00757", "01040"])
def test_no_tray_for_it(book: CodeBook, code: str) -> None:
    assert [each.item for each in book.rules.trays if code in each.beside] == []


@pytest.mark.parametrize(
    ("item", "size", "procedures"),
    # p.66-73: 6, 48 and 232 procedures, of which 5 casts are not in the schedule's items
    [("00044", "mini", 6), ("00080", "minor", 48), ("00090", "major", 227)],
)
def test_the_lists_of_trays_are_whole(
    book: CodeBook, item: str, size: str, procedures: int
) -> None:
    tray = book.rules.tray_of(item)
    assert tray is not None
    assert (tray.size, len(tray.beside), tray.per_day) == (size, procedures, 1)
    assert book.rules.item(item).kind == "tray"


# Items by themselves


@pytest.mark.parametrize(
    ("code", "kind", "units"),
    [
        ("01156", "trigger-point", 1),
        ("01157", "trigger-point", 1),
        ("01124", "block", 1),
        ("01125", "block", 1),
        ("01140", "dtaf", 1),
        ("01040", "dtaf", 1),
        ("00014", "joint", 2),
        ("00015", "joint", 3),
        ("00010", "injection", 3),
        ("00034", "injection", 3),
        ("00080", "tray", 1),
        ("13763", "visit", 3),
        ("10006", "follow-up", 3),
        ("99999", "other", None),
        ("08120", "other", None),
    ],
)
def test_kind_and_units_a_day(book: CodeBook, code: str, kind: str, units: int | None) -> None:
    rule = book.rules.item(code)
    assert (rule.kind, rule.units_per_day) == (kind, units)
    assert rule.code == code


@pytest.mark.parametrize(
    ("codes", "referral"),
    [
        ("00110 12110 18110 13436 01016 01116 01015 01115 01155 01710 01712 01770", "required"),
        ("01156 01157 01124 01125 01040 01141 01160 00424", "clinic-policy"),
        ("00100 18101 00120 01107 01707 00014 00015 00010 00080 00811 99999", "optional"),
    ],
)
def test_referral_rules(book: CodeBook, codes: str, referral: str) -> None:
    assert {book.rules.item(code).referral for code in codes.split()} == {referral}


@pytest.mark.parametrize(
    ("codes", "minutes"),
    [
        ("00120 12120 18120 13438 13838 01714 13220", 20),
        ("00121 13041 01713", 60),
        ("13763 13781", 30),
        ("10003 01705 00122", None),
    ],
)
def test_items_that_need_their_times(book: CodeBook, codes: str, minutes: int | None) -> None:
    rules = [book.rules.item(code) for code in codes.split()]
    assert all(rule.time_required for rule in rules)
    assert {rule.minimum_minutes for rule in rules} == {minutes}


@pytest.mark.parametrize("code", ["01156", "01157", "01124", "01125", "00100", "00110", "00015"])
def test_items_without_times(book: CodeBook, code: str) -> None:
    assert not book.rules.item(code).time_required


def test_what_counts_to_the_daily_volume(book: CodeBook) -> None:
    """p.109 (i): office visits, examinations and counselling, no consultation, no telehealth."""
    counted = {code for code, rule in book.rules.items.items() if rule.daily_volume}
    assert counted == {
        *FAMILY_ITEMS["visit"],
        *FAMILY_ITEMS["exam"],
        *FAMILY_ITEMS["counselling"],
    }
    steps = [(step.up_to, step.percent) for step in book.rules.limits.daily_volume]
    assert steps == [(50, 100), (65, 50), (None, 0)]


def test_what_counts_to_the_counselling_limit(book: CodeBook) -> None:
    """Four a calendar year: office, out of office and telehealth together; groups do not."""
    counted = {code for code, rule in book.rules.items.items() if rule.counselling_limit}
    out_of_office = {"12220", "13220", "15220", "16220", "17220", "18220"}
    assert counted == {
        *FAMILY_ITEMS["counselling"],
        *FAMILY_TELEHEALTH["counselling"],
        *out_of_office,
        "01714",
    }
    assert book.rules.limits.counselling_per_calendar_year == 4


def test_imaging_is_needed_for_facet_blocks(book: CodeBook) -> None:
    needing = {code for code, rule in book.rules.items.items() if rule.imaging_required}
    assert needing == {"01140", "01141", "01142", "01143", "01144", "01145", "00811"}


@pytest.mark.parametrize(
    ("codes", "specialties"),
    [
        ("00100 18110 13838", {"family"}),
        ("01016 01116 01015 01115 01107 01155", {"anesthesiology"}),
        ("01710 01712 01707 01714 01777", {"physical-medicine"}),
        ("01156 01157 01124 01125 00015", set()),
    ],
)
def test_who_usually_bills_it(book: CodeBook, codes: str, specialties: set[str]) -> None:
    assert all(book.rules.item(code).specialties == specialties for code in codes.split())


def test_telehealth_items(book: CodeBook) -> None:
    marked = {code for code, rule in book.rules.items.items() if rule.telehealth}
    family = {code for codes in FAMILY_TELEHEALTH.values() for code in codes}
    specialists = {"01155", "01770", "01772", "01776", "01777", "01778", "10003", "10006"}
    assert marked == family | specialists | {"13041", "13042"}


def test_a_joint_injected_again_within_30_days(book: CodeBook) -> None:
    for code in ("00014", "00015"):
        repeat = book.rules.repeat_of(code)
        assert repeat is not None
        assert (repeat.within_days, repeat.unrelated_percent) == (30, 50)
    assert book.rules.repeat_of("01157") is None


@pytest.mark.parametrize(
    ("code", "seen_by", "same_diagnosis", "instead"),
    [
        ("00110", "group", False, None),
        ("13836", "group", False, None),
        ("01016", "practitioner", True, "01116"),
        ("01015", "practitioner", True, "01115"),
        ("01710", "practitioner", True, "01712"),
        ("01770", "practitioner", True, "01772"),
    ],
)
def test_a_full_consultation_needs_six_months(
    book: CodeBook, code: str, seen_by: str, same_diagnosis: bool, instead: str | None
) -> None:
    rule = book.rules.consultation_of(code)
    assert rule is not None
    assert rule.interval_months == 6
    assert (rule.seen_by, rule.same_diagnosis, rule.limited_item) == (
        seen_by,
        same_diagnosis,
        instead,
    )


@pytest.mark.parametrize("code", ["01116", "01712", "00100", "01157"])
def test_no_interval_is_needed(book: CodeBook, code: str) -> None:
    assert book.rules.consultation_of(code) is None


def test_every_kind_is_used_or_the_default(book: CodeBook) -> None:
    used = {rule.kind for rule in book.rules.items.values()}
    assert used == set(get_args(Kind)) - {"other"}


# Ages


@pytest.mark.parametrize("codes", [*FAMILY_ITEMS.values(), *FAMILY_TELEHEALTH.values()])
def test_age_bands_hold_at_both_ends(book: CodeBook, codes: list[str]) -> None:
    for code, (first, last) in zip(codes, FAMILY_BANDS, strict=True):
        rule = book.rules.item(code)
        assert rule.admits_age(first)
        assert not rule.admits_age(first - 1)
        assert rule.admits_age(last if last is not None else 115)
        assert last is None or not rule.admits_age(last + 1)


@pytest.mark.parametrize(("age", "admitted"), [(18, False), (19, True), (90, True)])
def test_medication_is_for_adults(book: CodeBook, age: int, admitted: bool) -> None:
    assert book.rules.item("00010").admits_age(age) is admitted
    assert book.rules.item("00034").admits_age(age) is admitted


@given(age=st.integers(0, 120), kind=st.sampled_from(sorted(FAMILY_ITEMS)))
def test_every_age_has_exactly_one_item_of_a_sort(book: CodeBook, age: int, kind: str) -> None:
    assert sum(book.rules.item(code).admits_age(age) for code in FAMILY_ITEMS[kind]) == 1


# What a session's words are billed as


@pytest.mark.parametrize(
    ("count", "point", "block"),
    [(1, "01156", "01124"), (2, "01157", "01125"), (12, "01157", "01125")],
)
def test_points_and_blocks(book: CodeBook, count: int, point: str, block: str) -> None:
    assert book.rules.derivation.trigger_point(count) == point
    assert book.rules.derivation.block(count) == block


def test_joints(book: CodeBook) -> None:
    assert book.rules.derivation.joint(is_hip=True) == "00014"
    assert book.rules.derivation.joint(is_hip=False) == "00015"


@pytest.mark.parametrize(
    ("age", "visit", "consultation", "counselling"),
    [
        (0, "12100", "12110", "12120"),
        (1, "12100", "12110", "12120"),
        (2, "00100", "00110", "00120"),
        (49, "00100", "00110", "00120"),
        (50, "15300", "15310", "15320"),
        (59, "15300", "15310", "15320"),
        (60, "16100", "16110", "16120"),
        (69, "16100", "16110", "16120"),
        (70, "17100", "17110", "17120"),
        (79, "17100", "17110", "17120"),
        (80, "18100", "18110", "18120"),
        (101, "18100", "18110", "18120"),
    ],
)
def test_family_visits_by_age(
    book: CodeBook, age: int, visit: str, consultation: str, counselling: str
) -> None:
    derivation = book.rules.derivation
    assert derivation.visit("visit", "family", age) == visit
    assert derivation.visit("consultation", "family", age) == consultation
    assert derivation.visit("counselling", "family", age) == counselling


@pytest.mark.parametrize("age", [0, 40, 90])
@pytest.mark.parametrize(
    ("word", "specialty", "item"),
    [
        ("visit", "anesthesiology", "01107"),
        ("consultation", "anesthesiology", "01016"),
        ("limited-consultation", "anesthesiology", "01116"),
        ("counselling", "anesthesiology", None),
        ("visit", "physical-medicine", "01707"),
        ("consultation", "physical-medicine", "01710"),
        ("limited-consultation", "physical-medicine", "01712"),
        ("counselling", "physical-medicine", "01714"),
        ("limited-consultation", "family", None),
        ("visit", "other", None),
        ("consultation", "other", None),
        ("limited-consultation", "other", None),
        ("counselling", "other", None),
        ("exam", "family", None),
        ("", "family", None),
        ("visit", "surgery", None),
    ],
)
def test_visits_of_a_specialty(
    book: CodeBook, word: str, specialty: str, item: str | None, age: int
) -> None:
    assert book.rules.derivation.visit(word, specialty, age) == item


def test_an_unknown_age_matters_only_where_age_decides(book: CodeBook) -> None:
    assert book.rules.derivation.visit("visit", "family", None) is None
    assert book.rules.derivation.visit("visit", "anesthesiology", None) == "01107"
