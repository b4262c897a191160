"""MSP's codes told as reasons: which one decides, the field, the cure, who acts, until when.

The claims are of 13 October 2026: 90 days later is 11 January 2027. An answer of 12 November 2026
allows until 10 February 2027.
"""

from datetime import date

import pytest
from made_up_claims import made_up_claim

from tpi_billing.claims.explaining import deadline, explained, in_weight, session_column
from tpi_billing.claims.work_items import Reason
from tpi_billing.codes import CodeBook
from tpi_billing.model.claim import ClaimState

REFUSED = made_up_claim(claim_id=17, state=ClaimState.REFUSED)
ANSWERED = date(2026, 11, 12)
FROM_SERVICE, FROM_ANSWER = date(2027, 1, 11), date(2027, 2, 10)
FIRST = Reason("claim-refused", "MSP refused the claim", "MSP refused it.", "Look at it.")


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ((), []),
        (("YY",), ["YY"]),
        (("YY", "VM", "AF"), ["VM", "AF"]),
        (("BA", "AF", "VM"), ["AF", "BA", "VM"]),  # BA only informs
        (("BA", "ZS"), ["BA", "ZS"]),
        (("0Q", "AF"), ["AF", "0Q"]),  # no code of the list
        (("0Q",), ["0Q"]),
    ],
)
def test_the_first_code_that_decides_leads(
    book: CodeBook, codes: tuple[str, ...], told: list[str]
) -> None:
    assert in_weight(codes, book) == told


@pytest.mark.parametrize(
    ("codes", "changes", "last"),
    [
        (("VM",), {}, FROM_SERVICE),  # corrected, R
        (("YY", "VM"), {}, FROM_SERVICE),
        (("GG",), {}, FROM_ANSWER),  # judged again, X
        (("AF",), {}, None),  # coverage, C: no limit is known
        (("BV",), {}, None),  # until when is in MSP's approval
        (("IA",), {}, None),  # nothing to bill
        ((), {}, FROM_SERVICE),
        (("0Q",), {}, FROM_SERVICE),
        ((), {"state": ClaimState.PAID_CHANGED}, FROM_ANSWER),
        (("BA",), {"state": ClaimState.PAID_CHANGED}, FROM_ANSWER),
        (("KB",), {"state": ClaimState.PAID_CHANGED}, FROM_ANSWER),
        (("GG",), {"submission_code": "E"}, None),  # a request to take a payment back
    ],
)
def test_until_when(
    book: CodeBook, codes: tuple[str, ...], changes: dict[str, object], last: date | None
) -> None:
    claim = made_up_claim(**{"state": ClaimState.REFUSED, **changes})
    assert deadline(claim, codes, book, ANSWERED) == last


@pytest.mark.parametrize(
    ("p", "column"),
    [
        ("P14", "phn"),
        ("P16", "patient_surname"),
        ("P36", "diagnosis_1"),
        ("P42", "referral_number"),
        ("P52", "birth_date"),
        ("N01", "note"),
        ("P64", ""),
        ("", ""),
    ],
)
def test_the_session_column_of_a_field(p: str, column: str) -> None:
    assert session_column(p) == column


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("VM", "tpi-billing claims correct 17"),
        ("AV", "tpi-billing claims resubmit 17"),
        ("GG", "tpi-billing claims correct 17"),
        ("AF", "tpi-billing claims correct 17"),
        ("BV", "tpi-billing claims correct 17"),
        ("IA", "tpi-billing claims write-off 17 --reason ..."),
        ("*F", "tpi-billing claims write-off 17 --reason ..."),
    ],
)
def test_the_leading_code_names_the_command(book: CodeBook, code: str, command: str) -> None:
    leading, other = explained(FIRST, REFUSED, (code, "VS"), book)
    known = book.explanatory_code(code)
    assert known is not None
    assert leading.message.startswith(f"MSP refused it. {code}: {known.meaning.rstrip('.')}")
    assert leading.cure.startswith(known.action)
    assert command in leading.cure
    assert "claims correct" not in other.cure


@pytest.mark.parametrize(
    ("code", "field", "column", "who"),
    [
        ("VM", "P42", "referral_number", "front desk"),
        ("AB", "P14", "phn", "front desk"),
        ("AF", "", "", "front desk"),  # the patient has to act
        ("VJ", "P36", "diagnosis_1", "practitioner"),
        ("GG", "P26", "fee_items", "billing"),
        ("BH", "", "", "MSP"),
    ],
)
def test_the_field_and_who_acts(
    book: CodeBook, code: str, field: str, column: str, who: str
) -> None:
    (reason,) = explained(FIRST, REFUSED, (code,), book)
    found = (reason.explanatory_code, reason.field, reason.column, reason.who)
    assert found == (code, field, column, who)
    assert (f"(field {field}, column {column})" in reason.message) is bool(field)


@pytest.mark.parametrize("code", ["AA", "AB", "AC", "AD", "AF", "AH", "*B", "*H", "AK"])
def test_a_coverage_refusal_offers_the_check_of_one_patient(book: CodeBook, code: str) -> None:
    (reason,) = explained(FIRST, REFUSED, (code,), book)
    assert "tpi-billing eligibility PHN BIRTHDATE" in reason.cure
    assert "tpi-billing --unmask claims show 17" in reason.cure
    assert REFUSED.phn not in reason.cure


@pytest.mark.parametrize("code", ["VM", "GG", "BA", "BB"])
def test_other_codes_do_not(book: CodeBook, code: str) -> None:
    (reason,) = explained(FIRST, REFUSED, (code,), book)
    assert "eligibility" not in reason.cure


def test_nobody_without_a_bc_number_can_be_checked(book: CodeBook) -> None:
    (reason,) = explained(FIRST, made_up_claim(phn="", state=ClaimState.REFUSED), ("AF",), book)
    assert "eligibility" not in reason.cure


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("VM", "The 90 days are over: MSP has to approve it first (HLTH 2943). "),
        ("GG", "The 90 days after the remittance are over. "),
    ],
)
def test_what_is_too_late_says_so_first(book: CodeBook, code: str, said: str) -> None:
    in_time, late = (
        explained(FIRST, REFUSED, (code,), book, late=late)[0].cure for late in (False, True)
    )
    assert late == said + in_time


def test_a_code_that_no_list_has_is_told_as_such(book: CodeBook) -> None:
    (reason,) = explained(FIRST, REFUSED, ("0Q",), book)
    assert reason.message == "MSP refused it. 0Q: not on the list of codes here."
    assert reason.cure == "Look at it."


def test_without_a_code_there_is_what_happened(book: CodeBook) -> None:
    assert explained(FIRST, REFUSED, (), book) == [FIRST]


def test_every_code_of_the_list_can_be_told(book: CodeBook) -> None:
    for each in book.search_explanatory_codes("e"):
        (reason,) = explained(FIRST, REFUSED, (each.code,), book)
        assert each.meaning.rstrip(".") in reason.message
        assert each.action in reason.cure
