"""Which patterns there are, shipped and a workspace's own, and what fee items are to them."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from tpi_billing.audit.patterns.pattern import Pattern, own_patterns, shipped_patterns
from tpi_billing.codes import CodeBook
from tpi_billing.errors import UsageError
from tpi_billing.ledger.facts_view import ItemWords

FOLDER = "patterns"
"""The folder of a workspace with an auditor's own patterns and thresholds."""


def all_patterns(folder: Path) -> list[Pattern]:
    """Return the shipped patterns, then the workspace's own, each by their ids.

    Raise ConfigurationError with everything that is wrong with the workspace's.
    """
    shipped = shipped_patterns()
    return [*shipped, *own_patterns(folder, [pattern.id for pattern in shipped])]


def chosen(patterns: Sequence[Pattern], ids: Iterable[str]) -> list[Pattern]:
    """Return the patterns of these ids, all without any; UsageError for one that is not there."""
    known = {pattern.id: pattern for pattern in patterns}
    wanted = list(dict.fromkeys(ids))
    for each in wanted:
        if each not in known:
            close = get_close_matches(each, known, n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise UsageError(
                f"There is no pattern {each!r}.",
                hint=f"{hint}tpi-billing audit patterns --list names them all.",
            )
    return [known[each] for each in wanted] if wanted else list(patterns)


def item_words(codes: CodeBook) -> dict[str, ItemWords]:
    """Return what every fee item with a rule is to the patterns."""
    rules = codes.rules.items
    return {code: ItemWords(rule.kind, rule.daily_volume) for code, rule in rules.items()}
