"""One patient's coverage, as the stand-in makes it up: everybody is covered, unless told not."""

from collections.abc import Mapping
from datetime import date

from tpi_billing.demo.stand_in.answer import Answer, failure, lines
from tpi_billing.model.identifiers import is_phn

_UNKNOWN = "HNHR512E - CLIENT DOES NOT EXIST ON REGISTRY"


def check_coverage(
    form: Mapping[str, str],
    today: date,
    strangers: set[str],
    coverage_ends: Mapping[str, date],
    *,
    own_lines: bool,
) -> Answer:
    """Answer a question about a patient; `own_lines` sets labels and values on lines apart.

    `strangers` are health numbers that nobody has, like those whose check digit is wrong;
    `coverage_ends` says when a patient's coverage ended.
    """
    phn = form.get("PHN", "")
    born = _day(form, "dateOfBirth")
    if not is_phn(phn) or phn in strangers or born is None:
        return failure(_UNKNOWN)
    service = _day(form, "dateOfService") or today
    end = coverage_ends.get(phn)
    covered = end is None or service <= end
    told = {
        "PHN": phn,
        "NAME": "PATIENT, MADE UP",
        "BIRTHDATE": f"{born:%Y%m%d}",
        "GENDER": "U",
        "DOS": f"{service:%Y%m%d}",
        "ELIG_ON_DOS": "YES" if covered else "NO",
        "COVERAGE_END_DT": f"{end:%Y%m%d}" if end else "",
        "COVERAGE_END_REASON": "MADE UP" if end else "",
    }
    asked = {
        "PatientVisitCharge": ("PATIENT_VISIT_CHARGE", "NO"),
        "LastEyeExam": ("DATE_OF_LAST_EYE_EXAM", ""),
        "PatientRestriction": ("PATIENT_RESTRICTION", "NO RESTRICTION"),
    }
    told |= dict(words for name, words in asked.items() if form.get(name) == "true")
    between = "\r\n" if own_lines else " "
    return Answer(lines([f"{name}:{between}{text}" for name, text in told.items()]))


def _day(form: Mapping[str, str], name: str) -> date | None:
    try:
        year, month, day = (int(form[name + part]) for part in ("yyyy", "mm", "dd"))
        return date(year, month, day)
    except (KeyError, ValueError):
        return None
