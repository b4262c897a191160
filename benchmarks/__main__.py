"""Measure the tool as a person uses it: fresh processes, medians, peak memory.

`python -m benchmarks [--only NAME] [--runs N]`. The figures depend on the machine; the ratios of
one run can be compared.
"""

import argparse
import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.history import three_years
from benchmarks.patterns import fill_with_trouble
from benchmarks.remittance import send_claims, write_remittance
from tpi_billing.demo.visits import visits
from tpi_billing.model.session import COLUMNS

AS_OF = "2026-11-05"


@dataclass(frozen=True)
class Figure:
    """One run of one command: wall seconds and peak memory in MiB (0 where it is not known)."""

    seconds: float
    mebibytes: float


def measured(workspace: Path, *words: str) -> Figure:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "tpi_billing", "--workspace", str(workspace), "--as-of", AS_OF]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--json", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024
        process.returncode = code
    else:
        code, peak = process.wait(), 0.0
    if code not in {0, 1}:
        raise SystemExit(f"{' '.join(words)} ended with {code}")
    return Figure(time.perf_counter() - started, peak)


def write_csv(rows: Iterator[dict[str, str]], path: Path) -> None:
    """Write made-up visits as an export with our own column names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in COLUMNS], restval="")
        writer.writeheader()
        writer.writerows(rows)


def a_month(folder: Path, report: "Report") -> None:
    """Import, batch and export a month of 2,000 visits."""
    write_csv(visits("2026-10", 2_000), folder / "month.csv")
    workspace = new_workspace(folder)
    report("import 2,000", measured(workspace, "sessions", "import", str(folder / "month.csv")))
    report("batch 2,000", measured(workspace, "batch", "create", "--month", "2026-10"))
    report("export 2,000", measured(workspace, "batch", "export", "1"))
    report("batch list", measured(workspace, "batch", "list"))


def growth(folder: Path, report: "Report") -> None:
    """Import 10,000 and 100,000 visits: time in proportion, memory level."""
    for count in (10_000, 100_000):
        write_csv(visits("2026-10", count), folder / f"{count}.csv")
        workspace = new_workspace(folder, str(count))
        done = measured(workspace, "sessions", "import", str(folder / f"{count}.csv"))
        report(f"import {count:,}", done)


def history(folder: Path, report: "Report") -> None:
    """Check 100,000 visits of 5,000 patients over three years."""
    write_csv(three_years(5_000, 20), folder / "history.csv")
    workspace = new_workspace(folder, "history")
    done = measured(workspace, "sessions", "import", str(folder / "history.csv"))
    report("import with history 100,000", done)
    report("check with history 100,000", measured(workspace, "check"))


def audit_patterns(folder: Path, report: "Report") -> None:
    """Look for patterns among 20,000 claims of two years."""
    workspace = new_workspace(folder)
    fill_with_trouble(workspace, 20_000)
    report("audit patterns 20,000", measured(workspace, "audit", "patterns"))


def verify(folder: Path, report: "Report") -> None:
    """Verify the ledger of 20,000 visits that were billed and sent: some 100,000 entries."""
    write_csv(visits("2026-10", 20_000), folder / "visits.csv")
    workspace = new_workspace(folder)
    for words in (
        ("sessions", "import", str(folder / "visits.csv")),
        ("batch", "create", "--month", "2026-10"),
        ("batch", "sent", "1"),
        ("batch", "confirm", "1", "--reason", "benchmark"),
    ):
        measured(workspace, *words)
    with closing(sqlite3.connect(workspace / "ledger.db")) as connection:
        (entries,) = connection.execute("SELECT entries FROM journal_head").fetchone()
    report(f"verify {entries:,} entries", measured(workspace, "audit", "verify"))
    report("verify since checkpoint", measured(workspace, "audit", "verify", "--since-checkpoint"))


def answers(folder: Path, report: "Report") -> None:
    """Take in remittances of 10,000 and 100,000 lines: time in proportion, memory level."""
    for count in (10_000, 100_000):
        workspace = new_workspace(folder, f"answers-{count}")
        send_claims(workspace, count)
        file = folder / f"remittance-{count}.txt"
        write_remittance(file, count)
        report(f"remittance {count:,}", measured(workspace, "remittance", "import", str(file)))


Report = Callable[[str, Figure], None]
CASES: dict[str, Callable[[Path, Report], None]] = {
    "month": a_month,
    "growth": growth,
    "history": history,
    "remittance": answers,
    "patterns": audit_patterns,
    "verify": verify,
}


def new_workspace(folder: Path, name: str = "clinic") -> Path:
    """Make an empty workspace."""
    workspace = folder / f"{name}-workspace"
    measured(folder, "init", str(workspace))
    return workspace


def main() -> None:
    """Run the cases and print a line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(CASES))
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    figures: dict[str, list[Figure]] = {}
    for name in [given.only] if given.only else CASES:
        for _ in range(given.runs):
            with tempfile.TemporaryDirectory() as folder:
                CASES[name](
                    Path(folder), lambda what, one: figures.setdefault(what, []).append(one)
                )
    print(f"{'what':32} {'median':>8} {'min':>8} {'max':>8} {'peak MiB':>9}")
    for what, runs in figures.items():
        seconds = [run.seconds for run in runs]
        peak = max(run.mebibytes for run in runs)
        times = [f"{each:7.2f}s" for each in (median(seconds), min(seconds), max(seconds))]
        print(f"{what:32} {' '.join(times)} {peak:9.0f}")


if __name__ == "__main__":
    main()
