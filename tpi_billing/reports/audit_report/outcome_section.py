"""What became of the services of the period: where their claims stand now."""

from tpi_billing.audit.report.figures import Outcome
from tpi_billing.reports.audit_report.markup import PageSection, PageTable, Piece
from tpi_billing.reports.audit_report.money_section import DOLLAR, whole_dollars
from tpi_billing.reports.audit_report.row_chart import Mark, PictureRow, RowPicture
from tpi_billing.reports.audit_report.words import outcome_title, within
from tpi_billing.reports.wording import count_of, money


def outcome_section(found: tuple[Outcome, ...], period: str) -> PageSection:
    """Show the claims of the period by the state that they are in now."""
    if not found:
        lead = f"No service {within(period)} was billed."
        return PageSection("outcome", "What became of the services", (lead,))
    billed, paid = sum(one.billed for one in found), sum(one.paid for one in found)
    return PageSection(
        "outcome",
        "What became of the services",
        (
            (
                f"For services {within(period)}, {money(billed)} was billed, of which MSP has paid "
                f"{money(paid)} up to now, in whichever month. A claim that was corrected counts "
                "as the one that stands in its place."
            ),
        ),
        (("", _states(found, period)),),
    )


def _states(found: tuple[Outcome, ...], period: str) -> Piece:
    rows = [
        PictureRow(
            outcome_title(one.state),
            f"{money(one.billed)}, {count_of(one.claims, 'claim')}",
            (Mark("bar", 0, one.billed, "owed"),),
        )
        for one in found
    ]
    told = "; ".join(f"{row.label}, {row.value}" for row in rows)
    drawn = RowPicture(
        "states",
        f"Where the claims stand now, dollars billed, {period}",
        f"{told}.",
        tuple(rows),
        whole_dollars,
        DOLLAR,
    ).draw()
    table = PageTable(
        "states-table",
        f"Where the claims for services {within(period)} stand now",
        (("State", "text"), ("Claims", "number"), ("Billed", "number"), ("Paid", "number")),
        tuple(
            (outcome_title(one.state), f"{one.claims:,}", money(one.billed), money(one.paid))
            for one in found
        ),
        (
            "All",
            f"{sum(one.claims for one in found):,}",
            money(sum(one.billed for one in found)),
            money(sum(one.paid for one in found)),
        ),
    )
    return Piece(drawn, table)
