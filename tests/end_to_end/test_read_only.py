"""`--read-only`: an auditor looks at everything and can change nothing (design, section 8)."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from databases import SERVER, database_of, somebody_at_work
from sqlalchemy.exc import DBAPIError

from tpi_billing.cli.commands import COMMANDS, Group
from tpi_billing.cli.read_only import LOOKING
from tpi_billing.errors import ConflictError
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.reading import connect_to_read

from .clinic import Clinic

REASON = ("--unmask-reason", "review of charts")


def every_command() -> list[str]:
    names = []
    for name, entry in COMMANDS.items():
        if isinstance(entry, Group):
            names += [f"{name} {inner}" for inner in entry.commands]
        else:
            names.append(name)
    return names


@pytest.mark.parametrize(
    "words",
    [
        ("sessions", "list"),
        ("claims", "list"),
        ("claims", "show", 1),
        ("batch", "show", 1),
        ("referrals", "list"),
        ("worklist",),
        ("check",),
        ("audit", "verify"),
        ("audit", "verify", "--since-checkpoint"),
        ("audit", "log"),
        ("doctor",),
    ],
)
def test_everything_can_be_looked_at(billed: Clinic, words: tuple[object, ...]) -> None:
    before = billed.state()
    answer = billed.json("--read-only", *words)
    assert answer["exit_code"] in {0, 1}
    assert billed.state() == before


@pytest.mark.parametrize("command", [name for name in every_command() if name not in LOOKING])
def test_a_command_that_changes_something_is_refused(billed: Clinic, command: str) -> None:
    before = billed.state()
    answer = billed.json("--read-only", *command.split())
    assert answer["exit_code"] == 5
    (error,) = answer["errors"]
    assert f"{command} would change something" in error["message"]
    assert "without --read-only" in error["hint"]
    assert billed.state() == before


def test_its_help_is_shown_all_the_same(clinic: Clinic) -> None:
    assert clinic.run("--read-only", "batch", "create", "--help").code == 0


def test_the_ledger_itself_refuses_a_change(billed: Clinic) -> None:
    ledger = open_ledger(database_of(billed.workspace), billed.workspace, "T9999", read_only=True)
    with closing(ledger):
        with pytest.raises(ConflictError, match="--read-only"), ledger.changing("auditor"):
            pass
        with (
            ledger.engine.connect() as connection,
            pytest.raises(DBAPIError, match=r"read-?only"),
        ):
            connection.exec_driver_sql("UPDATE claims SET units = 2")
        asked = "SHOW transaction_read_only" if SERVER else "PRAGMA query_only"
        with ledger.engine.connect() as connection:
            assert connection.exec_driver_sql(asked).scalar() in {1, "on"}


@pytest.mark.sqlite("tests/postgresql has its like")
def test_a_ledger_of_an_older_version_is_refused_with_the_cure(clinic: Clinic) -> None:
    with closing(sqlite3.connect(clinic.workspace / "ledger.db")) as connection:
        connection.execute("DROP TABLE verdicts")
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
        connection.commit()
    answer = clinic.json("--read-only", "claims", "list")
    assert answer["exit_code"] == 5
    assert "older version" in answer["errors"][0]["message"]
    assert "without --read-only" in answer["errors"][0]["hint"]
    assert not (clinic.workspace / "backups").exists()


@pytest.mark.sqlite("about the file")
def test_a_closed_ledger_in_a_folder_without_access_can_be_read(
    billed: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite would have to write beside the file; a file that nobody changes needs no such."""
    monkeypatch.setattr("tpi_billing.ledger.reading.os.access", lambda *_: False)
    file = billed.workspace / "ledger.db"
    with closing(connect_to_read(file, 1)) as connection:
        assert connection.execute("SELECT count(*) FROM claims").fetchone()[0] > 0
    assert [path.name for path in file.parent.glob("ledger.db-*")] == []


# Patients


def test_patients_are_shown_for_a_reason_that_is_journaled(billed: Clinic) -> None:
    said = billed.run("--read-only", "--unmask", *REASON, "claims", "show", 1)
    assert said.code == 0
    ((actor, record, content),) = billed.journal("unmask")
    assert (actor, record) == ("clerk", "ledger")
    assert content == '{"command":"claims show","read_only":1,"reason":"review of charts"}'


@pytest.mark.parametrize("reason", [(), ("--unmask-reason", " ")])
def test_without_a_reason_nobody_is_shown(billed: Clinic, reason: tuple[str, ...]) -> None:
    answer = billed.json("--read-only", "--unmask", *reason, "claims", "list")
    assert answer["exit_code"] == 2
    assert "needs a reason" in answer["errors"][0]["message"]
    assert billed.journal("unmask") == []


def test_a_reason_may_be_given_by_whoever_may_write(billed: Clinic) -> None:
    assert billed.run("--unmask", "claims", "list").code == 0
    assert billed.run("--unmask", *REASON, "claims", "list").code == 0
    contents = [content for _, _, content in billed.journal("unmask")]
    assert ["reason" in content for content in contents] == [False, True]


def test_where_it_cannot_be_written_down_nobody_is_shown(
    billed: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with somebody_at_work(billed.workspace):
        monkeypatch.setattr("tpi_billing.ledger.store._WAIT_SECONDS", 0)
        answer = billed.json("--read-only", "--unmask", *REASON, "claims", "list")
    assert answer["exit_code"] == 5
    assert "cannot be shown" in answer["errors"][0]["message"]
    assert billed.journal("unmask") == []


@pytest.mark.sqlite("about the file")
def test_the_file_stays_its_owners(billed: Clinic, tmp_path: Path) -> None:
    file = billed.workspace / "ledger.db"
    before = stat.S_IMODE(file.stat().st_mode)
    billed.run("--read-only", "claims", "list")
    assert stat.S_IMODE(file.stat().st_mode) == before
    assert list(tmp_path.glob("*.db")) == []
