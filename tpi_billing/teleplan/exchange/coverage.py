"""One patient's coverage: the question's form fields and the answer's labelled lines."""

from dataclasses import dataclass
from datetime import date

_LABELS = (
    "PHN",
    "NAME",
    "BIRTHDATE",
    "GENDER",
    "DOS",
    "ELIG_ON_DOS",
    "COVERAGE_END_DT",
    "COVERAGE_END_REASON",
    "PATIENT_VISIT_CHARGE",
    "DATE_OF_LAST_EYE_EXAM",
    "PATIENT_RESTRICTION",
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What MSP says of a patient; `eligible` is None when it says neither YES nor NO."""

    eligible: bool | None
    lines: tuple[tuple[str, str], ...]


def coverage_form(phn: str, birth_date: date, service_date: date | None) -> dict[str, str]:
    """Return the fields of the question (AcheckE45)."""
    form = {
        "PHN": phn,
        **_day("dateOfBirth", birth_date),
        "PatientVisitCharge": "false",
        "LastEyeExam": "false",
        "PatientRestriction": "true",
    }
    if service_date is not None:
        form |= _day("dateOfService", service_date)
    return form


def _day(name: str, day: date) -> dict[str, str]:
    return {f"{name}yyyy": f"{day:%Y}", f"{name}mm": f"{day:%m}", f"{name}dd": f"{day:%d}"}


def read_coverage(content: bytes) -> Coverage:
    """Read the answer's lines; a label's value may stand on its line or on the next."""
    found: list[tuple[str, str]] = []
    label = ""
    for line in content.decode("latin-1").splitlines():
        name, colon, value = line.strip().partition(":")
        if colon and (name in _LABELS or name.replace("_", "").isupper()):
            label = name
            if value.strip():
                found.append((label, value.strip()))
                label = ""
        elif label and line.strip():
            found.append((label, line.strip()))
            label = ""
    said = dict(found).get("ELIG_ON_DOS", "").upper()
    return Coverage({"YES": True, "NO": False}.get(said), tuple(found))
