"""The made-up clinic: nobody exists, the same seed gives the same month, and visits are clean."""

from collections import Counter
from datetime import date, time
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from helpers import Clinic
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.demo.export import write_export
from tpi_billing.demo.faults import FAULTS, Values, plant
from tpi_billing.demo.people import made_up_patient, made_up_phn
from tpi_billing.demo.visits import PRACTITIONERS, visits
from tpi_billing.intake.mappings import known_mappings
from tpi_billing.intake.table import open_table
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Severity
from tpi_billing.model.identifiers import begins_with_letter, is_msp_number, is_phn
from tpi_billing.model.session import COLUMN

MONTH, COUNT = "2026-10", 150
SEEDS = st.integers(min_value=0, max_value=10**6)


@pytest.fixture
def october() -> list[Values]:
    return list(visits(MONTH, COUNT))


# People


@given(SEEDS)
def test_a_made_up_health_number_checks(seed: int) -> None:
    assert is_phn(made_up_phn(Random(seed)))


@given(SEEDS, st.integers(min_value=0, max_value=99_999))
def test_a_made_up_patient_has_all_that_a_claim_needs(seed: int, number: int) -> None:
    first = date(2026, 10, 1)
    patient = made_up_patient(Random(seed), number, first)
    assert is_phn(patient.phn)
    assert is_msp_number(patient.referral_number)
    assert begins_with_letter(patient.first_name)
    assert begins_with_letter(patient.surname)
    assert patient.sex in {"F", "M"}
    assert patient.birth_date < patient.referral_date < first
    assert patient.referral_number not in PRACTITIONERS


def test_the_same_seed_makes_the_same_patient() -> None:
    first = date(2026, 10, 1)
    one, same, other = (made_up_patient(Random(seed), 1, first) for seed in (7, 7, 8))
    assert one == same
    assert one != other


# Visits


@pytest.mark.parametrize("count", [0, 1, 2, 3, 150])
def test_as_many_visits_as_asked_for(count: int) -> None:
    made = list(visits(MONTH, count))
    assert len(made) == count
    assert len({visit["session_id"] for visit in made}) == count


def test_the_same_seed_makes_the_same_month(october: list[Values]) -> None:
    assert list(visits(MONTH, COUNT)) == october
    assert list(visits(MONTH, COUNT, seed=8)) != october


def test_a_longer_month_begins_like_a_shorter_one(october: list[Values]) -> None:
    assert list(islice(visits(MONTH, 5_000), COUNT)) == october


@pytest.mark.parametrize("month", ["2026-10", "2026-02", "2024-02", "2026-12"])
def test_visits_are_on_working_days_of_the_month_in_office_hours(month: str) -> None:
    for visit in visits(month, COUNT):
        day = date.fromisoformat(visit["service_date"])
        assert visit["service_date"].startswith(month)
        assert day.weekday() < 5
        start, end = (time.fromisoformat(visit[at]) for at in ("start_time", "end_time"))
        assert time(9) <= start < end <= time(17)


def test_no_two_visits_of_a_practitioner_begin_together(october: list[Values]) -> None:
    slots = Counter(
        (visit["practitioner_number"], visit["service_date"], visit["start_time"])
        for visit in october
    )
    assert set(slots.values()) == {1}
    assert {visit["practitioner_number"] for visit in october} == set(PRACTITIONERS)


def test_a_patient_comes_twice_two_weeks_apart(october: list[Values]) -> None:
    days: dict[str, list[date]] = {}
    for visit in october:
        days.setdefault(visit["phn"], []).append(date.fromisoformat(visit["service_date"]))
    assert {len(dates) for dates in days.values()} == {2}
    assert all(14 <= (second - first).days <= 17 for first, second in days.values())


def test_a_visit_has_columns_of_ours_only(october: list[Values]) -> None:
    assert {column for visit in october for column in visit} <= set(COLUMN)
    assert all(text for visit in october for text in visit.values())


def test_a_month_has_some_of_everything(october: list[Values]) -> None:
    used = {column for visit in october for column in visit}
    assert {"trigger_point_sites", "nerve_block_sites", "joint_sites"} <= used


# Clean visits, and the faults that are planted


def loud(clinic: Clinic) -> dict[str, set[str]]:
    """Return the errors and warnings of each session that has any."""
    return {
        session_id: found
        for session_id, one in clinic.assess().items()
        if (found := {each.code for each in one.findings if each.severity is not Severity.INFO})
    }


@pytest.mark.parametrize("seed", [7, 8])
def test_the_made_up_visits_are_clean(clinic: Clinic, seed: int) -> None:
    clinic.bring(*visits(MONTH, COUNT, seed=seed))
    assert loud(clinic) == {}
    assert len(clinic.assess()) == COUNT


def test_every_planted_fault_is_found_and_no_other(clinic: Clinic, october: list[Values]) -> None:
    planted = plant(october)
    assert len(planted) == len(FAULTS)
    clinic.bring(*october)
    assert loud(clinic) == {
        session_id: {fault.finding} for session_id, (fault, _) in planted.items()
    }


def test_what_the_clerk_cures_is_clean(clinic: Clinic, october: list[Values]) -> None:
    planted = plant(october)
    clinic.bring(*october)
    cured = [before for fault, before in planted.values() if fault.cured]
    imported = clinic.bring(*cured)
    assert imported.counts.updated == len(cured)
    assert set(loud(clinic)) == {name for name, (fault, _) in planted.items() if not fault.cured}


def test_planting_changes_only_the_planted_visits(october: list[Values]) -> None:
    before = {visit["session_id"]: visit for visit in october}
    planted = plant(october)
    for visit in october:
        name = visit["session_id"]
        assert (visit == before[name]) == (name not in planted)
    assert {name: was for name, (_, was) in planted.items()} == {
        name: before[name] for name in planted
    }


def test_a_fault_names_a_check_that_there_is() -> None:
    assert {fault.finding for fault in FAULTS} <= set(CHECK)
    assert len({fault.finding for fault in FAULTS}) == len(FAULTS)


# The export of a record system


@pytest.mark.parametrize("name", sorted(known_mappings()))
def test_an_export_reads_back_as_the_visits_it_was_made_of(
    tmp_path: Path, october: list[Values], name: str
) -> None:
    mapping = known_mappings()[name]
    out = tmp_path / "october.xlsx"
    write_export(october, mapping, out)
    with open_table(out, source=name, mapping=mapping) as table:
        read = list(table.rows())
    passed_over = [row for row in read if row.passed_over]
    assert [row.values for row in read if not row.passed_over] == october
    assert len(passed_over) <= 1  # the totals row
