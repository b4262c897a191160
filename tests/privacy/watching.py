"""Looks at every file and folder that a command makes, at each step that it takes on the disk."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_STEPS = {
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "sqlite3.connect",
    "shutil.move",
}


@dataclass
class Watch:
    """What was made below `root`, and what of it anybody but its owner could open at some moment.

    The system tells of a step before it is taken: what it makes is looked at from the next one on.
    """

    root: str = ""
    made: dict[str, None] = field(default_factory=dict)
    loose: dict[str, str] = field(default_factory=dict)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.root or event not in _STEPS:
            return
        self.look()
        target = args[1] if event == "os.rename" else args[0]
        if event == "open" and not (isinstance(args[2], int) and args[2] & os.O_CREAT):
            return
        if event in {"open", "os.mkdir", "os.rename", "sqlite3.connect"}:
            self._remember(target)

    def _remember(self, target: object) -> None:
        try:
            name = os.path.abspath(os.fsdecode(target))  # type: ignore[arg-type]  # noqa: PTH100
        except (TypeError, ValueError):
            return
        if name.startswith(self.root):
            self.made[name] = None
            for end in ("-wal", "-shm", "-journal") if name.endswith(".db") else ():
                self.made[name + end] = None

    def look(self) -> None:
        """Look at everything that was made and is still there."""
        for name in list(self.made):
            try:
                mode = os.lstat(name).st_mode
            except OSError:
                continue
            if mode & 0o077 and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                self.loose[name] = oct(stat.S_IMODE(mode))


_WATCH = Watch()
sys.addaudithook(_WATCH)


@contextmanager
def watched(root: Path, umask: int) -> Iterator[Watch]:
    """Watch what is made below a folder while files get the rights that a umask leaves them."""
    before = os.umask(umask)
    _WATCH.root, _WATCH.made, _WATCH.loose = str(root), {}, {}
    try:
        yield _WATCH
        _WATCH.look()
    finally:
        _WATCH.root = ""
        os.umask(before)
