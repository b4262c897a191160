"""Ctrl-C at any point: the ledger is whole, two lines say what was done, the next run finishes.

Each command runs in a process of its own that presses Ctrl-C on itself at its n-th step
(`interrupt_at.py`). A few points of each are tried here; TPI_LONG=1 walks them all.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from .clinic import SAMPLES, Clinic, Said, call, environment, folder_of
from .test_killed import LONG, facts, faults

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a process cannot send itself Ctrl-C on Windows alone"
)
DRIVER = Path(__file__).with_name("interrupt_at.py")
CANONICAL = str(SAMPLES / "october-canonical.csv")


@dataclass(frozen=True)
class Command:
    """A command to stop: from which stage of a month, its words, and how running it again ends."""

    stage: str
    words: tuple[str, ...]
    again: frozenset[int]


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
}


class Bench:
    """Runs a command on copies of one workspace, to the end or until it is stopped."""

    def __init__(self, command: Command, start: Clinic, folder: Path) -> None:
        self.command = command
        self.start = start
        self._folder = folder

    def copy(self, name: str) -> Clinic:
        place = self._folder / name / "clinic"
        place.parent.mkdir()
        return self.start.copy_to(place)

    def words(self, clinic: Clinic) -> list[str]:
        return clinic.argv(*(word.format(place=clinic.workspace) for word in self.command.words))

    def run(self, clinic: Clinic, where: str) -> Said:
        """Run the command in a process that is stopped somewhere, or nowhere with 0."""
        done = subprocess.run(
            [sys.executable, str(DRIVER), where, *self.words(clinic)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment(
                TPI_ROOT=str(clinic.workspace.parent),
                TPI_STEPS=str(clinic.workspace.parent / "steps"),
            ),
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def undisturbed(self) -> tuple[Clinic, int]:
        """Run it to the end; return the clinic and the number of steps."""
        clinic = self.copy("undisturbed")
        assert self.run(clinic, "0").code in self.command.again
        return clinic, int((clinic.workspace.parent / "steps").read_text(encoding="utf-8"))


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Bench]:
    return lambda name: Bench(
        COMMANDS[name], request.getfixturevalue(COMMANDS[name].stage), tmp_path
    )


def half_done(clinic: Clinic) -> list[str]:
    """Name the files that only a run that is still going on should have."""
    return [
        name
        for name in folder_of(clinic.workspace)
        if name.rpartition("/")[2].startswith(".") and name.endswith(".tmp")
    ]


def insist_on_quiet_words(said: Said) -> None:
    assert "Traceback" not in said.err
    assert "Exception" not in said.err
    assert said.out == ""
    lines = [line for line in said.err.splitlines() if line.strip()]
    assert 1 <= len(lines) <= 2
    assert "Stopped." in lines[0]


def walk(bench: Bench, choose: Callable[[int], Iterable[int]]) -> None:
    before = facts(bench.start)
    whole, steps = bench.undisturbed()
    after = facts(whole)
    assert steps > 3
    stopped = 0
    for step in choose(steps):
        where = f"stopped at step {step} of {steps}"
        clinic = bench.copy(f"stopped-{step}")
        said = bench.run(clinic, str(step))
        assert faults(clinic) == (), where
        assert half_done(clinic) == [], where
        if said.code not in bench.command.again:  # else it came too late to stop anything
            assert said.code == 130, (where, said)
            stopped += 1
            insist_on_quiet_words(said)
            if "Nothing was changed." in said.err:
                assert facts(clinic) == before, where
            else:
                assert "What was finished before is kept" in said.err, where
                assert facts(clinic) == after, where
        again = call(bench.words(clinic))
        assert again.code in bench.command.again, where
        assert faults(clinic) == (), where
        assert facts(clinic) == after, where
    assert stopped


def few(steps: int) -> list[int]:
    """Choose a step at the beginning, one in the middle, and the last."""
    return sorted({2, steps // 2, steps})


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_stopped_at_some_points_the_next_run_finishes(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk(bench(name), few)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_stopped_at_every_point_the_next_run_finishes(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk(bench(name), lambda steps: range(1, steps + 1))


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
