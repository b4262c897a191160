"""The figures of the corpus and of the fuzzing, on a screen and in docs/hostile.md."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "hostile.md"
Found = Mapping[str, tuple[int, Sequence[str]]]
"""Of each reader the inputs tried, and the faults found."""


def corpus_lines(wrong: int) -> list[str]:
    """Return how many bad inputs each reader gets, as a table."""
    from .corpus import TABLES

    found = [(table.reader, len(table.cases)) for table in TABLES]
    whole = sum(many for _, many in found)
    rows = [f"| {reader} | {many} |" for reader, many in found]
    last = f"| **all**, of which {wrong} did not end as they must | **{whole}** |"
    return ["| what is bad | inputs |", "|---|---:|", *rows, last]


def fuzz_lines(figures: Found, engine: str, readers: Mapping[str, str]) -> list[str]:
    """Return how many inputs each reader was given, as a table."""
    rows = [
        f"| `{name}` | {readers[name]} | {inputs:,} | {len(found)} |"
        for name, (inputs, found) in figures.items()
    ]
    whole = sum(inputs for inputs, _ in figures.values())
    faults = sum(len(found) for _, found in figures.values())
    last = f"| **all** | by {engine} | **{whole:,}** | **{faults}** |"
    return ["| reader | what it reads | inputs | faults left |", "|---|---|---:|---:|", *rows, last]


def keep(mark: str, lines: Sequence[str]) -> None:
    """Put a table into the page, between its marks."""
    text = "\n".join([f"<!-- {mark} -->", "", *lines, "", "<!-- end -->"])
    page = PAGE.read_text(encoding="utf-8")
    new, found = re.subn(f"<!-- {mark} -->.*?<!-- end -->", lambda _: text, page, flags=re.DOTALL)
    assert found == 1, f"{PAGE.name} has no place for {mark}"
    PAGE.write_text(new, encoding="utf-8")
