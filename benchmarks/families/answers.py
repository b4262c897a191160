"""MSP's answers brought in: a remittance of many lines."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.case import OURS, Case, Goal, Side
from benchmarks.made import copy_of, new_workspace
from benchmarks.measure import Figure, command, work
from benchmarks.remittance import send_claims, write_remittance

_HERE = "benchmarks.families.answers"
_LIMIT = """\
each line is read, matched, hashed, stored with its journal entry, moves its claim with another \
entry, and is read again for the statement: by sampling 17% reading, 26% settling the claims, 16% \
storing, 19% the statement; of all that 16% is the journal (JSON, SHA-256) and 8% SQLite itself."""


def _prepare(folder: Path, size: int) -> None:
    write_remittance(_file(folder, size), size)
    made = new_workspace(folder)
    send_claims(made, size)
    made.rename(folder / f"sent-{size}")


def _file(folder: Path, size: int) -> Path:
    return folder / f"answers-{size}.txt"


def _import(folder: Path, size: int) -> Figure:
    workspace = copy_of(folder / f"sent-{size}")
    return command(workspace, "remittance", "import", str(_file(folder, size)))


def insert(folder: Path, size: int) -> Callable[[], Any]:
    """Insert the lines and as many journal rows, and mark as many claims, by the driver."""
    lines = _file(folder, size).read_text("ascii").splitlines()
    database = sqlite3.connect(folder / f"lines-{time.monotonic_ns()}.db")
    database.execute("CREATE TABLE l (n INTEGER PRIMARY KEY, line TEXT)")
    database.execute("CREATE TABLE j (n INTEGER PRIMARY KEY, what TEXT)")
    database.execute("CREATE TABLE c (n INTEGER PRIMARY KEY, state TEXT)")
    database.executemany("INSERT INTO c VALUES (?, 'sent')", [(at,) for at in range(size)])
    database.commit()

    def done() -> int:
        with database:
            database.executemany("INSERT INTO l (line) VALUES (?)", [(line,) for line in lines])
            database.executemany("INSERT INTO j (what) VALUES (?)", [(line,) for line in lines])
            database.executemany(
                "UPDATE c SET state = 'paid' WHERE n = ?", [(at,) for at in range(size)]
            )
        return len(lines)

    return done


def disk(folder: Path, size: int) -> Callable[[], Any]:
    """Write as many bytes as the remittance has, and wait until the disk has them."""
    content = _file(folder, size).read_bytes()

    def done() -> int:
        with (folder / "disk.bin").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return len(content)

    return done


def _inside(function: str) -> Callable[[Path, int], Figure]:
    return lambda folder, size: work(f"{_HERE}:{function}", folder, size)


CASES = (
    Case(
        "remittance",
        "a remittance imported",
        "line",
        100_000,
        _prepare,
        (
            Side(OURS, _import),
            Side(
                "reading it by slices",
                lambda folder, size: work("benchmarks.families.teleplan:slices", folder, size),
            ),
            Side("SQLite insert and update by the driver", _inside("insert")),
            Side("disk: the same bytes written and synced", _inside("disk")),
        ),
        (Goal("100,000 lines under 10 s", "seconds", 10.0, limit_is=_LIMIT),),
        scales=False,
    ),
)
