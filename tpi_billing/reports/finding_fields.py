"""The columns of findings: of held sessions, of notices, and of a check."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from tpi_billing.model.batch import HeldSession
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Severity
from tpi_billing.reports.fields import Field, Value

HeldRow = tuple[HeldSession, Finding]

SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
"""The worst first."""

_Row = TypeVar("_Row")


def check_title(code: str) -> str:
    """Return what a check is about, or its id when the table does not know it."""
    return CHECK[code].title if code in CHECK else code


def finding_fields() -> tuple[Field[Finding], ...]:
    """Return the columns of a list of findings; values are written as they are given."""
    return (
        Field("session_id", "Session", "text", 12, lambda f: f.session_id),
        Field("severity", "Severity", "text", 11, lambda f: f.severity.value),
        *_what("What was found", lambda f: f),
        *_where(lambda f: f),
    )


def held_fields(practitioners: dict[str, str], as_of: date) -> tuple[Field[HeldRow], ...]:
    """Return the columns of the held sessions; days left are counted from `as_of`."""

    def practitioner(row: HeldRow) -> str:
        number = row[0].practitioner_number
        return " ".join(part for part in (number, practitioners.get(number, "")) if part)

    return (
        Field("session_id", "Session", "text", 11, lambda r: r[0].session_id),
        Field("service_date", "Service date", "date", 12, lambda r: r[0].service_date),
        Field("last_day", "Last day to submit", "date", 12, lambda r: r[0].last_day),
        Field("days_left", "Days left", "count", 8, lambda r: (r[0].last_day - as_of).days),
        Field("practitioner", "Practitioner", "wrapped", 16, practitioner),
        Field("patient", "Patient", "wrapped", 18, _patient),
        Field("phn", "PHN", "text", 13, lambda r: r[0].phn),
        Field("severity", "Severity", "text", 11, lambda r: r[1].severity.value),
        *_what("What is wrong", lambda row: row[1]),
        *_where(lambda row: row[1]),
    )


def _what(title: str, finding: Callable[[_Row], Finding]) -> tuple[Field[_Row], ...]:
    def text(attribute: str) -> Callable[[_Row], Value]:
        return lambda row: str(getattr(finding(row), attribute))

    return (
        Field("message", title, "wrapped", 36, text("message")),
        Field("hint", "What to do", "wrapped", 40, text("hint")),
        Field("explanatory_code", "MSP would say", "text", 11, text("explanatory_code")),
    )


def _where(finding: Callable[[_Row], Finding]) -> tuple[Field[_Row], ...]:
    return (
        Field("column", "Column", "wrapped", 17, lambda row: finding(row).column),
        Field("value", "Cell says", "wrapped", 15, lambda row: finding(row).value),
        Field("file", "File", "wrapped", 18, lambda row: finding(row).place.file),
        Field("sheet", "Sheet", "text", 10, lambda row: finding(row).place.sheet),
        Field("row", "Row", "count", 8, lambda row: finding(row).place.row),
        Field("code", "Check", "wrapped", 20, lambda row: finding(row).code),
    )


def _patient(row: HeldRow) -> str:
    return ", ".join(part for part in (row[0].surname, row[0].first_name) if part)
