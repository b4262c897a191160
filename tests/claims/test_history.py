"""The past and future of a patient in the ledger: what is found does not depend on how it came.

Sessions are imported in any order and in any number of files, are billed, held or just imported;
those of other patients change nothing, except where one practitioner's day is looked at.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers import CLERK, CLINIC_TOML, Clinic, Values, block, clinic_config, made_up_phn, visit
from hypothesis import given, settings
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook
from tpi_billing.config import Config, parse
from tpi_billing.ledger.decisions import DecisionKind, add_decision
from tpi_billing.ledger.referrals import add_referral, add_update
from tpi_billing.ledger.sessions import Scope
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.session import patient_key

Said = dict[str, list[tuple[str, str, str]]]
"""What was found of each session: check, severity, message."""

OF_A_DAY = {"sessions-overlap", "daily-volume"}
"""The checks that look at a practitioner's day, whoever the patients are."""

GROUP = (
    CLINIC_TOML
    + """
[[practitioners]]
number = "99003"
name = "Casey Instance"
specialty = "family"
"""
)


def group() -> Config:
    """Make the configuration of a clinic with two family physicians and an anesthesiologist."""
    return parse(GROUP, "tpi-billing.toml")


def key_of(patient: int) -> str:
    return patient_key({"phn": made_up_phn(patient)}, "canonical")


def said(clinic: Clinic, *, patient: int | None = None) -> Said:
    phn = None if patient is None else made_up_phn(patient)
    return {
        session_id: [(found.code, found.severity, found.message) for found in one.findings]
        for session_id, one in sorted(clinic.assess().items())
        if phn is None or one.session.phn == phn
    }


def codes(clinic: Clinic, session_id: str) -> list[str]:
    return [code for code, _, _ in said(clinic)[session_id]]


# --- any order of import --------------------------------------------------------------------

EARLY: Values = {"referral_date": "2026-01-02"}
TREATMENTS: tuple[Values, ...] = (
    {},  # trigger points
    {"trigger_point_sites": "left trapezius"},
    {"trigger_point_sites": "", "joint_sites": "left shoulder"},
    {"trigger_point_sites": "", "joint_sites": "left shoulder", "visit": "visit"},
    {"joint_sites": "left hip", "visit": "visit", "visit_diagnosis": "4019"},
    {"trigger_point_sites": "", "visit": "visit"},
    {"trigger_point_sites": "", "visit": "consultation"},
    {"trigger_point_sites": "", "visit": "consultation", "diagnosis_1": "7242"},
    {"trigger_point_sites": "", "visit": "counselling", "end_time": "10:00"},
    {"fee_items": "15320", "end_time": "15:00"},
    {"fee_items": "13538", "end_time": "15:00"},
    {"nerve_block_sites": "left greater occipital", "block_distance_cm": "70"},
    {"nerve_block_sites": "left greater occipital"},
    {"chart_signed": "no"},
    {"referral_number": "36000"},
    {"referral_number": "", "referral_name": "", "referral_profession": "", "referral_date": ""},
)
DAYS = ("2026-01-05", "2026-03-31", "2026-09-13", "2026-09-30", "2026-10-05", "2026-10-13")
STARTS = ("09:00", "09:10", "13:00", "")


@st.composite
def visits(draw: st.DrawFn, patient: int, prefix: str = "V") -> list[Values]:
    """Make up a patient's visits, much alike and some of them on the same day."""
    usual = draw(st.lists(st.sampled_from(TREATMENTS), min_size=1, max_size=3))
    rows = []
    for number in range(draw(st.integers(3, 9))):
        changes = {**EARLY, **draw(st.sampled_from(usual))}
        changes["service_date"] = draw(st.sampled_from(DAYS))
        changes["start_time"] = draw(st.sampled_from(STARTS))
        changes.setdefault("end_time", "14:00" if changes["start_time"] == "13:00" else "09:30")
        changes["practitioner_number"] = draw(st.sampled_from(["99001", "99002", "99003"]))
        rows.append(visit(f"{prefix}{number}", patient, **changes))
    return rows


@contextmanager
def made(book: CodeBook) -> Iterator[Clinic]:
    """Make a clinic whose registry knows the first patient's referrer."""
    with TemporaryDirectory() as folder:
        clinic = Clinic(Path(folder), book, group())
        with clinic.ledger.changing(CLERK) as transaction:
            referral = RegisteredReferral(0, "35546", "Dr Hollis", "physician", date(2026, 1, 2))
            number = add_referral(transaction, clinic.data_centre, key_of(1), referral)
            add_update(transaction, number, date(2026, 3, 15), "")
        try:
            yield clinic
        finally:
            clinic.close()


def found_when(book: CodeBook, *files: Sequence[Values], patient: int | None = None) -> Said:
    """Import the files one after the other; return what is found in the end."""
    with made(book) as clinic:
        for rows in files:
            clinic.bring(*rows)
        return said(clinic, patient=patient)


def split(rows: list[Values], cuts: Sequence[int]) -> list[list[Values]]:
    edges = [0, *sorted({cut % (len(rows) + 1) for cut in cuts}), len(rows)]
    return [rows[a:b] for a, b in pairwise(edges) if a < b]


@settings(max_examples=20)
@given(data=st.data(), rows=visits(1), cuts=st.lists(st.integers(0, 9), max_size=3))
def test_the_order_of_import_changes_no_finding(
    book: CodeBook, data: st.DataObject, rows: list[Values], cuts: list[int]
) -> None:
    """One file in order of time, or several in any order: the same of every session."""
    shuffled = data.draw(st.permutations(rows))
    assert found_when(book, *split(shuffled, cuts)) == found_when(book, rows)


@settings(max_examples=20)
@given(mine=visits(1), others=visits(2, "W"), first=st.booleans())
def test_another_patients_sessions_change_nothing(
    book: CodeBook, mine: list[Values], others: list[Values], first: bool
) -> None:
    """Except that one practitioner cannot be with two patients at once."""

    def without_days(found: Said) -> Said:
        return {key: [one for one in of if one[0] not in OF_A_DAY] for key, of in found.items()}

    files = (others, mine) if first else (mine, others)
    together = found_when(book, *files, patient=1)
    assert without_days(together) == without_days(found_when(book, mine))


@settings(max_examples=10)
@given(mine=visits(1), others=visits(2, "W"))
def test_another_patient_of_another_practitioner_changes_nothing_at_all(
    book: CodeBook, mine: list[Values], others: list[Values]
) -> None:
    elsewhere = [{**row, "practitioner_number": "99009"} for row in others]
    assert found_when(book, mine, elsewhere, patient=1) == found_when(book, mine)


# --- billed, held and imported alike --------------------------------------------------------

JOINT: Values = {"trigger_point_sites": "", "joint_sites": "left shoulder"}
SEEN: Values = {"trigger_point_sites": "", "visit": "visit"}
CONSULTED: Values = {"trigger_point_sites": "", "visit": "consultation"}
COUNSELLED: Values = {"trigger_point_sites": "", "visit": "counselling", "end_time": "09:30"}

CASES = [
    ("repeat-injection-visit", [("2026-09-20", JOINT)], {**JOINT, "visit": "visit"}),
    ("consultation-too-soon", [("2026-08-10", SEEN)], CONSULTED),
    (
        "counselling-limit",
        [(day, COUNSELLED) for day in ("2026-08-10", "2026-08-24", "2026-09-07", "2026-09-21")],
        COUNSELLED,
    ),
    ("series-frequency", [("2026-09-30", {}), ("2026-10-04", {})], {}),
]


@pytest.mark.parametrize(("check_id", "earlier", "now"), CASES)
@pytest.mark.parametrize("state", ["imported", "held", "billed", "later"])
def test_an_earlier_visit_counts_whatever_became_of_it(
    clinic: Clinic, state: str, check_id: str, earlier: list[tuple[str, Values]], now: Values
) -> None:
    rows = [
        visit(f"V{number}", service_date=day, **EARLY, **changes)
        for number, (day, changes) in enumerate(earlier)
    ]
    if state == "held":
        rows = [{**row, "chart_signed": "no"} for row in rows]
    if state != "later":
        clinic.bring(*rows)
    if state == "billed":
        for month in ("2026-08", "2026-09", "2026-10"):
            clinic.bill(month)
        assert all(clinic.session(row["session_id"]).batch_id for row in rows)
    clinic.bring(visit("V9", service_date="2026-10-06", **now))
    if state == "later":
        assert check_id not in codes(clinic, "V9")
        clinic.bring(*rows)
    assert check_id in codes(clinic, "V9")


@pytest.mark.parametrize(("check_id", "earlier", "now"), CASES)
def test_a_visit_that_did_not_take_place_does_not_count(
    clinic: Clinic, check_id: str, earlier: list[tuple[str, Values]], now: Values
) -> None:
    rows = [
        visit(f"V{number}", service_date=day, status="cancelled", **changes)
        for number, (day, changes) in enumerate(earlier)
    ]
    clinic.bring(*rows, visit("V9", service_date="2026-10-06", **now))
    assert check_id not in codes(clinic, "V9")


@pytest.mark.parametrize(("check_id", "earlier", "now"), CASES)
@pytest.mark.parametrize("month", ["2026-10", None])
def test_the_month_that_is_checked_does_not_narrow_the_past(
    clinic: Clinic, month: str | None, check_id: str, earlier: list[tuple[str, Values]], now: Values
) -> None:
    clinic.bring(
        *(
            visit(f"V{n}", service_date=day, **EARLY, **changes)
            for n, (day, changes) in enumerate(earlier)
        ),
        visit("V9", service_date="2026-10-06", **now),
    )
    found = clinic.assess(Scope(month=month))["V9"].findings
    assert check_id in [finding.code for finding in found]


def test_the_repeated_injection_is_halved_beside_an_unrelated_visit(clinic: Clinic) -> None:
    """Payment Schedule p.54 (iv): 15300 in full, 41.42, and 00015 at half, 9.64."""
    clinic.bring(
        visit("V1", service_date="2026-09-20", **JOINT),
        visit("V2", service_date="2026-10-06", **JOINT, visit="visit", visit_diagnosis="4019"),
    )
    one = clinic.assess()["V2"]
    assert not one.held
    amounts = {line.fee_item: (line.percent, line.amount_cents) for line in one.lines}
    assert amounts == {"15300": (100, 41_42), "00015": (50, 9_64)}


# --- the registry, decisions, the practitioner's day ----------------------------------------


def test_a_session_without_columns_takes_the_registrys_referral(clinic: Clinic) -> None:
    blank = dict.fromkeys(
        ("referral_number", "referral_name", "referral_profession", "referral_date"), ""
    )
    clinic.bring(
        visit("V1", **blank),
        visit("V2", 2, **blank, practitioner_number="99002"),
        visit("V3", 3, start_time="10:00", end_time="10:15"),
    )
    with clinic.ledger.changing(CLERK) as transaction:
        for patient in (1, 3):
            referral = RegisteredReferral(0, "36000", "Dr Frame", "physician", date(2026, 2, 2))
            add_referral(transaction, clinic.data_centre, key_of(patient), referral)
    assert codes(clinic, "V1") == []
    assert codes(clinic, "V2") == ["referral-missing"]
    assert codes(clinic, "V3") == ["referral-unknown"]


@pytest.mark.parametrize(
    ("closed_on", "expected"),
    [(date(2026, 10, 13), []), (date(2026, 10, 12), ["referral-missing"])],
)
def test_a_closed_referral_is_not_taken(
    clinic: Clinic, closed_on: date, expected: list[str]
) -> None:
    blank = dict.fromkeys(
        ("referral_number", "referral_name", "referral_profession", "referral_date"), ""
    )
    clinic.bring(visit("V1", **blank))
    with clinic.ledger.changing(CLERK) as transaction:
        referral = RegisteredReferral(
            0, "36000", "Dr Frame", "physician", date(2026, 2, 2), closed_on=closed_on
        )
        add_referral(transaction, clinic.data_centre, key_of(1), referral)
    assert codes(clinic, "V1") == expected


@pytest.mark.parametrize(
    ("updated", "expected"),
    [
        (None, ["referral-update-due"]),
        (date(2026, 4, 12), ["referral-update-due"]),
        (date(2026, 4, 13), []),
    ],
)
def test_a_written_update_in_the_registry(
    clinic: Clinic, updated: date | None, expected: list[str]
) -> None:
    clinic.bring(visit("V0", service_date="2026-01-05"), visit("V1"))
    with clinic.ledger.changing(CLERK) as transaction:
        referral = RegisteredReferral(0, "35546", "Dr Hollis", "physician", date(2026, 1, 2))
        number = add_referral(transaction, clinic.data_centre, key_of(1), referral)
        if updated is not None:
            add_update(transaction, number, updated, "")
    assert codes(clinic, "V1") == expected


def test_an_approved_over_age_claim_is_not_overdue(clinic: Clinic) -> None:
    clinic.bring(visit("V1", service_date="2026-06-01", **EARLY))
    assert codes(clinic, "V1") == ["submission-overdue"]
    key = clinic.session("V1").session_key
    with clinic.ledger.changing(CLERK) as transaction:
        add_decision(
            transaction,
            clinic.data_centre,
            key,
            DecisionKind.OVER_AGE,
            reference="A-123",
            reason="approved by MSP",
        )
    assert codes(clinic, "V1") == []


def test_visits_of_one_practitioner_at_the_same_time(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, start_time="09:00", end_time="09:30"),
        block("V2", 2, start_time="09:30", end_time="10:00"),  # begins as the first ends
        visit("V3", 3, start_time="09:29", end_time="09:31"),
        visit("V4", 4, start_time="09:00", end_time="09:30", practitioner_number="99002"),
        visit("V5", 5, start_time="09:00", end_time="09:30", service_date="2026-10-14"),
    )
    overlaps = {
        session_id: [message for code, _, message in found if code == "sessions-overlap"]
        for session_id, found in said(clinic).items()
    }
    at_once = "The practitioner has another visit at the same time: "
    assert overlaps == {
        "V1": [f"{at_once}V3."],
        "V2": [f"{at_once}V3."],
        "V3": [f"{at_once}V1, V2."],
        "V4": [],
        "V5": [],
    }


@pytest.mark.parametrize(
    ("many", "said_of_the_last"),
    [
        (5, "V11, V12, V13, V14"),
        (6, "V11, V12, V13 and 2 more"),
        (40, "V11, V12, V13 and 36 more"),
    ],
)
def test_a_day_whose_visits_all_have_one_time(
    clinic: Clinic, many: int, said_of_the_last: str
) -> None:
    """Each overlaps with all the others: some are named, and all are counted."""
    clinic.bring(
        *(visit(f"V{at}", at, start_time="09:00", end_time="09:15") for at in range(11, 11 + many))
    )
    messages = {
        session_id: message
        for session_id, found in said(clinic).items()
        for code, _, message in found
        if code == "sessions-overlap"
    }
    assert len(messages) == many
    assert messages[f"V{10 + many}"].endswith(f"at the same time: {said_of_the_last}.")


def busy_day(count: int, **changes: str) -> list[Values]:
    """Make a day of office visits, one after the other from 08:00, a patient each."""
    times = [f"{8 + at // 6:02}:{at % 6}0" for at in range(count)]
    return [
        visit(f"V{at}", at, trigger_point_sites="", visit="visit", start_time=start, **changes)
        for at, start in enumerate(times, start=1)
    ]


def discounted(clinic: Clinic) -> list[str]:
    found = said(clinic)
    return sorted(
        (key for key, of in found.items() if any(code == "daily-volume" for code, *_ in of)),
        key=lambda one: int(one[1:]),
    )


@pytest.mark.parametrize(("count", "expected"), [(50, []), (51, ["V51"]), (52, ["V51", "V52"])])
def test_more_than_fifty_visits_of_a_day(clinic: Clinic, count: int, expected: list[str]) -> None:
    clinic.bring(*reversed(busy_day(count, end_time="")))
    assert discounted(clinic) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"insurer": "ICBC"},  # a motor vehicle accident
        {"insurer": "WSBC"},
        {"visit": "consultation"},
        {"trigger_point_sites": "left trapezius", "visit": ""},
        {"practitioner_number": "99002"},
    ],
)
def test_what_does_not_count_towards_the_fifty(clinic: Clinic, changes: Values) -> None:
    rows = busy_day(51, end_time="")
    rows[0] = {**rows[0], **changes}
    clinic.bring(*[{column: text for column, text in row.items() if text} for row in rows])
    assert discounted(clinic) == []


def test_an_exempt_community_has_no_limit(tmp_path: Path, book: CodeBook) -> None:
    exempt = Clinic(tmp_path, book, clinic_config('\n[policy]\ndaily_volume = "exempt"\n'))
    exempt.bring(*busy_day(51, end_time=""))
    assert discounted(exempt) == []
    exempt.close()
