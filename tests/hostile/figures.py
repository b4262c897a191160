"""The figures of the corpus and of the fuzzing, on a screen and in docs/hostile.md."""

from collections.abc import Iterator


def lines() -> Iterator[str]:
    """Yield how many cases each reader has."""
    from .corpus import TABLES

    for table in TABLES:
        yield f"{len(table.cases):>5}  {table.reader}"
    yield f"{sum(len(table.cases) for table in TABLES):>5}  bad inputs"


def keep() -> None:
    """Put the figures into the page."""
