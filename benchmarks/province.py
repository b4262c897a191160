"""A made-up province as a folder of facts, made once in the user's cache folder.

Beside the folder lies what the patterns find there, so that the same asked by hand can be held to
it: `asked.json` has for each pattern who is named, and rows and sum of each answer.
"""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.measure import command
from benchmarks.peers.environments import cache_folder
from tpi_billing.audit.facts.duck import duckdb_facts
from tpi_billing.audit.facts.source import FactSource
from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.patterns.pattern import shipped_patterns
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.ledger.pattern_time import Patience

PERIOD = Period(date(2025, 8, 1), date(2026, 7, 31))
_FIRST = date(2024, 10, 1)
_SQL = Path(__file__).with_name("province_facts.sql")
_AT_ONCE = 10_000_000
_CLAIMS_EACH = 14_000
"""What a practitioner bills at least in the 24 months."""


@dataclass(frozen=True, slots=True)
class Province:
    """The folder of facts, and by pattern who is named and what is answered."""

    facts: Path
    named: Mapping[str, Sequence[str]]
    answers: Mapping[str, Sequence[Sequence[int]]]


def province(claims: int) -> Province:
    """Return the province of so many claims, made if it is not there."""
    digest = sha256(_SQL.read_bytes()).hexdigest()[:12]
    home = cache_folder() / f"province-{claims}-{digest}"
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix="province-", dir=home.parent))
        try:
            _make(draft, claims)
            draft.rename(home)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    asked = json.loads((home / "asked.json").read_text("utf-8"))
    return Province(home / "facts", asked["named"], asked["answers"])


def _make(folder: Path, claims: int) -> None:
    rows, workspace = folder / "rows", folder / "workspace"
    rows.mkdir()
    for part in range(-(-claims // _AT_ONCE)):
        _make_rows(rows, part, min(_AT_ONCE, claims - part * _AT_ONCE))
    command(folder, "init", str(workspace))
    facts = folder / "facts"
    words = ("audit", "facts", "--from-files", str(rows / "*.parquet"), "--out", str(facts))
    command(workspace, *words)
    shutil.rmtree(rows)
    shutil.rmtree(workspace)
    with duckdb_facts(facts, folder) as source:
        asked = _asked(source)
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")


def _make_rows(folder: Path, part: int, claims: int) -> None:
    """Write a part of the province as one file in the layout."""
    import duckdb

    practitioners = claims // _CLAIMS_EACH + 2
    given = {
        "seed": 1,
        "first": (_FIRST - date(1970, 1, 1)).days,
        "practitioner": part * (_AT_ONCE // _CLAIMS_EACH + 2),
        "practitioners": practitioners,
        "base": part * _AT_ONCE,
        "claims": claims,
    }
    database = folder / "made.duckdb"
    limits = {"memory_limit": "3GB", "preserve_insertion_order": False}
    with duckdb.connect(str(database), config=limits) as connection:
        for name, value in given.items():
            connection.execute(f"SET VARIABLE {name} = {value}")
        connection.execute(_SQL.read_text("utf-8"))
        file = folder / f"part-{part:03}.parquet"
        connection.execute(f"COPY made_facts TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    database.unlink()


def _asked(source: FactSource) -> dict[str, Any]:
    """Put every pattern to the facts; return who is named, and each answer's rows and sum."""
    thresholds, named, answers = Thresholds.load(), {}, {}
    for pattern in shipped_patterns():
        listening = _Listening(source)
        (result,) = run(listening, [pattern], thresholds, PERIOD)
        named[pattern.id] = [standing.practitioner for standing in result.named]
        answers[pattern.id] = listening.answers
    return {"named": named, "answers": answers}


@dataclass
class _Listening:
    """Facts that keep how many rows each answer has, and the sum of the last column."""

    source: FactSource
    answers: list[tuple[int, int]] = field(default_factory=list)

    def rows(
        self,
        statement: str,
        columns: Sequence[str],
        parameters: Mapping[str, int],
        practitioners: Collection[str] = (),
        patience: Patience | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        found = list(self.source.rows(statement, columns, parameters, practitioners, patience))
        self.answers.append(told_of(found))
        yield from found

    def claims_by_month(self, first_day: int, last_day: int) -> list[tuple[str, str, int]]:
        return self.source.claims_by_month(first_day, last_day)

    def days(self) -> tuple[int, int] | None:
        return self.source.days()


def told_of(rows: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """Return the number of rows and the sum of their last column."""
    return len(rows), sum(int(row[-1]) for row in rows)
