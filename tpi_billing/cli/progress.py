"""How far long work has come: on a terminal how fast it goes and how long it will take."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_WAIT = 0.5
"""Seconds that work has to last before anything is said of it."""
_OFTEN = 0.1
"""Seconds between two changes of what is said."""


class Progress:
    """Counts what was done of `total`, None if only the end tells; shows it if it may.

    A bar appears when the work lasts, and is gone with it. `words` say how far it came.
    """

    def __init__(self, what: str, total: int | None, *, may_show: bool) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self._may_show = may_show
        self._next = time.monotonic() + _WAIT
        self._began = time.monotonic()
        self._bar: Bar | None = None
        self._task: Any = None

    @property
    def words(self) -> str:
        """How far it came: `Checking was at 4,000 of 20,000.`, blank before the first step."""
        if not self.done:
            return ""
        of = "" if self.total is None else f" of {self.total:,}"
        return f"{self.what} was at {self.done:,}{of}."

    def then(self, what: str, total: int | None) -> Callable[[int], None]:
        """Return an `advance` of another piece of work, which follows when it is first called."""

        def advance(done: int) -> None:
            if self.what != what:
                self.end()
                self.what, self.total, self.done = what, total, 0
                self._began = time.monotonic()
            self.advance(done)

        return advance

    def advance(self, done: int) -> None:
        """Add to what is done."""
        self.done += done
        if self._may_show and time.monotonic() >= self._next:
            self._show()
            self._next = time.monotonic() + _OFTEN

    def _show(self) -> None:
        if self._bar is None:
            self._bar = _bar()
            self._task = self._bar.add_task(self.what, total=self.total, told="")
            self._bar.start()
        rate = self.done / (time.monotonic() - self._began)
        self._bar.update(self._task, completed=self.done, told=_told(self.done, self.total, rate))

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def progress(what: str, total: int | None, *, may_show: bool) -> Iterator[Progress]:
    """Give the progress of a block; what it shows is gone when the block ends."""
    shown = Progress(what, total, may_show=may_show)
    try:
        yield shown
    finally:
        shown.end()


def _bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    return Bar(*columns, console=Console(stderr=True), transient=True)


def _told(done: int, total: int | None, rate: float) -> str:
    """Say how many, how fast, and how long yet: `4,000 of 20,000, 1,950/s, 8 s left`."""
    speed = f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
    if total is None:
        return f"{done:,}, {speed}"
    left = max(total - done, 0) / rate
    return f"{done:,} of {total:,}, {speed}, {_time(left)} left"


def _time(seconds: float) -> str:
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    return f"{round(seconds / 60)} min" if whole < 5_400 else f"{whole / 3_600:.1f} h"
