"""Movements of the books that no bill and no line of MSP's makes: posted, summed, listed."""

from datetime import date

import pytest
from helpers import CLERK, Clinic, visit

from tpi_billing.ledger import schema
from tpi_billing.ledger.postings import (
    Posting,
    PostingKind,
    WrittenOff,
    post,
    postings_of_claim,
    postings_of_month,
    sums_of_claims,
    sums_of_month,
    written_off,
)
from tpi_billing.ledger.replay import differences

REPLACED, WRITTEN_OFF = PostingKind.REPLACED, PostingKind.WRITTEN_OFF


@pytest.fixture
def billed(clinic: Clinic) -> Clinic:
    """Two claims, as of 5 November 2026."""
    clinic.ledger.today = date(2026, 11, 5)
    clinic.bring(visit("V1", 1), visit("V2", 2))
    clinic.billed()
    return clinic


def put(clinic: Clinic, *postings: Posting) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        for posting in postings:
            post(transaction, clinic.data_centre, posting)


def of_claim(claim_id: int, cents: int, kind: PostingKind = REPLACED) -> Posting:
    return Posting(kind, "A9999", "99001", cents, "why", claim_id)


def test_a_posting_counts_in_the_month_in_which_it_is_made(billed: Clinic) -> None:
    put(billed, of_claim(1, -7792))
    billed.ledger.today = date(2026, 12, 1)
    put(billed, of_claim(1, 7792, PostingKind.REINSTATED))
    with billed.ledger.reading() as connection:
        made = postings_of_claim(connection, "T9999", 1)
    assert [(one.month, one.posting.cents, one.posted_by) for one in made] == [
        ("2026-11", -7792, CLERK),
        ("2026-12", 7792, CLERK),
    ]


def test_in_a_closed_month_it_counts_in_the_next_open_one(billed: Clinic) -> None:
    with billed.ledger.changing(CLERK) as transaction:
        values = {
            "data_centre": "T9999",
            "month": "2026-11",
            "state": "closed",
            "reason": "",
            "decided_at": transaction.at,
            "decided_by": CLERK,
        }
        transaction.connection.execute(schema.closings.insert(), values)
        post(transaction, "T9999", of_claim(1, -1))
    with billed.ledger.reading() as connection:
        assert postings_of_claim(connection, "T9999", 1)[0].month == "2026-12"


def test_sums_by_claim_and_by_month(billed: Clinic) -> None:
    difference = Posting(PostingKind.DIFFERENCE, "A9999", "", 5, "cents", None, "2026-11-12-A9999")
    put(billed, of_claim(1, -7792), of_claim(1, 92), of_claim(2, -100, WRITTEN_OFF), difference)
    with billed.ledger.reading() as connection:
        # -77.92 and 0.92 are -77.00.
        assert sums_of_claims(connection, "T9999", [1, 2, 3]) == {1: -7700, 2: -100, 3: 0}
        assert sums_of_month(connection, "T9999", "2026-11") == {
            ("A9999", "99001", REPLACED): -7700,
            ("A9999", "99001", WRITTEN_OFF): -100,
            ("A9999", "", PostingKind.DIFFERENCE): 5,
        }
        assert sums_of_month(connection, "T9999", "2026-10") == {}
        given_up = list(postings_of_month(connection, "T9999", "2026-11", WRITTEN_OFF))
        assert [one.posting.claim_id for one in given_up] == [2]


def test_what_was_given_up_and_what_was_accepted_are_told_apart(billed: Clinic) -> None:
    """Of claim 2 1.00 is given up and 2.50 and 0.25 are accepted: 1.75 more is owed."""
    off = [of_claim(2, cents, WRITTEN_OFF) for cents in (-100, 250, 25)]
    put(billed, of_claim(1, -7792), *off)
    with billed.ledger.reading() as connection:
        found = written_off(connection, "T9999", [1, 2])
        assert written_off(connection, "T8888", [2]) == {2: WrittenOff()}
    assert found == {1: WrittenOff(), 2: WrittenOff(given_up_cents=100, accepted_cents=275)}
    assert found[2].cents == 175


def test_another_clinic_of_the_same_database_sees_none_of_it(billed: Clinic) -> None:
    put(billed, of_claim(1, -7792))
    with billed.ledger.reading() as connection:
        assert sums_of_claims(connection, "T8888", [1]) == {1: 0}
        assert sums_of_month(connection, "T8888", "2026-11") == {}


def test_every_posting_is_journaled(billed: Clinic) -> None:
    put(billed, of_claim(1, -7792))
    with billed.ledger.reading() as connection:
        assert list(differences(connection)) == []
