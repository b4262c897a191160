"""The workbook of missing referrals: a row a call, a row a session, whole names, safe cells."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from helpers import AS_OF, Clinic, made_up_phn, visit
from openpyxl import load_workbook

from tpi_billing.claims.missing_referrals import MissingReferrals, missing_referrals
from tpi_billing.ledger.sessions import Scope
from tpi_billing.reports.missing_referrals import NOBODY_KNOWN, missing_workbook

# ruff: noqa: DTZ001 - a spreadsheet has no time zone
BLANK = {
    "referral_number": "",
    "referral_name": "",
    "referral_profession": "",
    "referral_date": "",
}


def workbook(clinic: Clinic, as_of: date = AS_OF) -> bytes:
    with clinic.ledger.reading() as connection:
        found = missing_referrals(connection, clinic.config, clinic.codes, as_of, Scope())
    return missing_workbook(found, clinic.config.clinic, as_of)


def records(content: bytes, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet's table by heading."""
    heading, *rows = load_workbook(BytesIO(content))[sheet].iter_rows(min_row=4, values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


def bring_a_month(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-08-24"),
        visit("V2", 1, service_date="2026-10-19", **BLANK),
        visit("V3", 2, service_date="2026-10-05", referral_date="2026-10-07"),
        visit("V4", 3, service_date="2026-10-07", patient_surname="=Evil()", **BLANK),
        visit("V5", 4, service_date="2026-01-12", referral_date="2026-01-05", chart_signed="no"),
        visit("V6", 4, service_date="2026-10-13", referral_date="2026-01-05"),
    )


def test_one_row_a_call_and_one_a_session(clinic: Clinic) -> None:
    bring_a_month(clinic)
    content = workbook(clinic)
    calls = records(content, "Whom to call")
    assert [
        (row["Referrer's number"], row["Referrer"], row["Known from"], row["Patients"])
        for row in calls
    ] == [("35546", "Dr Hollis", "the session", 2), (None, NOBODY_KNOWN, None, 1)]
    first = calls[0]
    # 90 days after 5 October is 3 January: 59 days after 5 November.
    assert (first["Sessions"], first["Waiting"], first["Days left"]) == (2, 155.84, 59)
    assert first["Last day to submit"] == datetime(2027, 1, 3)
    sessions = records(content, "Sessions")
    assert [(row["Session"], row["Known from"], row["PHN"]) for row in sessions] == [
        ("V3", "the session", made_up_phn(2)),
        ("V2", "last known", made_up_phn(1)),
        ("V4", None, made_up_phn(3)),
    ]
    assert (sessions[0]["Surname"], sessions[0]["First name"], sessions[0]["Amount"]) == (
        "Okanese",
        "Noor",
        77.92,
    )
    assert sessions[0]["Check"] == "referral-after-service"
    (update,) = records(content, "Updates due")
    assert (update["Session"], update["Check"]) == ("V6", "referral-update-due")


def test_a_surname_that_looks_like_a_formula_stays_text(clinic: Clinic) -> None:
    bring_a_month(clinic)
    sheet = load_workbook(BytesIO(workbook(clinic)))["Sessions"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=Evil()")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_the_same_findings_give_the_same_bytes(clinic: Clinic) -> None:
    bring_a_month(clinic)
    assert workbook(clinic) == workbook(clinic)


def test_nothing_missing_is_said(clinic: Clinic) -> None:
    content = missing_workbook(MissingReferrals((), ()), clinic.config.clinic, AS_OF)
    book = load_workbook(BytesIO(content))
    assert book["Whom to call"]["A4"].value == "No session waits for a referral."
    assert [sheet["A4"].value for sheet in book.worksheets[1:]] == ["None.", "None."]
