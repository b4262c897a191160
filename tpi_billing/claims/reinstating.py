"""When a claim is voided that stood in another's place, the other one is again what it was."""

from tpi_billing.claims.owing import settle_chains
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.amendments import amendments_by_successor, withdraw_amendment
from tpi_billing.ledger.chains import numbers_in_batch
from tpi_billing.ledger.claims import (
    ClaimFilter,
    change_claims,
    claims_numbered,
    find_claims,
    room_beside_others,
)
from tpi_billing.ledger.postings import Posting, PostingKind, post, postings_of_claim
from tpi_billing.model.claim import Claim, ClaimState

_PASSED_ON = frozenset({PostingKind.REPLACED, PostingKind.REINSTATED})
_KEPT = frozenset({ClaimState.CORRECTED, ClaimState.WRITTEN_OFF})
"""States in which a claim stays although its payment is asked back."""


def reinstate_answered(
    transaction: Transaction, data_centre: str, batch_id: int, why: str
) -> list[int]:
    """Put back the claims that void ones of a batch were made for; return their numbers.

    Each stands again where it stood, what it is owed is its own again, and what was asked of it is
    no longer in force.
    """
    connection = transaction.connection
    wanted = ClaimFilter(batch_id=batch_id, state=ClaimState.VOID.value)
    void = [claim.claim_id or 0 for claim in find_claims(connection, data_centre, wanted)]
    amendments = amendments_by_successor(connection, data_centre, void)
    named = [amendment.claim_id for amendment in amendments.values()]
    old = {claim.claim_id: claim for claim in claims_numbered(connection, data_centre, named)}
    for amendment in amendments.values():
        claim, from_state = old[amendment.claim_id], ClaimState(amendment.from_state)
        withdraw_amendment(transaction, amendment.amendment_id, why)
        if from_state in _KEPT:
            continue
        again = {
            "state": from_state,
            **room_beside_others(connection, data_centre, amendment.claim_id),
        }
        change_claims(transaction, "claim.reinstated", [(claim, again)])
        _give_back(transaction, data_centre, claim, why)
    settle_chains(transaction, data_centre, numbers_in_batch(connection, batch_id))
    return named


def reinstated_by(ledger: Ledger, batch_id: int) -> list[int]:
    """Return the claims in whose place, or about which, a batch's void claims were made."""
    with ledger.reading() as connection:
        wanted = ClaimFilter(batch_id=batch_id, state=ClaimState.VOID.value)
        void = find_claims(connection, ledger.data_centre, wanted)
    return sorted(claim.predecessor for claim in void if claim.predecessor is not None)


def _give_back(transaction: Transaction, data_centre: str, claim: Claim, why: str) -> None:
    """Post what the claim had passed on to its successor."""
    claim_id = claim.claim_id or 0
    made = postings_of_claim(transaction.connection, data_centre, claim_id)
    passed_on = sum(one.posting.cents for one in made if one.posting.kind in _PASSED_ON)
    if passed_on:
        posting = Posting(
            PostingKind.REINSTATED,
            claim.payee_number,
            claim.practitioner_number,
            -passed_on,
            why,
            claim_id,
        )
        post(transaction, data_centre, posting)
