"""A visit under a known id: the same patient's, corrected, or another's altogether."""

import pytest

from tpi_billing.intake.another_patient import is_another_patient

ADA = {
    "phn": "9110001497",
    "patient_first_name": "Ada",
    "patient_surname": "Madeup",
    "birth_date": "1970-02-03",
}
BO = {
    "phn": "9110002238",
    "patient_first_name": "Bo",
    "patient_surname": "Elsewhere",
    "birth_date": "1981-05-06",
}
ALBERTAN = {**BO, "phn": "", "insurer": "AB", "registration_number": "718293645"}


@pytest.mark.parametrize(
    ("before", "now", "another"),
    [
        (ADA, BO, True),
        (ADA, ALBERTAN, True),
        (ALBERTAN, ADA, True),
        (ADA, ADA, False),
        (ADA, {**BO, "phn": ADA["phn"]}, False),
        (ADA, {**BO, "birth_date": ADA["birth_date"]}, False),
        (ADA, {**ADA, "phn": BO["phn"], "birth_date": BO["birth_date"]}, False),
        (ADA, {**BO, "patient_first_name": "ADA", "patient_surname": "madeup"}, False),
        (ADA, {**BO, "patient_surname": "Madeup"}, True),
        (ADA, {**BO, "phn": ""}, False),
        (ADA, {**BO, "birth_date": ""}, False),
        (ADA, {**BO, "patient_first_name": "", "patient_surname": ""}, False),
        ({**ADA, "phn": ""}, BO, False),
        ({**ADA, "birth_date": "F"}, BO, False),
        ({**ADA, "phn": "C1"}, BO, False),
        ({**ADA, "phn": "12345"}, BO, False),
        ({**ADA, "phn": "123456"}, BO, True),
        (ADA, {**BO, "phn": "C1", "birth_date": "F"}, True),
        ({}, BO, False),
    ],
)
def test_another_patient_differs_in_number_name_and_birth_date(
    before: dict[str, str], now: dict[str, str], another: bool
) -> None:
    assert is_another_patient(before, now) is another
