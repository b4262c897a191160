"""The audit: the journal verified, patterns looked for."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.case import OURS, Case, Goal, Side
from benchmarks.made import imported, new_workspace
from benchmarks.measure import Figure, command, work
from benchmarks.patterns import fill_with_trouble

_HERE = "benchmarks.families.auditing"
_ENTRIES_A_SESSION = 5
_LIMIT = """\
the figure has the start of the process in it, which is about a third of the time at this size; \
by sampling the stack, of the rest some 45% is fetching and hashing the entries and 55% comparing \
them with the rows of the tables. Entries that are only fetched and hashed are the third row."""


def _prepare(folder: Path, entries: int) -> None:
    """Bill and send visits until their ledger has about so many entries."""
    workspace = imported(folder, entries // _ENTRIES_A_SESSION)
    for words in (
        ("batch", "create", "--month", "2026-10"),
        ("batch", "sent", "1"),
        ("batch", "confirm", "1", "--reason", "benchmark"),
    ):
        command(workspace, *words)
    workspace.rename(folder / "sent")


def _verify(*words: str) -> Callable[[Path, int], Figure]:
    return lambda folder, _size: command(folder / "sent", "audit", "verify", *words)


def chain(folder: Path, _size: int) -> Callable[[], Any]:
    """Fetch the entries by the driver and hash each with the one before it; compare no table."""
    database = sqlite3.connect(folder / "sent" / "ledger.db")

    def done() -> int:
        count, digest = 0, ""
        for row in database.execute("SELECT * FROM journal ORDER BY entry"):
            digest = hashlib.sha256(f"{digest}{row}".encode()).hexdigest()
            count += 1
        return count

    return done


def entries(folder: Path) -> int:
    """Count the entries of the verified ledger."""
    with closing(sqlite3.connect(folder / "sent" / "ledger.db")) as connection:
        (count,) = connection.execute("SELECT entries FROM journal_head").fetchone()
        return int(count)


def _chain(folder: Path, size: int) -> Figure:
    return work(f"{_HERE}:chain", folder, size)


def _fill(folder: Path, size: int) -> None:
    made = new_workspace(folder)
    fill_with_trouble(made, size)
    made.rename(folder / "trouble")


def _patterns(folder: Path, _size: int) -> Figure:
    return command(folder / "trouble", "audit", "patterns")


CASES = (
    Case(
        "verify",
        "`audit verify`, journal against every table",
        "entry",
        100_000,
        _prepare,
        (
            Side(OURS, _verify()),
            Side("of it: `--since-checkpoint`", _verify("--since-checkpoint")),
            Side("entries fetched and hashed, no table compared", _chain),
        ),
        (Goal("100,000 entries a second", "rate", 100_000, limit_is=_LIMIT),),
    ),
    Case(
        "patterns",
        "`audit patterns` over two years of claims",
        "claim",
        20_000,
        _fill,
        (Side(OURS, _patterns),),
    ),
)
