"""Faults that other software has been caught with; each must not be ours."""

from decimal import Decimal
from typing import Any

import pytest
from made_up import ALBERTAN, VENDOR, adults, content_of, only_file, outgoing

from tpi_billing.teleplan.claim_records import render_claim
from tpi_billing.teleplan.reader import read_records
from tpi_billing.teleplan.refusal import RecordRefusedError
from tpi_billing.teleplan.submission import plan_submission


def refused(**changes: Any) -> list[str]:
    return [one.p for one in render_claim(outgoing(**changes), "T9999", 102).refusals]


@pytest.mark.parametrize(
    ("changes", "p"),
    [
        ({"payee_number": "A99991"}, "P06"),
        ({"fee_item": "011571"}, "P26"),
        ({"diagnoses": ("729100",)}, "P36"),
        ({"referral_number": "355461"}, "P42"),
        ({"amount_cents": 10_000_000}, "P27"),
        ({"units": 1000}, "P20"),
        ({**ALBERTAN, "surname": "Featherstonehaugh-Lee"}, "P110"),
        ({**ALBERTAN, "registration_number": "1234567890123"}, "P102"),
    ],
)
def test_padding_that_cuts_what_is_too_long(changes: dict[str, Any], p: str) -> None:
    assert refused(**changes) == [p]


@pytest.mark.parametrize("amount", [12.5, 12.0, Decimal("12.5"), "12.5", "12.50", "1250"])
def test_an_amount_with_a_dot_that_goes_out_ten_times_too_small(amount: object) -> None:
    assert refused(amount_cents=amount) == ["P27"]


def test_twelve_dollars_and_a_half_go_out_as_1250_cents() -> None:
    claim = render_claim(outgoing(amount_cents=1250), "T9999", 102).records[0]

    assert claim.text[56:63] == "0001250"


@pytest.mark.parametrize("number", ["", " ", "00000", "0"])
def test_an_empty_referral_that_passes_the_referral_check(number: str) -> None:
    assert refused(referral_code="B", referral_number=number) == ["P42"]


def test_a_number_that_a_spreadsheet_shortened() -> None:
    assert refused(practitioner_number="1234") == ["P08"]
    assert refused(practitioner_number="01234") == []


def test_a_number_that_is_used_twice_when_notes_are_counted_wrongly() -> None:
    content = content_of(only_file(*adults(5, noted=[0, 2, 4])))
    numbers = [record.number("sequence_number") for record in read_records(content)]

    assert numbers == list(range(101, 110))


def test_a_bad_claim_that_leaves_half_a_file_behind() -> None:
    claims = [*adults(3), outgoing(units=0)]
    with pytest.raises(RecordRefusedError):
        plan_submission(VENDOR, claims, 101)


def test_an_amount_that_cannot_be_read_and_becomes_zero() -> None:
    line = "S01T99990000102" + " " * 88 + "0000501" + "00X0000" + "20261105" + " " * 40
    (record,) = read_records(line.encode() + b"\r\n")

    assert record.number("paid_amount") is None
    assert record.number("office_folio") == 501
    assert "paid_amount" in {remark.field for remark in record.remarks}
