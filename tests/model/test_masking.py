"""What a screen or a log may show of a patient: last four characters, initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.masking import (
    mask_health_numbers_in,
    mask_name,
    mask_number,
    mask_numbers_in,
    mask_value,
)
from tpi_billing.model.session import COLUMNS


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
        ("9151.065.434", "********" + ".434"),
        ("9151\u00a0065\u00a0434", "********\u00a0434"),
        ("9151\u202f065\u202f434", "********\u202f434"),
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


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        # What a column is meant to hold is shown, also where it is wrong.
        ("status", "No show", "No show"),
        ("status", "checked out", "checked out"),
        ("sex", "Female", "Female"),
        ("sex", "X", "X"),
        ("visit", "limited-consultation", "limited-consultation"),
        ("insurer", "WorkSafeBC", "WorkSafeBC"),
        ("referral_profession", "Nurse Practitioner", "Nurse Practitioner"),
        ("practitioner_number", "A9999", "A9999"),
        ("practitioner_number", "990011", "990011"),
        ("payee_number", "AB123", "AB123"),
        ("diagnosis_1", "E8844", "E8844"),
        ("service_date", "05-Oct-2026", "05-Oct-2026"),
        ("service_date", "13/04/2026", "13/04/2026"),
        ("start_time", "9:00 am", "9:00 am"),
        ("block_distance_cm", "75 cm", "75 cm"),
        ("fee_items", "01157; 00015x2", "01157; 00015x2"),
        *(
            ("patient_id", chart, chart)
            for chart in ("C-1001", "AB 1234", "LI12", "2026-PAT-7", "X")
        ),
        ("chart_signed", "yes", "yes"),
        # A name that slipped into it is not.
        ("status", "Okanese", "O."),
        ("sex", "Noor Okanese", "N. O."),
        ("visit", "Okanese visit", "O. visit"),
        ("insurer", "Okanese 123456", "O. **3456"),
        ("referral_profession", "Dr Hollis", "Dr H."),
        ("practitioner_number", "SMITH", "S."),  # five capitals, but no digit
        ("referral_number", "Dr Hollis", "D. H."),
        ("location_code", "Okanese", "O."),
        ("diagnosis_1", "Okanese 72885", "O. *2885"),
        ("service_date", "Okanese", "O."),
        ("start_time", "Élodie", "É."),
        ("fee_items", "O'Farrow", "O'F."),
        ("patient_id", "Okanese", "O."),
        ("patient_id", "Okanese-Farrow, Noor", "O., N."),
        ("patient_id", "Okanese, Noor 12", "O., N. 12"),
        ("patient_id", "Li", "L."),  # a chart number has a digit
        ("patient_id", "LI", "L."),
        ("patient_id", "Smith_Jones", "S._J."),
        ("patient_id", "Li-Wu", "L."),
        ("patient_id", "Smith_Jones_12", "S._J._12"),
        ("patient_id", "Smith_12", "S._12"),
        # Nor is a birth date, which keeps its year and its form.
        ("sex", "1970-05-31", "1970-**-**"),
        ("practitioner_number", "1970-05-31", "1970-**-**"),
        ("birth_date", "1970-05-31", "1970-**-**"),
        ("birth_date", "31-May-1970", "**-***-1970"),
        ("birth_date", "31/05/70", "**/**/**"),
        ("birth_date", "19700531", "1970****"),
        ("birth_date", "Okanese", "O."),
        # The registry of referrals has columns of its own.
        ("notice_sent", "2026-10-13", "2026-10-13"),
        ("notice_sent", "Okanese", "O."),
        ("implicit", "yes", "yes"),
        ("implicit", "Okanese", "O."),
        ("letter", "Okanese's folder", "***"),
    ],
)
def test_a_cell_that_is_not_of_its_columns_kind_is_masked(
    column: str, value: str, shown: str
) -> None:
    assert mask_value(column, value) == shown


FREE = {"session_id", "trigger_point_sites", "nerve_block_sites", "joint_sites", "agent"}


@pytest.mark.parametrize("column", [one.name for one in COLUMNS if one.name not in FREE])
def test_a_row_shifted_by_one_column_shows_no_name(column: str) -> None:
    assert "kanese" not in mask_value(column, "Okanese")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("V1001", "V1001"),
        ("9151065434", "******5434"),
        ("V-9151065434-2", "V-******5434-2"),
        ("9151 065 434", "******** 434"),
        ("8151065434", "8151065434"),  # health numbers begin with 9
        ("20261013094512", "20261013094512"),  # a moment is no health number
        ("915106543420261013", "******543420261013"),  # its check digit is right
        ("202610139151065434", "20261013******5434"),
        ("915106543520261013", "915106543520261013"),  # and here it is not
        ("", ""),
    ],
)
def test_an_id_stays_usable_unless_it_holds_a_health_number(text: str, shown: str) -> None:
    assert mask_health_numbers_in(text) == shown
    assert mask_value("session_id", text) == shown


@given(st.from_regex(r"[1-9][0-9]{9}", fullmatch=True), st.sampled_from(["phn", "agent", "sex"]))
def test_no_mask_shows_more_than_four_digits_of_a_health_number(phn: str, column: str) -> None:
    masked = mask_value(column, phn)
    assert sum(character.isdigit() for character in masked) == 4
    assert masked.endswith(phn[-4:])


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask_numbers_in(mask_numbers_in(text)) == mask_numbers_in(text)
