"""Measure the tool as a person uses it, beside what Python allows and what others do.

The figures depend on the machine; the ratios of one run can be compared. Without --only all is
measured but the province, which is another `--only province`. --write adds the figures to
benchmarks/history.jsonl and makes docs/benchmarks.md of the latest of each case; --compare tells
what became slower since the last run on the same kind of machine. Peers are installed in the user's
cache folder.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import history, machine
from benchmarks.case import OURS, Case, Measured, measure
from benchmarks.cases import CASES, chosen
from benchmarks.measure import FailedError
from benchmarks.page import page
from tpi_billing import clock

_PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> int:
    """Measure what is asked for; return 1 when a case could not be measured."""
    given = _arguments()
    began, measured, failed = machine.load(), [], False
    print(f"{machine.kind()}, {machine.memory()}; load {began}; commit {machine.commit()}")
    for name in chosen(given.only):
        case = CASES[name]
        size = given.size if given.size and case.scales else case.size
        try:
            with tempfile.TemporaryDirectory(prefix="tpi-benchmark-") as folder:
                one = measure(case, Path(folder), size, given.runs)
        except FailedError as error:
            failed = True
            print(f"\n{name}: not measured, {error}")
            continue
        measured.append(one)
        _show(case, one)
    entry = history.entry(measured, clock.today().isoformat(), (began, machine.load()))
    if given.compare:
        print()
        print(*history.comparison(entry, history.last_of_each_case(machine.kind())), sep="\n")
    if given.write:
        history.append(entry)
        _PAGE.write_text(page(history.last_of_each_case(machine.kind())), encoding="utf-8")
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        choices=CASES,
        action="append",
        help="one case, or all whose names begin with it; may be repeated",
    )
    parser.add_argument("--size", type=int, help="how much, for the cases that can be of any size")
    parser.add_argument("--runs", type=int, default=3, help="fresh processes for each figure")
    parser.add_argument("--write", action="store_true", help="write the page and the history")
    parser.add_argument("--compare", action="store_true", help="compare with the last run")
    return parser.parse_args()


def _show(case: Case, one: Measured) -> None:
    ours = one.rows[OURS]
    print(f"\n{case.name}: {case.title}, {one.size:,} ({case.unit})")
    for side in case.sides:
        row = one.rows.get(side.label)
        if row is None:
            print(f"  {side.label:46} skipped: {one.skipped[side.label]}")
            continue
        peak = "?" if row.mebibytes is None else f"{row.mebibytes:.0f}"
        beside = "" if row is ours else f"  ours {ours.rate / row.rate:.2f} as fast"
        seconds = f"{row.median:8.3f}s ({row.fastest:.3f}-{row.slowest:.3f})"
        print(f"  {side.label:46} {seconds} cpu {row.cpu:.2f}s {peak:>4} MiB{beside}")
    for goal in case.goals:
        value = goal.value(one.rows)
        verdict = "not measured" if value is None else f"{value:,.2f}"
        good = "" if value is None else ("reached" if goal.reached(value) else "NOT REACHED")
        print(f"  goal: {goal.says}: {verdict} {good}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
