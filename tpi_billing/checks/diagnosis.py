"""What was treated: a diagnosis, on MSP's list, and one that such a treatment is given for."""

from tpi_billing.checks.cells import shown
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem

_TREATMENTS = frozenset({"trigger-point", "block", "joint", "dtaf"})
_LONGEST = 5


def diagnosis_missing(visit: Visit) -> Problem | None:
    """Require one diagnostic code at least (Teleplan C02 P36)."""
    diagnoses = visit.session.diagnoses
    if (diagnoses and diagnoses[0]) or "diagnosis_1" in visit.unreadable:
        return None
    return Problem("diagnosis-missing", "The first diagnosis is blank.", "diagnosis_1")


def diagnosis_unlisted(visit: Visit) -> list[Problem] | None:
    """Require every diagnostic code, the visit's own too, to be on MSP's list (refused TX)."""
    listed = visit.codes.is_listed_diagnosis
    session = visit.session
    problems = []
    for position, code in enumerate(session.diagnoses, start=1):
        if code and not listed(code):
            problems.append(_unlisted(f"diagnosis_{position}", code))
    if session.visit_diagnosis and not listed(session.visit_diagnosis):
        problems.append(_unlisted("visit_diagnosis", session.visit_diagnosis))
    if not problems:
        return None
    return [problem for problem in problems if problem.column not in visit.unreadable]


def _unlisted(column: str, code: str) -> Problem:
    which = column.replace("_", " ").capitalize()
    what = shown(code, _LONGEST, "what stands there")
    message = f"{which}, {what}, is not on MSP's list of diagnostic codes."
    return Problem("diagnosis-unlisted", message, column, code)


def diagnosis_unusual(visit: Visit) -> Problem | None:
    """Question treatment for none of the pains it is usually given for (facts, section 8).

    Only codes on MSP's list are looked at: of the others `diagnosis-unlisted` tells.
    """
    if visit.kinds.isdisjoint(_TREATMENTS):
        return None
    any_listed = False
    for code in visit.session.diagnoses:
        diagnosis = visit.codes.diagnosis(code)
        if diagnosis is not None:
            if diagnosis.usual:
                return None
            any_listed = True
    if not any_listed:
        return None
    treatment = next(item.fee_item for item, rule in visit.rules if rule.kind in _TREATMENTS)
    message = f"None of the diagnoses is one that {treatment} is usually given for."
    return Problem("diagnosis-unusual", message, "diagnosis_1", visit.session.diagnoses[0])


RULES = (
    Rule("diagnosis-missing", diagnosis_missing),
    Rule("diagnosis-unlisted", diagnosis_unlisted),
    Rule("diagnosis-unusual", diagnosis_unusual),
)
