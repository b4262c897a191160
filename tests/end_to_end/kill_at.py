"""Runs one command for real, and kills its own process at the n-th step that changes something.

Steps are counted wherever a run could leave something half done: before each statement to the
database, before and after each commit, and before a file is opened for writing, forced to the
disk, renamed, linked or deleted, or a folder made, below the folder in TPI_ROOT. `kill_at.py 0
WORDS...` runs to the end and writes the number of steps into the file named by TPI_STEPS.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from tpi_billing.cli.main import run

ROOT = os.environ["TPI_ROOT"]
DEADLY = int(sys.argv[1])
_PLACES = {"os.rename": 0, "os.link": 0, "os.remove": 0, "os.mkdir": 0, "os.rmdir": 0}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
steps = 0


def step() -> None:
    """Count one step; die at the one that was asked for."""
    global steps  # noqa: PLW0603 - the count is the whole state of this program
    steps += 1
    if steps != DEADLY:
        return
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)


def on_event(event: str, arguments: tuple[Any, ...]) -> None:
    """Notice what Python is about to do to a file (PEP 578)."""
    if event == "open":
        path, mode, flags = arguments
        changes = bool((flags or 0) & _WRITING) or any(c in (mode or "") for c in "wax+")
    elif event in _PLACES:
        path, changes = arguments[_PLACES[event]], True
    else:
        return
    if changes and isinstance(path, str) and path.startswith(ROOT):
        step()


def watch() -> None:
    """Put a step before everything that changes something."""
    sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: step())
    commit, fsync = DefaultDialect.do_commit, os.fsync

    def committing(self: Any, connection: Any) -> None:
        step()
        commit(self, connection)
        step()

    def forcing(handle: Any) -> None:
        step()
        fsync(handle)

    DefaultDialect.do_commit = committing  # type: ignore[method-assign]
    os.fsync = forcing
    sys.addaudithook(on_event)


if __name__ == "__main__":
    watch()
    code = run(sys.argv[2:])
    if DEADLY == 0:
        Path(os.environ["TPI_STEPS"]).write_text(str(steps), encoding="utf-8")
    sys.exit(code)
