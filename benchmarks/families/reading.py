"""Files in: an export as CSV and as a workbook, to sessions."""

import csv
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.case import OURS, Case, Side
from benchmarks.made import month_export
from benchmarks.measure import Figure, work

_HERE = "benchmarks.families.reading"


def _workbook(folder: Path, size: int) -> Path:
    """Return the same export as a workbook, made if it is not there."""
    path = folder / f"month-{size}.xlsx"
    if not path.exists():
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet: Any = book.create_sheet("Visits")
        with month_export(folder, size).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sheet.append(row)
        book.save(path)
    return path


def _sessions(path: Path) -> Callable[[], Any]:
    from tpi_billing.intake.parsing import parse_session
    from tpi_billing.intake.table import open_table

    def read() -> int:
        with open_table(path) as table:
            return sum(parse_session(row.values)[0] is not None for row in table.rows())

    return read


def csv_to_sessions(folder: Path, size: int) -> Callable[[], Any]:
    """Read an export and make sessions of it."""
    return _sessions(month_export(folder, size))


def workbook_to_sessions(folder: Path, size: int) -> Callable[[], Any]:
    """Read a workbook and make sessions of it."""
    return _sessions(_workbook(folder, size))


def reader(folder: Path, size: int) -> Callable[[], Any]:
    """Only split the lines."""

    def read() -> int:
        with month_export(folder, size).open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1

    return read


def rows_of_openpyxl(folder: Path, size: int) -> Callable[[], Any]:
    """Only read the cells, in openpyxl's read-only mode."""
    from openpyxl import load_workbook

    def read() -> int:
        book = load_workbook(_workbook(folder, size), read_only=True)
        return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1

    return read


def inflate(folder: Path, size: int) -> Callable[[], Any]:
    """Only unpack the same bytes."""
    path = _workbook(folder, size)

    def read() -> int:
        with zipfile.ZipFile(path) as archive:
            return sum(len(archive.read(name)) for name in archive.namelist())

    return read


def deflate(folder: Path, size: int) -> Callable[[], Any]:
    """Only pack the bytes of a workbook of as many rows."""
    with zipfile.ZipFile(_workbook(folder, size)) as archive:
        content = [archive.read(name) for name in archive.namelist()]
    return lambda: sum(len(zlib.compress(each, 6)) for each in content)


def _inside(function: str) -> Callable[[Path, int], Figure]:
    return lambda folder, size: work(f"{_HERE}:{function}", folder, size)


CASES = (
    Case(
        "csv",
        "an export (CSV) read and made into sessions",
        "row",
        20_000,
        lambda folder, size: (month_export(folder, size), None)[1],
        (Side(OURS, _inside("csv_to_sessions")), Side("csv.reader", _inside("reader"))),
    ),
    Case(
        "workbook",
        "an export (XLSX) read and made into sessions",
        "row",
        2_000,
        lambda folder, size: (_workbook(folder, size), None)[1],
        (
            Side(OURS, _inside("workbook_to_sessions")),
            Side("openpyxl, cells only", _inside("rows_of_openpyxl")),
            Side("inflate of the same bytes", _inside("inflate")),
        ),
        scales=False,
    ),
)
