"""The workbook of a check's findings: what is wrong, how often, and how to cure it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from tpi_billing import __version__
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Severity
from tpi_billing.reports.fields import Field
from tpi_billing.reports.finding_fields import SEVERITY_ORDER, check_title, finding_fields
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.wording import count_of
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import AMBER, BLUE
from tpi_billing.reports.xlsx.table import put_heading, put_table


@dataclass(frozen=True, slots=True)
class _CheckCount:
    """How often a check found something with one severity; `sessions` counts each once."""

    code: str
    severity: Severity
    findings: int
    sessions: int
    explanatory_code: str
    cure: str


_FIELDS: tuple[Field[_CheckCount], ...] = (
    Field("severity", "Severity", "text", 11, lambda c: c.severity.value),
    Field("title", "What was found", "wrapped", 46, lambda c: check_title(c.code)),
    Field("findings", "Findings", "count", 11, lambda c: c.findings),
    Field("sessions", "Sessions", "count", 11, lambda c: c.sessions),
    Field("explanatory_code", "MSP would say", "text", 12, lambda c: c.explanatory_code),
    Field("cure", "What to do", "wrapped", 60, lambda c: c.cure),
    Field("code", "Check", "text", 28, lambda c: c.code),
)


def findings_workbook(
    findings: Sequence[Finding], out: Path, *, title: str, as_of: date
) -> PublishedFile:
    """Publish the findings as a workbook at `out`; the same findings give the same bytes.

    Values of cells are written as they are given: mask them before if they must not be read.
    Errors are those of `publish`.
    """
    book = Book(
        title=title,
        creator=f"tpi-billing {__version__}",
        created=datetime.combine(as_of, time(), UTC),
    )
    summary = book.sheet("Summary", BLUE)
    counts = _counts(findings)
    put_heading(summary, title, f"{count_of(len(findings), 'finding')}, checked as of {as_of}")
    put_table(
        summary,
        "Checks",
        _FIELDS,
        counts,
        nothing="Nothing was found: every session can be billed.",
    )
    set_page(summary, title, orientation="landscape")
    details = book.sheet("Findings", AMBER)
    put_heading(details, "Findings", "One row for each finding")
    put_table(
        details,
        "Findings",
        finding_fields(),
        findings,
        frozen_columns=1,
        nothing="Nothing was found.",
    )
    set_page(details, title, orientation="landscape")
    (published,) = publish([NewFile(out, "findings", book.to_bytes())])
    return published


def _counts(findings: Sequence[Finding]) -> tuple[_CheckCount, ...]:
    """Count the findings of each check and severity, errors first, then the commonest."""
    groups: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.severity), []).append(finding)
    counts = (
        _CheckCount(
            code=code,
            severity=severity,
            findings=len(group),
            sessions=len({finding.session_id for finding in group if finding.session_id}),
            explanatory_code=group[0].explanatory_code,
            cure=CHECK[code].cure if code in CHECK else group[0].hint,
        )
        for (code, severity), group in groups.items()
    )
    return tuple(sorted(counts, key=lambda c: (SEVERITY_ORDER[c.severity], -c.findings, c.code)))
