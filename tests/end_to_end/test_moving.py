"""`ledger move`: the whole ledger in another database, or the old one as it was."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import databases
import pytest
import sqlalchemy as sa

from tpi_billing.ledger import moving, schema
from tpi_billing.ledger.moving_rows import copy_rows

from .clinic import Clinic, new_clinic, visit, write_csv
from .sending import ENVIRONMENT
from .whole_month import work_through

TARGETS = [
    "file",
    pytest.param(
        "server",
        marks=pytest.mark.skipif(
            not databases.SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server"
        ),
    ),
]


@pytest.fixture(scope="session")
def _month(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    folder = tmp_path_factory.mktemp("moving")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        clinic = new_clinic(folder / "clinic")
        work_through(clinic, folder)
    return clinic


@pytest.fixture
def month(_month: Clinic, tmp_path: Path) -> Clinic:
    """A clinic with rows in every table."""
    return _month.copy_to(tmp_path / "clinic")


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "server":
        return databases.address_of(databases.make_database())
    return f"sqlite:///{(tmp_path / 'new.db').as_posix()}"


def at(clinic: Clinic, address: str) -> Clinic:
    """Let the clinic work with a ledger of another address."""
    settings = clinic.workspace / "tpi-billing.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database =")]
    text = "\n".join([f'database = "{address}"', *kept, ""])
    settings.write_text(text, encoding="utf-8")
    return clinic


def address(clinic: Clinic) -> str:
    found = databases.database_of(clinic.workspace)
    return found if databases.SERVER else f"sqlite:///{(clinic.workspace / 'ledger.db').as_posix()}"


def held(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, without what the journal says of the move."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    found = {}
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            query = sa.select(table).order_by(*table.primary_key)
            found[table.name] = [tuple(row) for row in connection.execute(query)]
    found.pop("journal_head")
    found["journal"] = [row for row in found["journal"] if row[4] != "ledger:place"]
    return found


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return sa.inspect(connection).get_table_names()


def works(clinic: Clinic) -> None:
    """A clinic whose ledger is whole, and takes new work."""
    assert clinic.json("audit", "verify")["exit_code"] == 0
    file = write_csv(clinic.workspace / "new.csv", [visit(44)])
    assert clinic.run("sessions", "import", file).code == 0


def refuses(clinic: Clinic, words: str) -> None:
    before = held(address(clinic))
    file = write_csv(clinic.workspace / "late.csv", [visit(45)])
    answer = clinic.json("sessions", "import", file)
    assert (answer["exit_code"], answer["errors"][0]["code"]) == (5, "conflict")
    assert words in answer["errors"][0]["message"]
    assert answer["errors"][0]["hint"]
    assert held(address(clinic)) == before


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_every_row_arrives_and_work_goes_on_there(month: Clinic, target: str) -> None:
    before = held(address(month))
    assert all(before.values())
    answer = month.data("ledger", "move", "--to", target)
    assert held(target) == before == held(address(month))
    shown = sa.make_url(target).render_as_string()
    assert answer["setting"] == f'database = "{shown}"'
    assert answer["rows"] == {
        **{name: len(rows) for name, rows in before.items()},
        "journal_head": 1,
    }
    assert answer["cents"]["claims.amount_cents"] == sum(
        row[schema.claims.c.keys().index("amount_cents")] for row in before["claims"]
    )
    refuses(month, "was moved to")
    assert month.run("claims", "list").code == 0
    works(at(month, target))


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_where_it_came_from_is_told_without_a_path_or_login(month: Clinic, target: str) -> None:
    """Everybody who works in the new ledger may read these entries, whichever clinic is theirs."""
    month.data("ledger", "move", "--to", target)
    engine = sa.create_engine(target, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        query = sa.select(schema.journal.c.content).where(schema.journal.c.record == "ledger:place")
        told = [json.loads(text) for text in connection.execute(query).scalars()]
    source = sa.make_url(address(month))
    name = Path(source.database or "").name
    host = "" if source.host is None else f"{source.host}:{source.port or ''}".rstrip(":")
    expected = f"{source.drivername}://{host}/{name}"
    assert [one["from"] for one in told] == [expected, expected]
    whole = moving.full_address(address(month), month.workspace)
    assert {one["from_sha256"] for one in told} == {sha256(whole.encode()).hexdigest()}


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_the_way_back_is_a_move_as_well(month: Clinic, target: str, tmp_path: Path) -> None:
    before = held(address(month))
    month.data("ledger", "move", "--to", target)
    back = f"sqlite:///{(tmp_path / 'back.db').as_posix()}"
    at(month, target).data("ledger", "move", "--to", back)
    assert held(back) == before
    assert month.json("batch", "create", "--month", "2026-10")["exit_code"] == 5
    works(at(month, back))


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_a_database_that_is_in_use_is_left_alone(month: Clinic, target: str) -> None:
    engine = sa.create_engine(target, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE recipes (name TEXT)")
    answer = month.json("ledger", "move", "--to", target)
    assert answer["exit_code"] == 5
    assert "not empty: it has tables, such as recipes" in answer["errors"][0]["message"]
    assert tables(target) == ["recipes"]
    works(month)


def test_a_ledger_is_not_moved_onto_itself_nor_twice(month: Clinic, tmp_path: Path) -> None:
    assert month.json("ledger", "move", "--to", address(month))["exit_code"] == 5
    month.data("ledger", "move", "--to", f"sqlite:///{(tmp_path / 'one.db').as_posix()}")
    other = tmp_path / "two.db"
    answer = month.json("ledger", "move", "--to", f"sqlite:///{other.as_posix()}")
    assert answer["exit_code"] == 5
    assert "already moved to" in answer["errors"][0]["message"]
    assert not other.exists()


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_a_move_that_is_done_says_where_to_work(month: Clinic, target: str) -> None:
    month.data("ledger", "move", "--to", target)
    before = held(target)
    answer = month.json("ledger", "move", "--to", target)
    assert answer["exit_code"] == 5
    assert "already moved to" in answer["errors"][0]["message"]
    assert "Work there" in answer["errors"][0]["hint"]
    assert held(target) == before


def test_while_somebody_works_no_file_is_made_that_could_be_his(
    month: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He may be moving the ledger to the same place; what is not ours is not taken away after."""
    made: list[Path] = []
    monkeypatch.setattr("tpi_billing.ledger.store._WAIT_SECONDS", 0.05)
    monkeypatch.setattr("tpi_billing.ledger.store.create_private", made.append)
    with databases.somebody_at_work(month.workspace):
        new = tmp_path / "new.db"
        answer = month.json("ledger", "move", "--to", f"sqlite:///{new.as_posix()}")
    assert answer["exit_code"] == 5
    assert "Somebody else is working" in answer["errors"][0]["message"]
    assert (made, new.exists()) == ([], False)


class BrokenError(Exception):
    """Something went wrong that nobody foresaw."""


def stops(*_: Any, **__: Any) -> None:
    raise BrokenError


def half_copied(source: Any, to: Any, _advance: Any) -> None:
    """Copy a hundred rows, and stop."""
    left = [100]

    def advance(rows: int) -> None:
        left[0] -= rows
        if left[0] < 0:
            raise BrokenError

    copy_rows(source, to, advance)


@pytest.mark.parametrize("target", TARGETS, indirect=True)
@pytest.mark.parametrize(
    ("what", "how"),
    [("copy_rows", stops), ("copy_rows", half_copied), ("_verify", stops)],
    ids=["before the first row", "half copied", "before it was verified"],
)
def test_what_stops_before_the_end_leaves_nothing_behind(
    month: Clinic, target: str, what: str, how: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(moving, what, how)
        assert month.run("ledger", "move", "--to", target).code == 70
    if target.startswith("sqlite"):
        assert not Path(sa.make_url(target).database or "").exists()
    else:
        assert tables(target) == []
    works(month)
    month.data("ledger", "move", "--to", target)
    assert held(target) == held(address(month))


def unmarked(clinic: Clinic, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop a move when the new ledger is complete, and the old one does not know of it."""
    with monkeypatch.context() as patched:
        patched.setattr(moving, "MOVED", object())  # it cannot be written
        assert clinic.run("ledger", "move", "--to", target).code == 70


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_what_has_arrived_is_not_used_before_the_old_one_knows(
    month: Clinic, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unmarked(month, target, monkeypatch)
    answer = at(month, target).json("claims", "list")
    assert answer["exit_code"] == 5
    assert "was interrupted" in answer["errors"][0]["message"]
    at(month, address(month)).data("ledger", "move", "--to", target)
    refuses(month, "was moved to")
    works(at(month, target))


def test_work_after_an_interrupted_move_is_not_left_behind(
    month: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"sqlite:///{(tmp_path / 'new.db').as_posix()}"
    unmarked(month, target, monkeypatch)
    works(month)
    answer = month.json("ledger", "move", "--to", target)
    assert answer["exit_code"] == 5
    assert "Empty the database" in answer["errors"][0]["hint"]
    works(month)


@pytest.mark.parametrize("target", TARGETS, indirect=True)
def test_a_move_that_only_lacks_its_last_word_is_finished(
    month: Clinic, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(moving, "_arrived", stops)
        assert month.run("ledger", "move", "--to", target).code == 70
    refuses(month, "was moved to")
    assert at(month, target).json("claims", "list")["exit_code"] == 5
    answer = at(month, address(month)).data("ledger", "move", "--to", target)
    assert answer["rows"] is None
    works(at(month, target))


KILLED = """
import os, sys
from tpi_billing.ledger import moving
name, *argv = sys.argv[1:]
setattr(moving, name, lambda *_, **__: os._exit(9))
from tpi_billing.cli.main import main
main(argv)
"""


@pytest.mark.parametrize("target", TARGETS, indirect=True)
@pytest.mark.parametrize("place", ["_verify", "_arrived"])
def test_a_killed_move_can_be_made_again(month: Clinic, target: str, place: str) -> None:
    argv = month.argv("ledger", "move", "--to", target)
    done = subprocess.run([sys.executable, "-c", KILLED, place, *argv], check=False)
    assert done.returncode == 9
    before = held(address(month))
    month.data("ledger", "move", "--to", target)
    assert held(target) == before
    works(at(month, target))


def altering(change: str) -> Any:
    def copied(source: Any, to: Any, advance: Any) -> None:
        copy_rows(source, to, advance)
        to.exec_driver_sql(change)

    return copied


@pytest.mark.parametrize("target", TARGETS, indirect=True)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE claims SET amount_cents = amount_cents + 1 WHERE claim_id = 1", "cents"),
        ("DELETE FROM batch_files", "table batch_files"),
        ("UPDATE sessions SET status = 'x' WHERE session_key = 1", "session:1: status"),
        ("UPDATE journal_head SET entries = entries - 1", "journal"),
    ],
)
def test_what_does_not_arrive_as_it_was_is_not_kept(
    month: Clinic, target: str, change: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(moving, "copy_rows", altering(change))
        answer = month.json("ledger", "move", "--to", target)
    assert answer["exit_code"] == 6
    assert said in answer["errors"][0]["message"]
    works(month)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("postgresql+psycopg://a:secret@host/tpi", "postgresql+psycopg://a:***@host/tpi"),
        (
            "postgresql+psycopg://a@host/tpi?password=secret&sslmode=require&sslpassword=secret",
            "postgresql+psycopg://a@host/tpi?sslmode=require",
        ),
        ("sqlite:////data/all.db", "sqlite:////data/all.db"),
        ("sqlite:///ledger.db", "sqlite:////clinic/ledger.db"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="paths begin with a drive on Windows")
def test_an_address_is_kept_whole_and_without_its_password(url: str, kept: str) -> None:
    assert moving.full_address(url, Path("/clinic")) == kept
