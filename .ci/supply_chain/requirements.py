"""What pyproject.toml requires, what the lock pins, and what the installed distributions need.

For the checks of `.ci/run` beside this file; nothing of the tool itself uses it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[2]
LOCK = TOP / ".ci" / "dev.lock"
_PIN = re.compile(
    r"^(?P<pin>[A-Za-z0-9][^\s;]*==[^\s;\\]+(?: ;[^\\\n]+)?)(?P<rest>.*(?:\n {4}--.*)*)",
    re.MULTILINE,
)

_NEEDS_ELSEWHERE = {"pyspark": ["py4j"]}
"""What those need that the development environment leaves out."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A line of the lock: an exact version, under which circumstances, and its files' hashes."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as registries compare it."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version that the line allows."""
        (only,) = self.requirement.specifier
        return only.version


def pins_of(text: str) -> list[Pin]:
    """Read a lock; what is not a pin, such as a comment, is passed over."""
    return [
        Pin(
            Requirement(found["pin"].strip()),
            tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", found["rest"])),
        )
        for found in _PIN.finditer(text)
    ]


class Project:
    """The requirements of pyproject.toml, with those of an extra that names other extras."""

    def __init__(self, file: Path = TOP / "pyproject.toml") -> None:
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        self.name: str = project["name"]
        self.python: str = project["requires-python"]
        self._base: list[str] = project["dependencies"]
        self._extras: dict[str, list[str]] = project["optional-dependencies"]

    @property
    def extras(self) -> list[str]:
        """The names of the extras."""
        return list(self._extras)

    def required(self, *extras: str) -> list[Requirement]:
        """Return what is required with some extras, each once, in the order of its text."""
        found = {*self._base, *(one for extra in extras for one in self._of(extra))}
        return [Requirement(one) for one in sorted(found)]

    def _of(self, extra: str) -> Iterator[str]:
        for text in self._extras[extra]:
            one = Requirement(text)
            if canonicalize_name(one.name) == canonicalize_name(self.name):
                for other in sorted(one.extras):
                    yield from self._of(other)
            else:
                yield text


def environments() -> list[dict[str, str]]:
    """Return the circumstances that the project promises to run under, for markers."""
    systems = [
        ("win32", "Windows", "nt"),
        ("darwin", "Darwin", "posix"),
        ("linux", "Linux", "posix"),
    ]
    return [
        {
            "sys_platform": platform,
            "platform_system": system,
            "os_name": name,
            "python_version": version,
            "python_full_version": f"{version}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        for platform, system, name in systems
        for version in ("3.11", "3.12", "3.13")
    ]


def closure(required: Iterable[Requirement], within: Mapping[str, str]) -> set[str]:
    """Return the names of all that is needed, also by what is needed, under circumstances.

    What is not installed here is named; what it needs in turn is known of some only.
    """
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(one, "") for one in required]
    while waiting:
        one, extra = waiting.pop()
        if one.marker is not None and not one.marker.evaluate({**within, "extra": extra}):
            continue
        name = canonicalize_name(one.name)
        found.add(name)
        for wanted in {"", *one.extras}:
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting += [(needed, wanted) for needed in _needs(name)]
    return found


def _needs(name: str) -> list[Requirement]:
    try:
        return [Requirement(text) for text in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return [Requirement(text) for text in _NEEDS_ELSEWHERE.get(name, ())]
