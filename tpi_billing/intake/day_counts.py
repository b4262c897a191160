"""The record system's own count of visits: a file with a day, a practitioner and a number a row."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from tpi_billing.errors import FileError, Trouble
from tpi_billing.intake import cells
from tpi_billing.intake.cell_readers import cell_readers
from tpi_billing.intake.parsing import label, read_cells
from tpi_billing.intake.record_kind import RecordKind
from tpi_billing.intake.table import Row, Table, open_table
from tpi_billing.model.finding import Problem
from tpi_billing.model.session import COLUMN, Column

DayCounts = dict[tuple[str, date], int]
"""How many visits a practitioner had on a day, as the record system says."""

_NAMES = ("date", "practitioner_number", "count")
_CURE = "Name the columns date, practitioner_number and count, in a row of their own."
_ONCE = "Leave one row for each day and practitioner, with the sum if both count."
_COUNTS = RecordKind(
    noun="count",
    plural="counts",
    columns=(
        Column("date", "date", "The day, as 2026-10-31."),
        COLUMN["practitioner_number"],
        Column("count", "whole", "How many visits the practitioner had on it."),
    ),
    necessary=_NAMES,
    telling=frozenset({"date", "practitioner_number"}),
    otherwise=_CURE,
)
_READERS = cell_readers(
    {
        "date": cells.day,
        "practitioner_number": cells.capital_identifier,
        "count": cells.count,
    }
)


def read_day_counts(path: Path) -> DayCounts:
    """Read a CSV, XLSX or JSON Lines file of counts; raise FileError naming every bad row.

    Rows with neither a day nor a practitioner, totals for example, are passed over. A day of a
    practitioner that stands twice is an error: nobody can tell which count is meant.
    """
    with _open(path) as table:
        return _read(table)


def _open(path: Path) -> Table:
    """Open the file; a mapping, which is for sessions, is no cure here."""
    try:
        return open_table(path, kind=_COUNTS, known={})
    except FileError as error:
        raise FileError.of(
            [
                replace(trouble, hint=_CURE) if "mapping" in trouble.hint else trouble
                for trouble in error.troubles
            ]
        ) from None


def _read(table: Table) -> DayCounts:
    counts: DayCounts = {}
    first_rows: dict[tuple[str, date], int] = {}
    troubles: list[Trouble] = []
    for row in table.rows():
        if row.passed_over:
            continue
        typed, problems = read_cells(row.values, _READERS, frozenset())
        problems += _missing(typed, problems)
        if problems:
            troubles += [_trouble(table, row, problem) for problem in problems]
            continue
        key = (typed["practitioner_number"], typed["date"])
        if key in counts:
            message = f"Row {first_rows[key]} has that day of that practitioner already."
            troubles.append(_trouble(table, row, Problem("", message, "date", hint=_ONCE)))
            continue
        counts[key] = typed["count"]
        first_rows[key] = row.number
    if troubles:
        raise FileError.of(troubles)
    return counts


def _missing(typed: dict[str, Any], problems: Iterable[Problem]) -> list[Problem]:
    named = {problem.column for problem in problems}
    return [
        Problem("", f"The {label(name)} is blank.", name, hint="Fill it in, or remove the row.")
        for name in _NAMES
        if typed.get(name) in {None, ""} and name not in named
    ]


def _trouble(table: Table, row: Row, problem: Problem) -> Trouble:
    hint = "Write it as 2026-10-31." if "mapping" in problem.hint else problem.hint
    return Trouble(
        problem.message,
        hint,
        table.file,
        table.sheet,
        row.number,
        problem.column,
        problem.value,
    )
