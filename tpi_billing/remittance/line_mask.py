"""A line of MSP's as it may be shown: whose it is, is masked, at the columns of its record."""

from tpi_billing.model.masking import mask_name, mask_number, mask_numbers_in
from tpi_billing.teleplan.layout import Field
from tpi_billing.teleplan.reader import Record
from tpi_billing.teleplan.records import LAYOUTS

_NAMES = frozenset({"initials", "surname"})
_NUMBERS = frozenset({"phn", "icbc_wsbc_number"})
_WORDS = frozenset({"message", "identifier"})
_HARMLESS = frozenset(
    {"line-end", "no-line-end", "trailing-blanks", "lower-case", "byte-order-mark"}
)
_HEAD = 35
"""The columns that every S record has alike, before anything of a patient's."""


def masked_line(record: Record) -> str:
    """Return a line with names as initials, and of health numbers the last four digits.

    Of a line whose columns are not known, or cannot be trusted, only the beginning is shown.
    """
    text = record.content.rstrip()
    layout = LAYOUTS.get(record.code)
    if layout is None:
        return _beginning(text, 3)
    if any(remark.code not in _HARMLESS for remark in record.remarks):
        return _beginning(text, _HEAD)
    for field in layout.fields:
        text = _masked(text, field)
    return text


def _beginning(text: str, columns: int) -> str:
    rest = len(text) - columns
    return text if rest <= 0 else f"{text[:columns]}... ({rest} more characters)"


def _masked(text: str, field: Field) -> str:
    start, stop = field.first - 1, field.last if field.last is not None else len(text)
    value = text[start:stop]
    if field.name in _NAMES:
        shown = mask_name(value).replace(" ", "") if field.name == "surname" else value
    elif field.name in _NUMBERS and value.strip("0 "):
        shown = mask_number(value)
    elif field.name in _WORDS:
        shown = mask_numbers_in(value)
    else:
        return text
    return text[:start] + shown.ljust(len(value))[: len(value)] + text[stop:]
