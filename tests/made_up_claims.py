"""One whole made-up claim, from which every test makes its own by saying what differs."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from tpi_billing.model.claim import Claim

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


def made_up_claim(**changes: Any) -> Claim:
    """Make the adult's claim, changed."""
    return replace(ADULT, **changes)
