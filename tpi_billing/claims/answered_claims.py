"""Claims that MSP answered and that wait for a person: refused, paid otherwise, held for long."""

from collections.abc import Sequence
from datetime import date

from tpi_billing.claims.explaining import deadline, explained
from tpi_billing.claims.work_items import Kind, Reason, WorkItem, most_pressing, person, urgency
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.answers import Said
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.money import dollars
from tpi_billing.model.remittance import Standing

_S = ClaimState
_REFUSALS = frozenset({"C12", "S03"})
_HELD = "S04"
_DEALT_WITH = {
    _S.CORRECTED: "corrected",
    _S.WRITTEN_OFF: "written off",
    _S.DEBITED: "taken back as it was asked to be",
}
"""States in which nothing is owed for a claim, unless MSP has moved its money afterwards."""
_REMITTANCES_TO_WAIT = 2
"""MSP holds a claim for a later remittance; after two more it has waited unusually long."""


def outstanding_cents(claim: Claim) -> int:
    """Return what MSP still owes for a claim by its own bill and MSP's lines, in signed cents."""
    return claim.due_cents + claim.adjusted_cents - (claim.paid_cents or 0)


def decisive(claim: Claim, said: Sequence[Said]) -> Said | None:
    """Return the line that put the claim where it is: the latest that moved it; None before any.

    Of several of one day it is one that fits the claim's state.
    """
    applied = [line for line in said if line.standing is Standing.APPLIED]
    return max(
        applied,
        key=lambda line: (line.payment_date or date.min, _fits(claim, line), line.line_id),
        default=None,
    )


def codes_of(claim: Claim, said: Sequence[Said]) -> tuple[str, ...]:
    """Return the explanatory codes of the line that put the claim where it is."""
    line = decisive(claim, said)
    return () if line is None else line.explanatory_codes


def answered_item(
    claim: Claim,
    said: Sequence[Said],
    payments: Sequence[date],
    book: CodeBook,
    as_of: date,
    due_soon_days: int,
    posted_cents: int,
) -> WorkItem | None:
    """Make the item of a claim that MSP answered; None for one that waits for nobody.

    `payments` are the payment dates of the remittances of its payee that were taken in,
    `posted_cents` what else has moved of its debt: passed on, given up, or by what MSP said of
    another claim of the service.
    """
    line = decisive(claim, said)
    dealt_with = claim.state in _DEALT_WITH
    cents = outstanding_cents(claim) + posted_cents
    found = _what_happened(claim, line, said, payments, cents)
    if found is None:
        return None
    kind, first = found
    codes = () if line is None or dealt_with else line.explanatory_codes
    last = None
    if claim.state is not _S.HELD and not dealt_with and cents >= 0:
        last = deadline(claim, codes, book, claim.service_date if line is None else line.day)
    kinds = {*kind, *urgency(last, as_of, due_soon_days)}
    return WorkItem(
        "claim",
        frozenset(kinds),
        most_pressing(kinds),
        tuple(explained(first, claim, codes, book, late=Kind.OVERDUE in kinds)),
        claim.service_date,
        last,
        max(cents, 0),
        session_id=claim.session_id,
        claim_id=claim.claim_id,
        batch_id=claim.batch_id,
        practitioner_number=claim.practitioner_number,
        patient=person(claim),
        outstanding_cents=cents,
        record="" if line is None else line.record,
        answered=None if line is None else line.day,
    )


def _fits(claim: Claim, line: Said) -> bool:
    refuses = line.record in _REFUSALS or (line.paid_cents or 0) < 0
    return refuses if claim.state is _S.REFUSED else not refuses


def _what_happened(
    claim: Claim, line: Said | None, said: Sequence[Said], payments: Sequence[date], cents: int
) -> tuple[set[Kind], Reason] | None:
    if claim.state is _S.HELD:
        return _held(claim, said, payments)
    if claim.state is _S.REFUSED:
        return {Kind.REFUSED}, _refused(claim, line)
    if claim.state in _DEALT_WITH and cents != 0:
        return {Kind.UNDERPAID if cents > 0 else Kind.CHANGED}, _moved_afterwards(claim, cents)
    if claim.state is _S.PAID_CHANGED:
        kinds = {Kind.CHANGED, Kind.UNDERPAID} if cents > 0 else {Kind.CHANGED}
        return kinds, _paid_otherwise(claim, line, cents)
    if claim.state is _S.PAID and cents != 0:
        kind = Kind.UNDERPAID if cents > 0 else Kind.CHANGED
        return {kind}, _paid_otherwise(claim, line, cents)
    return None


def _held(
    claim: Claim, said: Sequence[Said], payments: Sequence[date]
) -> tuple[set[Kind], Reason] | None:
    held = [line.payment_date for line in said if line.record == _HELD and line.payment_date]
    since = min(held, default=None)
    if since is None:
        return None
    later = len({day for day in payments if day > since})
    if later < _REMITTANCES_TO_WAIT:
        return None
    return {Kind.HELD}, Reason(
        "claim-held",
        "MSP has held the claim for long",
        f"MSP holds {_billed(claim)}, since {since}; {later} remittances have come since then.",
        f"Ask Teleplan support about office folio {claim.office_folio}.",
    )


def _refused(claim: Claim, line: Said | None) -> Reason:
    number = claim.claim_id
    if claim.is_debit:
        return Reason(
            "debit-refused",
            "MSP did not take the payment back",
            f"MSP refused to take back the payment of claim {claim.predecessor}.",
            f"Ask anew: tpi-billing claims debit {claim.predecessor} --reason ... Or leave the "
            f"payment as it is: tpi-billing claims write-off {number} --reason ...",
        )
    cure = (
        f"Correct what is wrong: tpi-billing claims correct {number}. "
        f"Or give it up: tpi-billing claims write-off {number} --reason ..."
    )
    if line is not None and (line.paid_cents or 0) < 0:
        said = f"MSP took back what it had paid for {_billed(claim)}."
        return Reason("claim-taken-back", "MSP took the payment back", said, cure)
    early = ", before judging it" if line is not None and line.record == "C12" else ""
    said = f"MSP refused {_billed(claim)}{early}."
    return Reason("claim-refused", "MSP refused the claim", said, cure)


def _paid_otherwise(claim: Claim, line: Said | None, cents: int) -> Reason:
    number, as_billed = claim.claim_id, claim.state is _S.PAID
    said = f"MSP paid {dollars(claim.paid_cents or 0)} for {_billed(claim)}"
    if line is not None and line.paid_fee_item not in {"", "00000", claim.fee_item}:
        said += f", as {line.paid_fee_item}"
    if cents != outstanding_cents(claim):
        said += ", and moved money of a claim of the same service since"
    give_up = f"give it up: tpi-billing claims write-off {number} --reason ..."
    if cents > 0:
        return Reason(
            "claim-underpaid",
            "MSP paid less than was billed",
            f"{said}: {dollars(cents)} is open.",
            f"Ask Teleplan support about office folio {claim.office_folio}, or {give_up}"
            if as_billed
            else "Compare it with MSP's explanation. To have it judged again: tpi-billing claims "
            f"correct {number}. To accept it: tpi-billing claims write-off {number} --reason ...",
        )
    if cents < 0:
        return Reason(
            "claim-overpaid",
            "MSP paid more than is due",
            f"{said}: {dollars(-cents)} too much.",
            f"If it is not the clinic's: tpi-billing claims debit {_paid_in_parts(claim)} "
            f"--reason ... To accept it: tpi-billing claims write-off {number} --reason ...",
        )
    return Reason(
        "claim-changed",
        "MSP paid something else",
        f"{said}.",
        f"Check the item. To accept it: tpi-billing claims write-off {number} --reason ...",
    )


def _paid_in_parts(claim: Claim) -> int:
    """Return the claim whose payment is too much: the one before, if MSP had paid a part of it."""
    before = claim.predecessor if claim.expected_cents is not None else None
    return before or claim.claim_id or 0


def _moved_afterwards(claim: Claim, cents: int) -> Reason:
    was, number = _DEALT_WITH[claim.state], claim.claim_id
    what = f"{dollars(cents)} of it is owed again" if cents > 0 else f"{dollars(-cents)} too much"
    ask = f"Ask Teleplan support about office folio {claim.office_folio}"
    cure = (
        f"If the claim in its place is not sent yet, it goes on with that one. Else: {ask}"
        if claim.state is _S.CORRECTED
        else ask
    )
    verb = "give it up" if cents > 0 else "accept it"
    return Reason(
        "claim-moved-afterwards",
        "MSP moved the money of a claim that was dealt with",
        f"{_billed(claim)}, was {was}; then MSP moved its money: {what}.",
        f"{cure}. To {verb}: tpi-billing claims write-off {number} --reason ...",
    )


def _billed(claim: Claim) -> str:
    return f"{claim.fee_item} of {claim.service_date}, billed at {dollars(claim.amount_cents)}"
