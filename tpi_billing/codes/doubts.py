"""What makes a new list look like nonsense, to be imported only when a person confirms it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tpi_billing.errors import BillingError, ConflictError, Trouble

MOST_GONE = 50
MOST_GONE_PERCENT = 5
"""A new edition drops a few items; more than either of these and a part of the file is missing."""

_AT_A_GLANCE = 20
_CONFIRM = "Nothing was changed. If the file is right all the same, repeat it with --confirm."


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason not to trust a list; `kind` sorts the reasons."""

    kind: str
    message: str


def gone_doubts(gone: Sequence[str], before: int, what: str) -> list[Doubt]:
    """Doubt a list that has lost more than 50, or more than 5%, of the `before` that there were."""
    if len(gone) <= MOST_GONE and len(gone) * 100 <= before * MOST_GONE_PERCENT:
        return []
    tenths = len(gone) * 1000 // before
    share = f"{tenths // 10}.{tenths % 10}%"
    listed = ", ".join(sorted(gone))
    return [Doubt("gone", f"{len(gone)} of {before} {what} are gone ({share}): {listed}")]


def refusal(doubts: Sequence[Doubt], path: Path) -> BillingError:
    """Make the ConflictError that lists every doubt, and at its end how to confirm them."""
    troubles = [Trouble(doubt.message, file=str(path)) for doubt in doubts]
    if len(doubts) > _AT_A_GLANCE:
        troubles.append(Trouble(f"{len(doubts)} doubts: {_counted(doubts)}", file=str(path)))
    troubles[-1] = replace(troubles[-1], hint=_CONFIRM)
    return ConflictError.of(troubles)


def _counted(doubts: Sequence[Doubt]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in Counter(d.kind for d in doubts).items())
