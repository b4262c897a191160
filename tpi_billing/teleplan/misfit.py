"""Why a value does not fit its field, in words that a person at the clinic can act on."""

from datetime import date, time

from tpi_billing.teleplan.layout import Field, Kind, Value
from tpi_billing.teleplan.refusal import Refusal, refuse

_AMOUNT_CURE = "Give the amount in whole cents: 12.50 dollars are 1250."
_TYPES: dict[Kind, type] = {
    Kind.NUMBER: int,
    Kind.MONEY: int,
    Kind.SIGNED: int,
    Kind.DATE: date,
    Kind.TIME: time,
}


def misfit(record: str, field: Field, value: Value) -> Refusal:
    """Explain a value that its field does not take."""
    problem, cure = _why(field, value)
    return refuse(record, field, problem, cure, value)


def _why(field: Field, value: Value) -> tuple[str, str]:
    must_be = f"It must be {field.words}."
    if value is None or value == "":
        return "is missing", f"Enter it in the record system. {must_be}"
    if type(value) is not _TYPES.get(field.kind, str):
        money = field.kind in {Kind.MONEY, Kind.SIGNED}
        return f"is not {field.words}", _AMOUNT_CURE if money else must_be
    match value:
        case str():
            return _text(field, value, must_be)
        case int():
            return _number(field, value)
        case time():
            return _time(value)
    return "is not a day from 1900 to 2099", "Correct the date in the record system."


def _text(field: Field, value: str, must_be: str) -> tuple[str, str]:
    if not value.isascii():
        return (
            "has a character that cannot be written in plain letters",
            "Write it with the letters A to Z in the record system.",
        )
    if not value.isprintable():
        return "has a control character in it", "Remove it in the record system."
    if field.length is not None and len(value) > field.length:
        return (
            f"has {len(value)} characters, the field holds {field.length}",
            "Shorten it in the record system; nothing is cut here.",
        )
    return f"is not {field.words}", f"Correct it in the record system. {must_be}"


def _number(field: Field, value: int) -> tuple[str, str]:
    if value < 0 and field.kind is not Kind.SIGNED:
        return "is negative", "Correct it: a claim has no negative number or amount."
    if 0 <= value < field.minimum:
        return f"is less than {field.minimum}", "Correct it."
    return (
        f"is too large for the field's {field.length} digits",
        "Correct it; if it is right, split the claim.",
    )


def _time(value: time) -> tuple[str, str]:
    if value == time():
        return "is midnight, which would be read as no time", "Give one minute past midnight."
    return "has seconds, which would be lost", "Give hours and minutes."
