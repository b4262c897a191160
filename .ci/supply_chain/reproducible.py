"""Build the wheel and the source distribution twice, and compare them byte for byte.

    python .ci/supply_chain/reproducible.py

The two trees differ in all that must not matter: folder, file times, permissions, time zone,
language, order of hashing. The wheel that is built of the source distribution must be the same,
too. Needs hatchling; the time in the files is SOURCE_DATE_EPOCH, or a fixed one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from requirements import TOP

_EPOCH = "1767225600"  # 2026-01-01
Made = dict[str, bytes]
"""What a build made: the files' names and contents."""
_DROSS = shutil.ignore_patterns("__pycache__", "*.pyc")
_WORLDS = (
    ("a", 0o022, 1_000_000_000, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
    (
        "another folder/with a longer name",
        0o077,
        1_700_000_000,
        {"TZ": "America/Vancouver", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ),
)


def lay_out(target: Path, umask: int, at: int) -> None:
    """Copy what a source distribution is made of, with other times and permissions."""
    settings = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    parts = settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    target.mkdir(parents=True)
    for name in ("pyproject.toml", *(part.strip("/") for part in parts)):
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, target / name, ignore=_DROSS)
        elif (TOP / name).exists():
            shutil.copyfile(TOP / name, target / name)
    for path in [target, *target.rglob("*")]:
        run = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod((0o777 if run else 0o666) & ~umask)
        os.utime(path, (at, at))


def build(tree: Path, out: Path, world: dict[str, str], *kinds: str) -> Made:
    """Build within a tree, and return what was made."""
    told = {"SOURCE_DATE_EPOCH": _EPOCH, **os.environ, **world}
    words = [sys.executable, "-m", "hatchling", "build", "--directory", str(out)]
    words += [word for kind in kinds for word in ("--target", kind)]
    done = subprocess.run(words, cwd=tree, env=told, check=False, capture_output=True)
    if done.returncode:
        sys.exit(f"it cannot be built: {done.stderr.decode('utf-8', 'replace')}")
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def differences(one: Made, other: Made, again: Made) -> list[str]:
    """Name what is not the same in two builds, or in what was built of the source distribution."""
    faults = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    faults += [f"{name}, of the source distribution" for name in again if again[name] != one[name]]
    return faults


def main() -> int:
    """Build, compare, and say the hashes."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        made = []
        for at, (folder, umask, times, world) in enumerate(_WORLDS):
            lay_out(place / folder, umask, times)
            made.append(build(place / folder, place / f"out{at}", world, "sdist", "wheel"))
        (source,) = (place / "out0").glob("*.tar.gz")
        with tarfile.open(source) as opened:
            opened.extractall(place / "unpacked", filter="data")
        (tree,) = (place / "unpacked").iterdir()
        again = build(tree, place / "out2", _WORLDS[0][3], "wheel")
    faults = differences(made[0], made[1], again)
    for fault in faults:
        print(f"NOT REPRODUCIBLE: {fault}")
    for one, content in made[0].items():
        print(f"{hashlib.sha256(content).hexdigest()}  {one}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
