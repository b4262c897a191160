"""A claim's record and its note as they went out, found in the batch's file, field by field."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from tpi_billing.audit.trace.document import Block, Digest, Money, Value, Words, facts, table
from tpi_billing.audit.trace.gathering import SentFile
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.teleplan.layout import Field, Kind
from tpi_billing.teleplan.numbering import number_after
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.records import LAYOUTS

_OWN = {"C02": "The claim's record", "N01": "Its note"}


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record as it stands in a file; `line` counts from 1."""

    line: int
    number: int
    record: Record


def records_of(sent: SentFile, number: int) -> list[SentRecord]:
    """Return the claim's record of a number, and its note with the number after it."""
    centre = sent.content[3:8]
    found = []
    for code, at in (("C02", number), ("N01", number_after(number))):
        start = sent.content.find(f"\n{code}{centre}{at:07}") + 1
        if not start:
            break
        text = sent.content[start : sent.content.find("\r\n", start)]
        (record,) = read_records(text.encode("ascii") + b"\r\n")
        found.append(SentRecord(sent.content.count("\n", 0, start) + 1, at, record))
    return found


def file_facts(sent: SentFile, records: list[SentRecord]) -> Block:
    """Tell of the file, and whether its text is still what it was."""
    part = sent.part
    whole = hashlib.sha256(sent.content.encode()).hexdigest() == part.sha256
    return facts(
        ("part", "file", f"{part.part} of {sent.of}"),
        ("file_sha256", "SHA-256", Digest(part.sha256)),
        ("file_whole", "unaltered", whole),
        ("file_numbers", "numbers", f"{part.first_number:07} to {part.last_number:07}"),
        ("file_claims", "its claims", part.claims),
        ("file_amount", "its amount", Money(part.amount_cents)),
        ("numbers", "records", tuple(_named(one) for one in records)),
    )


def _named(one: SentRecord) -> str:
    return f"{one.record.code} {one.number:07} in line {one.line}"


def record_blocks(records: list[SentRecord], masks: Masks) -> Iterator[Block]:
    """Yield each record: its fields in words, and the line as it went out."""
    columns = [
        ("columns", "columns"),
        ("p", "P"),
        ("field", "field", "words"),
        ("text", "as written", "words"),
        ("meaning", "what it says", "words"),
    ]
    for one in records:
        code = one.record.code
        title = f"{_OWN[code]} ({code} {one.number:07}), field by field"
        rows = list(_fields(one.record, masks))
        yield table(f"{code.lower()}_fields", title, columns, rows)
        line = "".join(
            masks.field(field, _slice(field, one.record.content)) for field in LAYOUTS[code].fields
        )
        yield Words(f"{code.lower()}_line", line.rstrip(), verbatim=True)


def _fields(record: Record, masks: Masks) -> Iterator[tuple[Value, ...]]:
    """Yield what the fields say; those that are blank, or zeros that stand for none, are left."""
    for field in LAYOUTS[record.code].fields:
        text = _slice(field, record.content)
        said = dict(field.choices).get(text.strip(), "")
        if field.kind is Kind.FILLER or not text.strip() or (not text.strip("0 ") and not said):
            continue
        where = (
            f"{field.first}-{field.last or ''}" if field.last != field.first else f"{field.first}"
        )
        shown = masks.field(field, text).rstrip()
        meaning = f"{field.meaning}: {said}" if said else field.meaning
        yield where, field.p, field.label, shown, meaning


def _slice(field: Field, line: str) -> str:
    return line[field.first - 1 : field.last]
