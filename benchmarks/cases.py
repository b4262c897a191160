"""Every case, in the order in which they are measured."""

from collections.abc import Sequence

from benchmarks.case import Case
from benchmarks.families import (
    answers,
    auditing,
    checking,
    month,
    province,
    reading,
    startup,
    teleplan,
)

CASES: dict[str, Case] = {
    case.name: case
    for family in (startup, reading, checking, teleplan, month, answers, auditing, province)
    for case in family.CASES
}


def chosen(words: Sequence[str] | None) -> list[str]:
    """Return the cases of these names, and those whose names go on behind one and a hyphen."""
    if not words:
        return list(CASES)
    return [name for name in CASES if any(f"{name}-".startswith(f"{word}-") for word in words)]
