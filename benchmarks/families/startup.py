"""How long a person waits before anything happens."""

import sys
from pathlib import Path

from benchmarks.case import OURS, Case, Goal, Side
from benchmarks.made import imported
from benchmarks.measure import Figure, command, process
from benchmarks.peers.environments import run_whole

_BARE = "bare interpreter"
_TYPER = "bare Typer app"
_LIMIT = """\
nearly all of it is imports: by `-X importtime` SQLAlchemy three tenths, the tool's own classes \
and tables a quarter, Typer and pydantic a sixth, and Python's own modules the rest."""


def _help(_folder: Path, _size: int) -> Figure:
    return process([sys.executable, "-m", "tpi_billing", "--help"])[0]


def _bare(_folder: Path, _size: int) -> Figure:
    return process([sys.executable, "-c", "pass"])[0]


def _typer(_folder: Path, _size: int) -> Figure:
    return run_whole("typer", "typer_app.py", "--help")


def _prepare(folder: Path, size: int) -> None:
    imported(folder, size)


def _small(folder: Path, size: int) -> Figure:
    return command(imported(folder, size), "batch", "list")


CASES = (
    Case(
        "help",
        "`--help`",
        "start",
        1,
        lambda _folder, _size: None,
        (Side(OURS, _help), Side(_BARE, _bare), Side(_TYPER, _typer)),
        (Goal("at most 1.2 times a bare Typer app", "slower", 1.2, _TYPER),),
        scales=False,
    ),
    Case(
        "small",
        "a small command: `batch list`",
        "session in the ledger",
        200,
        _prepare,
        (Side(OURS, _small), Side(_BARE, _bare)),
        (Goal("under 0.5 s", "seconds", 0.5, limit_is=_LIMIT),),
        scales=False,
    ),
)
