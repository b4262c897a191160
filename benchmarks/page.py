"""The results as a page, made from what was measured."""

from collections.abc import Iterator, Sequence

from benchmarks import history, machine
from benchmarks.case import OURS, Case, Goal, Measured, Row
from benchmarks.cases import CASES

_HEAD = """\
# How fast it is

Made by `python -m benchmarks --write`; every figure is from one run on one machine. Seconds depend
on the machine and on what else it does; the ratios of one run can be compared. `ours` and what
stands beside it run in turns, each in fresh processes: the median, the fastest and the slowest.
Commands are timed from start to end of the process; parts of the work without starting and
imports. "Speed of ours" is how much of a floor's or a peer's work we do in the same time: 0.5 is
half as fast, 2 twice as fast. CPU is of the same time, all cores together.

A floor is the least that Python can do for the same answer; it is no program that anyone could
use. A peer is what somebody would use instead; each is installed in an environment of its own.
"""


def page(measured: Sequence[Measured], day: str, load: tuple[float | None, float | None]) -> str:
    """Write the page; the goals of a case that was left out have an earlier run's figures."""
    there = {one.case.name for one in measured}
    left_out = [Measured(case, case.size) for case in CASES.values() if case.name not in there]
    lines = [_HEAD, *_machine(day, load), "## Goals", "", *_goals([*measured, *left_out])]
    for one in measured:
        lines += ["", f"## {one.case.title[0].upper()}{one.case.title[1:]}", "", *_case(one)]
    return "\n".join(lines) + "\n"


def _machine(day: str, load: tuple[float | None, float | None]) -> Iterator[str]:
    before, after = (("not known" if one is None else f"{one:.1f}") for one in load)
    software = ", ".join(f"{name} {version}" for name, version in machine.software().items())
    yield f"{day}, commit {machine.commit()}. {machine.kind()}, {machine.memory()} of memory."
    yield f"Processes that wanted a core: {before} at the start, {after} at the end."
    yield ""
    yield f"Versions: {software}."
    yield ""


def _goals(measured: Sequence[Measured]) -> Iterator[str]:
    earlier = history.last_of_each_case(machine.kind())
    yield "| work | goal | reached | |"
    yield "|---|---|---|---|"
    notes = []
    for one in measured:
        for goal in one.case.goals:
            value, when = goal.value(one.rows), ""
            if value is None and (before := earlier.get((one.case.name, one.size))):
                value, when = before["goals"].get(goal.says), f", {before['of']}"
            yield f"| {_of(one.case, one.size)} | {goal.says} | {_value(goal, value)}{when} |"
            if value is not None and not goal.reached(value) and goal.limit_is:
                notes.append(f"- {one.case.title}, {goal.says}: {goal.limit_is}")
    if notes:
        yield ""
        yield "What the limit is where a goal is not reached:"
        yield ""
        yield from notes


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


def _case(one: Measured) -> Iterator[str]:
    columns = ("seconds", "least to most", "a second", "CPU", "peak MiB", "speed of ours")
    yield f"| {_of(one.case, one.size)} | {' | '.join(columns)} |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    ours = one.rows[OURS]
    for side in one.case.sides:
        if side.label in one.rows:
            yield f"| {side.label} | {_figures(one.rows[side.label], ours)} |"
        else:
            yield f"| {side.label} | skipped: {one.skipped[side.label]} | | | | | |"


def _figures(row: Row, ours: Row) -> str:
    beside = "" if row is ours else _ratio(ours.rate / row.rate)
    peak = "?" if row.mebibytes is None else f"{row.mebibytes:.0f}"
    return " | ".join(
        (
            f"{row.median:.3f}",
            f"{row.fastest:.3f} - {row.slowest:.3f}",
            f"{row.rate:,.0f}",
            f"{row.cpu:.2f}",
            peak,
            beside,
        )
    )


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _of(case: Case, size: int) -> str:
    first, *rest = case.unit.split(" ")
    many = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{case.name}, {size:,} {' '.join([many if size > 1 else first, *rest])}"
