"""Validate an export with pandera, column by column: `pandera_rows.py FILE`."""

import sys
from collections import Counter

import pandas
from pandera.errors import SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema
from timing import tell

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3)


def _text(pattern="", words=(), needed=False, **more):
    checks = [Check.str_matches(f"^{pattern}$")] if pattern else []
    checks += [Check.isin(words)] if words else []
    return Column(str, checks, nullable=not needed, **more)


_CLOCK = "[0-2][0-9]:[0-5][0-9]"
_DAY = "[12][0-9]{3}-[01][0-9]-[0-3][0-9]"
_COLUMNS = {
    "session_id": _text(needed=True, unique=True),
    "status": _text(words=["completed"], needed=True),
    "service_date": _text(_DAY, needed=True),
    "birth_date": _text(_DAY, needed=True),
    "referral_date": _text(_DAY),
    "start_time": _text(_CLOCK),
    "end_time": _text(_CLOCK),
    "practitioner_number": _text("[A-Z0-9]{5}", ["99001", "99002"], needed=True),
    "phn": _text("[0-9]{10}", needed=True),
    "dependent": _text("[0-9]{2}"),
    "patient_first_name": _text("[^0-9].*", needed=True),
    "patient_surname": _text("[^0-9].*", needed=True),
    "insurer": _text(words=["MSP"]),
    "location_code": _text(words=["Q"]),
    "referral_number": _text("[A-Z0-9]{5}", needed=True),
    "diagnosis_1": _text("[0-9EV][0-9]{2,4}", needed=True),
    "visit": _text(words=["visit", "consultation", "limited-consultation", "counselling"]),
    "trigger_point_injections": _text("[0-9]{1,2}"),
    "series_number": _text("[0-9]{1,2}"),
    "block_distance_cm": _text("[0-9.]+"),
    "volume_ml": _text("[0-9.]+"),
    "billed_amount": _text("[0-9.]+"),
    "agent": _text(needed=True),
    "chart_signed": _text(words=["yes"], needed=True),
    "note": Column(str, Check.str_length(max_value=400), nullable=True),
}


def _digit(frame):
    rest = sum(
        pandas.to_numeric(frame["phn"].str[at]) * weight
        for at, weight in enumerate(_WEIGHTS, start=1)
    )
    last = pandas.to_numeric(frame["phn"].str[9])
    return (frame["phn"].str[0] == "9") & (11 - rest % 11 == last)


_BETWEEN = [
    Check(_digit, name="phn-check-digit"),
    Check(lambda f: f["birth_date"] <= f["service_date"], name="birth-date-invalid"),
    Check(
        lambda f: f["referral_date"].isna() | (f["referral_date"] <= f["service_date"]),
        name="referral-after-service",
    ),
    Check(
        lambda f: f["start_time"].isna() | (f["end_time"] >= f["start_time"]),
        name="times-inverted",
    ),
    Check(lambda f: f["referral_number"] != f["practitioner_number"], name="referral-self"),
    Check(
        lambda f: f["trigger_point_injections"].isna() | f["trigger_point_sites"].notna(),
        name="sites-not-recorded",
    ),
]


def work():
    """Validate; return the rows and the failures by check."""
    frame = pandas.read_csv(sys.argv[1], dtype=str)
    try:
        DataFrameSchema(_COLUMNS, checks=_BETWEEN).validate(frame, lazy=True)
        found = Counter()
    except SchemaErrors as error:
        found = Counter(map(str, error.failure_cases["check"]))
    return {"rows": len(frame), **found}


if __name__ == "__main__":
    tell(work)
