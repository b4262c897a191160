"""What is owed along a chain of corrected claims: its last claim alone is owed it, and once.

MSP goes on answering claims in whose place others stand: it takes a payment of theirs back, of its
own accord or asked to. What such an answer does to the service is posted (`moved`), so that

    owed for the last claim = what was billed in it, with the adjustments that MSP explains,
                              less what MSP has paid for all claims of the chain and not taken back,
                              less what was given up

and nothing for those before it. If that is less than nothing, MSP paid too much: what is asked back
already, and what was accepted, is not owed by the clinic any more. A request is owed what MSP left
of it, until the rest is asked for again; one that MSP refused takes nothing back.

While the last claim is not sent, or was written off, what MSP moved afterwards stays with the claim
that it moved, for a person to see. Of a service whose last payment MSP took back as it was asked,
nothing is expected any more, unless MSP has taken more than it had paid.

All of it is worked out anew from where the claims stand: doing it twice posts nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tpi_billing.claims.answered_claims import outstanding_cents
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.chains import GRANTED, WAITING, Chain, chains_of
from tpi_billing.ledger.postings import (
    Posting,
    PostingKind,
    WrittenOff,
    post,
    sums_of_claims,
    written_off,
)
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim, ClaimState

_S = ClaimState
_STAYS = frozenset({_S.BATCHED, _S.WRITTEN_OFF})
"""States of a last claim to which nothing goes on."""
_WITH_MSP = frozenset({_S.SENT, _S.HELD})
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Move:
    """A claim, what it should be owed, in cents, and why."""

    claim: Claim
    cents: int
    reason: str


def settle_chains(transaction: Transaction, data_centre: str, claim_ids: Iterable[int]) -> None:
    """Post what makes each chain of these claims owe what it should, claim by claim."""
    wanted = sorted(set(claim_ids))
    for at in range(0, len(wanted), _AT_ONCE):
        _settle(transaction, data_centre, wanted[at : at + _AT_ONCE])


def _settle(transaction: Transaction, data_centre: str, claim_ids: Sequence[int]) -> None:
    connection = transaction.connection
    chains = [
        chain
        for chain in chains_of(connection, data_centre, claim_ids)
        if len(chain.claims) > 1 or chain.requests
    ]
    numbers = [number for chain in chains for number in chain.numbers]
    posted = sums_of_claims(connection, data_centre, numbers)
    off = written_off(connection, data_centre, numbers)
    for chain in chains:
        for move in _moves(chain, off):
            claim = move.claim
            cents = move.cents - outstanding_cents(claim) - posted[claim.claim_id or 0]
            if cents:
                posting = Posting(
                    PostingKind.MOVED,
                    claim.payee_number,
                    claim.practitioner_number,
                    cents,
                    move.reason,
                    claim.claim_id,
                )
                post(transaction, data_centre, posting)


def settled_by_claim(
    connection: Connection, data_centre: str, claim_ids: Iterable[int]
) -> dict[int, int]:
    """Return what of each claim's service is not expected any more, in cents, by claim.

    It is what MSP has paid for the claims of its chain and not taken back, and what was given up
    of them; claims of the same chain have the same.
    """
    chains = chains_of(connection, data_centre, claim_ids)
    numbers = [number for chain in chains for number in chain.numbers]
    off = written_off(connection, data_centre, numbers)
    return {claim.claim_id or 0: _settled(chain, off) for chain in chains for claim in chain.claims}


def left_to_take_back(claim: Claim, chain: Chain) -> int:
    """Return how much of a claim's payment stands and is not asked back yet, in cents."""
    cents = claim.paid_cents or 0
    for request in chain.requests_for(claim):
        cents += request.due_cents if request.state in WAITING else request.paid_cents or 0
    return cents


def _moves(chain: Chain, off: Mapping[int, WrittenOff]) -> Iterator[_Move]:
    yield from _of_requests(chain, off)
    last = chain.last
    if last.state in _STAYS or (last.state is _S.DEBITED and chain.asks_back(last)):
        return
    for claim in chain.claims[:-1]:
        yield _Move(claim, 0, f"it is owed with claim {last.claim_id}, which stands in its place")
    if last.state is _S.DEBITED:
        yield _Move(last, max(0, -_settled(chain, off)), "MSP took the payment back")
        return
    alone = len(chain.claims) == 1
    why = "MSP did not take the payment back" if alone else "MSP moved money of a claim before it"
    yield _Move(last, _owed(chain, off), why)


def _of_requests(chain: Chain, off: Mapping[int, WrittenOff]) -> Iterator[_Move]:
    """Let the latest request for a claim be owed what MSP left of it, and has not taken since."""
    standing = [request for request in chain.requests if request.state is not _S.REFUSED]
    latest = {request.predecessor: request for request in standing}
    stands = {claim.claim_id: left_to_take_back(claim, chain) for claim in chain.claims}
    for request in chain.requests:
        if request.state is _S.REFUSED:
            yield _Move(request, 0, "MSP refused to take the payment back")
        elif request.state in GRANTED:
            left = outstanding_cents(request) + off[request.claim_id or 0].cents
            again = latest[request.predecessor] is not request
            cents = 0 if again else min(0, max(left, -stands[request.predecessor]))
            yield _Move(request, cents, "MSP took the payment back")


def _owed(chain: Chain, off: Mapping[int, WrittenOff]) -> int:
    """Return what is owed for the last claim of a chain, negative when MSP paid too much."""
    last = chain.last
    cents = last.amount_cents + last.adjusted_cents - _settled(chain, off)
    if cents >= 0:
        return cents
    asked = sum(-one.due_cents for one in chain.requests if one.state in _WITH_MSP)
    accepted = sum(off[claim.claim_id or 0].accepted_cents for claim in chain.claims)
    return min(0, cents + asked + accepted)


def _settled(chain: Chain, off: Mapping[int, WrittenOff]) -> int:
    """Return what MSP has paid for a chain's claims and not taken back, and what was given up."""
    paid = sum(claim.paid_cents or 0 for claim in (*chain.claims, *chain.requests))
    return paid + sum(off[claim.claim_id or 0].given_up_cents for claim in chain.claims)
