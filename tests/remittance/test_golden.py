"""The golden remittance read record by record: what each column says, worked out by hand."""

from datetime import date
from typing import Any

import pytest
from remittances_by_hand import as_file, golden

from tpi_billing.model.remittance import RemittanceLine
from tpi_billing.remittance.reading import FileReading
from tpi_billing.remittance.statement import record_of

DAY = date(2026, 11, 12)
PAID = {
    "payment_date": DAY,
    "payee_number": "A9999",
    "practitioner_number": "99001",
}
# Of each line in the file's order: the record, and what the ledger keeps of it.
EXPECTED: list[tuple[str, dict[str, Any]]] = [
    (
        "C12",
        {
            "payment_date": None,
            "payee_number": "A9999",
            "practitioner_number": "99001",
            "sequence_number": 7,
            "office_folio": 6,
            "explanatory_codes": ("YY", "VM"),
            "billed_cents": None,
            "paid_cents": None,
        },
    ),
    ("M01", {"payment_date": None, "payee_number": "0000", "paid_cents": None}),
    ("X02", {"payment_date": None, "payee_number": "", "paid_cents": None}),
    (
        "S01",
        {
            **PAID,
            "sequence_number": 2,
            "office_folio": 1,
            "file_number": "",
            "billed_cents": None,
            "paid_cents": 7792,
            "stated_adjustments_cents": 0,
        },
    ),
    (
        "S01",
        {
            **PAID,
            "sequence_number": 3,
            "office_folio": 2,
            "paid_cents": 6560,
            "stated_adjustments_cents": -1232,
        },
    ),
    (
        "S02",
        {
            **PAID,
            "sequence_number": 4,
            "office_folio": 3,
            "file_number": "8800000003",
            "explanatory_codes": ("QM",),
            "billed_cents": 7792,
            "paid_cents": 6213,
            "paid_fee_item": "01156",
            "paid_units": 1,
        },
    ),
    ("S02", {**PAID, "office_folio": 7, "explanatory_codes": ("BG",), "paid_cents": 7792}),
    ("S01", {**PAID, "office_folio": 8, "paid_cents": 7792}),
    ("S02", {**PAID, "office_folio": 8, "billed_cents": -7792, "paid_cents": -7792}),
    (
        "S02",
        {
            "practitioner_number": "99002",
            "sequence_number": 9999,
            "office_folio": 9999,
            "billed_cents": 1500,
            "paid_cents": 1000,
        },
    ),
    (
        "S03",
        {
            **PAID,
            "office_folio": 4,
            "file_number": "8800000004",
            "explanatory_codes": ("VM", "H2"),
            "billed_cents": 7792,
            "paid_cents": 0,
            "paid_fee_item": "",
            "paid_units": 0,
        },
    ),
    (
        "S04",
        {
            **PAID,
            "sequence_number": 6,
            "office_folio": 5,
            "explanatory_codes": ("BH",),
            "billed_cents": None,
            "paid_cents": None,
        },
    ),
    (
        "S00",
        {
            "practitioner_number": "99002",
            "office_folio": 77,
            "file_number": "8800000077",
            "billed_cents": 2000,
            "paid_cents": 2000,
        },
    ),
    ("S22", {**PAID, "billed_cents": 38960, "paid_cents": None}),
    ("S22", {"practitioner_number": "99002", "billed_cents": 3500, "paid_cents": None}),
    ("S23", {"payee_number": "A9999", "practitioner_number": "", "paid_cents": 600}),
    ("S23", {"practitioner_number": "", "paid_cents": -1000}),
    ("S24", {"practitioner_number": "", "paid_cents": 350}),
    ("S21", {"payment_date": DAY, "payee_number": "A9999", "billed_cents": 42460}),
    ("S25", {"payment_date": DAY, "payee_number": "A9999", "paid_cents": None}),
    ("VTC", {"payment_date": None, "payee_number": "", "paid_cents": None}),
]
# Columns that the ledger does not keep apart: the place in the file, the field, what it says.
FURTHER: list[tuple[int, str, str | int | date]] = [
    (1, "message", "OFFICE CLOSED ON 2026-11-11"),
    (3, "received_date", date(2026, 11, 5)),
    (3, "paid_rate", "00"),
    (5, "initials", "N"),
    (5, "surname", "OKANESE"),
    (5, "phn", "9151065434"),
    (5, "service_date", date(2026, 10, 13)),
    (5, "billed_units", 1),
    (5, "billed_fee_item", "01157"),
    (5, "claim_source", "T"),
    (8, "previous_paid_date", DAY),
    (13, "practitioner_name", "EXAMPLE A"),
    (13, "paid_amount", 28357),
    (14, "paid_amount", 3000),
    (15, "adjustment_code", "38"),
    (15, "message", "RURAL RETENTION"),
    (15, "calculation_method", "P"),
    (15, "rural_percent", "00211"),
    (15, "gross_amount", 28357),
    (15, "rural_amount", 600),
    (16, "identifier", "AUDIT 77"),
    (16, "balance_forward", -5000),
    (16, "adjustment_amount", -1000),
    (16, "outstanding_amount", -4000),
    (17, "adjustment_code", "BP"),
    (18, "payee_name", "EXAMPLE PAIN CLINIC"),
    (18, "paid_amount", 31357),
    (18, "balance_forward", -500),
    (18, "deposit", 30807),
    (18, "new_balance", 0),
    (19, "message", "FEE CHANGES FOLLOW IN DECEMBER"),
    (20, "made_at", "2026-11-12 06:00:00"),
]


@pytest.fixture(scope="module")
def lines() -> list[RemittanceLine]:
    reading = FileReading("every-record")
    return [one.line for one in reading.lines(as_file(golden("every-record")))]


def test_every_record_there_is_stands_in_it(lines: list[RemittanceLine]) -> None:
    assert [line.record for line in lines] == [record for record, _ in EXPECTED]
    every = {"S00", "S01", "S02", "S03", "S04", "S21", "S22", "S23", "S24", "S25"}
    assert {line.record for line in lines} == every | {"C12", "M01", "VTC", "X02"}


@pytest.mark.parametrize("place", range(len(EXPECTED)))
def test_what_is_kept_of_a_line(lines: list[RemittanceLine], place: int) -> None:
    expected = EXPECTED[place][1]
    line = lines[place]
    assert {name: getattr(line, name) for name in expected} == expected
    assert (line.ordinal, line.line_number) == (1, place + 1)


@pytest.mark.parametrize(("place", "field", "value"), FURTHER)
def test_what_else_a_line_says(
    lines: list[RemittanceLine], place: int, field: str, value: object
) -> None:
    assert record_of(lines[place]).values[field] == value


@pytest.mark.parametrize(("last", "cents"), [*zip("}JKLMNOPQR", range(10), strict=True)])
def test_every_negative_sign_of_a_claim_line(last: str, cents: int) -> None:
    """The taken-back payment of claim 8, with each last digit: 779x cents, negative."""
    record = golden("every-record")[8]
    assert record.count("000779K") == 2
    changed = record.replace("000779K", f"000779{last}")
    (one,) = FileReading("signs").lines(as_file([changed]))
    assert (one.line.billed_cents, one.line.paid_cents) == (-7790 - cents, -7790 - cents)
