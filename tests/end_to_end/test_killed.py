"""A process killed at any point leaves what was there before, or what was to come: never half.

Each command runs in a process of its own that kills itself at its n-th step (`kill_at.py`). Then
the ledger must be whole, its state that of before or of after, no half file under a final name,
and the same command, run again, must end where an undisturbed run ends. A few points of each are
tried here; TPI_LONG=1 walks them all.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import database_of

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.health import examine

from .clinic import SAMPLES, Clinic, call, environment, folder_of

DRIVER = Path(__file__).with_name("kill_at.py")
FACTS = (
    "SELECT source, session_id, content, status, conflict, batch_id FROM sessions ORDER BY 1, 2",
    "SELECT claim_id, batch_id, session_id, fee_item, units, amount_cents FROM claims ORDER BY 1",
    "SELECT claim_id, state, live, office_folio FROM claims ORDER BY 1",
    "SELECT batch_id, month, state, claims, sessions, held, amount_cents FROM batches ORDER BY 1",
    "SELECT batch_id, position, session_key, held, findings FROM batch_sessions ORDER BY 1, 2",
    "SELECT batch_id, path, kind, sha256 FROM batch_files ORDER BY 1, 2",
    "SELECT name, next_value FROM counters ORDER BY 1",
)
LONG = pytest.mark.skipif(not os.environ.get("TPI_LONG"), reason="walks every point: TPI_LONG=1")


@dataclass(frozen=True)
class Command:
    """A command to kill: from which stage of a month, its words, and how running it again ends."""

    stage: str
    words: tuple[str, ...]
    again: frozenset[int]


CANONICAL, EMR = str(SAMPLES / "october-canonical.csv"), str(SAMPLES / "october-emr.xlsx")
COMMANDS = {
    # Run again, a workspace that was made, or a batch that was voided, is a conflict: done already.
    "init": Command("nothing", ("init", "{place}"), frozenset({0, 5})),
    "import": Command("clinic", ("sessions", "import", CANONICAL), frozenset({1})),
    "corrections": Command(
        "imported",
        ("sessions", "import", EMR, "--mapping", "my-emr", "--corrections", "{place}/fix.xlsx"),
        frozenset({1}),
    ),
    "create": Command("imported", ("batch", "create", "--month", "2026-10"), frozenset({1})),
    "export": Command("billed", ("batch", "export", "1"), frozenset({0})),
    "export again": Command("exported", ("batch", "export", "1"), frozenset({0})),
    "void": Command("billed", ("batch", "void", "1", "--reason", "x"), frozenset({0, 5})),
}


class Bench:
    """Runs a command on copies of one workspace, to the end or to a deadly step."""

    def __init__(self, command: Command, start: Clinic | None, folder: Path) -> None:
        self.command = command
        self._start = start
        self._folder = folder

    def copy(self, name: str) -> Clinic:
        place = self._folder / name / "clinic"
        place.parent.mkdir()
        return Clinic(place) if self._start is None else self._start.copy_to(place)

    def words(self, clinic: Clinic) -> list[str]:
        words = [word.format(place=clinic.workspace) for word in self.command.words]
        return clinic.argv(*words)

    def run(self, clinic: Clinic, deadly: int) -> int:
        """Run the command in a process that dies at a step, or at none; return its exit code."""
        done = subprocess.run(
            [sys.executable, str(DRIVER), str(deadly), *self.words(clinic)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment(
                TPI_ROOT=str(clinic.workspace.parent),
                TPI_STEPS=str(clinic.workspace.parent / "steps"),
            ),
        )
        assert "Traceback" not in done.stderr
        return done.returncode

    def undisturbed(self) -> tuple[Clinic, int]:
        """Run it to the end; return the clinic and the number of steps."""
        clinic = self.copy("undisturbed")
        assert self.run(clinic, 0) in self.command.again
        return clinic, int((clinic.workspace.parent / "steps").read_text(encoding="utf-8"))

    def killed(self, steps: Iterable[int]) -> Iterator[tuple[int, Clinic]]:
        """Kill it at each of the steps, some at the same time; yield what each left behind."""

        def kill(deadly: int) -> tuple[int, Clinic]:
            clinic = self.copy(f"killed-{deadly}")
            assert self.run(clinic, deadly) in {-9, 137}, f"step {deadly} was not reached"
            return deadly, clinic

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(kill, steps)


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Bench]:
    def make(name: str) -> Bench:
        command = COMMANDS[name]
        if command.stage == "nothing":
            return Bench(command, None, tmp_path)
        stage = "billed" if command.stage == "exported" else command.stage
        clinic: Clinic = request.getfixturevalue(stage)
        if command.stage == "exported":
            clinic.data("batch", "export", 1)
        return Bench(command, clinic, tmp_path)

    return make


def facts(clinic: Clinic) -> list[Any]:
    """What the ledger knows that must neither be lost nor doubled; numbers of rows left out."""
    if not (clinic.workspace / "tpi-billing.toml").exists():
        return []
    return [clinic.query(question) for question in FACTS]


def faults(clinic: Clinic) -> tuple[str, ...]:
    """Open the ledger as the next command will, and look at the whole of it and of its journal."""
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return examine(connection).faults


def is_passing(name: str) -> bool:
    """Tell a file that a killed run may leave: hidden, under a name that nobody looks for."""
    file = name.rpartition("/")[2]
    return (file.startswith(".") and file.endswith(".tmp")) or file.endswith(
        (".new", "-wal", "-shm")
    )


def files(clinic: Clinic) -> dict[str, bytes]:
    """Every file under a final name that is the same in each run: all but ledger and backups."""
    found = folder_of(clinic.workspace)
    other = ("ledger.db", "backups/")
    return {n: c for n, c in found.items() if not is_passing(n) and not n.startswith(other)}


def same_workbook(name: str, one: bytes, other: bytes) -> bool:
    """Compare byte by byte; a corrections workbook carries the time of its making."""
    return one == other or (name == "fix.xlsx" and abs(len(one) - len(other)) < 100)


def walk(bench: Bench, choose: Callable[[int], Iterable[int]]) -> None:
    start = bench.copy("before")
    before, files_before = facts(start), files(start) if start.workspace.exists() else {}
    whole, steps = bench.undisturbed()
    after, files_after = facts(whole), files(whole)
    assert steps > 3
    for deadly, clinic in bench.killed(choose(steps)):
        where = f"killed at step {deadly} of {steps}"
        left = files(clinic)
        if (clinic.workspace / "tpi-billing.toml").exists():
            assert faults(clinic) == (), where
            assert facts(clinic) in (before, after), where
        for name, content in left.items():
            known = [kept[name] for kept in (files_before, files_after) if name in kept]
            assert any(same_workbook(name, content, one) for one in known), (where, name)
        for name in files_before:
            assert name in left, (where, name)

        again = call(bench.words(clinic))
        assert again.code in bench.command.again, where
        assert faults(clinic) == (), where
        assert facts(clinic) == after, where
        assert files(clinic).keys() == files_after.keys(), where
        for name, content in files(clinic).items():
            assert same_workbook(name, content, files_after[name]), (where, name)


def some(steps: int) -> list[int]:
    """Choose the first and the last step, and some between."""
    return sorted({1, *(steps * part // 4 for part in (1, 2, 3)), steps - 1, steps})


@pytest.mark.parametrize("name", ["init", "import", "create", "export", "void"])
def test_killed_at_some_points_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk(bench(name), some)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_point_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk(bench(name), lambda steps: range(1, steps + 1))


@contextmanager
def interrupted(deadly: int) -> Iterator[list[int]]:
    """Press Ctrl-C before the n-th statement to the database; yield the count of statements."""
    count = [0]

    def before(*_: object) -> None:
        count[0] += 1
        if count[0] == deadly:
            raise KeyboardInterrupt

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    try:
        yield count
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)


@pytest.mark.parametrize("name", ["import", "create", "void"])
def test_stopped_by_hand_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    commands = bench(name)
    before = facts(commands.copy("before"))
    whole = commands.copy("whole")
    with interrupted(0) as count:
        call(commands.words(whole))
    for deadly in some(count[0]):
        clinic = commands.copy(f"stopped-{deadly}")
        with interrupted(deadly):
            said = call(commands.words(clinic))
        assert (said.code, said.out) == (130, "")
        assert "Stopped." in said.err
        assert faults(clinic) == ()
        assert facts(clinic) in (before, facts(whole))
        call(commands.words(clinic))
        assert facts(clinic) == facts(whole)
