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
_ONLY_WHEN_NAMED = frozenset(case.name for case in province.CASES)
"""They take longer than all others together, and the first time make data for minutes."""


def chosen(words: Sequence[str] | None) -> list[str]:
    """Return the cases of these names, and those whose names go on behind one and a hyphen.

    Without a name all are meant but those of a province.
    """
    if not words:
        return [name for name in CASES if name not in _ONLY_WHEN_NAMED]
    return [name for name in CASES if any(f"{name}-".startswith(f"{word}-") for word in words)]
