"""The worklist: what waits for a person, why, by when, for how much, the worst deadline first.

As of 2026-11-05 the 90 days end today for a service of August 7, in 14 days for one of August 21,
in 15 for one of August 22; July 20 has been too late since October 18.
"""

from contextlib import suppress
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from helpers import AS_OF, Clinic, clinic_config, visit

from tpi_billing.claims.decisions import Decider, Wanted
from tpi_billing.claims.work_items import Kind, WorkItem, chosen, totals
from tpi_billing.claims.worklist import Worklist
from tpi_billing.errors import NetworkError
from tpi_billing.ledger import schema
from tpi_billing.ledger.sessions import Scope
from tpi_billing.teleplan.exchange.failures import NoAnswerError, NotReachedError

from .teleplan import refused, said, split, submit

REFERRED = {"referral_date": "2026-01-10"}
NOON = datetime(2026, 11, 5, 12, tzinfo=ZoneInfo("America/Vancouver"))
NO_REFERRAL = {
    "referral_number": "",
    "referral_name": "",
    "referral_profession": "",
    "referral_date": "",
}


def waiting(
    clinic: Clinic,
    as_of: date = AS_OF,
    now: datetime = NOON,
    **scope: Any,
) -> list[WorkItem]:
    with clinic.ledger.reading() as connection:
        worklist = Worklist(clinic.config, clinic.codes, as_of, now)
        return worklist.gather(connection, Scope(**scope))


def only(clinic: Clinic, **more: Any) -> WorkItem:
    (item,) = waiting(clinic, **more)
    return item


def change(clinic: Clinic, table: sa.Table, **values: Any) -> None:
    """Put the ledger into a state that later commands will bring about."""
    with clinic.ledger.changing("test") as transaction:
        transaction.connection.execute(sa.update(table), values)


def test_a_clean_session_of_this_month_does_not_wait(clinic: Clinic) -> None:
    clinic.bring(visit("V1", service_date="2026-11-02"))
    assert waiting(clinic) == []


def test_a_held_session_is_one_item_with_all_its_reasons(clinic: Clinic) -> None:
    clinic.bring(visit("V1", chart_signed="no", diagnosis_1="", service_date="2026-11-02"))
    item = only(clinic)
    assert (item.subject, item.session_id, item.kind) == ("session", "V1", Kind.HELD)
    assert [(reason.code, reason.who) for reason in item.reasons] == [
        ("diagnosis-missing", "practitioner"),
        ("chart-not-signed", "practitioner"),
    ]
    assert item.reasons[1].title == "The chart is not signed"
    assert item.reasons[1].cure == "Ask the practitioner to complete and sign the record."
    assert (item.amount_cents, item.last_day) == (7792, date(2027, 1, 31))  # 28 + 31 + 31 days
    assert item.patient is not None
    assert (item.patient.surname, item.patient.patient_id) == ("Okanese", "C00001")
    assert item.place.row == 1


@pytest.mark.parametrize(
    ("service", "kinds", "last"),
    [
        ("2026-08-06", {"held", "overdue"}, date(2026, 11, 4)),  # the 91st day
        ("2026-08-07", {"held", "due-soon"}, date(2026, 11, 5)),  # the 90th
        ("2026-08-21", {"held", "due-soon"}, date(2026, 11, 19)),  # 14 days are left
        ("2026-08-22", {"held"}, date(2026, 11, 20)),  # 15
    ],
)
def test_a_held_session_is_overdue_or_due_soon(
    clinic: Clinic, service: str, kinds: set[str], last: date
) -> None:
    clinic.bring(visit("V1", service_date=service, chart_signed="no", **REFERRED))
    item = only(clinic)
    assert (item.kinds, item.last_day) == (kinds, last)


def test_the_policy_says_what_is_soon(clinic: Clinic) -> None:
    clinic.bring(visit("V1", service_date="2026-08-22", chart_signed="no", **REFERRED))
    clinic.config = clinic_config("[policy]\ndue_soon_days = 15\n")
    assert only(clinic).kind is Kind.DUE_SOON


@pytest.mark.parametrize(
    ("changes", "kind", "who"),
    [
        (NO_REFERRAL, Kind.REFERRAL, "front desk"),
        ({"phn": "9000000014"}, Kind.HELD, "front desk"),
        ({"fee_items": "99999"}, Kind.HELD, "billing"),
        ({"agent": "", "chart_signed": "no"}, Kind.HELD, "practitioner"),
    ],
)
def test_who_acts_follows_from_the_fault(
    clinic: Clinic, changes: dict[str, str], kind: Kind, who: str
) -> None:
    clinic.bring(visit("V1", **changes))
    item = only(clinic)
    assert item.kind is kind
    assert {reason.who for reason in item.reasons} == {who}


@pytest.mark.parametrize("insurer", ["PRIVATE", "WSBC", "QC"])
def test_what_another_pays_has_no_last_day_and_no_money_of_msp(
    clinic: Clinic, insurer: str
) -> None:
    clinic.bring(visit("V1", insurer=insurer, service_date="2026-03-02", **REFERRED))
    item = only(clinic)
    assert (item.kinds, item.last_day, item.amount_cents) == ({Kind.HELD}, None, None)


def test_clean_sessions_of_past_months_are_one_item_a_month(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1),
        visit("V2", 2, service_date="2026-10-30"),
        visit("V3", 3, service_date="2026-09-08"),
        visit("V4", 4, service_date="2026-11-03"),
    )
    september, october = waiting(clinic)
    assert (september.subject, september.month, september.sessions) == ("month", "2026-09", 1)
    assert (october.month, october.sessions, october.amount_cents) == ("2026-10", 2, 15584)
    assert october.kinds == {Kind.UNSENT}
    assert october.last_day == date(2027, 1, 11)  # of the earliest, October 13
    assert october.reasons[0].cure.endswith("tpi-billing batch create --month 2026-10")


def test_a_clean_month_is_as_urgent_as_its_earliest_session(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-08-21", **REFERRED),
        visit("V2", 2, service_date="2026-08-22", **REFERRED),
    )
    item = only(clinic)
    assert (item.kind, item.kinds) == (Kind.DUE_SOON, {Kind.DUE_SOON, Kind.UNSENT})
    assert item.reasons[0].message == (
        "2 clean sessions of 2026-08 are in no batch, and the days of 1 are nearly over."
    )


def approve(clinic: Clinic, session_id: str) -> None:
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, "clerk")
    decider.approve(Wanted((session_id,)), "REF-1", "letter")


def test_an_approved_session_waits_for_its_batch_first_of_all(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-07-20", **REFERRED),
        visit("V2", 2, service_date="2026-07-21", chart_signed="no", **REFERRED),
        visit("V3", 3, service_date="2026-08-07", **REFERRED),
    )
    approve(clinic, "V1")
    approve(clinic, "V2")
    clean, held, soon = waiting(clinic)
    assert (clean.approved, clean.kinds, clean.last_day) == (True, {Kind.UNSENT}, None)
    assert (held.approved, held.kinds, held.last_day) == (True, {Kind.HELD}, None)
    assert [reason.code for reason in held.reasons] == ["chart-not-signed"]
    assert soon.kind is Kind.DUE_SOON


@pytest.mark.parametrize(("status", "found"), [("", 1), ("cancelled", 0), ("booked", 0)])
def test_a_blank_status_waits(clinic: Clinic, status: str, found: int) -> None:
    clinic.bring({**visit("V1"), "status": status})
    items = waiting(clinic)
    assert len(items) == found
    for item in items:
        assert (item.kind, item.session_id, item.amount_cents) == (Kind.HELD, "V1", None)
        assert item.reasons[0].code == "missing-value"
        assert item.last_day == date(2027, 1, 11)


def test_a_blank_status_of_a_day_to_come_does_not_wait_yet(clinic: Clinic) -> None:
    today, tomorrow = visit("V1", service_date="2026-11-05"), visit("V2", service_date="2026-11-06")
    clinic.bring({**today, "status": ""}, {**tomorrow, "status": ""})
    assert [item.session_id for item in waiting(clinic)] == ["V1"]


@pytest.mark.parametrize(
    ("made", "as_of", "hour", "waits"),
    [
        (date(2026, 11, 2), date(2026, 11, 3), 12, True),  # made on the close-off day
        (date(2026, 11, 3), date(2026, 11, 5), 12, False),  # made after it
        (date(2026, 11, 3), date(2026, 11, 18), 18, False),  # the next one is still to come
        (date(2026, 11, 3), date(2026, 11, 18), 19, True),
        (date(2026, 11, 3), date(2026, 11, 19), 12, True),
    ],
)
def test_a_prepared_batch_waits_once_it_has_missed_a_close_off(
    clinic: Clinic, made: date, as_of: date, hour: int, waits: bool
) -> None:
    clinic.bring(visit("V1", 1), visit("V2", 2))
    batch_id, _ = clinic.bill(as_of=made)
    now = datetime(as_of.year, as_of.month, as_of.day, hour, tzinfo=NOON.tzinfo)
    items = waiting(clinic, as_of=as_of, now=now)
    assert bool(items) is waits
    for item in items:
        assert (item.subject, item.batch_id, item.kind) == ("batch", batch_id, Kind.UNSENT)
        assert (item.sessions, item.amount_cents) == (2, 15584)
        assert item.last_day == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("unknown", "batch-unknown"),
        ("rejected", "batch-rejected"),
        ("accepted", ""),
        ("sent", "batch-not-confirmed"),
    ],
)
def test_a_batch_without_an_answer_or_rejected_waits_at_once(
    clinic: Clinic, state: str, code: str
) -> None:
    clinic.bring(visit("V1"))
    clinic.billed()
    change(clinic, schema.batches, state=state)
    assert [item.reasons[0].code for item in waiting(clinic)] == [code] * bool(code)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (NotReachedError("no line"), "batch-not-sent"),
        (refused(), "batch-not-sent"),
        (NoAnswerError("no answer"), "batch-unknown"),
        (said(), ""),
    ],
)
def test_what_msp_has_of_a_batch_does_not_wait(clinic: Clinic, answer: Any, code: str) -> None:
    """Three claims of 77.92 in two files: MSP has the first two; a close-off has passed."""
    batch_id = split(clinic, visits=3)
    with suppress(NetworkError):
        submit(clinic, batch_id, said(), answer)
    items = waiting(clinic, as_of=date(2026, 11, 19), now=NOON.replace(day=19))
    assert [item.reasons[0].code for item in items] == [code] * bool(code)
    for item in items:
        assert (item.sessions, item.amount_cents) == (1, 7792)
        assert "(1 claim)" in item.reasons[0].message


def test_a_letter_to_the_referrer_is_one_item_a_patient(clinic: Clinic) -> None:
    """Two sessions in one continuing course of care without a report for six months."""
    clinic.bring(
        visit("V1", service_date="2026-03-02", **REFERRED),
        visit("V2", service_date="2026-10-13", **REFERRED),
        visit("V3", service_date="2026-10-27", **REFERRED),
    )
    letters = [item for item in waiting(clinic) if item.subject == "patient"]
    assert [(item.kind, item.sessions, item.session_id) for item in letters] == [
        (Kind.REFERRAL, 2, "V2")
    ]
    assert (letters[0].last_day, letters[0].amount_cents) == (None, None)


def some(clinic: Clinic) -> list[WorkItem]:
    """Bring in one overdue, one due soon, one for lack of a referral, one held, two forgotten."""
    clinic.bring(
        visit("V1", 1, service_date="2026-07-20", **REFERRED),
        visit("V2", 2, service_date="2026-08-07", chart_signed="no", **REFERRED),
        visit("V3", 3, service_date="2026-08-10", **NO_REFERRAL),
        visit("V4", 4, practitioner_number="99002", chart_signed="no"),
        visit("V5", 5, service_date="2026-10-02"),
        visit("V6", 6),
    )
    return waiting(clinic)


def test_the_worst_deadline_comes_first(clinic: Clinic) -> None:
    assert [(item.session_id or item.month, item.kind.value) for item in some(clinic)] == [
        ("V1", "overdue"),
        ("V2", "due-soon"),
        ("V3", "due-soon"),
        ("2026-10", "unsent"),
        ("V4", "held"),
    ]


def test_totals_count_every_item_once(clinic: Clinic) -> None:
    assert [(t.kind.value, t.items, t.sessions, t.amount_cents) for t in totals(some(clinic))] == [
        ("overdue", 1, 1, 7792),
        ("due-soon", 2, 2, 15584),
        ("held", 1, 1, 7792),
        ("unsent", 1, 2, 15584),
    ]


@pytest.mark.parametrize(
    ("kind", "sessions"),
    [
        (Kind.OVERDUE, ["V1"]),
        (Kind.DUE_SOON, ["V2", "V3"]),
        (Kind.REFERRAL, ["V3"]),
        (Kind.HELD, ["V1", "V2", "V3", "V4"]),
        (Kind.UNSENT, [""]),
        (Kind.REFUSED, []),
    ],
)
def test_a_kind_is_looked_for_among_all_that_an_item_is(
    clinic: Clinic, kind: Kind, sessions: list[str]
) -> None:
    kept = chosen(some(clinic), kind)
    assert [item.session_id for item in kept] == sessions
    assert {item.kind for item in kept} <= {kind}


@pytest.mark.parametrize(
    ("before", "sessions"),
    [
        (date(2026, 11, 5), ["V1"]),
        (date(2026, 11, 6), ["V1", "V2"]),  # the last day of V2 is November 5
        (date(2026, 11, 8), ["V1", "V2"]),
        (date(2026, 11, 9), ["V1", "V2", "V3"]),
    ],
)
def test_before_a_day_means_last_days_before_it(
    clinic: Clinic, before: date, sessions: list[str]
) -> None:
    assert [item.session_id for item in chosen(some(clinic), before=before)] == sessions


def test_the_scope_narrows_sessions_batches_and_claims(clinic: Clinic) -> None:
    some(clinic)
    clinic.billed()
    later = {"as_of": date(2026, 11, 19)}
    assert {i.session_id for i in waiting(clinic, practitioner="99002")} == {"V4"}
    assert {i.session_id for i in waiting(clinic, month="2026-08")} == {"V2", "V3"}
    assert {i.batch_id for i in waiting(clinic, month="2026-10", **later)} == {None, 1}
    assert {i.batch_id for i in waiting(clinic, month="2026-08", **later)} == {None}
    assert {i.batch_id for i in waiting(clinic, practitioner="99002", **later)} == {None}
