"""`ledger backup`, `restore` and `export` as a clerk runs them, killed, and on a full disk."""

import csv
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.ledger.keeping.manifest import Name, manifest_of, read_manifest
from tpi_billing.ledger.keeping.proof import prove

from .clinic import Clinic, call
from .kill_walk import (
    LONG,
    Bench,
    Choose,
    Command,
    every,
    faults,
    insist_on_killed,
    some,
    walk,
)
from .test_killed import facts

pytestmark = pytest.mark.sqlite("a backup takes the place of a file")
NOT_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)


def backups(clinic: Clinic, folder: str = "backups") -> list[Path]:
    return sorted((clinic.workspace / folder).glob("*.db"))


def insist_whole(clinic: Clinic) -> None:
    """Whatever has a backup's name is one, with its manifest; whatever is put aside is whole."""
    for path in backups(clinic):
        assert prove(path).faults == (), path.name
        name = Name.read(path.name)
        if name is not None and name.kind != "aside":
            manifest = read_manifest(path)
            assert manifest is not None
            assert manifest.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


# As a clerk runs them


def test_a_month_that_was_lost_is_told(billed: Clinic) -> None:
    made = billed.data("ledger", "backup")
    assert made["entries"] == billed.state()["head"][0][0] - 1
    before = billed.state()
    billed.run("batch", "void", 1, "--reason", "wrong")
    billed.data("batch", "create", "--month", "2026-10")
    answer = billed.json("ledger", "restore", made["file"])
    assert answer["exit_code"] == 1
    data = answer["data"]
    assert [batch["batch_id"] for batch in data["lost"]["batches"]] == [2]
    assert data["lost"]["first_number"] == 135  # 133 claims and the first record are before
    assert any("teleplan number set 269" in hint for hint in data["hints"])
    assert faults(billed) == ()
    after = billed.state()
    # The backup's own entry came after it; now the restoring stands there, and the folios' move.
    assert {**after, "head": 0, "journal": 0} == {**before, "head": 0, "journal": 0}
    assert billed.query("SELECT state FROM batches") == [("prepared",)]


def test_on_another_computer(billed: Clinic, tmp_path: Path) -> None:
    """A new workspace with the old settings takes the backup, and goes on."""
    made = billed.data("ledger", "backup", "--out", tmp_path / "stick")
    new = Clinic(tmp_path / "new")
    assert call(["init", str(new.workspace)]).code == 0
    settings = billed.workspace / "tpi-billing.toml"
    (new.workspace / "tpi-billing.toml").write_bytes(settings.read_bytes())
    data = new.data("ledger", "restore", made["file"])
    assert (data["lost"]["related"], data["lost"]["entries"]) == (True, 0)
    insist_on_the_way_after_a_lost_disk(data["hints"])
    assert facts(new) == facts(billed)
    assert new.data("batch", "export", 1)["files"]


def insist_on_the_way_after_a_lost_disk(hints: list[str]) -> None:
    """Nothing here tells what MSP has: the page's own way is shown."""
    compare, number = hints
    assert "batch list with tpi-billing teleplan log --list and the files in out/" in compare
    assert "docs/backup.md, After a restore" in compare
    assert "teleplan number set N --reason TEXT" in number


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
@pytest.mark.parametrize("there", [None, b"", b"no ledger"])
def test_on_a_disk_without_a_ledger_it_says_what_to_compare(
    billed: Clinic, there: bytes | None, dry_run: tuple[str, ...]
) -> None:
    made = billed.data("ledger", "backup")
    for path in billed.workspace.glob("ledger.db*"):
        path.unlink()
    if there is not None:
        (billed.workspace / "ledger.db").write_bytes(there)
    screen = " ".join(billed.run("ledger", "restore", made["file"], "--dry-run").out.split())
    told = "cannot be read" if there is not None else "There was no ledger here"
    assert told in screen
    assert "nothing is lost" not in screen
    assert "After a restore" in screen
    data = billed.data("ledger", "restore", made["file"], *dry_run)
    insist_on_the_way_after_a_lost_disk(data["hints"])


def test_beside_a_ledger_that_can_tell_nothing_is_to_be_compared(billed: Clinic) -> None:
    made = billed.data("ledger", "backup")
    assert billed.data("ledger", "restore", made["file"], "--dry-run")["hints"] == []


def test_what_was_sent_since_is_made_again_with_its_numbers(
    imported: Clinic, tmp_path: Path
) -> None:
    """The disk is lost, and batch 1 is at MSP: as docs/backup.md, After a restore, tells."""
    made = imported.data("ledger", "backup", "--out", tmp_path / "stick")
    imported.data("batch", "create", "--month", "2026-10")
    imported.data("batch", "export", 1)
    imported.data("batch", "sent", 1)
    numbers = "SELECT claim_id, office_folio, sequence_number, amount_cents FROM claims"

    new = Clinic(tmp_path / "new")
    assert call(["init", str(new.workspace)]).code == 0
    settings = imported.workspace / "tpi-billing.toml"
    (new.workspace / "tpi-billing.toml").write_bytes(settings.read_bytes())
    new.data("ledger", "restore", made["file"])
    new.data("batch", "create", "--month", "2026-10")
    assert new.query(numbers) == imported.query(numbers)
    new.data("batch", "export", 1)
    new.data("batch", "sent", 1)
    new.data("batch", "confirm", 1, "--reason", "uploaded from the computer that is lost")
    assert new.query("SELECT state FROM batches") == [("accepted",)]
    assert faults(new) == ()


def test_into_another_folder(billed: Clinic, tmp_path: Path) -> None:
    made = billed.data("ledger", "backup")
    before = billed.state()
    data = billed.data("ledger", "restore", made["file"], "--to", tmp_path / "look")
    assert data["ledger"] == str(tmp_path / "look" / "ledger.db")
    assert (data["lost"], data["aside"]) == (None, None)
    assert billed.state() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"hello", 4), (b"", 4), (b"SQLite format 3\0" + bytes(4000), 6)],
)
def test_a_foreign_file_is_refused(billed: Clinic, content: bytes, code: int) -> None:
    (billed.workspace / "x.db").write_bytes(content)
    before = billed.state()
    answer = billed.json("ledger", "restore", billed.workspace / "x.db")
    assert answer["exit_code"] == code, answer
    assert answer["errors"][0]["hint"]
    assert billed.state() == before


# The export


def header_of(folder: Path, table: str) -> list[str]:
    with (folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


@pytest.fixture
def exported(billed: Clinic, tmp_path: Path) -> Path:
    return Path(billed.data("ledger", "export", "--out", tmp_path / "out")["folder"])


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_read_back_with_csv_only(billed: Clinic, exported: Path) -> None:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
    tables = sorted(name for (name,) in billed.query(names))
    assert sorted(path.stem for path in (exported / "tables").iterdir()) == tables
    for table in sorted({*tables} - {"journal_head"}):  # the export's own entry moved the head
        columns = header_of(exported, table)
        assert set(columns) == {row[1] for row in billed.query(f"PRAGMA table_info({table})")}
        there = billed.query(f"SELECT {', '.join(columns)} FROM {table}")
        there = there[:-1] if table == "journal" else there
        found = [tuple(row.values()) for row in rows_of(exported, table)]
        as_text = [tuple("" if value is None else str(value) for value in row) for row in there]
        assert sorted(found) == sorted(as_text)


def test_the_money_is_the_same(billed: Clinic, exported: Path) -> None:
    claims = rows_of(exported, "claims")
    assert len(claims) == 133
    total = sum(int(row["amount_cents"]) for row in claims)
    assert billed.query("SELECT sum(amount_cents) FROM claims") == [(total,)]
    (batch,) = rows_of(exported, "batches")
    assert (int(batch["claims"]), int(batch["amount_cents"])) == (133, total)


def test_its_list_of_contents_is_right(exported: Path) -> None:
    with (exported / "contents.csv").open(encoding="utf-8", newline="") as file:
        told = {row["file"]: row for row in csv.DictReader(file)}
    there = {p.relative_to(exported).as_posix() for p in exported.rglob("*") if p.is_file()}
    assert there == {*told, "contents.csv"}
    for name, row in told.items():
        content = (exported / name).read_bytes()
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert int(row["bytes"]) == len(content)
        if row["rows"]:
            assert int(row["rows"]) == len(rows_of(exported, Path(name).stem))


def test_the_journal_can_be_verified_as_the_readme_says(exported: Path) -> None:
    previous = "0" * 64
    for row in rows_of(exported, "journal"):
        texts = [row[name] for name in ("at", "actor", "action", "record", "content")]
        parts = [row["entry"], *(json.dumps(t, ensure_ascii=False) for t in [*texts, previous])]
        digest = hashlib.sha256(f"[{', '.join(parts)}]".encode()).hexdigest()
        assert (row["previous_sha256"], row["sha256"]) == (previous, digest)
        previous = digest
    assert rows_of(exported, "journal_head")[0]["sha256"] == previous


def test_the_teleplan_file_is_what_is_sent(billed: Clinic, exported: Path) -> None:
    files = billed.data("batch", "export", 1)["files"]
    (path,) = [file["path"] for file in files if file["kind"] == "teleplan"]
    sent = Path(path) if Path(path).is_absolute() else billed.workspace / path
    content = (exported / "teleplan" / "batch-00001-part-1.txt").read_bytes()
    assert content == sent.read_bytes()


def test_the_readme_is_loud_and_names_every_column(billed: Clinic, exported: Path) -> None:
    text = (exported / "README.txt").read_text(encoding="utf-8")
    assert text.index("PATIENTS' DATA") < 600
    for (table,) in billed.query("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if table == "alembic_version":
            continue
        part = text.split(f"tables/{table}.csv", 1)[1].split("\ntables/", 1)[0]
        for row in billed.query(f"PRAGMA table_info({table})"):
            assert f"  - {row[1]}: " in part
    assert max(map(len, text.splitlines())) <= 84


def test_it_is_journaled_and_its_owners(billed: Clinic, exported: Path) -> None:
    ((actor, record, content),) = billed.journal("ledger.exported")
    assert (actor, record) == ("clerk", "ledger:export")
    assert json.loads(content)["folder"] == str(exported)
    if os.name == "posix":
        for path in [exported, *exported.rglob("*")]:
            assert path.stat().st_mode & 0o077 == 0


# The month end


@pytest.fixture
def month_end(fresh: Clinic, tmp_path: Path) -> Clinic:
    """A clinic with nothing in the books: any month that is over can be closed."""
    return fresh.copy_to(tmp_path / "clinic")


def test_before_a_month_is_closed_it_is_backed_up(month_end: Clinic) -> None:
    (before,) = month_end.query("SELECT entries, sha256 FROM journal_head")
    data = month_end.data("close", "2026-10")
    (made,) = backups(month_end)
    assert data["backup"] == str(made)
    manifest = read_manifest(made)
    assert manifest is not None
    assert (manifest.entries, manifest.head) == before
    assert manifest.reason == "before close 2026-10"
    ((_, _, content),) = month_end.journal("ledger.backed-up")
    assert json.loads(content)["sha256"] == manifest.sha256
    assert faults(month_end) == ()


def test_a_dry_run_makes_none(month_end: Clinic) -> None:
    assert month_end.data("close", "2026-10", "--dry-run")["backup"] is None
    assert not (month_end.workspace / "backups").exists()


def test_without_a_backup_nothing_is_closed(month_end: Clinic) -> None:
    (month_end.workspace / "backups").write_text("in the way", encoding="utf-8")
    before = month_end.state()
    answer = month_end.json("close", "2026-10")
    assert answer["exit_code"] == 4
    assert "backup cannot be written" in answer["errors"][0]["message"]
    assert "--no-backup" in answer["errors"][0]["hint"]
    assert month_end.state() == before
    assert month_end.run("close", "2026-10", "--no-backup").code == 2
    data = month_end.data("close", "2026-10", "--no-backup", "--reason", "disk is ordered")
    assert data["state"] == "closed"
    assert month_end.journal("ledger.not-backed-up") == [
        ("clerk", "ledger:backup", '{"before":"close 2026-10","reason":"disk is ordered"}')
    ]


def test_a_ledger_that_is_not_whole_is_not_closed(month_end: Clinic) -> None:
    with closing(sqlite3.connect(month_end.workspace / "ledger.db")) as connection:
        connection.execute("INSERT INTO counters VALUES ('T9999', 'office-folio', 7)")
        connection.commit()
    answer = month_end.json("close", "2026-10")
    assert answer["exit_code"] == 6
    assert month_end.query("SELECT count(*) FROM closings") == [(0,)]
    assert backups(month_end) == []


# The disk is full


@pytest.mark.skipif(os.name != "posix", reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("words", [("ledger", "backup"), ("ledger", "export", "--out", "{}/x")])
@pytest.mark.parametrize("size", [0, 1_000, 300_000])
def test_on_a_full_disk_nothing_is_left(billed: Clinic, words: tuple[str, ...], size: int) -> None:
    before = billed.state()
    place = billed.workspace.as_posix()
    said = billed.process(*(word.format(place) for word in words), largest_file=size)
    assert (said.code, said.out) == (4, ""), said.err
    assert "cannot be written" in said.err
    assert billed.state() == before
    assert backups(billed) == []
    assert list(billed.workspace.glob("x/*")) == []
    assert list(billed.workspace.rglob(".*")) == []


@pytest.mark.skipif(os.name != "posix", reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("size", [0, 1_000, 300_000])
def test_on_a_full_disk_no_month_is_closed_and_nothing_restored(
    month_end: Clinic, size: int
) -> None:
    made = month_end.data("ledger", "backup", "--out", month_end.workspace.parent / "other")
    before = month_end.state()
    for words in (("close", "2026-10"), ("ledger", "restore", made["file"])):
        said = month_end.process(*words, largest_file=size)
        assert said.code == 4, said
        assert "Traceback" not in said.all
        assert month_end.state() == before
        assert backups(month_end) == []
        assert faults(month_end) == ()


# Killed

COMMANDS = {
    "backup": Command("billed", ("ledger", "backup"), frozenset({0})),
    "export": Command("billed", ("ledger", "export", "--out", "{place}/export"), frozenset({0})),
    "restore": Command("billed", ("ledger", "restore", "{place}/b.db"), frozenset({1})),
    "close": Command("clinic", ("close", "2026-10"), frozenset({0, 5})),
}


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Bench]:
    def make(name: str) -> Bench:
        command = COMMANDS[name]
        clinic: Clinic = request.getfixturevalue(command.stage)
        if name == "restore":
            made = Path(clinic.data("ledger", "backup", "--out", tmp_path / "b")["file"])
            clinic.run("batch", "void", 1, "--reason", "x")
            made.rename(clinic.workspace / "b.db")
            manifest_of(made).rename(clinic.workspace / "b.json")
        return Bench(command, clinic, tmp_path)

    return make


def exports(clinic: Clinic) -> Iterator[Path]:
    return (path for path in (clinic.workspace / "export").glob("ledger-export*"))


def facts_and_closings(clinic: Clinic) -> list[Any]:
    return [*facts(clinic), clinic.query("SELECT month, state FROM closings")]


def walk_with_backups(bench: Bench, choose: Choose) -> None:
    for left in walk(bench, choose, facts_and_closings):
        insist_on_killed(left)
        insist_whole(left.clinic)
        for folder in exports(left.clinic):
            test_its_list_of_contents_is_right(folder)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_some_points_there_is_the_old_or_the_new(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_with_backups(bench(name), some)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_point_there_is_the_old_or_the_new(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_with_backups(bench(name), every)


@NOT_ROOT
def test_in_a_folder_that_may_only_be_read(billed: Clinic) -> None:
    folder = billed.workspace / "backups"
    folder.mkdir(mode=0o500)
    before = billed.state()
    answer = billed.json("ledger", "backup")
    assert answer["exit_code"] == 4
    assert billed.state() == before
