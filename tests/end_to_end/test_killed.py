"""A process killed at any point leaves what was there before, or what was to come: never half.

Each command runs in a process of its own that kills itself at its n-th step (`kill_at.py`). Then
the ledger must be whole, its state that of before or of after, no half file under a final name,
and the same command, run again, must end where an undisturbed run ends. A few points of each are
tried here; TPI_LONG=1 walks them all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import SERVER

from .clinic import SAMPLES, Clinic, call, folder_of
from .kill_walk import (
    LONG,
    Bench,
    Choose,
    Command,
    every,
    faults,
    insist_on_killed,
    is_passing,
    some,
    walk,
)

FACTS = (
    "SELECT source, session_id, content, status, conflict, batch_id FROM sessions ORDER BY 1, 2",
    "SELECT claim_id, batch_id, session_id, fee_item, units, amount_cents FROM claims ORDER BY 1",
    "SELECT claim_id, state, live, office_folio FROM claims ORDER BY 1",
    "SELECT batch_id, month, state, claims, sessions, held, amount_cents FROM batches ORDER BY 1",
    "SELECT batch_id, position, session_key, held, findings FROM batch_sessions ORDER BY 1, 2",
    "SELECT batch_id, path, kind, sha256 FROM batch_files ORDER BY 1, 2",
    "SELECT name, next_value FROM counters ORDER BY 1",
)


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


def files(clinic: Clinic) -> dict[str, bytes]:
    """Every file under a final name that is the same in each run: all but ledger and backups."""
    found = folder_of(clinic.workspace)
    # On a server each copy's configuration names the copy's own database.
    other = ("ledger.db", "backups/", *(("ledger.url", "tpi-billing.toml") if SERVER else ()))
    return {n: c for n, c in found.items() if not is_passing(n) and not n.startswith(other)}


def same_workbook(name: str, one: bytes, other: bytes) -> bool:
    """Compare byte by byte; a corrections workbook carries the time of its making."""
    return one == other or (name == "fix.xlsx" and abs(len(one) - len(other)) < 100)


def walk_with_files(bench: Bench, choose: Choose) -> None:
    """Walk along it; no file is lost, and none under a final name is half."""
    for left in walk(bench, choose, facts):
        insist_on_killed(left)
        now, before, after = (files(one) for one in (left.clinic, left.before, left.after))
        assert left.again or before.keys() <= now.keys(), left.where
        assert not left.again or now.keys() == after.keys(), left.where
        allowed = (after,) if left.again else (before, after)
        for name, content in now.items():
            known = [kept[name] for kept in allowed if name in kept]
            assert any(same_workbook(name, content, one) for one in known), (left.where, name)


INIT = pytest.param("init", marks=pytest.mark.sqlite("a new workspace's ledger is a file"))


@pytest.mark.parametrize("name", [INIT, "import", "create", "export", "void"])
def test_killed_at_some_points_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_with_files(bench(name), some)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", [INIT, *sorted(COMMANDS.keys() - {"init"})])
def test_killed_at_every_point_nothing_is_lost_or_doubled(
    bench: Callable[[str], Bench], name: str
) -> None:
    walk_with_files(bench(name), every)


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
