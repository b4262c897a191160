"""MSP's records as the stand-in writes them: from the tables that the reader reads by."""

from tpi_billing.demo.stand_in.answer import LINE_END, NAME
from tpi_billing.demo.stand_in.state import CommittedFile, JudgedClaim, Outcome
from tpi_billing.teleplan.layout import Value, Values
from tpi_billing.teleplan.writer import writer_of


def write(code: str, values: Values) -> str:
    """Return a record's text; fields that are left out take the default of the layout."""
    return writer_of(code).write(values)


def as_bytes(records: list[str]) -> bytes:
    """Return records as a file."""
    return "".join(record + LINE_END for record in records).encode("ascii")


def claim_line(one: JudgedClaim, head: Values, *, held: bool) -> str:
    """Return the remittance's line about a claim; `held` is the first of a held one's two."""
    record, outcome = one.record, one.ruling.outcome
    icbc = record.text("icbc_claim_number")
    common: dict[str, Value] = {
        **head,
        "sequence_number": record.number("sequence_number"),
        "practitioner_number": record.text("practitioner_number"),
        "received_date": one.received,
        "office_folio": record.number("office_folio"),
        "insurer_code": record.text("insurer_code"),
        "icbc_wsbc_number": icbc if icbc.strip("0") else "",
    }
    if held:
        return write("S04", {**common, **_codes(one.ruling.codes)})
    if outcome in {Outcome.PAID, Outcome.HELD}:
        return write("S01", {**common, "paid_amount": one.billed_cents, "paid_rate": "00"})
    return write(outcome.value, {**common, **_detail(one), **_codes(one.ruling.codes)})


def signed_billed_cents(one: JudgedClaim) -> int:
    """Return what a claim adds to the amount billed: less, when it takes a payment back."""
    return -one.billed_cents if one.ruling.paid_cents < 0 else one.billed_cents


def _detail(one: JudgedClaim) -> dict[str, Value]:
    record, ruling = one.record, one.ruling
    item = record.text("fee_item")
    paid = ruling.outcome is Outcome.CHANGED
    initials, surname = record.text("name_verify")[:2], record.text("name_verify")[2:]
    if record.text("insurer_code"):
        initials = (record.text("oin_first_name")[:1] + record.text("oin_second_initial"))[:2]
        surname = record.text("oin_surname")
    clarification, units = record.text("clarification_code"), record.number("units")
    return {
        "initials": initials,
        "surname": surname,
        "phn": record.text("phn"),
        "dependent": record.text("dependent"),
        "service_date": record.day("service_date"),
        "billed_units": units,
        "billed_clarification_code": clarification,
        "billed_fee_item": item,
        "billed_amount": signed_billed_cents(one),
        "paid_units": units if paid else 0,
        "paid_clarification_code": clarification if paid else "",
        "paid_fee_item": (ruling.paid_fee_item or item) if paid else "",
        "paid_amount": ruling.paid_cents,
        "file_number": one.file_number,
        "previous_paid_date": ruling.previous_paid_on,
    }


def refusal(one: JudgedClaim, data_centre: str) -> str:
    """Return the C12 of a claim that is refused before it is judged."""
    record = one.record
    return write(
        "C12",
        {
            "data_centre": data_centre,
            "sequence_number": record.number("sequence_number"),
            "payee_number": record.text("payee_number"),
            "practitioner_number": record.text("practitioner_number"),
            "office_folio": record.number("office_folio"),
            **_codes(one.ruling.codes),
        },
    )


def message(file: CommittedFile, data_centre: str) -> str:
    """Return the M01 about a file that was taken."""
    told = (
        f"{NAME}: FILE OF {file.received} TAKEN, {file.claims} CLAIMS, "
        f"RECORDS {file.first_number:07} TO {file.last_number:07}"
    )
    return write("M01", {"data_centre": data_centre, "message": told})


def _codes(codes: tuple[str, ...]) -> dict[str, Value]:
    return {f"explanatory_code_{at}": code for at, code in enumerate(codes, start=1)}
