"""The strict writer: what each kind of field takes, and how it refuses the rest."""

from datetime import date, datetime, time
from typing import Any

import pytest
from made_up import laid_out

from tpi_billing.teleplan.folding import Change
from tpi_billing.teleplan.layout import Values
from tpi_billing.teleplan.refusal import RecordRefusedError
from tpi_billing.teleplan.writer import Rendered, writer_of

CLAIM: dict[str, Any] = {
    "data_centre": "T9999",
    "sequence_number": 102,
    "payee_number": "A9999",
    "practitioner_number": "99001",
    "phn": "9151065434",
    "name_verify": "NJOK",
    "units": 1,
    "fee_item": "01157",
    "billed_amount": 7792,
    "service_date": date(2026, 10, 13),
    "diagnosis_1": "7291",
    "service_location": "Q",
    "birth_date": date(1975, 3, 2),
    "office_folio": 501,
}


def render(**changes: Any) -> Rendered:
    return writer_of("C02").render({**CLAIM, **changes})


def columns(first: int, last: int, **changes: Any) -> str:
    rendered = render(**changes)
    assert rendered.refusals == ()
    assert len(rendered.text) == 424
    return rendered.text[first - 1 : last]


@pytest.mark.parametrize(
    ("field", "first", "last", "value", "written"),
    [
        ("sequence_number", 9, 15, 1, "0000001"),
        ("sequence_number", 9, 15, 9_999_999, "9999999"),
        ("name_verify", 36, 39, "N X", "N X "),
        ("name_verify", 36, 39, "0000", "0000"),
        ("dependent", 40, 41, "66", "66"),
        ("units", 42, 44, 1, "001"),
        ("units", 42, 44, 999, "999"),
        ("after_hours", 49, 49, "W", "W"),
        ("billed_amount", 57, 63, 0, "0000000"),
        ("billed_amount", 57, 63, 9_999_999, "9999999"),
        ("payment_mode", 64, 64, "E", "E"),
        ("service_date", 65, 72, date(1900, 1, 1), "19000101"),
        ("service_date", 65, 72, date(2099, 12, 31), "20991231"),
        ("submission_code", 75, 75, "X", "X"),
        ("diagnosis_1", 77, 81, "346", "346  "),
        ("diagnosis_2", 82, 86, "V4589", "V4589"),
        ("diagnosis_2", 82, 86, "", "     "),
        ("call_time", 120, 123, time(23, 59), "2359"),
        ("start_time", 124, 127, time(0, 1), "0001"),
        ("start_time", 124, 127, None, "0000"),
        ("birth_date", 132, 139, None, "00000000"),
        ("claim_comment", 148, 167, "twenty characters it", "TWENTY CHARACTERS IT"),
        ("icbc_claim_number", 169, 176, "AB1", "AB1     "),
        ("original_file_number", 177, 196, "12", "00000000000000000012"),
        ("insurer_code", 265, 266, "NF", "NF"),
        ("oin_registration", 267, 278, "7", "000000000007"),
        ("oin_birth_date", 279, 286, date(2000, 2, 29), "20000229"),
        ("oin_birth_date", 279, 286, None, "        "),
        ("oin_postal_code", 419, 424, "T2P1J9", "T2P1J9"),
    ],
)
def test_a_value_is_written_in_its_columns(
    field: str, first: int, last: int, value: object, written: str
) -> None:
    assert columns(first, last, **{field: value}) == written


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("data_centre", None, "is missing"),
        ("data_centre", "T999", "is not five digits or capitals"),
        ("data_centre", "T99999", "has 6 characters, the field holds 5"),
        ("data_centre", "t9999", "is not five digits or capitals"),
        ("sequence_number", 0, "is less than 1"),
        ("sequence_number", -1, "is negative"),
        ("sequence_number", 10_000_000, "is too large for the field's 7 digits"),
        ("sequence_number", "1", "is not a whole number"),
        ("sequence_number", True, "is not a whole number"),
        ("payee_number", "00000", "is not five digits or capitals, not all zeros"),
        ("payee_number", "", "is missing"),
        ("phn", "915106543", "is not ten digits beginning with 9"),
        ("phn", "91510654345", "has 11 characters, the field holds 10"),
        ("phn", "8151065434", "is not ten digits beginning with 9"),
        ("phn", "9151O65434", "is not ten digits beginning with 9"),
        ("phn", 9151065434, "is not ten digits beginning with 9"),
        ("name_verify", "1JOK", "is not letters of the patient's names"),
        ("name_verify", "NJO'", "is not letters of the patient's names"),
        ("dependent", "01", "is not one of 00, 66"),
        ("units", 0, "is less than 1"),
        ("units", 1000, "is too large for the field's 3 digits"),
        ("fee_item", "1157", "is not five digits"),
        ("fee_item", "G0115", "is not five digits"),
        ("fee_item", "011570", "has 6 characters, the field holds 5"),
        ("billed_amount", -1, "is negative"),
        ("billed_amount", 10_000_000, "is too large for the field's 7 digits"),
        ("service_date", None, "is missing"),
        ("service_date", date(1899, 12, 31), "is not a day from 1900 to 2099"),
        ("service_date", date(2100, 1, 1), "is not a day from 1900 to 2099"),
        ("service_date", "20261013", "is not a date, written CCYYMMDD"),
        ("service_date", datetime(2026, 10, 13, 9), "is not a date, written CCYYMMDD"),  # noqa: DTZ001
        ("submission_code", "B", "is not one of 0, D, R, C, A, X, I, W, E"),
        ("submission_code", "", "is missing"),
        ("extended_submission_code", "X", "is not blanks"),
        ("diagnosis_1", "", "is missing"),
        ("diagnosis_1", "729.1", "is not an ICD-9 code of MSP's list without a dot"),
        ("diagnosis_1", "72", "is not an ICD-9 code of MSP's list without a dot"),
        ("diagnosis_1", "728851", "has 6 characters, the field holds 5"),
        ("service_location", "S", "is not one of A, B, C"),
        ("service_location", "q", "is not one of A, B, C"),
        ("referral_code_1", "X", "is not one of 0, B, T"),
        ("referral_number_1", "3554", "is not five digits or capitals"),
        ("start_time", time(0, 0), "is midnight"),
        ("start_time", time(9, 0, 1), "has seconds"),
        ("start_time", "0900", "is not a time of the 24-hour clock"),
        ("office_folio", None, "is missing"),
        ("office_folio", 0, "is less than 1"),
        ("correspondence_code", "Y", "is not one of 0, C, N, B"),
        ("claim_comment", "twenty-one characters", "has 21 characters, the field holds 20"),
        ("claim_comment", "\ue000", "has a character that cannot be written in plain letters"),
        ("claim_comment", "A\x07B", "has a control character in it"),
        ("claim_comment", 5, "is not text in capitals"),
        ("icbc_claim_number", "AB-123", "is not up to eight digits and capitals"),
        ("icbc_claim_number", "AB1234567", "has 9 characters, the field holds 8"),
        ("original_file_number", "1" * 21, "has 21 characters, the field holds 20"),
        ("original_file_number", "12A", "is not digits"),
        ("original_file_number", "-12", "is not digits"),
        ("insurer_code", "QC", "is not one of AB, SK"),
        ("oin_registration", "1234567890AB", "is not digits"),
        ("oin_sex", "X", "is not one of M, F"),
        ("oin_postal_code", "T2P 1J", "is not a postal code"),
        ("oin_postal_code", "T2P 1J9", "has 7 characters, the field holds 6"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(field: str, value: object, problem: str) -> None:
    rendered = render(**{field: value})

    assert rendered.text == ""
    (refusal,) = rendered.refusals
    assert refusal.field == field
    assert problem in refusal.problem
    assert refusal.cure


def test_a_refusal_names_record_field_number_problem_and_cure_but_never_the_value() -> None:
    (refusal,) = render(phn="9151065x34").refusals

    assert refusal.message == "C02 phn (P14) is not ten digits beginning with 9."
    assert refusal.cure == "Compare the number with the patient's card."
    assert refusal.value == "9151065x34"


def test_all_fields_of_a_record_are_refused_at_once() -> None:
    refused = render(units=0, fee_item="1", diagnosis_1="", service_date=None).refusals

    assert [refusal.p for refusal in refused] == ["P20", "P26", "P30", "P36"]


def test_a_refused_record_is_raised_with_every_field() -> None:
    with pytest.raises(RecordRefusedError) as caught:
        writer_of("C02").write({**CLAIM, "units": 0, "fee_item": "1"})

    assert [trouble.column for trouble in caught.value.troubles] == ["units", "fee_item"]
    assert caught.value.exit_code == 5


def test_a_field_that_the_record_does_not_have_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="C02 has no field fee_code"):
        writer_of("C02").render({**CLAIM, "fee_code": "01157"})


def test_folded_text_is_reported_with_what_it_was() -> None:
    rendered = render(claim_comment="d\xe9j\xe0 vu")

    assert rendered.text[147:167] == "DEJA VU             "
    assert rendered.changes == (Change("C02", "claim_comment", "P58", "d\xe9j\xe0 vu", "DEJA VU"),)
    assert rendered.values["claim_comment"] == "DEJA VU"


def test_folding_that_makes_a_text_too_long_is_refused() -> None:
    assert render(claim_comment="A" * 19 + "e").refusals == ()
    (refusal,) = render(claim_comment="A" * 19 + "\xe6").refusals
    assert refusal.problem == "has 21 characters, the field holds 20"


@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_a_blank_note_is_refused(value: str) -> None:
    note: Values = {
        "data_centre": "T9999",
        "sequence_number": 103,
        "payee_number": "A9999",
        "practitioner_number": "99001",
        "note_text": value,
    }
    (refusal,) = writer_of("N01").render(note).refusals

    assert refusal.message == "N01 note text is missing."


def test_records_of_msp_can_be_written_too_with_the_sign_on_the_last_character() -> None:
    text = writer_of("S01").write(
        {
            "data_centre": "T9999",
            "sequence_number": 102,
            "payment_date": date(2026, 11, 17),
            "payee_number": "A9999",
            "practitioner_number": "99001",
            "adjustment_code_1": "32",
            "adjustment_amount_1": -1232,
            "office_folio": 501,
            "paid_amount": -10,
            "received_date": date(2026, 11, 5),
        }
    )

    assert text == laid_out(
        165,
        (1, 3, "S01"),
        (4, 8, "T9999"),
        (9, 15, "0000102"),
        (16, 23, "20261117"),
        (25, 29, "A9999"),
        (36, 40, "99001"),
        (41, 42, "32"),
        (43, 49, "000123K"),
        *((first, first + 6, "0000000") for first in (52, 61, 70, 79, 88, 97)),
        (104, 110, "0000501"),
        (111, 117, "000001}"),
        (118, 125, "20261105"),
    )


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0000000"),
        (9_999_999, "9999999"),
        (-1, "000000J"),
        (-9, "000000R"),
        (-9_999_999, "999999R"),
    ],
)
def test_signed_amounts(cents: int, written: str) -> None:
    line: Values = {"data_centre": "T9999", "sequence_number": 1, "office_folio": 1}

    assert writer_of("S01").write({**line, "paid_amount": cents})[110:117] == written


@pytest.mark.parametrize("cents", [10_000_000, -10_000_000])
def test_a_signed_amount_that_is_too_large_is_refused(cents: int) -> None:
    line: Values = {
        "data_centre": "T9999",
        "sequence_number": 1,
        "office_folio": 1,
        "paid_amount": cents,
    }
    (refusal,) = writer_of("S01").render(line).refusals

    assert refusal.problem == "is too large for the field's 7 digits"
