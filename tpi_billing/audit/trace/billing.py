"""A claim on its way out in words: priced, put into a batch, written into a file, sent."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from tpi_billing.audit.trace.document import (
    Block,
    Digest,
    Moment,
    Money,
    Section,
    Value,
    Words,
    facts,
    table,
)
from tpi_billing.audit.trace.gathering import Gathered
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.audit.trace.record import file_facts, record_blocks, records_of
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.exchange import Attempt, bytes_of
from tpi_billing.model.money import dollars
from tpi_billing.teleplan.exchange.reply import read_reply

_STATUS = {
    "checked": "compared with the page by eye",
    "extracted": "read by a program only",
    "clinic": "the clinic's own",
}


def pricing_section(found: Gathered, codes: CodeBook, masks: Masks) -> Section:
    """Tell how the amount came about, and what it was priced with."""
    claim = found.claim
    item = codes.fee_item(claim.fee_item, claim.service_date)
    sum_ = f"{claim.units} x {dollars(claim.unit_price_cents)} at {claim.percent}%"
    told = facts(
        ("fee_item", "fee item", claim.fee_item),
        ("title", "title", "" if item is None else item.title),
        ("edition", "edition", claim.edition),
        ("price_status", "its price", _STATUS.get(claim.price_status, claim.price_status)),
        ("units", "units", claim.units),
        ("unit_price", "unit price", Money(claim.unit_price_cents)),
        ("percent", "percent", claim.percent),
        ("amount", "amount", Money(claim.amount_cents)),
        ("sum", "worked out", f"{sum_} = {dollars(claim.amount_cents)}"),
        ("explanation", "in words", masks.words(claim.explanation)),
        ("submission_code", "code", _submission(claim.submission_code, codes)),
    )
    rows = [
        (
            one.claim_id,
            masks.words(one.session_id),
            one.practitioner_number,
            one.fee_item,
            one.units,
            one.percent,
            Money(one.amount_cents),
            one.batch_id,
            one.state.value,
        )
        for one in found.others
    ]
    columns = [
        ("claim_id", "claim", "number"),
        ("session_id", "session", "words"),
        ("practitioner_number", "pract."),
        ("fee_item", "item"),
        ("units", "units", "number"),
        ("percent", "%", "number"),
        ("amount", "amount", "number"),
        ("batch_id", "batch", "number"),
        ("state", "state", "words"),
    ]
    others = table(
        "others",
        "The patient's other claims of that day",
        columns,
        rows,
        empty="The patient has no other claim of that day.",
    )
    return Section("pricing", "Price", (told, others))


def _submission(code: str, codes: CodeBook) -> str:
    known = codes.submission_code(code)
    return code if known is None else f"{code}: {known.meaning}"


def batch_section(found: Gathered, masks: Masks) -> Section:
    """Tell of the batch, and of every time that a file of it was written."""
    batch = found.batch
    told = facts(
        ("batch_id", "batch", batch.batch_id),
        ("month", "month", batch.month),
        ("state", "state", batch.state),
        ("created_at", "made", Moment(batch.created_at)),
        ("created_by", "by", batch.created_by),
        ("as_of", "as of", batch.as_of),
        ("tool_version", "by version", batch.facts.get("tool_version")),
        ("claims", "claims", batch.claims),
        ("amount", "amount", Money(batch.amount_cents)),
        ("void_reason", "voided for", masks.words(batch.void_reason)),
        ("journal_entry", "journal no.", batch.journal_entry),
        ("journal_hash", "its hash", Digest(batch.journal_hash)),
        ("office_folio", "office folio", found.claim.office_folio),
    )
    columns = [
        ("path", "file", "words"),
        ("kind", "kind"),
        ("sha256", "SHA-256"),
        ("at", "published"),
        ("by", "by"),
        ("replaced", "replaced"),
    ]
    made = table(
        "files",
        "Published files",
        columns,
        list(_published(found, masks)),
        empty="No file of the batch has been published.",
        tall=True,
    )
    return Section("batch", "Batch", (told, made))


def _published(found: Gathered, masks: Masks) -> Iterator[tuple[Value, ...]]:
    """Yield every publication, as the journal tells; the last of a path is what the ledger has."""
    for file in found.files:
        times = [
            (entry.at, entry.actor, json.loads(entry.content))
            for entry in found.about(f"batch:{found.batch.batch_id}/file:{file.path}")
        ]
        for at, actor, told in times[:-1]:
            if told["sha256"] != file.sha256:
                yield (
                    masks.words(file.path),
                    told["kind"],
                    Digest(told["sha256"]),
                    Moment(at),
                    actor,
                    True,
                )
        yield (
            masks.words(file.path),
            file.kind,
            Digest(file.sha256),
            Moment(file.published_at),
            file.published_by,
            False,
        )


def sending_section(found: Gathered, masks: Masks) -> Section:
    """Tell of the Teleplan file, the claim's record in it, and every attempt to send it."""
    sent, number = found.sent, found.claim.sequence_number
    blocks: list[Block] = []
    if sent is None or number is None:
        words = "No Teleplan file of the claim is in the ledger: not kept."
        blocks = [Words("about", words), _attempts(found, masks)]
    else:
        records = records_of(sent, number)
        blocks = [file_facts(sent, records), _attempts(found, masks)]
        blocks += record_blocks(records, masks)
    sent_on = found.claim.sent_on
    blocks.insert(
        0,
        facts(
            ("sent_on", "sent on", "" if sent_on is None else sent_on),
            ("sequence_number", "number", "" if number is None else f"{number:07}"),
            ("sequence_cycle", "cycle", found.claim.sequence_cycle),
            ("original_file_number", "MSP's number", found.claim.original_file_number),
            ("approval_reference", "approval", found.claim.approval_reference),
        ),
    )
    return Section("sending", "Teleplan", tuple(blocks))


def _attempts(found: Gathered, masks: Masks) -> Block:
    rows = [
        (
            one.submission_id,
            one.part,
            urlsplit(one.site).netloc or one.site,
            Moment(one.started_at),
            one.started_by,
            Moment(one.finished_at) if one.finished_at else "",
            one.outcome or "nobody knows",
            answer_to(one, masks),
        )
        for one in found.attempts
    ]
    columns = [
        ("submission_id", "attempt"),
        ("part", "file"),
        ("site", "where"),
        ("started_at", "started"),
        ("started_by", "by"),
        ("finished_at", "finished"),
        ("outcome", "outcome"),
        ("reply", "MSP's reply"),
    ]
    empty = "Nobody has tried to send it yet."
    return table("attempts", "Attempts to send it", columns, rows, empty=empty, tall=True)


def answer_to(attempt: Attempt, masks: Masks) -> str:
    """Return MSP's words without what its reply carries, a person's, or a log's last line."""
    reply = read_reply(bytes_of(attempt.reply))
    if reply is not None:
        return masks.reply(f"{reply.result} {reply.messages}".strip())
    lines = [line.strip() for line in attempt.reply.split("\n") if line.strip()]
    return masks.reply(lines[-1] if lines else "")
