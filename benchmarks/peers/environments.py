"""An environment of its own for each peer, made once in the user's cache folder."""

import json
import os
import sys
import venv
from functools import cache
from pathlib import Path

from benchmarks.case import Skipped
from benchmarks.measure import FailedError, Figure, process, told

WANTED: dict[str, tuple[str, ...]] = {
    "frictionless": ("frictionless",),
    "pandera": ("pandera[pandas]",),
    "pyx12": ("pyx12",),
    # Its last release is of the first pydantic, and imports dotenv without asking for it.
    "linuxforhealth-x12": ("linuxforhealth-x12", "pydantic<2", "python-dotenv"),
    "pandas": ("pandas", "openpyxl"),
    "typer": ("typer",),
}
_HERE = Path(__file__).parent


def run(peer: str, script: str, *words: str) -> Figure:
    """Run a script of this folder in a peer's environment; raise Skipped if there is none."""
    return told([str(_python(peer)), str(_HERE / script), *words])


def run_whole(peer: str, script: str, *words: str) -> Figure:
    """Run it and take the whole process, as a person waits for it."""
    return process([str(_python(peer)), str(_HERE / script), *words])[0]


def versions(peer: str) -> dict[str, str]:
    """Return what is installed of what was asked for; nothing if the environment is not there."""
    names = [name.partition("[")[0].partition("<")[0] for name in WANTED[peer]]
    ask = (
        "import json, sys, importlib.metadata as m;"
        "print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))"
    )
    try:
        _, printed = process([str(_python(peer)), "-c", ask, *names])
    except (FailedError, Skipped):
        return {}
    return dict(json.loads(printed))


@cache
def _python(peer: str) -> Path:
    home = cache_folder() / f"{peer}-{sys.version_info.major}.{sys.version_info.minor}"
    binary = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = home / "installed"
    try:
        if not done.exists():
            venv.create(home, with_pip=True, clear=True)
            process([str(binary), "-m", "pip", "install", "--quiet", *WANTED[peer]])
            done.write_text("\n".join(WANTED[peer]), encoding="utf-8")
    except (FailedError, OSError) as error:
        # The reason may name the machine's folders, which have no place on the page.
        print(f"{peer} cannot be installed: {error}", file=sys.stderr)
        raise Skipped(f"{peer} cannot be installed here") from None
    return binary


def cache_folder() -> Path:
    """Return the folder for what is made once and kept between runs."""
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "tpi-billing-benchmarks"
