"""A session's own arithmetic: the age that day, the number of injections, the minutes, whose."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.session import COLUMN, COLUMNS, Referral, Session, patient_key

DAY = date(2026, 10, 13)
CONTRACT = """
session_id status service_date start_time end_time practitioner_number payee_number location_code
patient_id phn patient_first_name patient_second_name patient_surname birth_date sex dependent
insurer registration_number address_1 address_2 city postal_code icbc_claim_number
referral_number referral_name referral_profession referral_date
diagnosis_1 diagnosis_2 diagnosis_3 trigger_point_sites trigger_point_injections
nerve_block_sites block_distance_cm joint_sites agent volume_ml visit visit_diagnosis
series_number chart_signed fee_items billed_amount note
"""
"""Design, section 3, in its order."""


def born(birth_date: date, day: date = DAY) -> Session:
    return Session("V1001", day, birth_date=birth_date)


@pytest.mark.parametrize(
    ("birth_date", "day", "age"),
    [
        (date(1976, 10, 12), date(2026, 10, 13), 50),  # the day after
        (date(1976, 10, 13), date(2026, 10, 13), 50),  # the birthday itself counts
        (date(1976, 10, 14), date(2026, 10, 13), 49),  # the day before
        (date(1976, 11, 1), date(2026, 10, 13), 49),  # a later month, an earlier day
        (date(1976, 9, 30), date(2026, 10, 13), 50),  # an earlier month, a later day
        (date(2026, 10, 13), date(2026, 10, 13), 0),  # born that day
        (date(2024, 10, 14), date(2026, 10, 13), 1),
        (date(2024, 10, 13), date(2026, 10, 13), 2),
        (date(1999, 12, 31), date(2026, 1, 1), 26),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2004, 2, 29), date(2026, 2, 28), 21),  # without a 29th the year is full in March
        (date(2004, 2, 29), date(2026, 3, 1), 22),
        (date(2004, 3, 1), date(2024, 2, 29), 19),
        (date(2026, 10, 14), date(2026, 10, 13), -1),  # born after the visit: a check's to say
    ],
)
def test_age_in_whole_years_on_the_service_date(birth_date: date, day: date, age: int) -> None:
    assert born(birth_date, day).age() == age


def test_without_a_birth_date_there_is_no_age() -> None:
    assert Session("V1001", DAY).age() is None


@given(
    st.dates(date(1920, 1, 1), date(2020, 12, 31)),
    st.integers(min_value=0, max_value=36_000),
)
def test_age_never_falls_and_grows_by_one_at_most_from_day_to_day(birth: date, days: int) -> None:
    day = birth + timedelta(days)
    today, tomorrow = born(birth, day).age(), born(birth, day + timedelta(1)).age()
    assert today is not None
    assert tomorrow in {today, today + 1}


@pytest.mark.parametrize(
    ("sites", "injections", "counted"),
    [
        ((), None, 0),
        (("left trapezius",), None, 1),  # without a number one a site
        (("left trapezius", "right trapezius"), None, 2),
        (("left trapezius",), 4, 4),  # several at one site
        (("left trapezius", "right trapezius"), 1, 1),  # the number goes before the sites
        (("left trapezius",), 0, 0),  # a zero is said, not blank
        ((), 3, 3),
    ],
)
def test_trigger_point_injections(
    sites: tuple[str, ...], injections: int | None, counted: int
) -> None:
    session = Session("V1001", DAY, trigger_point_sites=sites, trigger_point_injections=injections)
    assert session.trigger_points == counted


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (time(9), time(9, 20), 20),
        (time(9, 50), time(10, 10), 20),
        (time(9), time(9), 0),
        (time(9), time(8, 59), -1),  # inverted: a check's to say
        (None, time(9), None),
        (time(9), None, None),
        (time(0), time(23, 59), 1_439),
    ],
)
def test_minutes(start: time | None, end: time | None, minutes: int | None) -> None:
    assert Session("V1001", DAY, start_time=start, end_time=end).minutes() == minutes


@pytest.mark.parametrize(
    ("status", "completed"),
    [("completed", True), ("cancelled", False), ("no-show", False), ("booked", False), ("", False)],
)
def test_only_a_completed_visit_is_billed(status: str, completed: bool) -> None:
    assert Session("V1001", DAY, status=status).completed is completed


@pytest.mark.parametrize(
    ("number", "given_one"),
    [("35546", True), ("99957", True), ("", False), ("00000", False), ("0", False), (" ", False)],
)
def test_zeros_are_no_referral(number: str, given_one: bool) -> None:
    assert Referral(number=number, name="Dr Hollis").given is given_one


# Design, section 3: PHN and dependent, else insurer and registration number, else chart number.
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"phn": "9151065434", "patient_id": "C1"},
            {"phn": "9151065434", "patient_id": "C2", "patient_surname": "Other"},
        ),
        ({"phn": "9151065434"}, {"phn": "9151065434", "dependent": "00"}),
        (
            {"phn": "9151065434", "insurer": "MSP"},
            {"phn": "9151065434", "insurer": "ICBC", "registration_number": "1"},
        ),
        (
            {"insurer": "AB", "registration_number": "123456789", "patient_id": "C1"},
            {"insurer": "AB", "registration_number": "123456789", "patient_id": "C2"},
        ),
        (
            {"insurer": "ab", "registration_number": "123456789"},
            {"insurer": "AB", "registration_number": "123456789"},
        ),
        ({"patient_id": "C1"}, {"patient_id": "C1", "insurer": "AB"}),
    ],
)
def test_the_same_patient(one: dict[str, str], other: dict[str, str]) -> None:
    first = patient_key({"session_id": "V1", **one}, "canonical")
    assert first == patient_key({"session_id": "V2", **other}, "day-sheet")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"phn": "9151065434"}, {"phn": "9100000009"}),
        ({"phn": "9151065434"}, {"phn": "9151065434", "dependent": "66"}),  # the newborn
        (
            {"insurer": "AB", "registration_number": "123456789"},
            {"insurer": "SK", "registration_number": "123456789"},
        ),
        ({"patient_id": "9151065434"}, {"phn": "9151065434"}),
        ({"patient_id": "123456789"}, {"insurer": "AB", "registration_number": "123456789"}),
        ({"patient_id": "C1"}, {"patient_id": "C2"}),
        ({}, {}),  # rows with none of them share nothing
        ({"phn": "", "patient_id": ""}, {"patient_surname": "Okanese"}),
    ],
)
def test_different_patients(one: dict[str, str], other: dict[str, str]) -> None:
    first = patient_key({"session_id": "V1", **one}, "canonical")
    assert first != patient_key({"session_id": "V2", **other}, "canonical")


def test_a_row_without_a_patient_is_its_own_also_across_sources() -> None:
    row = {"session_id": "V1"}
    assert patient_key(row, "canonical") != patient_key(row, "day-sheet")


def test_the_columns_are_those_of_the_contract() -> None:
    assert [column.name for column in COLUMNS] == CONTRACT.split()
    assert set(COLUMN) == set(CONTRACT.split())


def test_every_column_says_what_it_is_for() -> None:
    assert [column.name for column in COLUMNS if len(column.help) < 5] == []
