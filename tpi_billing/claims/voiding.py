"""Take back what MSP does not have of a batch: its claims are void, its sessions open again."""

from collections.abc import Callable, Sequence

from tpi_billing.claims.batch_contents import found_batch
from tpi_billing.claims.parts import (
    Status,
    change_state,
    insist_no_doubt,
    parts_of,
    send_accepted,
)
from tpi_billing.claims.reinstating import reinstate_answered
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.batches import release_sessions
from tpi_billing.ledger.claims import ClaimFilter, find_claims, void_claims
from tpi_billing.ledger.remittances import waiting_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import BATCH_TRANSITIONS, BatchState, ClaimState


def void_batch(
    ledger: Ledger,
    actor: str,
    batch_id: int,
    reason: str,
    settle: Callable[[Transaction, Sequence[int]], object] = lambda _transaction, _claims: None,
) -> tuple[int, int]:
    """Void what MSP does not have of a batch; its sessions can be billed again, its numbers stay.

    A claim in whose place a void one stood is again what it was, and `settle` is told of these: MSP
    may have said more of them since.

    The claims of files that MSP has taken stay as they are: the batch is accepted then and no
    longer void. Return how many claims were voided and how many sessions released. ConflictError
    when a file is, or may be, with MSP and nobody knows.
    """
    if not reason.strip():
        raise UsageError("A void needs a reason.", hint='Say why, e.g. --reason "wrong month".')
    with ledger.changing(actor) as transaction:
        state = BatchState(found_batch(transaction.connection, ledger, batch_id).state)
        parts = parts_of(transaction.connection, batch_id)
        insist_no_doubt(batch_id, parts)
        if BatchState.VOID not in BATCH_TRANSITIONS[state]:
            raise ConflictError(
                f"Batch {batch_id} is {state} and cannot be voided.",
                hint="Only a batch that was not sent can be voided.",
            )
        send_accepted(transaction, parts)
        if state is BatchState.PREPARED:
            _insist_unanswered(transaction.connection, ledger, batch_id)
        why = reason.strip()
        claims = void_claims(transaction, batch_id)
        settle(transaction, reinstate_answered(transaction, ledger.data_centre, batch_id, why))
        sessions = release_sessions(transaction, batch_id)
        if any(part.status is Status.ACCEPTED for part in parts):
            change_state(transaction, batch_id, BatchState.SENT, void_reason=why)
            change_state(transaction, batch_id, BatchState.ACCEPTED)
        else:
            change_state(transaction, batch_id, BatchState.VOID, void_reason=why)
        return claims, len(sessions)


def _insist_unanswered(connection: Connection, ledger: Ledger, batch_id: int) -> None:
    """Raise ConflictError when MSP has answered claims that are not recorded as sent."""
    answered = set(waiting_claims(connection, ledger.data_centre))
    wanted = ClaimFilter(batch_id=batch_id, state=ClaimState.BATCHED.value)
    here = find_claims(connection, ledger.data_centre, wanted)
    if count := sum(claim.claim_id in answered for claim in here):
        claims = "1 claim" if count == 1 else f"{count} claims"
        raise ConflictError(
            f"MSP has answered {claims} of batch {batch_id}: it has them.",
            hint=f"Say that the files were uploaded: tpi-billing batch sent {batch_id}, then "
            f"tpi-billing batch confirm {batch_id}. The answers are applied then.",
        )
