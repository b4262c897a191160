"""A made-up clinic's computer: a workspace, the commands run in it, and what its ledger holds."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from databases import copy_workspace, query, use_database

from tpi_billing.cli.main import run

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
AS_OF = "2026-11-05"
"""The day as of which the sample exports are read."""
TABLES = (
    "imports",
    "sessions",
    "import_rows",
    "batches",
    "claims",
    "batch_sessions",
    "batch_files",
    "counters",
    "journal",
)

_LIMITED = """
import resource, runpy, sys
size = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
runpy.run_module("tpi_billing", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code and both of its streams."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Clinic:
    """A workspace, and the commands of somebody who works in it."""

    workspace: Path

    def argv(self, *words: object, as_of: str | None = AS_OF) -> list[str]:
        day = [] if as_of is None else ["--as-of", as_of]
        return ["--workspace", str(self.workspace), *day, "--actor", "clerk", *map(str, words)]

    def run(self, *words: object, as_of: str | None = AS_OF) -> Said:
        """Run a command in this process."""
        return call(self.argv(*words, as_of=as_of))

    def json(self, *words: object, as_of: str | None = AS_OF) -> dict[str, Any]:
        """Run a command with --json; standard output is one object, standard error is empty."""
        said = self.run(*words, "--json", as_of=as_of)
        assert said.err == ""
        answer: dict[str, Any] = json.loads(said.out)
        assert answer["exit_code"] == said.code
        return answer

    def data(self, *words: object) -> dict[str, Any]:
        """Run a command that must end well; return its data."""
        answer = self.json(*words)
        assert answer["exit_code"] in {0, 1}, answer
        data: dict[str, Any] = answer["data"]
        return data

    def process(self, *words: object, largest_file: int | None = None, **options: Any) -> Said:
        """Run a command in a process of its own, which may write no file beyond some bytes."""
        program = ["-m", "tpi_billing"]
        if largest_file is not None:
            program = ["-c", _LIMITED, str(largest_file)]
        done = subprocess.run(
            [sys.executable, *program, *self.argv(*words)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            **options,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the ledger's database itself."""
        return query(self.workspace, sql, values)

    def state(self) -> dict[str, Any]:
        """How many rows each table has, and the journal's head: equal only if nothing happened."""
        counts = {table: self.query(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
        return {**counts, "head": self.query("SELECT entries, sha256 FROM journal_head")}

    def journal(self, action: str) -> list[tuple[str, str, str]]:
        """Who, which record and what, of every journal entry of an action."""
        entries = "SELECT actor, record, content FROM journal WHERE action = ? ORDER BY entry"
        return [(actor, record, content) for actor, record, content in self.query(entries, action)]

    def copy_to(self, folder: Path) -> "Clinic":
        """Copy the whole workspace."""
        copy_workspace(self.workspace, folder)
        return Clinic(folder)


def call(argv: Sequence[str]) -> Said:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(argv)
    return Said(code, out.getvalue(), err.getvalue())


def new_clinic(folder: Path) -> Clinic:
    """Make a workspace with the configuration of the samples, for both of their exports."""
    clinic = Clinic(folder)
    assert call(["init", str(folder)]).code == 0
    settings = SAMPLES / "tpi-billing.toml"
    shutil.copyfile(settings, folder / "tpi-billing.toml")
    text = settings.read_text(encoding="utf-8")
    mapping = (SAMPLES / "october-emr.mapping.toml").read_text(encoding="utf-8")
    if "[mappings.my-emr]" not in text:
        (folder / "tpi-billing.toml").write_text(f"{text}\n{mapping}", encoding="utf-8")
    use_database(folder)
    return clinic


def folder_of(place: Path) -> dict[str, bytes]:
    """Return every file below a folder by its relative path."""
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def health_number(serial: int) -> str:
    """Make a health number that passes MSP's check digit (weights 2 4 8 5 10 9 7 3, modulo 11)."""
    weights = (2, 4, 8, 5, 10, 9, 7, 3)
    while True:
        digits = f"{serial:08d}"
        remainder = sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11
        check = 11 - remainder
        if check < 10:
            return f"9{digits}{check}"
        serial += 1


def visit(number: int = 1, **changes: str) -> dict[str, str]:
    """Return a visit that can be billed: one multiple trigger point injection, 77.92."""
    day = f"2026-10-{1 + number % 28:02d}"
    return {
        "session_id": f"N{1000 + number}",
        "status": "completed",
        "service_date": day,
        "start_time": "09:00",
        "end_time": "09:15",
        "practitioner_number": "99001",
        "location_code": "Q",
        "patient_id": f"C{number}",
        "phn": health_number(11_000_000 + 37 * number),
        "patient_first_name": "Ada",
        "patient_surname": "Madeup",
        "birth_date": "1970-02-03",
        "sex": "F",
        "referral_number": "35546",
        "referral_name": "Dr Norquay",
        "referral_profession": "physician",
        "referral_date": "2026-09-01",
        "diagnosis_1": "7291",
        "trigger_point_sites": "left trapezius; right trapezius",
        "agent": "lidocaine 1%",
        "chart_signed": "yes",
        **changes,
    }


def write_csv(
    path: Path, visits: Iterable[Mapping[str, str]], encoding: str = "utf-8", **options: Any
) -> Path:
    """Write visits as CSV with every column that one of them has."""
    rows = list(visits)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names, restval="", **options)
        writer.writeheader()
        writer.writerows(rows)
    return path


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with some values changed."""
    return {**os.environ, **changes}
