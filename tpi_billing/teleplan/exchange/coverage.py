"""One patient's coverage: the question's form fields and the answer's labelled lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

_LABELS = frozenset(
    {
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
    }
)
_OTHER_LABEL = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What MSP says of a patient; `eligible` is None when it says neither YES nor NO.

    `lines` are label and value, `""` for none. They name the patient: the repr leaves them out.
    """

    eligible: bool | None
    lines: tuple[tuple[str, str], ...] = field(repr=False)


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
    return {
        f"{name}yyyy": f"{day.year:04}",
        f"{name}mm": f"{day.month:02}",
        f"{name}dd": f"{day.day:02}",
    }


def read_coverage(content: bytes) -> Coverage:
    """Read the answer's lines; a label's value may stand on its line or on the next."""
    lines = tuple(_labelled(content.decode("latin-1")))
    said = dict(lines).get("ELIG_ON_DOS", "").upper()
    return Coverage({"YES": True, "NO": False}.get(said), lines)


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    waiting = ""
    for line in re.split(r"[\r\n]+", text):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if colon and _is_label(name, waiting):
            if waiting:
                yield waiting, ""
            waiting = "" if value else name
            if value:
                yield name, value
        elif waiting and line.strip():
            yield waiting, line.strip()
            waiting = ""
    if waiting:
        yield waiting, ""


def _is_label(name: str, waiting: str) -> bool:
    """Tell a label; one that is not known and has one word may be the value that is awaited."""
    if name in _LABELS:
        return True
    return bool(_OTHER_LABEL.fullmatch(name)) and ("_" in name or not waiting)
