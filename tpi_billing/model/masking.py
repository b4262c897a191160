"""Health numbers and names as they may appear on a screen or in a log.

A cell is shown for what its column is meant to hold. In an export whose cells have shifted by
one, a name stands under the sex or the status: text that is not of the column's kind is cut down
to initials and last digits there.
"""

import re
from collections.abc import Callable

from tpi_billing.model.identifiers import is_phn
from tpi_billing.model.session import COLUMN
from tpi_billing.model.vocabulary import KNOWN_WORDS, MONTHS

# Nine digits or more: a date has eight, a health number ten.
# Blanks are also those that a program puts between groups of digits and does not break at.
_LONG_NUMBER = re.compile(r"\d(?:[ \u00a0\u2009\u202f-]?\d){8,}")
_HEALTH_NUMBER = re.compile(r"(?<!\d)9\d{3}([ \u00a0\u2009\u202f.-]?)\d{3}\1\d{3}(?!\d)")
_LONG_RUN = re.compile(r"\d{11,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
_WORD_BY_ITSELF = re.compile(
    r"(?<![^\W_])(?<!-)[^\W\d_]{3,}(?:-[^\W\d_]+)*(?![^\W_])(?!-)",
)
_DIGITS = re.compile(r"\d+")
_FIVE = re.compile(r"(?=[A-Z]*\d)[0-9A-Z]{5}")
_DAY = re.compile(r"(?:18|19|20)\d\d-\d\d-\d\d")
_YEAR = re.compile(r"(?:18|19|20)\d\d")


def mask_number(text: str) -> str:
    """Keep the last four characters: `9151065434` is `******5434`."""
    return "*" * max(len(text) - 4, 0) + text[-4:] if len(text) > 4 else "*" * len(text)


def mask_name(text: str) -> str:
    """Keep the initials: `Avery van Example` is `A. v. E.`."""
    return " ".join(f"{word[0]}." for word in text.split())


def mask_numbers_in(text: str) -> str:
    """Mask every run of nine or more digits, wherever it stands: it may be a health number."""
    text = _LONG_NUMBER.sub(lambda found: mask_number(found.group()), text)
    return _HEALTH_NUMBER.sub(lambda found: mask_number(found.group()), text)


def mask_health_numbers_in(text: str) -> str:
    """Mask only what looks like a BC health number: ten digits, 9 first, by themselves.

    For ids and sentences, which must stay usable: an id of twelve digits stays as it is unless
    it begins or ends with a health number whose check digit is right.
    """
    text = _HEALTH_NUMBER.sub(lambda found: mask_number(found.group()), text)
    return _LONG_RUN.sub(lambda found: _without_health_number(found.group()), text)


def mask_value(column: str, value: str) -> str:
    """Mask a cell's value as its column requires; long digit runs are masked in any column."""
    if not value:
        return value
    column = _LIKE.get(column, column)
    if mask := _MASKS.get(column):
        return mask(value)
    if column in COLUMN:
        value = _mask_foreign(column, value)
    return mask_numbers_in(value)


def _without_health_number(run: str) -> str:
    if is_phn(run[:10]):
        return mask_number(run[:10]) + run[10:]
    if is_phn(run[-10:]):
        return run[:-10] + mask_number(run[-10:])
    return run


def _mask_birth_date(value: str) -> str:
    """Keep the year and the form: `1970-05-31` is `1970-**-**`."""
    words = _WORD.sub(lambda found: _initial(found.group(), MONTHS, "***"), value)
    return _DIGITS.sub(lambda found: _year_only(found.group()), words)


def _year_only(digits: str) -> str:
    if _YEAR.fullmatch(digits):
        return digits
    if len(digits) == 8 and _YEAR.fullmatch(digits[:4]):
        return f"{digits[:4]}****"
    return mask_number(digits)


def _mask_foreign(column: str, value: str) -> str:
    """Keep what is of the column's kind; of other words initials, of their numbers four digits."""
    kind, known = COLUMN[column].kind, KNOWN_WORDS.get(column, frozenset())
    if (COLUMN[column].width == 5 and _FIVE.fullmatch(value)) or value.casefold() in known:
        return value
    if kind != "date" and _DAY.fullmatch(value):
        return _mask_birth_date(value)
    # A chart number has a digit, and may have letters before it; a name is a word by itself.
    words = _WORD
    if column == "patient_id":
        words = _WORD_BY_ITSELF if any(map(str.isdigit, value)) else _NAME
    masked = words.sub(lambda found: _initial(found.group(), known, None), value)
    if masked != value or COLUMN[column].choices:
        masked = _DIGITS.sub(lambda found: _last_four(found.group()), masked)
    return masked


def _initial(word: str, known: frozenset[str], instead: str | None) -> str:
    """Return a known word, or what stands instead of it; of any other its initial."""
    if word.casefold() in known:
        return word if instead is None else instead
    return f"{word[0]}."


def _last_four(digits: str) -> str:
    return mask_number(digits) if len(digits) > 4 else digits


_MASKS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(
        ("patient_first_name", "patient_second_name", "patient_surname", "referral_name"), mask_name
    ),
    **dict.fromkeys(("phn", "registration_number", "icbc_claim_number"), mask_number),
    **dict.fromkeys(("address_1", "address_2", "city", "postal_code", "note"), lambda _: "***"),
    # Sites and agents are words of their own, which people need to see.
    **dict.fromkeys(
        ("trigger_point_sites", "nerve_block_sites", "joint_sites", "agent"), mask_numbers_in
    ),
    "session_id": mask_health_numbers_in,
    "birth_date": _mask_birth_date,
}

# Columns of the registry of referrals that no session has.
_LIKE = {
    **dict.fromkeys(("notice_sent", "closed_on", "updated_on"), "referral_date"),
    **dict.fromkeys(("implicit", "implicit_excluded"), "chart_signed"),
    **dict.fromkeys(("reason", "letter"), "note"),
}
