"""The journal (design, section 7): append-only, chained, and a cut end shows."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from databases import Behind, behind
from helpers import CLERK, Clinic, visit
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from tpi_billing.ledger.health import examine
from tpi_billing.ledger.journal import (
    NO_ENTRY,
    Break,
    Head,
    canonical_json,
    entry_hash,
    read_head,
    verify,
)

Tamper = Callable[[Behind], object]


@pytest.fixture
def written(clinic: Clinic) -> Clinic:
    """Write five entries in two transactions."""
    with clinic.ledger.changing(CLERK) as transaction:
        for number in (1, 2, 3):
            transaction.journal.write("test.made", f"test:{number}", {"number": number})
    with clinic.ledger.changing("a.audit") as transaction:
        for number in (4, 5):
            transaction.journal.write("test.made", f"test:{number}", {"number": number})
    return clinic


def entries(clinic: Clinic) -> list[tuple[object, ...]]:
    return clinic.snapshot()["journal"]


def verified(clinic: Clinic) -> tuple[int, list[Break]]:
    with clinic.ledger.reading() as connection:
        return verify(connection)


def head(clinic: Clinic) -> Head:
    with clinic.ledger.reading() as connection:
        return read_head(connection)


def tamper(clinic: Clinic, change: Tamper) -> None:
    """Change the file behind the tool's back, without the triggers that would refuse it."""
    with behind(clinic.folder) as connection:
        change(connection)


# What is written


def test_an_empty_journal_is_whole(clinic: Clinic) -> None:
    assert verified(clinic) == (0, [])
    assert head(clinic) == Head(0, NO_ENTRY)
    assert NO_ENTRY == "0" * 64


def test_an_entry_says_who_did_what_to_which_record(written: Clinic) -> None:
    actors = [(entry[0], entry[2], entry[3], entry[4], entry[5]) for entry in entries(written)]
    assert actors == [
        (1, CLERK, "test.made", "test:1", '{"number":1}'),
        (2, CLERK, "test.made", "test:2", '{"number":2}'),
        (3, CLERK, "test.made", "test:3", '{"number":3}'),
        (4, "a.audit", "test.made", "test:4", '{"number":4}'),
        (5, "a.audit", "test.made", "test:5", '{"number":5}'),
    ]


def test_every_entry_holds_the_hash_of_the_one_before(written: Clinic) -> None:
    previous = NO_ENTRY
    for *content, before, own in entries(written):
        assert before == previous
        spelled = json.dumps([*content, before], ensure_ascii=False)
        assert own == hashlib.sha256(spelled.encode("utf-8")).hexdigest()
        previous = own
    assert head(written) == Head(5, str(previous))
    assert verified(written) == (5, [])


def test_the_head_is_written_with_the_entries_or_not_at_all(written: Clinic) -> None:
    before = head(written)
    with suppress(KeyError), written.ledger.changing(CLERK) as transaction:
        transaction.journal.write("test.made", "test:6", {})
        transaction.journal.flush()
        raise KeyError
    assert head(written) == before
    assert verified(written) == (5, [])


def test_thousands_of_entries_in_one_transaction_make_one_chain(clinic: Clinic) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        for number in range(4_500):
            last = transaction.journal.write("test.made", f"test:{number}", number)
    assert verified(clinic) == (4_500, [])
    assert head(clinic) == last == Head(4_500, last.sha256)


def test_names_of_any_alphabet_are_kept_as_they_are(clinic: Clinic) -> None:
    with clinic.ledger.changing("Zoë Çelik") as transaction:
        transaction.journal.write("test.made", "test:李", {"name": "Élodie \U0001f600 \x07"})
    assert verified(clinic) == (1, [])
    assert entries(clinic)[0][2] == "Zoë Çelik"


# What the database refuses


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'nobody'",
        "UPDATE journal SET content = '{}' WHERE entry = 3",
        "UPDATE journal SET entry = 99 WHERE entry = 5",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE entry = 5",
        pytest.param(
            "INSERT OR REPLACE INTO journal SELECT entry, at, 'nobody', action, record, content, "
            "previous_sha256, sha256 FROM journal WHERE entry = 5",
            marks=pytest.mark.sqlite("its own words"),
        ),
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(written: Clinic, statement: str) -> None:
    before = entries(written)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        written.ledger.changing(CLERK) as transaction,
    ):
        transaction.connection.exec_driver_sql(statement)
    assert entries(written) == before


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET actor = 'nobody'", "DELETE FROM journal WHERE entry = 5"]
)
def test_it_refuses_any_other_program_as_well(written: Clinic, statement: str) -> None:
    with (
        pytest.raises(Exception, match="append-only"),
        behind(written.folder, awake=True) as connection,
    ):
        connection.execute(statement)


# What verifying finds when the triggers were taken away


def altered(connection: Behind) -> None:
    connection.execute("UPDATE journal SET content = '{\"number\":7}' WHERE entry = 3")


def altered_and_hashed_anew(connection: Behind) -> None:
    _hash_anew(connection, 3)


def altered_at_the_end_and_hashed_anew(connection: Behind) -> None:
    _hash_anew(connection, 5)


def _hash_anew(connection: Behind, entry: int) -> None:
    (row,) = connection.execute("SELECT * FROM journal WHERE entry = ?", (entry,)).fetchall()
    number, at, actor, action, record, _, previous, _ = row
    made_up = entry_hash(number, at, actor, action, record, "{}", previous)
    connection.execute(
        "UPDATE journal SET content = '{}', sha256 = ? WHERE entry = ?", (made_up, entry)
    )


def deleted(connection: Behind) -> None:
    connection.execute("DELETE FROM journal WHERE entry = 3")


def deleted_and_closed_up(connection: Behind) -> None:
    connection.execute("DELETE FROM journal WHERE entry = 3")
    connection.execute("UPDATE journal SET entry = entry - 1 WHERE entry > 3")


def first_deleted(connection: Behind) -> None:
    connection.execute("DELETE FROM journal WHERE entry = 1")


def end_cut_off(connection: Behind) -> None:
    connection.execute("DELETE FROM journal WHERE entry > 3")


def all_deleted(connection: Behind) -> None:
    connection.execute("DELETE FROM journal")


def reordered(connection: Behind) -> None:
    connection.execute("UPDATE journal SET entry = -2 WHERE entry = 2")
    connection.execute("UPDATE journal SET entry = 2 WHERE entry = 3")
    connection.execute("UPDATE journal SET entry = 3 WHERE entry = -2")


def renumbered(connection: Behind) -> None:
    connection.execute("UPDATE journal SET entry = 9 WHERE entry = 5")


def appended(connection: Behind) -> None:
    """Add an entry that follows rightly, without moving the head."""
    (row,) = connection.execute("SELECT at, sha256 FROM journal WHERE entry = 5").fetchall()
    at, previous = row
    digest = entry_hash(6, at, CLERK, "test.made", "test:6", "{}", previous)
    connection.execute(
        "INSERT INTO journal VALUES (6, ?, ?, 'test.made', 'test:6', '{}', ?, ?)",
        (at, CLERK, previous, digest),
    )


def head_moved(connection: Behind) -> None:
    connection.execute("UPDATE journal_head SET entries = 4")


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (altered, 3, "altered"),
        (altered_and_hashed_anew, 4, "does not follow"),
        (altered_at_the_end_and_hashed_anew, 5, "its end was changed"),
        (deleted, 4, "entry 3 is missing"),
        (deleted_and_closed_up, 3, "does not follow"),
        (first_deleted, 2, "entry 1 is missing"),
        (end_cut_off, 3, "should have 5 entries"),
        (all_deleted, 0, "should have 5 entries"),
        (reordered, 2, "does not follow"),
        (renumbered, 9, "entry 5 is missing"),
        (appended, 6, "should have 5 entries"),
        (head_moved, 5, "should have 4 entries"),
    ],
)
def test_what_was_tampered_with_shows(
    written: Clinic, change: Tamper, where: int, words: str
) -> None:
    tamper(written, change)
    _, breaks = verified(written)
    assert any(found.entry == where and words in found.message for found in breaks), breaks


@pytest.mark.parametrize(
    "column", ["at", "actor", "action", "record", "content", "previous_sha256", "sha256"]
)
@pytest.mark.parametrize("entry", [1, 3, 5])
def test_no_part_of_any_entry_can_be_altered_unseen(
    written: Clinic, column: str, entry: int
) -> None:
    tamper(
        written,
        lambda connection: connection.execute(
            f"UPDATE journal SET {column} = {column} || 'x' WHERE entry = {entry}"
        ),
    )
    _, breaks = verified(written)
    assert entry in {found.entry for found in breaks}


def test_a_value_moved_from_one_part_into_the_next_shows(written: Clinic) -> None:
    """Parts are set apart within the hash: `ab` + `c` is another entry than `a` + `bc`."""
    one = entry_hash(1, "at", "ab", "c", "r", "{}", NO_ENTRY)
    assert one != entry_hash(1, "at", "a", "bc", "r", "{}", NO_ENTRY)


# The look at the whole ledger


def test_a_sound_ledger_has_no_faults(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2))
    clinic.billed()
    with clinic.ledger.reading() as connection:
        health = examine(connection)
    assert (health.sessions, health.claims, health.faults) == (2, 2, ())
    assert health.entries == len(entries(clinic))


@pytest.mark.sqlite("a server holds references itself")
def test_faults_of_the_journal_and_of_references_are_told(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    clinic.billed()

    def orphan(connection: Behind) -> None:
        connection.execute("UPDATE sessions SET import_id = 77")
        connection.execute("UPDATE journal SET actor = 'nobody' WHERE entry = 1")

    tamper(clinic, orphan)
    with clinic.ledger.reading() as connection:
        faults = examine(connection).faults
    assert "database: table sessions names a record of imports that is not there" in faults
    assert any(fault.startswith("journal, entry 1: ") for fault in faults)


# One spelling for one value

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), values), st.randoms(use_true_random=False))
def test_equal_values_have_one_spelling_that_reads_back(
    content: dict[str, object], random: Random
) -> None:
    names = list(content)
    random.shuffle(names)
    spelled = canonical_json({name: content[name] for name in names})
    assert spelled == canonical_json(content)
    assert json.loads(spelled) == content
