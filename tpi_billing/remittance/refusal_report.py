"""Refusals by explanatory code: how often, for how much money, and whether the cure worked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tpi_billing.codes import CodeBook
from tpi_billing.ledger.refusals import Refused, Since

_ANNOUNCES = "YY"
"""It says that the code behind it is the reason (Teleplan facts, section 2.3)."""
_UNKNOWN = "not in the list of explanatory codes"
_NO_CODE = "MSP gave no code, or took the payment back without one"


@dataclass
class CodeRefusals:
    """The claims that were refused with a code, the first of those MSP gave: number and cents.

    `recovered` is what they or their successors were paid since; `since` counts what became of
    them, `by_month` when they were refused (`YYYY-MM`).
    """

    code: str
    meaning: str
    cure: str
    claims: int = 0
    amount: int = 0
    recovered: int = 0
    since: Counter[Since] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)

    def add(self, some: Refused) -> None:
        """Count claims in."""
        self.claims += some.claims
        self.amount += some.amount
        self.recovered += some.recovered
        self.since[some.since] += some.claims
        self.by_month[some.month] += some.claims


def refusals_by_code(found: Iterable[Refused], codes: CodeBook) -> list[CodeRefusals]:
    """Gather refused claims by code, the one with the most money first.

    A claim counts once, under the first code that is a reason.
    """
    by_code: dict[str, CodeRefusals] = {}
    for some in found:
        code = next((each for each in some.codes if each != _ANNOUNCES), "".join(some.codes[:1]))
        if code not in by_code:
            by_code[code] = _explained(code, codes)
        by_code[code].add(some)
    return sorted(by_code.values(), key=lambda each: (-each.amount, each.code))


def months_of(refusals: Iterable[CodeRefusals]) -> list[str]:
    """List the months in which anything was refused, the earliest first."""
    return sorted({month for each in refusals for month in each.by_month if month})


def _explained(code: str, codes: CodeBook) -> CodeRefusals:
    known = codes.explanatory_code(code) if code else None
    if known is not None:
        return CodeRefusals(code, known.meaning, known.action)
    if not code:
        return CodeRefusals("", _NO_CODE, "Look at the remittance.")
    return CodeRefusals(code, _UNKNOWN, f"Look it up: tpi-billing codes explain {code}.")
