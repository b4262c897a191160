"""What it was measured on: the machine, versions, and how busy it was."""

import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.peers.environments import WANTED, versions

_OURS = ("tpi-billing", "sqlalchemy", "pydantic", "typer", "openpyxl", "rich")


def kind() -> str:
    """Name the kind of machine, of which figures can be compared: processor, cores, Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {python}"


def load() -> float | None:
    """Return how many processes have wanted a core in the last minute; None on Windows."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def memory() -> str:
    """Name the machine's memory."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return "not known"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"


def software(peers: Iterable[str] = WANTED) -> dict[str, str]:
    """Return what was measured and what stood beside it, with versions."""
    found = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    for name in _OURS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    for peer in peers:
        found |= {f"{name} (peer)": each for name, each in versions(peer).items()}
    return found


def commit() -> str:
    """Name the commit that was measured, with a mark when files differ from it."""
    here = Path(__file__).parent
    words = ["git", "describe", "--always", "--dirty=+"]
    try:
        done = subprocess.run(words, cwd=here, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
