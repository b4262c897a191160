"""Every shipped pattern runs unchanged, and finds the same, on SQLite, PostgreSQL, DuckDB, Spark.

The same made-up claims lie in a SQLite table, in a PostgreSQL table, and in one folder of facts
that DuckDB and Spark read. `TPI_TEST_SPARK` names Spark's master: `local-cluster[2,1,1024]` is a
small cluster with two workers, processes of their own that shuffle over the network.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest
from databases import SERVER
from made_up_facts import day, on_the_server

from tpi_billing.audit.facts.exporting import export_files
from tpi_billing.audit.facts.source import FactSource
from tpi_billing.audit.facts.spark import spark_facts
from tpi_billing.audit.facts.staging import write_rows
from tpi_billing.audit.patterns.finding import Period, Result
from tpi_billing.audit.patterns.pattern import (
    CASE_COLUMNS,
    CLAIM_COLUMNS,
    MEASURE_COLUMNS,
    Pattern,
    shipped_patterns,
)
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.demo.trouble import MISUSE, clinic_facts, habits
from tpi_billing.ledger.facts import Facts, facts_of

MASTER = os.environ.get("TPI_TEST_SPARK", "")
LONG = bool(os.environ.get("TPI_LONG"))
TWO_WORKERS = "local-cluster[2,"
FEW_CLAIMS = (  # few parts, and Java's quick compiler: some thousand rows do not pay for more
    "--conf spark.sql.shuffle.partitions=4"
    " --conf spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1"
    " --conf spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 pyspark-shell"
)

Rows = list[tuple[Any, ...]]
Question = tuple[Pattern, int, int]
"""A pattern, which of its statements, and whether by month."""

QUESTIONS: list[Question] = [
    (pattern, at, by_month)
    for pattern in shipped_patterns()
    for at in range(len(pattern.statements))
    for by_month in (0, 1)
]
ASKED = Period(date(2026, 7, 1), date(2026, 9, 15))

spark_is_here = [
    pytest.mark.skipif(not MASTER, reason="TPI_TEST_SPARK names no master of Spark"),
    pytest.mark.skipif(find_spec("pyspark") is None, reason="Spark (pyspark) is not installed"),
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ,
        reason="Spark needs Java, which is not installed",
    ),
]


def spark_only(test: Any) -> Any:
    for mark in spark_is_here:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def made_up() -> Rows:
    """Return six months of three practitioners, one with every kind of misuse."""
    random = Random(8)
    changes: dict[str, Any] = {}
    for kind in MISUSE.values():
        changes |= kind
    people = {"99001": habits(random), "99002": habits(random), "99003": habits(random, **changes)}
    return list(clinic_facts(random, people, date(2026, 5, 1), 6))


@pytest.fixture(scope="module")
def folder(made_up: Rows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the rows as a folder of facts, which the test's own program wrote as CSV."""
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    place = tmp_path_factory.mktemp("engines")
    write_rows(place / "rows.csv", made_up)
    return export_files([place / "rows.csv"], place / "facts").folder


@pytest.fixture(scope="module")
def sqlite(made_up: Rows) -> Iterator[Facts]:
    with facts_of(made_up) as facts:
        yield facts


def answer(facts: FactSource, question: Question) -> Rows:
    """Ask a question; sums come as decimals from some engines, and are made whole."""
    pattern, at, by_month = question
    first = CASE_COLUMNS if pattern.kind == "cases" else MEASURE_COLUMNS
    given = {"first_day": day("2026-07-01"), "last_day": day("2026-09-15"), "by_month": by_month}
    given |= Thresholds.load().parameters(pattern)
    columns: Sequence[str] = CLAIM_COLUMNS if at else first
    rows = facts.rows(pattern.statements[at].text, columns, given)
    return sorted(
        tuple(each if isinstance(each, str) else int(each) for each in row) for row in rows
    )


def differing(facts: FactSource, other: FactSource, questions: Sequence[Question]) -> list[str]:
    """Return the questions that two engines answer otherwise."""
    return [
        f"{question[0].id}, statement {question[1] + 1}, by_month {question[2]}"
        for question in questions
        if answer(facts, question) != answer(other, question)
    ]


def findings(facts: FactSource) -> list[Result]:
    return list(run(facts, shipped_patterns(), Thresholds.load(), ASKED))


def test_every_pattern_finds_something_in_the_rows_that_are_compared(sqlite: Facts) -> None:
    """But for many visits: nobody there sees fifty patients a day."""
    silent = {question[0].id for question in QUESTIONS if not answer(sqlite, question)}
    assert silent == {"many-visits"}


@pytest.mark.skipif(not SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server")
def test_postgresql_finds_the_same(made_up: Rows, sqlite: Facts) -> None:
    with on_the_server(made_up) as facts:
        assert facts.days() == sqlite.days()
        assert differing(facts, sqlite, QUESTIONS) == []
        assert findings(facts) == findings(sqlite)


def test_duckdb_finds_the_same(folder: Path, sqlite: Facts, tmp_path: Path) -> None:
    from tpi_billing.audit.facts.duck import duckdb_facts

    with duckdb_facts(folder, tmp_path) as facts:
        assert facts.days() == sqlite.days()
        assert differing(facts, sqlite, QUESTIONS) == []
        assert findings(facts) == findings(sqlite)


@spark_only
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_spark_cluster_finds_the_same(
    folder: Path, sqlite: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pattern's first statement once; with TPI_LONG every one, and all that is found."""
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", os.environ.get("PYSPARK_SUBMIT_ARGS", FEW_CLAIMS))
    sample = [each for each in QUESTIONS if each[1:] == (0, 0)]
    first, last = day("2026-07-01"), day("2026-09-15")
    with spark_facts(str(folder), MASTER) as facts:
        if MASTER.startswith(TWO_WORKERS):
            assert workers() == 2
        assert facts.days() == sqlite.days()
        assert facts.claims_by_month(first, last) == sqlite.claims_by_month(first, last)
        assert differing(facts, sqlite, QUESTIONS if LONG else sample) == []
        if LONG:
            assert findings(facts) == findings(sqlite)


def workers() -> int:
    """Return how many processes beside this one hold data for Spark."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    known = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
    return len(known) - 1
