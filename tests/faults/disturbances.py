"""What is done to a command from inside of its process, before it runs."""

import errno
import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import databases

from tpi_billing import clock

DRIVERS = Path(__file__).parents[1] / "end_to_end"
Disturb = Callable[[], Callable[[], None]]


def _nothing() -> None:
    pass


def _kill_at(deadly: int, root: Path) -> Any:
    """Load the mechanism that counts steps, with the folder below which files count."""
    os.environ["TPI_ROOT"] = str(root)
    sys.argv = ["kill_at", str(deadly)]
    sys.path.insert(0, str(DRIVERS))
    import kill_at

    return kill_at


def _watch(kill_at: Any) -> None:
    """Put a step before everything that changes something, also what only the driver does."""
    kill_at.watch()
    if not databases.SERVER:
        return
    import psycopg

    copy = psycopg.Cursor.copy

    @contextmanager
    def copying(self: Any, *given: Any, **options: Any) -> Iterator[Any]:
        kill_at.step()
        with copy(self, *given, **options) as rows:
            yield rows
            kill_at.step()

    psycopg.Cursor.copy = copying  # type: ignore[method-assign,assignment]


def killed(at: int, root: Path, talks: bool, steps: Path) -> Disturb:
    """Let it kill itself at a step; at none with 0, when it leaves the number of its steps."""

    def disturb() -> Callable[[], None]:
        kill_at = _kill_at(at, root)
        _watch(kill_at)
        if talks:
            import kill_sending

            kill_sending.watch_the_line()
        return lambda: steps.write_text(str(kill_at.steps)) and None  # type: ignore[func-returns-value]

    return disturb


def removing(at: int, root: Path, target: Path) -> Disturb:
    """Let somebody remove a file at a step."""

    def disturb() -> Callable[[], None]:
        kill_at = _kill_at(0, root)
        count = [0]

        def step() -> None:
            count[0] += 1
            if count[0] == at and target.is_dir():
                shutil.rmtree(target)
            elif count[0] == at:
                target.unlink(missing_ok=True)

        kill_at.step = step
        _watch(kill_at)
        return _nothing

    return disturb


_NEED_ROOM = ("open", "os.rename", "os.link", "os.mkdir", "fsync")
_CHANGES = (*_NEED_ROOM, "os.remove", "os.rmdir")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def refused(at: int, root: Path, number: int, operations: Path) -> Disturb:
    """Refuse each file operation from the n-th on with an error of the system; none with 0.

    On a full disk (ENOSPC) files can still be removed; in a folder that may not be written
    (EACCES) they cannot.
    """
    kinds = _NEED_ROOM if number == errno.ENOSPC else _CHANGES
    count = [0]

    def step(kind: str) -> None:
        if kind in kinds:
            count[0] += 1
            if 0 < at <= count[0]:
                raise OSError(number, os.strerror(number))

    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in kinds or not isinstance(arguments[0], (str, Path)):
            return
        changes = event != "open" or bool((arguments[2] or 0) & _WRITING)
        if changes and str(arguments[0]).startswith(str(root)):
            step(event)

    def disturb() -> Callable[[], None]:
        fsync = os.fsync

        def forcing(handle: Any) -> None:
            step("fsync")
            fsync(handle)

        os.fsync = forcing
        sys.addaudithook(on_event)

        def afterwards() -> None:
            made = count[0]
            count[0] = -(10**9)
            operations.write_text(str(made))

        return afterwards

    return disturb


def limited(most: int) -> Disturb:
    """Let no file grow beyond so many bytes: what a full disk does to a file in use."""

    def disturb() -> Callable[[], None]:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        return _nothing

    return disturb


def set_back(by: timedelta) -> Disturb:
    """Set the computer's clock back, as the tool sees it."""

    def disturb() -> Callable[[], None]:
        then = datetime.now(UTC) - by
        clock.now = lambda: then.strftime("%Y-%m-%dT%H:%M:%SZ")
        clock.today = lambda: then.astimezone().date()
        return _nothing

    return disturb


def undisturbed() -> Callable[[], None]:
    return _nothing


def typing(answers: tuple[str, ...], disturb: Disturb) -> Disturb:
    """Let a person answer what is asked, and be disturbed."""

    def both() -> Callable[[], None]:
        import getpass

        waiting = iter(answers)
        getpass.getpass = lambda *_: next(waiting)  # type: ignore[assignment]
        return disturb()

    return both
