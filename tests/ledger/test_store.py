"""The ledger's file (design, section 7): opened or refused, one state for all, all or nothing."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from helpers import CLERK, Clinic, block, clinic_config, visit
from sqlalchemy.exc import IntegrityError

from tpi_billing import errors
from tpi_billing.codes import CodeBook
from tpi_billing.errors import (
    BillingError,
    ConfigurationError,
    ConflictError,
    FileError,
    UsageError,
)
from tpi_billing.ledger import Ledger, open_ledger, schema, store
from tpi_billing.ledger.numbers import OFFICE_FOLIO, reserve

URL = "sqlite:///ledger.db"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")


def opened(folder: Path, url: str = URL, *, create: bool = False) -> Ledger:
    return open_ledger(url, folder, "T9999", create=create)


def refused(folder: Path, url: str = URL) -> BillingError:
    with pytest.raises(BillingError) as caught:
        opened(folder, url).close()
    assert all(trouble.hint for trouble in caught.value.troubles)
    return caught.value


# Opening


def test_a_ledger_is_made_only_when_asked_for(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path), ConfigurationError)
    assert list(tmp_path.iterdir()) == []
    opened(tmp_path, create=True).close()
    opened(tmp_path).close()


def test_a_relative_path_is_relative_to_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "clinic").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    opened(tmp_path / "clinic", "sqlite:///data/own.db", create=True).close()
    assert (tmp_path / "clinic" / "data" / "own.db").is_file()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "shared" / "all.db"
    opened(tmp_path / "clinic", f"sqlite:///{target.as_posix()}", create=True).close()
    assert target.is_file()


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    opened(tmp_path, create=True).close()
    before = (tmp_path / "ledger.db").read_bytes()
    opened(tmp_path, create=True).close()
    assert (tmp_path / "ledger.db").read_bytes() == before


@pytest.mark.parametrize("url", ["", "ledger.db", "nothing", "sqlite", "sqlit:///ledger.db"])
def test_an_address_that_is_none_is_a_fault_of_the_configuration(tmp_path: Path, url: str) -> None:
    assert isinstance(refused(tmp_path, url), ConfigurationError)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:10_000])


def overwritten(file: Path) -> None:
    file.write_bytes(b"visit,date\n" * 2_000)


def head_damaged(file: Path) -> None:
    file.write_bytes(b"\0" * 100 + file.read_bytes()[100:])


@pytest.mark.parametrize("damage", [cut_short, overwritten, head_damaged])
def test_a_damaged_file_is_not_worked_with(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    opened(tmp_path, create=True).close()
    damage(tmp_path / "ledger.db")
    before = (tmp_path / "ledger.db").read_bytes()
    error = refused(tmp_path)
    assert isinstance(error, FileError)
    assert "damaged" in error.troubles[0].message
    assert "backup" in error.troubles[0].hint
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
    assert isinstance(refused(tmp_path), ConfigurationError)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_a_making_that_was_cut_off_at_the_empty_file_is_finished(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    opened(tmp_path, create=True).close()
    opened(tmp_path).close()


def test_a_folder_in_its_place_is_a_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    assert isinstance(refused(tmp_path), FileError)


def test_a_ledger_that_somebody_else_makes_in_the_same_moment(tmp_path: Path) -> None:
    file = tmp_path / "new" / "ledger.db"
    store.create_private(file)
    with pytest.raises(errors.ConflictError, match="Somebody else is making") as caught:
        store.create_private(file)
    assert caught.value.troubles[0].hint


@pytest.mark.sqlite("about the file")
@posix
def test_only_its_owner_reads_the_ledger(clinic: Clinic) -> None:
    clinic.bring(visit())
    with clinic.ledger.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar()
        found = sorted(clinic.folder.glob("ledger.db*"))
        assert len(found) == 3  # the file, its log, and the log's index
        assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}


# All or nothing


def test_what_a_transaction_did_is_there_after_it(clinic: Clinic) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        assert reserve(transaction, "T9999", "folio", 3) == 1
    assert clinic.snapshot()["counters"] == [("T9999", "folio", 4)]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, ConflictError])
def test_a_transaction_that_fails_leaves_nothing(
    clinic: Clinic, failure: type[BaseException]
) -> None:
    clinic.bring(visit())
    before = clinic.snapshot()
    with suppress(failure), clinic.ledger.changing(CLERK) as transaction:
        reserve(transaction, "T9999", "folio", 3)
        transaction.connection.execute(sa.update(schema.sessions).values(status="cancelled"))
        transaction.journal.write("test.made", "test:1", {})
        transaction.journal.flush()
        raise failure("half-way")
    assert clinic.snapshot() == before


def test_a_dry_run_does_everything_and_keeps_nothing(clinic: Clinic) -> None:
    before = clinic.snapshot()
    with clinic.ledger.changing(CLERK, keep=False) as transaction:
        reserve(transaction, "T9999", "folio", 3)
        here = transaction.connection.execute(sa.select(schema.counters.c.next_value))
        assert here.scalar() == 4
    assert clinic.snapshot() == before


@pytest.mark.sqlite("a server refuses it, as tests/postgresql holds")
def test_a_reader_changes_nothing(clinic: Clinic) -> None:
    before = clinic.snapshot()
    with clinic.ledger.reading() as connection:
        connection.execute(sa.insert(schema.counters).values(("T9999", "folio", 4)))
    assert clinic.snapshot() == before


# Several at once


@pytest.fixture
def second(clinic: Clinic, book: CodeBook) -> Clinic:
    """Open the same ledger as another person's computer would."""
    return Clinic(clinic.folder, book, create=False)


def test_a_second_writer_waits_for_the_first(clinic: Clinic, second: Clinic) -> None:
    order: list[str] = []
    asking = threading.Event()

    def other() -> None:
        asking.set()
        with second.ledger.changing("second"):
            order.append("second")

    thread = threading.Thread(target=other)
    with clinic.ledger.changing("first"):
        thread.start()
        asking.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_second_writer_does_not_wait_for_ever(
    clinic: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_WAIT_SECONDS", 0.05)
    impatient = Clinic(clinic.folder, book, create=False)
    impatient.bring(visit())
    before = impatient.snapshot()
    with clinic.ledger.changing(CLERK):
        with pytest.raises(ConflictError) as caught:
            impatient.bring(visit("V1002", 2))
        assert caught.value.exit_code == 5
        with pytest.raises(ConflictError):
            impatient.bill()
    assert impatient.snapshot() == before
    assert impatient.bring(visit("V1002", 2)).counts.new == 1


def test_a_reader_sees_one_state_while_others_write(clinic: Clinic, second: Clinic) -> None:
    count = sa.select(sa.func.count()).select_from(schema.sessions)
    clinic.bring(visit("V1001"))
    with clinic.ledger.reading() as connection:
        assert connection.execute(count).scalar() == 1
        second.bring(visit("V1002", 2))
        assert connection.execute(count).scalar() == 1
    with clinic.ledger.reading() as connection:
        assert connection.execute(count).scalar() == 2


def test_a_reader_does_not_see_what_is_not_finished(clinic: Clinic, second: Clinic) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        reserve(transaction, "T9999", "folio", 3)
        assert second.snapshot()["counters"] == []
    assert second.snapshot()["counters"] == [("T9999", "folio", 4)]


def test_two_writers_in_turn_make_one_journal(clinic: Clinic, second: Clinic) -> None:
    for number in range(1, 7):
        one = clinic if number % 2 else second
        one.bring(visit(f"V{number}", number))
    entries = [entry[0] for entry in clinic.snapshot()["journal"]]
    assert entries == list(range(1, len(entries) + 1))


# What only the database can promise


@pytest.fixture
def billed(clinic: Clinic) -> Clinic:
    clinic.bring(visit("V1001"), visit("V1002", 2))
    clinic.billed()
    return clinic


def again(clinic: Clinic, table: sa.Table, **changes: object) -> None:
    """Store a table's first row once more, changed."""
    with clinic.ledger.changing(CLERK) as transaction:
        row = dict(transaction.connection.execute(sa.select(table)).mappings().first() or {})
        transaction.connection.execute(sa.insert(table), {**row, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"data_centre": "T8888"},
        {"source": "day-sheet"},
        {"session_id": "V2000"},
    ],
)
def test_a_session_is_known_by_data_centre_source_and_id(
    billed: Clinic, changes: dict[str, object]
) -> None:
    again(billed, schema.sessions, session_key=99, **changes)
    with pytest.raises(IntegrityError, match=r"sessions\.session_id|one_session"):
        again(billed, schema.sessions, session_key=98, **changes)


def test_the_same_session_cannot_be_stored_twice(billed: Clinic) -> None:
    with pytest.raises(IntegrityError, match=r"sessions\.session_id|one_session"):
        again(billed, schema.sessions, session_key=99, content="{}")


def test_a_service_has_one_live_claim(billed: Clinic) -> None:
    with pytest.raises(IntegrityError, match=r"claims\.fee_item|one_live_claim"):
        again(billed, schema.claims, claim_id=99, office_folio=99, sequence_number=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"live": 0, "state": "void"},
        {"ordinal": 2},
        {"patient_key": "phn:9100000009/00"},
        {"patient_key": "phn:9000000018/66"},
        {"practitioner_number": "99002"},
        {"service_date": "2026-10-14"},
        {"fee_item": "01156"},
        {"data_centre": "T8888"},
    ],
)
def test_another_service_has_its_own(billed: Clinic, changes: dict[str, object]) -> None:
    again(
        billed,
        schema.claims,
        **{"claim_id": 99, "office_folio": 99, "sequence_number": None, **changes},
    )


def test_an_office_folio_is_one_claims(billed: Clinic) -> None:
    with pytest.raises(IntegrityError, match=r"claims\.office_folio|one_office_folio"):
        again(billed, schema.claims, claim_id=99, ordinal=2, sequence_number=None)
    again(billed, schema.claims, claim_id=99, ordinal=2, data_centre="T8888")


def test_a_sequence_number_is_one_claims(billed: Clinic) -> None:
    again(billed, schema.claims, claim_id=98, office_folio=98, ordinal=2, sequence_number=7)
    with pytest.raises(IntegrityError, match=r"claims\.sequence_number|one_sequence_number"):
        again(billed, schema.claims, claim_id=99, office_folio=99, ordinal=3, sequence_number=7)


def test_a_claim_belongs_to_a_session_and_a_batch_that_are_there(billed: Clinic) -> None:
    for column in ("session_key", "batch_id"):
        changes = {
            "claim_id": 99,
            "office_folio": 99,
            "ordinal": 2,
            "sequence_number": None,
            column: 77,
        }
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            again(billed, schema.claims, **changes)


# Data centres in one ledger


@pytest.fixture
def neighbour(clinic: Clinic, book: CodeBook) -> Clinic:
    return Clinic(clinic.folder, book, clinic_config(data_centre="T8888"), create=False)


def test_the_same_id_of_another_data_centre_is_another_session(
    clinic: Clinic, neighbour: Clinic
) -> None:
    assert clinic.bring(visit("V1001")).counts.new == 1
    assert neighbour.bring(visit("V1001", 2)).counts.new == 1
    assert clinic.session("V1001").patient_key != neighbour.session("V1001").patient_key


def test_a_data_centre_sees_and_bills_its_own_only(clinic: Clinic, neighbour: Clinic) -> None:
    clinic.bring(visit("V1001"), visit("V1002", 2))
    neighbour.bring(block("V1001"))
    assert set(clinic.assess()) == {"V1001", "V1002"}
    assert set(neighbour.assess()) == {"V1001"}
    mine, theirs = clinic.billed(), neighbour.billed()
    assert mine != theirs
    assert [claim.fee_item for claim in neighbour.claims()] == ["01125"]
    assert [claim.office_folio for claim in clinic.claims()] == [1, 2]
    assert [claim.office_folio for claim in neighbour.claims()] == [1]
    for refused_one in (neighbour.contents, neighbour.void):
        with pytest.raises(UsageError, match=f"no batch {mine}"):
            refused_one(mine)


def test_a_patient_of_two_data_centres_is_priced_in_each(clinic: Clinic, neighbour: Clinic) -> None:
    clinic.bring(visit("V1001", fee_items="01040"))
    clinic.billed()
    neighbour.bring(visit("V1001"))
    (one,) = neighbour.assess().values()
    assert one.amount_cents == 7_792


def test_counters_of_data_centres_and_names_are_apart(clinic: Clinic) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        assert reserve(transaction, "T9999", OFFICE_FOLIO, 5) == 1
        assert reserve(transaction, "T8888", OFFICE_FOLIO, 5) == 1
        assert reserve(transaction, "T9999", "other", 5) == 1
        assert reserve(transaction, "T9999", OFFICE_FOLIO, 1) == 6


def test_a_counter_goes_on_after_a_failure_and_after_opening_anew(
    clinic: Clinic, book: CodeBook
) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        reserve(transaction, "T9999", OFFICE_FOLIO, 5)
    with suppress(KeyError), clinic.ledger.changing(CLERK) as transaction:
        reserve(transaction, "T9999", OFFICE_FOLIO, 5)
        raise KeyError
    clinic.close()
    with Clinic(clinic.folder, book, create=False).ledger.changing(CLERK) as transaction:
        assert reserve(transaction, "T9999", OFFICE_FOLIO, 1) == 6


def test_no_error_of_the_database_tells_its_parameters(clinic: Clinic) -> None:
    """They are patients' data, and a failure is shown with --debug."""
    with pytest.raises(IntegrityError) as caught, clinic.ledger.changing(CLERK) as transaction:
        transaction.connection.execute(
            sa.insert(schema.counters),
            {"data_centre": "T9999", "name": "9151065434", "next_value": None},
        )
    assert "9151065434" not in str(caught.value)
    assert "hide_parameters" in str(caught.value)


@pytest.mark.sqlite("about the file")
def test_a_ledger_that_was_emptied_is_not_taken_for_a_new_one(clinic: Clinic) -> None:
    clinic.ledger.close()
    for file in clinic.folder.glob("ledger.db*"):
        file.write_bytes(b"")
    with pytest.raises(errors.IntegrityError, match="empty"):
        open_ledger("sqlite:///ledger.db", clinic.folder, "T9999")
