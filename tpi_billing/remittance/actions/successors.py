"""Successors into a numbered batch of their own; the claims that they follow are corrected."""

from collections.abc import Sequence
from datetime import date

from tpi_billing.claims.batches import Plan, store_batch
from tpi_billing.claims.owing import settle_chains
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.amendments import NewAmendment, add_amendment
from tpi_billing.ledger.claims import change_claims
from tpi_billing.ledger.postings import Posting, PostingKind, post, sums_of_claims
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.remittance.actions.wishes import Successor


def store_successors(
    transaction: Transaction,
    config: Config,
    codes: CodeBook,
    as_of: date,
    ready: Sequence[Successor],
) -> tuple[int, list[Claim]]:
    """Store successors as one batch; return its number and the claims with theirs.

    Each old claim is corrected, what it is owed passes on to its successor, and the amendment says
    who asked for it and why.
    """
    data_centre = config.clinic.data_centre
    old = [one.old for one in ready]
    settle_chains(transaction, data_centre, [one.claim_id or 0 for one in old if one.predecessor])
    owed = outstanding(transaction.connection, data_centre, old)
    corrected = {"state": ClaimState.CORRECTED}
    change_claims(transaction, "claim.corrected", [(claim, corrected) for claim in old])
    again = {one.old.session_key: one.assessed for one in ready}
    batch_id, made = store_claims(
        transaction, config, codes, as_of, Plan([one.new for one in ready], again=[*again.values()])
    )
    for one in ready:
        old_id = one.old.claim_id or 0
        new = NewAmendment(
            claim_id=old_id,
            kind=one.wish.kind,
            from_state=one.old.state.value,
            reason=one.reason,
            successor_id=made[old_id].claim_id,
            submission_code=one.new.submission_code,
            changed=one.changed,
            note=one.wish.note,
        )
        add_amendment(transaction, data_centre, new)
        move(transaction, data_centre, PostingKind.REPLACED, one.old, -owed[old_id], one.reason)
    return batch_id, [made[one.old.claim_id or 0] for one in ready]


def store_claims(
    transaction: Transaction, config: Config, codes: CodeBook, as_of: date, plan: Plan
) -> tuple[int, dict[int, Claim]]:
    """Store claims as a batch of the month of their first service; return them by predecessor."""
    plan.claims.sort(key=lambda claim: (claim.practitioner_number, claim.service_date))
    month = min(claim.service_date for claim in plan.claims).strftime("%Y-%m")
    batch_id = store_batch(transaction, config, codes, as_of, Scope(month=month), plan)
    return batch_id, {claim.predecessor or 0: claim for claim in plan.claims}


def outstanding(
    connection: Connection, data_centre: str, claims: Sequence[Claim]
) -> dict[int, int]:
    """Return what is still owed for each claim, in cents: due, adjusted, paid and posted."""
    posted = sums_of_claims(connection, data_centre, [claim.claim_id or 0 for claim in claims])
    return {
        claim_id: claim.due_cents
        + claim.adjusted_cents
        - (claim.paid_cents or 0)
        + posted[claim_id]
        for claim in claims
        for claim_id in [claim.claim_id or 0]
    }


def move(
    transaction: Transaction,
    data_centre: str,
    kind: PostingKind,
    claim: Claim,
    cents: int,
    reason: str,
) -> None:
    """Post a movement of what a claim is owed; nothing for none."""
    if cents:
        payee, practitioner = claim.payee_number, claim.practitioner_number
        posting = Posting(kind, payee, practitioner, cents, reason, claim.claim_id)
        post(transaction, data_centre, posting)
