"""An example of every check: what differs from a clean session where the check finds something.

The reference page and `check --explain` show them; a test imports each one and holds it to what it
says. Every number and name is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tpi_billing.model.identifiers import phn_check_digit
from tpi_billing.model.referral import RegisteredReferral

Cells = Mapping[str, str]
"""Canonical columns with the text of their cells; `""` is a blank cell."""

AS_OF = date(2026, 11, 5)
"""The day on which the examples are checked."""

CLINIC = """\
[clinic]
name = "Example Pain Clinic"
data_centre = "T9999"
payee_number = "A9999"
location_code = "Q"

[[practitioners]]
number = "99001"
name = "Avery Example"
specialty = "family"

[[practitioners]]
number = "99002"
name = "Blair Sample"
specialty = "anesthesiology"
active_to = 2026-06-30

[[practitioners]]
number = "99003"
name = "Casey Instance"
specialty = "family"
fee_items = ["01156"]
"""


def _patient(number: int) -> Cells:
    """Make up a patient: chart and health number."""
    while (check := phn_check_digit(f"{number:08}")) is None:
        number += 10_000_000
    return {"patient_id": f"C{number % 10_000:04}", "phn": f"9{number:08}{check}"}


CLEAN: Cells = {
    "session_id": "V1001",
    "status": "completed",
    "service_date": "2026-10-13",
    "start_time": "09:00",
    "end_time": "09:15",
    "practitioner_number": "99001",
    **_patient(1),
    "patient_first_name": "Noor",
    "patient_surname": "Okanese",
    "birth_date": "1975-03-02",
    "sex": "F",
    "referral_number": "35546",
    "referral_name": "Dr Hollis",
    "referral_profession": "physician",
    "referral_date": "2025-12-01",
    "diagnosis_1": "7291",
    "trigger_point_sites": "left trapezius; right trapezius",
    "agent": "0.9% saline",
    "chart_signed": "yes",
}
"""A session in which no check finds anything."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a check finds something in.

    `changes` are the cells of the session that differ from the clean one. `others` are sessions
    beside it, which differ from the clean one as well and have ids of their own; with `billed`
    they are in a batch already. `referrals` stand in the registry of the session's patient.
    `fee_codes` are files of the workspace's own folder of that name. `also` are other checks that
    find something in the same session. `told` says what the cells do not show.
    """

    changes: Cells = field(default_factory=dict)
    others: tuple[Cells, ...] = ()
    billed: bool = False
    referrals: tuple[RegisteredReferral, ...] = ()
    fee_codes: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    told: str = ""


_NO_TREATMENT: Cells = {"trigger_point_sites": ""}
_NO_REFERRAL: Cells = {
    "referral_number": "",
    "referral_name": "",
    "referral_profession": "",
    "referral_date": "",
}
_JOINT: Cells = {**_NO_TREATMENT, "joint_sites": "left shoulder"}
_COUNSELLING: Cells = {**_NO_TREATMENT, "visit": "counselling", "end_time": "09:30"}

_RECORD = {
    "missing-value": Example({"session_id": ""}),
    "invalid-value": Example({"trigger_point_injections": "several"}),
    "unknown-column": Example({"shoe_size": "42"}, told="No mapping names the column shoe_size."),
    "duplicate-session-id": Example(
        others=({"session_id": "V1001", "trigger_point_sites": "left trapezius"},),
        told="Both rows are in one file.",
    ),
}

_IDENTITY = {
    "phn-missing": Example({"phn": ""}),
    "phn-check-digit": Example({"phn": CLEAN["phn"][:-2] + "00"}),
    "phn-not-bc": Example({"phn": "1234567890"}),
    "name-missing": Example({"patient_surname": ""}),
    "birth-date-invalid": Example({"birth_date": "2027-03-02"}),
    "dependent-invalid": Example({"dependent": "01"}),
    "reciprocal-incomplete": Example({"insurer": "AB", "phn": ""}),
    "quebec-not-reciprocal": Example({"insurer": "QC", "phn": ""}),
}

_PRACTICE = {
    "practitioner-unknown": Example({"practitioner_number": "88888"}),
    "practitioner-not-active": Example({"practitioner_number": "99002"}),
    "payee-mismatch": Example({"payee_number": "B1111"}),
    "fee-item-not-allowed": Example({"practitioner_number": "99003"}),
    "location-invalid": Example({"location_code": "A"}),
    "work-injury-not-msp": Example({"insurer": "WSBC"}),
    "private-not-msp": Example({"insurer": "PRIVATE"}),
    "mva-incomplete": Example({"insurer": "ICBC"}),
}

_REFERRAL = {
    "referral-missing": Example(_NO_REFERRAL),
    "referral-number-invalid": Example({"referral_number": "35-46"}),
    "referral-name-required": Example({"referral_number": "99957", "referral_name": ""}),
    "referral-self": Example({"referral_number": "99001"}),
    "referral-after-service": Example({"referral_date": "2026-10-14"}),
    "referral-profession": Example({"referral_profession": "physiotherapist"}),
    "referral-unknown": Example(
        referrals=(RegisteredReferral(1, "36000", "Dr Frame", "physician", date(2026, 2, 2)),),
    ),
    "referral-update-due": Example(others=({"service_date": "2026-04-12"},)),
}

_TIME = {
    "service-date-future": Example({"service_date": "2026-11-06"}),
    "submission-overdue": Example({"service_date": "2026-08-06"}),
    "submission-due-soon": Example({"service_date": "2026-08-07"}),
    "time-required": Example({**_COUNSELLING, "end_time": ""}),
    "times-inverted": Example({"end_time": "08:45"}),
    "sessions-overlap": Example(
        others=({**_patient(2), "start_time": "09:10", "end_time": "09:25"},)
    ),
}

_FEE_ITEMS = {
    "fee-item-unknown": Example({"fee_items": "99999"}),
    "fee-item-not-in-edition": Example(
        {"fee_items": "98765"},
        fee_codes={"schedule/2026-10-20.csv": "fee_item,amount\n98765,10.00\n"},
        told="The clinic's own edition of 2026-10-20 has an item 98765.",
    ),
    "age-band": Example({**_NO_TREATMENT, "fee_items": "00100"}),
    "units-exceeded": Example(
        {
            **_NO_TREATMENT,
            "joint_sites": "left shoulder; right shoulder; left knee; right knee",
        }
    ),
    "amount-differs": Example({"billed_amount": "77.29"}),
    "dtaf-over-three": Example({"fee_items": "01022; 01040; 01042; 01157; 00080"}),
    "trigger-point-within-block": Example(
        {"nerve_block_sites": "left greater occipital", "block_distance_cm": "12"},
        also=("tray-unbilled",),
    ),
    "block-items-combined": Example(
        {
            **_NO_TREATMENT,
            "nerve_block_sites": "left greater occipital; right greater occipital",
            "fee_items": "01124; 01125",
        }
    ),
    "single-and-multiple": Example({"fee_items": "01156; 01157"}),
    "repeat-injection-visit": Example(
        {**_JOINT, "visit": "visit"}, others=({**_JOINT, "service_date": "2026-09-13"},)
    ),
    "visit-with-procedure": Example({"visit": "visit"}),
    "consultation-too-soon": Example(
        {**_NO_TREATMENT, "visit": "consultation"}, others=({"service_date": "2026-04-14"},)
    ),
    "counselling-limit": Example(
        _COUNSELLING,
        others=tuple(
            {**_COUNSELLING, "service_date": f"2026-{month:02}-15"} for month in (5, 6, 7, 8)
        ),
    ),
    "counselling-too-short": Example({**_COUNSELLING, "end_time": "09:19"}),
    "daily-volume": Example(
        {**_NO_TREATMENT, "visit": "visit"},
        others=tuple(
            {
                **_NO_TREATMENT,
                "visit": "visit",
                "start_time": f"08:{minute:02}",
                "end_time": "",
                **_patient(2 + minute),
            }
            for minute in range(50)
        ),
    ),
    "series-frequency": Example(others=({"service_date": "2026-10-04"},)),
    "nothing-billable": Example(_NO_TREATMENT),
    "tray-not-payable": Example({"fee_items": "01157; 00080"}),
    "tray-unbilled": Example({**_NO_TREATMENT, "nerve_block_sites": "left greater occipital"}),
    "amount-unverified": Example({**_NO_TREATMENT, "fee_items": "00016"}),
}

_DIAGNOSIS = {
    "diagnosis-missing": Example({"diagnosis_1": ""}),
    "diagnosis-unlisted": Example({"diagnosis_1": "72885"}),
    "diagnosis-unusual": Example({"diagnosis_1": "401"}),
}

_RECORD_KEEPING = {
    "chart-not-signed": Example({"chart_signed": "no"}),
    "sites-not-recorded": Example({**_NO_TREATMENT, "trigger_point_injections": "4"}),
    "agent-not-recorded": Example({"agent": ""}),
    "note-too-long": Example({"note": "Twitch responses at every site. " * 13}),
}

_DUPLICATES = {
    "duplicate-claim": Example(
        others=({"session_id": "V0987"},),
        billed=True,
        also=("sessions-overlap",),
        told="The other session is in a batch already; this one came with a new id.",
    ),
    "same-day-same-item": Example(others=({"start_time": "08:00", "end_time": "08:15"},)),
}

EXAMPLES: Mapping[str, Example] = {
    **_RECORD,
    **_IDENTITY,
    **_PRACTICE,
    **_REFERRAL,
    **_TIME,
    **_FEE_ITEMS,
    **_DIAGNOSIS,
    **_RECORD_KEEPING,
    **_DUPLICATES,
}
"""An example for every check, by its id."""


def session_of(changes: Cells) -> dict[str, str]:
    """Return the clean session's cells after changes."""
    return {**CLEAN, **changes}


def other_sessions(example: Example) -> list[dict[str, str]]:
    """Return the cells of the sessions beside the example's own, with ids V1, V2, ..."""
    return [
        session_of({"session_id": f"V{at}", **changes})
        for at, changes in enumerate(example.others, start=1)
    ]
