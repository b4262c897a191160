"""A made-up clinic's batch: seeded, so that every run and every process sees the same one."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from made_up_claims import made_up_claim

from tpi_billing.model.batch import Batch, BatchContents, HeldSession, SourceFile
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.claim import BatchState, Claim
from tpi_billing.model.finding import Finding, Place

MakeContents = Callable[..., BatchContents]
BatchOf = Callable[..., BatchContents]
FindingOf = Callable[..., Finding]

_PRACTITIONERS = (("99001", "Avery Example"), ("99002", "Robin Sample"), ("99003", "Kim Pattern"))
_PRICES = {"01157": 7792, "01156": 6213, "01125": 9916, "00015": 1927, "00100": 3861}
_WEIGHTS = (60, 20, 8, 7, 5)
_FIRST = ("Oren", "Goran", "Mila", "Tess", "Ivo", "Noor", "Sanna", "Élodie")
_LAST = ("Dunmore", "Jessop", "Norquay", "Vantreight", "Okell", "O'Farrow", "Çelik", "Brandvold")
_REFERRERS = tuple(
    (f"{number:05}", f"Dr {name}")
    for number, name in zip((1234, 35546, 46467, 99957, 22118, 40012), _LAST, strict=False)
)
_FAULTS = (
    ("phn-check-digit", "phn", "9151065431"),
    ("referral-missing", "referral_number", ""),
    ("chart-not-signed", "chart_signed", "no"),
    ("diagnosis-unlisted", "diagnosis_1", "72885"),
    ("submission-overdue", "service_date", "2026-07-01"),
)
AS_OF = date(2026, 11, 5)


def make_finding(code: str, session_id: str, column: str = "", value: str = "") -> Finding:
    """Make a finding with the check's own words."""
    check = CHECK[code]
    return Finding(
        code=code,
        severity=check.severity,
        message=f"{check.title}.",
        hint=check.cure,
        place=Place("october.csv", "", 2 + int(session_id[1:]) - 1001),
        column=column,
        value=value,
        session_id=session_id,
        explanatory_code=check.explanatory_code,
        field=check.field,
    )


PLAIN_CLAIM = made_up_claim(
    patient_key="phn:9000000001/00",
    phn="9000000001",
    first_name="Oren",
    second_name="",
    surname="Dunmore",
    birth_date=date(1987, 5, 3),
    sex="M",
    explanation="4 trigger points recorded: multiple injections, billed in full.",
    service_date=date(2026, 10, 8),
    facility_number="00042",
    referral_number="01234",
    referral_name="Dr Norquay",
    referral_date=date(2026, 4, 2),
    claim_id=1,
    office_folio=4001,
)


def make_claim(number: int, chance: random.Random) -> Claim:
    """Make the claim of that number."""
    item = chance.choices(tuple(_PRICES), _WEIGHTS)[0]
    units, percent = (2, 50) if item == "00015" else (1, 100)
    patient = chance.randrange(40)
    referrer, referrer_name = _REFERRERS[patient % len(_REFERRERS)]
    start = 9 * 60 + 15 * chance.randrange(24)
    claim = replace(
        PLAIN_CLAIM,
        session_key=number,
        session_id=f"V{1000 + number}",
        patient_key=f"phn:{9000000000 + patient}/00",
        practitioner_number=chance.choices(_PRACTITIONERS, (6, 3, 2))[0][0],
        phn=str(9000000000 + patient),
        first_name=_FIRST[patient % 8],
        surname=_LAST[patient // 8],
        birth_date=date(1940 + patient, 1 + patient % 12, 1 + patient % 28),
        sex="FM"[patient % 2],
        fee_item=item,
        units=units,
        unit_price_cents=_PRICES[item],
        percent=percent,
        amount_cents=_PRICES[item] * units * percent // 100,
        service_date=date(2026, 10, 1) + timedelta(chance.randrange(30)),
        start_time=time(start // 60, start % 60),
        end_time=time((start + 15) // 60, (start + 15) % 60),
        diagnoses=("7291", "7242") if patient % 3 else ("7294",),
        referral_number=referrer,
        referral_name=referrer_name,
        referral_profession="physician" if patient % 4 else "nurse practitioner",
        referral_date=date(2026, 4, 2) + timedelta(patient),
        claim_id=number,
        office_folio=4000 + number,
    )
    if patient == 3:
        return replace(claim, mva=True, icbc_claim_number="0012345A")
    if patient == 7:
        return replace(
            claim,
            insurer="AB",
            registration_number="00123456789",
            address_1="12 Nowhere Road",
            city="Banff",
            postal_code="T1L1A1",
        )
    return claim


def make_held(number: int, chance: random.Random) -> HeldSession:
    """Make a held session; every fourth has two faults and a warning."""
    session_id = f"V{1500 + number}"
    faults = chance.sample(_FAULTS, 2 if number % 4 == 0 else 1)
    findings = [make_finding(code, session_id, column, value) for code, column, value in faults]
    if number % 4 == 0:
        findings.insert(0, make_finding("diagnosis-unusual", session_id, "diagnosis_1", "7840"))
    day = date(2026, 8, 1) + timedelta(chance.randrange(90))
    return HeldSession(
        session_id=session_id,
        source="canonical",
        service_date=day,
        practitioner_number=chance.choice(_PRACTITIONERS)[0],
        patient_id=f"C{number:05}",
        phn="9151065431",
        first_name=chance.choice(_FIRST),
        surname=chance.choice(_LAST),
        last_day=day + timedelta(90),
        place=findings[0].place,
        findings=tuple(findings),
    )


def contents_of(
    claims: Sequence[Claim],
    held: Sequence[HeldSession] = (),
    notices: Sequence[Finding] = (),
) -> BatchContents:
    """Make the batch that has exactly these claims, held sessions and notices."""
    batch = Batch(
        batch_id=3,
        state=BatchState.PREPARED,
        data_centre="T9999",
        month="2026-10",
        practitioner_filter="",
        as_of=AS_OF,
        created_at="2026-11-05T17:03:21Z",
        created_by="m.jones",
        clinic_name="Example Pain Clinic",
        contact_name="Billing Office",
        contact_phone="604-555-0100",
        payee_number="A9999",
        practitioner_names=_PRACTITIONERS,
        item_titles=(("01157", "Trigger point injections, multiple"),),
        editions=("2024-12-31",),
        tool_version="0.1.0",
        claims=len(claims),
        sessions=len({claim.session_id for claim in claims}),
        held=len(held),
        amount_cents=sum(claim.amount_cents for claim in claims),
        journal_entry=17,
        journal_hash="5f" * 32,
    )
    source = SourceFile(
        "october.csv", "ab" * 32, "", "canonical", "2026-11-05T16:58:02Z", "m.jones"
    )
    return BatchContents(batch, tuple(claims), tuple(held), tuple(notices), (source,))


def made_up_contents(
    claims: int = 12, held: int = 4, notices: int = 3, seed: int = 7
) -> BatchContents:
    """Make a batch of so many claims, held sessions and notices."""
    chance = random.Random(seed)
    billed = [make_claim(number, chance) for number in range(1, claims + 1)]
    kept = [make_held(number, chance) for number in range(held)]
    codes = ("tray-unbilled", "amount-differs", "agent-not-recorded")
    told = [make_finding(chance.choice(codes), f"V{1001 + number}") for number in range(notices)]
    return contents_of(billed, kept, told)


@pytest.fixture
def make_contents() -> MakeContents:
    """Return the maker of made-up batches: `make_contents(claims=, held=, notices=, seed=)`."""
    return made_up_contents


@pytest.fixture
def batch_of() -> BatchOf:
    """Return the maker of batches that have exactly the given claims, held sessions, notices."""
    return contents_of


@pytest.fixture
def contents() -> BatchContents:
    """Return a small batch: 12 claims, 4 held sessions, 3 notices."""
    return made_up_contents()


@pytest.fixture
def plain_claim() -> Claim:
    """Return one ordinary claim of 77.92."""
    return PLAIN_CLAIM


@pytest.fixture
def finding_of() -> FindingOf:
    """Return the maker of findings: `finding_of(code, session_id, column, value)`."""
    return make_finding
