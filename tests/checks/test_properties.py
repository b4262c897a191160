"""What holds for every session, however wrong it is."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tpi_billing.checks.context import Visit
from tpi_billing.checks.engine import examine, to_findings
from tpi_billing.checks.history import History, PastVisit, PractitionerDay
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Place, Problem, Severity
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.session import COLUMN, PROVINCES, VISITS, Referral, RequestedItem, Session
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.derive import requested_items

Clean = Callable[..., Session]
Clinic = Callable[..., Config]

ITEMS = ("01156", "01157", "01124", "01125", "01040", "01022", "00015", "00080", "00090", "15300")
MORE_ITEMS = ("00120", "01016", "00010", "00019", "99999", "00044")
DAYS = st.dates(date(1895, 1, 1), date(2040, 12, 31))
TEXT = st.text(max_size=12)
# recognisable in a message, and nothing else that a message says looks like them
NAMES = st.sampled_from(["", "Zyxwvut", "Qqqqq Zzzzz"])
NUMBERS = st.sampled_from(["", "9151065434", "9151065433", "1234567890", "98765432101234"])
CODES = st.one_of(NUMBERS, st.sampled_from(["7291", "401", "72885", "34567", "99991", "99957"]))
LISTS = st.lists(TEXT, max_size=4).map(tuple)

REFERRALS = st.builds(
    Referral,
    number=st.one_of(CODES, TEXT),
    name=NAMES,
    profession=st.one_of(NAMES, st.sampled_from(["physician", "chiropractor", "dentist", "rmt"])),
    received=st.none() | DAYS,
)
SESSIONS = st.builds(
    Session,
    session_id=st.just("V1"),
    service_date=DAYS,
    start_time=st.none() | st.times(),
    end_time=st.none() | st.times(),
    practitioner_number=st.sampled_from(["99001", "99002", "99003", "99004", "88888", ""]),
    payee_number=st.one_of(CODES, TEXT),
    location_code=st.one_of(st.sampled_from(["", "Q", "A", "P"]), NUMBERS, TEXT),
    phn=st.one_of(NUMBERS, TEXT),
    first_name=NAMES,
    surname=NAMES,
    birth_date=st.none() | DAYS,
    sex=st.sampled_from(["", "M", "F", "X"]),
    dependent=st.one_of(st.sampled_from(["00", "66", ""]), NUMBERS),
    insurer=st.one_of(st.sampled_from(["MSP", "ICBC", "WSBC", "PRIVATE", *PROVINCES]), NAMES),
    registration_number=st.one_of(NUMBERS, TEXT),
    address_1=NAMES,
    icbc_claim_number=NUMBERS,
    referral=REFERRALS,
    diagnoses=st.lists(CODES, max_size=3).map(tuple),
    trigger_point_sites=LISTS,
    trigger_point_injections=st.none() | st.integers(0, 999),
    nerve_block_sites=LISTS,
    block_distance_cm=st.none() | st.decimals(0, 200, places=1),
    joint_sites=LISTS,
    agent=TEXT,
    visit=st.sampled_from(["", *VISITS, "chat"]),
    visit_diagnosis=CODES,
    chart_signed=st.sampled_from([True, False, None]),
    fee_items=st.lists(
        st.builds(RequestedItem, st.sampled_from([*ITEMS, *MORE_ITEMS]), units=st.integers(1, 99)),
        max_size=5,
    ).map(tuple),
    billed_cents=st.none() | st.integers(0, 100_000),
    note=st.sampled_from(["", "x" * 400, "x" * 401]),
)
PASTS = st.builds(
    PastVisit,
    session_key=st.integers(1, 99),
    session_id=st.sampled_from(["V2", "V30", "V400"]),
    practitioner_number=st.sampled_from(["99001", "99002", "88888", ""]),
    specialty=st.sampled_from(["family", "anesthesiology", "other"]),
    day=DAYS,
    start=st.none() | st.times(),
    fee_items=st.lists(st.sampled_from([*ITEMS, *MORE_ITEMS]), max_size=3).map(tuple),
    diagnoses=st.lists(CODES, max_size=3).map(tuple),
    visit_diagnosis=CODES,
    referral_number=st.one_of(CODES, TEXT),
    billed=st.booleans(),
)
REGISTERED = st.builds(
    RegisteredReferral,
    referral_id=st.integers(1, 99),
    number=st.sampled_from(["34567", "35546", "99957"]),
    name=NAMES,
    profession=NAMES,
    received=DAYS,
    implicit=st.booleans(),
    implicit_excluded=st.booleans(),
    notice_sent=st.none() | DAYS,
    closed_on=st.none() | DAYS,
    updates=st.lists(DAYS, max_size=2).map(tuple),
)
PRACTITIONER_DAYS = st.builds(
    PractitionerDay,
    overlapping=st.lists(st.sampled_from(["V2", "V30", "V400"]), max_size=6).map(tuple),
    volume_place=st.none() | st.integers(51, 90),
)
UNREADABLE = st.frozensets(st.sampled_from(sorted(COLUMN)), max_size=4)


def visit_of(
    session: Session, config: Config, book: CodeBook, unreadable: frozenset[str] = frozenset()
) -> Visit:
    """Price the session alone, as it is done for a day, and make it ready to be examined."""
    practitioner = config.practitioner(session.practitioner_number)
    specialty = "other" if practitioner is None else practitioner.specialty
    items = requested_items(session, specialty, book)
    lines = price_day(items, session.service_date, book, "half-up")
    return Visit(session, config, book, date(2026, 11, 5), lines, unreadable)


def of_a_clinic(clinic: Clinic) -> Config:
    return clinic('[checks]\npayee-mismatch = "off"\nchart-not-signed = "warning"\n')


@example(
    session=Session("V1", date(2026, 10, 13), referral=Referral("\n")),
    unreadable=frozenset(),
    others=[],
    near=0,
    referrals=[RegisteredReferral(1, "34567", "", "", date(2026, 1, 5))],
    day=PractitionerDay(),
)
@given(
    session=SESSIONS,
    unreadable=UNREADABLE,
    others=st.lists(PASTS, max_size=6),
    near=st.integers(-40, 40),
    referrals=st.lists(REGISTERED, max_size=2),
    day=PRACTITIONER_DAYS,
)
def test_any_session_can_be_examined(
    clinic: Clinic,
    book: CodeBook,
    session: Session,
    unreadable: frozenset[str],
    others: list[PastVisit],
    near: int,
    referrals: list[RegisteredReferral],
    day: PractitionerDay,
) -> None:
    """Each problem is a sentence about a known column, and no health number or name is in it."""
    config = of_a_clinic(clinic)
    visit = visit_of(session, config, book, unreadable)
    close = [replace(one, day=session.service_date + timedelta(days=near)) for one in others[:3]]
    me = PastVisit(
        0, "V1", "99001", "family", session.service_date, None, (), (), "", "", False, ()
    )
    visits = sorted([me, *close, *others[3:]], key=lambda one: one.day)
    visit.history = History(tuple(visits), tuple(referrals))
    visit.position = visits.index(me)
    visit.day = day
    problems = examine(visit)
    for problem in problems:
        assert problem.code in CHECK
        assert problem.column in COLUMN
        assert re.fullmatch(r"[A-Z0-9].*\.", problem.message), problem.message
        assert not re.search(r"\d{6}", problem.message), problem.message
        assert not re.search("zyxwvut|qqqqq|zzzzz", problem.message, re.IGNORECASE)
    findings = to_findings(problems, config, Place(), session.session_id)
    assert all(finding.hint for finding in findings)
    assert not {finding.code for finding in findings} & {"payee-mismatch"}


@given(session=SESSIONS)
def test_what_msp_does_not_pay_is_always_held(
    clinic: Clinic, book: CodeBook, session: Session
) -> None:
    for insurer in ("WSBC", "PRIVATE", "QC"):
        visit = visit_of(replace(session, insurer=insurer), clinic(), book)
        findings = to_findings(examine(visit), visit.config, Place(), "V1")
        assert [finding.severity for finding in findings] == [Severity.ERROR]


FAULTS: dict[str, dict[str, Any]] = {
    "phn-missing": {"phn": ""},
    "name-missing": {"surname": ""},
    "birth-date-invalid": {"birth_date": None},
    "dependent-invalid": {"dependent": "7"},
    "payee-mismatch": {"payee_number": "C2222"},
    "location-invalid": {"location_code": "X"},
    "referral-after-service": {
        "referral": Referral("34567", "Norquay", "physician", date(2026, 10, 14))
    },
    "times-inverted": {"end_time": time(8, 0)},
    "sites-not-recorded": {"trigger_point_sites": (), "trigger_point_injections": 2},
    "amount-differs": {"billed_cents": 1},
    "diagnosis-unlisted": {"diagnoses": ("7291", "72885")},
    "chart-not-signed": {"chart_signed": False},
    "agent-not-recorded": {"agent": ""},
    "note-too-long": {"note": "x" * 401},
    "trigger-point-within-block": {
        "nerve_block_sites": ("left suprascapular",),
        "block_distance_cm": Decimal(12),
    },
}


@given(chosen=st.sets(st.sampled_from(sorted(FAULTS))))
def test_all_faults_of_a_session_are_told_at_once(
    clinic: Clinic, book: CodeBook, clean: Clean, chosen: set[str]
) -> None:
    """What is told of one fault does not depend on the others."""

    def found(faults: set[str]) -> Counter[str]:
        changes = {key: value for fault in faults for key, value in FAULTS[fault].items()}
        return Counter(p.code for p in examine(visit_of(clean(**changes), clinic(), book)))

    together: Counter[str] = Counter()
    for fault in chosen:
        alone = found({fault})
        assert alone[fault] == 1
        together |= alone
    assert found(chosen) == together


def test_what_is_said_of_a_clean_session(clean: Clean, clinic: Clinic, book: CodeBook) -> None:
    nothing: list[Problem] = []
    assert examine(visit_of(clean(), clinic(), book)) == nothing
