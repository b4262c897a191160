"""Tells a visit that is another patient's altogether from one that was corrected, under one id.

Two record systems may give the same ids, and in an export whose cells have shifted nothing stands
where it belongs. A corrected health number, name or birth date alone is the same patient's.
"""

from collections.abc import Mapping

from tpi_billing.intake.cells import UnreadableError, day
from tpi_billing.model.finding import Problem

_DIGITS = 6
"""A health or registration number has at least so many; a chart's number may well have fewer."""
_NAMES = ("patient_first_name", "patient_surname")
_HELD = (
    "A file has another patient's visit under this session id; the visit that was here is kept, "
    "and held."
)
_BILLED = (
    "A file has another patient's visit under this session id, which is billed; what was billed is "
    "kept."
)


def is_another_patient(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Tell whether number, name and birth date are all other ones; blank cells tell nothing.

    What was stored of an export whose cells had shifted is nobody's: any visit may replace it.
    """
    if not _is_somebody(before):
        return False
    numbers = [_number(before), _number(now)]
    names = [_name(before), _name(now)]
    births = [before.get("birth_date", ""), now.get("birth_date", "")]
    return all(all(pair) and pair[0] != pair[1] for pair in (numbers, names, births))


def _is_somebody(values: Mapping[str, str]) -> bool:
    try:
        day(values.get("birth_date", ""))
    except UnreadableError:
        return False
    number = _number(values)
    return number.isdigit() and len(number) >= _DIGITS


def another_patient(session_id: str, *, billed: bool = False) -> Problem:
    """Say that the ledger keeps what it has of an id, and holds it unless it is billed."""
    return Problem(
        "duplicate-session-id",
        _BILLED if billed else _HELD,
        "session_id",
        session_id,
        "If the file is another clinic's, or its columns have shifted, import the right one again: "
        "that releases the visit. If the id was given anew, first import the old visit as "
        "cancelled.",
    )


def _number(values: Mapping[str, str]) -> str:
    return values.get("phn") or values.get("registration_number", "")


def _name(values: Mapping[str, str]) -> str:
    return " ".join(values.get(column, "") for column in _NAMES).strip().casefold()
