"""Health numbers and names as they may appear on a screen or in a log."""

import re

_NAME_COLUMNS = frozenset(
    {"patient_first_name", "patient_second_name", "patient_surname", "referral_name"}
)
_NUMBER_COLUMNS = frozenset({"phn", "registration_number", "icbc_claim_number"})
_HIDDEN_COLUMNS = frozenset({"address_1", "address_2", "city", "postal_code", "note"})
# Nine digits or more: a date has eight, a health number ten.
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){8,}")


def mask_number(text: str) -> str:
    """Keep the last four characters: `9151065434` is `******5434`."""
    return "*" * max(len(text) - 4, 0) + text[-4:] if len(text) > 4 else "*" * len(text)


def mask_name(text: str) -> str:
    """Keep the initials: `Avery van Example` is `A. v. E.`."""
    return " ".join(f"{word[0]}." for word in text.split())


def mask_numbers_in(text: str) -> str:
    """Mask every run of nine or more digits, wherever it stands: it may be a health number."""
    return _LONG_NUMBER.sub(lambda found: mask_number(found.group()), text)


def mask_value(column: str, value: str) -> str:
    """Mask a cell's value as its column requires; long digit runs are masked in any column."""
    if not value:
        return value
    if column in _NAME_COLUMNS:
        return mask_name(value)
    if column in _NUMBER_COLUMNS:
        return mask_number(value)
    if column in _HIDDEN_COLUMNS:
        return "***"
    return mask_numbers_in(value)
