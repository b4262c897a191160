"""Long work tells how far it is on a terminal; nothing is told on pipes, to scripts, or quietly."""

import os
import sys
from contextlib import suppress

import pytest

from tpi_billing.cli import progress as shown
from tpi_billing.cli.progress import Progress, progress
from tpi_billing.cli.settings import Settings


@pytest.mark.parametrize(
    ("total", "steps", "words"),
    [
        (20_000, [], ""),
        (20_000, [1_500, 2_500], "Checking was at 4,000 of 20,000."),
        (None, [7], "Checking was at 7."),
    ],
)
def test_it_says_how_far_it_came(total: int | None, steps: list[int], words: str) -> None:
    work = Progress("Checking", total, may_show=False)
    for step in steps:
        work.advance(step)
    assert work.words == words


def test_work_that_follows_is_counted_anew() -> None:
    work = Progress("Reading", 20, may_show=False)
    checked = work.then("Checking", 15)
    work.advance(20)
    assert work.words == "Reading was at 20 of 20."
    checked(1)
    checked(2)
    assert work.words == "Checking was at 3 of 15."


@pytest.mark.parametrize(
    ("done", "total", "rate", "told"),
    [
        (4_000, 20_000, 2_000.0, "4,000 of 20,000, 2,000/s, 8 s left"),
        (1, 12, 0.5, "1 of 12, 0.5/s, 22 s left"),
        (10, 1_000_000, 1_000.0, "10 of 1,000,000, 1,000/s, 17 min left"),
        (10, 20_000_000, 1_000.0, "10 of 20,000,000, 1,000/s, 5.6 h left"),
        (30, 20, 10.0, "30 of 20, 10/s, 0 s left"),
        (4_000, None, 2_000.0, "4,000, 2,000/s"),
    ],
)
def test_it_tells_rate_and_time(done: int, total: int | None, rate: float, told: str) -> None:
    assert shown._told(done, total, rate) == told


@pytest.mark.parametrize(("json", "quiet"), [(False, False), (True, False), (False, True)])
def test_nothing_is_told_on_a_pipe_to_a_script_or_quietly(
    json: bool, quiet: bool, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "_WAIT", 0)
    # The captured stream is a pipe; a script or --quiet hears nothing on a terminal either.
    monkeypatch.setattr("sys.stderr.isatty", lambda: json or quiet, raising=False)
    with Settings(json=json, quiet=quiet).progress("Checking", 100) as work:
        work.advance(50)
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def _everything(master: int) -> bytes:
    """Read what was written to a terminal, which comes in pieces; Linux ends it with an error."""
    pieces = []
    with suppress(OSError):
        while piece := os.read(master, 65_536):
            pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs a POSIX system")
def test_a_terminal_is_told_and_cleaned_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    monkeypatch.setattr(shown, "_WAIT", 0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8", closefd=False) as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress("Checking", 1_000, may_show=True) as work:
            work.advance(250)
    os.close(slave)
    written = _everything(master).decode()
    os.close(master)
    assert "Checking" in written
    assert "250 of 1,000" in written
    assert "left" in written
    assert written.rstrip().endswith("\x1b[2K")
