"""From wishes to successors: which can be made, and everything for which the others cannot.

All corrected sessions are opened at once and priced together, as a batch would. Where one is left,
the others are priced again without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.checks.engine import to_findings
from tpi_billing.claims.assessment import Assessed
from tpi_billing.claims.outgoing import unwritable_parts
from tpi_billing.claims.owing import settled_by_claim
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.claims import claims_of_sessions
from tpi_billing.model.claim import Claim
from tpi_billing.model.finding import Finding
from tpi_billing.model.money import dollars
from tpi_billing.remittance.actions.cases import Case, CaseFinder
from tpi_billing.remittance.actions.lines import altered, cure_for, line_for, others_of
from tpi_billing.remittance.actions.neighbours import Neighbours
from tpi_billing.remittance.actions.said import APPROVED, FOLLOWS_AN_ANSWER, NAMES_THE_CLAIM
from tpi_billing.remittance.actions.sessions import Look, Opener
from tpi_billing.remittance.actions.wishes import Left, Successor, Wish, trouble

_OVERDUE = frozenset({"submission-overdue", "submission-due-soon"})
"""Checks of the 90 days after the service, which do not bind a claim that follows an answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The successors that can be made, and the wishes that are left."""

    ready: tuple[Successor, ...]
    left: tuple[Left, ...]


class Planner:
    """Plans successors within a transaction, which it leaves as it was."""

    def __init__(
        self,
        transaction: Transaction,
        data_centre: str,
        config: Config,
        codes: CodeBook,
        as_of: date,
    ) -> None:
        self._connection = transaction.connection
        self._data_centre = data_centre
        self._config = config
        self._codes = codes
        self._as_of = as_of
        self._opener = Opener(transaction, config, codes)
        self._neighbours = Neighbours(self._connection, data_centre, self._opener, as_of)
        self._settled: dict[int, int] = {}

    def plan(self, wishes: Sequence[Wish]) -> Plan:
        """Plan the wishes; what is ready and what is left stand in their order."""
        finder = CaseFinder(
            self._connection, self._data_centre, self._config, self._codes, self._as_of
        )
        cases = finder.find(wishes)
        numbers = [case.wish.claim_id for case in cases]
        self._settled = settled_by_claim(self._connection, self._data_centre, numbers)
        ready, left = self._settle(cases)
        order = {id(wish): at for at, wish in enumerate(wishes)}
        return Plan(
            tuple(sorted(ready, key=lambda one: order[id(one.wish)])),
            tuple(sorted([*finder.left, *left], key=lambda one: order[id(one.wish)])),
        )

    def _settle(self, cases: Sequence[Case]) -> tuple[list[Successor], list[Left]]:
        """Plan cases until those that are ready do not count on one that is left."""
        left: list[Left] = []
        while True:
            ready, failed = self._attempt(cases)
            left += failed
            gone = {id(one.wish) for one in failed}
            patients = {case.opened.patient_key for case in cases if id(case.wish) in gone}
            cases = [case for case in cases if id(case.wish) not in gone]
            if not any(case.opened.patient_key in patients for case in cases):
                return ready, left

    def _attempt(self, cases: Sequence[Case]) -> tuple[list[Successor], list[Left]]:
        verdicts = self._opener.assess([Look(case.opened, case.as_of) for case in cases])
        keys = sorted({case.claim.session_key for case in cases})
        family = claims_of_sessions(self._connection, self._data_centre, keys)
        ready: list[Successor] = []
        failed: list[Left] = []
        for case in cases:
            verdict = verdicts.get((case.claim.session_key, case.as_of))
            one = self._successor(case, verdict, family[case.claim.session_key])
            if isinstance(one, Successor):
                ready.append(one)
            else:
                failed.append(one)
        return ready, failed

    def _successor(
        self, case: Case, assessed: Assessed | None, family: Sequence[Claim]
    ) -> Successor | Left:
        if assessed is None:
            said = f"Session {case.claim.session_id} would not be a completed visit any more."
            hint = "If there was no visit, write the claim off: tpi-billing claims write-off."
            return _left(case, said, hint, "status")
        findings = self._placed(case, assessed.findings)
        if any(finding.holds for finding in findings):
            return Left(case.wish, (), findings, case.claim.session_id)
        new = self._in_place(case, assessed, family)
        if isinstance(new, Left):
            return new
        unwritable = unwritable_parts([new], self._codes, self._data_centre)
        if unwritable:
            held = to_findings(unwritable, self._config, case.place, case.claim.session_id)
            return Left(case.wish, (), tuple(held), case.claim.session_id)
        shown = replace(assessed, findings=findings)
        return Successor(case.wish, case.claim, new, case.changed, _reason(case), shown)

    def _in_place(self, case: Case, assessed: Assessed, family: Sequence[Claim]) -> Claim | Left:
        """Return the claim that takes the old one's place, if that touches no other claim."""
        others = others_of(family, case.claim)
        touched = [*altered(assessed, others), *self._neighbours.altered(case)]
        if touched:
            return _touched(case, touched)
        line = line_for(case.claim, assessed, others)
        if isinstance(line, str):
            said = f"The session of claim {case.claim.claim_id} {line}."
            hint = "Name what is billed with --set fee_items=..., or write the claim off."
            return _left(case, said, hint, "fee_items")
        return self._numberless(case, line)

    def _placed(self, case: Case, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        bound = case.choice.code not in FOLLOWS_AN_ANSWER
        return tuple(
            replace(finding, place=case.place, claim_id=case.claim.claim_id)
            for finding in findings
            if bound or finding.code not in _OVERDUE
        )

    def _numberless(self, case: Case, line: Claim) -> Claim | Left:
        """Return the line's claim as it follows the old one: less what is settled already."""
        code, number = case.choice.code, case.claim.claim_id or 0
        settled = self._settled[number]
        if line.amount_cents <= settled:
            said = (
                f"The corrected claim comes to {dollars(line.amount_cents)}, and "
                f"{dollars(settled)} of claim {number} is paid or written off."
            )
            hint = "Nothing more is due: take the payment back with claims debit, or write it off."
            return _left(case, said, hint, "")
        return replace(
            line,
            submission_code=code,
            approval_reference=case.reference if code == APPROVED else "",
            original_file_number=case.said.file_number if code in NAMES_THE_CLAIM else "",
            predecessor=case.claim.claim_id,
            expected_cents=line.amount_cents - settled if settled else None,
        )


def _left(case: Case, said: str, hint: str, column: str) -> Left:
    return Left(case.wish, (trouble(case.wish, said, hint, column),), (), case.claim.session_id)


def _touched(case: Case, touched: Sequence[Claim]) -> Left:
    troubles = [
        trouble(
            case.wish,
            f"The correction of claim {case.claim.claim_id} would alter claim {other.claim_id}, "
            f"which is {other.state}.",
            f"One after the other: {cure_for(other)}.",
            "claim",
        )
        for other in touched
    ]
    return Left(case.wish, tuple(troubles), (), case.claim.session_id)


def _reason(case: Case) -> str:
    """Return why: what was given, else what MSP said."""
    if case.wish.reason:
        return case.wish.reason
    said = " ".join(case.said.codes)
    return f"MSP answered with {said}" if said else "MSP's answer"
