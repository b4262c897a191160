"""The figures of a campaign, on a screen and in docs/faults.md."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import databases

from .campaign import AT_MOST, KINDS, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the figures as a table of kinds, and their sums."""
    yield f"| {'fault':<12} | {'injected':>8} | {'survived':>8} |"
    yield f"| {'-' * 12} | {'-' * 7}: | {'-' * 7}: |"
    for kind in KINDS:
        here = [one for one in outcomes if one.kind == kind]
        if here:
            yield _row(kind, here)
    yield _row("**all**", outcomes)


def _limit(most: int) -> str:
    spread = f", at most {most} places of a kind in each, evenly spread"
    return spread if 0 < most < AT_MOST else ""


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    survived = sum(one.survived for one in outcomes)
    return f"| {name:<12} | {len(outcomes):>8} | {survived:>8} |"


def keep(outcomes: Sequence[Outcome], *, most: int) -> None:
    """Put the figures into the page, between the marks of this campaign and this database."""
    server = "postgresql" if databases.SERVER else "sqlite"
    name = f"{'whole' if most else 'sample'}-{server}"
    commands = len({one.command for one in outcomes})
    table = "\n".join(lines(outcomes))
    text = f"<!-- {name} -->\n\n{commands} commands{_limit(most)}.\n\n{table}\n\n<!-- end -->"
    page = PAGE.read_text(encoding="utf-8")
    new, found = re.subn(f"<!-- {name} -->.*?<!-- end -->", lambda _: text, page, flags=re.DOTALL)
    assert found == 1, f"{PAGE.name} has no place for {name}"
    PAGE.write_text(new, encoding="utf-8")
