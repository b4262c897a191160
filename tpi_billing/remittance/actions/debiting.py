"""Ask MSP to take payments back: a record with code E for each, in a batch of their own.

Teleplan C02 P34 `E`, P64; facts 1.4: it needs a note and MSP's own number of the claim. The rest
is compared with the claim that was paid, so all of it is the same. Of a service that was paid in
parts, by claims in each other's place, every payment is taken back by a request of its own; a claim
in whose place another stands, or that was written off, stays so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.claims.batches import Plan
from tpi_billing.claims.outgoing import unwritable_parts
from tpi_billing.claims.owing import left_to_take_back
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import ConflictError, Trouble, UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.amendments import AmendmentKind, NewAmendment, add_amendment
from tpi_billing.ledger.chains import chains_of
from tpi_billing.ledger.claims import change_claims, claims_numbered
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import DEBIT, Claim, ClaimState
from tpi_billing.model.money import dollars
from tpi_billing.remittance.actions.said import last_words
from tpi_billing.remittance.actions.states import PAID, refuse_debit
from tpi_billing.remittance.actions.successors import store_claims
from tpi_billing.remittance.actions.wishes import Wish, trouble


@dataclass(frozen=True, slots=True)
class Debited:
    """The batch of the requests, None on a dry run, and each request beside the claim it names.

    `also_paid` are the claims of the same services whose payment stands and is not asked back, each
    with its cents.
    """

    batch_id: int | None
    requests: tuple[tuple[Claim, Claim], ...]
    also_paid: tuple[tuple[int, int], ...] = ()


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
        moved = [(old, asked) for old, _ in pairs if old.state in PAID]
        change_claims(transaction, "claim.debit-requested", moved)
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
        also = _also_paid(transaction.connection, ledger.data_centre, made)
    done = tuple((old, made[old.claim_id or 0]) for old, _ in pairs)
    return Debited(None if dry_run else batch_id, done, also)


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
    left = _left(connection, ledger.data_centre, [*claims.values()])
    troubles: list[Trouble] = []
    pairs: list[tuple[Claim, Claim]] = []
    for at, wish in enumerate(wishes):
        claim = claims.get(wish.claim_id)
        refused = refuse_debit(wish, claim, left.get(wish.claim_id, 0))
        if refused is None and wish.claim_id in numbers[:at]:
            refused = trouble(wish, f"Claim {wish.claim_id} is named twice.", "Name it once.")
        if refused is not None or claim is None:
            troubles += [refused] if refused is not None else []
            continue
        number = file_number.strip() or words[wish.claim_id].file_number
        request = _request(claim, wish, number, left[wish.claim_id])
        wrong = list(_wrong(wish, request, codes, ledger.data_centre))
        troubles += wrong
        if not wrong:
            pairs.append((claim, request))
    if troubles:
        raise ConflictError.of(troubles)
    return pairs


def _left(connection: Connection, data_centre: str, claims: Sequence[Claim]) -> dict[int, int]:
    """Return how much of each claim's payment can be asked back, in cents."""
    wanted = {claim.claim_id or 0 for claim in claims if not claim.is_debit}
    return {
        number: left_to_take_back(claim, chain)
        for chain in chains_of(connection, data_centre, wanted)
        for claim in chain.claims
        if (number := claim.claim_id or 0) in wanted
    }


def _also_paid(
    connection: Connection, data_centre: str, asked: Iterable[int]
) -> tuple[tuple[int, int], ...]:
    return tuple(
        (claim.claim_id or 0, cents)
        for chain in chains_of(connection, data_centre, asked)
        for claim in chain.claims
        if (cents := left_to_take_back(claim, chain)) > 0
    )


def _request(claim: Claim, wish: Wish, file_number: str, paid: int) -> Claim:
    """Return the record that names a paid claim: the same service, at what is paid for it."""
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
