"""Forms of value that several fields share, and short ways to write a field in a table."""

from typing import Any

from tpi_billing.teleplan.layout import Field, Form, Kind

MSP_NUMBER = Form(r"(?!0{5})[0-9A-Z]{5}", "five digits or capitals, not all zeros")
MSP_NUMBER_OR_ZEROS = Form(r"[0-9A-Z]{5}", "five digits or capitals; zeros when there is none")
INBOUND_SOURCE = (
    "Teleplan record specification 4.7 governs; columns as software reads them that has sent BC "
    "claims for twenty years"
)
OUTBOUND_SOURCE = (
    "Teleplan record specification 4.7 governs; columns as software reads them that has taken in "
    "BC remittances for twenty years"
)
OWN_NUMBER = "the record's own number; 9999999 is followed by 0000001"
CENTRE = Form(r"[0-9A-Z]{5}", "five digits or capitals")


def text(name: str, p: str, first: int, last: int | None, meaning: str, **more: Any) -> Field:
    """Describe free text: left-aligned, filled with blanks, `""` when there is none."""
    return Field(name, p, first, last, Kind.TEXT, meaning, **{"default": "", **more})


def code(name: str, p: str, first: int, last: int, meaning: str, **more: Any) -> Field:
    """Describe a code or a number that is never counted with: left-aligned, filled with blanks."""
    return Field(name, p, first, last, Kind.CODE, meaning, **more)


def digits(name: str, p: str, first: int, last: int, meaning: str, **more: Any) -> Field:
    """Describe digits whose zeros matter: right-aligned, filled with zeros."""
    return Field(name, p, first, last, Kind.DIGITS, meaning, type="N", **more)


def number(name: str, p: str, first: int, last: int, meaning: str, **more: Any) -> Field:
    """Describe a whole number: right-aligned, filled with zeros."""
    return Field(name, p, first, last, Kind.NUMBER, meaning, type="N", **more)


def cents(name: str, p: str, first: int, last: int, meaning: str, **more: Any) -> Field:
    """Describe an amount of cents that is never negative."""
    return Field(name, p, first, last, Kind.MONEY, meaning, type="N", **more)


def signed(name: str, first: int, last: int, meaning: str, **more: Any) -> Field:
    """Describe an amount of cents whose last character carries the sign."""
    return Field(name, "", first, last, Kind.SIGNED, meaning, type="N", **more)


def day(name: str, p: str, first: int, last: int, meaning: str, **more: Any) -> Field:
    """Describe a date; zeros when there is none, blanks if its type is X."""
    return Field(name, p, first, last, Kind.DATE, meaning, **{"type": "N", **more})


def clock(name: str, p: str, first: int, last: int, meaning: str) -> Field:
    """Describe a time of day; zeros when there is none."""
    return Field(name, p, first, last, Kind.TIME, meaning, type="N")


def filler(first: int, last: int, p: str = "", name: str = "filler") -> Field:
    """Describe columns that carry nothing."""
    return Field(name, p, first, last, Kind.FILLER, "not used", default="")


def record_code(record: str) -> Field:
    """Describe the first three columns of every record."""
    form = Form(record, f"always {record}")
    return code("record_code", "P00", 1, 3, "which record this is", form=form, default=record)


def data_centre() -> Field:
    """Describe the data centre in columns 4-8 of every record."""
    return code(
        "data_centre",
        "P02",
        4,
        8,
        "the clinic's number at Teleplan; any first letter since 2022-07-31",
        form=CENTRE,
        required=True,
        cure="Correct data_centre under [clinic] in tpi-billing.toml.",
    )


def sequence_number(p: str, meaning: str, minimum: int = 0) -> Field:
    """Describe the record's number in columns 9-15."""
    return number("sequence_number", p, 9, 15, meaning, required=True, minimum=minimum)


def remittance_head(record: str) -> tuple[Field, ...]:
    """Describe columns 1-35 of every S record."""
    return (
        record_code(record),
        data_centre(),
        sequence_number("", "number of the claim's record; of totals, MSP's own"),
        day("payment_date", "", 16, 23, "when MSP pays"),
        text("line_code", "", 24, 24, "MSP's own code of the line"),
        code("payee_number", "", 25, 29, "who is paid"),
        text("control_number", "", 30, 35, "MSP's control number"),
    )


def explanatory_codes(first: int) -> tuple[Field, ...]:
    """Describe seven explanatory codes of two characters each."""
    return tuple(
        code(f"explanatory_code_{at + 1}", "", column, column + 1, "reason", default="")
        for at, column in enumerate(range(first, first + 14, 2))
    )


def adjustments(first: int) -> tuple[Field, ...]:
    """Describe seven adjustments: a code of two characters and seven characters of amount each."""
    return tuple(
        each
        for at, column in enumerate(range(first, first + 63, 9))
        for each in (
            code(f"adjustment_code_{at + 1}", "", column, column + 1, "adjustment", default=""),
            signed(f"adjustment_amount_{at + 1}", column + 2, column + 8, "in cents", default=0),
        )
    )
