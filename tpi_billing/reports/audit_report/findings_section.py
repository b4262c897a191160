"""Who stands out, by which pattern, and the claims behind it."""

from collections.abc import Mapping

from tpi_billing.audit.patterns.wording import figure_text
from tpi_billing.audit.report.figures import AuditFigures, Finding
from tpi_billing.reports.audit_report.markup import PageSection, PageTable
from tpi_billing.reports.audit_report.words import claim_list, person, within
from tpi_billing.reports.wording import count_of

_MOST_CLAIMS = 24


def findings_section(figures: AuditFigures, names: Mapping[str, str], period: str) -> PageSection:
    """List who stands out by which pattern, with the claims behind it."""
    found = figures.findings
    looked = f"{count_of(figures.patterns, 'pattern')} looked for {within(period)}"
    if not found:
        return PageSection("findings", "Patterns", (f"{looked}; nobody stands out.",))
    people = len({one.standing.practitioner for one in found})
    table = PageTable(
        "findings-table",
        f"Who stands out, {period}",
        (
            ("Practitioner", "text"),
            ("Pattern", "text"),
            ("Figure", "text"),
            ("Why", "text"),
            ("Claims", "number"),
            ("Claim numbers", "text"),
        ),
        tuple(_finding_cells(one, names) for one in found),
    )
    lead = (
        f"{looked}: {count_of(len(found), 'finding')} about {count_of(people, 'practitioner')}. "
        "Read the records of the claims before anything is said of anybody."
    )
    return PageSection("findings", "Patterns", (lead,), tables=(table,))


def _finding_cells(one: Finding, names: Mapping[str, str]) -> tuple[str, ...]:
    pattern, standing = one.result.pattern, one.standing
    return (
        person(standing.practitioner, names),
        pattern.title,
        figure_text(pattern, standing.figure),
        " ".join(one.why),
        f"{len(standing.claims):,}",
        claim_list(standing.claims, _MOST_CLAIMS),
    )
