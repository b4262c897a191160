"""A province of claims in files: written, and looked through by DuckDB and by a Spark cluster."""

import shutil
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.case import OURS, Case, Goal, Side, Skipped
from benchmarks.made import new_workspace
from benchmarks.measure import Figure, command, work
from benchmarks.patterns import fill_with_trouble
from benchmarks.province import PERIOD, province
from tpi_billing.audit.patterns.pattern import shipped_patterns

_HERE = "benchmarks.families.province"
_TEN_MILLION, _MILLION = 10_000_000, 1_000_000
_BY_HAND = "the same by hand on the files, in one process"
_MILLION_OF_THEM = "1,000,000 claims"
_CLUSTER = "local-cluster[2,1,1024]"
_ON_SPARK = "Spark, `local-cluster[2,1,1024]`"


def _prepare(_folder: Path, size: int) -> None:
    province(size)


def _patterns(folder: Path, size: int, *engine: str) -> Figure:
    """Look through a province with a command, from start to end of the process."""
    words = ("--facts", str(province(size).facts), "--engine", *(engine or ("duckdb",)))
    days = ("--from", PERIOD.first.isoformat(), "--to", PERIOD.last.isoformat())
    return command(new_workspace(folder), "audit", "patterns", *words, *days)


def _on_spark(folder: Path, size: int) -> Figure:
    if find_spec("pyspark") is None or shutil.which("java") is None:
        raise Skipped("there is no Spark here: Java or the extra spark is missing")
    return _patterns(folder, size, "spark", "--master", _CLUSTER)


def by_hand(folder: Path, size: int, only: str | None = None) -> Callable[[], Any]:
    """Ask the same by hand, and hold the answers to the patterns'."""
    from benchmarks.province_by_hand import ByHand

    asking = ByHand.over(province(size), folder)
    return lambda: asking.ask(only)


def one_pattern(folder: Path, size: int, only: str) -> Callable[[], Any]:
    """Put one pattern to the facts, whose hashes were verified before."""
    from contextlib import ExitStack

    from tpi_billing.audit.facts.duck import duckdb_facts
    from tpi_billing.audit.patterns.running import run
    from tpi_billing.audit.patterns.thresholds import Thresholds

    opened = ExitStack()
    facts = opened.enter_context(duckdb_facts(province(size).facts, folder))
    (pattern,) = (each for each in shipped_patterns() if each.id == only)
    thresholds = Thresholds.load()

    def done() -> int:
        with opened:
            (result,) = run(facts, [pattern], thresholds, PERIOD)
        return len(result.named)

    return done


def _inside(function: str, *words: str) -> Callable[[Path, int], Figure]:
    return lambda folder, size: work(f"{_HERE}:{function}", folder, size, *words)


def _from_files(folder: Path, size: int) -> Figure:
    files = province(size).facts / "month=*" / "*.parquet"
    return _facts(folder, new_workspace(folder), "--from-files", str(files))


def _from_ledger(folder: Path, _size: int) -> Figure:
    return _facts(folder, folder / "trouble")


def _facts(folder: Path, workspace: Path, *words: str) -> Figure:
    out = folder / f"facts-{time.monotonic_ns()}"
    figure = command(workspace, "audit", "facts", "--out", str(out), *words)
    shutil.rmtree(out)
    return figure


def _fill(folder: Path, size: int) -> None:
    made = new_workspace(folder)
    fill_with_trouble(made, size)
    made.rename(folder / "trouble")


def _case_of(only: str) -> Case:
    """Make a case of one pattern, its months, past and claims included."""
    return Case(
        f"province-{only}",
        f"pattern {only} by DuckDB",
        "claim",
        _TEN_MILLION,
        _prepare,
        (Side(OURS, _inside("one_pattern", only)), Side(_BY_HAND, _inside("by_hand", only))),
        (Goal("at most 1.5 times as long as by hand", "slower", 1.5, _BY_HAND),),
    )


CASES = (
    Case(
        "province",
        "a province: all patterns by DuckDB, the whole command",
        "claim",
        _TEN_MILLION,
        lambda folder, size: (_prepare(folder, size), _prepare(folder, min(size, _MILLION)))[1],
        (
            Side(OURS, _patterns),
            Side(_BY_HAND, _inside("by_hand")),
            Side(_MILLION_OF_THEM, _patterns, at_most=_MILLION),
        ),
        (
            Goal("17 patterns under 40 s, about 2 s each", "seconds", 40.0),
            Goal("at most 1.5 times as long as by hand", "slower", 1.5, _BY_HAND),
            Goal(
                "grows linearly: time a claim at most 1.2 of a million's",
                "slower",
                1.2,
                _MILLION_OF_THEM,
            ),
            Goal("memory bounded: under 2.5 GB", "mebibytes", 2384.0),
        ),
    ),
    *(_case_of(pattern.id) for pattern in shipped_patterns()),
    Case(
        "province-files",
        "`audit facts` from files in the layout: checked, sorted, written by month",
        "claim",
        _TEN_MILLION,
        _prepare,
        (Side(OURS, _from_files),),
        (Goal("memory bounded: under 2.5 GB", "mebibytes", 2384.0),),
    ),
    Case(
        "province-ledger",
        "`audit facts` from a ledger",
        "claim",
        50_000,
        _fill,
        (Side(OURS, _from_ledger),),
    ),
    Case(
        "province-spark",
        "all patterns by DuckDB, and by a Spark cluster of two workers on this machine",
        "claim",
        _MILLION,
        _prepare,
        (Side(OURS, _patterns), Side(_ON_SPARK, _on_spark)),
    ),
)
