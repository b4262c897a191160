"""What is owed along a chain of corrected claims: its last claim alone is owed it, and once.

MSP goes on answering claims in whose place others stand: it takes a payment of theirs back, of its
own accord or asked to. What such an answer does to the service is posted (`moved`), so that

    owed for the last claim = what was billed in it, with the adjustments that MSP explains,
                              less what MSP has paid for all claims of the chain and not taken back,
                              less what was written off

and nothing for those before it. While the last claim is not sent, or was written off, what MSP
moved afterwards stays with the claim that it moved, for a person to see. Of a service whose last
payment MSP took back as it was asked to, nothing is expected any more, unless MSP has taken more
than it had paid. A request that MSP refused takes nothing back.

All of it is worked out anew from where the claims stand: doing it twice posts nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tpi_billing.claims.answered_claims import outstanding_cents
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.chains import WAITING, Chain, chains_of
from tpi_billing.ledger.postings import Posting, PostingKind, post, sums_of_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim, ClaimState

_S = ClaimState
_STAYS = frozenset({_S.BATCHED, _S.WRITTEN_OFF})
"""States of a last claim to which nothing goes on."""
_GIVEN_UP = (PostingKind.WRITTEN_OFF,)


@dataclass(frozen=True, slots=True)
class _Move:
    """A claim, what it should be owed, in cents, and why."""

    claim: Claim
    cents: int
    reason: str


def settle_chains(transaction: Transaction, data_centre: str, claim_ids: Iterable[int]) -> None:
    """Post what makes each chain of these claims owe what it should, claim by claim."""
    connection = transaction.connection
    chains = [
        chain
        for chain in chains_of(connection, data_centre, claim_ids)
        if len(chain.claims) > 1 or chain.requests
    ]
    numbers = [number for chain in chains for number in chain.numbers]
    posted = sums_of_claims(connection, data_centre, numbers)
    given_up = sums_of_claims(connection, data_centre, numbers, _GIVEN_UP)
    for chain in chains:
        for move in _moves(chain, given_up):
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

    It is what MSP has paid for the claims of its chain and not taken back, and what was written off
    of them; claims of the same chain have the same.
    """
    chains = chains_of(connection, data_centre, claim_ids)
    numbers = [number for chain in chains for number in chain.numbers]
    given_up = sums_of_claims(connection, data_centre, numbers, _GIVEN_UP)
    return {
        claim.claim_id or 0: _settled(chain, given_up) for chain in chains for claim in chain.claims
    }


def left_to_take_back(claim: Claim, chain: Chain) -> int:
    """Return how much of a claim's payment stands and is not asked back yet, in cents."""
    cents = claim.paid_cents or 0
    for request in chain.requests:
        if request.predecessor == claim.claim_id:
            cents += request.due_cents if request.state in WAITING else request.paid_cents or 0
    return cents


def _moves(chain: Chain, given_up: Mapping[int, int]) -> Iterator[_Move]:
    for request in chain.requests:
        if request.state is _S.REFUSED:
            yield _Move(request, 0, "MSP refused to take the payment back")
        elif request.state in {_S.PAID, _S.PAID_CHANGED}:
            cents = outstanding_cents(request) + given_up[request.claim_id or 0]
            yield _Move(request, cents, "MSP took the payment back")
    last = chain.last
    if last.state in _STAYS or (last.state is _S.DEBITED and chain.asks_back(last)):
        return
    for claim in chain.claims[:-1]:
        yield _Move(claim, 0, f"it is owed with claim {last.claim_id}, which stands in its place")
    if last.state is _S.DEBITED:
        yield _Move(last, max(0, -_settled(chain, given_up)), "MSP took the payment back")
        return
    cents = last.amount_cents + last.adjusted_cents - _settled(chain, given_up)
    alone = len(chain.claims) == 1
    why = "MSP did not take the payment back" if alone else "MSP moved money of a claim before it"
    yield _Move(last, cents, why)


def _kept(chain: Chain) -> int:
    """Return what MSP has paid for a chain's claims and not taken back, in cents."""
    return sum(claim.paid_cents or 0 for claim in (*chain.claims, *chain.requests))


def _settled(chain: Chain, given_up: Mapping[int, int]) -> int:
    """Return what MSP has paid and not taken back, and what was written off, in cents."""
    return _kept(chain) - sum(given_up[claim.claim_id or 0] for claim in chain.claims)
