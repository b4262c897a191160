"""What MSP said of a claim, line by line, and what its money came to, month by month."""

from collections.abc import Iterator

from tpi_billing.audit.trace.document import Digest, Moment, Money, Section, Value, facts, table
from tpi_billing.audit.trace.gathering import Gathered
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.claims.answered_claims import outstanding_cents
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.book_months import CLOSED
from tpi_billing.ledger.postings import PostingKind
from tpi_billing.model.claim import Claim
from tpi_billing.model.remittance import RemittanceLine, Standing, remittance_id
from tpi_billing.remittance.explaining import explain
from tpi_billing.remittance.statement import Kind, kind_of

SAID = {
    Kind.PAID: "paid as billed",
    Kind.CHANGED: "paid otherwise",
    Kind.REFUSED: "refused",
    Kind.HELD: "held for a later remittance",
    Kind.TAKEN_BACK: "taken back",
    Kind.UNMATCHED: "matching no claim",
    Kind.NOT_APPLIED: "not applied",
}
POSTED = {
    PostingKind.REPLACED: "passed on to the claim in its place",
    PostingKind.REINSTATED: "back from the claim in its place, which is void",
    PostingKind.MOVED: "moved by MSP's answer to a claim of the same service",
    PostingKind.WRITTEN_OFF: "written off",
    PostingKind.DIFFERENCE: "difference accepted",
}


def answers_section(found: Gathered, codes: CodeBook, masks: Masks) -> Section:
    """Tell what MSP said, line by line."""
    rows = [_answer(line, found, codes, masks) for line in found.lines]
    columns = [
        ("record", "record"),
        ("said", "it says"),
        ("payment_date", "payment date"),
        ("remittance_id", "remittance"),
        ("codes", "codes"),
        ("meanings", "in our words"),
        ("billed", "billed"),
        ("paid", "paid"),
        ("adjustments", "adjustments"),
        ("file_number", "MSP's number"),
        ("standing", "standing"),
        ("problem", "because"),
        ("month", "book month"),
        ("claim_month", "claim month"),
        ("file", "file"),
        ("line", "line"),
        ("file_sha256", "file SHA-256"),
        ("line_sha256", "line SHA-256"),
        ("taken_in_at", "taken in"),
        ("taken_in_by", "by"),
        ("verbatim", "as it stands", "verbatim"),
    ]
    empty = "MSP has not answered it."
    made = table("lines", "", columns, rows, empty=empty, tall=True)
    return Section("answers", "MSP's answers", (made,))


def _answer(
    line: RemittanceLine, found: Gathered, codes: CodeBook, masks: Masks
) -> tuple[Value, ...]:
    file = found.answer_files.get(line.file_id)
    day = line.payment_date
    meanings = tuple(f"{one.code}: {one.meaning}" for one in explain(codes, line.explanatory_codes))
    return (
        line.record,
        SAID[kind_of(line, found.claim)],
        "" if day is None else day,
        "" if day is None else remittance_id(day, line.payee_number),
        line.explanatory_codes,
        meanings,
        _money(line.billed_cents),
        _money(line.paid_cents),
        Money(line.stated_adjustments_cents) if line.stated_adjustments_cents else "",
        line.file_number,
        line.standing.value,
        masks.words(line.problem),
        line.month,
        line.claim_month,
        None if file is None else masks.words(file.name),
        line.line_number,
        None if file is None else Digest(file.sha256),
        Digest(line.content_sha256),
        None if file is None else Moment(file.imported_at),
        None if file is None else file.imported_by,
        masks.line(line),
    )


def _money(cents: int | None) -> Value:
    return "" if cents is None else Money(cents)


def owed_cents(claim: Claim, posted: int) -> int:
    """Return what is owed for a claim by the books, in signed cents; nothing before it is sent."""
    return (0 if claim.sent_on is None else outstanding_cents(claim)) + posted


def money_section(found: Gathered) -> Section:
    """Tell what was billed, paid and written off, in which months, and what is still owed."""
    claim = found.claim
    movements = list(_movements(found))
    owed = owed_cents(claim, found.posted[found.number])
    written_off = -sum(
        one.posting.cents for one in found.postings if one.posting.kind is PostingKind.WRITTEN_OFF
    )
    told = facts(
        ("billed", "billed", Money(claim.amount_cents)),
        ("due", "due from MSP", Money(claim.due_cents)),
        ("paid", "paid", _money(claim.paid_cents)),
        ("adjusted", "adjusted", Money(claim.adjusted_cents)),
        ("written_off", "written off", Money(written_off)),
        ("outstanding", "outstanding", Money(owed)),
        ("billed_month", "billed in", claim.billed_month),
        ("adds_up", "adds up", sum(cents for *_, cents in movements) == owed),
    )
    rows = [(month, *_closed(month, found), what, Money(cents)) for month, what, cents in movements]
    columns = [
        ("month", "month"),
        ("books", "books"),
        ("closed_at", "closed (UTC)"),
        ("closed_by", "by", "words"),
        ("what", "what moved", "words"),
        ("owed", "owed", "number"),
    ]
    empty = "Nothing has moved yet: it is not sent."
    made = table("movements", "In the books", columns, rows, empty=empty)
    return Section("money", "Money", (told, made))


def _movements(found: Gathered) -> Iterator[tuple[str, str, int]]:
    """Yield what moved: month of the books, what, and the cents that it adds to what is owed."""
    claim = found.claim
    if claim.sent_on is not None:
        yield claim.billed_month, "billed", claim.due_cents
    for line in found.lines:
        if line.standing is not Standing.APPLIED:
            continue
        name = f"{SAID[kind_of(line, claim)]} ({line.record}, {line.payment_date})"
        if line.adjusted_cents:
            yield line.claim_month, f"adjusted by MSP ({line.record})", line.adjusted_cents
        if line.paid_cents:
            yield line.claim_month, name, -line.paid_cents
    for one in found.postings:
        yield one.month, POSTED[one.posting.kind], one.posting.cents


def _closed(month: str, found: Gathered) -> tuple[Value, ...]:
    """Tell whether the books of a month are closed, when, and who closed them."""
    told = [one for one in found.closings if one.month == month]
    if not told or told[-1].state != CLOSED:
        return "open", "", ""
    return "closed", Moment(told[-1].decided_at), told[-1].decided_by
