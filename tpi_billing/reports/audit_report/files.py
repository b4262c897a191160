"""Write the report: the page and the workbook, both or neither."""

from collections.abc import Mapping
from pathlib import Path

from tpi_billing.audit.report.figures import AuditFigures, whole_month
from tpi_billing.reports.audit_report.page import audit_page
from tpi_billing.reports.audit_report.workbook import audit_workbook
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish


def publish_report(
    figures: AuditFigures, clinic: str, names: Mapping[str, str], folder: Path
) -> tuple[PublishedFile, ...]:
    """Write both files into a folder. Errors are those of `publish`."""
    period = figures.period
    days = whole_month(period) or f"{period.first}-to-{period.last}"
    name = f"audit-report-{days}"
    return publish(
        [
            NewFile(folder / f"{name}.html", "page", audit_page(figures, clinic, names)),
            NewFile(folder / f"{name}.xlsx", "workbook", audit_workbook(figures, clinic, names)),
        ]
    )
