"""The facts of a folder, or of an address that a Spark cluster reads, asked by that cluster."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tpi_billing.audit.facts import manifest as manifests
from tpi_billing.audit.facts.layout import MANIFEST
from tpi_billing.errors import ConfigurationError, FileError, NetworkError
from tpi_billing.ledger.facts import (
    DAYS_QUERY,
    FACT_COLUMNS,
    FACT_NAMES,
    claims_query,
    pattern_query,
)
from tpi_billing.ledger.pattern_guard import PatternSqlError
from tpi_billing.ledger.pattern_time import Patience

_TYPES = {"integer": "BIGINT", "text": "STRING"}
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",  # no table of the cluster's own
    "spark.sql.runSQLOnFiles": "false",
}
_WORDS = re.compile(r"(?:name|near|view|function|routine) [`'\"]([\w.]+)[`'\"]")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_UNREADABLE = re.compile(r"FAILED_READ_FILE|FILE_NOT_EXIST|PATH_NOT_FOUND")
_REFLECTING = re.compile(r"\b(?:try_)?reflect\b|\bjava_method\b", re.IGNORECASE)


class SparkFacts:
    """Facts that a Spark session reads; statements see `claim_facts` and nothing else."""

    def __init__(self, session: Any) -> None:
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException

        self._session = session
        self._errors: tuple[type[Exception], ...] = (PySparkException, Py4JJavaError)

    def rows(
        self,
        statement: str,
        columns: Sequence[str],
        parameters: Mapping[str, int],
        practitioners: Collection[str] = (),
        patience: Patience | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the named columns of what a pattern finds."""
        if found := _REFLECTING.search(statement):
            raise PatternSqlError("It calls what is not SQL.", found[0])
        query = pattern_query(statement, columns, parameters, practitioners)
        yield from self._asked(query, patience)

    def claims_by_month(self, first_day: int, last_day: int) -> list[tuple[str, str, int]]:
        """Return practitioner, month and number of live claims between two days."""
        found = self._asked(claims_query(first_day, last_day))
        return [(number, month, many) for number, month, many in found]

    def days(self) -> tuple[int, int] | None:
        """Return the first and the last day of service; None without any claim."""
        ((first, last),) = self._asked(DAYS_QUERY)
        return None if first is None else (first, last)

    def hold_to(self, manifest: manifests.Manifest, where: str) -> None:
        """Raise FileError unless the workers see the rows and cents that the manifest tells."""
        ((rows, cents),) = self._asked("SELECT COUNT(*), SUM(amount_cents) FROM claim_facts")
        if (rows, cents or 0) != (manifest.rows, manifest.amount_cents):
            raise _not_as_written(where)

    def _asked(self, query: str, patience: Patience | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield rows, a partition at a time: what is found never lies here as a whole."""
        patience = patience or Patience()
        try:
            with patience.ending_in(self._session.sparkContext.cancelAllJobs):
                for row in self._session.sql(query).toLocalIterator():
                    yield tuple(row)
        except self._errors as error:
            patience.check()
            first = str(error).strip().splitlines()[0]
            if _UNREADABLE.search(first):
                raise _not_as_written("") from None
            word = _WORDS.search(first)
            raise PatternSqlError(f"Spark says: {first}", word[1] if word else "") from None


@contextmanager
def spark_facts(where: str, master: str) -> Iterator[SparkFacts]:
    """Give the facts at `where`: a folder, or an address like `s3a://bucket/facts`.

    Every worker has to reach it. A folder's files are held to the manifest's hashes here; what the
    workers see, there or at an address, has to have the manifest's rows and cents.
    """
    manifest = None
    if not _ADDRESS.match(where):
        manifest = manifests.read(Path(where))
        manifests.verify(manifest, Path(where))
    session = _session(master)
    try:
        base = where.rstrip("/") if manifest is None else Path(where).resolve().as_uri()
        if manifest is None:
            manifest = _remote_manifest(session, f"{base}/{MANIFEST}")
        _see(session, manifest, base)
        facts = SparkFacts(session)
        facts.hold_to(manifest, base)
        yield facts
    finally:
        session.stop()


def _see(session: Any, manifest: manifests.Manifest, base: str) -> None:
    """Let statements see the files as `claim_facts`."""
    from pyspark.errors import PySparkException

    kinds = ", ".join(f"{one.name} {_TYPES[one.kind]}" for one in FACT_COLUMNS)
    try:
        if manifest.files:
            reader = session.read.schema(kinds).option("basePath", base)
            frame = reader.parquet(*(f"{base}/{file.path}" for file in manifest.files))
        else:
            frame = session.createDataFrame([], kinds)
        frame.select(*FACT_NAMES).createOrReplaceTempView("claim_facts")
    except PySparkException:
        raise _not_as_written(base) from None


def _session(master: str) -> Any:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise ConfigurationError(
            "Spark is not installed.", hint='Install it with: pip install "tpi-billing[spark]"'
        ) from None
    from py4j.protocol import Py4JError

    builder = SparkSession.builder.master(master).appName("tpi-billing audit patterns")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, FileNotFoundError) as error:
        if "JAVA" not in str(error).upper():
            raise _no_cluster(master) from None
        raise ConfigurationError(
            "Spark does not start: it needs Java 17 or newer.",
            hint="Install a Java runtime, or set JAVA_HOME to one, and try again.",
        ) from None
    except Py4JError:
        raise _no_cluster(master) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


def _not_as_written(where: str) -> FileError:
    return FileError(
        "The files that Spark sees are not what the manifest says.",
        hint="Every worker has to reach the whole folder that tpi-billing audit facts wrote.",
        file=where,
    )


def _no_cluster(master: str) -> NetworkError:
    return NetworkError(
        f"There is no Spark cluster at {master}.",
        hint="Give its address with --master, for example spark://host:7077 or local[2].",
    )


def _remote_manifest(session: Any, address: str) -> manifests.Manifest:
    from pyspark.errors import PySparkException

    try:
        ((text,),) = session.read.text(address, wholetext=True).collect()
    except PySparkException:
        raise FileError(
            "There are no facts here: no manifest can be read.",
            hint="Copy the whole folder that tpi-billing audit facts wrote.",
            file=address,
        ) from None
    return manifests.parse(text, address)
