"""Status words that nobody has explained: their visits are never billed, so it is said."""

from dataclasses import dataclass

from tpi_billing.intake import limits
from tpi_billing.intake.cells import shortened
from tpi_billing.intake.header import header_key
from tpi_billing.model.finding import Problem, Severity

COMPLETED = "completed"
_NOT_BILLED = frozenset(
    {
        *("cancelled", "canceled", "cancellation", "cancel", "cxl", "cxld"),
        *("cancelledbypatient", "canceledbypatient", "cancelledbyclinic", "canceledbyclinic"),
        *("noshow", "noshowed", "didnotattend", "didnotshow", "dna", "missed"),
        *("booked", "booking", "scheduled", "rescheduled"),
    }
)
_KNOWN = _NOT_BILLED | {COMPLETED}


def canonical_status(text: str) -> str:
    """Return `completed` where blanks or hyphens stand within it; other words as they stand."""
    if text.lower() == COMPLETED or header_key(text) != COMPLETED:
        return text
    return COMPLETED


@dataclass(slots=True)
class _Word:
    """One word as it first stood, the row of that, and how many visits have it."""

    text: str
    first: int
    count: int = 0


class UnknownStatuses:
    """Counts the visits of a file by status words that are not known."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: dict[str, _Word] = {}

    def clear(self) -> None:
        """Begin again."""
        self._found.clear()

    def count(self, text: str, row: int) -> None:
        """Count a visit's status; a known one, or none, is passed over."""
        key = header_key(text)
        if key and key not in _KNOWN:
            self._found.setdefault(key, _Word(text, row)).count += 1

    def problems(self) -> list[tuple[Problem, int]]:
        """Return a warning for each word and the row where it first stands.

        In an export whose cells have shifted every row has its own: a few are named, and the
        others counted.
        """
        words = list(self._found.values())
        told = [(self._problem(word), word.first) for word in words[: limits.NAMED_ROWS]]
        if rest := words[limits.NAMED_ROWS :]:
            visits = sum(word.count for word in rest)
            told.append((self._rest(len(rest), visits), rest[0].first))
        return told

    def _problem(self, word: _Word) -> Problem:
        # The word itself may be anything where cells have shifted: it is only in the value.
        visits = "1 visit has" if word.count == 1 else f"{word.count} visits have"
        where = "in" if word.count == 1 else "first in"
        return _warning(
            f"{visits} a status that is not known, {where} row {word.first}: only completed "
            "visits are billed, so it counts as skipped.",
            shortened(word.text),
            f"Name the word under [mappings.{self._source}.values.status] in tpi-billing.toml, "
            '"the word" = "completed" or "cancelled", and import again.',
        )

    def _rest(self, words: int, visits: int) -> Problem:
        noun = "word" if words == 1 else "words"
        return _warning(
            f"{words} more status {noun} of {visits} visits are not known: they count as skipped.",
            "",
            "Look at the column: the cells of the export may have shifted.",
        )


def _warning(message: str, value: str, hint: str) -> Problem:
    return Problem("invalid-value", message, "status", value, hint, Severity.WARNING)
