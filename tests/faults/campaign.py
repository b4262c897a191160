"""The campaign: every command, every kind of fault, at a sample of its places or at each."""

import json
import os
import pickle
import random
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import databases
from end_to_end.sending import ENVIRONMENT

from tpi_billing.codes import CodeBook

from .commands import CASES, Case
from .stages import build, folder_of
from .trials import CLOCK, Fault, Normal, attempt, can_mount, normal

KINDS = (
    "killed", "disk full", "no access", "file limit", "small disk", "removed", "cut out", "cut in",
    "clock back", "at once",
)  # fmt: skip
_FILES_ONLY = {"file limit", "small disk"}
"""Kinds that are about a ledger in a file."""
AT_MOST = 4000
"""Places of one kind and command in the whole campaign; of a longer row, evenly spread ones."""
_AT_MOST_SLOW = 60
_SMALL_DISKS = 48


@dataclass(frozen=True)
class Outcome:
    """What came of one fault: the reason when it was not survived."""

    command: str
    kind: str
    at: int
    problem: str

    @property
    def survived(self) -> bool:
        return not self.problem


def places(case: Case, kind: str, points: dict[str, int]) -> Sequence[int]:
    """Return all places of a kind of fault in a command."""
    if kind.startswith("cut") and not case.talks:
        return ()
    return {
        "killed": range(1, points["steps"] + 1),
        "disk full": range(1, points["full"] + 1),
        "no access": range(1, points["denied"] + 1),
        "file limit": range(points["pages"] + 1),
        "small disk": range(_SMALL_DISKS),
        "removed": range(1, points["steps"] + 1),
        "cut out": range(points.get("out", 0)),
        "cut in": range(points.get("in", 0)),
        "clock back": tuple(CLOCK),
        "at once": (2, 10),
    }[kind]


def chosen(case: Case, known: Normal, most: int, mounts: bool) -> Iterator[Fault]:
    """Choose the faults of a command: at most so many of a kind, or with 0 a seeded sample."""
    seeded = random.Random(f"{case.name} {case.words}")
    kinds = [
        kind for kind in KINDS
        if (mounts or kind != "small disk") and not (databases.SERVER and kind in _FILES_ONLY)
    ]  # fmt: skip
    others = [kind for kind in kinds if kind not in {"killed", "cut out", "cut in"}]
    daily = {"killed", "cut out", "cut in", *seeded.sample(others, 1 if case.slow else 2)}
    for kind in kinds:
        every = places(case, kind, known.points)
        if not every or not (most or kind in daily):
            continue
        if most:
            taken = every[:: -(-len(every) // (min(most, _AT_MOST_SLOW) if case.slow else most))]
        elif kind == "killed":
            taken = sorted({every[0], every[-1], seeded.choice(every)})[-1 if case.slow else 0 :]
        elif kind == "at once":
            taken = [2]
        else:
            taken = seeded.sample(every, min(len(every), 2 if kind.startswith("cut") else 1))
        yield from (Fault(kind, at) for at in taken)


def cases() -> list[Case]:
    """Return the commands that are disturbed here; those that choose SQLite only on SQLite."""
    return [one for one in CASES if not databases.SERVER or one.stage not in _ONLY_FILES]


_ONLY_FILES = {"nothing", "backed up"}


def campaign(
    root: Path, *, most: int = 0, only: str = "", tell: Callable[[str], None] = print
) -> list[Outcome]:
    """Run it below a new folder; return what came of each fault. `most` as in `chosen`."""
    os.environ.update(ENVIRONMENT)
    _share_the_lists()
    loaded = root / "loaded"
    in_a_child(lambda: (build(root), loaded.write_text("\n".join(sys.modules), encoding="utf-8")))
    _load(loaded.read_text(encoding="utf-8").splitlines())
    wanted = [one for one in cases() if one.name.startswith(only)]
    known: dict[int, Normal] = {}
    jobs = [(str(at), _normal_job(root, at, case)) for at, case in enumerate(wanted)]
    broken = []
    for name, result in in_children(root, jobs):
        if isinstance(result, Normal):
            known[int(name)] = result
        else:
            broken.append(f"{wanted[int(name)].words}: {result}")
    if broken:
        raise RuntimeError("\n".join(broken))
    mounts = can_mount()
    faults = [
        (at, fault)
        for at, case in enumerate(wanted)
        for fault in chosen(case, known[at], most, mounts)
    ]
    tell(f"{len(wanted)} commands, {len(faults)} faults to inject")
    work = [
        (str(number), _attempt_job(root, number, wanted[at], fault, known[at]))
        for number, (at, fault) in enumerate(faults)
    ]
    outcomes = []
    for name, result in in_children(root, work):
        at, fault = faults[int(name)]
        case = wanted[at]
        outcome = Outcome(" ".join(_label(case)), fault.kind, fault.at, str(result or ""))
        outcomes.append(outcome)
        if not outcome.survived:
            tell(f"NOT SURVIVED: {outcome.command}, {outcome.kind} at {outcome.at}: {result}")
    return outcomes


def _label(case: Case) -> tuple[str, ...]:
    return (case.name, "--resolve") if "--resolve" in case.words else (case.name,)


def _normal_job(root: Path, at: int, case: Case) -> Callable[[], object]:
    return lambda: normal(case, folder_of(root, case.stage), root / f"normal-{at}")


def _attempt_job(
    root: Path, number: int, case: Case, fault: Fault, known: Normal
) -> Callable[[], object]:
    folder = root / f"fault-{number}"

    def job() -> object:
        try:
            attempt(case, fault, known, folder_of(root, case.stage), folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return None

    return job


def _load(modules: Iterable[str]) -> None:
    """Load what a month's commands load, once: trials are forked from here, and find it there."""
    for name in modules:
        with suppress(ImportError):
            import_module(name)


def _share_the_lists() -> None:
    """Read the shipped code lists once: a workspace without lists of its own uses them."""
    load, shared = CodeBook.load, CodeBook.load()

    def once(workspace: Path | None = None) -> CodeBook:
        own = workspace is not None and any((workspace / "fee_codes").glob("**/*"))
        return load(workspace) if own else shared

    CodeBook.load = once  # type: ignore[assignment]


def in_a_child(do: Callable[[], object]) -> None:
    """Do something in a process of its own, so that this one keeps no thread and no connection."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            do()
            code = 0
        except BaseException:  # noqa: BLE001 - told, and the process ends
            traceback.print_exc()
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("the stages could not be made")


def in_children(
    root: Path, jobs: list[tuple[str, Callable[[], object]]]
) -> Iterator[tuple[str, object]]:
    """Do jobs in processes of their own, as many at a time as there are processors."""
    waiting, running = list(reversed(jobs)), {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            name, job = waiting.pop()
            result = root / f"result-{name}"
            running[_fork(job, result)] = (name, result)
        pid, _ = os.wait()
        if pid in running:
            name, result = running.pop(pid)
            yield name, pickle.loads(result.read_bytes())
            result.unlink()


def _fork(job: Callable[[], object], result: Path) -> int:
    result.write_bytes(pickle.dumps("the process of this trial ended early"))
    pid = os.fork()
    if pid:
        return pid
    databases.PREFIX = f"tpi_test_{os.getpid()}_"
    databases.made.clear()
    databases.server.cache_clear()
    try:
        try:
            came: object = job()
        except AssertionError as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            came = f"{error} ({Path(place.filename).name}:{place.lineno})"
        except BaseException:  # noqa: BLE001 - told to the campaign
            came = traceback.format_exc()
        result.write_bytes(pickle.dumps(came))
        databases.drop_databases(0)
    finally:
        os._exit(0)


def as_json(outcomes: Iterable[Outcome]) -> str:
    return json.dumps([vars(one) for one in outcomes])
