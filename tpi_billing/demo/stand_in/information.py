"""The information files: explanatory codes, diagnoses, adjustment codes, and the fee schedule.

Only the layout of the fee schedule is known. The others are a code, blanks and words on a line.
"""

from collections.abc import Callable
from datetime import date

from tpi_billing.codes.explanatory import read_explanatory_codes
from tpi_billing.codes.fees import Schedule
from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.lists import read_diagnoses
from tpi_billing.demo.stand_in.answer import NAME
from tpi_billing.demo.stand_in.premium import ADJUSTMENT_CODE
from tpi_billing.teleplan.folding import fold

_SHORT_DIAGNOSIS = 3
_TITLE_WIDTH = 50
_ADJUSTMENTS = {
    "04": "INTEREST",
    "06": "AUDIT RECOVERY",
    "28": "LUMP SUM",
    "32": "DISCOUNT",
    "38": "RURAL RETENTION",
    ADJUSTMENT_CODE: "BUSINESS COST PREMIUM (A MADE-UP CODE)",
}
FILES = {
    "0": "THE LIST OF FILES",
    "1": "EXPLANATORY CODES",
    "2": "DIAGNOSTIC CODES OF THREE CHARACTERS",
    "3": "FEE SCHEDULE COSTS",
    "A": "ADJUSTMENT CODES",
    "I": "DIAGNOSTIC CODES",
}


def information(which: str, files: CodeFiles, today: date) -> list[str] | None:
    """Return the lines of an information file; None when there is no such file."""
    makers: dict[str, Callable[[], list[str]]] = {
        "0": lambda: [f"{letter} {title}" for letter, title in FILES.items()],
        "1": lambda: _explanatory_codes(files),
        "2": lambda: _diagnoses(files, _SHORT_DIAGNOSIS),
        "3": lambda: _fees(files, today),
        "A": lambda: [f"{code} {words}" for code, words in _ADJUSTMENTS.items()],
        "I": lambda: _diagnoses(files, None),
    }
    make = makers.get(which)
    return None if make is None else make()


def _explanatory_codes(files: CodeFiles) -> list[str]:
    codes = read_explanatory_codes(files).values()
    return [f"{each.code} {fold(each.meaning)}" for each in codes]


def _diagnoses(files: CodeFiles, length: int | None) -> list[str]:
    diagnoses = read_diagnoses(files).values()
    return [
        f"{each.code:<5} {fold(each.label)}".rstrip()
        for each in diagnoses
        if length is None or len(each.code) == length
    ]


def _fees(files: CodeFiles, today: date) -> list[str]:
    """Write the shipped schedule as MSP lays it out: 1-5 item, 6-12 cents, 27-76 title."""
    items = Schedule(files).items_on(today).values()
    return [
        f"REM {NAME}",
        *(
            f"{item.code}{item.amount_cents:07}{'':14}{fold(item.title)[:_TITLE_WIDTH]}".rstrip()
            for item in items
        ),
    ]
