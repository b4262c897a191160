"""The claims as CSV: the golden file, the rule for formulas, nothing lost on the way."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.batch import BatchContents
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.reports.claims_csv import claims_csv, guarded

GOLDEN = Path(__file__).parent / "golden" / "batch-0003-2026-10-claims.csv"
BatchOf = Callable[..., BatchContents]


def odd(claim: Claim) -> Claim:
    """A claim with everything that an ordinary one has not."""
    return replace(
        claim,
        claim_id=2,
        office_folio=4002,
        session_id="V1002",
        service_date=date(2026, 10, 9),
        start_time=None,
        end_time=None,
        practitioner_number="99003",
        phn="0000000000",
        dependent="66",
        surname="Çelik",
        first_name="Élodie",
        second_name='=HYPERLINK("x")',
        birth_date=date(2026, 10, 1),
        sex="F",
        insurer="AB",
        registration_number="00123456789",
        address_1="12 Nowhere Road",
        address_2="-4",
        city="Banff",
        postal_code="T1L1A1",
        fee_item="00015",
        units=2,
        unit_price_cents=1927,
        percent=50,
        amount_cents=1927,
        price_status="extracted",
        explanation="Half: another item of the day is billed in full.",
        diagnoses=("7260", "7261", "7265"),
        referral_number="99957",
        referral_name="Dr Okell",
        referral_profession="nurse practitioner",
        referral_date=None,
        mva=True,
        icbc_claim_number="0012345A",
        note="+1 604 555 0100",
    )


def test_the_golden_file(plain_claim: Claim, batch_of: BatchOf) -> None:
    written = claims_csv(batch_of([plain_claim, odd(plain_claim)]))
    assert written.startswith(b"\xef\xbb\xbfclaim_id,")
    lines = written.removeprefix(b"\xef\xbb\xbf").split(b"\r\n")
    # However git checks the golden file out, its lines are these.
    assert lines == GOLDEN.read_bytes().replace(b"\r\n", b"\n").split(b"\n")


def test_what_becomes_of_a_claim_later_does_not_change_its_row(
    plain_claim: Claim, batch_of: BatchOf
) -> None:
    later = replace(plain_claim, state=ClaimState.PAID, paid_cents=7792)
    assert claims_csv(batch_of([later])) == claims_csv(batch_of([plain_claim]))


def test_without_claims_there_is_a_header_only(batch_of: BatchOf) -> None:
    assert claims_csv(batch_of([])).count(b"\r\n") == 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("＠x", "'＠x"),
        ("\t=1", "'\t=1"),
        ("  +1", "'  +1"),
        ("'t Hooft", "''t Hooft"),
        ("O'Farrow", "O'Farrow"),
        ("7291", "7291"),
        ("", ""),
    ],
)
def test_text_that_could_be_a_formula_gets_an_apostrophe(text: str, written: str) -> None:
    assert guarded(text) == written


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\uffff\ufffe")))
def test_a_program_gets_the_exact_text_back(text: str) -> None:
    written = guarded(text)
    assert written.removeprefix("'") == text
    assert written[:1] not in {"=", "+", "-", "@"}


def test_a_reader_of_csv_finds_the_same_number_of_columns_everywhere(
    plain_claim: Claim, batch_of: BatchOf
) -> None:
    nasty = replace(plain_claim, note='semi;colon, "quote"\r\nnext line\x07', surname="=1,2")
    text = claims_csv(batch_of([nasty])).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert len(header) == len(row) == 46
    assert row[header.index("note")] == 'semi;colon, "quote"\nnext line␇'
    assert row[header.index("patient_surname")] == "'=1,2"
