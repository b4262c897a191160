"""What happened to a claim in the order of time, each thing with who did it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tpi_billing.audit.trace.answers import POSTED, SAID
from tpi_billing.audit.trace.billing import answer_to
from tpi_billing.audit.trace.document import Moment, Section, table
from tpi_billing.audit.trace.gathering import Gathered
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.audit.trace.origin import said_in_words
from tpi_billing.audit.trace.people import ASKED
from tpi_billing.ledger.exchange import Attempt
from tpi_billing.ledger.tracing import Entry
from tpi_billing.model.money import dollars
from tpi_billing.remittance.statement import kind_of


@dataclass(frozen=True, slots=True)
class Event:
    """A thing that happened: the instant as the ledger writes it, who, and what in words.

    `entry` is the journal's that tells of it, 0 where that is not among those about the claim.
    """

    at: str
    by: str
    what: str
    entry: int = 0


def history_section(found: Gathered, masks: Masks) -> Section:
    """List everything that happened, in the order of time and of the journal."""
    events = sorted(_events(found, masks), key=lambda event: (event.at, event.entry))
    rows = [(one.entry or "", Moment(one.at), one.by, one.what) for one in events]
    columns = [
        ("entry", "entry", "script"),
        ("at", "when (UTC)"),
        ("by", "who", "words"),
        ("what", "what happened", "words"),
    ]
    return Section("history", "What happened", (table("events", "", columns, rows),))


def _events(found: Gathered, masks: Masks) -> Iterator[Event]:
    yield from _before(found, masks)
    yield from _made(found, masks)
    yield from _sent(found, masks)
    yield from _answered(found)
    yield from _after(found, masks)


def _before(found: Gathered, masks: Masks) -> Iterator[Event]:
    for one in found.said:
        row = one.row
        what = f"row {row.row_number} of {masks.words(row.file_name)}: {said_in_words(one)}"
        entry = found.entry_of(f"import:{row.import_id}", "import.started")
        yield Event(row.imported_at, row.imported_by, what, entry)
    for decision in found.decisions:
        what = f"decided {decision.kind}: {masks.words(decision.reason)}"
        entry = found.entry_of(f"decision:{decision.decision_id}", "decision.new")
        yield Event(decision.decided_at, decision.decided_by, what, entry)
    for each in found.entries:
        if each.action == "batch.session" and json.loads(each.content)["held"]:
            batch = json.loads(each.content)["batch_id"]
            yield _told(each, f"held back from batch {batch}")
        elif each.action == "decision.withdrawn":
            yield _told(each, f"{each.record.replace(':', ' ')} taken back")


def _told(entry: Entry, what: str) -> Event:
    return Event(entry.at, entry.actor, what, entry.entry)


def _made(found: Gathered, masks: Masks) -> Iterator[Event]:
    claim, batch = found.claim, found.batch
    why = "to have the payment taken back of" if claim.is_debit else "in the place of"
    place = f" {why} claim {claim.predecessor}" if claim.predecessor else ""
    amount = dollars(claim.amount_cents)
    what = f"made in batch {batch.batch_id}{place}: {claim.fee_item} x {claim.units}, {amount}"
    yield Event(batch.created_at, batch.created_by, what, batch.journal_entry)
    published = [each for each in found.entries if each.action == "batch.exported"]
    for (at, by), some in groupby(published, key=lambda each: (each.at, each.actor)):
        files = list(some)
        count = "1 file" if len(files) == 1 else f"{len(files)} files"
        yield Event(at, by, f"published {count} of batch {batch.batch_id}", files[0].entry)
    for each in found.about(f"claim:{found.number}"):
        if each.action == "claim.sent":
            month = json.loads(each.content).get("billed_month", "")
            number = f"sent as number {claim.sequence_number}"
            yield _told(each, f"{number}, billed in {month}" if month else number)
        elif each.action == "claim.void":
            yield _told(each, f"voided: {masks.words(batch.void_reason)}")


def _sent(found: Gathered, masks: Masks) -> Iterator[Event]:
    for attempt in found.attempts:
        where = f"file {attempt.part} of batch {attempt.batch_id}"
        record = f"submission:{attempt.submission_id}"
        entry = found.entry_of(record, "submission.started")
        yield Event(attempt.started_at, attempt.started_by, f"began to send {where}", entry)
        if attempt.finished_at is not None:
            said = answer_to(attempt, masks)
            what = f"{where}: {attempt.outcome}" + (f" ({said})" if said else "")
            entry = found.entry_of(record, "submission.finished")
            yield Event(attempt.finished_at, _who_finished(found, attempt), what, entry)


def _who_finished(found: Gathered, attempt: Attempt) -> str:
    """Return who found out what became of an attempt, which may be somebody else."""
    for entry in found.about(f"submission:{attempt.submission_id}"):
        if entry.action == "submission.finished" and entry.at == attempt.finished_at:
            return entry.actor
    return attempt.started_by


def _answered(found: Gathered) -> Iterator[Event]:
    for line in found.lines:
        file = found.answer_files[line.file_id]
        day = f" of {line.payment_date}" if line.payment_date else ""
        what = f"MSP ({line.record}{day}): {SAID[kind_of(line, found.claim)]}"
        if line.paid_cents:
            what += f" {dollars(line.paid_cents)}"
        if line.explanatory_codes:
            what += f", {' '.join(line.explanatory_codes)}"
        entry = found.entry_of(f"line:{line.line_id}", "line.new")
        yield Event(file.imported_at, file.imported_by, what, entry)


def _after(found: Gathered, masks: Masks) -> Iterator[Event]:
    for one in found.amendments:
        record = f"amendment:{one.amendment_id}"
        made = f" by claim {one.successor_id}" if one.successor_id else ""
        why = f": {masks.words(one.reason)}" if one.reason else ""
        what = f"claim {one.claim_id} {ASKED[one.kind.value]}{made}{why}"
        yield Event(one.made_at, one.made_by, what, found.entry_of(record, "amendment.new"))
        for entry in found.about(record):
            if entry.action == "amendment.withdrawn":
                yield _told(entry, f"request {one.amendment_id} taken back")
    for posted in found.postings:
        what = f"{POSTED[posted.posting.kind]}: {dollars(posted.posting.cents)}"
        entry_number = found.entry_of(f"posting:{posted.posting_id}", "posting.new")
        yield Event(posted.posted_at, posted.posted_by, what, entry_number)
    for month in found.closings:
        yield Event(month.decided_at, month.decided_by, f"books of {month.month} {month.state}")
    yield from _reviewed(found)


def _reviewed(found: Gathered) -> Iterator[Event]:
    for review in found.reviews:
        sample = f"sample {review.sample_id}"
        yield Event(review.drawn_at, review.drawn_by, f"drawn in {sample}")
        if review.verdict:
            what = f"verdict in {sample}: {review.verdict}"
            yield Event(review.recorded_at, review.recorded_by, what)
