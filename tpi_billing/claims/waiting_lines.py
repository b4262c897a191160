"""Lines of MSP's that wait for a person: those that found no claim, and those that moved none.

They wait until the month of the books in which they count is closed: closing shows them once more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tpi_billing.claims.explaining import in_weight, meaning
from tpi_billing.claims.work_items import Kind, Reason, WorkItem, person
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.answers import Said
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.finding import Place
from tpi_billing.model.money import dollars
from tpi_billing.model.remittance import remittance_id

_ELSEWHERE = "S00"
_ONE_BY_ONE = 20
"""So many lines of one remittance are told one by one; more of them are one item."""


def still_open(said: Iterable[Said], closed_month: str | None) -> Iterator[Said]:
    """Yield the lines that count in a month after the last closed one."""
    for line in said:
        month = line.month or line.day.strftime("%Y-%m")
        if closed_month is None or month > closed_month:
            yield line


def unmatched_items(said: Iterable[Said], book: CodeBook) -> Iterator[WorkItem]:
    """Yield the items of lines that found no claim, in the order of their days.

    Lines of another data centre, and more than a few of one remittance, are one item together.
    """
    groups: dict[tuple[date, str, bool], list[Said]] = defaultdict(list)
    for line in said:
        groups[line.day, line.payee_number, line.record == _ELSEWHERE].append(line)
    for key in sorted(groups):
        lines = groups[key]
        if len(lines) > _ONE_BY_ONE or (key[2] and len(lines) > 1):
            yield _unmatched_together(lines)
        else:
            yield from (_unmatched(line, book) for line in lines)


def not_applied_items(
    said: Iterable[Said], claims: Mapping[int, Claim], book: CodeBook
) -> Iterator[WorkItem]:
    """Yield the items of lines that moved no claim: one a claim, one a batch that is not sent."""
    by_claim: dict[int, list[Said]] = defaultdict(list)
    for line in said:
        if line.claim_id is not None and line.claim_id in claims:
            by_claim[line.claim_id].append(line)
    unsent: dict[int, list[tuple[Claim, Sequence[Said]]]] = defaultdict(list)
    for claim_id, lines in by_claim.items():
        claim = claims[claim_id]
        if claim.state is ClaimState.BATCHED:
            unsent[claim.batch_id or 0].append((claim, lines))
        else:
            yield _not_applied(claim, lines, book)
    for batch_id in sorted(unsent):
        yield _answered_unsent(batch_id, unsent[batch_id])


def _unmatched(line: Said, book: CodeBook) -> WorkItem:
    codes = [meaning(code, book) for code in in_weight(line.explanatory_codes, book)]
    reason = Reason(
        "line-unmatched",
        "MSP's line is of no claim here",
        " ".join([f"{_what(line)}: {line.problem or 'no claim has its numbers'}.", *codes]),
        _where_to_look(line),
        explanatory_code=next(iter(in_weight(line.explanatory_codes, book)), ""),
    )
    return WorkItem(
        "line",
        frozenset({Kind.UNMATCHED}),
        Kind.UNMATCHED,
        (reason,),
        line.day,
        None,
        line.paid_cents,
        sessions=0,
        practitioner_number=line.practitioner_number,
        place=Place(file=line.file_name, row=line.line_number),
        record=line.record,
        answered=line.day,
    )


def _unmatched_together(lines: Sequence[Said]) -> WorkItem:
    first = lines[0]
    problems = sorted({line.problem for line in lines if line.record == _ELSEWHERE})
    because = f": {problems[0]}" if len(problems) == 1 else ""
    reason = Reason(
        "line-unmatched",
        "MSP's lines are of no claim here",
        f"{len(lines)} lines of {first.day} match no claim here{because}.",
        _where_to_look(first),
    )
    return WorkItem(
        "line",
        frozenset({Kind.UNMATCHED}),
        Kind.UNMATCHED,
        (reason,),
        first.day,
        None,
        sum(line.paid_cents or 0 for line in lines),
        sessions=0,
        place=Place(file=first.file_name, row=first.line_number),
        record=first.record if len({line.record for line in lines}) == 1 else "",
        answered=first.day,
    )


def _where_to_look(line: Said) -> str:
    if line.payment_date is None:
        return "If another system sent the claim, it is answered there; otherwise ask MSP."
    name = remittance_id(line.payment_date, line.payee_number)
    return (
        "If another system sent the claim, or it went on paper, it is settled there; otherwise "
        f"ask MSP. All of the remittance: tpi-billing remittance show {name}"
    )


def _not_applied(claim: Claim, lines: Sequence[Said], book: CodeBook) -> WorkItem:
    void = claim.state is ClaimState.VOID
    kind = Kind.ANSWERED_VOID if void else Kind.NOT_APPLIED
    paid = [line.paid_cents for line in lines if line.paid_cents is not None]
    return WorkItem(
        "claim",
        frozenset({kind}),
        kind,
        tuple(_voided(claim, line) if void else _impossible(claim, line, book) for line in lines),
        claim.service_date,
        None,
        sum(paid) if paid else None,
        session_id=claim.session_id,
        claim_id=claim.claim_id,
        batch_id=claim.batch_id,
        practitioner_number=claim.practitioner_number,
        patient=person(claim),
        record=lines[-1].record,
        answered=lines[-1].day,
    )


def _voided(claim: Claim, line: Said) -> Reason:
    return Reason(
        "answered-void",
        "MSP answers a claim that was voided here",
        f"{_what(line)} for claim {claim.claim_id}, which was voided here: MSP has it, and the "
        "service may be billed twice.",
        "See what else was billed for the session: tpi-billing claims list --session "
        f"{claim.session_id}. Of two payments have one taken back: tpi-billing claims debit, with "
        "the number of the claim that is paid here.",
    )


def _impossible(claim: Claim, line: Said, book: CodeBook) -> Reason:
    codes = [meaning(code, book) for code in in_weight(line.explanatory_codes, book)]
    return Reason(
        "line-not-applied",
        "MSP's line does not fit the claim",
        " ".join([f"{_what(line)} was not applied: {line.problem}.", *codes]),
        f"Compare it with what MSP said before: tpi-billing claims show {claim.claim_id}. If it "
        f"is not clear, ask Teleplan support about office folio {claim.office_folio}.",
        explanatory_code=next(iter(in_weight(line.explanatory_codes, book)), ""),
    )


def _answered_unsent(batch_id: int, found: Sequence[tuple[Claim, Sequence[Said]]]) -> WorkItem:
    claims = [claim for claim, _ in found]
    many = f"{len(claims)} {'claim' if len(claims) == 1 else 'claims'}"
    reason = Reason(
        "batch-answered",
        "MSP answers a batch that is not recorded as sent",
        f"MSP answers {many} of batch {batch_id}, which is not recorded as sent here.",
        f"If its files were uploaded by hand: tpi-billing batch sent {batch_id}, then tpi-billing "
        f"batch confirm {batch_id}. The answers are applied then.",
    )
    return WorkItem(
        "batch",
        frozenset({Kind.NOT_APPLIED}),
        Kind.NOT_APPLIED,
        (reason,),
        min(claim.service_date for claim in claims),
        None,
        sum(claim.due_cents for claim in claims),
        sessions=len({claim.session_key for claim in claims}),
        batch_id=batch_id,
        month=min(claim.service_date for claim in claims).strftime("%Y-%m"),
        answered=max(line.day for _, lines in found for line in lines),
    )


def _what(line: Said) -> str:
    """Name a line, `S01 of 2026-11-13, paying 77.92`; a refusal pays nothing."""
    said = f"{line.record} of {line.day}" if line.payment_date else f"{line.record}, {line.day}"
    return said if not line.paid_cents else f"{said}, paying {dollars(line.paid_cents)}"
