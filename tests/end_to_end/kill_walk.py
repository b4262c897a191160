"""Walk along a command: stop it at its n-th step, look at what is left, and run it again.

The command runs in a process of its own that kills itself (`kill_at.py`) or presses Ctrl-C
(`interrupt_at.py`). What is left must be the ledger of before or of after; the same command, run
again, must end where an undisturbed run ends. A few steps are tried each day; TPI_LONG=1 walks
them all.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from databases import database_of

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.health import examine
from tpi_billing.ledger.replay import differences

from .clinic import Clinic, Said, call, environment

LONG = pytest.mark.skipif(not os.environ.get("TPI_LONG"), reason="walks every point: TPI_LONG=1")
KILL = Path(__file__).with_name("kill_at.py")
Choose = Callable[[int], Iterable[int]]


@dataclass(frozen=True)
class Command:
    """A command to stop: from which stage of a month, its words, and how running it again ends.

    `then` looks at what it has made in the end.
    """

    stage: str
    words: tuple[str, ...]
    again: frozenset[int]
    then: Callable[[Clinic], None] = lambda _: None


@dataclass(frozen=True)
class Bench:
    """Runs a command on copies of one workspace, to the end or until it is stopped."""

    command: Command
    start: Clinic | None
    folder: Path
    driver: Path = KILL

    def copy(self, name: str) -> Clinic:
        place = self.folder / name / "clinic"
        place.parent.mkdir()
        return Clinic(place) if self.start is None else self.start.copy_to(place)

    def words(self, clinic: Clinic) -> list[str]:
        return clinic.argv(*(word.format(place=clinic.workspace) for word in self.command.words))

    def run(self, clinic: Clinic, where: str) -> Said:
        """Run the command in a process that is stopped somewhere, or nowhere with 0."""
        done = subprocess.run(
            [sys.executable, str(self.driver), where, *self.words(clinic)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment(
                TPI_ROOT=str(clinic.workspace.parent),
                TPI_STEPS=str(clinic.workspace.parent / "steps"),
            ),
        )
        assert "Traceback" not in done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def again(self, clinic: Clinic) -> int:
        """Run it once more, undisturbed; return its exit code."""
        return call(self.words(clinic)).code

    def undisturbed(self) -> tuple[Clinic, int]:
        """Run it to the end; return the clinic and the number of steps."""
        clinic = self.copy("undisturbed")
        assert self.run(clinic, "0").code in self.command.again
        return clinic, int((clinic.workspace.parent / "steps").read_text(encoding="utf-8"))

    def stopped(self, steps: Iterable[int]) -> Iterator[tuple[int, Clinic, Said]]:
        """Stop it at each of the steps, some at the same time; yield what each left and said."""

        def stop(step: int) -> tuple[int, Clinic, Said]:
            clinic = self.copy(f"stopped-{step}")
            return step, clinic, self.run(clinic, str(step))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(stop, steps)


@dataclass(frozen=True)
class Left:
    """What a stopped command left and said, once before and once after it was run `again`.

    Beside it the clinics as they were before it, and after an undisturbed run.
    """

    clinic: Clinic
    where: str
    said: Said
    again: bool
    before: Clinic
    after: Clinic


def walk(bench: Bench, choose: Choose, known: Callable[[Clinic], Any]) -> Iterator[Left]:
    """Stop a command at the steps chosen; what is `known` then is as before, or all is done."""
    start = bench.copy("before")
    whole, steps = bench.undisturbed()
    before, after = known(start), known(whole)
    assert steps > 3
    for step, clinic, said in bench.stopped(choose(steps)):
        where = f"stopped at step {step} of {steps}"
        assert faults(clinic) == (), where
        assert known(clinic) in (before, after), where
        yield Left(clinic, where, said, False, start, whole)
        assert bench.again(clinic) in bench.command.again, where
        assert faults(clinic) == (), where
        assert known(clinic) == after, where
        bench.command.then(clinic)
        yield Left(clinic, where, said, True, start, whole)


def insist_on_killed(left: Left) -> None:
    """Only a process that was killed says nothing of how it ended."""
    assert left.said.code in {-9, 137}, f"{left.where}: not reached"


def some(steps: int) -> list[int]:
    """Choose the first and the last step, and some between."""
    return sorted({1, *(steps * part // 4 for part in (1, 2, 3)), steps - 1, steps})


def every(steps: int) -> Iterable[int]:
    return range(1, steps + 1)


def faults(clinic: Clinic) -> tuple[str, ...]:
    """Open the ledger as the next command will, and look at the whole of it and of its journal."""
    if not (clinic.workspace / "tpi-billing.toml").exists():
        return ()
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return (*examine(connection).faults, *map(str, differences(connection)))


def is_passing(name: str) -> bool:
    """Tell a file that a stopped run may leave: hidden, under a name that nobody looks for."""
    file = name.rpartition("/")[2]
    return (file.startswith(".") and file.endswith(".tmp")) or file.endswith(
        (".new", "-wal", "-shm")
    )
