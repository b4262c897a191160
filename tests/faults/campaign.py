"""The campaign: every command, every kind of fault, at a sample of its places or at each."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

import databases
from end_to_end.sending import ENVIRONMENT

from tpi_billing.codes import CodeBook

from .children import in_a_child, in_children
from .commands import CASES, Case
from .outcomes import Outcome, Tried, keep, read_kept
from .places import chosen, kinds, places
from .small_disk import can_mount
from .stages import build, folder_of
from .trials import Fault, Normal, attempt, normal


@dataclass(frozen=True)
class Plan:
    """What is to be tried.

    `most` places of a kind in each command, with 0 a seeded sample, below 0 none: they are only
    counted. `only` the commands that begin so; `at_a_time` in so many processes. `kept`: a file
    to which each outcome is added as it comes; what was survived there is not tried again.
    """

    most: int = 0
    only: str = ""
    at_a_time: int = os.cpu_count() or 1
    kept: Path | None = None


def cases() -> list[Case]:
    """Return the commands that are disturbed with ledgers where they are now."""
    here = "server" if databases.SERVER else "files"
    return [one for one in CASES if one.only in {"", here}]


def campaign(root: Path, plan: Plan, tell: Callable[[str], None] = print) -> Tried:
    """Run it below a new folder; return what came of each fault."""
    os.environ.update(ENVIRONMENT)
    _share_the_lists()
    loaded = root / "loaded"
    in_a_child(lambda: (build(root), loaded.write_text("\n".join(sys.modules), encoding="utf-8")))
    _load(loaded.read_text(encoding="utf-8").splitlines())
    wanted = [one for one in cases() if one.label.startswith(plan.only)]
    known = _undisturbed(root, wanted, plan.at_a_time)
    here = kinds(mounts=can_mount())
    there_are = {
        kind: sum(
            len(places(case, kind, one.points)) for case, one in zip(wanted, known, strict=True)
        )
        for kind in here
    }
    if plan.most < 0:
        return Tried([], there_are)
    before = read_kept(plan.kept, {one.label for one in wanted})
    done = {place: one for place, one in before.items() if one.survived}
    faults = [
        (at, fault)
        for at, case in enumerate(wanted)
        for fault in chosen(case, known[at], plan.most, here)
        if (case.label, fault.kind, fault.at) not in done
    ]
    again = Counter((wanted[at].label, fault.kind, fault.at) for at, fault in faults)
    assert all(count == 1 for count in again.values()), "two cases have the same label"
    tell(f"{len(wanted)} commands, {len(done)} faults survived before, {len(faults)} to inject")
    work = [
        (str(number), _attempt_job(root, number, wanted[at], fault, known[at]))
        for number, (at, fault) in enumerate(faults)
    ]
    # What was not survived counts until it is, also where a place is not among the chosen ones now.
    outcomes = [one for place, one in before.items() if one.survived or place not in again]
    for name, result in in_children(root, work, plan.at_a_time):
        at, fault = faults[int(name)]
        outcome = Outcome(wanted[at].label, fault.kind, fault.at, str(result or ""))
        outcomes.append(outcome)
        keep(plan.kept, outcome)
        if not outcome.survived:
            tell(f"NOT SURVIVED: {outcome.command}, {outcome.kind} at {outcome.at}: {result}")
    return Tried(outcomes, there_are)


def _undisturbed(root: Path, wanted: Sequence[Case], at_a_time: int) -> list[Normal]:
    jobs = [(str(at), _normal_job(root, at, case)) for at, case in enumerate(wanted)]
    known: dict[int, Normal] = {}
    broken = []
    for name, result in in_children(root, jobs, at_a_time):
        shutil.rmtree(root / f"normal-{name}", ignore_errors=True)
        if isinstance(result, Normal):
            known[int(name)] = result
        else:
            broken.append(f"{wanted[int(name)].words}: {result}")
    if broken:
        raise RuntimeError("\n".join(broken))
    return [known[at] for at in range(len(wanted))]


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
    for name, found in vars(CodeBook).items():
        if isinstance(found, cached_property):
            getattr(shared, name)

    def once(workspace: Path | None = None) -> CodeBook:
        own = workspace is not None and any((workspace / "fee_codes").glob("**/*"))
        return load(workspace) if own else shared

    CodeBook.load = once  # type: ignore[assignment]
