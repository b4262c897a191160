"""What a screen or a log may show of a patient: last four characters, initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.masking import mask_name, mask_number, mask_numbers_in, mask_value


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("9151065434", "******5434"),
        ("12345", "*2345"),
        ("1234", "****"),  # four characters would be the whole number
        ("12", "**"),
        ("", ""),
        ("AB-1234567", "******4567"),
    ],
)
def test_a_number_keeps_its_last_four(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Avery van Example", "A. v. E."),
        ("Okanese", "O."),
        ("  Noor   Okanese ", "N. O."),
        ("Élodie", "É."),
        ("O'Farrow", "O."),
        ("", ""),
    ],
)
def test_a_name_keeps_its_initials(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("called about 9151065434 today", "called about ******5434 today"),
        ("9151 065 434", "********" + " 434"),
        ("9151-065-434", "********" + "-434"),
        ("123456789", "*****6789"),  # nine digits may be a number that lost one
        ("12345678", "12345678"),  # eight are a date
        ("on 2026-10-13", "on 2026-10-13"),
        ("V1001, then 9151065434 and 9100000009", "V1001, then ******5434 and ******0009"),
        ("", ""),
    ],
)
def test_long_numbers_are_masked_wherever_they_stand(text: str, shown: str) -> None:
    assert mask_numbers_in(text) == shown


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("patient_first_name", "Noor", "N."),
        ("patient_second_name", "Hana", "H."),
        ("patient_surname", "Okanese", "O."),
        ("referral_name", "Dr Hollis", "D. H."),
        ("phn", "9151065434", "******5434"),
        ("phn", "915106543", "*****6543"),  # a damaged one is masked as well
        ("registration_number", "123456789", "*****6789"),
        ("icbc_claim_number", "AB123456", "****3456"),
        ("address_1", "12 Nowhere Road", "***"),
        ("address_2", "Unit 4", "***"),
        ("city", "Banff", "***"),
        ("postal_code", "T1L1A1", "***"),
        ("note", "patient Okanese called", "***"),
        ("diagnosis_1", "72885", "72885"),
        ("service_date", "2026-10-13", "2026-10-13"),
        ("session_id", "V1001", "V1001"),
        ("patient_id", "9151065434", "******5434"),  # typed into the wrong column
        ("agent", "lidocaine 1% for 9151065434", "lidocaine 1% for ******5434"),
        ("phn", "", ""),
        ("note", "", ""),
    ],
)
def test_a_cell_is_masked_as_its_column_needs(column: str, value: str, shown: str) -> None:
    assert mask_value(column, value) == shown


@given(st.from_regex(r"[1-9][0-9]{9}", fullmatch=True), st.sampled_from(["phn", "agent", "sex"]))
def test_no_mask_shows_more_than_four_digits_of_a_health_number(phn: str, column: str) -> None:
    masked = mask_value(column, phn)
    assert sum(character.isdigit() for character in masked) == 4
    assert masked.endswith(phn[-4:])


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask_numbers_in(mask_numbers_in(text)) == mask_numbers_in(text)
