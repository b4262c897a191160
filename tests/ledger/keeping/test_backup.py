"""A backup is whole, verified and its owner's only, or there is none."""

import hashlib
import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from helpers import CLERK, Clinic, visit

from tpi_billing import drafts
from tpi_billing.errors import FileError, IntegrityError
from tpi_billing.ledger.journal import read_head
from tpi_billing.ledger.keeping import backup as making
from tpi_billing.ledger.keeping.backup import back_up_before
from tpi_billing.ledger.keeping.copying import copy_state
from tpi_billing.ledger.keeping.journaled import back_up
from tpi_billing.ledger.keeping.manifest import manifest_of, read_manifest
from tpi_billing.ledger.keeping.proof import prove


@pytest.fixture
def worked(clinic: Clinic) -> Clinic:
    clinic.bring(visit("V1"), visit("V2", 2), visit("V3", 3, chart_signed="no"))
    clinic.billed()
    return clinic


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def head_of(clinic: Clinic) -> tuple[int, str]:
    with clinic.ledger.reading() as connection:
        head = read_head(connection)
    return head.entries, head.sha256


def journal(clinic: Clinic, action: str) -> list[dict[str, Any]]:
    with clinic.ledger.reading() as connection:
        found = connection.exec_driver_sql(
            f"SELECT content FROM journal WHERE action = '{action}' ORDER BY entry"
        )
        return [json.loads(content) for (content,) in found]


def test_a_backup_has_all_of_the_ledger(worked: Clinic) -> None:
    entries, sha256 = head_of(worked)
    before = worked.snapshot()
    made = back_up(worked.ledger, worked.folder / "backups", CLERK)
    assert prove(made.path).faults == ()
    with closing(sqlite3.connect(made.path)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        for table, rows in before.items():
            assert copy.execute(f'SELECT * FROM "{table}"').fetchall() == rows
    manifest = read_manifest(made.path)
    assert manifest == made.manifest
    assert (manifest.entries, manifest.head) == (entries, sha256)
    assert manifest.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert manifest.rows["claims"] == 2
    assert made.path.name.startswith("ledger-20")
    assert made.path.name.endswith(f"-T9999-{entries}-{sha256[:8]}.db")
    assert names(worked.folder / "backups") == [made.path.name, manifest_of(made.path).name]


def test_it_is_journaled(worked: Clinic) -> None:
    made = back_up(worked.ledger, worked.folder / "elsewhere", CLERK)
    (told,) = journal(worked, "ledger.backed-up")
    assert told["file"] == made.path.name
    assert told["folder"] == str(worked.folder / "elsewhere")
    assert told["sha256"] == made.manifest.sha256


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_only_its_owner_reads_it(worked: Clinic) -> None:
    before = os.umask(0)
    try:
        made = back_up(worked.ledger, worked.folder / "new" / "folder", CLERK)
    finally:
        os.umask(before)
    for path in (made.path, manifest_of(made.path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


@pytest.mark.sqlite("one writer's log")
def test_it_is_one_state_while_others_write(worked: Clinic) -> None:
    """What another has begun and not kept is not in it, and he is not kept waiting."""
    with worked.ledger.changing("other") as transaction:
        transaction.journal.write("unmask", "ledger", {"command": "x"})
        transaction.journal.flush()
        with worked.ledger.reading() as connection:
            made = back_up_before(connection, worked.folder / "b", "T9999", CLERK, "x")
    assert prove(made.path).faults == ()
    assert made.manifest.entries == head_of(worked)[0] - 1


def test_the_same_state_is_backed_up_once_without_being_asked(worked: Clinic) -> None:
    folder = worked.folder / "b"
    with worked.ledger.reading() as connection:
        first = back_up_before(connection, folder, "T9999", CLERK, "before close 2026-10")
        again = back_up_before(connection, folder, "T9999", CLERK, "before close 2026-10")
    assert (first.made, again.made) == (True, False)
    assert again.path == first.path
    assert first.path.name.startswith("auto-")


def test_a_backup_that_was_damaged_since_does_not_count(worked: Clinic) -> None:
    folder = worked.folder / "b"
    with worked.ledger.reading() as connection:
        first = back_up_before(connection, folder, "T9999", CLERK, "x")
        with first.path.open("rb+") as file:
            file.seek(5000)
            file.write(b"?????")
        again = back_up_before(connection, folder, "T9999", CLERK, "x")
    assert again.made
    assert prove(again.path).faults == ()


@pytest.mark.sqlite("damages the file")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET amount_cents = 1",
        "UPDATE journal_head SET entries = 3",
        "DELETE FROM batch_sessions",
    ],
)
def test_of_an_altered_ledger_no_backup_is_made(worked: Clinic, statement: str) -> None:
    with closing(sqlite3.connect(worked.folder / "ledger.db")) as connection:
        connection.execute(statement)
        connection.commit()
    with pytest.raises(IntegrityError) as caught:
        back_up(worked.ledger, worked.folder / "b", CLERK)
    assert "no backup was made" in caught.value.troubles[0].message
    assert names(worked.folder / "b") == []
    assert journal(worked, "ledger.backed-up") == []


def test_a_folder_that_cannot_be_made_is_explained(worked: Clinic) -> None:
    (worked.folder / "b").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileError, match="backup cannot be written"):
        back_up(worked.ledger, worked.folder / "b", CLERK)


@pytest.mark.parametrize("refused", [1, 2])
def test_a_name_that_is_not_given_leaves_nothing(
    worked: Clinic, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    """As Windows does while another program has the file open."""
    count = [0]

    def replace(source: Path, target: Path) -> None:
        count[0] += 1
        if count[0] == refused:
            raise PermissionError(13, "Permission denied", str(target))
        os.rename(source, target)  # noqa: PTH104

    monkeypatch.setattr(drafts.os, "replace", replace)
    before = head_of(worked)
    with pytest.raises(FileError, match="backup cannot be written"):
        back_up(worked.ledger, worked.folder / "b", CLERK)
    assert head_of(worked) == before
    assert [name for name in names(worked.folder / "b") if not name.endswith(".json")] == []


def test_a_backup_whose_entry_is_not_kept_is_taken_away(
    worked: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tpi_billing.ledger.journal.Journal.flush", interrupted)
    with pytest.raises(KeyboardInterrupt):
        back_up(worked.ledger, worked.folder / "b", CLERK)
    assert names(worked.folder / "b") == []


def test_rows_that_the_copy_lacks_are_noticed(
    worked: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that no journal entry tells of the counts of."""
    counted = making.count_rows
    monkeypatch.setattr(making, "count_rows", lambda one: {**counted(one), "pickups": 1})
    with pytest.raises(IntegrityError, match="no backup was made") as caught:
        back_up(worked.ledger, worked.folder / "b", CLERK)
    assert "lacks rows" in caught.value.troubles[1].message


def test_a_copy_row_by_row_is_the_same_ledger(
    worked: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a ledger on a server."""
    draft = tmp_path / "copy.db"
    draft.touch()
    before = worked.snapshot()
    with worked.ledger.reading() as connection:
        monkeypatch.setattr(connection.dialect, "name", "another")
        try:
            copy_state(connection, draft)
        finally:
            monkeypatch.undo()
    assert prove(draft).faults == ()
    with closing(sqlite3.connect(draft)) as copy:
        for table, rows in before.items():
            assert sorted(map(repr, copy.execute(f'SELECT * FROM "{table}"'))) == sorted(
                map(repr, rows)
            )
