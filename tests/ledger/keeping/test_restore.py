"""A backup is put back whole, or nothing changes; what that loses is told."""

import json
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import CLERK, Clinic, visit
from older_ledgers import make_older

from tpi_billing import drafts
from tpi_billing.codes import CodeBook
from tpi_billing.errors import BillingError, ConflictError, FileError, IntegrityError
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.health import examine
from tpi_billing.ledger.keeping.backup import Backup
from tpi_billing.ledger.keeping.journaled import back_up
from tpi_billing.ledger.keeping.manifest import manifest_of
from tpi_billing.ledger.keeping.restore import Restored, Wanted, restore
from tpi_billing.ledger.moving import move
from tpi_billing.ledger.numbers import OFFICE_FOLIO, next_place

pytestmark = pytest.mark.sqlite("a backup takes the place of a file")


@pytest.fixture
def made(clinic: Clinic) -> Backup:
    """Import and bill two visits, and back the ledger up elsewhere."""
    clinic.bring(visit("V1"), visit("V2", 2))
    clinic.billed()
    return back_up(clinic.ledger, clinic.folder / "elsewhere", CLERK)


def ledger_of(clinic: Clinic) -> Path:
    return clinic.folder / "ledger.db"


def put_back(clinic: Clinic, file: Path, **more: Any) -> Restored:
    clinic.ledger.close()
    return restore(Wanted(file, ledger_of(clinic), "T9999", CLERK), **more)


def seen(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def faults(folder: Path) -> tuple[str, ...]:
    ledger = open_ledger("sqlite:///ledger.db", folder, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return examine(connection).faults


def tables_of(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return {name: seen(file, f'SELECT * FROM "{name}"') for (name,) in seen(file, names)}


def test_what_was_done_since_is_gone_and_told(clinic: Clinic, made: Backup) -> None:
    clinic.bring(visit("V3", 3), visit("V4", 4))
    clinic.billed()  # a file's first record has a number too: 1 to 3, then 4 to 6
    now = clinic.snapshot()
    found = put_back(clinic, made.path)
    assert found.head.entries == made.manifest.entries
    loss = found.loss
    assert loss is not None
    assert loss.related
    assert loss.entries == len(now["journal"]) - made.manifest.entries
    assert loss.counts == {"imports": 1, "sessions": 2}
    assert [(one.batch_id, one.claims, one.submitted) for one in loss.batches] == [(2, 2, False)]
    assert (loss.first_number, loss.last_number, loss.next_number) == (4, 6, 7)
    assert faults(clinic.folder) == ()
    assert seen(ledger_of(clinic), "SELECT count(*) FROM batches") == [(1,)]


def test_the_ledger_of_before_is_aside_whole(clinic: Clinic, made: Backup) -> None:
    clinic.bring(visit("V3", 3))
    now = clinic.snapshot()
    found = put_back(clinic, made.path)
    assert found.aside is not None
    assert found.aside.parent == clinic.folder / "backups"
    assert found.aside.name.startswith("aside-")
    assert {name: rows for name, rows in tables_of(found.aside).items() if rows} == {
        name: rows for name, rows in now.items() if rows
    }


def test_what_was_put_aside_can_be_put_back(clinic: Clinic, made: Backup) -> None:
    clinic.bring(visit("V3", 3))
    first = put_back(clinic, made.path)
    assert first.aside is not None
    again = put_back(clinic, first.aside)
    assert again.manifest is None
    assert again.loss is not None
    assert not again.loss.related
    assert again.loss.since == made.manifest.entries
    assert faults(clinic.folder) == ()
    assert seen(ledger_of(clinic), "SELECT count(*) FROM sessions") == [(3,)]
    assert again.aside != first.aside


def test_the_restoring_is_the_next_entry(clinic: Clinic, made: Backup) -> None:
    clinic.bring(visit("V3", 3))
    put_back(clinic, made.path)
    query = "SELECT entry, actor, action, content FROM journal WHERE record = 'ledger:backup'"
    ((entry, actor, action, content),) = seen(ledger_of(clinic), query)
    assert (entry, actor, action) == (made.manifest.entries + 1, CLERK, "ledger.restored")
    told = json.loads(content)
    assert (told["file"], told["sha256"]) == (made.path.name, made.manifest.head)
    assert told["lost"]["next_number"] == 4


def test_an_office_folio_is_not_given_again(clinic: Clinic, made: Backup, book: CodeBook) -> None:
    clinic.bring(visit("V3", 3))
    clinic.billed()
    put_back(clinic, made.path)
    with closing(Clinic(clinic.folder, book, create=False)) as again:
        with again.ledger.reading() as connection:
            assert next_place(connection, "T9999", OFFICE_FOLIO) == 4
        assert faults(clinic.folder) == ()


def test_a_dry_run_tells_and_changes_nothing(clinic: Clinic, made: Backup) -> None:
    clinic.bring(visit("V3", 3))
    before = clinic.snapshot()
    found = put_back(clinic, made.path, dry_run=True)
    assert found.loss is not None
    assert found.loss.entries
    assert found.aside is None
    assert tables_of(ledger_of(clinic)).items() >= before.items()
    assert {path.name for path in clinic.folder.glob("*")} == {
        "ledger.db", "elsewhere", "export-1.jsonl", "export-2.jsonl",
    }  # fmt: skip


def test_without_a_ledger_there_is_nothing_to_put_aside(
    clinic: Clinic, made: Backup, tmp_path: Path
) -> None:
    found = restore(Wanted(made.path, tmp_path / "new" / "ledger.db", "T9999", CLERK))
    assert (found.loss, found.unknown, found.aside) == (None, False, None)
    assert faults(tmp_path / "new") == ()
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new" / "ledger.db").stat().st_mode) == 0o600


def test_a_backup_on_a_disk_that_may_only_be_read_is_restored(
    clinic: Clinic, made: Backup, tmp_path: Path
) -> None:
    for path in (made.path, manifest_of(made.path)):
        path.chmod(0o400)
    made.path.parent.chmod(0o500)
    before = sorted(made.path.parent.iterdir())
    try:
        restore(Wanted(made.path, tmp_path / "new" / "ledger.db", "T9999", CLERK))
        assert sorted(made.path.parent.iterdir()) == before
    finally:
        made.path.parent.chmod(0o700)
    assert faults(tmp_path / "new") == ()


@pytest.mark.parametrize("damage", [b"", b"no ledger at all", b"SQLite format 3\0" + b"?" * 5000])
def test_a_damaged_ledger_is_put_aside_as_it_is(
    clinic: Clinic, made: Backup, damage: bytes
) -> None:
    clinic.ledger.close()
    for path in clinic.folder.glob("ledger.db*"):
        path.unlink()
    ledger_of(clinic).write_bytes(damage)
    (clinic.folder / "ledger.db-wal").write_bytes(b"its log")
    found = put_back(clinic, made.path)
    assert found.unknown
    assert found.loss is None
    assert found.aside is not None
    assert found.aside.read_bytes() == damage
    assert found.aside.with_name(f"{found.aside.name}-wal").read_bytes() == b"its log"
    assert faults(clinic.folder) == ()


# What is not restored


def truncated(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def changed(statement: str, *, manifest: bool = True) -> Any:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(statement)
            connection.commit()
        if not manifest:
            manifest_of(file).unlink()

    return change


def other_manifest(**values: Any) -> Any:
    def change(file: Path) -> None:
        path = manifest_of(file)
        told = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**told, **values}), encoding="utf-8")

    return change


def no_json(file: Path) -> None:
    manifest_of(file).write_text('{"format": 1', encoding="utf-8")


def other_program(file: Path) -> None:
    file.unlink()
    manifest_of(file).unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
        connection.commit()


def a_text(file: Path) -> None:
    file.write_text("dear diary", encoding="utf-8")


def in_use(file: Path) -> None:
    file.with_name(f"{file.name}-wal").write_bytes(b"what was done last")


@pytest.mark.parametrize(
    ("damage", "error", "said"),
    [
        (truncated, FileError, "cut off"),
        (flipped, IntegrityError, "SHA-256"),
        (changed("UPDATE claims SET amount_cents = 1"), IntegrityError, "SHA-256"),
        (
            changed("UPDATE claims SET amount_cents = 1", manifest=False),
            IntegrityError,
            "claim:1: amount_cents",
        ),
        (
            changed("UPDATE journal_head SET entries = 2", manifest=False),
            IntegrityError,
            "its end was changed",
        ),
        (
            changed("UPDATE alembic_version SET version_num = '9999'", manifest=False),
            ConflictError,
            "newer version",
        ),
        (other_manifest(head="0" * 64), IntegrityError, "another ledger"),
        (other_manifest(rows={}), IntegrityError, "another ledger"),
        (other_manifest(sha256="0" * 64), IntegrityError, "SHA-256"),
        (other_manifest(format=2), IntegrityError, "manifest of the backup cannot be read"),
        (other_manifest(entries="many"), IntegrityError, "manifest of the backup cannot be read"),
        (no_json, IntegrityError, "manifest of the backup cannot be read"),
        (other_program, FileError, "not a backup"),
        (a_text, FileError, "not a backup"),
        (in_use, FileError, "in use"),
        (Path.unlink, FileError, "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_was_written_is_refused(
    clinic: Clinic, made: Backup, damage: Any, error: type[BillingError], said: str
) -> None:
    damage(made.path)
    before = clinic.snapshot()
    with pytest.raises(error) as caught:
        put_back(clinic, made.path)
    told = " ".join(f"{one.message} {one.hint}" for one in caught.value.troubles)
    assert said in told
    assert caught.value.exit_code in {4, 5, 6}
    assert tables_of(ledger_of(clinic)).items() >= before.items()
    assert not (clinic.folder / "backups").exists()
    assert list(clinic.folder.glob(".*")) == []


def test_a_truncated_copy_without_a_manifest_is_refused(clinic: Clinic, made: Backup) -> None:
    truncated(made.path)
    manifest_of(made.path).unlink()
    with pytest.raises(IntegrityError, match="not what was written"):
        put_back(clinic, made.path)
    assert list(clinic.folder.glob(".*")) == []


def test_another_clinics_backup_is_refused(clinic: Clinic, made: Backup, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="of data centre T9999, not B1234"):
        restore(Wanted(made.path, tmp_path / "b" / "ledger.db", "B1234", CLERK))
    assert not (tmp_path / "b" / "ledger.db").exists()


# Whatever comes in between


def test_a_backup_of_before_a_move_brings_no_second_ledger_to_life(
    clinic: Clinic, made: Backup
) -> None:
    """One made since, where it was moved to, can be put in its place."""
    there = clinic.folder / "there.db"
    move(clinic.ledger, "sqlite:///ledger.db", f"sqlite:///{there}", clinic.folder, CLERK)
    before = tables_of(ledger_of(clinic))
    for dry_run in (True, False):
        with pytest.raises(ConflictError, match=r"moved to .*there\.db after this backup"):
            put_back(clinic, made.path, dry_run=dry_run)
    assert tables_of(ledger_of(clinic)) == before
    with closing(open_ledger(f"sqlite:///{there}", clinic.folder, "T9999")) as moved:
        since = back_up(moved, clinic.folder / "since", CLERK)
    assert put_back(clinic, since.path).head.entries > made.manifest.entries


def test_while_somebody_is_at_work_nothing_is_restored(
    clinic: Clinic, made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpi_billing.ledger.keeping.present._WAIT_SECONDS", 0)
    clinic.ledger.close()
    before = tables_of(ledger_of(clinic))
    with closing(sqlite3.connect(ledger_of(clinic), isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN")
        other.execute("SELECT * FROM sessions").fetchall()
        with pytest.raises(ConflictError, match="Somebody else is working"):
            put_back(clinic, made.path)
    assert tables_of(ledger_of(clinic)) == before


def test_nobody_comes_in_between(
    clinic: Clinic, made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is held until the backup has its place."""
    place = drafts.os.replace
    refused = []

    def replace(source: Path, target: Path) -> None:
        if Path(target) == ledger_of(clinic):
            with closing(sqlite3.connect(target, timeout=0)) as other:
                try:
                    other.execute("UPDATE journal_head SET entries = 0")
                except sqlite3.OperationalError as error:
                    refused.append(str(error))
        place(source, target)

    monkeypatch.setattr(drafts.os, "replace", replace)
    put_back(clinic, made.path)
    assert refused == ["database is locked"]


def test_a_ledger_that_is_open_elsewhere_on_windows_stays(
    clinic: Clinic, made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = drafts.os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(target) == ledger_of(clinic):
            raise PermissionError(13, "The process cannot access the file", str(target))
        place(source, target)

    before = clinic.snapshot()
    monkeypatch.setattr(drafts.os, "replace", replace)
    with pytest.raises(FileError, match="ledger cannot be written"):
        put_back(clinic, made.path)
    monkeypatch.undo()
    assert tables_of(ledger_of(clinic)).items() >= before.items()
    assert faults(clinic.folder) == ()
    assert list((clinic.folder / "backups").iterdir()) == []


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005", "0006"])
def test_an_older_backup_is_brought_up_to_date(
    clinic: Clinic, made: Backup, tmp_path: Path, revision: str
) -> None:
    older = tmp_path / "older.db"
    shutil.copyfile(made.path, older)
    make_older(older, revision)
    found = put_back(clinic, older)
    assert found.migrated_from == revision
    assert faults(clinic.folder) == ()
    assert seen(ledger_of(clinic), "SELECT count(*) FROM claims") == [(2,)]


def test_the_day_is_the_clocks(clinic: Clinic, made: Backup) -> None:
    """`--as-of` is for billing: a copy's name says when it was made."""
    clinic.ledger.today = date(1999, 1, 1)
    again = back_up(clinic.ledger, clinic.folder / "elsewhere", CLERK)
    assert "1999" not in again.path.name
