"""Where a command can be disturbed by each kind of fault, and which of the places are taken."""

import random
from collections.abc import Iterator, Sequence

import databases

from .commands import Case
from .trials import CLOCK, Fault, Normal

KINDS = (
    "killed", "disk full", "no access", "file limit", "small disk", "removed", "cut out", "cut in",
    "clock back", "at once",
)  # fmt: skip
_FILES_ONLY = {"file limit", "small disk"}
"""Kinds that are about a ledger in a file."""
AT_MOST = 4000
"""Places of one kind and command in the whole campaign; of a longer row, evenly spread ones."""
_AT_MOST_SLOW = 60
_SMALL_DISKS = 48


def kinds(*, mounts: bool) -> list[str]:
    """Return the kinds of faults that there are here; small disks where they can be mounted."""
    return [
        kind for kind in KINDS
        if (mounts or kind != "small disk") and not (databases.SERVER and kind in _FILES_ONLY)
    ]  # fmt: skip


def places(case: Case, kind: str, points: dict[str, int]) -> Sequence[int]:
    """Return all places of a kind of fault in a command."""
    if kind.startswith("cut") and not case.talks:
        return ()
    return {
        "killed": range(1, points["steps"] + 1),
        "disk full": range(1, points["full"] + 1),
        "no access": range(1, points["denied"] + 1),
        "file limit": range(points["pages"] + 1),
        "small disk": range(_SMALL_DISKS),
        "removed": range(1, points["steps"] + 1),
        "cut out": range(points.get("out", 0)),
        "cut in": range(points.get("in", 0)),
        "clock back": tuple(CLOCK),
        "at once": (2, 10),
    }[kind]


def chosen(case: Case, known: Normal, most: int, kinds: Sequence[str]) -> Iterator[Fault]:
    """Choose the faults of a command: at most so many of a kind, or with 0 a seeded sample."""
    seeded = random.Random(f"{case.name} {case.words}")
    others = [kind for kind in kinds if kind not in {"killed", "cut out", "cut in"}]
    daily = {"killed", "cut out", "cut in", *seeded.sample(others, 1 if case.slow else 2)}
    for kind in kinds:
        every = places(case, kind, known.points)
        if not every or not (most or kind in daily):
            continue
        if most:
            taken = spread(every, min(most, _AT_MOST_SLOW) if case.slow else most)
        elif kind == "killed":
            taken = sorted({every[0], every[-1], seeded.choice(every)})[-1 if case.slow else 0 :]
        elif kind == "at once":
            taken = [2]
        else:
            taken = seeded.sample(every, min(len(every), 2 if kind.startswith("cut") else 1))
        yield from (Fault(kind, at) for at in taken)


def spread(every: Sequence[int], most: int) -> list[int]:
    """Choose at most so many, evenly spread: of several also the first and the last."""
    if most >= len(every):
        return list(every)
    if most == 1:
        return [every[len(every) // 2]]
    return [every[at * (len(every) - 1) // (most - 1)] for at in range(most)]
