"""One run of a piece of work in a fresh process: wall seconds, CPU seconds, peak memory."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AS_OF = "2026-11-05"
_LAUNCHER = Path(__file__).with_name("launcher.py")
_DONE = frozenset({0, 1})


class FailedError(Exception):
    """A process ended badly; the words say how."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One run: wall and CPU seconds, peak MiB (None where the system does not tell), outcome."""

    seconds: float
    cpu: float
    mebibytes: float | None
    outcome: Any = None


def process(command: Sequence[str], *, cwd: Path | None = None) -> tuple[Figure, str]:
    """Run a command; return its figure and what it printed. Raise FailedError when it fails."""
    with tempfile.TemporaryDirectory(prefix="tpi-figures-") as folder:
        figures = Path(folder, "figures.json")
        launched = [sys.executable, "-I", "-S", str(_LAUNCHER), str(figures), *command]
        done = subprocess.run(launched, capture_output=True, check=False, cwd=cwd)
        if done.returncode not in _DONE:
            said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
            last = said[-1] if said else "nothing said"
            raise FailedError(f"ended with {done.returncode}: {last}")
        return Figure(**json.loads(figures.read_text("utf-8"))), done.stdout.decode("utf-8")


def command(workspace: Path, *words: str) -> Figure:
    """Run a command of tpi-billing on a workspace, from start to end of the process."""
    options = ["--workspace", str(workspace), "--as-of", AS_OF, "--json"]
    return process([sys.executable, "-m", "tpi_billing", *options, *words])[0]


def work(name: str, folder: Path, size: int, *words: str) -> Figure:
    """Run `module:function` by `benchmarks.work`: the work alone, without starting and imports."""
    return told([sys.executable, "-m", "benchmarks.work", name, str(folder), str(size), *words])


def told(words: Sequence[str]) -> Figure:
    """Run a program that tells the seconds of its work and what came out, as JSON."""
    whole, printed = process(words, cwd=Path(__file__).parent.parent)
    said = json.loads(printed.strip().splitlines()[-1])
    return Figure(said["seconds"], said["cpu"], whole.mebibytes, said["outcome"])
