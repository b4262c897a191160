"""The figures of a campaign, on a screen and in docs/faults.md."""

import re
from collections.abc import Iterator
from pathlib import Path

import databases

from .outcomes import Tried
from .places import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def lines(tried: Tried) -> Iterator[str]:
    """Yield the figures as a table of kinds, and their sums."""
    yield f"| {'fault':<12} | {'places':>8} | {'injected':>8} | {'survived':>8} |"
    yield f"| {'-' * 12} | {'-' * 7}: | {'-' * 7}: | {'-' * 7}: |"
    rows = []
    for kind in KINDS:
        here = [one for one in tried.outcomes if one.kind == kind]
        if tried.places.get(kind):
            survived = sum(one.survived for one in here)
            rows.append((tried.places[kind], len(here), survived))
            yield _row(kind, rows[-1])
    yield _row("**all**", tuple(map(sum, zip(*rows, strict=True))))


def _row(name: str, figures: tuple[int, ...]) -> str:
    return " | ".join([f"| {name:<12}", *(f"{figure:>8,}" for figure in figures)]) + " |"


def keep(tried: Tried, *, sample: bool) -> None:
    """Put the figures into the page, between the marks of this campaign and this database."""
    server = "postgresql" if databases.SERVER else "sqlite"
    name = f"{'sample' if sample else 'whole'}-{server}"
    commands = len({one.command for one in tried.outcomes})
    table = "\n".join(lines(tried))
    text = f"<!-- {name} -->\n\n{commands} commands.\n\n{table}\n\n<!-- end -->"
    page = PAGE.read_text(encoding="utf-8")
    new, found = re.subn(f"<!-- {name} -->.*?<!-- end -->", lambda _: text, page, flags=re.DOTALL)
    assert found == 1, f"{PAGE.name} has no place for {name}"
    PAGE.write_text(new, encoding="utf-8")
