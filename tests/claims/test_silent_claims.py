"""Claims without an answer: silent, or without their remittance, and those that MSP holds for long.

Close-offs of 2026: November 2 and 18, December 3 and 17. What came by November 2 is remitted on the
10th and paid on the 13th (Remembrance Day between); five working days after that are over with
Sunday the 22nd. What came by the 18th is remitted on the 26th and paid on the 30th.
"""

from datetime import date

import pytest
from helpers import Clinic, visit
from msp_lines import held, paid, payee_total

from tpi_billing.claims.deadlines import Due, answer_due
from tpi_billing.claims.work_items import Kind
from tpi_billing.codes import CodeBook

from .answers import send, take, waiting

NOVEMBER_1, NOVEMBER_2 = date(2026, 11, 1), date(2026, 11, 2)


@pytest.mark.parametrize(
    ("sent_on", "close_off", "paid_on", "from_day", "last"),
    [
        # the day before the close-off
        ("2026-11-01", "2026-11-02", "2026-11-13", "2026-11-10", "2026-11-22"),
        # on it, at an hour that nobody knows: December 1, 2, 3, 4, 7 are five working days
        ("2026-11-02", "2026-11-18", "2026-11-30", "2026-11-26", "2026-12-07"),
        ("2026-11-17", "2026-11-18", "2026-11-30", "2026-11-26", "2026-12-07"),
        # December 31, January 4, 5, 6 and 7: New Year's Day is none
        ("2026-12-16", "2026-12-17", "2026-12-30", "2026-12-28", "2027-01-07"),
    ],
)
def test_when_the_answer_is_due(
    book: CodeBook, sent_on: str, close_off: str, paid_on: str, from_day: str, last: str
) -> None:
    days = [date.fromisoformat(text) for text in (close_off, paid_on, from_day, last)]
    assert answer_due(book.calendar, date.fromisoformat(sent_on)) == Due(*days)


def test_where_no_close_off_is_published_the_days_count(book: CodeBook) -> None:
    due = answer_due(book.calendar, date(2026, 12, 17))
    assert due == Due(None, None, date(2026, 12, 31), date(2027, 1, 31))


@pytest.mark.parametrize(
    ("sent_on", "payment", "silent"),
    [
        (NOVEMBER_1, date(2026, 11, 9), False),  # of an earlier close-off
        (NOVEMBER_1, date(2026, 11, 10), True),  # it cannot be paid before it is remitted
        (NOVEMBER_1, date(2026, 11, 13), True),
        (NOVEMBER_1, date(2026, 11, 30), True),  # a later one
        (
            NOVEMBER_2,
            date(2026, 11, 13),
            False,
        ),  # sent on the close-off day: it counts for the next
        (NOVEMBER_2, date(2026, 11, 30), True),
    ],
)
def test_a_claim_is_silent_when_a_remittance_came_without_it(
    clinic: Clinic, sent_on: date, payment: date, silent: bool
) -> None:
    first, second, third = send(clinic, on=sent_on)
    take(clinic, paid(first, payment), paid(second, payment), payee_total(payment, 2 * 7792))
    items = waiting(clinic, date(2026, 11, 20))
    assert [item.claim_id for item in items] == [third.claim_id] * silent
    for item in items:
        assert (item.kinds, item.amount_cents) == ({Kind.SILENT}, 7792)
        assert item.last_day == date(2027, 1, 11)
        assert item.reasons[0].code == "claim-silent"
        assert "tpi-billing pickup" in item.reasons[0].cure


@pytest.mark.parametrize(
    ("as_of", "absent"), [(date(2026, 11, 22), False), (date(2026, 11, 23), True)]
)
def test_a_remittance_that_was_not_picked_up_is_one_item(
    clinic: Clinic, as_of: date, absent: bool
) -> None:
    send(clinic)
    items = waiting(clinic, as_of)
    assert len(items) == absent
    for item in items:
        assert (item.subject, item.kind, item.claim_id) == ("remittance", Kind.SILENT, None)
        assert (item.sessions, item.amount_cents, item.last_day) == (3, 23376, date(2027, 1, 11))
        assert item.reasons[0].message == (
            "The remittance of the close-off of 2026-11-02 (payment about 2026-11-13) has not been "
            "picked up: 3 claims of payee A9999 without an answer."
        )


def test_each_payee_has_his_own_remittance(clinic: Clinic) -> None:
    """Practitioner 99002 is paid by B1111, whose remittance is not there."""
    other = visit("V2", 2, practitioner_number="99002", start_time="13:00", end_time="13:15")
    first, second = send(clinic, visit("V1"), other)
    assert second.payee_number == "B1111"
    take(clinic, paid(first, date(2026, 11, 13)), payee_total(date(2026, 11, 13), 7792))
    assert waiting(clinic, date(2026, 11, 22)) == []
    (item,) = waiting(clinic, date(2026, 11, 23))
    assert (item.subject, item.sessions) == ("remittance", 1)
    assert "payee B1111" in item.reasons[0].message


@pytest.mark.parametrize(
    ("as_of", "with_remittance", "subject"),
    [
        (date(2027, 1, 31), True, None),  # the 45th day
        (date(2027, 2, 1), True, "claim"),
        (date(2027, 1, 31), False, None),
        (date(2027, 2, 1), False, "remittance"),
    ],
)
def test_where_no_close_off_is_published_45_days_are_waited_for(
    clinic: Clinic, as_of: date, with_remittance: bool, subject: str | None
) -> None:
    (claim,) = send(clinic, visit("V1"), on=date(2026, 12, 17))
    if with_remittance:
        take(clinic, payee_total(date(2027, 1, 15)))
    assert claim.sent_on == date(2026, 12, 17)
    items = [item for item in waiting(clinic, as_of) if Kind.SILENT in item.kinds]
    assert [item.subject for item in items] == ([] if subject is None else [subject])


def test_an_answered_claim_is_not_silent(clinic: Clinic) -> None:
    claims = send(clinic)
    take(clinic, *(paid(claim, date(2026, 11, 13)) for claim in claims))
    assert waiting(clinic, date(2026, 12, 31)) == []


def test_the_scope_narrows_the_silent_ones(clinic: Clinic) -> None:
    send(clinic)
    late = date(2026, 11, 23)
    assert len(waiting(clinic, late, month="2026-10")) == 1
    assert waiting(clinic, late, month="2026-09") == []
    assert waiting(clinic, late, practitioner="99002") == []


@pytest.mark.parametrize(
    ("later", "waits"),
    [
        ([], False),
        ([date(2026, 11, 30)], False),
        ([date(2026, 11, 30), date(2026, 12, 15)], True),
    ],
)
def test_a_held_claim_waits_after_two_more_remittances(
    clinic: Clinic, later: list[date], waits: bool
) -> None:
    (claim,) = send(clinic, visit("V1"))
    take(clinic, held(claim, date(2026, 11, 13)))
    for day in later:
        take(clinic, payee_total(day))
    items = waiting(clinic, date(2026, 12, 20))
    assert [item.kind for item in items] == [Kind.HELD] * waits
    for item in items:
        assert (item.claim_id, item.last_day, item.amount_cents) == (claim.claim_id, None, 7792)
        assert item.reasons[0].explanatory_code == "BH"
        assert "since 2026-11-13; 2 remittances have come since then" in item.reasons[0].message


def test_a_claim_that_is_held_again_has_waited_since_the_first_time(clinic: Clinic) -> None:
    (claim,) = send(clinic, visit("V1"))
    for day in (date(2026, 11, 13), date(2026, 11, 30), date(2026, 12, 15)):
        take(clinic, held(claim, day))
    (item,) = waiting(clinic, date(2026, 12, 20))
    assert "since 2026-11-13; 2 remittances" in item.reasons[0].message
