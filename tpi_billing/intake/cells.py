"""What one cell says: canonical text becomes a typed value, or an error says what was expected.

Canonical text is what the readers leave: ISO days, 24-hour times, no blanks around it.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from tpi_billing.intake import limits
from tpi_billing.model.identifiers import begins_with_letter
from tpi_billing.model.money import cents_of
from tpi_billing.model.session import PROVINCES, VISITS, RequestedItem

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
MOST = 999
"""Largest count, in any column of counts; a claim's units have at most three digits."""

EXCEL_ERRORS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    }
)

_SLASHES = ("%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d/%b/%Y", "%d/%m/%y", "%m/%d/%y")
_HYPHENS = ("%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%b-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%d-%b-%y")
_DOTS = ("%d.%m.%Y", "%Y.%m.%d")
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%Y %b %d")
_DATE_FORMATS = (*_SLASHES, *_HYPHENS, *_DOTS, *_WORDS)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"\d{1,6}(\.\d{1,6})?|\.\d{1,6}", re.ASCII)
_WHOLE = re.compile(r"(\d{1,9})(\.0+)?", re.ASCII)
_FEE_ITEM = re.compile(r"(\d{5})(?:\s*[xX×*]\s*(\d{1,2}))?", re.ASCII)
_CENTIMETRES = re.compile(r"\s*(cms?|centimet(er|re)s?)\.?$", re.IGNORECASE)
_MILLILITRES = re.compile(r"\s*(mls?|cc|millilit(er|re)s?)\.?$", re.IGNORECASE)
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_SEXES = {"m": "M", "male": "M", "f": "F", "female": "F"}
_INSURERS = frozenset({"MSP", "ICBC", "WSBC", "PRIVATE", *PROVINCES})
_SHOWN_CHARACTERS = 60


class UnreadableError(ValueError):
    """A cell does not hold what its column needs.

    `message` goes on after the column's name: "The service date" + "is not a day ...".
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def shortened(text: str) -> str:
    """Return at most 60 characters of a cell, fit to be shown: no control characters."""
    short = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return "".join(c if c.isprintable() or c == " " else "\ufffd" for c in short)


def sound(text: str, *, lines: str = " ") -> str:
    """Return text without what cannot be seen; line breaks within it become `lines`.

    Raise UnreadableError for more than 4,000 characters, control characters, and a spreadsheet's
    error value.
    """
    if len(text) > limits.CELL:
        raise UnreadableError(
            f"has more than {limits.CELL:,} characters",
            "A quotation mark or a cell border may be missing in the export.",
        )
    if text in EXCEL_ERRORS:
        raise UnreadableError(
            "holds a spreadsheet's error instead of a value",
            "Correct the formula or type the value, save, and import again.",
        )
    if not text.isprintable():
        if any(_forbidden(character) for character in text):
            raise UnreadableError(
                "holds a control character, which nobody can see", "Type the cell anew."
            )
        visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
        text = lines.join(" ".join(part.split()) for part in visible.splitlines()).strip()
    return text


def _forbidden(character: str) -> bool:
    code = ord(character)
    control = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000
    return control and character not in "\t\n\r"


@lru_cache(maxsize=50_000)
def day(text: str) -> date:
    """Read `2026-10-31`."""
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            found = date.fromisoformat(text)
        except ValueError:
            raise UnreadableError(
                "is not a day of the calendar", "Write it as 2026-10-31."
            ) from None
        if FIRST_DAY <= found <= LAST_DAY:
            return found
        raise UnreadableError("is not a day between 1900 and 2199", "Write it as 2026-10-31.")
    raise _unread_day(text)


def _unread_day(text: str) -> UnreadableError:
    fitting = [f for f in _DATE_FORMATS if len(text) <= 30 and _fits(text, f)]
    if not fitting:
        return UnreadableError("cannot be read as a date", "Write it as 2026-10-31.")
    if len(fitting) == 1:
        return UnreadableError(
            "is written in a way that the mapping does not name",
            f'Add dates = ["{fitting[0]}"] to the mapping, or write it as 2026-10-31.',
        )
    return UnreadableError(
        "could be read as more than one day",
        "Say in the mapping how days are written: "
        + " or ".join(f'dates = ["{f}"]' for f in fitting[:2])
        + ". Or write it as 2026-10-31.",
    )


def _fits(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True


@lru_cache(maxsize=2_000)
def clock_time(text: str) -> time:
    """Read `09:00`."""
    hours, colon, minutes = text.partition(":")
    if colon and len(text) == 5 and text.isascii() and hours.isdigit() and minutes.isdigit():
        hour, minute = int(hours), int(minutes)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UnreadableError(
        "cannot be read as a time of day", "Write it as 09:00, from 00:00 to 23:59."
    )


@lru_cache(maxsize=2_000)
def count(text: str) -> int:
    """Read a whole number from 0 to 999; `6.0` is 6."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise UnreadableError("cannot be read as a whole number", "Write digits only, such as 4.")
    number = int(match[1])
    if number > MOST:
        raise UnreadableError(f"is more than {MOST}", "Correct the number.")
    return number


@lru_cache(maxsize=2_000)
def quantity(text: str) -> Decimal:
    """Read a number such as `2` or `0.5` that is not negative."""
    if _DECIMAL.fullmatch(text) is None:
        raise UnreadableError(
            "cannot be read as a number", "Write digits, and a point for decimals, such as 2.5."
        )
    return Decimal(text)


def centimetres(text: str) -> Decimal:
    """Read a number of centimetres; the unit may stand behind it: `75cm`."""
    return quantity(_CENTIMETRES.sub("", text))


def millilitres(text: str) -> Decimal:
    """Read a number of millilitres; the unit may stand behind it: `2 mL`, `2 cc`."""
    return quantity(_MILLILITRES.sub("", text))


def cents(text: str) -> int:
    """Read an amount of dollars as cents."""
    try:
        return cents_of(text)
    except ValueError:
        raise UnreadableError("cannot be read as dollars and cents", "Write it as 77.92.") from None


@lru_cache(maxsize=2_000)
def yes_or_no(text: str) -> bool:
    """Read yes, y, true, 1, or no, n, false, 0, in any case."""
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UnreadableError("is neither yes nor no", "Write yes or no.")


def sex(text: str) -> str:
    """Read M or F, also written out."""
    found = _SEXES.get(text.casefold())
    if found is None:
        raise UnreadableError("is neither M nor F", "Write M or F.")
    return found


def insurer(text: str) -> str:
    """Read MSP, ICBC, WSBC, PRIVATE or a province's code."""
    word = text.upper()
    if word not in _INSURERS:
        raise UnreadableError(
            "is not an insurer that is known here",
            "Write MSP, ICBC, WSBC, PRIVATE or a province's code such as AB, "
            "or translate the word in the mapping.",
        )
    return word


@lru_cache(maxsize=2_000)
def visit(text: str) -> str:
    """Read one of the words for a visit; blanks and underscores may stand for hyphens."""
    word = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    if word not in VISITS:
        raise UnreadableError(
            "is not a kind of visit",
            f"Write {', '.join(VISITS)}, or nothing; or translate the word in the mapping.",
        )
    return word


@lru_cache(maxsize=2_000)
def requested_items(text: str) -> tuple[RequestedItem, ...]:
    """Read `01157; 00015x2`: fee items with their units, 1 where none are given."""
    return tuple(_requested_item(part) for part in listed(text))


def _requested_item(text: str) -> RequestedItem:
    match = _FEE_ITEM.fullmatch(text)
    units = int(match[2] or "1") if match else 0
    if match is None or units == 0:
        raise UnreadableError(
            "cannot be read as fee items",
            "Write five digits each, with x and the units if more than one: 01157; 00015x2.",
        )
    return RequestedItem(match[1], units)


def listed(text: str) -> tuple[str, ...]:
    """Read a list with semicolons: parts trimmed, empty ones dropped."""
    return tuple(part for piece in text.split(";") if (part := piece.strip()))


def name(text: str) -> str:
    """Read a name; Teleplan refuses one that does not begin with a letter (C02 P16)."""
    if not begins_with_letter(text):
        raise UnreadableError(
            "does not begin with a letter", "Write the name as on the patient's card."
        )
    return text


def identifier(text: str) -> str:
    """Read a number that is a name: nothing is asked but that a spreadsheet left it whole."""
    if "+" in text and _SCIENTIFIC.fullmatch(text):
        raise UnreadableError(
            "was turned into a rounded number by a spreadsheet, and digits are lost",
            "Format the column as text before the number is entered, and export again.",
        )
    return text


def capital_identifier(text: str) -> str:
    """Read an MSP number or a code: capitals."""
    return identifier(text).upper()


def diagnosis(text: str) -> str:
    """Read an ICD-9 code as MSP publishes it, without the dot."""
    return identifier(text).replace(".", "").upper()
