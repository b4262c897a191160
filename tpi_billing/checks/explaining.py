"""A check in plain words: what it looks for, what MSP would say, what to do, and an example."""

from collections.abc import Sequence
from dataclasses import dataclass

from tpi_billing.checks.examples import EXAMPLES, Cells, Example
from tpi_billing.checks.registry import RULES
from tpi_billing.codes import CodeBook
from tpi_billing.model.catalogue import CHECK, Check

_LONG_CELL = 60
_WHOSE = frozenset({"patient_id", "phn"})

_OF_THE_READING = {
    "missing-value": (
        "Require a session id and a service date, without which a row is no session: it is "
        "rejected. A row without a patient and a date is passed over."
    ),
    "invalid-value": (
        "Require every cell to be what its column holds: a date without doubt about its order, a "
        "time, a number, fee items, yes or no, a name that begins with a letter, an insurer that "
        "is known. A cell that cannot be read counts as blank in all other checks."
    ),
    "unknown-column": (
        "Tell once a file of each column that neither has a canonical name nor is in the mapping."
    ),
    "duplicate-session-id": (
        "Hold a session when two rows of one file have its id and do not say the same. Equal rows "
        "count once, and the same id in a later file is an update."
    ),
}
"""What is looked for while a row is read, where no rule says it."""

_NO_CLAIM = {
    "missing-value": "without it there is no session to bill",
    "invalid-value": "what cannot be read would be left out of the claim, or billed wrongly",
    "duplicate-session-id": "nobody can tell which of the two rows is the visit",
    "private-not-msp": "what is paid privately is no claim to MSP",
    "note-too-long": "the note record has no room for more",
}
"""Why a check cannot be lowered where no explanatory code of MSP's says it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that can be said of a check.

    `rule` is what it holds a session to. `why_locked` is blank for a check that a clinic may
    move. `meaning` is that of the explanatory code, blank without one. `example` has a line for
    each thing that differs from a clean session.
    """

    check: Check
    rule: str
    why_locked: str
    meaning: str
    example: tuple[str, ...]


def explain(check_id: str, codes: CodeBook) -> Explanation:
    """Explain a check of the catalogue."""
    check = CHECK[check_id]
    known = codes.explanatory_code(check.explanatory_code)
    return Explanation(
        check,
        _OF_THE_READING.get(check_id) or _rules_words(check_id),
        _why_locked(check),
        "" if known is None else known.meaning,
        _example_lines(EXAMPLES[check_id]),
    )


def _rules_words(check_id: str) -> str:
    """Return what the rule's own docstring says, as one line."""
    rule = next(rule for rule in RULES if rule.check_id == check_id)
    return " ".join((rule.find.__doc__ or "").split())


def _why_locked(check: Check) -> str:
    """Say why a clinic cannot lower the check, blank when it can."""
    if not check.locked:
        return ""
    if check.explanatory_code:
        return f"MSP would refuse the claim with {check.explanatory_code}"
    return _NO_CLAIM[check.id]


def _example_lines(example: Example) -> tuple[str, ...]:
    """Say what differs from a clean session, a line for each session or record."""
    lines = []
    if example.changes:
        lines.append(f"this session: {_cells(example.changes)}")
    if example.others:
        lines.append(_beside(example.others))
    lines += [
        f"the registry: a referral from {one.number} of {one.received}" for one in example.referrals
    ]
    return (*lines, example.told) if example.told else tuple(lines)


def _beside(others: Sequence[Cells]) -> str:
    """Describe the sessions beside; whose a stranger's is does not matter."""
    first = others[0]
    whose = " of another patient" if "patient_id" in first else ""
    differing = {column: text for column, text in first.items() if column not in _WHOSE}
    more = f", and {len(others) - 1} more like it" if len(others) > 1 else ""
    return f"another session{whose}: {_cells(differing)}{more}"


def _cells(cells: Cells) -> str:
    return "; ".join(_cell(column, text) for column, text in cells.items())


def _cell(column: str, text: str) -> str:
    if not text:
        return f"{column} is blank"
    if len(text) > _LONG_CELL:
        return f"{column} has {len(text)} characters"
    return f"{column} = {text}"
