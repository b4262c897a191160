"""A pattern that never ends is stopped in its time, on every engine, and Ctrl-C stops it before."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from databases import SERVER
from made_up_facts import facts, on_the_server

from tpi_billing.audit.facts.exporting import export_files
from tpi_billing.audit.facts.source import FactSource
from tpi_billing.audit.facts.spark import spark_facts
from tpi_billing.audit.facts.staging import write_rows
from tpi_billing.audit.patterns.pattern import Pattern, parse
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.errors import ConfigurationError, ConflictError
from tpi_billing.ledger.facts import Facts, facts_of

from .asking import OCTOBER, SHIPPED
from .test_engines import MASTER, spark_only

HEAD = """\
-- id: own-pattern
-- title: One of our own
-- kind: cases
-- detail: nothing
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: an end.
-- why: there is none.
-- source: us
"""
ENDLESS = """\
WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT 3 - n FROM e)
SELECT practitioner, month, claim_id AS case_key, claim_id, 1 AS detail
FROM claim_facts WHERE claim_id < (SELECT COUNT(*) FROM e)
"""
LONG = """\
SELECT practitioner, month, claim_id AS case_key, claim_id, 1 AS detail
FROM claim_facts WHERE claim_id < (SELECT COUNT(*) FROM range(4000000) a, range(4000000) b
                                   WHERE a.id * b.id % 7 = 9)
"""
SOON = """\
[time]
reason = "A test does not wait."
minutes_a_pattern = "0.005"
"""


def endless(text: str = ENDLESS) -> Pattern:
    return parse(HEAD + text, "own-pattern.sql", shipped=False)


def thresholds(folder: Path, text: str = SOON) -> Thresholds:
    (folder / "thresholds.toml").write_text(text, encoding="utf-8")
    return Thresholds.load(folder)


@contextmanager
def on_sqlite(_: Path) -> Iterator[FactSource]:
    with facts_of(facts({})) as found:
        yield found


@contextmanager
def on_duckdb(folder: Path) -> Iterator[FactSource]:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    from tpi_billing.audit.facts.duck import duckdb_facts

    with duckdb_facts(folder_of(folder), folder) as found:
        yield found


@contextmanager
def on_postgresql(_: Path) -> Iterator[FactSource]:
    if not SERVER:
        pytest.skip("TPI_TEST_POSTGRESQL names no PostgreSQL server")
    with on_the_server(facts({})) as source:
        yield source


def folder_of(place: Path) -> Path:
    write_rows(place / "rows.csv", facts({}))
    return export_files([place / "rows.csv"], place / "facts").folder


ENGINES = (on_sqlite, on_duckdb, on_postgresql)


def insist_on_the_end(source: FactSource, pattern: Pattern, folder: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        list(run(source, [pattern], thresholds(folder), OCTOBER))
    (trouble,) = raised.value.troubles
    assert trouble.message == (
        "The pattern own-pattern did not end within 0.005 minutes, and was stopped."
    )
    assert (trouble.file, trouble.row) == ("own-pattern.sql", 9)
    assert "minutes_a_pattern" in trouble.hint


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pattern_without_an_end_is_stopped_by_its_name(engine: object, tmp_path: Path) -> None:
    opened: AbstractContextManager[FactSource] = engine(tmp_path)  # type: ignore[operator]
    with opened as source:
        insist_on_the_end(source, endless(), tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_next_pattern_has_a_time_of_its_own(engine: object, tmp_path: Path) -> None:
    opened: AbstractContextManager[FactSource] = engine(tmp_path)  # type: ignore[operator]
    with opened as source:
        insist_on_the_end(source, endless(), tmp_path)
        shipped = [SHIPPED["no-referral"], SHIPPED["services-per-day"]]
        assert len(list(run(source, shipped, Thresholds.load(), OCTOBER))) == 2


@pytest.mark.skipif(not SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server")
@pytest.mark.parametrize("milliseconds", [0, 90_000, 2_000_000_000])
def test_the_time_of_the_server_s_administrator_stays(milliseconds: int, tmp_path: Path) -> None:
    with on_postgresql(tmp_path) as source:
        assert isinstance(source, Facts)
        source.connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")
        insist_on_the_end(source, endless(), tmp_path)
        list(run(source, [SHIPPED["no-referral"]], Thresholds.load(), OCTOBER))
        asked = "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"
        assert source.connection.exec_driver_sql(asked).scalar_one() == str(milliseconds)


@pytest.mark.skipif(not SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server")
def test_a_shorter_time_of_the_administrator_s_is_told_as_his(tmp_path: Path) -> None:
    """The pattern has a quarter of an hour, a statement on the server a tenth of a second."""
    with on_postgresql(tmp_path) as source:
        assert isinstance(source, Facts)
        source.connection.exec_driver_sql("SET LOCAL statement_timeout = 100")
        with pytest.raises(ConflictError, match="server stopped the pattern") as caught:
            list(run(source, [endless()], Thresholds.load(), OCTOBER))
        assert "statement_timeout" in caught.value.troubles[0].hint


@spark_only
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_spark_is_told_to_stop(tmp_path: Path) -> None:
    with spark_facts(str(folder_of(tmp_path)), MASTER) as source:
        insist_on_the_end(source, endless(LONG), tmp_path)
        assert source.days() is not None


@pytest.mark.skipif(sys.platform == "win32", reason="nobody else can press Ctrl-C on Windows")
@pytest.mark.parametrize("engine", ENGINES)
def test_ctrl_c_stops_a_pattern_at_once(engine: object, tmp_path: Path) -> None:
    opened: AbstractContextManager[FactSource] = engine(tmp_path)  # type: ignore[operator]
    pressed = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with opened as source:
        asked = run(source, [endless()], Thresholds.load(), OCTOBER)
        pressed.start()
        with pytest.raises(KeyboardInterrupt):
            list(asked)


@pytest.mark.skipif(sys.platform == "win32", reason="nobody else can press Ctrl-C on Windows")
def test_ctrl_c_stops_what_duckdb_is_asked_for_by_ourselves(tmp_path: Path) -> None:
    """DuckDB makes an error of its own of it."""
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    from tpi_billing.audit.facts.duck import connect, ctrl_c_stops

    pressed = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    endless = "WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT 3 - n FROM e) SELECT n FROM e"
    with connect(tmp_path) as connection:
        connection.execute("SET threads = 1")
        pressed.start()
        with pytest.raises(KeyboardInterrupt), ctrl_c_stops():
            connection.execute(f"SELECT COUNT(*) FROM ({endless})")


@pytest.mark.parametrize("minutes", ["0.001", "1", "15", "10080"])
def test_a_time_that_can_be_given(minutes: str, tmp_path: Path) -> None:
    text = SOON.replace("0.005", minutes)
    assert thresholds(tmp_path, text).minutes_a_pattern == minutes


@pytest.mark.parametrize("minutes", ["0", "-1", "10080.1", "10081", "1e999", "NaN", "soon", ""])
def test_a_time_that_cannot_be_given(minutes: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        thresholds(tmp_path, SOON.replace("0.005", minutes))


def test_a_quarter_of_an_hour_is_given_where_nothing_is_said(tmp_path: Path) -> None:
    assert Thresholds.load(tmp_path).minutes_a_pattern == "15"
