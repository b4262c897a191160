"""A ledger of an earlier version is whole; what its journal cannot prove is said."""

import sqlite3
from contextlib import closing

import pytest
from helpers import AS_OF, CLERK, Clinic, visit
from older_ledgers import BROUGHT, make_older

from tpi_billing.claims.decisions import Decider
from tpi_billing.codes import CodeBook
from tpi_billing.ledger import upgrade
from tpi_billing.ledger.health import Verified, verify_ledger

pytestmark = pytest.mark.sqlite("makes older files")

OLDER = ["0006", "0005", "0004", "0003", "0002", "0001"]
SENT = {("claims", "sent_on"), ("claims", "billed_month")}
UNPROVEN = {
    "0006": set(),
    "0005": set(),
    "0004": SENT,
    "0003": {*SENT, ("import_rows", "every column")},
    "0002": {*SENT, ("import_rows", "every column")},
    "0001": {*SENT, ("import_rows", "every column")},
}
"""The columns of which an older journal says nothing, and no default tells what they must be."""


@pytest.fixture
def worked(clinic: Clinic) -> Clinic:
    """Import, bill, void, bill again, leave one open, decide about another."""
    clinic.bring(visit("V1"), visit("V2", 2), visit("V3", 3, chart_signed="no"))
    clinic.billed()
    clinic.void(1)
    clinic.billed()
    clinic.bring(visit("V6", 1, start_time="12:00"))
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK)
    decider.second_service("V6", "01157", "another complaint")
    clinic.close()
    return clinic


def verified(clinic: Clinic, book: CodeBook) -> Verified:
    with (
        closing(Clinic(clinic.folder, book, create=False)) as again,
        again.ledger.reading() as connection,
    ):
        return verify_ledger(connection)


def test_every_schema_is_here() -> None:
    assert sorted([*BROUGHT, "0001"]) == sorted(upgrade._known_revisions())
    assert max(BROUGHT) == upgrade.HEAD


@pytest.mark.parametrize("revision", OLDER)
def test_a_migrated_ledger_is_whole(worked: Clinic, book: CodeBook, revision: str) -> None:
    make_older(worked.folder / "ledger.db", revision)
    found = verified(worked, book)
    assert found.words == ()
    assert set(found.unproven) == UNPROVEN[revision]


@pytest.mark.parametrize("revision", OLDER)
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE claims SET amount_cents = 1 WHERE claim_id = 2", "claim:2: amount_cents"),
        # What a later version added has its default.
        ("UPDATE claims SET sequence_cycle = 2 WHERE claim_id = 2", "claim:2: sequence_cycle"),
        ("UPDATE claims SET expected_cents = 5 WHERE claim_id = 2", "claim:2: expected_cents"),
        ("UPDATE sessions SET pending = '{}' WHERE session_key = 3", "session:3: pending"),
        ("INSERT INTO import_rows VALUES (1, 99, 1, 'new', '')", "import:1"),
    ],
)
def test_in_it_an_altered_value_is_named(
    worked: Clinic, book: CodeBook, revision: str, statement: str, said: str
) -> None:
    make_older(worked.folder / "ledger.db", revision)
    Clinic(worked.folder, book, create=False).close()
    with closing(sqlite3.connect(worked.folder / "ledger.db")) as connection:
        connection.execute(statement)
        connection.commit()
    assert any(said in words for words in verified(worked, book).words)
