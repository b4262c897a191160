"""A finished submission file read again and held against its claims, before it is trusted."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import BinaryIO

from tpi_billing.errors import IntegrityError, Trouble
from tpi_billing.model.claim import Claim
from tpi_billing.model.money import dollars
from tpi_billing.teleplan.layout import Value
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.submission import SubmissionFile, rendered_records
from tpi_billing.teleplan.writer import Rendered

_HINT = "Nothing may be sent: write the file again. If the difference stays, report it."
_MOST_TROUBLES = 20


def read_back(content: bytes | BinaryIO, file: SubmissionFile) -> None:
    """Compare a file's bytes with the claims it was made from: each record, count and total.

    Raise IntegrityError with what differs, the first twenty differences of it.
    """
    troubles: list[Trouble] = []
    claims = cents = 0
    for wanted, record in zip_longest(rendered_records(file), read_records(content)):
        if record is not None and record.code == "C02":
            claims += 1
            cents += record.number("billed_amount") or 0
        if len(troubles) < _MOST_TROUBLES:
            troubles += _differences(wanted, record)
    troubles += _totals(file, claims, cents)
    if troubles:
        raise IntegrityError.of(troubles)


def _differences(
    wanted: tuple[OutgoingClaim | None, Rendered] | None, record: Record | None
) -> Iterator[Trouble]:
    if record is None:
        yield Trouble("The file ends too early: a record is missing.", _HINT)
        return
    if wanted is None:
        yield Trouble("The file has a record too many.", _HINT, row=record.line)
        return
    out, rendered = wanted
    for remark in record.remarks:
        yield Trouble(remark.message, _HINT, row=record.line, column=remark.field)
    for name in sorted(rendered.values.keys() | record.values.keys()):
        if _plain(rendered.values.get(name)) != record.values.get(name):
            message = f"The field {name.replace('_', ' ')} does not read as it was written."
            yield Trouble(message, _HINT, row=record.line, column=name)
    if out is not None and record.code == "C02":
        yield from _claim_differences(out.claim, record)


def _claim_differences(claim: Claim, record: Record) -> Iterator[Trouble]:
    """Hold what a claim is paid by against the claim itself, not against what was to be written."""
    written: dict[str, Value] = {
        "payee_number": claim.payee_number,
        "practitioner_number": claim.practitioner_number,
        "fee_item": claim.fee_item,
        "units": claim.units,
        "billed_amount": claim.amount_cents,
        "service_date": claim.service_date,
        "office_folio": claim.office_folio,
    }
    for name, value in written.items():
        if record.values.get(name) != value:
            message = f"The claim's {name.replace('_', ' ')} is not what the file says."
            yield Trouble(message, _HINT, row=record.line, column=name)


def _totals(file: SubmissionFile, claims: int, cents: int) -> Iterator[Trouble]:
    if claims != len(file.claims):
        message = f"The file has {claims} claims, {len(file.claims)} were to be written."
        yield Trouble(message, _HINT)
    if cents != file.amount_cents:
        message = f"The file bills {dollars(cents)}, the claims {dollars(file.amount_cents)}."
        yield Trouble(message, _HINT)


def _plain(value: Value) -> Value:
    """Return a value as it reads: the blanks behind a text are filling."""
    return value.rstrip() if isinstance(value, str) else value
