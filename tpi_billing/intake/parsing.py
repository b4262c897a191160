"""One row of canonical text becomes a typed Session, and every bad cell of it a Problem.

Pure: no file, no configuration. A loop over a table of readers and not a pydantic model, because
it runs for every row of every import and has to name all bad cells of a row at once.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache, lru_cache
from typing import Any

from tpi_billing.intake import cells
from tpi_billing.intake.cell_readers import CellReader, cell_readers
from tpi_billing.intake.cells import UnreadableError
from tpi_billing.intake.doubts import doubts
from tpi_billing.intake.sites import read_sites
from tpi_billing.model.finding import Problem
from tpi_billing.model.session import COLUMNS, Referral, Session

EXTRA_CELLS = "(more cells than the header)"
"""The key under which a reader says that a row's cells may have shifted; its value: how many."""

_READ: dict[str, Callable[[str], Any]] = {
    "session_id": cells.identifier,
    "status": str.lower,
    "service_date": cells.day,
    "start_time": cells.clock_time,
    "end_time": cells.clock_time,
    "practitioner_number": cells.capital_identifier,
    "payee_number": cells.capital_identifier,
    "location_code": cells.capital_identifier,
    "patient_id": cells.identifier,
    "phn": cells.identifier,
    "patient_first_name": cells.name,
    "patient_second_name": cells.name,
    "patient_surname": cells.name,
    "birth_date": cells.day,
    "sex": cells.sex,
    "dependent": cells.identifier,
    "insurer": cells.insurer,
    "registration_number": cells.identifier,
    "address_1": str,
    "address_2": str,
    "city": str,
    "postal_code": str.upper,
    "icbc_claim_number": cells.identifier,
    "referral_number": cells.capital_identifier,
    "referral_name": cells.name,
    "referral_profession": str.lower,
    "referral_date": cells.day,
    "diagnosis_1": cells.diagnosis,
    "diagnosis_2": cells.diagnosis,
    "diagnosis_3": cells.diagnosis,
    "trigger_point_sites": read_sites,
    "trigger_point_injections": cells.count,
    "nerve_block_sites": read_sites,
    "block_distance_cm": cells.centimetres,
    "joint_sites": read_sites,
    "agent": str,
    "volume_ml": cells.millilitres,
    "visit": cells.visit,
    "visit_diagnosis": cells.diagnosis,
    "series_number": cells.count,
    "chart_signed": cells.yes_or_no,
    "fee_items": cells.requested_items,
    "billed_amount": cells.cents,
    "note": str,
}
_READERS = cell_readers(
    _READ, frozenset(column.name for column in COLUMNS if column.kind in {"list", "fees"})
)
_KEPT = frozenset(column.name for column in COLUMNS if column.kind in {"name", "digits"}) | {
    "registration_number",
    "insurer",
}
"""UnreadableError cells whose text stays in the Session, so that no check calls them missing."""
_REMEMBERED = 5_000
"""Stored rows whose session is remembered, in some 15 MiB: those of one clinic's month."""
_ORDER = {column.name: place for place, column in enumerate(COLUMNS)}
_PROPER_WORDS = (
    ("phn", "PHN"),
    ("icbc", "ICBC"),
    (" ml", " (mL)"),
    (" cm", " (cm)"),
    ("notice sent", "day of the notice"),
    ("closed on", "day of closing"),
    ("updated on", "day of a written report"),
)
_NECESSARY = {
    "session_id": "A visit without its own number cannot be told from the others.",
    "status": "Only completed visits are billed, so it must be said.",
    "service_date": "Nothing can be billed without its day.",
    "practitioner_number": "MSP pays whoever did it.",
}


def parse_session(values: Mapping[str, str]) -> tuple[Session | None, tuple[Problem, ...]]:
    """Read one row; return the Session and a Problem for every cell that cannot be read.

    `values` maps canonical column names to text, blanks left out or empty; the order does not
    matter, and other keys are passed over. The Session is None only without a usable session_id
    or service_date. Problems come in the order of COLUMNS: `birth-date-invalid` for a birth
    date, `missing-value` for a necessary cell that is blank, `invalid-value` for any other; with
    the severity of a warning for one that can be read and is doubtful.
    """
    typed, problems = read_cells(values, _READERS, _KEPT)
    problems += doubts(typed, values)
    missing = [column for column in _NECESSARY if not typed.get(column)]
    if missing:
        named = {problem.column for problem in problems}
        problems.extend(_missing(column) for column in missing if column not in named)
    if len(problems) > 1:
        problems.sort(key=lambda problem: _ORDER.get(problem.column, -1))
    return _session(typed), tuple(problems)


@lru_cache(maxsize=_REMEMBERED)
def parse_stored(content: str) -> tuple[Session | None, tuple[Problem, ...]]:
    """Read the values of a row that the ledger keeps, as JSON.

    A month's sessions are looked at twice, by the practitioner's day and by the patient.
    """
    return parse_session(json.loads(content))


def end_time(content: str) -> time | None:
    """Read the one cell of a stored row that says when the visit ended."""
    raw = json.loads(content).get("end_time", "")
    try:
        found: time | None = _READERS["end_time"][raw]
    except UnreadableError:
        return None
    return found


def read_cells(
    values: Mapping[str, str], readers: Mapping[str, CellReader], kept: frozenset[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Read the cells that have a reader; return typed values by column, and what is unreadable.

    Unreadable text of a column of `kept` is among the values all the same. A row of more cells
    than the header is a problem of its own.
    """
    typed: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, raw in values.items():
        reader = readers.get(column)
        if reader is None:
            continue
        try:
            value = reader[raw]
        except UnreadableError as reason:
            shown = reader.shown(raw)
            problems.append(_unreadable(column, shown, reason))
            value = shown if column in kept else None
        if value is not None:
            typed[column] = value
    if EXTRA_CELLS in values:
        problems.append(_shifted())
    return typed, problems


def _session(typed: dict[str, Any]) -> Session | None:
    session_id: str = typed.get("session_id", "")
    service_date: date | None = typed.get("service_date") or None
    if not session_id or service_date is None:
        return None
    get = typed.get
    return Session(
        session_id=session_id,
        service_date=service_date,
        status=get("status", ""),
        start_time=get("start_time"),
        end_time=get("end_time"),
        practitioner_number=get("practitioner_number", ""),
        payee_number=get("payee_number", ""),
        location_code=get("location_code", ""),
        patient_id=get("patient_id", ""),
        phn=get("phn", ""),
        first_name=get("patient_first_name", ""),
        second_name=get("patient_second_name", ""),
        surname=get("patient_surname", ""),
        birth_date=get("birth_date"),
        sex=get("sex", ""),
        dependent=get("dependent") or "00",
        insurer=get("insurer") or "MSP",
        registration_number=get("registration_number", ""),
        address_1=get("address_1", ""),
        address_2=get("address_2", ""),
        city=get("city", ""),
        postal_code=get("postal_code", ""),
        icbc_claim_number=get("icbc_claim_number", ""),
        referral=Referral(
            number=get("referral_number", ""),
            name=get("referral_name", ""),
            profession=get("referral_profession", ""),
            received=get("referral_date"),
        ),
        diagnoses=tuple(
            code for code in (get("diagnosis_1"), get("diagnosis_2"), get("diagnosis_3")) if code
        ),
        trigger_point_sites=get("trigger_point_sites") or (),
        trigger_point_injections=get("trigger_point_injections"),
        nerve_block_sites=get("nerve_block_sites") or (),
        block_distance_cm=get("block_distance_cm"),
        joint_sites=get("joint_sites") or (),
        agent=get("agent", ""),
        volume_ml=get("volume_ml"),
        visit=get("visit", ""),
        visit_diagnosis=get("visit_diagnosis", ""),
        series_number=get("series_number"),
        chart_signed=get("chart_signed"),
        fee_items=get("fee_items") or (),
        billed_cents=get("billed_amount"),
        note=get("note", ""),
    )


def _unreadable(column: str, shown: str, reason: UnreadableError) -> Problem:
    code = "birth-date-invalid" if column == "birth_date" else "invalid-value"
    message = f"The {label(column)} {reason.message}."
    return Problem(code, message, column, shown, reason.hint)


def _missing(column: str) -> Problem:
    return Problem("missing-value", f"The {label(column)} is blank. {_NECESSARY[column]}", column)


def _shifted() -> Problem:
    return Problem(
        "invalid-value",
        "The row has more cells than the header, so its values may stand in wrong columns.",
        hint="Put quotation marks around the cell that holds the separator, or export as XLSX.",
    )


@cache
def label(column: str) -> str:
    """Return a column's name for a sentence: `service date`, `PHN`."""
    words = column.replace("_", " ")
    for plain, proper in _PROPER_WORDS:
        words = words.replace(plain, proper)
    return words
