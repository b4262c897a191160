"""Bring claims to where MSP's lines put them, and lines to where they stand, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tpi_billing.claims.owing import settle_chains
from tpi_billing.claims.parts import Outcome, Status, bring_up_to_date, parts_of
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.book_months import last_closed_month, month_after
from tpi_billing.ledger.chains import GRANTED, WAITING, chains_of
from tpi_billing.ledger.claims import change_claims, claims_at_msp, room_beside_others
from tpi_billing.ledger.exchange import finish_attempt
from tpi_billing.ledger.numbers import lies_within
from tpi_billing.ledger.remittances import lines_of_claims, stand_lines
from tpi_billing.model.altered import altered
from tpi_billing.model.claim import Answerable, ClaimAtMsp, ClaimState
from tpi_billing.model.remittance import RemittanceLine, Standing
from tpi_billing.remittance.answering import Verdict, answer

_S = ClaimState
_ASKED_OR_REPLACED = frozenset({_S.CORRECTED, _S.DEBIT_REQUESTED, _S.DEBITED})


class Standings:
    """Works out anew where claims and lines stand, and writes down what has changed."""

    def __init__(self, transaction: Transaction, ledger: Ledger) -> None:
        self._transaction = transaction
        self._ledger = ledger
        self._closed = last_closed_month(transaction.connection, ledger.data_centre) or ""

    def settle(
        self, claim_ids: Iterable[int], new: Sequence[RemittanceLine] = ()
    ) -> tuple[list[RemittanceLine], dict[int, ClaimAtMsp]]:
        """Settle claims by all lines about them, those in the ledger and new ones.

        Return the new lines as they are to be stored, in their order, and the claims as they were.
        """
        wanted = sorted(set(claim_ids))
        claims = self._proven(self._claims(wanted))
        stored = lines_of_claims(self._transaction.connection, self._ledger.data_centre, wanted)
        by_claim: dict[int, list[RemittanceLine]] = {}
        for line in new:
            if line.claim_id is not None:
                by_claim.setdefault(line.claim_id, []).append(line)
        placed: dict[int, RemittanceLine] = {}
        changed_lines: list[tuple[int, Standing, str, int | None, str, int]] = []
        changed_claims: list[tuple[Answerable, Mapping[str, Any]]] = []
        for claim_id, claim in claims.items():
            fresh = {line.line_id for line in by_claim.get(claim_id, ())}
            found = answer(claim, [*stored[claim_id], *by_claim.get(claim_id, ())], self._closed)
            for verdict in found.verdicts:
                line = self._stand(verdict)
                if line.line_id in fresh:
                    placed[line.line_id] = line
                elif line != verdict.line:
                    changed_lines.append(_change(line))
            values = {
                "state": found.state,
                "paid_cents": found.paid_cents,
                "adjusted_cents": found.adjusted_cents,
            }
            if any(getattr(claim, name) != value for name, value in values.items()):
                changed_claims.append((claim, values))
        stand_lines(self._transaction, changed_lines)
        change_claims(self._transaction, "claim.answered", changed_claims)
        self._follow_debits(
            [
                replace(claims[claim.claim_id or 0], **values)
                for claim, values in changed_claims
                if claim.is_debit
            ],
            by_claim,
        )
        touched = [claim.claim_id or 0 for claim, _ in changed_claims if _is_in_a_chain(claim)]
        settle_chains(self._transaction, self._ledger.data_centre, touched)
        return [placed.get(line.line_id, line) for line in new], claims

    def _claims(self, claim_ids: Sequence[int]) -> dict[int, ClaimAtMsp]:
        return claims_at_msp(self._transaction.connection, self._ledger.data_centre, claim_ids)

    def _stand(self, verdict: Verdict) -> RemittanceLine:
        line = verdict.line
        took = verdict.standing is Standing.APPLIED and line.paid_cents is not None
        month = line.claim_month or max(line.month, self._open) if took else ""
        return altered(
            line,
            standing=verdict.standing,
            problem=verdict.problem,
            adjusted_cents=verdict.adjusted_cents,
            claim_month=month,
        )

    @property
    def _open(self) -> str:
        return month_after(self._closed) if self._closed else ""

    def _proven(self, claims: dict[int, ClaimAtMsp]) -> dict[int, ClaimAtMsp]:
        """Take MSP's answer to a claim as proof that it has the file of which nobody knew."""
        doubtful = [claim for claim in claims.values() if claim.state is _S.BATCHED]
        proven = False
        for batch_id in sorted({claim.batch_id for claim in doubtful if claim.batch_id}):
            answered = {claim.sequence_number for claim in doubtful if claim.batch_id == batch_id}
            proven |= self._prove(batch_id, answered)
        if not proven:
            return claims
        return self._claims(sorted(claims))

    def _prove(self, batch_id: int, answered: set[int | None]) -> bool:
        found = False
        for part in parts_of(self._transaction.connection, batch_id):
            first, last = part.file.first_number, part.file.last_number
            within = any(
                lies_within(number, first, last) for number in answered if number is not None
            )
            if part.status is Status.OPEN and part.last is not None and within:
                said = "MSP answered claims of this file, so it has it."
                finish_attempt(self._transaction, part.last.submission_id, Outcome.ACCEPTED, said)
                found = True
        if found:
            bring_up_to_date(self._transaction, self._ledger, batch_id)
        return found

    def _follow_debits(
        self, debits: Sequence[ClaimAtMsp], new: Mapping[int, Sequence[RemittanceLine]]
    ) -> None:
        """Bring the claim that a debit request names to where MSP's answer puts it.

        A refused request says nothing of a payment that MSP took back of its own accord meanwhile:
        that claim is then as refused as its own lines say. A claim in whose place another stands,
        or that was written off, stays so.
        """
        wanted = sorted({debit.predecessor for debit in debits if debit.predecessor})
        if not wanted:
            return
        named = self._claims(wanted)
        stored = lines_of_claims(self._transaction.connection, self._ledger.data_centre, wanted)
        refused = [debit.predecessor or 0 for debit in debits if debit.state is _S.REFUSED]
        asked_for = self._asked_for(refused)
        changes: list[tuple[Answerable, Mapping[str, Any]]] = []
        for debit in debits:
            claim = named.get(debit.predecessor or 0)
            if claim is None or claim.state not in {_S.DEBIT_REQUESTED, _S.DEBITED}:
                continue
            if debit.state in GRANTED:
                changes.append((claim, {"state": _S.DEBITED}))
            elif debit.state is _S.REFUSED:
                if claim.claim_id in asked_for:
                    changes.append((claim, {"state": asked_for[claim.claim_id]}))
                    continue
                lines = [*stored[claim.claim_id], *new.get(claim.claim_id, ())]
                before = answer(replace(claim, state=_S.SENT), lines, self._closed)
                again = {"state": before.state, **self._room(claim)}
                change_claims(self._transaction, "claim.debit-answered", [(claim, again)])
        changes = [(claim, to) for claim, to in changes if claim.state is not to["state"]]
        change_claims(self._transaction, "claim.debit-answered", changes)

    def _asked_for(self, claim_ids: Sequence[int]) -> dict[int, ClaimState]:
        """Return where requests put each claim: MSP granted one, or has not answered all."""
        chains = chains_of(self._transaction.connection, self._ledger.data_centre, claim_ids)
        found: dict[int, ClaimState] = {}
        for chain in chains:
            for claim in chain.claims:
                states = {request.state for request in chain.requests_for(claim)}
                if states & GRANTED:
                    found[claim.claim_id or 0] = _S.DEBITED
                elif states & WAITING:
                    found[claim.claim_id or 0] = _S.DEBIT_REQUESTED
        return found

    def _room(self, claim: ClaimAtMsp) -> dict[str, int]:
        """Return what a claim needs that MSP's earlier word makes live again after its debit."""
        if claim.state is not _S.DEBITED:
            return {}
        connection = self._transaction.connection
        return room_beside_others(connection, self._ledger.data_centre, claim.claim_id)


def _is_in_a_chain(claim: Answerable) -> bool:
    """Tell whether an answer to a claim may change what is owed for another."""
    return claim.predecessor is not None or claim.state in _ASKED_OR_REPLACED


def _change(line: RemittanceLine) -> tuple[int, Standing, str, int | None, str, int]:
    return (
        line.line_id,
        line.standing,
        line.problem,
        line.claim_id,
        line.claim_month,
        line.adjusted_cents,
    )
