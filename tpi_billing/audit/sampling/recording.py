"""Keep what a reviewer's workbook says: new verdicts and changed ones, nothing twice."""

from dataclasses import dataclass, replace

from tpi_billing.audit.sampling.answers import Answer
from tpi_billing.audit.sampling.checklist import ELEMENTS
from tpi_billing.audit.sampling.reading import Review
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.reviews import give_verdict, judgements
from tpi_billing.model.sample import Judgement


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the rows; the tuples are their numbers in the sheet.

    `unfinished` rows lack the verdict, the amount or the reason and count for nothing yet;
    `untouched` ones have nothing. `kept` are those of either whose earlier verdict stands. Of
    the finished ones, `gaps` have a blank in the checklist.
    """

    new: int
    changed: int
    unchanged: int
    unfinished: tuple[int, ...]
    untouched: tuple[int, ...]
    kept: tuple[int, ...]
    gaps: tuple[int, ...]


def record(transaction: Transaction, review: Review) -> Recorded:
    """Store the finished rows of a workbook that was read without troubles."""
    sample_id = review.sample.sample_id
    stored = judgements(transaction.connection, sample_id)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for answer in review.answers:
        if not answer.finished:
            continue
        before = stored.get(answer.claim.claim_id)
        judgement = _judgement(answer, before, transaction)
        if judgement == before:
            counts["unchanged"] += 1
            continue
        give_verdict(transaction, sample_id, judgement, known=before is not None)
        counts["new" if before is None else "changed"] += 1
    pending = [answer for answer in review.answers if not answer.finished]
    return Recorded(
        counts["new"],
        counts["changed"],
        counts["unchanged"],
        tuple(answer.row for answer in pending if answer.begun),
        tuple(answer.row for answer in pending if not answer.begun),
        tuple(answer.row for answer in pending if answer.claim.claim_id in stored),
        tuple(
            answer.row
            for answer in review.answers
            if answer.finished and len(answer.elements) < len(ELEMENTS)
        ),
    )


def _judgement(answer: Answer, before: Judgement | None, transaction: Transaction) -> Judgement:
    """Make the verdict of a finished row.

    Who and when may be blank: then they are as before if nothing else changed, otherwise whoever
    brings the workbook, today.
    """
    if answer.verdict is None or answer.right_cents is None:
        raise ValueError("the row is not finished")
    judgement = Judgement(
        answer.claim.claim_id,
        answer.verdict,
        answer.right_cents,
        answer.remark,
        answer.reviewer or transaction.actor,
        answer.day or transaction.on,
        dict(answer.elements),
    )
    if before is None:
        return judgement
    as_before = replace(
        judgement,
        reviewed_by=answer.reviewer or before.reviewed_by,
        reviewed_on=answer.day or before.reviewed_on,
    )
    return as_before if as_before == before else judgement
