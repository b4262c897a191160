"""What MSP says with a code, in our words: of a claim why and what to do, of an adjustment why."""

from collections.abc import Sequence
from dataclasses import dataclass

from tpi_billing.claims.explaining import in_weight
from tpi_billing.codes import CodeBook

_UNKNOWN = "MSP's code is not in the list of explanatory codes."
_NO_ADJUSTMENT = "Not in the list of adjustment codes: MSP's own words say what it is."
_ASK = "Look it up at MSP, and import its list: tpi-billing fees import FILE."


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanatory code: what it means, what to do, whose task it is, the field.

    `known` is False for a code that no list has. `field` is a Teleplan P number, N01 or blank.
    """

    code: str
    meaning: str
    cure: str
    who: str = ""
    field: str = ""
    known: bool = True


def explain(codes: CodeBook, given: Sequence[str]) -> tuple[Explained, ...]:
    """Explain the codes of a line, the one that decides first."""
    return tuple(_explained(codes, code) for code in in_weight(given, codes))


def _explained(codes: CodeBook, code: str) -> Explained:
    found = codes.explanatory_code(code)
    if found is None:
        return Explained(code, _UNKNOWN, _ASK, who="clinic", known=False)
    return Explained(found.code, found.meaning, found.action, found.who, found.field)


@dataclass(frozen=True, slots=True)
class ExplainedAdjustment:
    """What an adjustment is for; `known` is False for a code that no list has."""

    code: str
    meaning: str
    explanation: str
    known: bool


def explain_adjustment(codes: CodeBook, code: str) -> ExplainedAdjustment:
    """Explain an adjustment's code (S23, S24 column 36)."""
    found = codes.adjustment_code(code)
    if found is None:
        return ExplainedAdjustment(code, "unknown", _NO_ADJUSTMENT, known=False)
    return ExplainedAdjustment(found.code, found.meaning, found.explanation, known=True)
