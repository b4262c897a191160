"""A ledger whose claims are all with MSP, and the remittance that answers every one of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import open_ledger, schema
from tpi_billing.ledger.claims import add_claims
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.teleplan.writer import writer_of

_CENTRE, _PAYEE, _PAID_ON = "T9999", "A9999", date(2026, 11, 12)
_AT_ONCE = 5_000
_CLAIM = Claim(
    session_key=1, session_id="V1", source="canonical", patient_key="", practitioner_number="99001",
    payee_number=_PAYEE, phn="9151065434", dependent="00", first_name="NOOR", second_name="",
    surname="OKANESE", birth_date=date(1975, 3, 2), sex="F", insurer="MSP", registration_number="",
    address_1="", address_2="", city="", postal_code="", fee_item="01157", units=1,
    unit_price_cents=7792, percent=100, amount_cents=7792, edition="2024-12-31",
    price_status="checked", explanation="4 trigger points", service_date=date(2026, 10, 13),
    start_time=None, end_time=None, submission_code="0", clarification_code="00",
    location_code="Q", facility_number="00000", diagnoses=("7291",), referral_code="B",
    referral_number="35546", referral_name="Dr Hollis", referral_profession="physician",
    referral_date=date(2026, 8, 20), mva=False, icbc_claim_number="", note="", batch_id=1,
    state=ClaimState.SENT, sent_on=date(2026, 11, 2), billed_month="2026-11",
)  # fmt: skip


def send_claims(workspace: Path, count: int) -> None:
    """Fill a ledger with claims that are with MSP."""
    ledger = open_ledger("sqlite:///ledger.db", workspace, _CENTRE)
    with ledger.changing("benchmark") as transaction:
        _stand_in_rows(transaction.connection)
        for first in range(1, count + 1, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, count + 1))
            add_claims(transaction, _CENTRE, [_claim(number) for number in numbers])
    ledger.close()


def _claim(number: int) -> Claim:
    return replace(
        _CLAIM,
        claim_id=number,
        office_folio=number,
        sequence_number=number,
        patient_key=f"chart:{number}",
    )


def _stand_in_rows(connection: sa.Connection) -> None:
    """Add the one import, session and batch that the claims point to."""
    for table in (schema.imports, schema.batches, schema.sessions):
        values: dict[str, Any] = {}
        for column in table.c:
            whole = isinstance(column.type, sa.Integer)
            values[column.name] = 1 if whole else "2026-10-13"[: getattr(column.type, "length", 10)]
        connection.execute(sa.insert(table), values | {"data_centre": _CENTRE})


def remittance(count: int) -> Iterator[str]:
    """Yield the lines that answer so many claims: nine of ten paid, the others cut or refused."""
    paid = 0
    head: dict[str, Any] = {
        "data_centre": _CENTRE,
        "payment_date": _PAID_ON,
        "payee_number": _PAYEE,
        "control_number": "000001",
    }
    as_billed, otherwise, refused = (writer_of(code) for code in ("S01", "S02", "S03"))
    for number in range(1, count + 1):
        one = {
            **head,
            "sequence_number": number,
            "office_folio": number,
            "practitioner_number": "99001",
        }
        if number % 10:
            paid += 7792
            yield as_billed.write({**one, "paid_amount": 7792})
            continue
        cents, writer = (3896, otherwise) if number % 20 else (0, refused)
        paid += cents
        yield writer.write(
            {
                **one,
                "service_date": date(2026, 10, 13),
                "billed_units": 1,
                "billed_fee_item": "01157",
                "billed_amount": 7792,
                "paid_amount": cents,
                "explanatory_code_1": "QM" if cents else "AF",
                "file_number": f"{number:010}",
            }
        )
    yield writer_of("S21").write(
        {**head, "sequence_number": 0, "billed_amount": count * 7792 % 10**9,
         "paid_amount": paid % 10**9, "deposit": paid % 10**9}
    )  # fmt: skip


def write_remittance(path: Path, count: int) -> None:
    """Write the remittance as a file."""
    with path.open("w", encoding="ascii", newline="") as file:
        file.writelines(line + "\r\n" for line in remittance(count))
