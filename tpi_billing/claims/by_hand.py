"""Batches that a person uploads in a browser: said to be sent, and what MSP's page answered."""

from tpi_billing.claims.parts import (
    BY_HAND,
    Outcome,
    PartState,
    Status,
    bring_up_to_date,
    insist_no_doubt,
    parts_of,
    state_of,
)
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.exchange import finish_attempt, start_attempt
from tpi_billing.model.claim import BatchState


def mark_sent(ledger: Ledger, actor: str, batch_id: int, part: int | None = None) -> None:
    """Record that a person uploaded the files that MSP does not have, or one of them."""
    with ledger.changing(actor) as transaction:
        state = state_of(transaction.connection, ledger, batch_id)
        parts = parts_of(transaction.connection, batch_id)
        waiting = [one for one in _chosen(batch_id, parts, part) if one.status in _TO_SEND]
        if not any(one.by_hand for one in parts):
            insist_no_doubt(batch_id, parts)
        if state not in {BatchState.PREPARED, BatchState.SENT} or not waiting:
            raise ConflictError(
                f"Batch {batch_id} is {state}; there is nothing of it to be sent.",
                hint=f"See tpi-billing batch show {batch_id}.",
            )
        for one in waiting:
            start_attempt(transaction, batch_id, one.file.part, BY_HAND)
        bring_up_to_date(transaction, ledger, batch_id)


_TO_SEND = frozenset({Status.NOT_SENT, Status.REFUSED})


def confirm(
    ledger: Ledger,
    actor: str,
    batch_id: int,
    *,
    accepted: bool,
    reason: str,
    part: int | None = None,
) -> None:
    """Record what MSP's page said of the files that were uploaded by hand, or of one of them.

    What was sent by the web service is not touched. The batch is accepted once every file is.
    """
    outcome = Outcome.ACCEPTED if accepted else Outcome.REJECTED
    with ledger.changing(actor) as transaction:
        state = state_of(transaction.connection, ledger, batch_id)
        parts = parts_of(transaction.connection, batch_id)
        waiting = [one for one in _chosen(batch_id, parts, part) if one.by_hand]
        if not waiting:
            raise ConflictError(
                f"Batch {batch_id} is {state}; nothing of it waits for MSP's page.",
                hint=_INSTEAD.get(state, _INSTEAD[BatchState.PREPARED]).format(batch=batch_id),
            )
        for one in waiting:
            if one.last is not None:
                finish_attempt(transaction, one.last.submission_id, outcome, reason)
        bring_up_to_date(transaction, ledger, batch_id)


_INSTEAD = {
    BatchState.UNKNOWN: "Find out with: tpi-billing submit {batch} --resolve",
    BatchState.ACCEPTED: "MSP has it: by its reply, or by its answers to the claims in it.",
    BatchState.PREPARED: "Say first: tpi-billing batch sent {batch}",
}


def _chosen(batch_id: int, parts: list[PartState], part: int | None) -> list[PartState]:
    if part is None:
        return parts
    chosen = [one for one in parts if one.file.part == part]
    if not chosen:
        raise UsageError(
            f"Batch {batch_id} has no file {part}.", hint=f"It has files 1 to {len(parts)}."
        )
    return chosen
