"""Tries inputs on a reader: counts them, and keeps one of each way in which it broke or was slow."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

import hashlib
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from .readers import Reader, fed

SLOW_SECONDS = 30.0
LARGEST = 65_536
"""Longer inputs only take longer: what is long is tried in the corpus."""


class TooSlowError(Exception):
    """A reader took too long over one input."""


@dataclass
class Tries:
    """What was tried on a reader; `found` has one input of each fault."""

    reader: Reader
    folder: Path | None = None
    inputs: int = 0
    found: dict[str, bytes] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def one(self, content: bytes) -> None:
        """Feed one input; a fault is kept, and trying goes on."""
        self.inputs += 1
        try:
            with _bounded(SLOW_SECONDS):
                fed(self.reader, content[:LARGEST])
        except Exception as error:  # noqa: BLE001 - every fault is a find
            self._keep(content, error)

    def _keep(self, content: bytes, error: Exception) -> None:
        name = place_of(error)
        if name in self.found:
            return
        self.found[name] = content
        sys.stderr.write(f"found: {name}: {str(error)[:200]!r}\n")
        if self.folder is not None:
            digest = hashlib.sha256(content).hexdigest()[:12]
            (self.folder / f"{digest}.txt").write_bytes(content)
            told = "".join(traceback.format_exception(error))
            (self.folder / f"{digest}.trace").write_text(told, encoding="utf-8", errors="replace")


def place_of(error: Exception) -> str:
    """Name a fault by its kind and the line of ours that it came through last."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "tpi_billing" in frame.filename]
    last = ours[-1] if ours else frames[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.name}"


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Stop what computes for too long, where the system can; others at work do not count."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
