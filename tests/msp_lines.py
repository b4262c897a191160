"""MSP's lines about claims, as tests need many of them: written from the tables of the records.

The golden remittances under `tests/remittance` are set by hand and do not use this.
"""

from datetime import date
from typing import Any

from tpi_billing.model.claim import Claim
from tpi_billing.model.remittance import RemittanceLine
from tpi_billing.remittance.reading import FileReading
from tpi_billing.teleplan.writer import writer_of

CENTRE, PAYEE = "T9999", "A9999"
FIRST, SECOND, THIRD = date(2026, 11, 12), date(2026, 11, 27), date(2026, 12, 14)
"""Payment dates of three remittances, one after the other."""


def _head(claim: Claim, day: date) -> dict[str, Any]:
    return {
        "data_centre": CENTRE,
        "sequence_number": claim.sequence_number,
        "payment_date": day,
        "payee_number": claim.payee_number,
        "control_number": "000001",
        "practitioner_number": claim.practitioner_number,
        "office_folio": claim.office_folio,
    }


def _codes(codes: tuple[str, ...]) -> dict[str, Any]:
    return {f"explanatory_code_{at}": code for at, code in enumerate(codes, start=1)}


def paid(claim: Claim, day: date = FIRST, cents: int | None = None, **more: Any) -> str:
    """S01: paid as billed, or so many cents."""
    amount = claim.amount_cents if cents is None else cents
    return writer_of("S01").write({**_head(claim, day), "paid_amount": amount, **more})


def changed(
    claim: Claim, cents: int, day: date = FIRST, codes: tuple[str, ...] = ("QM",), **more: Any
) -> str:
    """S02: paid with a change; a negative amount takes a payment back."""
    return _detailed("S02", claim, cents, day, codes, more)


def refused(claim: Claim, day: date = FIRST, codes: tuple[str, ...] = ("AF",), **more: Any) -> str:
    """S03: refused."""
    return _detailed("S03", claim, 0, day, codes, more)


def _detailed(
    record: str, claim: Claim, cents: int, day: date, codes: tuple[str, ...], more: dict[str, Any]
) -> str:
    values = {
        **_head(claim, day),
        "initials": claim.first_name[:1].upper(),
        "surname": claim.surname.upper()[:18],
        "phn": claim.phn,
        "dependent": claim.dependent,
        "service_date": claim.service_date,
        "billed_units": claim.units,
        "billed_fee_item": claim.fee_item,
        "billed_amount": claim.amount_cents,
        "paid_units": claim.units if cents else 0,
        "paid_fee_item": claim.fee_item if cents else "",
        "paid_amount": cents,
        "file_number": f"{claim.office_folio:010}",
        **_codes(codes),
        **more,
    }
    return writer_of(record).write(values)


def held(claim: Claim, day: date = FIRST, codes: tuple[str, ...] = ("BH",)) -> str:
    """S04: held for a later remittance."""
    return writer_of("S04").write({**_head(claim, day), **_codes(codes)})


def before_judging(claim: Claim, codes: tuple[str, ...] = ("YY", "VM")) -> str:
    """C12: refused the day after it was sent."""
    head = _head(claim, FIRST)
    for name in ("payment_date", "control_number"):
        del head[name]
    return writer_of("C12").write({**head, **_codes(codes)})


def payee_total(day: date = FIRST, paid_cents: int = 0, **more: Any) -> str:
    """S21: what a payee is paid; the deposit is the same unless told otherwise."""
    values: dict[str, Any] = {
        "data_centre": CENTRE,
        "sequence_number": 0,
        "payment_date": day,
        "payee_number": PAYEE,
        "control_number": "000001",
        "payee_name": "MADE UP",
        "billed_amount": paid_cents,
        "paid_amount": paid_cents,
        "deposit": paid_cents,
        **more,
    }
    return writer_of("S21").write(values)


def adjustment(day: date, cents: int, code: str = "BP", practitioner: str = "") -> str:
    """S23: an adjustment of a payee; S24 with a practitioner."""
    values: dict[str, Any] = {
        "data_centre": CENTRE,
        "sequence_number": 0,
        "payment_date": day,
        "payee_number": PAYEE,
        "control_number": "000001",
        "adjustment_code": code,
        "message": "MADE UP",
        "identifier": practitioner,
        "adjustment_amount": cents,
    }
    return writer_of("S24" if practitioner else "S23").write(values)


def pickup(*lines: str) -> bytes:
    """A pick-up of these lines, with the control record that counts them."""
    letters = [line[:1] for line in lines] + ["V"]
    counts = "".join(f"{each}{letters.count(each):07}" for each in "SCBMXV")
    control = writer_of("VTC").write(
        {"data_centre": CENTRE, "made_at": "2026-11-12 06:00:00", "counts": counts}
    )
    return file_of(*lines, control)


def file_of(*lines: str) -> bytes:
    """A file of these lines."""
    return "".join(line + "\r\n" for line in lines).encode("ascii")


def read(*lines: str) -> list[RemittanceLine]:
    """Read lines as an import does."""
    if not lines:
        return []
    found = [one.line for one in FileReading("made-up").lines(file_of(*lines))]
    assert len(found) == len(lines)
    return found
