"""Batches that wait for a person: not sent in time, not confirmed, rejected, or in doubt."""

from datetime import date

from tpi_billing.claims.deadlines import last_day
from tpi_billing.claims.work_items import Kind, Reason, WorkItem, most_pressing, urgency
from tpi_billing.ledger.waiting import WaitingBatch
from tpi_billing.model.claim import BatchState

UNSENT: tuple[BatchState, ...] = (
    BatchState.PREPARED,
    BatchState.SENT,
    BatchState.UNKNOWN,
    BatchState.REJECTED,
)
"""States of a batch whose claims MSP does not have, or perhaps does not have."""


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
