"""Killed while MSP's answers come in or are acted on: nothing half done, and the next run ends it.

As in `test_killed.py`: each command runs in a process of its own that kills itself at its n-th
step. What is left is the ledger of before or of after, whole; the same command, run again, ends
where an undisturbed run ends. A few points of each are tried here; TPI_LONG=1 walks them all.
"""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.demo.stand_in.pickup import pick_up
from tpi_billing.demo.stand_in.state import Outcome, Ruling
from tpi_billing.demo.stand_in.store import save

from .clinic import Clinic, Said
from .kill_walk import (
    LONG,
    Bench,
    Choose,
    Command,
    every,
    insist_on_killed,
    is_passing,
    walk,
)
from .sending import ENVIRONMENT, office, prepare

FETCHED, LATER = date(2026, 11, 26), "2026-12-04"
"""When the remittance of November's second close-off is there, and a day of the month after."""
FACTS = (
    (
        "SELECT claim_id, batch_id, state, live, submission_code, amount_cents, expected_cents, "
        "paid_cents, adjusted_cents, sent_on, billed_month, predecessor FROM claims ORDER BY 1"
    ),
    "SELECT batch_id, state, claims, amount_cents FROM batches ORDER BY 1",
    (
        "SELECT line_id, file_id, line_number, content, standing, problem, claim_id, month, "
        "claim_month, adjusted_cents FROM remittance_lines ORDER BY 1"
    ),
    "SELECT file_id, sha256, lines FROM remittance_files ORDER BY 1",
    "SELECT claim_id, kind, from_state, successor_id, active, reason FROM amendments ORDER BY 1",
    "SELECT claim_id, kind, cents, month, reason FROM postings ORDER BY 1, 2",
    "SELECT month, closing_cents FROM closing_lines JOIN closings USING (closing_id) ORDER BY 1, 2",
    "SELECT batch_id, part, first_number, last_number FROM submission_files ORDER BY 1, 2",
    "SELECT name, next_value FROM counters ORDER BY 1",
)
DONE_ALREADY = frozenset({0, 1, 5})
"""Run again, what was corrected, asked for, written off or closed is a conflict."""
IMPORT = ("remittance", "import", "{place}/answers.txt")
CORRECT = ("claims", "correct", "1", "--note", "COVERAGE RESTORED")
DEBIT = ("claims", "debit", "2", "--reason", "x", "--note", "BILLED IN ERROR")
WRITE_OFF = ("claims", "write-off", "1", "--reason", "x")
COMMANDS = {
    "import": Command("answered", IMPORT, frozenset({1})),
    "correct": Command("imported_answers", CORRECT, DONE_ALREADY),
    "debit": Command("imported_answers", DEBIT, DONE_ALREADY),
    "write-off": Command("imported_answers", WRITE_OFF, DONE_ALREADY),
    "close": Command("imported_answers", ("close", "2026-11"), DONE_ALREADY),
}


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def _answered(fresh: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """A batch of three that MSP has answered: one refused, one paid with a remark, one as billed.

    The stand-in's memory lies beside the workspace; nothing was fetched by the command yet.
    """
    clinic = fresh.copy_to(tmp_path_factory.mktemp("answered") / "clinic")
    prepare(clinic)
    memory = clinic.workspace.parent / "stand-in.json"
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        with office(clinic, memory=memory) as here:
            assert clinic.run("submit", 1).code == 0
            refused, remarked, _ = here.msp.claims
            refused.ruling = Ruling(Outcome.REFUSED, ("AF",))
            remarked.ruling = Ruling(Outcome.CHANGED, ("BA",), remarked.billed_cents)
            save(here.msp.state, memory)
            content, _ = pick_up(
                here.msp.state, here.msp.broker.cycle, FETCHED, with_remittances=True
            )
    (clinic.workspace / "answers.txt").write_bytes(content)
    return clinic


@pytest.fixture(scope="module")
def _imported_answers(_answered: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    clinic = _answered.copy_to(tmp_path_factory.mktemp("imported-answers") / "clinic")
    said = clinic.run("remittance", "import", clinic.workspace / "answers.txt", as_of=LATER)
    assert said.code == 1, said.all
    return clinic


class Later(Bench):
    """Runs commands on a day after the month that is to be closed."""

    def words(self, clinic: Clinic) -> list[str]:
        """Return the whole command line."""
        words = [word.format(place=clinic.workspace) for word in self.command.words]
        return clinic.argv(*words, as_of=LATER)


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Bench]:
    def make(name: str) -> Bench:
        command = COMMANDS[name]
        start = request.getfixturevalue(f"_{command.stage}")
        return Later(command, start, tmp_path)

    return make


def facts(clinic: Clinic) -> list[Any]:
    """What the ledger knows that must neither be lost nor doubled."""
    return [clinic.query(question) for question in FACTS]


def few(steps: int) -> list[int]:
    """Choose three steps; most of the changes are made near the end."""
    return [steps // 2, steps * 4 // 5, steps - 1]


def walk_along(bench: Bench, choose: Choose) -> None:
    for left in walk(bench, choose, facts):
        insist_on_killed(left)
        assert facts(left.before) != facts(left.after)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_some_points_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_along(bench(name), few)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_point_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_along(bench(name), every)


class Fetching(Later):
    """Runs `pickup`: each copy of the workspace has a stand-in of its own to fetch from."""

    def run(self, clinic: Clinic, where: str) -> Said:
        """Run it in a process that dies at a step; what MSP sent and nobody has, it sends again."""
        assert self.start is not None
        memory = clinic.workspace.parent / "stand-in.json"
        if not memory.exists():
            shutil.copyfile(self.start.workspace.parent / memory.name, memory)
        with office(clinic, memory=memory, today=FETCHED) as here:
            said = super().run(clinic, where)
            kept = clinic.query("SELECT count(*) FROM pickups")[0][0]
            if not kept and not any(map(_holds_answers, clinic.workspace.rglob("*"))):
                for one in (*here.msp.state.claims, *here.msp.state.files):
                    one.told = False
                here.msp.state.fetched.clear()
                save(here.msp.state, memory)
        return said

    def again(self, clinic: Clinic) -> int:
        """Fetch once more; return the exit code."""
        return self.run(clinic, "0").code


def _holds_answers(path: Path) -> bool:
    """Tell a whole file that was fetched and waits for the ledger."""
    if not path.is_file() or is_passing(path.name) or path.name == "answers.txt":
        return False
    return b"S21" in path.read_bytes()


@pytest.fixture
def fetching(_answered: Clinic, tmp_path: Path) -> Fetching:
    return Fetching(Command("answered", ("pickup",), frozenset({0, 1})), _answered, tmp_path)


def test_killed_at_some_points_of_a_pickup_nothing_is_lost_or_doubled(fetching: Fetching) -> None:
    walk_along(fetching, few)


@LONG
@pytest.mark.slow
def test_killed_at_every_point_of_a_pickup_nothing_is_lost_or_doubled(fetching: Fetching) -> None:
    walk_along(fetching, every)
