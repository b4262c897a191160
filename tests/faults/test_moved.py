"""The campaign can fail for a move: two ledgers that take work, none, or half of one are seen."""

import shutil
from pathlib import Path

import pytest
from databases import alter
from end_to_end.clinic import Clinic, new_clinic, visit, write_csv

from . import moved

pytestmark = pytest.mark.sqlite("the new ledger is a file that is taken away or altered")


@pytest.fixture
def old(tmp_path: Path) -> Clinic:
    clinic = new_clinic(tmp_path / "clinic")
    file = write_csv(clinic.workspace / "visits.csv", [visit(1), visit(2)])
    assert clinic.run("sessions", "import", file).code == 0
    return clinic


@pytest.fixture
def new(tmp_path: Path) -> Clinic:
    return moved.new_place(tmp_path / "elsewhere", "to a file")


def test_one_ledger_that_takes_work_is_well(old: Clinic, new: Clinic) -> None:
    moved.insist_on_one(old, new)
    assert moved.facts(new) == {}
    assert old.run("ledger", "move", "--to", moved.address(new)).code == 0
    moved.insist_on_one(old, new)
    assert len(moved.facts(new)["new sessions"]) == 2


def test_two_that_take_work_are_seen(old: Clinic, new: Clinic) -> None:
    shutil.copy(old.workspace / "ledger.db", new.workspace / "ledger.db")
    with pytest.raises(AssertionError, match="both ledgers take work"):
        moved.insist_on_one(old, new)


def test_none_that_takes_work_is_seen(old: Clinic, new: Clinic) -> None:
    assert old.run("ledger", "move", "--to", moved.address(new)).code == 0
    (new.workspace / "ledger.db").unlink()
    with pytest.raises(AssertionError, match="moved to where nothing is"):
        moved.insist_on_one(old, new)


def test_what_arrived_altered_is_seen(old: Clinic, new: Clinic) -> None:
    assert old.run("ledger", "move", "--to", moved.address(new)).code == 0
    alter(new.workspace, "DELETE FROM sessions WHERE session_key = 1")
    with pytest.raises(AssertionError):
        moved.insist_on_one(old, new)
