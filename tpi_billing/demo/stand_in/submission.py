"""A submitted file as MSP looks at it: taken whole, or refused whole with one message.

The wording of TETA-020 and TETA-022 is MSP's; the other refusals are known to exist, but not
their words, so these are the stand-in's own and carry no number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tpi_billing.teleplan.numbering import number_after
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.records import INBOUND, LAYOUTS

_LINE_END = b"\r\n"
_KNOWN = frozenset(layout.code for layout in INBOUND)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one transmission may carry; MSP's figures are not known, these are made up."""

    records: int = 10_000
    cents: int = 100_000_000


@dataclass(slots=True)
class SubmittedClaim:
    """A C02, and the N01 records that stand directly behind it."""

    record: Record
    notes: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file that nothing is wrong with as a file."""

    claims: tuple[SubmittedClaim, ...]
    first_number: int
    last_number: int


def check(
    content: bytes, data_centre: str, last_committed: int, expected: int, limits: Limits
) -> Submitted | str:
    """Return the file's claims, or the message that refuses it."""
    records = list(read_records(content))
    refusal = next(_refusals(records, data_centre, last_committed, expected, limits), None)
    if refusal is not None:
        return refusal
    return Submitted(_claims(records), expected, number_after(expected, len(records) - 1))


def _refusals(
    records: list[Record], data_centre: str, last_committed: int, expected: int, limits: Limits
) -> Iterator[str]:
    if not records or records[0].code != "VS1":
        yield "VENDOR RECORD ERROR, SEE RECORD AT # 00001"
        return
    yield from _faults(records, data_centre)
    numbers = [record.number("sequence_number") for record in records]
    if numbers[0] != expected:
        yield (
            f"TETA-022 SEQ NUMBER ERROR. EXPECTED: {expected:07} LAST COMMITTED:{last_committed:07}"
        )
    for at, number in enumerate(numbers):
        if number != number_after(expected, at):
            yield f"TETA-022 SEQ NUMBER ERROR, {_see(at + 1)}"
    if len(records) > limits.records:
        yield "VOLUME LIMIT OF ONE TRANSMISSION EXCEEDED"
    if sum(record.number("billed_amount") or 0 for record in records) > limits.cents:
        yield "TOTAL BILLED AMOUNT LIMIT OF ONE TRANSMISSION EXCEEDED"


def _faults(records: list[Record], data_centre: str) -> Iterator[str]:
    for at, record in enumerate(records, start=1):
        if record.code not in _KNOWN or (record.code == "VS1") != (at == 1):
            yield f"RECORD CODE INVALID, {_see(at)}"
        elif record.code == "N01" and at == 2:
            yield f"NOTE RECORD WITHOUT A CLAIM, {_see(at)}"
        elif len(record.verbatim) != (LAYOUTS[record.code].length or 0) + len(_LINE_END) or (
            not record.verbatim.endswith(_LINE_END)
        ):
            yield f"RECORD LENGTH INVALID, {_see(at)}"
        elif record.text("data_centre") != data_centre:
            yield f"TETA-020 DATA CENTRE VALUE IN FILE DOES NOT MATCH, {_see(at)}"


def _see(at: int) -> str:
    return f"SEE RECORD AT # {at:05}"


def _claims(records: list[Record]) -> tuple[SubmittedClaim, ...]:
    claims: list[SubmittedClaim] = []
    for record in records[1:]:
        if record.code == "C02":
            claims.append(SubmittedClaim(record))
        else:
            claims[-1].notes.append(record)
    return tuple(claims)
