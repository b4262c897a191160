"""How near the code is to what Python itself allows: each piece of work beside its floor.

`python -m benchmarks.floors --size 20000`. A floor does the same work on the same data without the
structure: one loop, one format, slices. Both run in fresh processes, in turns, and tell the CPU
seconds of the work alone; the ratio is the floor's by ours, 1 being as quick.
"""

import argparse
import csv
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.__main__ import AS_OF, measured, write_csv
from benchmarks.handwritten import check_all
from benchmarks.remittance import remittance
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config, load
from tpi_billing.demo.visits import visits
from tpi_billing.teleplan.reader import read_records
from tpi_billing.teleplan.records import LAYOUTS
from tpi_billing.teleplan.writer import writer_of

Work = Callable[[Path, int], Any]
DAY = date.fromisoformat(AS_OF)


def prepare(folder: Path, size: int) -> None:
    """Make an export, a workspace that has it, and a remittance of as many lines."""
    write_csv(visits("2026-10", size), folder / "export.csv")
    measured(folder, "init", str(folder / "clinic"))
    measured(folder / "clinic", "sessions", "import", str(folder / "export.csv"))
    with (folder / "remittance.txt").open("w", encoding="ascii", newline="") as file:
        file.writelines(f"{line}\r\n" for line in remittance(size))


def loaded(folder: Path) -> tuple[Config, CodeBook]:
    """Return configuration and code lists, which both sides have before they begin."""
    config, codes = load(folder / "clinic" / "tpi-billing.toml"), CodeBook.load(folder / "clinic")
    codes.fee_item("01157", DAY), codes.rules.item("01157"), codes.diagnosis("7291")
    return config, codes


def sessions_ours(folder: Path, _size: int) -> Callable[[], Any]:
    """From stored sessions to findings, all checks, the records of clean ones written."""
    from tpi_billing.claims.assessment import Assessor
    from tpi_billing.ledger import open_ledger
    from tpi_billing.ledger.sessions import Scope

    config, codes = loaded(folder)
    ledger = open_ledger(config.database, folder / "clinic", config.clinic.data_centre)

    def work() -> Any:
        with ledger.reading() as connection:
            found = Assessor(config, codes, DAY).assess(connection, Scope())
            return Counter(finding.code for one in found for finding in one.findings)

    return work


def sessions_floor(folder: Path, _size: int) -> Callable[[], Any]:
    """From the export to the same findings in one hand-written loop."""
    config, codes = loaded(folder)
    export = folder / "export.csv"
    return lambda: Counter(check for _, check, _ in check_all(export, config, codes, DAY))


def claims(size: int) -> Iterator[dict[str, Any]]:
    """Yield values of C02 records, most of them defaults."""
    for number in range(1, size + 1):
        yield {
            "data_centre": "T9999", "sequence_number": number, "payee_number": "A9999",
            "practitioner_number": "99001", "name_verify": "N OK", "phn": "9151065434",
            "dependent": "00", "units": 1, "clarification_code": "00", "fee_item": "01157",
            "billed_amount": 7792, "service_date": date(2026, 10, 13), "submission_code": "0",
            "diagnosis_1": "7291", "service_location": "Q", "referral_code_1": "B",
            "referral_number_1": "35546", "office_folio": number, "mva": "N",
            "birth_date": date(1975, 3, 2), "start_time": None, "finish_time": None,
        }  # fmt: skip


def writing_ours(_folder: Path, size: int) -> Callable[[], Any]:
    """Write records by the strict writer."""
    values, write = list(claims(size)), writer_of("C02").write
    return lambda: sum(len(write(one)) for one in values)


def writing_floor(_folder: Path, size: int) -> Callable[[], Any]:
    """Write the same records by one format of the whole of them, and look at length and bytes."""
    values = list(claims(size))
    whole = writer_of("C02").write(values[0])
    form, names = _form(whole, values[0])

    def work() -> Any:
        total = 0
        for one in values:
            day, born = one["service_date"], one["birth_date"]
            row = {**one, "service_date": f"{day:%Y%m%d}", "birth_date": f"{born:%Y%m%d}"}
            text = form % tuple([row[name] for name in names])
            if len(text) != 424 or not (text.isascii() and text.isprintable()):
                raise ValueError(text)
            total += len(text)
        return total

    return work


def _form(whole: str, values: dict[str, Any]) -> tuple[str, list[str]]:
    """Make a format of the fields that are given; the others stand in it as they are."""
    parts, names = [], []
    for field in LAYOUTS["C02"].fields:
        if values.get(field.name) is None:
            parts.append(whole[field.first - 1 : field.last].replace("%", "%%"))
            continue
        names.append(field.name)
        whole_number = isinstance(values[field.name], int)
        parts.append(f"%0{field.length}d" if whole_number else f"%-{field.length}s")
    return "".join(parts), names


def reading_ours(folder: Path, _size: int) -> Callable[[], Any]:
    """Read a remittance by the tolerant reader."""
    content = (folder / "remittance.txt").read_bytes()
    return lambda: sum(record.number("paid_amount") or 0 for record in read_records(content))


def reading_floor(folder: Path, _size: int) -> Callable[[], Any]:
    """Read it by slices: texts trimmed, numbers by int(), days, signs, and each line's length."""
    content = (folder / "remittance.txt").read_bytes()
    plans = {
        code: (layout.length, [(f.name, f.first - 1, f.last, f.kind.name) for f in layout.fields])
        for code, layout in LAYOUTS.items()
    }
    return lambda: sum(_read_by_slices(content, plans))


def _read_by_slices(content: bytes, plans: dict[str, Any]) -> Iterator[int]:
    for raw in content.split(b"\r\n"):
        if not raw:
            continue
        text = raw.decode("latin-1")
        length, plan = plans[text[:3]]
        if len(text) != length or not (text.isascii() and text.isprintable()):
            raise ValueError(text)
        values: dict[str, Any] = {}
        for name, first, last, kind in plan:
            cut = text[first:last]
            if kind in {"NUMBER", "MONEY"}:
                values[name] = int(cut)
            elif kind == "SIGNED":
                sign, at = (1, cut[-1]), "}JKLMNOPQR".find(cut[-1])
                values[name] = int(cut) * sign[0] if at < 0 else -int(f"{cut[:-1]}{at}")
            elif kind == "DATE":
                known = cut.strip("0 ")
                values[name] = date(int(cut[:4]), int(cut[4:6]), int(cut[6:])) if known else None
            elif kind == "DIGITS":
                values[name] = cut if cut.isdigit() else None
            else:
                values[name] = cut.rstrip()
        yield values.get("paid_amount") or 0


def importing_ours(folder: Path, _size: int) -> Callable[[], Any]:
    """Import the export into an empty ledger and check it, as the command does."""
    name = f"clinic-{time.monotonic_ns()}"
    measured(folder, "init", str(folder / name))
    return lambda: _import(folder / name, folder / "export.csv")


def _import(workspace: Path, export: Path) -> None:
    from tpi_billing.claims.importing import import_files
    from tpi_billing.intake.table import open_table
    from tpi_billing.ledger import open_ledger

    config, codes = load(workspace / "tpi-billing.toml"), CodeBook.load(workspace)
    ledger = open_ledger(config.database, workspace, config.clinic.data_centre)
    with open_table(export) as table:
        import_files(ledger, config, codes, DAY, "benchmark", [table])


def importing_floor(folder: Path, size: int) -> Callable[[], Any]:
    """Insert the rows and as many journal rows by the driver, and run the hand-written loop."""
    check = sessions_floor(folder, size)

    def work() -> Any:
        database = sqlite3.connect(folder / f"floor-{time.monotonic_ns()}.db")
        database.execute("CREATE TABLE s (id TEXT PRIMARY KEY, day TEXT, patient TEXT, row TEXT)")
        database.execute("CREATE TABLE j (n INTEGER PRIMARY KEY, what TEXT)")
        with (folder / "export.csv").open(encoding="utf-8", newline="") as file, database:
            rows = [(r[0], r[2], r[9], ",".join(r)) for r in csv.reader(file)]
            database.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
            database.executemany("INSERT INTO j (what) VALUES (?)", [(r[3],) for r in rows])
        return check()

    return work


PAIRS: dict[str, tuple[Callable[[Path, int], Callable[[], Any]], ...]] = {
    "sessions to findings": (sessions_ours, sessions_floor),
    "export to ledger and findings": (importing_ours, importing_floor),
    "Teleplan write": (writing_ours, writing_floor),
    "Teleplan read": (reading_ours, reading_floor),
}


def one(name: str, side: int, folder: Path, size: int) -> None:
    """Do one piece of work in this process; print its CPU seconds and what came out."""
    work = PAIRS[name][side](folder, size)
    started = time.process_time()
    outcome = work()
    print(time.process_time() - started, outcome, sep="\t")


def compare(name: str, folder: Path, size: int, runs: int) -> tuple[float, float]:
    """Return the medians of ours and of the floor; insist that both say the same."""
    seconds: tuple[list[float], list[float]] = ([], [])
    said: list[str] = ["", ""]
    for _ in range(runs):
        for side in (0, 1):
            words = ["--one", name, str(side), str(folder), "--size", str(size)]
            command = [sys.executable, "-m", "benchmarks.floors", *words]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            spent, _, said[side] = output.strip().partition("\t")
            seconds[side].append(float(spent))
    if said[0] != said[1] and "None" not in said[0]:
        raise SystemExit(f"{name}: {said[0]} is not {said[1]}")
    return median(seconds[0]), median(seconds[1])


def main() -> None:
    """Compare every pair, or do one side of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=PAIRS)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], int(given.one[1]), Path(given.one[2]), given.size)
        return
    with tempfile.TemporaryDirectory() as made:
        prepare(Path(made), given.size)
        print(f"{'work, ' + format(given.size, ','):36} {'ours':>8} {'floor':>8} {'ratio':>6}")
        for name in [given.only] if given.only else PAIRS:
            ours, floor = compare(name, Path(made), given.size, given.runs)
            print(f"{name:36} {ours:7.2f}s {floor:7.2f}s {floor / ours:6.2f}")


if __name__ == "__main__":
    main()
