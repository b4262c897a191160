"""Every shipped pattern runs unchanged, and finds the same, on each engine that is there."""

import os
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from made_up_facts import day

from tpi_billing.audit.patterns.pattern import (
    CASE_COLUMNS,
    CLAIM_COLUMNS,
    MEASURE_COLUMNS,
    Pattern,
    shipped_patterns,
)
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.demo.trouble import MISUSE, clinic_facts, habits
from tpi_billing.ledger.facts import FACT_COLUMNS, Facts, facts_of, pattern_query

SERVER = os.environ.get("TPI_TEST_POSTGRESQL", "")
Rows = list[tuple[Any, ...]]
PARTS = [(pattern, at) for pattern in shipped_patterns() for at in range(len(pattern.statements))]


@pytest.fixture(scope="module")
def made_up() -> Rows:
    """Return six months of three practitioners, one with every kind of misuse."""
    random = Random(8)
    changes: dict[str, Any] = {}
    for kind in MISUSE.values():
        changes |= kind
    people = {"99001": habits(random), "99002": habits(random), "99003": habits(random, **changes)}
    return list(clinic_facts(random, people, date(2026, 5, 1), 6))


def asked(pattern: Pattern, at: int, by_month: int) -> tuple[str, Sequence[str], dict[str, int]]:
    first = CASE_COLUMNS if pattern.kind == "cases" else MEASURE_COLUMNS
    given = {"first_day": day("2026-07-01"), "last_day": day("2026-09-15"), "by_month": by_month}
    given |= Thresholds.load().parameters(pattern)
    return pattern.statements[at].text, (CLAIM_COLUMNS if at else first), given


@pytest.fixture(scope="module")
def expected(made_up: Rows) -> dict[tuple[str, int, int], Rows]:
    with facts_of(made_up) as facts:
        return {
            (pattern.id, at, by_month): whole(facts.rows(*asked(pattern, at, by_month)))
            for pattern, at in PARTS
            for by_month in (0, 1)
        }


def whole(rows: Any) -> Rows:
    """Return rows with every number as a whole one: sums come as decimals from some engines."""
    return sorted(
        tuple(each if isinstance(each, str) else int(each) for each in row) for row in rows
    )


def create(kinds: dict[str, str]) -> str:
    columns = ", ".join(f"{column.name} {kinds[column.kind]}" for column in FACT_COLUMNS)
    return f"CREATE TEMPORARY TABLE claim_facts ({columns})"


def test_every_pattern_finds_something_in_the_rows_that_are_compared(
    expected: dict[tuple[str, int, int], Rows],
) -> None:
    """But for many visits: nobody there sees fifty patients a day."""
    assert {pattern for pattern, _, _ in expected if not expected[pattern, 0, 0]} == {"many-visits"}


@pytest.mark.skipif(not SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server")
def test_postgresql_finds_the_same(
    made_up: Rows, expected: dict[tuple[str, int, int], Rows]
) -> None:
    engine = sa.create_engine(SERVER)
    with engine.connect() as connection:
        connection.exec_driver_sql(create({"integer": "INTEGER", "text": "TEXT"}))
        marks = ", ".join(["%s"] * len(FACT_COLUMNS))
        connection.exec_driver_sql(f"INSERT INTO claim_facts VALUES ({marks})", made_up)
        facts = Facts(connection)
        for pattern, at in PARTS:
            for by_month in (0, 1):
                found = whole(facts.rows(*asked(pattern, at, by_month)))
                assert found == expected[pattern.id, at, by_month], pattern.id
        connection.rollback()
    engine.dispose()


def test_duckdb_finds_the_same(made_up: Rows, expected: dict[tuple[str, int, int], Rows]) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    connection = duckdb.connect()
    connection.execute(create({"integer": "BIGINT", "text": "VARCHAR"}))
    for first in range(0, len(made_up), 500):
        some = made_up[first : first + 500]
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in some)
        connection.execute(f"INSERT INTO claim_facts VALUES {values}")
    for pattern, at in PARTS:
        for by_month in (0, 1):
            query = pattern_query(*asked(pattern, at, by_month))
            found = whole(connection.execute(query).fetchall())
            assert found == expected[pattern.id, at, by_month], pattern.id


def literal(value: object) -> str:
    return "NULL" if value is None else repr(value)
