"""Sums of the audit report over claim_facts: which claims count, and for how much."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from made_up_facts import day, facts

from tpi_billing.ledger import audit_figures
from tpi_billing.ledger.audit_figures import Billed, JournalEnd, Referred, Waited
from tpi_billing.ledger.facts import facts_of

FIRST, LAST = day("2026-10-01"), day("2026-10-31")
ROWS: tuple[dict[str, Any], ...] = (
    {"service_day": FIRST, "sent_day": FIRST, "patient": 1},
    {"service_day": LAST, "sent_day": LAST + 20, "patient": 1, "referral_given": 0},
    {"service_day": FIRST - 1, "sent_day": FIRST},
    {"service_day": LAST + 1, "sent_day": None},
    # A refused claim, and the one that took its place: one service, first sent after 20 days.
    {"service_day": FIRST, "sent_day": FIRST + 20, "patient": 3, "live": 0, "state": "corrected"},
    {"service_day": FIRST, "sent_day": FIRST + 60, "patient": 3, "predecessor": 5},
    # A debit request is not billed again.
    {"service_day": FIRST, "sent_day": None, "submission_code": "E", "live": 0, "patient": 1},
    {"service_day": FIRST, "sent_day": None, "practitioner": "99002", "units": 3, "patient": 4},
)


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with facts_of(facts(*ROWS)) as found:
        yield found.connection


def test_live_claims_of_the_period_are_billed(connection: sa.Connection) -> None:
    """Claims 1, 2, 6 and 8, each of 77.92, of patients 1, 3 and 4."""
    assert audit_figures.billed(connection, FIRST, LAST) == Billed(4, 31_168, 3, 2)
    assert audit_figures.billed(connection, LAST + 50, LAST + 60) == Billed(0, 0, 0, 0)


def test_a_service_waited_until_it_was_first_sent(connection: sa.Connection) -> None:
    assert audit_figures.waited(connection, FIRST, LAST) == [
        Waited(0, 1, 7_792),
        Waited(20, 2, 15_584),
        Waited(None, 1, 7_792),
    ]


def test_referrals_are_counted_by_practitioner(connection: sa.Connection) -> None:
    assert audit_figures.referred(connection, FIRST, LAST) == [
        Referred("99001", 3, 2),
        Referred("99002", 1, 1),
    ]


def test_values_come_by_practitioner_and_size(connection: sa.Connection) -> None:
    days = list(audit_figures.services_by_day(connection, FIRST, LAST))
    assert days == [("99001", 1), ("99001", 2), ("99002", 3)]
    patients = list(audit_figures.cents_by_patient(connection, FIRST, LAST))
    assert patients == [("99001", 7_792), ("99001", 15_584), ("99002", 7_792)]


def test_a_new_ledgers_journal_may_have_no_end(clinic: Any) -> None:
    with clinic.ledger.reading() as connection:
        end = audit_figures.journal_end(connection)
    assert (end.entry, end.at) == (0, "")


def test_the_journals_end_is_its_last_entry(clinic: Any) -> None:
    with clinic.ledger.changing("m.jones") as transaction:
        transaction.journal.write("first", "ledger", {})
        head = transaction.journal.write("second", "ledger", {})
    with clinic.ledger.reading() as connection:
        (at,) = connection.exec_driver_sql("SELECT at FROM journal WHERE entry = 2").one()
        assert audit_figures.journal_end(connection) == JournalEnd(2, head.sha256, at)
