"""Sessions to findings, all checks: beside a hand-written loop and what validates rows."""

import csv
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.case import OURS, Case, Goal, Side
from benchmarks.handwritten import check_all
from benchmarks.made import imported, month_export, new_workspace
from benchmarks.measure import AS_OF, Figure, work
from benchmarks.peers.environments import run
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config, load

_HERE = "benchmarks.families.checking"
_LOOP = "hand-written loop"
_INSERT = "SQLite insert by the driver"
_DAY = date.fromisoformat(AS_OF)
_LIMIT = """\
no single place. Of a session's time the sixty rules take 26%, writing each claim's record to \
see that it can be written 15%, reading the row's cells 15%, pricing the day 13%, the \
practitioner's day 10%, the claim 7%, fetching 6%, the patient's history the rest (each timed by \
itself). The loop takes for granted what the checks look for: that every cell can be read, that \
the insurer is MSP, that no session was billed before, that there is no registry of referrals \
and no consultation; it makes no object and no hint. Profiles by function hide the making of \
values, a sixth of it before (`tpi_billing/model/quickly.py`). What is left is a second process \
for half of the patients, which two cores would allow."""
_LIMIT_OF_ROWS = """\
frictionless looks at cells and at single rows, with none of the prices, records, days and \
histories; the hand-written loop itself is about twice as quick as frictionless here, so that \
twenty times is beyond any loop over rows in Python (compare with `csv.reader` alone)."""


def _loaded(workspace: Path) -> tuple[Config, CodeBook]:
    """Return configuration and code lists, which every side has before it begins."""
    config, codes = load(workspace / "tpi-billing.toml"), CodeBook.load(workspace)
    codes.fee_item("01157", _DAY), codes.rules.item("01157"), codes.diagnosis("7291")
    return config, codes


def stored_to_findings(folder: Path, size: int) -> Callable[[], Any]:
    """Check the ledger's sessions; records of clean ones are written, to see that they can be."""
    from tpi_billing.claims.assessment import Assessor
    from tpi_billing.ledger import open_ledger
    from tpi_billing.ledger.sessions import Scope

    workspace = imported(folder, size)
    config, codes = _loaded(workspace)
    ledger = open_ledger(config.database, workspace, config.clinic.data_centre)

    def checked() -> Any:
        with ledger.reading() as connection:
            found = Assessor(config, codes, _DAY).assess(connection, Scope())
            return Counter(finding.code for one in found for finding in one.findings)

    return checked


def loop(folder: Path, size: int) -> Callable[[], Any]:
    """Read the export and find the same in one hand-written loop."""
    config, codes = _loaded(imported(folder, size))
    export = month_export(folder, size)
    return lambda: Counter(check for _, check, _ in check_all(export, config, codes, _DAY))


def export_to_ledger(folder: Path, size: int) -> Callable[[], Any]:
    """Import the export into an empty ledger and check it, as the command does."""
    from tpi_billing.claims.importing import import_files
    from tpi_billing.intake.table import open_table
    from tpi_billing.ledger import open_ledger

    workspace = new_workspace(folder / f"at-{time.monotonic_ns()}")

    def done() -> Any:
        config, codes = load(workspace / "tpi-billing.toml"), CodeBook.load(workspace)
        ledger = open_ledger(config.database, workspace, config.clinic.data_centre)
        with open_table(month_export(folder, size)) as table:
            counts = import_files(ledger, config, codes, _DAY, "benchmark", [table]).counts
        return counts.new

    return done


def insert(folder: Path, size: int) -> Callable[[], Any]:
    """Insert the rows and as many journal rows by the driver, nothing checked."""
    export = month_export(folder, size)

    def done() -> Any:
        database = sqlite3.connect(folder / f"floor-{time.monotonic_ns()}.db")
        database.execute("CREATE TABLE s (id TEXT PRIMARY KEY, day TEXT, patient TEXT, row TEXT)")
        database.execute("CREATE TABLE j (n INTEGER PRIMARY KEY, what TEXT)")
        with export.open(encoding="utf-8", newline="") as file, database:
            rows = [(row[0], row[2], row[9], ",".join(row)) for row in csv.reader(file)]
            database.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
            database.executemany("INSERT INTO j (what) VALUES (?)", [(row[3],) for row in rows])
        return len(rows) - 1

    return done


def insert_and_loop(folder: Path, size: int) -> Callable[[], Any]:
    """Insert as above, and run the hand-written loop."""
    check, store = loop(folder, size), insert(folder, size)

    def done() -> Any:
        check()
        return store()

    return done


def _inside(function: str) -> Callable[[Path, int], Figure]:
    return lambda folder, size: work(f"{_HERE}:{function}", folder, size)


def _peer(name: str, script: str) -> Callable[[Path, int], Figure]:
    return lambda folder, size: run(name, script, str(month_export(folder, size)))


def _prepare(folder: Path, size: int) -> None:
    imported(folder, size)


_VALIDATORS = (
    Side("frictionless", _peer("frictionless", "frictionless_rows.py")),
    Side("pandera", _peer("pandera", "pandera_rows.py")),
)

CASES = (
    Case(
        "findings",
        "sessions of the ledger to findings, all checks",
        "session",
        20_000,
        _prepare,
        (Side(OURS, _inside("stored_to_findings")), Side(_LOOP, _inside("loop")), *_VALIDATORS),
        (
            Goal("at least 0.4 of the hand-written loop", "faster", 0.4, _LOOP, _LIMIT),
            Goal("20 times frictionless", "faster", 20, "frictionless", _LIMIT_OF_ROWS),
        ),
    ),
    Case(
        "import",
        "export to ledger, journal and findings",
        "session",
        20_000,
        _prepare,
        (
            Side(OURS, _inside("export_to_ledger")),
            Side(f"{_INSERT} and {_LOOP}", _inside("insert_and_loop")),
            Side(_INSERT, _inside("insert")),
        ),
    ),
)
