"""The figures of the corpus and of the fuzzing, on a screen and in docs/hostile.md."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "hostile.md"
Found = Mapping[str, tuple[int, Sequence[str]]]
"""Of each reader the inputs tried, and the faults found."""


def corpus_lines(ended: Mapping[str, int]) -> list[str]:
    """Return how many bad inputs each reader gets, and how many ended as they must, as a table.

    `ended` counts those of the readers that were tried whole; of others the page's figures stay.
    """
    from .corpus import TABLES

    right = _kept_right() | {name: str(many) for name, many in ended.items()}
    rows = [
        f"| {table.reader} | {len(table.cases)} | {right.get(table.reader, '-')} |"
        for table in TABLES
    ]
    whole = sum(len(table.cases) for table in TABLES)
    tried = sum(int(many) for many in right.values() if many.isdigit())
    last = f"| **all** | **{whole}** | **{tried}** |"
    head = ["| what is bad | inputs | ended as they must |", "|---|---:|---:|"]
    return [*head, *rows, last]


def _kept_right() -> dict[str, str]:
    """Return what the page says of readers whose number of inputs is still the same."""
    from .corpus import TABLES

    rows = re.findall(r"(?m)^\| ([^|*`]+) \| (\d+) \| (\d+) \|$", PAGE.read_text("utf-8"))
    many = {table.reader: len(table.cases) for table in TABLES}
    return {name: right for name, inputs, right in rows if many.get(name) == int(inputs)}


def fuzz_lines(figures: Found, engine: str, readers: Mapping[str, str]) -> list[str]:
    """Return how many inputs each reader was given, as a table; others stay as they are there."""
    counts = _kept() | {name: (inputs, len(found)) for name, (inputs, found) in figures.items()}
    known = [(name, readers[name], *counts[name]) for name in readers if name in counts]
    rows = [f"| `{name}` | {what} | {tried:,} | {left} |" for name, what, tried, left in known]
    whole = sum(tried for _, _, tried, _ in known)
    faults = sum(left for _, _, _, left in known)
    last = f"| **all** | by {engine} | **{whole:,}** | **{faults}** |"
    return ["| reader | what it reads | inputs | faults left |", "|---|---|---:|---:|", *rows, last]


def _kept() -> dict[str, tuple[int, int]]:
    """Return the figures of the readers that the page has."""
    rows = re.findall(r"(?m)^\| `([\w-]+)` \|.*\| ([\d,]+) \| (\d+) \|$", PAGE.read_text("utf-8"))
    return {name: (int(tried.replace(",", "")), int(left)) for name, tried, left in rows}


def keep(mark: str, lines: Sequence[str]) -> None:
    """Put a table into the page, between its marks."""
    text = "\n".join([f"<!-- {mark} -->", "", *lines, "", "<!-- end -->"])
    page = PAGE.read_text(encoding="utf-8")
    new, found = re.subn(f"<!-- {mark} -->.*?<!-- end -->", lambda _: text, page, flags=re.DOTALL)
    assert found == 1, f"{PAGE.name} has no place for {mark}"
    PAGE.write_text(new, encoding="utf-8")
