"""The life of one claim as it can be followed: billed, sent, answered, and what comes next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.claims.answered_claims import answered_item, codes_of, outstanding_cents
from tpi_billing.claims.deadlines import answer_due
from tpi_billing.claims.parts import parts_of
from tpi_billing.claims.silent_claims import SilentClaims
from tpi_billing.claims.waiting_lines import not_applied_items, still_open
from tpi_billing.claims.work_items import WorkItem
from tpi_billing.claims.worklist import payments_by_payee
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.answers import Said, said_of_claims, successors_of
from tpi_billing.ledger.batches import list_batches
from tpi_billing.ledger.book_months import last_closed_month
from tpi_billing.ledger.chains import WAITING
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.numbers import lies_within
from tpi_billing.ledger.postings import Posted, PostingKind, postings_of_claim
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.money import dollars
from tpi_billing.model.remittance import Standing

_S = ClaimState


@dataclass(frozen=True, slots=True)
class Event:
    """A step: its day, what it is called, and in words; `line` is MSP's where it is one.

    `cents` is what the step adds to what is owed to the clinic, None where it moves no money.
    """

    day: date
    name: str
    text: str
    cents: int | None = None
    line: Said | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a claim; `items` are the things of it that wait for a person.

    `owed_cents` is what is still owed for it by the books, `following` says what comes next where
    nothing waits, else it is blank. `codes` are the explanatory codes of the line that put the
    claim where it is. `requests` are those of the successors that ask for its payment back.
    """

    claim: Claim
    events: tuple[Event, ...]
    owed_cents: int
    successors: tuple[int, ...]
    requests: tuple[int, ...]
    items: tuple[WorkItem, ...]
    following: str
    codes: tuple[str, ...]


def life_of(
    connection: Connection,
    data_centre: str,
    claim: Claim,
    codes: CodeBook,
    as_of: date,
    due_soon_days: int,
) -> Life:
    """Put together what the ledger knows of a claim, as of a day."""
    number = claim.claim_id or 0
    said = said_of_claims(connection, data_centre, [number])[number]
    posted = postings_of_claim(connection, data_centre, number)
    successors = claims_numbered(
        connection, data_centre, successors_of(connection, data_centre, number)
    )
    before = _before_the_answer(connection, data_centre, claim)
    after = [
        *(_of_line(claim, line) for line in said),
        *(_of_posting(one) for one in posted),
    ]
    paid = payments_by_payee(connection, data_centre)
    silent = SilentClaims(codes.calendar, paid, as_of, due_soon_days)
    closed = last_closed_month(connection, data_centre)
    amiss = still_open((one for one in said if one.standing is Standing.NOT_APPLIED), closed)
    moved = sum(one.posting.cents for one in posted)
    answered = answered_item(
        claim, said, paid.get(claim.payee_number, ()), codes, as_of, due_soon_days, moved
    )
    if claim.state is _S.DEBITED and _asking(successors):
        answered = None
    items = [
        *([] if answered is None else [answered]),
        *_unanswered(claim, silent),
        *not_applied_items(amiss, {number: claim}, codes),
    ]
    billed = 0 if claim.sent_on is None else outstanding_cents(claim)
    return Life(
        claim,
        (*before, *sorted(after, key=lambda event: event.day)),
        billed + moved,
        tuple(one.claim_id or 0 for one in successors),
        tuple(one.claim_id or 0 for one in successors if one.is_debit),
        tuple(items),
        "" if items else _following(claim, codes, successors, silent),
        codes_of(claim, said),
    )


def _before_the_answer(connection: Connection, data_centre: str, claim: Claim) -> Iterator[Event]:
    batches = list_batches(connection, data_centre, only=claim.batch_id)
    for batch in batches:
        item = f"{claim.fee_item} x {claim.units} for {dollars(claim.amount_cents)}"
        why = "to have the payment taken back of" if claim.is_debit else "in the place of"
        place = f", {why} claim {claim.predecessor}" if claim.predecessor else ""
        yield Event(
            date.fromisoformat(batch.as_of),
            "made",
            f"{item} in batch {claim.batch_id}, office folio {claim.office_folio}{place}",
        )
    if claim.sent_on is not None:
        text = f"{_file(connection, claim)}sequence number {claim.sequence_number}"
        yield Event(claim.sent_on, "sent", text, claim.due_cents)


def _file(connection: Connection, claim: Claim) -> str:
    """Name the file that a claim went in; `""` when it is not known."""
    parts = parts_of(connection, claim.batch_id or 0)
    number = claim.sequence_number or 0
    for part in parts:
        first, last = part.file.first_number, part.file.last_number
        if lies_within(number, first, last):
            file = f"file {part.file.part} of {len(parts)}" if len(parts) > 1 else "the file"
            return f"in {file} of batch {claim.batch_id}, "
    return ""


def _of_line(claim: Claim, line: Said) -> Event:
    name = _name(claim, line)
    if line.standing is not Standing.APPLIED:
        return Event(line.day, name, f"not applied: {line.problem}", None, line)
    paid = line.paid_cents or 0
    cents = None if line.paid_cents is None else line.adjusted_cents - paid
    text = dollars(abs(paid)) if paid else ""
    if line.adjusted_cents:
        text += f", adjusted by {dollars(line.adjusted_cents)}"
    return Event(line.day, name, text, cents, line)


def _name(claim: Claim, line: Said) -> str:
    paid = line.paid_cents or 0
    if paid < 0:
        return "taken back"
    if line.record in {"C12", "S03"}:
        return "refused"
    if line.record == "S04":
        return "held"
    return "paid" if paid == claim.due_cents + line.adjusted_cents else "paid otherwise"


_POSTED = {
    PostingKind.REPLACED: ("replaced", "what was open goes on with the claim in its place"),
    PostingKind.REINSTATED: ("reinstated", "the claim in its place is void"),
    PostingKind.MOVED: ("moved", ""),
    PostingKind.WRITTEN_OFF: ("written off", ""),
    PostingKind.DIFFERENCE: ("difference", ""),
}


def _of_posting(one: Posted) -> Event:
    name, text = _POSTED[one.posting.kind]
    said = ": ".join(part for part in (text, one.posting.reason) if part)
    day = date.fromisoformat(one.posted_at[:10])
    return Event(day, name, f"{said} ({one.posted_by})", one.posting.cents)


def _unanswered(claim: Claim, silent: SilentClaims) -> Iterator[WorkItem]:
    if claim.state is _S.SENT and claim.sent_on is not None:
        due = answer_due(silent.calendar, claim.sent_on)
        if silent.is_silent(due, claim.payee_number):
            yield silent.item(claim, due)


_NOTHING = "Nothing to do."
_ASKS = "Claim {asking} asks MSP to take the payment back."
_STANDS = {
    _S.BATCHED: "It goes to MSP with batch {batch}.",
    _S.HELD: f"MSP decides in a later remittance. {_NOTHING}",
    _S.CORRECTED: "Claim {after} took its place.",
    _S.DEBIT_REQUESTED: _ASKS,
    _S.DEBITED: "MSP took the payment back. If the visit is still to be paid, bill it anew: import "
    "it, put right, under a session id of its own.",
    _S.WRITTEN_OFF: f"It was given up. {_NOTHING}",
    _S.VOID: f"It was voided before it was sent. {_NOTHING}",
}


def _following(
    claim: Claim, codes: CodeBook, successors: Sequence[Claim], silent: SilentClaims
) -> str:
    if claim.state is _S.SENT:
        return _expected(claim, codes, silent)
    standing = [one for one in successors if one.state is not _S.VOID and not one.is_debit]
    asking = _asking(successors)
    said = _STANDS.get(claim.state, _NOTHING)
    if asking and said is not _ASKS:
        said = f"{said.removesuffix(_NOTHING).strip()} {_ASKS}"
    return said.format(
        batch=claim.batch_id,
        after=standing[-1].claim_id if standing else "of another number",
        asking=asking[-1].claim_id if asking else "of another number",
    )


def _asking(successors: Sequence[Claim]) -> list[Claim]:
    """Return the requests that MSP has not answered yet."""
    return [one for one in successors if one.is_debit and one.state in WAITING]


def _expected(claim: Claim, codes: CodeBook, silent: SilentClaims) -> str:
    if claim.sent_on is None:
        return "MSP has not answered yet."
    due = answer_due(codes.calendar, claim.sent_on)
    if due.close_off is None:
        return f"MSP has not answered yet; without an answer by {due.last} something is wrong."
    said = f"MSP's answer is due with the close-off of {due.close_off}, paid about {due.paid}."
    if silent.is_absent(due, claim.payee_number):
        said += " That remittance has not been picked up: tpi-billing pickup"
    return said
