"""How long a pattern may take: a statement that never ends is stopped, and told by its name."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")
_OFTEN = 0.1
"""Seconds between two looks whether somebody wants it to stop."""


class PatternTooLongError(Exception):
    """A pattern did not end in its time, and was stopped."""


class Patience:
    """Runs out so many seconds after it was made; without a number never."""

    def __init__(self, seconds: float = math.inf) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never fewer than none."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Tell whether the time is over."""
        return time.monotonic() >= self._end

    def check(self) -> None:
        """Raise PatternTooLongError when the time is over."""
        if self.is_over:
            raise PatternTooLongError

    def wait_for(self, work: Callable[[], Result], stop: Callable[[], object]) -> Result:
        """Let another thread work, so that Ctrl-C is heard here; `stop` makes it leave off early.

        Raise PatternTooLongError when it does not end in time.
        """
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(work)
            try:
                while not _ends(working, min(self.left, _OFTEN)):
                    self.check()
            except BaseException:
                stop()
                while not _ends(working, _OFTEN):  # it may just have begun
                    stop()
                raise
            return working.result()

    @contextmanager
    def ending_in(self, stop: Callable[[], object]) -> Iterator[None]:
        """Call `stop` from another thread once the time is over, until the block ends.

        Again and again: what is to be stopped may not have begun the first time.
        """
        if math.isinf(self._end):
            yield
            return
        ended = threading.Event()

        def watch() -> None:
            if not ended.wait(self.left):
                stop()
            while not ended.wait(_OFTEN):
                stop()

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        finally:
            ended.set()
            watching.join()


def _ends(working: Future[Any], seconds: float) -> bool:
    """Wait so long at most; tell whether the work has ended."""
    return bool(wait([working], timeout=seconds).done)
