"""What MSP's answer to a debit request does to the books: a request that is over owes nothing.

A request that MSP refuses no longer takes anything back. Of a claim that is taken back whole, what
was never paid is not waited for any longer.
"""

from collections.abc import Collection

from tpi_billing.ledger import Transaction
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.postings import Posting, PostingKind, post, sums_of_claims

_REFUSED = "MSP refused to take the payment back"
_GRANTED = "MSP took the payment back"


def settle_debits(
    transaction: Transaction,
    data_centre: str,
    refused: Collection[int],
    granted: Collection[int],
) -> None:
    """Post what is still open of refused requests, and of claims whose payment was taken back.

    `refused` are the numbers of the requests, `granted` those of the claims that they named. Both
    stand in the ledger as MSP's answer left them.
    """
    _close(transaction, data_centre, refused, PostingKind.REINSTATED, _REFUSED)
    _close(transaction, data_centre, granted, PostingKind.REPLACED, _GRANTED)


def _close(
    transaction: Transaction,
    data_centre: str,
    numbers: Collection[int],
    kind: PostingKind,
    reason: str,
) -> None:
    claims = claims_numbered(transaction.connection, data_centre, sorted(numbers))
    posted = sums_of_claims(transaction.connection, data_centre, sorted(numbers))
    for claim in claims:
        claim_id = claim.claim_id or 0
        owed = claim.due_cents + claim.adjusted_cents - (claim.paid_cents or 0) + posted[claim_id]
        if owed:
            payee, practitioner = claim.payee_number, claim.practitioner_number
            post(
                transaction,
                data_centre,
                Posting(kind, payee, practitioner, -owed, reason, claim_id),
            )
