"""Who the patient is: the health number, the name, the birth date, another province's card."""

from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem
from tpi_billing.model.identifiers import is_phn
from tpi_billing.model.session import PROVINCES

_OLDEST_YEARS = 125
_DEPENDENTS = frozenset({"", "00", "66"})
_REGISTRATION_DIGITS = 12
_SEXES = frozenset({"M", "F"})


def invalid_value(visit: Visit) -> Problem | None:
    """Require one of the words for an insurer (session records)."""
    if visit.payer is not None or "insurer" in visit.unreadable:
        return None
    return Problem(
        "invalid-value",
        "The insurer is not one of the words known here.",
        "insurer",
        visit.session.insurer,
        hint=f"Write MSP, ICBC, WSBC, PRIVATE or a province: {', '.join(PROVINCES)}.",
    )


def phn_missing(visit: Visit) -> Problem | None:
    """Require the number by which MSP knows a patient of the BC plan (Teleplan C02 P14)."""
    if visit.session.phn or not visit.on_bc_plan or "phn" in visit.unreadable:
        return None
    return Problem("phn-missing", "The personal health number is blank.", "phn")


def phn_not_bc(visit: Visit) -> Problem | None:
    """Require ten digits, the first a 9 (Teleplan facts, section 4)."""
    phn = visit.session.phn
    if not phn or _looks_bc(phn) or not visit.on_bc_plan or "phn" in visit.unreadable:
        return None
    if len(phn) == 10 and phn.isascii() and phn.isdigit():
        message = f"The number has ten digits but begins with {phn[0]} and not with 9."
    else:
        message = "The number is not ten digits."
    return Problem("phn-not-bc", message, "phn", phn)


def phn_check_digit(visit: Visit) -> Problem | None:
    """Require the last digit that follows from the eight before it; some have none.

    Teleplan facts, section 4.
    """
    phn = visit.session.phn
    if not phn or is_phn(phn) or not _looks_bc(phn) or not visit.on_bc_plan:
        return None
    return Problem(
        "phn-check-digit",
        "The last digit of the personal health number does not fit the other nine.",
        "phn",
        phn,
    )


def _looks_bc(phn: str) -> bool:
    return len(phn) == 10 and phn[0] == "9" and phn.isascii() and phn.isdigit()


def name_missing(visit: Visit) -> Problem | None:
    """Require the name that MSP compares with its own (Teleplan C02 P16).

    What a reciprocal patient lacks is told by `reciprocal-incomplete`.
    """
    session = visit.session
    if session.first_name and session.surname:
        return None
    if _is_reciprocal(visit):
        return None
    blank = [
        (column, words)
        for column, value, words in (
            ("patient_first_name", session.first_name, "first name"),
            ("patient_surname", session.surname, "surname"),
        )
        if visit.is_blank(column, value)
    ]
    if not blank:
        return None
    words = " and ".join(words for _, words in blank)
    verb = "are" if len(blank) > 1 else "is"
    return Problem("name-missing", f"The patient's {words} {verb} blank.", blank[0][0])


def birth_date_invalid(visit: Visit) -> Problem | None:
    """Require a birth date on the service date or before it, by at most 125 years.

    Teleplan C02 P52; the 125 years are our own bound of what is a slip of the hand.
    """
    born, day = visit.session.birth_date, visit.session.service_date
    if born is None:
        if _is_reciprocal(visit) or "birth_date" in visit.unreadable:
            return None
        return Problem("birth-date-invalid", "The birth date is blank.", "birth_date")
    if born > day:
        message = f"The birth date is after the service date {day}."
    elif (born.year + _OLDEST_YEARS, born.month, born.day) < (day.year, day.month, day.day):
        message = (
            f"The birth date is more than {_OLDEST_YEARS} years before the service date {day}."
        )
    else:
        return None
    return Problem("birth-date-invalid", message, "birth_date", born.isoformat())


def dependent_invalid(visit: Visit) -> Problem | None:
    """Require 00, or 66 for a newborn on its mother's number (Teleplan C02 P18)."""
    dependent = visit.session.dependent
    if dependent in _DEPENDENTS or "dependent" in visit.unreadable:
        return None
    return Problem(
        "dependent-invalid", "The dependent number is neither 00 nor 66.", "dependent", dependent
    )


def reciprocal_incomplete(visit: Visit) -> list[Problem] | None:
    """Require the details with which MSP bills the other province (Teleplan C02 P100-P122).

    Registration number, name, sex, birth date and address (MSP billing facts, section 5).
    """
    if visit.payer is None or visit.payer.kind != "reciprocal":
        return None
    session = visit.session
    problems = []
    number = session.registration_number
    missing = [
        (column, words)
        for column, value, words in (
            ("registration_number", number, "registration number"),
            ("patient_first_name", session.first_name, "first name"),
            ("patient_surname", session.surname, "surname"),
            ("sex", session.sex in _SEXES, "sex (M or F)"),
            ("birth_date", session.birth_date, "birth date"),
            ("address_1", session.address_1, "street address"),
        )
        if visit.is_blank(column, value)
    ]
    if missing:
        words = ", ".join(words for _, words in missing)
        message = f"Missing for a resident of {visit.payer.meaning}: {words}."
        problems.append(Problem("reciprocal-incomplete", message, missing[0][0]))
    if "registration_number" in visit.unreadable:
        return problems
    if number and (not number.isascii() or not number.isdigit()):
        message = "The registration number is not all digits."
        problems.append(Problem("reciprocal-incomplete", message, "registration_number", number))
    elif len(number) > _REGISTRATION_DIGITS:
        message = f"The registration number is longer than {_REGISTRATION_DIGITS} digits."
        problems.append(Problem("reciprocal-incomplete", message, "registration_number", number))
    return problems


def quebec_not_reciprocal(visit: Visit) -> Problem | None:
    """Hold a resident of Quebec, which is outside the agreement (MSP billing facts, section 5)."""
    if visit.payer is None or visit.payer.kind != "quebec":
        return None
    message = "MSP does not pay for a resident of Quebec on another province's account."
    return Problem("quebec-not-reciprocal", message, "insurer", visit.session.insurer)


def _is_reciprocal(visit: Visit) -> bool:
    return visit.payer is not None and visit.payer.kind == "reciprocal"


RULES = (
    Rule("invalid-value", invalid_value),
    Rule("phn-missing", phn_missing),
    Rule("phn-not-bc", phn_not_bc),
    Rule("phn-check-digit", phn_check_digit),
    Rule("name-missing", name_missing),
    Rule("birth-date-invalid", birth_date_invalid),
    Rule("dependent-invalid", dependent_invalid),
    Rule("reciprocal-incomplete", reciprocal_incomplete),
    Rule("quebec-not-reciprocal", quebec_not_reciprocal),
)
