"""Who the patient is, by who pays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tpi_billing.model.finding import Problem

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]

ALBERTA: dict[str, Any] = {
    "insurer": "AB",
    "phn": "",
    "registration_number": "123456789",
    "address_1": "1 Elm Street",
}


def test_a_clean_session_has_no_problem(ids: Ids) -> None:
    assert ids() == []


@pytest.mark.parametrize("insurer", ["MSP", "BC"])
def test_a_bc_patient_needs_a_number(ids: Ids, insurer: str) -> None:
    assert ids(insurer=insurer, phn="") == ["phn-missing"]


def test_an_icbc_patient_needs_a_number(ids: Ids) -> None:
    assert ids(insurer="ICBC", icbc_claim_number="AB123456", phn="") == ["phn-missing"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("9151065434", []),  # the worked example of the reference
        ("9151065433", ["phn-check-digit"]),
        ("9151065443", ["phn-check-digit"]),  # two digits swapped
        # weights 2 4 8 5 10 9 7 3; 0 sums to 0: r = 0 has no check digit at all
        ("9000000000", ["phn-check-digit"]),
        ("9000000001", ["phn-check-digit"]),
        # 4*3 = 12 leaves r = 1: 11 - 1 = 10 is no digit
        ("9000000040", ["phn-check-digit"]),
        ("9000000041", ["phn-check-digit"]),
        # 1*2 = 2 leaves r = 2: the digit is 9
        ("9100000009", []),
        ("8151065434", ["phn-not-bc"]),
        ("915106543", ["phn-not-bc"]),
        ("91510654345", ["phn-not-bc"]),
        ("915106543X", ["phn-not-bc"]),
        ("٩١٥١٠٦٥٤٣٤", ["phn-not-bc"]),  # digits, but not 0 to 9
    ],
)
def test_the_form_of_a_number(ids: Ids, number: str, expected: list[str]) -> None:
    assert ids(phn=number) == expected


@pytest.mark.parametrize(
    ("changes", "expected", "column"),
    [
        ({"first_name": ""}, "The patient's first name is blank.", "patient_first_name"),
        ({"surname": ""}, "The patient's surname is blank.", "patient_surname"),
        (
            {"first_name": "", "surname": ""},
            "The patient's first name and surname are blank.",
            "patient_first_name",
        ),
    ],
)
def test_both_names_are_needed(
    problems: Problems, changes: dict[str, str], expected: str, column: str
) -> None:
    (found,) = problems(**changes)
    assert (found.code, found.message, found.column) == ("name-missing", expected, column)


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (None, ["birth-date-invalid"]),
        (date(2026, 10, 12), []),
        (date(2026, 10, 13), []),  # born on the day of service
        (date(2026, 10, 14), ["birth-date-invalid"]),
        (date(1901, 10, 13), []),  # 125 years to the day
        (date(1901, 10, 12), ["birth-date-invalid"]),
    ],
)
def test_the_birth_date_is_at_most_125_years_before_the_service(
    ids: Ids, born: date | None, expected: list[str]
) -> None:
    assert ids(birth_date=born) == expected


@pytest.mark.parametrize(
    ("dependent", "expected"),
    [("00", []), ("66", []), ("", []), ("0", ["dependent-invalid"]), ("01", ["dependent-invalid"])],
)
def test_the_dependent_is_00_or_66(ids: Ids, dependent: str, expected: list[str]) -> None:
    assert ids(dependent=dependent) == expected


def test_another_provinces_patient_needs_no_bc_number(ids: Ids) -> None:
    assert ids(**ALBERTA) == []


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ({"registration_number": ""}, "registration number"),
        ({"first_name": ""}, "first name"),
        ({"surname": ""}, "surname"),
        ({"sex": ""}, "sex (M or F)"),
        ({"sex": "X"}, "sex (M or F)"),
        ({"birth_date": None}, "birth date"),
        ({"address_1": ""}, "street address"),
        (
            {"registration_number": "", "surname": "", "birth_date": None},
            "registration number, surname, birth date",
        ),
    ],
)
def test_another_provinces_patient_needs_the_whole_card(
    problems: Problems, lacks: dict[str, Any], said: str
) -> None:
    (found,) = problems(**(ALBERTA | lacks))
    assert found.code == "reciprocal-incomplete"
    assert found.message == f"Missing for a resident of Alberta: {said}."


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("123456789012", []),
        ("1234567890123", ["reciprocal-incomplete"]),
        ("12345-678", ["reciprocal-incomplete"]),
        ("AB1234567", ["reciprocal-incomplete"]),
    ],
)
def test_a_registration_number_is_at_most_twelve_digits(
    ids: Ids, number: str, expected: list[str]
) -> None:
    assert ids(**(ALBERTA | {"registration_number": number})) == expected


def test_a_wrong_number_and_a_missing_address_are_two_problems(ids: Ids) -> None:
    changes = ALBERTA | {"registration_number": "X1", "address_1": ""}
    assert ids(**changes) == ["reciprocal-incomplete", "reciprocal-incomplete"]


def test_an_impossible_birth_date_of_another_provinces_patient_is_told(ids: Ids) -> None:
    assert ids(**(ALBERTA | {"birth_date": date(2027, 1, 1)})) == ["birth-date-invalid"]


@pytest.mark.parametrize(
    ("insurer", "expected"),
    [
        ("QC", "quebec-not-reciprocal"),
        ("PQ", "quebec-not-reciprocal"),
        ("WSBC", "work-injury-not-msp"),
        ("PRIVATE", "private-not-msp"),
    ],
)
def test_of_what_msp_does_not_pay_only_that_is_said(ids: Ids, insurer: str, expected: str) -> None:
    assert ids(insurer=insurer, phn="", surname="", diagnoses=(), chart_signed=None) == [expected]


def test_an_unknown_insurer_lists_the_known_ones(problems: Problems) -> None:
    (found,) = problems(insurer="MARS")
    assert (found.code, found.column, found.value) == ("invalid-value", "insurer", "MARS")
    assert "MSP, ICBC, WSBC, PRIVATE" in found.hint
    assert "AB" in found.hint


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("phn", {"phn": ""}),
        ("phn", {"phn": "9.1510E+09"}),
        ("patient_surname", {"surname": ""}),
        ("birth_date", {"birth_date": None}),
        ("dependent", {"dependent": "x"}),
        ("insurer", {"insurer": "MARS", "phn": ""}),
        ("insurer", {"insurer": "MSP", "phn": ""}),  # blank for MSP may have been anything
        ("registration_number", ALBERTA | {"registration_number": "?"}),
        ("address_1", ALBERTA | {"address_1": ""}),
    ],
)
def test_a_cell_that_could_not_be_read_is_not_told_twice(
    ids: Ids, column: str, changes: dict[str, Any]
) -> None:
    assert ids(unreadable=[column], **changes) == []
