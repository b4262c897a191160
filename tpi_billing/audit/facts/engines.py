"""The engines that patterns can be put to, by their names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tpi_billing.audit.facts.duck import duckdb_facts
from tpi_billing.audit.facts.source import FactSource
from tpi_billing.audit.facts.spark import spark_facts
from tpi_billing.errors import UsageError

LEDGER, DUCKDB, SPARK = "ledger", "duckdb", "spark"
NAMES = (LEDGER, DUCKDB, SPARK)
_NEEDS: Mapping[str, tuple[str, ...]] = {
    LEDGER: (),
    DUCKDB: ("--facts",),
    SPARK: ("--facts", "--master"),
}


def check_engine(engine: str, facts: str | None, master: str | None) -> None:
    """Hold the options that go with an engine to what it needs; raise UsageError."""
    if engine not in NAMES:
        raise UsageError(f"There is no engine {engine!r}.", hint=f"It is {', '.join(NAMES)}.")
    for option, value in (("--facts", facts), ("--master", master)):
        needed = option in _NEEDS[engine]
        if needed and value is None:
            raise UsageError(
                f"--engine {engine} needs {option}.",
                hint="tpi-billing audit patterns --help has an example.",
            )
        if value is not None and not needed:
            others = " or ".join(name for name in NAMES if option in _NEEDS[name])
            raise UsageError(
                f"{option} does not go with --engine {engine}.",
                hint=f"Add --engine {others}, or leave {option} out.",
            )


@contextmanager
def facts_in_files(
    engine: str, where: str, master: str | None, scratch: Path
) -> Iterator[FactSource]:
    """Give facts in files to DuckDB or Spark; DuckDB's overflow goes into `scratch`."""
    if engine == SPARK:
        with spark_facts(where, master or "") as facts:
            yield facts
    else:
        with duckdb_facts(Path(where), scratch) as found:
            yield found
