"""Ctrl-C at any point: the ledger is whole, two lines say what was done, the next run finishes.

Each command runs in a process of its own that presses Ctrl-C on itself at its n-th step
(`interrupt_at.py`). A few points of each are tried here; TPI_LONG=1 walks them all.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from databases import database_of
from made_up_facts import facts as made_up
from msp_lines import paid, pickup, refused

from tpi_billing.audit.facts.staging import write_rows
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.health import examine

from .clinic import SAMPLES, Clinic, Said, environment, folder_of
from .kill_walk import LONG, Bench, Choose, Command, every, walk
from .test_killed import facts

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a process cannot send itself Ctrl-C on Windows alone"
)
DRIVER = Path(__file__).with_name("interrupt_at.py")
CANONICAL = str(SAMPLES / "october-canonical.csv")


def facts_are_whole(clinic: Clinic) -> None:
    words = ("audit", "patterns", "--engine", "duckdb", "--facts", clinic.workspace / "facts")
    assert clinic.run(*words).code in {0, 1}


def the_new_ledger_is_whole(clinic: Clinic) -> None:
    ledger = open_ledger("sqlite:///new.db", clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        assert examine(connection).faults == ()


COMMANDS = {
    "import": Command("clinic", ("sessions", "import", CANONICAL), frozenset({1})),
    "corrections": Command(
        "clinic",
        ("sessions", "import", CANONICAL, "--corrections", "{place}/fix.xlsx"),
        frozenset({1}),
    ),
    "check": Command("imported", ("check", "--xlsx", "{place}/found.xlsx"), frozenset({1})),
    "create": Command("imported", ("batch", "create", "--month", "2026-10"), frozenset({1})),
    "export": Command("billed", ("batch", "export", "1"), frozenset({0})),
    "void": Command("billed", ("batch", "void", "1", "--reason", "x"), frozenset({0, 5})),
    "verify": Command("billed", ("audit", "verify"), frozenset({0})),
    "patterns": Command("billed", ("audit", "patterns"), frozenset({0, 1})),
    "backup": Command("billed", ("ledger", "backup"), frozenset({0})),
    "remittance": Command(
        "answered", ("remittance", "import", "{place}/remit.txt"), frozenset({1})
    ),
    # Run again, what was done is a conflict: the folder is there, the ledger was moved.
    "facts": Command(
        "billed",
        ("audit", "facts", "--out", "{place}/facts"),
        frozenset({0, 5}),
        facts_are_whole,
    ),
    "facts of files": Command(
        "with_rows",
        ("audit", "facts", "--from-files", "{place}/rows.csv", "--out", "{place}/facts"),
        frozenset({0, 5}),
        facts_are_whole,
    ),
    "move": Command(
        "billed",
        ("ledger", "move", "--to", "sqlite:///{place}/new.db"),
        frozenset({0, 5}),
        the_new_ledger_is_whole,
    ),
}


@pytest.fixture
def answered(billed: Clinic) -> Clinic:
    """A clinic whose batch was sent, with MSP's answer on the disk."""
    assert billed.run("batch", "sent", 1).code == 0
    ledger = open_ledger(database_of(billed.workspace), billed.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        claims = find_claims(connection, "T9999", ClaimFilter())
    told = [paid(claims[0]), refused(claims[1]), *map(paid, claims[2:40])]
    (billed.workspace / "remit.txt").write_bytes(pickup(*told))
    return billed


@pytest.fixture
def with_rows(billed: Clinic) -> Clinic:
    """A clinic with facts of another system."""
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    write_rows(billed.workspace / "rows.csv", made_up({}, {}))
    return billed


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Bench]:
    return lambda name: Bench(
        COMMANDS[name], request.getfixturevalue(COMMANDS[name].stage), tmp_path, DRIVER
    )


def half_done(clinic: Clinic) -> list[str]:
    """Name the files that only a run that is still going on should have."""
    return [
        name
        for name in folder_of(clinic.workspace)
        if any(part.startswith(".") and part.endswith(".tmp") for part in name.split("/"))
    ]


def insist_on_quiet_words(said: Said) -> None:
    assert "Traceback" not in said.err
    assert "Exception" not in said.err
    assert said.out == ""
    lines = [line for line in said.err.splitlines() if line.strip()]
    assert 1 <= len(lines) <= 2
    assert "Stopped." in lines[0]


def walk_quietly(bench: Bench, choose: Choose) -> None:
    codes = []
    for left in walk(bench, choose, facts):
        if left.again:
            continue
        assert half_done(left.clinic) == [], left.where
        codes.append(left.said.code)
        if left.said.code in bench.command.again:  # it came too late to stop anything
            continue
        assert left.said.code == 130, (left.where, left.said)
        insist_on_quiet_words(left.said)
        nothing = "Nothing was changed." in left.said.err
        assert nothing or "What was finished before is kept" in left.said.err, left.where
        assert facts(left.clinic) == facts(left.before if nothing else left.after), left.where
    assert 130 in codes


def few(steps: int) -> list[int]:
    """Choose a step at the beginning, one in the middle, and the last."""
    return sorted({2, steps // 2, steps})


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_stopped_at_some_points_the_next_run_finishes(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_quietly(bench(name), few)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_stopped_at_every_point_the_next_run_finishes(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_quietly(bench(name), every)


@pytest.mark.parametrize(
    "module", ["tpi_billing.cli.main", "typer", "tpi_billing.cli.check", "sqlalchemy"]
)
def test_stopped_while_it_is_being_loaded(bench: Callable[[str], Bench], module: str) -> None:
    check = bench("check")
    said = check.run(check.copy("stopped"), f"import:{module}")
    assert said.code == 130
    insist_on_quiet_words(said)
    assert "Nothing was changed." in said.err


def test_scripts_are_told_too(bench: Callable[[str], Bench]) -> None:
    check = bench("check")
    clinic = check.copy("stopped")
    done = subprocess.run(
        [sys.executable, str(DRIVER), "import:sqlalchemy", *clinic.argv("--json", "check")],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=environment(),
    )
    assert (done.returncode, done.stderr) == (130, "")
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["exit_code"]) == ("error", 130)
    assert answer["errors"][0]["code"] == "stopped"


def test_it_says_how_far_it_came(bench: Callable[[str], Bench]) -> None:
    loading = bench("import")
    _, steps = loading.undisturbed()
    told = {
        loading.run(loading.copy(f"at-{step}"), str(step)).err.splitlines()[0]
        for step in (steps - 2, steps - 3)
    }
    assert any("was at 1" in line for line in told), told
