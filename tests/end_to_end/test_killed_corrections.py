"""A process killed while it corrects, takes back or voids leaves before or after: never half."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msp_lines import changed, paid, pickup, refused

from .clinic import Clinic, health_number, visit, write_csv
from .kill_walk import LONG, Bench, Command, every, some
from .test_corrections import claims_of
from .test_killed import walk_with_files

RIGHT = f"phn={health_number(55_000_000)}"
_AGAIN = frozenset({0, 5})
"""Run again, what is done already is a conflict."""
_DEBIT = ("claims", "debit", "4", "--file-number", "1000000004", "--reason", "x", "--note", "X")
COMMANDS = {
    "correct": Command("answered", ("claims", "correct", "1", "--set", RIGHT), _AGAIN),
    "resubmit": Command(
        "answered",
        ("claims", "resubmit", "--state", "refused", "--note", "X", "--reason", "x"),
        frozenset({0, 1}),
    ),
    "debit": Command("answered", _DEBIT, _AGAIN),
    "write-off": Command("answered", ("claims", "write-off", "3", "--reason", "x"), _AGAIN),
    "void": Command("corrected", ("batch", "void", "2", "--reason", "x"), _AGAIN),
}


@pytest.fixture
def bench(clinic: Clinic, tmp_path: Path) -> Callable[[str], Bench]:
    """A clinic with four answered claims; `corrected` when one has a successor not sent yet."""
    file = write_csv(tmp_path / "visits.csv", (visit(at) for at in range(1, 5)))
    clinic.run("sessions", "import", file)
    clinic.data("batch", "create", "--month", "2026-10")
    clinic.run("batch", "sent", 1)
    clinic.run("batch", "confirm", 1, "--reason", "TID 005")
    first, second, third, fourth = claims_of(clinic)
    lines = (refused(first, codes=("AB",)), refused(second, codes=("AF",)))
    answers = tmp_path / "remit.txt"
    answers.write_bytes(pickup(*lines, changed(third, 5000, codes=("FP",)), paid(fourth)))
    clinic.run("remittance", "import", answers)

    def make(name: str) -> Bench:
        command = COMMANDS[name]
        if command.stage == "corrected":
            assert clinic.run("claims", "correct", 1, "--set", RIGHT).code == 0
        return Bench(command, clinic, tmp_path)

    return make


@pytest.mark.parametrize("name", ["correct", "void"])
def test_killed_at_some_points_nothing_is_half_done(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_with_files(bench(name), some)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_point_nothing_is_half_done(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_with_files(bench(name), every)
