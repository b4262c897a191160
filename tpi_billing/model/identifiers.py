"""Numbers that carry a rule: personal health numbers and MSP's five-character numbers."""

import re
from functools import lru_cache

_PHN_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3)
_FIVE = re.compile(r"[0-9A-Z]{5}")
_LETTER_FIRST = re.compile(r"[^\W\d_]")


def phn_check_digit(digits: str) -> int | None:
    """Return the check digit for the digits 2-9 of a health number (eight digits).

    None where no health number exists: the weighted sum leaves 0 or 1 (Teleplan facts, section 4).
    """
    total = sum(int(d) * w for d, w in zip(digits, _PHN_WEIGHTS, strict=True))
    remainder = total % 11
    return None if remainder < 2 else 11 - remainder


@lru_cache(maxsize=10_000)
def is_phn(text: str) -> bool:
    """Tell whether `text` is a BC personal health number: ten digits, 9 first, checked."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()) or text[0] != "9":
        return False
    return phn_check_digit(text[1:9]) == int(text[9])


def is_msp_number(text: str) -> bool:
    """Tell whether `text` has the form of a practitioner, payee or facility number.

    Five digits or capitals; no check digit is known. All zeros means "none" on a claim.
    """
    return _FIVE.fullmatch(text) is not None and text != "00000"


def begins_with_letter(name: str) -> bool:
    """Tell whether a name begins with a letter, as Teleplan's name verify (C02 P16) needs."""
    return _LETTER_FIRST.match(name) is not None
