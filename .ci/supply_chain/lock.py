"""Make the locked development environment `.ci/dev.lock`, or check that it fits pyproject.toml.

    python .ci/supply_chain/lock.py            makes it, with uv
    python .ci/supply_chain/lock.py --upgrade  takes the newest versions that are allowed
    python .ci/supply_chain/lock.py --check    needs no network: exit code 1 and what is wrong

Every distribution is pinned with the hashes of its files, for all systems and Pythons at once.
No registry is named: whoever installs takes the one that is set up there, and a file with another
content than the one that was locked is refused wherever it comes from.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name
from requirements import LOCK, TOP, Project, pins_of

_FOR = "# for the requirements of pyproject.toml with sha256 "
_HEADER = """\
# The development environment, every file hashed. Made by .ci/supply_chain/lock.py; install with
# python -m pip install --require-hashes -r .ci/dev.lock && python -m pip install --no-deps -e .
"""


def fingerprint(project: Project) -> str:
    """Return the SHA-256 of what the development environment requires."""
    words = [f"python{project.python}", *(str(one) for one in project.required("dev"))]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def faults_of(text: str, project: Project) -> Iterator[str]:
    """Yield what keeps a lock from being one of the project, in words."""
    if f"{_FOR}{fingerprint(project)}" not in text.splitlines():
        yield "it was made for other requirements than those of pyproject.toml"
    pins = pins_of(text)
    for pin in pins:
        if not pin.hashes:
            yield f"{pin.name} has no hash"
    for one in project.required("dev"):
        there = [pin for pin in pins if pin.name == canonicalize_name(one.name)]
        if not there:
            yield f"{one} is not pinned"
        for pin in there:
            if not one.specifier.contains(pin.version, prereleases=True):
                yield f"{pin.name} is pinned to {pin.version}, and pyproject.toml wants {one}"
    for number, line in enumerate(text.splitlines(), start=1):
        if "://" in line or line.startswith("-"):
            yield f"line {number} names a place to install from"


def make(target: Path, *, upgrade: bool) -> int:
    """Write the lock anew; versions that are in it already stay unless `upgrade` says otherwise."""
    words = ["uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--universal"]
    words += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet"]
    words += ["--no-emit-index-url", "--no-emit-find-links", "--output-file", str(target)]
    words += ["--upgrade"] if upgrade else []
    done = subprocess.run(words, cwd=TOP, check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        return done.returncode
    body = target.read_text(encoding="utf-8")
    start = f"{_HEADER}{_FOR}{fingerprint(Project())}\n"
    target.write_text(start + body, encoding="utf-8", newline="\n")
    return 0


def main(words: list[str]) -> int:
    """Make or check, as the command line says."""
    if "--check" not in words:
        return make(LOCK, upgrade="--upgrade" in words)
    faults = list(faults_of(LOCK.read_text(encoding="utf-8"), Project()))
    for fault in faults:
        print(f".ci/dev.lock: {fault}")
    if faults:
        print("Make it anew: python .ci/supply_chain/lock.py")
        return 1
    pins = pins_of(LOCK.read_text(encoding="utf-8"))
    print(f".ci/dev.lock fits pyproject.toml: {len(pins)} pins, all hashed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
