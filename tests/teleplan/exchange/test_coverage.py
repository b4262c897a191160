"""Reading what MSP says of one patient's coverage, and asking it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.teleplan.exchange.coverage import coverage_form, read_coverage

LABELS = (
    "PHN",
    "NAME",
    "BIRTHDATE",
    "GENDER",
    "DOS",
    "ELIG_ON_DOS",
    "COVERAGE_END_DT",
    "COVERAGE_END_REASON",
    "PATIENT_VISIT_CHARGE",
    "DATE_OF_LAST_EYE_EXAM",
    "PATIENT_RESTRICTION",
)
VALUES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "eligible", "lines"),
    [
        ("ELIG_ON_DOS: YES\r\n", True, [("ELIG_ON_DOS", "YES")]),
        ("ELIG_ON_DOS:\r\nYES\r\n", True, [("ELIG_ON_DOS", "YES")]),
        ("ELIG_ON_DOS:NO", False, [("ELIG_ON_DOS", "NO")]),
        ("ELIG_ON_DOS:\r\n\r\n no \r\n", False, [("ELIG_ON_DOS", "no")]),
        ("ELIG_ON_DOS: MAYBE", None, [("ELIG_ON_DOS", "MAYBE")]),
        ("ELIG_ON_DOS:", None, [("ELIG_ON_DOS", "")]),
        ("", None, []),
        (
            "COVERAGE_END_DT:\r\nCOVERAGE_END_REASON:\r\nELIG_ON_DOS: YES",
            True,
            [("COVERAGE_END_DT", ""), ("COVERAGE_END_REASON", ""), ("ELIG_ON_DOS", "YES")],
        ),
        (
            "NAME:\nEXAMPLE: AVERY\nPHN: 9151065434",
            None,
            [("NAME", "EXAMPLE: AVERY"), ("PHN", "9151065434")],
        ),
        (
            "NEW_LABEL: 1\nANOTHER: 2\nTIME: 12:30",
            None,
            [("NEW_LABEL", "1"), ("ANOTHER", "2"), ("TIME", "12:30")],
        ),
        ("NAME:\nNEW_LABEL: 1", None, [("NAME", ""), ("NEW_LABEL", "1")]),
        ("a remark\nELIG_ON_DOS: YES", True, [("ELIG_ON_DOS", "YES")]),
    ],
)
def test_labels_and_values(
    text: str, lines: list[tuple[str, str]], *, eligible: bool | None
) -> None:
    coverage = read_coverage(text.encode("ascii"))
    assert coverage.eligible is eligible
    assert list(coverage.lines) == lines


@given(
    said=st.dictionaries(st.sampled_from(LABELS), VALUES),
    betweens=st.lists(st.sampled_from([" ", "", "\r\n", "\n", "\r\n  "]), min_size=11, max_size=11),
)
def test_every_value_is_found_however_the_labels_stand(
    said: dict[str, str], betweens: list[str]
) -> None:
    lines = [
        f"{label}:{between}{value}\r\n"
        for (label, value), between in zip(said.items(), betweens, strict=False)
    ]
    coverage = read_coverage("".join(lines).encode("ascii"))
    assert dict(coverage.lines) == said


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_crash(content: bytes) -> None:
    assert read_coverage(content).eligible in {True, False, None}


def test_the_question_has_dates_in_three_parts() -> None:
    form = coverage_form("9151065434", date(1975, 3, 2), date(2026, 10, 13))
    assert form == {
        "PHN": "9151065434",
        "dateOfBirthyyyy": "1975",
        "dateOfBirthmm": "03",
        "dateOfBirthdd": "02",
        "dateOfServiceyyyy": "2026",
        "dateOfServicemm": "10",
        "dateOfServicedd": "13",
        "PatientVisitCharge": "false",
        "LastEyeExam": "false",
        "PatientRestriction": "true",
    }


def test_without_a_service_date_none_is_asked_for() -> None:
    form = coverage_form("9151065434", date(1975, 3, 2), None)
    assert not [name for name in form if name.startswith("dateOfService")]
