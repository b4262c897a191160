"""Write claims off: what is still owed for them is given up, with who and why.

Of a claim that is paid, or was dealt with before, it is a remainder: the claim stays where it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tpi_billing.errors import ConflictError, Trouble
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.amendments import AmendmentKind, NewAmendment, add_amendment
from tpi_billing.ledger.chains import chains_of
from tpi_billing.ledger.claims import change_claims, claims_numbered
from tpi_billing.ledger.postings import PostingKind
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.remittance.actions.states import OPEN, refuse_write_off
from tpi_billing.remittance.actions.successors import move, outstanding
from tpi_billing.remittance.actions.wishes import Wish, trouble


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """A claim that was written off, and the cents that are given up with it."""

    claim: Claim
    cents: int


def write_off_claims(
    ledger: Ledger, actor: str, wishes: Sequence[Wish], *, dry_run: bool = False
) -> list[WrittenOff]:
    """Write claims off for the wishes' reasons, in one transaction.

    Raise ConflictError with everything for which any of them cannot be; none is written off then.
    """
    with ledger.changing(actor, keep=not dry_run) as transaction:
        return write_off(transaction, ledger.data_centre, wishes)


def write_off(
    transaction: Transaction, data_centre: str, wishes: Sequence[Wish]
) -> list[WrittenOff]:
    """Write claims off within a transaction."""
    troubles = write_off_troubles(transaction.connection, data_centre, wishes)
    if troubles:
        raise ConflictError.of(troubles)
    claims = _claims(transaction.connection, data_centre, wishes)
    owed = outstanding(transaction.connection, data_centre, list(claims.values()))
    written_off = {"state": ClaimState.WRITTEN_OFF}
    done = []
    for wish in wishes:
        claim, cents = claims[wish.claim_id], owed[wish.claim_id]
        if claim.state in OPEN:
            change_claims(transaction, "claim.written-off", [(claim, written_off)])
        new = NewAmendment(wish.claim_id, AmendmentKind.WRITE_OFF, claim.state.value, wish.reason)
        add_amendment(transaction, data_centre, new)
        move(transaction, data_centre, PostingKind.WRITTEN_OFF, claim, -cents, wish.reason)
        done.append(WrittenOff(claim, cents))
    return done


def write_off_troubles(
    connection: Connection, data_centre: str, wishes: Sequence[Wish]
) -> list[Trouble]:
    """Return everything for which wishes to write claims off are refused."""
    claims = _claims(connection, data_centre, wishes)
    owed = _can_be_given_up(connection, data_centre, list(claims.values()))
    numbers = [wish.claim_id for wish in wishes]
    refused = [
        refuse_write_off(wish, claims.get(wish.claim_id), owed.get(wish.claim_id, 0))
        for wish in wishes
    ]
    troubles = [one for one in refused if one is not None]
    troubles += [
        trouble(wish, f"Claim {wish.claim_id} is named twice.", "Name it once.", "claim")
        for at, wish in enumerate(wishes)
        if wish.claim_id in numbers[:at]
    ]
    return troubles


def _can_be_given_up(
    connection: Connection, data_centre: str, claims: Sequence[Claim]
) -> dict[int, int]:
    """Return what is owed for each claim; nothing while its payment is asked back."""
    owed = outstanding(connection, data_centre, claims)
    debited = [claim.claim_id or 0 for claim in claims if claim.state is ClaimState.DEBITED]
    for chain in chains_of(connection, data_centre, debited):
        if chain.asks_back(chain.last):
            owed[chain.last.claim_id or 0] = 0
    return owed


def _claims(connection: Connection, data_centre: str, wishes: Sequence[Wish]) -> dict[int, Claim]:
    numbers = [wish.claim_id for wish in wishes]
    found = claims_numbered(connection, data_centre, numbers)
    return {claim.claim_id or 0: claim for claim in found}
