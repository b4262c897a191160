"""The figures of earlier runs, a line of JSON each, and what became slower since."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.case import OURS, Measured, Row

FILE = Path(__file__).with_name("history.jsonl")
_LOSS = 1.2
"""So many times slower is more than what two runs differ by."""

Load = tuple[float | None, float | None]
Kept = dict[tuple[str, int], dict[str, Any]]
"""By case and size what was measured last; `of` and `load` say in which run."""


def entry(measured: Sequence[Measured], day: str, load: Load) -> dict[str, Any]:
    """Make the entry of a run; `load` is that at its start and at its end."""
    return {
        "day": day,
        "commit": machine.commit(),
        "machine": machine.kind(),
        "load": load,
        "cases": [_case(one) for one in measured],
    }


def _case(one: Measured) -> dict[str, Any]:
    goals = {goal.says: goal.value(one.rows) for goal in one.case.goals}
    return {
        "name": one.case.name,
        "size": one.size,
        "sides": {row.label: _side(row) for row in one.rows.values()},
        "skipped": one.skipped,
        "goals": {says: value and round(value, 3) for says, value in goals.items()},
    }


def _side(row: Row) -> dict[str, Any]:
    return {
        "size": row.size,
        "seconds": round(row.median, 4),
        "min": round(row.fastest, 4),
        "max": round(row.slowest, 4),
        "cpu": round(row.cpu, 4),
        "mebibytes": row.mebibytes and round(row.mebibytes),
    }


def append(new: dict[str, Any], path: Path = FILE) -> None:
    """Add an entry to the file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(new, ensure_ascii=False) + "\n")


def last_of_each_case(kind: str, path: Path = FILE) -> Kept:
    """Return the latest figures of each case and size, of the same kind of machine."""
    found: Kept = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            if one["machine"] == kind:
                run = {"of": f"{one['day']}, commit {one['commit']}", "load": one["load"]}
                found |= {(case["name"], case["size"]): case | run for case in one["cases"]}
    return found


def comparison(now: dict[str, Any], earlier: Kept) -> Iterator[str]:
    """Yield a line for each case: how many times as long as before.

    Beside a floor that did not change, what counts is the ratio to it: it is the same on a busy
    machine. Where there is none it is the CPU seconds.
    """
    for case in now["cases"]:
        name = case["name"]
        before = earlier.get((name, case["size"]))
        if before is None:
            yield f"{name:12} nothing to compare with"
            continue
        floors = case["sides"].keys() & before["sides"].keys() - {OURS}
        ours = _cpu(case, OURS) / _cpu(before, OURS)
        for floor in sorted(floors):
            beside = ours / (_cpu(case, floor) / _cpu(before, floor))
            yield _told(name, before["of"], f"beside {floor}", beside)
        yield _told(name, before["of"], "CPU seconds", ours)


def _told(name: str, of: str, what: str, times: float) -> str:
    loss = "  SLOWER" if times > _LOSS else ""
    return f"{name:12} {times:5.2f} times {of}, {what}{loss}"


def _cpu(case: dict[str, Any], side: str) -> float:
    return max(float(case["sides"][side]["cpu"]), 0.001)
