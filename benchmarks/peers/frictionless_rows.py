"""Validate an export with frictionless: `frictionless_rows.py FILE`.

The rules that a table schema can say: kinds, needed cells, patterns, words, a unique id; and one
check of its own for what stands between cells: the digit of the health number, dates in order.
"""

import sys
from collections import Counter
from pathlib import Path

from frictionless import Check, Resource, Schema, errors, validate
from timing import tell

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3)
_NEEDED = {
    *("session_id", "service_date", "practitioner_number", "diagnosis_1", "agent"),
    *("patient_first_name", "patient_surname", "birth_date", "referral_number", "chart_signed"),
}
_KINDS = {
    **dict.fromkeys(("service_date", "birth_date", "referral_date"), "date"),
    **dict.fromkeys(("trigger_point_injections", "series_number"), "integer"),
    **dict.fromkeys(("block_distance_cm", "volume_ml", "billed_amount"), "number"),
}
_PATTERNS = {
    "phn": "[0-9]{10}",
    "dependent": "[0-9]{2}",
    "practitioner_number": "[A-Z0-9]{5}",
    "referral_number": "[A-Z0-9]{5}",
    "start_time": "[0-2][0-9]:[0-5][0-9]",
    "end_time": "[0-2][0-9]:[0-5][0-9]",
    "diagnosis_1": "[0-9EV][0-9]{2,4}",
    "patient_first_name": "[^0-9].*",
    "patient_surname": "[^0-9].*",
}
_WORDS = {
    "status": ["completed"],
    "insurer": ["MSP"],
    "chart_signed": ["yes"],
    "practitioner_number": ["99001", "99002"],
    "location_code": ["Q"],
    "visit": ["visit", "consultation", "limited-consultation", "counselling"],
}


class Between(Check):
    """What stands between the cells of a row."""

    code = "between"
    Errors = [errors.RowError]  # noqa: RUF012 - as its guide has it

    def validate_row(self, row):
        """Yield an error for each of them."""
        said = []
        phn = row["phn"] or ""
        if len(phn) == 10 and phn.isdigit():
            rest = (
                sum(int(digit) * weight for digit, weight in zip(phn[1:9], _WEIGHTS, strict=True))
                % 11
            )
            if phn[0] != "9" or 11 - rest != int(phn[9]):
                said.append("The PHN is wrong.")
        day, born, referred = row["service_date"], row["birth_date"], row["referral_date"]
        if day and born and born > day:
            said.append("The birth date is impossible.")
        if day and referred and referred > day:
            said.append("The referral is later.")
        if row["start_time"] and row["end_time"] and row["end_time"] < row["start_time"]:
            said.append("The end is before the start.")
        if row["referral_number"] == row["practitioner_number"]:
            said.append("The referrer is the practitioner.")
        if (row["trigger_point_injections"] or 0) > 0 and not row["trigger_point_sites"]:
            said.append("The sites are blank.")
        for note in said:
            yield errors.RowError.from_row(row, note=note)


def _field(name):
    limits = {"required": True} if name in _NEEDED else {}
    if name in _PATTERNS:
        limits["pattern"] = _PATTERNS[name]
    if name in _WORDS:
        limits["enum"] = _WORDS[name]
    if name == "session_id":
        limits["unique"] = True
    return {"name": name, "type": _KINDS.get(name, "string"), "constraints": limits}


def work():
    """Validate; return the rows and the errors by kind."""
    file = Path(sys.argv[1])
    with file.open(encoding="utf-8") as lines:
        names = lines.readline().strip().split(",")
    schema = Schema.from_descriptor({"fields": [_field(name) for name in names]})
    # It takes no path from the root, so that a table of others' cannot lead out of its folder.
    resource = Resource(path=file.name, basepath=str(file.parent), schema=schema)
    task = validate(resource, checks=[Between()], limit_errors=1_000_000).tasks[0]
    return {"rows": task.stats["rows"], **Counter(error.type for error in task.errors)}


if __name__ == "__main__":
    tell(work)
