"""The results as a page: of each case what was measured last on this kind of machine."""

from collections.abc import Iterator
from typing import Any

from benchmarks import machine
from benchmarks.case import OURS, Case, Goal
from benchmarks.cases import CASES
from benchmarks.history import Kept

_HEAD = """\
# How fast it is

Made by `python -m benchmarks --write` from `benchmarks/history.jsonl`: of each case what was
measured last. Seconds depend on the machine and on what else it does; the ratios of one run can be
compared. `ours` and what stands beside it run in turns, each in fresh processes: the median, the
fastest and the slowest. Commands are timed from start to end of the process; parts of the work
without starting and imports. "Speed of ours" is how much of a floor's or a peer's work we do in the
same time: 0.5 is half as fast, 2 twice as fast. CPU is of the same time, all cores together. "Load"
is how many processes wanted a core when the run began and when it ended, the run itself included.

A floor is the least that Python can do for the same answer; it is no program that anyone could
use. A peer is what somebody would use instead; each is installed in an environment of its own.
"""
_COLUMNS = ("seconds", "least to most", "a second", "CPU", "peak MiB", "speed of ours")


def page(kept: Kept) -> str:
    """Write the page; a goal whose case was never measured says so."""
    lines = [_HEAD, *_machine(), "## Goals", "", *_goals(kept)]
    for case in CASES.values():
        sizes = sorted(size for name, size in kept if name == case.name)
        if sizes:
            lines += ["", f"## {case.title[0].upper()}{case.title[1:]}"]
        for size in sizes:
            lines += ["", *_case(case, kept[case.name, size])]
    return "\n".join(lines) + "\n"


def _machine() -> Iterator[str]:
    software = ", ".join(f"{name} {version}" for name, version in machine.software().items())
    yield f"The machine: {machine.kind()}, {machine.memory()} of memory."
    yield ""
    yield f"Versions: {software}."
    yield ""


def _goals(kept: Kept) -> Iterator[str]:
    yield "| work | goal | reached | |"
    yield "|---|---|---|---|"
    notes = []
    for case in CASES.values():
        sizes = sorted({case.size, *(size for name, size in kept if name == case.name)})
        for goal in case.goals:
            for size in sizes:
                value = kept.get((case.name, size), {"goals": {}})["goals"].get(goal.says)
                yield f"| {_of(case, size)} | {goal.says} | {_value(goal, value)} |"
                if value is not None and not goal.reached(value) and goal.limit_is:
                    notes.append(f"- {case.title}, {goal.says}: {goal.limit_is}")
    if notes:
        yield ""
        yield "What the limit is where a goal is not reached:"
        yield ""
        yield from dict.fromkeys(notes)


def _value(goal: Goal, value: float | None) -> str:
    if value is None:
        return "not measured |"
    shown = {
        "faster": f"{value:.2f}",
        "slower": f"{value:.2f}",
        "seconds": f"{value:.2f} s",
        "mebibytes": f"{value * 1.048576:.0f} MB",
        "rate": f"{value:,.0f}/s",
    }[goal.kind]
    return f"{shown} | {'yes' if goal.reached(value) else '**no**'}"


def _case(case: Case, one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['of']}; load {_load(one['load'])}."
    yield ""
    yield f"| {_of(case, one['size'])} | {' | '.join(_COLUMNS)} |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    sides = one["sides"]
    for side in case.sides:
        if side.label in sides:
            yield f"| {side.label} | {_figures(sides[side.label], sides[OURS])} |"
        elif side.label in one["skipped"]:
            yield f"| {side.label} | skipped: {one['skipped'][side.label]} | | | | | |"


def _load(load: list[float | None]) -> str:
    return ", ".join("not known" if one is None else f"{one:.1f}" for one in load)


def _figures(row: dict[str, Any], ours: dict[str, Any]) -> str:
    beside = "" if row is ours else _ratio(_rate(ours) / _rate(row))
    return " | ".join(
        (
            f"{row['seconds']:.3f}",
            f"{row['min']:.3f} - {row['max']:.3f}",
            f"{_rate(row):,.0f}",
            f"{row['cpu']:.2f}",
            "?" if row["mebibytes"] is None else str(row["mebibytes"]),
            beside,
        )
    )


def _rate(row: dict[str, Any]) -> float:
    return float(row["size"] / row["seconds"])


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _of(case: Case, size: int) -> str:
    first, *rest = case.unit.split(" ")
    many = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{case.name}, {size:,} {' '.join([many if size > 1 else first, *rest])}"
