"""Standard output and error: UTF-8 wherever they lead, and calm when one of them gives way."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from tpi_billing.errors import Trouble


def prepare() -> None:
    """Write UTF-8 whatever the console's code page, and never fail on a character it lacks.

    A stream that was closed before the start (`>&-`, a program without a window) becomes one
    that swallows what is written.
    """
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and not stream.isatty():
            reconfigure(encoding="utf-8", errors="replace")
        elif reconfigure is not None:
            reconfigure(errors="replace")


def hush() -> None:
    """Let Python say nothing of what fails where nobody can catch it: its words may quote data.

    So ends a workbook that a full disk has broken off, which was told of already.
    """
    sys.unraisablehook = lambda _: None


def written(write: Callable[[], None]) -> Trouble | None:
    """Write to the streams, to the last byte; return what went wrong.

    A reader that went away, as `| head` does, has all it wanted: that is no trouble.
    """
    try:
        write()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        _let_go()
    except OSError as error:
        _let_go()
        said = error.strerror or type(error).__name__
        return Trouble(
            f"The output cannot be written: {said}.",
            "The command itself was done. Make room where its output goes, and look again.",
        )
    return None


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _let_go() -> None:
    """Lead whichever stream is broken into nothing, so that Python's own last flush is quiet."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nothing:
                os.dup2(nothing.fileno(), stream.fileno())
