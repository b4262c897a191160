"""DuckDB within bounds: how it is opened, and the facts of a folder read with it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from tpi_billing.audit.facts import manifest as manifests
from tpi_billing.drafts import owners_only
from tpi_billing.errors import ConfigurationError, FileError
from tpi_billing.ledger.facts import (
    DAYS_QUERY,
    FACT_COLUMNS,
    FACT_NAMES,
    claims_query,
    pattern_query,
)
from tpi_billing.ledger.pattern_guard import PatternSqlError
from tpi_billing.ledger.pattern_time import Patience

MEMORY = "2GB"
"""What DuckDB may hold in memory; what does not fit waits on the disk."""

_AT_ONCE = 10_000
_TYPES = {"integer": "BIGINT", "text": "VARCHAR"}
_WORDS = tuple(
    re.compile(form)
    for form in (
        r"Referenced (?:column|table) \"([^\"]+)\"",
        r"(?:Table|Scalar|Aggregate|Function)[\w ]* (?:with name|Function with name) \"?([\w.]+)",
        r"at or near \"([^\"]+)\"",
    )
)
_DAMAGED = re.compile(r"\.parquet'|TProtocol|decompression", re.IGNORECASE)
_STOPPED = "Query interrupted"
_FORBIDDEN = "It reads something else than claim_facts and parameters."


def load_duckdb() -> Any:
    """Return the module; ConfigurationError with the command that installs it."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ConfigurationError(
            "DuckDB is not installed.", hint='Install it with: pip install "tpi-billing[duckdb]"'
        ) from None
    return duckdb


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """Give a folder for passing files within `folder`, or the system's where that is read-only."""
    try:
        made = TemporaryDirectory(prefix=".facts-", dir=folder)
    except OSError:
        made = TemporaryDirectory(prefix="facts-", dir=gettempdir())
    with made as path:
        yield Path(path)


def connect(scratch: Path, database: str = ":memory:") -> Any:
    """Open DuckDB with bounded memory, its overflow in `scratch`, and nothing loaded from afar."""
    return load_duckdb().connect(
        database,
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "integer_division": True,
        },
    )


def text_of(value: str | Path) -> str:
    """Write a text as SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def list_of(values: Sequence[str | Path]) -> str:
    """Write texts as a list of SQL."""
    return f"[{', '.join(map(text_of, values))}]"


@contextmanager
def ctrl_c_stops() -> Iterator[None]:
    """Let Ctrl-C be what it is: while DuckDB works, it makes an error of its own of it."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != _STOPPED:
            raise
        raise KeyboardInterrupt from None


class DuckFacts:
    """A folder's facts, read by DuckDB; statements read those files and nothing else."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._error: type[Exception] = load_duckdb().Error

    def rows(
        self,
        statement: str,
        columns: Sequence[str],
        parameters: Mapping[str, int],
        practitioners: Collection[str] = (),
        patience: Patience | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the named columns of what a pattern finds."""
        patience = patience or Patience()
        query = pattern_query(statement, columns, parameters, practitioners)
        database, stop = self._connection, self._connection.interrupt
        try:
            patience.wait_for(lambda: database.execute(query), stop)
            while some := patience.wait_for(lambda: database.fetchmany(_AT_ONCE), stop):
                yield from some
        except self._error as error:
            raise _explained(error) from None

    def claims_by_month(self, first_day: int, last_day: int) -> list[tuple[str, str, int]]:
        """Return practitioner, month and number of live claims between two days."""
        with own_question():
            found = self._connection.execute(claims_query(first_day, last_day)).fetchall()
        return [(number, month, many) for number, month, many in found]

    def days(self) -> tuple[int, int] | None:
        """Return the first and the last day of service; None without any claim."""
        with own_question():
            first, last = self._connection.execute(DAYS_QUERY).fetchone()
        return None if first is None else (first, last)


@contextmanager
def duckdb_facts(folder: Path, scratch: Path) -> Iterator[DuckFacts]:
    """Give the facts of a folder, whose files are first held to the manifest's hashes."""
    load_duckdb()
    manifest = manifests.read(folder)
    manifests.verify(manifest, folder)
    paths = [folder.resolve() / file.path for file in manifest.files]
    with (
        ctrl_c_stops(),
        owners_only(),
        scratch_in(scratch) as passing,
        connect(passing) as connection,
    ):
        with own_question():
            connection.execute(f"CREATE VIEW claim_facts AS {_rows_of(paths)}")
        connection.execute(f"SET allowed_paths = {list_of(paths)}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield DuckFacts(connection)


def _rows_of(paths: Sequence[Path]) -> str:
    """Return the query of the files' rows; of no file, as of a ledger without claims, none."""
    if not paths:
        nothing = (f"CAST(NULL AS {_TYPES[one.kind]}) AS {one.name}" for one in FACT_COLUMNS)
        return f"SELECT {', '.join(nothing)} WHERE FALSE"
    return (
        f"SELECT {', '.join(FACT_NAMES)}"
        f" FROM read_parquet({list_of(paths)}, hive_partitioning = false)"
    )


@contextmanager
def own_question() -> Iterator[None]:
    """Say that the files are at fault where a question of our own fails."""
    duckdb = load_duckdb()
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise _explained(error) from None
    except duckdb.Error:
        raise _damaged() from None


def _damaged() -> FileError:
    return FileError(
        "A file of the facts is damaged, or is not what the manifest says.",
        hint="Write the folder again with tpi-billing audit facts.",
    )


def _explained(error: Exception) -> Exception:
    """Say what DuckDB does not like; a lack of memory or of disk is no fault of the pattern."""
    said = str(error).strip()
    duckdb = load_duckdb()
    if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
        return FileError(
            f"DuckDB ran out of room: {said.splitlines()[0]}.",
            hint="Make room on the disk of the workspace, or ask for fewer months.",
        )
    if isinstance(error, duckdb.PermissionException):
        return PatternSqlError(_FORBIDDEN)
    if _DAMAGED.search(said):
        return _damaged()
    found = next(filter(None, (form.search(said) for form in _WORDS)), None)
    return PatternSqlError(f"DuckDB says: {said.splitlines()[0]}.", found[1] if found else "")
