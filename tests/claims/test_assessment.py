"""Who is billed and who is held (design, section 3), one patient's day with a practitioner.

A day is priced as a whole; what is held must neither halve nor displace what is billed.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from helpers import AS_OF, Clinic, Values, block, clinic_config, visit
from hypothesis import given, settings
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook
from tpi_billing.ledger.decisions import DecisionKind, add_decision
from tpi_billing.ledger.sessions import Scope

UNSIGNED = {"chart_signed": "no"}


def codes(clinic: Clinic, session_id: str) -> list[str]:
    return [finding.code for finding in clinic.assess()[session_id].findings]


def held(clinic: Clinic) -> set[str]:
    return {session_id for session_id, one in clinic.assess().items() if one.held}


def amounts(clinic: Clinic) -> dict[str, int]:
    """Return what each session comes to that is not held, in cents."""
    found = clinic.assess()
    return {session_id: one.amount_cents for session_id, one in found.items() if not one.held}


# One session


def test_a_clean_session_is_not_held_and_has_nothing_to_say(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    (one,) = clinic.assess().values()
    assert (one.findings, one.held, one.amount_cents) == ((), False, 7_792)


def test_an_error_holds_and_a_warning_lets_through(clinic: Clinic) -> None:
    clinic.bring(visit("V1", **UNSIGNED), visit("V2", 2, agent=""))
    assert codes(clinic, "V1") == ["chart-not-signed"]
    assert codes(clinic, "V2") == ["agent-not-recorded"]
    assert held(clinic) == {"V1"}


def test_a_finding_names_the_place_of_the_row(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, **UNSIGNED), name="october.jsonl")
    (finding,) = clinic.assess()["V2"].findings
    assert (finding.place.file, finding.place.row) == ("october.jsonl", 2)
    assert (finding.session_id, finding.column) == ("V2", "chart_signed")


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        (date(2026, 10, 12), "service-date-future"),
        (date(2026, 10, 13), None),
        (date(2026, 12, 27), None),  # 15 days are left
        (date(2026, 12, 28), "submission-due-soon"),
        (date(2027, 1, 11), "submission-due-soon"),  # the 90th day
        (date(2027, 1, 12), "submission-overdue"),
    ],
)
def test_a_session_is_assessed_as_of_a_day(clinic: Clinic, as_of: date, code: str | None) -> None:
    clinic.bring(visit("V1", service_date="2026-10-13"))
    findings = clinic.assess(as_of=as_of)["V1"].findings
    assert [finding.code for finding in findings] == ([code] if code else [])


# Two sessions of one day


def test_the_sessions_of_a_day_are_priced_together(clinic: Clinic) -> None:
    # 99.16, and 77.92 at 50%, for they are 75 cm apart.
    clinic.bring(block("V1"), visit("V2", start_time="10:00", block_distance_cm="75"))
    assert amounts(clinic) == {"V1": 9_916, "V2": 3_896}


def test_trigger_points_of_one_session_belong_to_the_block_of_another(clinic: Clinic) -> None:
    clinic.bring(block("V1", block_distance_cm="12"), visit("V2", start_time="10:00"))
    assert amounts(clinic) == {"V1": 9_916, "V2": 0}
    assert codes(clinic, "V2") == ["trigger-point-within-block"]


@pytest.mark.parametrize(
    "other",
    [
        {"service_date": "2026-10-14"},
        {"patient": 2},
        {"practitioner_number": "99002"},
        {"dependent": "66"},
    ],
)
def test_another_day_patient_or_practitioner_is_priced_apart(
    clinic: Clinic, other: dict[str, object]
) -> None:
    clinic.bring(block("V1"), visit("V2", **{"block_distance_cm": "75", **other}))  # type: ignore[arg-type]
    assert {one.amount_cents for one in clinic.assess().values()} == {9_916, 7_792}


# The same item twice on a day: the earlier start, then the lower id, is billed


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("V1", "09:00"), ("V2", "10:00")),
        (("V2", "09:00"), ("V1", "10:00")),  # the start goes before the id
        (("V1", "09:00"), ("V2", "09:00")),
        (("V999", "09:00"), ("V1000", "09:00")),  # as numbers, not as letters
        (("9", "09:00"), ("10", "09:00")),
        (("V1", "09:00"), ("V0", "")),  # without a start it comes last
        (("V1", ""), ("V2", "")),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_earlier_of_two_twins_is_billed(
    clinic: Clinic, first: tuple[str, str], second: tuple[str, str], *, turned: bool
) -> None:
    rows = [visit(name, start_time=start) for name, start in (first, second)]
    clinic.bring(*(reversed(rows) if turned else rows))
    assert amounts(clinic) == {first[0]: 7_792}
    assert "same-day-same-item" not in codes(clinic, first[0])
    assert "same-day-same-item" in codes(clinic, second[0])


def test_twins_of_two_sources_are_one_day_too(clinic: Clinic) -> None:
    clinic.bring(visit("V2", start_time="09:00"))
    clinic.bring(visit("V1", start_time="10:00"), source="day-sheet")
    assert amounts(clinic) == {"V2": 7_792}


def test_a_third_twin_is_held_as_well(clinic: Clinic) -> None:
    clinic.bring(*(visit(f"V{hour}", start_time=f"{hour}:00") for hour in (10, 11, 12)))
    assert amounts(clinic) == {"V10": 7_792}


# What is held does not count


@pytest.mark.parametrize(
    "fault",
    [
        UNSIGNED,
        {"diagnosis_1": "72885"},
        {"referral_number": "", "referral_name": "", "referral_date": ""},
        {"insurer": "WSBC"},
        {"insurer": "PRIVATE"},
    ],
)
def test_a_held_session_does_not_halve_the_others(clinic: Clinic, fault: dict[str, str]) -> None:
    clinic.bring(block("V1", **fault), visit("V2", start_time="10:00", block_distance_cm="75"))
    assert amounts(clinic) == {"V2": 7_792}


def test_a_held_block_does_not_include_the_trigger_points_of_others(clinic: Clinic) -> None:
    clinic.bring(block("V1", block_distance_cm="12", **UNSIGNED), visit("V2", start_time="10:00"))
    assert amounts(clinic) == {"V2": 7_792}
    assert codes(clinic, "V2") == []


@pytest.mark.parametrize("fault", [UNSIGNED, {"insurer": "PRIVATE"}, {"insurer": "WSBC"}])
def test_a_held_session_does_not_displace_its_later_twin(
    clinic: Clinic, fault: dict[str, str]
) -> None:
    clinic.bring(visit("V1", **fault), visit("V2", start_time="10:00"))
    assert amounts(clinic) == {"V2": 7_792}
    assert codes(clinic, "V2") == []


def test_a_held_session_does_not_fill_the_places_of_three(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", fee_items="01040", **UNSIGNED),
        visit("V2", start_time="10:00", fee_items="01035; 01022; 01157"),
    )
    # 260.17, 138.55 at 50% is 69.28, 77.92 at 50%
    assert amounts(clinic) == {"V2": 26_017 + 6_928 + 3_896}


def test_a_held_session_does_not_exclude_what_may_not_stand_beside_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1", fee_items="01156", **UNSIGNED), visit("V2", start_time="10:00"))
    assert amounts(clinic) == {"V2": 7_792}


def test_two_that_may_not_stand_together_are_both_held(clinic: Clinic) -> None:
    clinic.bring(visit("V1", fee_items="01156"), visit("V2", start_time="10:00"))
    assert held(clinic) == {"V1", "V2"}
    assert codes(clinic, "V1") == codes(clinic, "V2") == ["single-and-multiple"]


def test_one_that_contradicts_itself_does_not_hold_its_neighbour(clinic: Clinic) -> None:
    torn = visit("V2", start_time="10:00", fee_items="01156; 01157")
    clinic.bring(visit("V1"), torn)
    assert amounts(clinic) == {"V1": 7_792}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [({}, {"V2"}), (UNSIGNED, {"V1"}), ({"insurer": "PRIVATE"}, {"V1"})],
)
def test_another_practitioners_visit_holds_a_later_one_only_if_it_stands(
    clinic: Clinic, fault: dict[str, str], expected: set[str]
) -> None:
    early = visit("V1", start_time="09:00", **fault)
    clinic.bring(early, visit("V2", start_time="15:00", practitioner_number="99002"))
    assert held(clinic) == expected


def test_what_a_displaced_visit_frees_is_billed_once_among_practitioners(clinic: Clinic) -> None:
    clinic.bring(
        visit("V0", start_time="09:00", fee_items="00015", joint_sites="left knee"),
        visit(
            "V1",
            start_time="10:00",
            practitioner_number="99002",
            fee_items="01040; 01042; 01044; 00015",
            joint_sites="left knee",
        ),
        visit("V3", start_time="11:00", practitioner_number="99002"),
        visit("V4", start_time="12:00"),
    )
    found = clinic.assess()
    billed = [claim.fee_item for one in found.values() for claim in one.claims if not one.held]
    assert sorted(billed) == ["00015", "01157"]
    assert not found["V3"].held
    assert [finding.code for finding in found["V4"].findings] == ["same-day-same-item"]


def test_an_approval_helps_only_a_claim_that_is_overdue(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    key = clinic.session("V1").session_key
    with clinic.ledger.changing("a clerk") as transaction:
        add_decision(
            transaction,
            clinic.data_centre,
            key,
            DecisionKind.OVER_AGE,
            reference="OV-1",
            reason="approved",
        )
    (claim,) = clinic.assess()["V1"].claims
    assert (claim.submission_code, claim.approval_reference) == ("0", "")


def test_a_fourth_fee_holds_the_session_that_asks_for_it(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", fee_items="01040; 01035; 01022"),
        visit("V2", start_time="10:00", fee_items="01157"),
    )
    assert held(clinic) == {"V2"}
    assert amounts(clinic) == {"V1": 26_017 + 6_928 + 6_029}


def test_every_fault_is_found_at_once(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", start_time="10:00", **UNSIGNED))
    assert set(codes(clinic, "V2")) == {"chart-not-signed", "same-day-same-item"}


# What is billed already


def test_the_later_twin_of_a_billed_session_is_a_duplicate(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    clinic.billed()
    clinic.bring(visit("V2", start_time="10:00"))
    assert codes(clinic, "V2") == ["duplicate-claim"]
    assert held(clinic) == {"V2"}


def test_an_earlier_twin_that_comes_late_is_a_duplicate_too(clinic: Clinic) -> None:
    clinic.bring(visit("V2", start_time="10:00"))
    clinic.billed()
    clinic.bring(visit("V1", start_time="09:00"))
    assert codes(clinic, "V1") == ["duplicate-claim"]


def test_what_comes_after_the_days_batch_is_priced_around_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1", block_distance_cm="75"))
    clinic.billed()
    clinic.bring(block("V2", start_time="10:00", block_distance_cm="75"))
    assert amounts(clinic) == {"V2": 4_958}


def test_a_voided_batch_leaves_no_trace_in_the_price(clinic: Clinic) -> None:
    clinic.bring(visit("V1", block_distance_cm="75"))
    clinic.void(clinic.billed())
    clinic.bring(block("V2", start_time="10:00", block_distance_cm="75"))
    assert amounts(clinic) == {"V1": 3_896, "V2": 9_916}


def test_billed_and_cancelled_sessions_are_not_assessed(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    clinic.billed()
    clinic.bring(visit("V2", 2, status="cancelled"), visit("V3", 3))
    assert set(clinic.assess()) == {"V3"}


def test_a_cancelled_session_does_not_count_in_its_day(clinic: Clinic) -> None:
    clinic.bring(block("V1", status="cancelled"), visit("V2", start_time="10:00"))
    assert amounts(clinic) == {"V2": 7_792}


# Whose day, and which sessions are meant


def test_rows_without_a_patient_share_nothing(clinic: Clinic) -> None:
    nobody = {"phn": "", "patient_id": "", "chart_signed": "yes"}
    clinic.bring(visit("V1", **nobody), visit("V2", start_time="10:00", **nobody))
    assert "same-day-same-item" not in codes(clinic, "V2")


def test_another_provinces_patient_is_one_patient_whatever_the_case(clinic: Clinic) -> None:
    guest = {
        "phn": "",
        "registration_number": "123456789",
        "address_1": "1 Nowhere Road",
        "city": "Banff",
        "postal_code": "T1L1A1",
    }
    clinic.bring(
        visit("V1", insurer="AB", **guest), visit("V2", start_time="10:00", insurer="ab", **guest)
    )
    assert amounts(clinic) == {"V1": 7_792}


@pytest.mark.parametrize(
    ("scope", "met"),
    [
        (Scope(), {"V1", "V2", "V3", "V4"}),
        (Scope(month="2026-10"), {"V2", "V3"}),
        (Scope(month="2026-09"), {"V1"}),
        (Scope(month="2026-12"), set()),
        (Scope(practitioner="99002"), {"V3"}),
        (Scope(month="2026-10", practitioner="99001"), {"V2"}),
        (Scope(practitioner="99003"), set()),
    ],
)
def test_the_scope_narrows_what_is_assessed(clinic: Clinic, scope: Scope, met: set[str]) -> None:
    clinic.bring(
        visit("V1", service_date="2026-09-30"),
        visit("V2", service_date="2026-10-01"),
        visit("V3", service_date="2026-10-31", practitioner_number="99002"),
        visit("V4", service_date="2026-11-01"),
    )
    assert set(clinic.assess(scope)) == met


def test_an_import_is_assessed_with_the_rest_of_its_days(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V9", 9, **UNSIGNED))
    imported = clinic.bring(visit("V2", start_time="10:00"))
    assert [(one.session_id, one.code) for one in imported.findings] == [
        ("V2", "same-day-same-item")
    ]


def test_specialty_and_policy_come_from_the_configuration(tmp_path: Path, book: CodeBook) -> None:
    config = clinic_config('[policy]\nhalf_cent = "down"\n[checks]\nchart-not-signed = "warning"\n')
    clinic = Clinic(tmp_path, book, config)
    clinic.bring(
        visit("V1", fee_items="01035; 01022"),
        visit("V2", 2, practitioner_number="99002", visit="consultation", **UNSIGNED),
    )
    # 260.17 + 69.27; 245.42 for the anaesthetist's consultation beside 77.92
    assert amounts(clinic) == {"V1": 26_017 + 6_927, "V2": 24_542 + 7_792}
    clinic.close()


# The order in which sessions came does not matter

DAY_OF_MANY = [
    visit("V1"),
    visit("V2", start_time="10:00"),
    block("V3", start_time="11:00", block_distance_cm="75"),
    visit("V4", start_time="08:00", fee_items="01040", **UNSIGNED),
    visit("V5", 2, start_time="09:00"),
    block("V6", 2, start_time="09:00"),
    visit("V7", 2, start_time="09:30", fee_items="01040"),
    visit("V8", 3, start_time="", fee_items="01156"),
    visit("V9", 3, start_time="", fee_items="01157"),
    visit("V10", 3, start_time="", fee_items="01156"),
    visit("V11", 4, practitioner_number="99002", agent=""),
]


@given(st.permutations(DAY_OF_MANY), st.lists(st.integers(1, len(DAY_OF_MANY) - 1), max_size=3))
@settings(max_examples=20)
def test_the_order_of_import_changes_no_finding_and_no_amount(
    book: CodeBook,
    empty_ledger: Path,
    in_order: dict[str, object],
    rows: list[Values],
    cuts: list[int],
) -> None:
    with TemporaryDirectory() as folder:
        assert told(Clinic.from_empty(empty_ledger, Path(folder), book), rows, cuts) == in_order


@pytest.fixture(scope="module")
def in_order(
    book: CodeBook, empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("clinic")
    return told(Clinic.from_empty(empty_ledger, folder, book), DAY_OF_MANY)


def told(clinic: Clinic, rows: Sequence[Values], cuts: Sequence[int] = ()) -> dict[str, object]:
    """Import rows, in a new file after each cut; return all that is said of every session."""
    edges = [0, *sorted(set(cuts)), len(rows)]
    for start, end in pairwise(edges):
        clinic.bring(*rows[start:end])
    found = {
        session_id: (
            [(finding.code, finding.severity, finding.message) for finding in one.findings],
            [(line.fee_item, line.outcome, line.amount_cents) for line in one.lines],
        )
        for session_id, one in clinic.assess().items()
    }
    clinic.close()
    return found


def test_a_session_of_another_day_changes_nothing(clinic: Clinic) -> None:
    clinic.bring(*DAY_OF_MANY)
    before = clinic.assess()
    clinic.bring(
        *(
            {**row, "session_id": f"W{at}", "service_date": "2026-10-27"}
            for at, row in enumerate(DAY_OF_MANY)
        )
    )
    after = clinic.assess()
    assert {name: after[name].lines for name in before} == {
        name: one.lines for name, one in before.items()
    }


def test_the_same_day_gives_the_same_twice(clinic: Clinic) -> None:
    clinic.bring(*random_order())
    assert clinic.assess() == clinic.assess(as_of=AS_OF)


def random_order() -> list[Values]:
    rows = list(DAY_OF_MANY)
    Random(7).shuffle(rows)
    return rows
