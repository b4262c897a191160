"""Runs commands within bounds: memory, time, and a record of whatever they do elsewhere.

A process of its own has everything imported and forks for each command, which is quick. Where
there is no fork each command gets a process, and only its time is bounded.
"""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

MOST_MEMORY = 3 * 2**30
"""Addresses that a command may take up; a database engine reserves more than it uses."""
MOST_RESIDENT = 700
"""Megabytes that it may really use."""
MOST_SECONDS = 40
_CHANGING = frozenset(
    {"os.mkdir", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
    | {"os.rename", "shutil.rmtree", "shutil.move", "os.chown", "os.utime"}
)
_STARTING = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"})
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_MODULES = (
    *("openpyxl", "sqlalchemy.dialects.sqlite", "alembic.command", "httpx", "rich.console"),
    *(
        "pydantic",
        "docx",
        "tpi_billing.codes",
        "tpi_billing.cli.sessions",
        "tpi_billing.intake.rows",
    ),
    *("tpi_billing.ledger", "tpi_billing.intake.corrections", "tpi_billing.cli.remittance"),
)


@dataclass(frozen=True)
class Ended:
    """How a command ended: its code, -1 when it was stopped; what it said, used and touched."""

    code: int
    out: str
    err: str
    megabytes: int
    elsewhere: tuple[str, ...]

    @property
    def all(self) -> str:
        return self.out + self.err


class Confined:
    """The process that commands are forked from; to be used in a `with` statement."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        if hasattr(os, "fork"):
            self._process = subprocess.Popen(
                [sys.executable, "-B", __file__, "serve"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(timeout=10)

    def run(self, argv: Sequence[str], root: Path, environment: Mapping[str, str]) -> Ended:
        """Run one command; everything that it writes below `root` is its own affair."""
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder)
            asked = {"argv": list(argv), "root": str(root), "told": folder, "env": {**environment}}
            if self._process is None:
                _alone(json.dumps(asked))
            else:
                assert self._process.stdin is not None
                assert self._process.stdout is not None
                self._process.stdin.write(json.dumps(asked) + "\n")
                self._process.stdin.flush()
                self._process.stdout.readline()
            said = [_text_of(told / name) for name in ("out", "err")]
            try:
                ended = json.loads((told / "ended").read_text(encoding="utf-8"))
            except (OSError, ValueError):
                ended = {"code": -1, "megabytes": 0, "elsewhere": []}
            return Ended(ended["code"], *said, ended["megabytes"], tuple(ended["elsewhere"]))


def _text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""


def _alone(asked: str) -> None:
    words = [sys.executable, "-B", __file__, "one", asked]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(words, check=False, timeout=3 * MOST_SECONDS)


def serve() -> None:
    """Fork for each line of standard input, and answer when the command has ended."""
    from importlib import import_module

    for name in ("tpi_billing.cli.main", *_MODULES):
        import_module(name)
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                run_one(json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


def run_one(asked: dict[str, Any]) -> None:
    """Run a command here, within bounds, and write down how it ended."""
    root, told = Path(asked["root"]), Path(asked["told"])
    os.environ.update(asked["env"])
    os.chdir(root / "passing")
    os.environ["TMPDIR"] = tempfile.tempdir = str(root / "passing")
    _bound()
    watch = _Watch(str(root.resolve()))
    with (
        (told / "out").open("wb", buffering=0) as out,
        (told / "err").open("wb", buffering=0) as err,
    ):
        sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
        sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
        from tpi_billing.cli.main import run

        sys.addaudithook(watch)
        watch.on = True
        code = run([os.fsdecode(os.fsencode(word)) for word in asked["argv"]])
        watch.on = False
    ended = {"code": code, "megabytes": _megabytes(), "elsewhere": watch.found}
    (told / "ended").write_text(json.dumps(ended), encoding="utf-8")


class _Watch:
    """Notes what is written, made or started outside of a folder."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.on = False
        self.found: list[str] = []

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.on and (bad := self._bad(event, args)):
            self.found.append(f"{event} {bad}"[:300])

    def _bad(self, event: str, args: tuple[Any, ...]) -> str:
        if event == "open":
            return self._outside(args[0]) if (args[2] or 0) & _WRITING else ""
        if event in _CHANGING:
            names = [one for one in args[:2] if isinstance(one, str | bytes | os.PathLike)]
            return next(filter(None, (self._outside(one, link=True) for one in names)), "")
        if event == "sqlite3.connect":
            return "" if ":memory:" in str(args[0]) else self._outside(args[0])
        if event == "socket.connect":
            host = args[1][0] if isinstance(args[1], tuple) else str(args[1])
            return "" if host in _HERE else str(host)
        return str(args[0]) if event in _STARTING else ""

    def _outside(self, path: Any, *, link: bool = False) -> str:
        if isinstance(path, int):
            return ""
        text = os.fsdecode(path)
        if text.startswith("file:"):
            text = text.removeprefix("file://").partition("?")[0]
        path = Path(text).absolute()
        # Path.resolve fails where a link goes round.
        folder = Path(os.path.realpath(path.parent))
        real = str(folder / path.name) if link else os.path.realpath(path)
        allowed = real in {os.devnull, self.root} or real.startswith(self.root + os.sep)
        return "" if allowed else text


def _bound() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(3 * MOST_SECONDS)


def _megabytes() -> int:
    try:
        import resource
    except ImportError:
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used // 2**20 if sys.platform == "darwin" else used // 2**10)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        run_one(json.loads(sys.argv[2]))
