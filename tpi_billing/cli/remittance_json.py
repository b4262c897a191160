"""Remittances, files and lines of MSP's as `--json` has them; patients are masked."""

from typing import TYPE_CHECKING, Any

from tpi_billing.cli.screen import Screen
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.model.remittance import RemittanceFile
    from tpi_billing.remittance.explaining import Explained
    from tpi_billing.remittance.statement import Adjustment, Item, Statement, Sum
    from tpi_billing.remittance.ties import Tie
    from tpi_billing.remittance.tying import Tied


def remittance_json(tied: "Tied") -> dict[str, Any]:
    """Write one remittance's sums; deposit and difference are null without a total (S21)."""
    ties = tied.ties
    return {
        "remittance_id": tied.name,
        "payment_date": tied.payment_date.isoformat(),
        "payee_number": tied.payee_number,
        "billed": dollars(ties.billed_cents),
        "paid": dollars(ties.paid_cents),
        "adjustments": dollars(ties.adjusted_cents),
        "balance_forward": dollars(ties.balance_forward_cents),
        "deposit": _maybe(ties.deposit_cents),
        "new_balance": dollars(ties.new_balance_cents),
        "difference": _maybe(ties.difference_cents),
        "state": ties.state.value,
        "differences": [tie_json(tie) for tie in ties.differences],
    }


def tie_json(tie: "Tie") -> dict[str, Any]:
    """Write a total of MSP's beside the lines."""
    return {
        "what": tie.name,
        "practitioner_number": tie.practitioner_number,
        "stated": dollars(tie.stated_cents),
        "found": dollars(tie.found_cents),
        "difference": dollars(tie.difference_cents),
        "explanations": [
            {"kind": one.kind, "explanation": one.message} for one in tie.explanations
        ],
    }


def file_json(file: "RemittanceFile") -> dict[str, Any]:
    """Write a file that was taken in."""
    return {
        "file_id": file.file_id,
        "name": file.name,
        "sha256": file.sha256,
        "pickup_id": file.pickup_id,
        "imported_at": file.imported_at,
        "imported_by": file.imported_by,
        "lines": file.lines,
        "cut_off": bool(file.fragment),
        "remarks": list(file.remarks),
    }


def statement_json(statement: "Statement", masker: Screen) -> dict[str, Any]:
    """Write everything that lines say."""
    from tpi_billing.remittance.statement import Kind

    sections = {
        kind.value.replace("-", "_"): [item_json(item, masker) for item in items]
        for kind, items in statement.items.items()
        if kind is not Kind.PAID
    }
    return {
        "lines": statement.lines,
        "paid_as_billed": _sum_json(statement.paid),
        **sections,
        "practitioners": [
            {"practitioner_number": number, **_sum_json(some)}
            for number, some in sorted(statement.by_practitioner.items())
        ],
        "adjustments": [_adjustment_json(one, masker) for one in statement.adjustments],
        "messages": [
            {
                "record": one.line.record,
                "practitioner_number": one.line.practitioner_number,
                "message": masker.masked("", one.text),
            }
            for one in statement.messages
        ],
        "controls": statement.controls,
        "unread_records": dict(sorted(statement.unread.items())),
    }


def item_json(item: "Item", masker: Screen) -> dict[str, Any]:
    """Write a line about a claim."""
    line, claim = item.line, item.claim
    row = {
        "record": line.record,
        "file_id": line.file_id,
        "line_number": line.line_number,
        "claim_id": line.claim_id,
        "session_id": None if claim is None else claim.session_id,
        "practitioner_number": line.practitioner_number,
        "service_date": service_day(item),
        "fee_item": fee_item(item),
        "paid_fee_item": line.paid_fee_item,
        "billed": dollars(item.billed_cents),
        "paid": dollars(item.paid_cents),
        "difference": dollars(item.paid_cents - item.billed_cents),
        "codes": [code_json(code) for code in item.codes],
        "last_day": None if item.last_day is None else item.last_day.isoformat(),
        "claim_state": None if claim is None else claim.state.value,
        "office_folio": line.office_folio,
        "sequence_number": line.sequence_number,
        "file_number": line.file_number,
    }
    if line.problem:
        row |= {"problem": line.problem, "line": shown_line(item, masker)}
    return row


def code_json(code: "Explained") -> dict[str, Any]:
    """Write an explanatory code in our words."""
    return {
        "explanatory_code": code.code,
        "meaning": code.meaning,
        "cure": code.cure,
        "who": code.who,
        "field": code.field,
        "known": code.known,
    }


def service_day(item: "Item") -> str:
    """Return the day of the service, of a line without a claim as MSP says; `""` if unknown."""
    day = item.record.day("service_date") if item.claim is None else item.claim.service_date
    return "" if day is None else day.isoformat()


def fee_item(item: "Item") -> str:
    """Return the fee item that was billed, of a line without a claim as MSP says."""
    return item.record.text("billed_fee_item") if item.claim is None else item.claim.fee_item


def shown_line(item: "Item", masker: Screen) -> str:
    """Return the line itself as it may be shown."""
    from tpi_billing.remittance.line_mask import masked_line

    return item.record.content.rstrip() if masker.unmask else masked_line(item.record)


def _adjustment_json(one: "Adjustment", masker: Screen) -> dict[str, Any]:
    record = one.record
    return {
        "record": one.line.record,
        "adjustment_code": one.explained.code,
        "meaning": one.explained.meaning,
        "known": one.explained.known,
        "identifier": masker.masked("", record.text("identifier").strip()),
        "message": masker.masked("", record.text("message").strip()),
        "amount": dollars(one.cents),
        "gross": dollars(record.number("gross_amount") or 0),
        "outstanding": dollars(record.number("outstanding_amount") or 0),
    }


def _sum_json(some: "Sum") -> dict[str, Any]:
    return {
        "claims": some.lines,
        "billed": dollars(some.billed_cents),
        "paid": dollars(some.paid_cents),
    }


def _maybe(cents: int | None) -> str | None:
    return None if cents is None else dollars(cents)
