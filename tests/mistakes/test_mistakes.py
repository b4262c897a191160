"""Each mistake of a tired clerk is noticed, explained, and undone or refused."""

import re
import shlex
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import databases
import pytest
from end_to_end.clinic import Clinic

from tpi_billing.cli.doctor_slips import clock_findings

from .office import AFTER_OCTOBER, build_desk, build_stages, holds
from .table import MISTAKES, Mistake, Step

STAGES = pytest.StashKey[Mapping[str, Clinic]]()


@pytest.fixture(scope="session")
def desk_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = tmp_path_factory.mktemp("mistakes") / "desk"
    build_desk(desk)
    return desk


@pytest.fixture(scope="session")
def stages(desk_once: Path) -> Mapping[str, Clinic]:
    return build_stages(desk_once.parent, desk_once)


@pytest.mark.parametrize("mistake", [pytest.param(one, id=one.name) for one in MISTAKES])
def test_a_mistake_is_noticed_and_undone(
    stages: Mapping[str, Clinic],
    desk_once: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mistake: Mistake,
) -> None:
    if databases.SERVER and mistake.only_file:
        pytest.skip(f"only SQLite: {mistake.only_file}")
    monkeypatch.setenv("COLUMNS", "1000")
    clinic = stages[mistake.stage].copy_to(tmp_path / "clinic")
    desk = tmp_path / "desk"
    shutil.copytree(desk_once, desk)
    for step in mistake.does:
        take(step, clinic, desk)
    compare(clinic, mistake.holds)
    for step in mistake.undone:
        take(step, clinic, desk)
    compare(clinic, mistake.then)
    if mistake.whole:
        assert clinic.run("audit", "verify").code == 0


def take(step: Step, clinic: Clinic, desk: Path) -> None:
    """Take a step: what a command says is compared without its line breaks."""
    if step.act is not None:
        step.act(clinic, desk)
        return
    day, _, rest = step.words.partition(" ")
    words, as_of = (rest, day) if day[0].isdigit() else (step.words, AFTER_OCTOBER)
    given = [
        word.replace("{desk}", str(desk)).replace("{clinic}", str(clinic.workspace))
        for word in shlex.split(words.replace("october (1)", "'october (1)'"))
    ]
    said = clinic.run(*given, as_of=as_of)
    told = re.sub(r"\s+", " ", said.all)
    assert said.code == step.code, (words, said.all)
    assert [part for part in step.says if part not in told] == [], said.all


def compare(clinic: Clinic, expected: Mapping[str, object]) -> None:
    found = holds(clinic)
    assert {name: found[name] for name in expected} == dict(expected)


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-11-03", 1),
        ("2026-11-04", 0),  # the journal counts in UTC, where it may be tomorrow
        ("2026-11-05", 0),
        ("2027-05-04", 0),
        ("2027-05-05", 1),
        ("2025-11-05", 1),
        ("2027-11-05", 1),
    ],
)
def test_a_wrong_clock_is_found_by_the_last_entry(today: str, found: int) -> None:
    told = list(clock_findings(date.fromisoformat(today), date(2026, 11, 5)))
    assert len(told) == found
    assert all(one.exit_code == 1 and "computer's date" in one.hint for one in told)
