"""Write docs/licences.md: under which licences everything stands that an installation brings.

    python .ci/supply_chain/licences.py > docs/licences.md
    python .ci/supply_chain/licences.py --check     exit code 1 when the page is another one,
                                                    or a licence is not among the allowed ones

What the distributions say of themselves is read from those that are installed, on the systems and
Pythons that the project promises; run it in the development environment.
"""

import sys
from collections.abc import Iterator
from importlib import metadata

from packaging.utils import canonicalize_name
from requirements import TOP, Project, closure, environments

PAGE = TOP / "docs" / "licences.md"
FOR_DEVELOPERS = frozenset({"dev", "test", "browser"})
"""Extras that no installation of a clinic has."""

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "LGPL-3.0-only",  # used as it is, as a library of its own
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)

ELSEWHERE = {
    "backports-tarfile": "MIT",
    "colorama": "BSD-3-Clause",
    "importlib-metadata": "Apache-2.0",
    "lazy-importer": "Apache-2.0",
    "py4j": "BSD-3-Clause",
    "pyspark": "Apache-2.0",
    "pywin32-ctypes": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "zipp": "MIT",
}
"""What only some systems or Pythons need, or is too large for the tests: looked up by hand."""

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_WORDS = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "GNU LGPLv3": "LGPL-3.0-only",
    "MIT License": "MIT",
}


def licence_of(name: str) -> str:
    """Return a distribution's licence as an SPDX expression, or what it says if it is none."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "not installed here")
    if "License-Expression" in told:
        return str(told["License-Expression"])
    kinds = [
        str(one).rsplit(" :: ", 1)[-1]
        for one in told.get_all("Classifier") or ()
        if str(one).startswith("License :: ")
    ]
    kinds = [one for one in kinds if one != "OSI Approved"]
    said = [str(one) for one in told.get_all("License") or ()]
    first = said[0].strip().partition("\n")[0] if said else "unknown"
    if first in ALLOWED or first in _WORDS:
        return _WORDS.get(first, first)
    if kinds:
        return " OR ".join(sorted({_CLASSIFIERS.get(one, one) for one in kinds}))
    return first


def is_allowed(expression: str) -> bool:
    """Tell whether an expression leaves us a choice of licences that are all allowed."""
    bare = expression.replace("(", " ").replace(")", " ")
    return any(
        all(one.strip() in ALLOWED for one in choice.split(" AND "))
        for choice in bare.split(" OR ")
    )


def needed() -> dict[str, list[str]]:
    """Return every distribution of an installation with the extras that bring it; none: all do."""
    project = Project()
    base = _anywhere(project, ())
    found: dict[str, list[str]] = {name: [] for name in base}
    for extra in sorted({*project.extras} - FOR_DEVELOPERS):
        for name in _anywhere(project, (extra,)) - base:
            found.setdefault(name, []).append(extra)
    return dict(sorted(found.items()))


def _anywhere(project: Project, extras: tuple[str, ...]) -> set[str]:
    required = project.required(*extras)
    names = set().union(*(closure(required, within) for within in environments()))
    return names - {canonicalize_name(project.name)}


def page() -> str:
    """Return the page."""
    lines = [
        "# Licences",
        "",
        "tpi-billing is under Apache-2.0, see `LICENSE`. Installing it brings the packages below;",
        "those of an extra come with that extra only. Each licence is as the package states it;",
        "all of them let a clinic use the tool as it likes. The versions that it is tested with,",
        "and the hashes of their files, are in `.ci/dev.lock`.",
        "",
        "Made by `python .ci/supply_chain/licences.py > docs/licences.md`.",
        "",
        "| package | licence | comes with |",
        "|---|---|---|",
    ]
    for name, extras in needed().items():
        lines.append(
            f"| {name} | {licence_of(name)} | {', '.join(extras) or 'every installation'} |"
        )
    return "\n".join(lines) + "\n"


def refused() -> Iterator[str]:
    """Yield what is under no allowed licence, in words."""
    for name in needed():
        licence = licence_of(name)
        if not is_allowed(licence):
            yield f"{name}: its licence, {licence}, is not among the allowed ones"


def main(words: list[str]) -> int:
    """Print the page, or check it."""
    faults = list(refused())
    if "--check" not in words:
        sys.stdout.buffer.write(page().encode("utf-8"))
    elif PAGE.read_text(encoding="utf-8") != page():
        faults.append("docs/licences.md is another one: make it anew")
    for fault in faults:
        print(fault, file=sys.stderr)
    if "--check" in words and not faults:
        print(f"docs/licences.md: {len(needed())} packages, all under allowed licences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
