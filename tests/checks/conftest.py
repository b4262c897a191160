"""A clean made-up session, a made-up clinic, and the problems found when one thing is changed."""

from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from tpi_billing.checks.context import Visit
from tpi_billing.checks.engine import examine
from tpi_billing.checks.history import AN_ORDINARY_DAY, History, PastVisit, PractitionerDay
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config, parse
from tpi_billing.model.finding import Problem
from tpi_billing.model.identifiers import phn_check_digit
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.session import Referral, RequestedItem, Session
from tpi_billing.pricing.lines import DayItem, Outcome, PricedLine

from .past import past

Problems = Callable[..., list[Problem]]
Ids = Callable[..., list[str]]

CLINIC = """
[clinic]
name = "Made-up Clinic"
data_centre = "T9999"
payee_number = "A9999"
location_code = "Q"

[[practitioners]]
number = "99001"
name = "Avery Example"
specialty = "family"

[[practitioners]]
number = "99002"
name = "Blair Sample"
specialty = "anesthesiology"
payee_number = "B1111"
active_from = 2026-10-05
active_to = 2026-10-20
fee_items = ["01156", "01157"]

[[practitioners]]
number = "99003"
name = "Casey Instance"
specialty = "physical-medicine"

[[practitioners]]
number = "99004"
name = "Drew Specimen"
specialty = "other"
"""

AS_OF = date(2026, 11, 5)
SERVICE = date(2026, 10, 13)


@pytest.fixture(scope="session")
def book() -> CodeBook:
    return CodeBook.load()


@pytest.fixture(scope="session")
def clinic() -> Callable[..., Config]:
    """Build the clinic's configuration, with more of it as TOML in front and behind."""

    def build(more: str = "") -> Config:
        return parse(CLINIC + more, "tpi-billing.toml")

    return build


@pytest.fixture(scope="session")
def phn() -> str:
    eight = "23456789"
    return f"9{eight}{phn_check_digit(eight)}"


@pytest.fixture(scope="session")
def clean(phn: str) -> Callable[..., Session]:
    """Build a session without a fault: trigger points at two sites, referred and signed."""

    def build(**changes: Any) -> Session:
        values: dict[str, Any] = {
            "session_id": "V1",
            "service_date": SERVICE,
            "start_time": time(9, 0),
            "end_time": time(9, 30),
            "practitioner_number": "99001",
            "location_code": "Q",
            "patient_id": "C1",
            "phn": phn,
            "first_name": "Goran",
            "surname": "Dunmore",
            "birth_date": date(1970, 5, 31),
            "sex": "F",
            "referral": Referral("34567", "Norquay", "physician", date(2026, 9, 1)),
            "diagnoses": ("7291",),
            "trigger_point_sites": ("left trapezius", "right trapezius"),
            "agent": "0.9% saline",
            "volume_ml": Decimal(1),
            "chart_signed": True,
        }
        return Session(**(values | changes))

    return build


@pytest.fixture(scope="session")
def line() -> Callable[..., PricedLine]:
    """Build a line by hand; billed unless another outcome is given."""

    def build(
        fee_item: str, outcome: Outcome = Outcome.BILLED, units: int = 1, **more: Any
    ) -> PricedLine:
        if outcome is Outcome.BILLED:
            more = {"unit_price_cents": 7792, "amount_cents": 7792 * units, **more}
        return PricedLine(DayItem(0, fee_item, units, "by hand"), outcome, **more)

    return build


@pytest.fixture(scope="session")
def problems(
    clean: Callable[..., Session],
    line: Callable[..., PricedLine],
    clinic: Callable[..., Config],
    book: CodeBook,
) -> Problems:
    """Find the problems of a clean session after changes.

    `items` are billed as they are; `named` are written into fee_items as well; `lines` replace
    both. `config` is more TOML of the configuration. `before` and `after` are the patient's other
    visits, in order of time, and `referrals` those of the registry. `codes` are the shipped lists
    unless others are given.
    """

    def find(
        *,
        items: Sequence[str] = ("01157",),
        named: Sequence[str] = (),
        lines: Sequence[PricedLine] | None = None,
        as_of: date = AS_OF,
        unreadable: Sequence[str] = (),
        config: str = "",
        before: Sequence[PastVisit] = (),
        after: Sequence[PastVisit] = (),
        referrals: Sequence[RegisteredReferral] = (),
        day: PractitionerDay = AN_ORDINARY_DAY,
        approval: str = "",
        codes: CodeBook = book,
        **changes: Any,
    ) -> list[Problem]:
        if named:
            changes["fee_items"] = tuple(RequestedItem(item, 1) for item in named)
        if lines is None:
            lines = [line(item) for item in named or items]
        session = clean(**changes)
        me = past(
            session.service_date,
            *(each.fee_item for each in lines),
            session_id=session.session_id,
            practitioner_number=session.practitioner_number,
            referral_number=session.referral.number,
        )
        visit = Visit(
            session,
            clinic(config),
            codes,
            as_of,
            tuple(lines),
            frozenset(unreadable),
            History((*before, me, *after), tuple(referrals)),
            len(before),
            day,
            approval,
        )
        return examine(visit)

    return find


@pytest.fixture(scope="session")
def ids(problems: Problems) -> Ids:
    """Find the ids of the problems, in the order of the rules."""

    def find(**changes: Any) -> list[str]:
        return [problem.code for problem in problems(**changes)]

    return find
