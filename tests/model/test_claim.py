"""The lives of claims and batches (design, section 6): which step may follow which."""

from itertools import product
from typing import Any

import pytest

from tpi_billing.model.claim import BATCH_TRANSITIONS, CLAIM_TRANSITIONS, BatchState, ClaimState

CLAIM_STEPS = {
    ("batched", "sent"),
    ("batched", "void"),
    ("sent", "held"),
    ("sent", "paid"),
    ("sent", "paid-changed"),
    ("sent", "refused"),
    # A held claim is answered in a later remittance.
    ("held", "paid"),
    ("held", "paid-changed"),
    ("held", "refused"),
    ("refused", "corrected"),
    ("refused", "written-off"),
    ("paid-changed", "corrected"),
    ("paid-changed", "written-off"),
    ("paid", "debit-requested"),
    ("paid-changed", "debit-requested"),
    ("debit-requested", "debited"),
    # MSP refuses the debit, or its record is voided before it goes out.
    ("debit-requested", "paid"),
    ("debit-requested", "paid-changed"),
    # MSP takes a payment back by itself, wholly or in part, and may pay anew.
    ("paid", "refused"),
    ("paid", "paid-changed"),
    ("paid-changed", "refused"),
    ("paid-changed", "paid"),
    ("refused", "paid"),
    ("refused", "paid-changed"),
    # The claim that took its place was voided.
    ("corrected", "refused"),
    ("corrected", "paid-changed"),
}
BATCH_STEPS = {
    ("prepared", "sent"),
    ("prepared", "unknown"),
    ("prepared", "void"),  # before sending
    ("sent", "accepted"),
    ("sent", "rejected"),
    ("sent", "prepared"),  # MSP's page took some of its files and not the others
    # Sent without an answer: a person says later that it had gone, or MSP does.
    ("unknown", "sent"),
    ("unknown", "accepted"),
    ("unknown", "rejected"),
    # It was found out that nothing of it had gone.
    ("unknown", "prepared"),
    # A file that MSP rejected as a whole never became claims there.
    ("rejected", "void"),
}


@pytest.mark.parametrize(("before", "after"), list(product(ClaimState, repeat=2)))
def test_a_step_of_a_claim(before: ClaimState, after: ClaimState) -> None:
    allowed = after in CLAIM_TRANSITIONS[before]
    assert allowed == ((before.value, after.value) in CLAIM_STEPS)


@pytest.mark.parametrize(("before", "after"), list(product(BatchState, repeat=2)))
def test_a_step_of_a_batch(before: BatchState, after: BatchState) -> None:
    allowed = after in BATCH_TRANSITIONS[before]
    assert allowed == ((before.value, after.value) in BATCH_STEPS)


def test_every_state_has_a_row() -> None:
    assert set(CLAIM_TRANSITIONS) == set(ClaimState)
    assert set(BATCH_TRANSITIONS) == set(BatchState)


@pytest.mark.parametrize("state", ["written-off", "debited", "void"])
def test_a_claim_ends_there(state: str) -> None:
    assert CLAIM_TRANSITIONS[ClaimState(state)] == frozenset()


def test_every_claim_and_batch_can_come_to_every_state() -> None:
    assert _reached(CLAIM_TRANSITIONS, ClaimState.BATCHED) == set(ClaimState)
    assert _reached(BATCH_TRANSITIONS, BatchState.PREPARED) == set(BatchState)


def _reached(steps: dict[Any, frozenset[Any]], start: Any) -> set[Any]:
    reached, waiting = {start}, [start]
    while waiting:
        for state in steps[waiting.pop()] - reached:
            reached.add(state)
            waiting.append(state)
    return reached
