"""A command in a process of its own, forked so that nothing has to be loaded again."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from tpi_billing.cli.main import run
from tpi_billing.cli.streams import hush

LONGEST = 300
"""Seconds after which a command counts as hanging."""


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, negative for a signal, and both of its streams."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Started:
    """A process that runs, or waits for its gate to open."""

    pid: int
    out: int
    err: int

    def end(self) -> Ended:
        """Wait for it; one that hangs is killed, and that is a failure."""
        until = time.monotonic() + LONGEST
        while True:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise AssertionError("the command hangs")
            time.sleep(0.002)
        return Ended(os.waitstatus_to_exitcode(status), _read(self.out), _read(self.err))


def _read(pipe: int) -> str:
    with os.fdopen(pipe, encoding="utf-8", errors="replace") as told:
        return told.read()


def start(
    argv: list[str],
    disturb: Callable[[], Callable[[], None]],
    gate: tuple[int, int] | None = None,
    work: Callable[[list[str]], int] = run,
) -> Started:
    """Fork a process that disturbs itself and runs a command; what it says must fit into a pipe.

    `disturb` returns what is to be done when the command has ended, if it gets so far. With a
    gate, a pipe, it waits until nobody holds the other end.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    streams = [os.pipe(), os.pipe()]
    pid = os.fork()
    if pid == 0:
        _become(partial(work, argv), disturb, gate, [there for _, there in streams])
    for _, there in streams:
        os.close(there)
    return Started(pid, streams[0][0], streams[1][0])


def _become(
    work: Callable[[], int],
    disturb: Callable[[], Callable[[], None]],
    gate: tuple[int, int] | None,
    streams: Sequence[int],
) -> NoReturn:
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream, number)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        if gate is not None:
            os.close(gate[1])
            os.read(gate[0], 1)
        hush()
        afterwards = disturb()
        code = work()
        afterwards()
    except BaseException:  # noqa: BLE001 - the process ends here, and says why
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
