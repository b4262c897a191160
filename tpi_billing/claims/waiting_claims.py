"""Batches and claims that wait for a person: not sent in time, refused or changed by MSP."""

from collections.abc import Mapping
from datetime import date

from tpi_billing.claims.deadlines import last_day
from tpi_billing.claims.work_items import (
    Kind,
    Reason,
    WorkItem,
    most_pressing,
    person,
    urgency,
)
from tpi_billing.ledger.waiting import WaitingBatch
from tpi_billing.model.claim import BatchState, Claim, ClaimState
from tpi_billing.model.money import dollars

UNSENT: tuple[BatchState, ...] = (
    BatchState.PREPARED,
    BatchState.SENT,
    BatchState.UNKNOWN,
    BatchState.REJECTED,
)
"""States of a batch whose claims MSP does not have, or perhaps does not have."""

ANSWERED: Mapping[ClaimState, Kind] = {
    ClaimState.REFUSED: Kind.REFUSED,
    ClaimState.PAID_CHANGED: Kind.CHANGED,
}
"""States of a claim that MSP has answered in a way that somebody must look at."""


def batch_item(
    batch: WaitingBatch, missed: date | None, as_of: date, due_soon_days: int
) -> WorkItem | None:
    """Make the item of a batch in an `UNSENT` state.

    `missed` is the last close-off: a prepared batch that was made after it does not wait.
    """
    reason = _why_unsent(batch, missed)
    if reason is None:
        return None
    first = date.fromisoformat(batch.first_service)
    last = last_day(first)
    kinds = {Kind.UNSENT, *urgency(last, as_of, due_soon_days)}
    return WorkItem(
        "batch",
        frozenset(kinds),
        most_pressing(kinds),
        (reason,),
        first,
        last,
        batch.amount_cents,
        sessions=batch.sessions,
        batch_id=batch.batch_id,
        month=batch.month,
    )


def claim_item(claim: Claim, answered: date | None, as_of: date, due_soon_days: int) -> WorkItem:
    """Make the item of a claim in an `ANSWERED` state; `answered` is the remittance's day.

    Without that day the last one is counted from the service, which is never too late.
    """
    last = last_day(claim.service_date, answered)
    kinds = {ANSWERED[claim.state], *urgency(last, as_of, due_soon_days)}
    return WorkItem(
        "claim",
        frozenset(kinds),
        most_pressing(kinds),
        (_answer(claim),),
        claim.service_date,
        last,
        max(claim.amount_cents - (claim.paid_cents or 0), 0),
        session_id=claim.session_id,
        claim_id=claim.claim_id,
        batch_id=claim.batch_id,
        practitioner_number=claim.practitioner_number,
        patient=person(claim),
    )


def _why_unsent(batch: WaitingBatch, missed: date | None) -> Reason | None:
    name = f"Batch {batch.batch_id} ({batch.claims} {'claim' if batch.claims == 1 else 'claims'})"
    match BatchState(batch.state):
        case BatchState.UNKNOWN:
            return Reason(
                "batch-unknown",
                "Sent, and no answer came",
                f"{name} was sent and it is not known whether MSP has it.",
                f"Find out with: tpi-billing submit {batch.batch_id} --resolve. If it is sent "
                "again before that, every claim in it may count twice.",
            )
        case BatchState.SENT:
            return Reason(
                "batch-not-confirmed",
                "Uploaded by hand, and not confirmed",
                f"{name} was uploaded by hand; what MSP's page answered is not told yet.",
                f"Tell it with: tpi-billing batch confirm {batch.batch_id}",
            )
        case BatchState.REJECTED:
            return Reason(
                "batch-rejected",
                "MSP did not take the file",
                f"{name} was rejected whole.",
                "See why, void it with a reason, and make it anew: "
                f"tpi-billing batch void {batch.batch_id}",
            )
    if missed is None or date.fromisoformat(batch.as_of) > missed:
        return None
    return Reason(
        "batch-not-sent",
        "Prepared and not sent",
        f"{name} was made on {batch.as_of} and missed the close-off of {missed}.",
        "Send it before the next close-off, or record it if it was sent by hand.",
    )


def _answer(claim: Claim) -> Reason:
    billed = f"{claim.fee_item} of {claim.service_date}, billed at {dollars(claim.amount_cents)}"
    if claim.state is ClaimState.REFUSED:
        return Reason(
            "claim-refused",
            "MSP refused the claim",
            f"MSP refused {billed}.",
            "Correct what MSP names and send the claim again, or write it off.",
        )
    paid = "" if claim.paid_cents is None else f", and paid {dollars(claim.paid_cents)}"
    return Reason(
        "claim-changed",
        "MSP paid something else",
        f"MSP changed {billed}{paid}.",
        "Compare it with MSP's explanation: accept it, or ask for it to be judged again.",
    )
