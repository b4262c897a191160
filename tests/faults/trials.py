"""One trial: a command on a copy of its stage, one fault, and what is left of it."""

import errno
import fcntl
import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from end_to_end.clinic import Clinic, call

from tpi_billing.cli.main import run

from . import disturbances, looking, moved, rights
from .afterwards import AFTERWARDS, BEFORE, again
from .commands import Case
from .line import Msp, address
from .process import Ended, start
from .small_disk import fill, small_disk
from .stages import FETCHED, MEMORY, TODAY, copy_stage, name_msp

CLOCK = {1: timedelta(hours=1), 2: timedelta(days=1), 3: timedelta(days=400)}
_PAGE = 4096


@dataclass(frozen=True)
class Normal:
    """An undisturbed run: how it ended, what it left, and how many points there are to disturb."""

    code: int
    counts: dict[str, int]
    before: dict[str, Any]
    after: dict[str, Any]
    files_before: dict[str, bytes]
    files_after: dict[str, bytes]
    points: dict[str, int]


@dataclass(frozen=True)
class Fault:
    """A kind of fault and its place: a step, a size, a byte, or how many at once."""

    kind: str
    at: int


@dataclass
class Trial:
    """A command on a copy of its stage in a folder of its own."""

    case: Case
    stage: Path
    folder: Path
    clinic: Clinic = field(init=False)
    new: Clinic | None = field(init=False, default=None)
    """Where its ledger is moved to."""

    def __post_init__(self) -> None:
        with _alone(self.stage.parent):
            self.clinic = copy_stage(self.stage, self.folder)
        if self.case.moves:
            self.new = moved.new_place(self.folder / "elsewhere", self.case.moves)

    @property
    def memory(self) -> Path:
        return self.folder / MEMORY

    def argv(self) -> list[str]:
        place = str(self.clinic.workspace)
        words: list[str] = []
        for word in self.case.words:
            text = word.replace("{place}", place)
            if self.new is not None:
                text = text.replace("{elsewhere}", moved.address(self.new))
            words += sorted(glob.glob(text)) if "*" in text else [text]  # noqa: PTH207
        return self.clinic.argv(*words, as_of=self.case.as_of)

    def facts(self) -> dict[str, Any]:
        """Return what the ledger knows, where it is moved the new one, and who may do what."""
        return looking.facts(self.clinic) | self._more_facts()

    def _more_facts(self) -> dict[str, Any]:
        found = {} if self.new is None else moved.facts(self.new)
        return found | (rights.rights(self.clinic) if self.case.script else {})

    def look(self, before: dict[str, int]) -> dict[str, Any]:
        """Raise AssertionError for whatever is not as it must be; return what is known."""
        found = looking.look(self.clinic, before)
        if self.new is not None:
            moved.insist_on_one(self.clinic, self.new)
        return found | self._more_facts()

    @contextmanager
    def msp(self, direction: str = "", after: int = -1) -> Iterator[Msp | None]:
        """Let MSP be there, if the command talks to it; the line may break."""
        if not self.case.talks:
            yield None
            return
        today = FETCHED if self.case.name == "pickup" else TODAY
        with Msp(self.memory, today, direction, after) as msp:
            name_msp(self.clinic, address(msp.url))
            yield msp

    def work(self, argv: list[str]) -> int:
        """Do what the case is about: the command, and what an administrator does with it."""
        return rights.print_and_run(self.clinic, argv) if self.case.script else run(argv)

    def run(self, disturb: disturbances.Disturb, many: int = 1) -> list[Ended]:
        """Run the command in processes that begin at the same moment, each disturbed."""
        if self.case.asked:
            disturb = disturbances.typing(self.case.asked, disturb)
        pipe = os.pipe()
        started = [start(self.argv(), disturb, pipe, self.work) for _ in range(many)]
        for end in pipe:
            os.close(end)
        return [one.end() for one in started]


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one copy of a stage be made at a time: a database is no template while it is copied."""
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def normal(case: Case, stage: Path, folder: Path) -> Normal:
    """Run a command undisturbed, twice: once to count its steps, once its file operations."""
    trial = Trial(case, stage, folder / "steps")
    facts, files_before = trial.facts(), looking.files(trial.clinic)
    counts = looking.counts(trial.clinic)
    steps, operations = folder / "count-steps", folder / "count-operations"
    with trial.msp() as msp:
        (ended,) = trial.run(disturbances.killed(0, trial.folder, case.talks, steps))
    assert ended.code in {0, 1}, (case.words, ended)
    after = trial.look({} if case.goes_back else counts)
    files_after = looking.files(trial.clinic)
    points = {"steps": int(steps.read_text()), "pages": _pages(trial.folder)}
    if msp is not None:
        points |= msp.passed
    left = looking.counts(trial.clinic)
    least = {table: min(before, left[table]) for table, before in counts.items()}
    other = Trial(case, stage, folder / "operations")
    with other.msp():
        count = disturbances.refused(0, other.folder, errno.ENOSPC, operations)
        (again,) = other.run(count)
    points["full"] = int(operations.read_text())
    third = Trial(case, stage, folder / "refusals")
    with third.msp():
        (last,) = third.run(disturbances.refused(0, third.folder, errno.EACCES, operations))
    assert again.code == last.code == ended.code, (case.words, again, last)
    points["denied"] = int(operations.read_text())
    return Normal(ended.code, least, facts, after, files_before, files_after, points)


def _pages(folder: Path) -> int:
    largest = max((one.stat().st_size for one in folder.rglob("*") if one.is_file()), default=0)
    return largest // _PAGE + 1


def attempt(case: Case, fault: Fault, known: Normal, stage: Path, folder: Path) -> None:
    """Try one fault; raise AssertionError with the reason when the promises are not kept."""
    mount = small_disk(folder) if fault.kind == "small disk" else nullcontext()
    with mount:
        trial = Trial(case, stage, folder / "trial")
        filler = folder / "filler"
        if fault.kind == "small disk":
            fill(filler, fault.at * _PAGE)
        restore = _kept_aside(trial, fault)
        ended, broken = _disturbed(trial, fault, known)
        filler.unlink(missing_ok=True)
        _check_missing(trial, restore)
        _check_end(fault, ended, known, trial)
        trial.look(known.counts)
        _check_files(trial, known)
        BEFORE.get(case.name, lambda _: None)(trial)
        with trial.msp():
            AFTERWARDS.get(case.name, again)(trial, known)
        _check_finished(trial, known)
        assert broken or not fault.kind.startswith("cut"), "the line did not break"


def _disturbed(trial: Trial, fault: Fault, known: Normal) -> tuple[list[Ended], bool]:
    direction = fault.kind.removeprefix("cut ") if fault.kind.startswith("cut ") else ""
    with trial.msp(direction, fault.at) as msp:
        many = fault.at if fault.kind == "at once" else 1
        ended = trial.run(_disturbance(trial, fault), many)
    return ended, msp is not None and msp.broken


def _disturbance(trial: Trial, fault: Fault) -> disturbances.Disturb:
    folder, at, passing = trial.folder, fault.at, trial.folder / "passing"
    ways: dict[str, Callable[[], disturbances.Disturb]] = {
        "killed": lambda: disturbances.killed(at, folder, trial.case.talks, passing),
        "disk full": lambda: disturbances.refused(at, folder, errno.ENOSPC, passing),
        "no access": lambda: disturbances.refused(at, folder, errno.EACCES, passing),
        "file limit": lambda: disturbances.limited(at * _PAGE),
        "removed": lambda: disturbances.removing(at, folder, _target(trial, fault)),
        "clock back": lambda: disturbances.set_back(CLOCK[at]),
    }
    return ways.get(fault.kind, lambda: disturbances.undisturbed)()


def _target(trial: Trial, fault: Fault) -> Path:
    """Choose what somebody removes at a step: a file that is read, or the configuration."""
    names = (*trial.case.takes, "tpi-billing.toml")
    return trial.clinic.workspace / names[fault.at % len(names)]


def _kept_aside(trial: Trial, fault: Fault) -> tuple[Path, bytes] | None:
    if fault.kind != "removed":
        return None
    target = _target(trial, fault)
    if trial.case.talks:  # the address stands in it, and is known only then
        name_msp(trial.clinic, "http://127.0.0.1:9/")
    return (target, target.read_bytes()) if target.exists() else None


def _check_end(fault: Fault, ended: list[Ended], known: Normal, trial: Trial) -> None:
    """A killed process is dead; any other says what is wrong and what to do, or has done it."""
    for one in ended:
        assert "Traceback" not in one.err, one.err
        if fault.kind == "killed":
            assert one.code == -9, f"not killed at its step: {one}"
        elif one.code not in {0, 1, 2}:
            assert one.code in {3, 4, 5, 6, 7}, one
            assert "  -> " in one.err, f"no hint: {one.err}"
    assert fault.kind == "killed" or all(one.code != 2 for one in ended), ended
    done = [one for one in ended if one.code == known.code]  # a demo's 1: a part was left out
    if fault.kind == "at once":
        assert done, f"nobody got through: {ended}"
    removed = fault.kind == "removed" and not looking.is_workspace(trial.clinic)  # what it had made
    if done and not removed:
        apart = looking.apart(trial.facts(), known.after)
        assert apart == [], f"said to be done, and is not: {done[0]}, {apart}"


def _check_finished(trial: Trial, known: Normal) -> None:
    """In the end all is as after a run that nobody disturbed."""
    apart = looking.apart(trial.look(known.counts), known.after)
    assert apart == [], f"it ends elsewhere than undisturbed: {apart}"
    missing = _names(known.files_after) - _names(looking.files(trial.clinic))
    assert trial.case.own_names or not missing, f"missing in the end: {sorted(missing)}"


def _names(files: Iterable[str]) -> set[str]:
    """Return names of files without the day in them: a backup has that of the computer's clock."""
    return {re.sub(r"\d{4}-\d\d-\d\d", "day", name) for name in files}


def _check_files(trial: Trial, known: Normal) -> None:
    kept = looking.files(trial.clinic)
    versions = {
        name: [files[name] for files in (known.files_before, known.files_after) if name in files]
        for name in known.files_before.keys() | known.files_after.keys()
    }
    half = looking.half(trial.clinic.workspace, kept, versions)
    assert half == [], f"half a file: {half}"


def _check_missing(trial: Trial, restore: tuple[Path, bytes] | None) -> None:
    """What was removed is named by the next run, if it needs it; then somebody puts it back."""
    if restore is None:
        return
    path, content = restore
    if not path.exists():
        said = call(trial.argv())
        assert said.code in {0, 1, 3, 4, 5, 7}, said
        assert said.code in {0, 1} or "  -> " in said.err, said
        path.write_bytes(content)
