"""Ask MSP to take payments back: a record with code E for each, in a batch of their own.

Teleplan C02 P34 `E`, P64; facts 1.4: it needs a note and MSP's own number of the claim. The rest
is compared with the claim that was paid, so all of it is the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.claims.batches import Plan
from tpi_billing.claims.outgoing import unwritable_parts
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import ConflictError, Trouble, UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.amendments import AmendmentKind, NewAmendment, add_amendment
from tpi_billing.ledger.claims import change_claims, claims_numbered
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import DEBIT, Claim, ClaimState
from tpi_billing.model.money import dollars
from tpi_billing.remittance.actions.said import last_words
from tpi_billing.remittance.actions.states import refuse_debit
from tpi_billing.remittance.actions.successors import store_claims
from tpi_billing.remittance.actions.wishes import Wish, trouble


@dataclass(frozen=True, slots=True)
class Debited:
    """The batch of the requests, None on a dry run, and each request beside the claim it names."""

    batch_id: int | None
    requests: tuple[tuple[Claim, Claim], ...]


def debit_claims(
    ledger: Ledger,
    config: Config,
    codes: CodeBook,
    as_of: date,
    actor: str,
    wishes: Sequence[Wish],
    file_number: str = "",
    *,
    dry_run: bool = False,
) -> Debited:
    """Ask MSP to take the payments of claims back; `note` and `reason` are the wishes' own.

    `file_number` is MSP's number of the one claim, for a payment line that does not tell it. Raise
    ConflictError with everything that is wrong with any of them; nothing is asked then.
    """
    if file_number and len(wishes) > 1:
        raise UsageError(
            "--file-number is that of one claim.", hint="Ask for one claim at a time with it."
        )
    with ledger.changing(actor, keep=not dry_run) as transaction:
        pairs = _requests(transaction.connection, ledger, codes, wishes, file_number)
        asked = {"state": ClaimState.DEBIT_REQUESTED}
        change_claims(transaction, "claim.debit-requested", [(old, asked) for old, _ in pairs])
        plan = Plan([request for _, request in pairs])
        batch_id, made = store_claims(transaction, config, codes, as_of, plan)
        for wish, (old, _) in zip(wishes, pairs, strict=True):
            new = NewAmendment(
                claim_id=wish.claim_id,
                kind=AmendmentKind.DEBIT,
                from_state=old.state.value,
                reason=wish.reason,
                successor_id=made[wish.claim_id].claim_id,
                submission_code=DEBIT,
                note=wish.note,
            )
            add_amendment(transaction, ledger.data_centre, new)
    done = tuple((old, made[old.claim_id or 0]) for old, _ in pairs)
    return Debited(None if dry_run else batch_id, done)


def _requests(
    connection: Connection,
    ledger: Ledger,
    codes: CodeBook,
    wishes: Sequence[Wish],
    file_number: str,
) -> list[tuple[Claim, Claim]]:
    numbers = [wish.claim_id for wish in wishes]
    claims = {
        claim.claim_id: claim for claim in claims_numbered(connection, ledger.data_centre, numbers)
    }
    words = last_words(connection, ledger.data_centre, numbers)
    troubles: list[Trouble] = []
    pairs: list[tuple[Claim, Claim]] = []
    for at, wish in enumerate(wishes):
        claim = claims.get(wish.claim_id)
        refused = refuse_debit(wish, claim)
        if refused is None and wish.claim_id in numbers[:at]:
            refused = trouble(wish, f"Claim {wish.claim_id} is named twice.", "Name it once.")
        if refused is not None or claim is None:
            troubles += [refused] if refused is not None else []
            continue
        number = file_number.strip() or words[wish.claim_id].file_number
        request = _request(claim, wish, number)
        wrong = list(_wrong(wish, request, codes, ledger.data_centre))
        troubles += wrong
        if not wrong:
            pairs.append((claim, request))
    if troubles:
        raise ConflictError.of(troubles)
    return pairs


def _request(claim: Claim, wish: Wish, file_number: str) -> Claim:
    """Return the record that names a paid claim: the same service, at what was paid for it."""
    paid = claim.paid_cents or 0
    return replace(
        claim,
        claim_id=None,
        batch_id=None,
        office_folio=None,
        sequence_cycle=1,
        sequence_number=None,
        state=ClaimState.BATCHED,
        submission_code=DEBIT,
        original_file_number=file_number,
        note=wish.note,
        approval_reference="",
        amount_cents=paid,
        explanation=f"asks MSP to take {dollars(paid)} of claim {claim.claim_id} back",
        predecessor=claim.claim_id,
        expected_cents=-paid,
        paid_cents=None,
        adjusted_cents=0,
        sent_on=None,
        billed_month="",
    )


def _wrong(wish: Wish, request: Claim, codes: CodeBook, data_centre: str) -> Iterator[Trouble]:
    if request.amount_cents <= 0:
        said = f"Nothing of claim {wish.claim_id} is left to be taken back."
        yield trouble(wish, said, "MSP has taken it back already: tpi-billing claims show.")
        return
    if not request.original_file_number.strip("0 "):
        yield trouble(
            wish,
            f"MSP's own number of claim {wish.claim_id} is not known: a line that pays as billed "
            "does not tell it.",
            "Ask Teleplan support for it, by patient, day and fee item, and give it with "
            "--file-number NUMBER.",
        )
        return
    for problem in unwritable_parts([request], codes, data_centre):
        yield trouble(wish, f"Claim {wish.claim_id}: {problem.message}", problem.hint)
