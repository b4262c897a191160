"""Claims that a review of the charts did not find supported: what to do about each."""

from collections.abc import Iterator

from tpi_billing.claims.work_items import Kind, Reason, WorkItem, person
from tpi_billing.ledger.reviews import WrongClaim, wrong_claims
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.money import dollars
from tpi_billing.model.sample import Verdict

_SAID = {
    Verdict.NOT_SUPPORTED: ("review-not-supported", "The chart does not support the claim"),
    Verdict.PARTLY: ("review-partly", "The chart supports only a part of the claim"),
    Verdict.OTHER_ITEM: ("review-other-item", "The chart shows another service than was billed"),
}
_S = ClaimState


def review_items(connection: Connection, data_centre: str, scope: Scope) -> Iterator[WorkItem]:
    """Yield an item for each claim in scope that was found wrong and still stands as it was."""
    for wrong in wrong_claims(connection, data_centre, scope):
        yield _item(wrong)


def _item(wrong: WrongClaim) -> WorkItem:
    claim, judgement = wrong.claim, wrong.judgement
    code, title = _SAID[judgement.verdict]
    message = (
        f"{claim.fee_item} of {claim.service_date}, {dollars(wrong.sampled.stake_cents)}: by the "
        f"chart {dollars(judgement.right_cents)} is right. The reviewer's remark is in the "
        f"workbook of sample {wrong.sample_id}."
    )
    return WorkItem(
        "review",
        frozenset({Kind.REVIEW}),
        Kind.REVIEW,
        (Reason(code, title, message, _cure(wrong)),),
        claim.service_date,
        None,
        max(wrong.sampled.stake_cents - judgement.right_cents, 0),
        session_id=claim.session_id,
        claim_id=claim.claim_id,
        batch_id=claim.batch_id,
        practitioner_number=claim.practitioner_number,
        patient=person(claim),
    )


def _cure(wrong: WrongClaim) -> str:
    """Say what may be done with the claim where it stands."""
    number, state = wrong.claim.claim_id, wrong.claim.state
    nothing = wrong.judgement.verdict is Verdict.NOT_SUPPORTED
    debit = f"tpi-billing claims debit {number} --reason ... --note ..."
    if state in {_S.PAID, _S.PAID_CHANGED} and nothing:
        return f"Pay it back: {debit}"
    if state is _S.PAID:
        return f"Pay it back, correct the visit and bill what the chart shows: {debit}"
    if state is _S.REFUSED and nothing:
        return f"Give it up: tpi-billing claims write-off {number} --reason ..."
    correct = f"tpi-billing claims correct {number}"
    if state in {_S.REFUSED, _S.PAID_CHANGED}:
        return f"Correct it to what the chart shows: {correct}"
    return f"Wait for MSP's answer. If it pays: {debit}. If it refuses: {correct}"
