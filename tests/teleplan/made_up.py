"""A made-up clinic's claim, and a way to lay a record out by hand, column by column."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from tpi_billing.model.claim import Claim
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.submission import SubmissionFile, Vendor, plan_submission, write_file

GOLDEN = Path(__file__).parent / "golden"
OUTGOING = ("insurer_code", "original_file_number", "approval_reference")

ADULT = Claim(
    session_key=1,
    session_id="V1001",
    source="canonical",
    patient_key="phn:9151065434/00",
    practitioner_number="99001",
    payee_number="A9999",
    phn="9151065434",
    dependent="00",
    first_name="Noor",
    second_name="Jo",
    surname="Okanese",
    birth_date=date(1975, 3, 2),
    sex="F",
    insurer="MSP",
    registration_number="",
    address_1="",
    address_2="",
    city="",
    postal_code="",
    fee_item="01157",
    units=1,
    unit_price_cents=7792,
    percent=100,
    amount_cents=7792,
    edition="2024-12-31",
    price_status="checked",
    explanation="4 trigger points; billed in full",
    service_date=date(2026, 10, 13),
    start_time=time(9, 0),
    end_time=time(9, 15),
    submission_code="0",
    clarification_code="00",
    location_code="Q",
    facility_number="00000",
    diagnoses=("7291",),
    referral_code="B",
    referral_number="35546",
    referral_name="Dr Hollis",
    referral_profession="physician",
    referral_date=date(2026, 8, 20),
    mva=False,
    icbc_claim_number="",
    note="",
    claim_id=501,
    batch_id=3,
    office_folio=501,
)
"""Noor Jo Okanese, multiple trigger points on 13 October 2026 for 77.92, referred by 35546."""

ALBERTAN: dict[str, Any] = {
    "insurer_code": "AB",
    "insurer": "AB",
    "phn": "",
    "registration_number": "123456789",
    "address_1": "12 Elm St",
    "city": "Calgary",
    "postal_code": "T2P 1J9",
}
"""What makes the adult a patient of Alberta."""

VENDOR = Vendor(
    data_centre="T9999",
    software_name="TPI-BILLING",
    software_version="0.1.0",
    installed_on=date(2026, 1, 2),
    company="EXAMPLE PAIN CLINIC",
    phone="604-555-0100",
    contact="BILLING OFFICE",
)


def outgoing(**changes: Any) -> OutgoingClaim:
    """Make the adult's claim, changed; a change may be of the claim or of what goes beside it."""
    beside = {name: changes.pop(name) for name in OUTGOING if name in changes}
    return OutgoingClaim(replace(ADULT, **changes), **beside)


def adults(count: int, *, noted: Iterable[int] = (), **changes: Any) -> list[OutgoingClaim]:
    """Make as many claims, folios from 501 on; those at the places `noted` have a note."""
    places = frozenset(noted)
    return [
        outgoing(
            office_folio=501 + at,
            claim_id=501 + at,
            note="SEE CHART" if at in places else "",
            **changes,
        )
        for at in range(count)
    ]


def only_file(*claims: OutgoingClaim, first_number: int = 101) -> SubmissionFile:
    """Plan the one file of some claims."""
    (file,) = plan_submission(VENDOR, claims, first_number).files
    return file


def content_of(file: SubmissionFile) -> bytes:
    return b"".join(write_file(file))


def laid_out(length: int, *placed: tuple[int, int, str]) -> str:
    """Put texts at their columns, counted from 1, both ends included; the rest is blank.

    A text must have the width of its columns, and no column may be set twice.
    """
    line = [" "] * length
    taken: set[int] = set()
    for first, last, text in placed:
        columns = range(first, last + 1)
        assert len(text) == len(columns), f"{first}-{last} {text!r}"
        assert taken.isdisjoint(columns), f"{first}-{last} is set twice"
        taken.update(columns)
        line[first - 1 : last] = text
    return "".join(line)
