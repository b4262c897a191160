"""Facts on their way into files: loaded into a passing DuckDB database, checked, written by month.

Whatever they come from takes this way, so that every folder of facts was checked alike.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tpi_billing.audit.facts.duck import connect, load_duckdb, own_question, text_of
from tpi_billing.audit.facts.faults import faults_of, health_numbers
from tpi_billing.audit.facts.layout import INTEGERS, place_of
from tpi_billing.audit.facts.manifest import FactFile, file_sha256
from tpi_billing.drafts import force_out
from tpi_billing.errors import FileError, Trouble
from tpi_billing.ledger.facts import FACT_COLUMNS, FACT_NAMES

_ROW_GROUP = 122_880
_TYPES = {"integer": "BIGINT", "text": "VARCHAR"}
_WHOLE_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}) | {
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
}
_LINE = re.compile(r"Line: (\d+)")
_LAYOUT = "docs/province.md describes the columns."


class Staging:
    """A passing database of facts in a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        with own_question():  # DuckDB takes a backslash for a slash, on every system
            self._connection = connect(folder, str(folder / "staged.duckdb"))
        kinds = ", ".join(f"{one.name} {_TYPES[one.kind]}" for one in FACT_COLUMNS)
        self._connection.execute(f"CREATE TABLE staged ({kinds})")
        self._error: type[Exception] = load_duckdb().Error

    def close(self) -> None:
        """Let go of the database's file."""
        self._connection.close()

    def add(self, path: Path) -> None:
        """Add a file in the layout, CSV or Parquet; FileError with everything wrong in it."""
        try:
            if path.suffix.lower() == ".parquet":
                self._add_parquet(path)
            else:
                self._add_csv(path)
        except self._error as error:
            raise _unreadable(path, str(error)) from None

    def _add_csv(self, path: Path) -> None:
        names = _csv_header(path)
        _check_columns(names, path)
        columns = ", ".join(f"{text_of(name)}: 'VARCHAR'" for name in names)
        self._connection.execute(
            f"CREATE OR REPLACE TABLE source AS SELECT * FROM read_csv({text_of(path)},"
            f" columns = {{{columns}}}, header = true, auto_detect = false, delim = ',',"
            " quote = '\"', escape = '\"', strict_mode = true, null_padding = false)"
        )
        # Line 1 is the header.
        self._take("(SELECT *, rowid + 2 AS file_row FROM source)", path, as_text=True)
        self._connection.execute("DROP TABLE source")

    def _add_parquet(self, path: Path) -> None:
        source = f"read_parquet({text_of(path)}, hive_partitioning = false, file_row_number = true)"
        told = self._connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        types = {str(name): str(kind) for name, kind, *_ in told if name != "file_row_number"}
        _check_columns(list(types), path)
        if troubles := list(_wrong_types(types, path)):
            raise FileError.of(troubles)
        self._take(f"(SELECT *, file_row_number + 1 AS file_row FROM {source})", path)

    def _take(self, source: str, path: Path, *, as_text: bool = False) -> None:
        if troubles := faults_of(self._connection, source, path, as_text=as_text):
            raise FileError.of(troubles)
        picked = ", ".join(
            f"CAST({name} AS BIGINT)" if name in INTEGERS else f"COALESCE({name}, '')"
            for name in FACT_NAMES
        )
        self._connection.execute(f"INSERT INTO staged SELECT {picked} FROM {source}")

    def twice(self) -> int | None:
        """Return a claim's number that stands in two rows; None when there is none."""
        found = self._connection.execute(
            "SELECT claim_id FROM staged GROUP BY claim_id HAVING COUNT(*) > 1"
            " ORDER BY claim_id LIMIT 1"
        ).fetchone()
        return None if found is None else int(found[0])

    def health_numbers(self) -> list[str]:
        """Return the columns of keys that seem to hold health numbers."""
        return health_numbers(self._connection, "staged")

    def write(self, folder: Path) -> Iterator[FactFile]:
        """Write each month's file into a folder, by the claims' numbers."""
        months = self._connection.execute(
            "SELECT month, COUNT(*), SUM(amount_cents), COALESCE(SUM(paid_cents), 0)"
            " FROM staged GROUP BY month ORDER BY month"
        ).fetchall()
        # One thread writes the same bytes every time.
        self._connection.execute("SET threads = 1")
        for month, rows, amount, paid in months:
            path = folder / place_of(month)
            path.parent.mkdir()
            with own_question():
                self._connection.execute(
                    f"COPY (SELECT * FROM staged WHERE month = {text_of(month)} ORDER BY claim_id)"
                    f" TO {text_of(path)} (FORMAT parquet, COMPRESSION zstd,"
                    f" ROW_GROUP_SIZE {_ROW_GROUP})"
                )
            with path.open("r+b") as file:
                force_out(file)
            size, digest = path.stat().st_size, file_sha256(path)
            yield FactFile(place_of(month), month, int(rows), int(amount), int(paid), size, digest)


def write_rows(path: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows of `claim_facts` as CSV in the layout."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FACT_NAMES)
        writer.writerows(rows)


def _csv_header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        raise FileError(
            "The file cannot be read as CSV.", hint="It must be UTF-8 text.", file=str(path)
        ) from None


def _check_columns(names: Sequence[str], path: Path) -> None:
    missing = [name for name in FACT_NAMES if name not in names]
    # The text of an unknown heading is not repeated: without a header it is data.
    foreign = [at for at, name in enumerate(names, start=1) if name not in FACT_NAMES]
    twice = sorted({name for name in names if name in FACT_NAMES and names.count(name) > 1})
    file = str(path)
    troubles = [Trouble("The column is missing.", _LAYOUT, file, column=name) for name in missing]
    troubles += [
        Trouble(f"Column number {at} is none of claim_facts.", f"Leave it out. {_LAYOUT}", file)
        for at in foreign
    ]
    troubles += [Trouble("The column is there twice.", _LAYOUT, file, column=n) for n in twice]
    if troubles:
        raise FileError.of(troubles)


def _wrong_types(types: dict[str, str], path: Path) -> Iterator[Trouble]:
    for name in FACT_NAMES:
        whole = name in INTEGERS
        if types[name] not in (_WHOLE_TYPES if whole else {"VARCHAR"}):
            wanted = "whole numbers" if whole else "texts"
            message = f"The column holds {types[name].lower()}, and not {wanted}."
            yield Trouble(message, _LAYOUT, str(path), column=name)


def _unreadable(path: Path, said: str) -> FileError:
    """Say where a file cannot be read; what DuckDB says would repeat the row itself."""
    line = _LINE.search(said)
    return FileError(
        "The file cannot be read in the layout of claim_facts.",
        hint=f"Each row has every column, texts are UTF-8. {_LAYOUT}",
        file=str(path),
        row=int(line[1]) if line else None,
    )
