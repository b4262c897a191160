"""Gather an audit report's figures: one look at the ledger, so that all of them agree."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from tpi_billing.audit.patterns.collection import FOLDER, all_patterns, item_words
from tpi_billing.audit.patterns.finding import Period, Result
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.audit.patterns.wording import reason_texts
from tpi_billing.audit.report.figures import AuditFigures, Finding
from tpi_billing.audit.report.money import money_of
from tpi_billing.audit.report.spreads import distribution_of, submission_of
from tpi_billing.codes import CodeBook
from tpi_billing.ledger import Ledger, audit_figures
from tpi_billing.ledger.facts import ledger_facts
from tpi_billing.ledger.refusals import refused_claims
from tpi_billing.remittance.refusal_report import refusals_by_code

SERVICES, COSTS = "services-per-day", "cost-per-patient"
"""The patterns whose figures are shown of everybody."""
_DAY_ZERO = date(1970, 1, 1)


def gather(
    ledger: Ledger,
    codes: CodeBook,
    workspace: Path,
    period: Period,
    told: Callable[[int], None] = lambda _: None,
) -> AuditFigures:
    """Gather what the report shows of a period; `told` hears of every pattern that was looked for.

    Raise ConfigurationError for what is wrong with the workspace's own patterns.
    """
    patterns = all_patterns(workspace / FOLDER)
    thresholds = Thresholds.load(workspace / FOLDER)
    centre = ledger.data_centre
    days = (period.first - _DAY_ZERO).days, (period.last - _DAY_ZERO).days
    with ledger_facts(ledger, item_words(codes)) as facts:
        # First all that is read from the ledger's own tables: a pattern sees nothing else after.
        connection = facts.connection
        journal = audit_figures.journal_end(connection)
        money = money_of(connection, centre, period)
        refused = refused_claims(connection, centre, period.first, period.last)
        billed = audit_figures.billed(connection, *days)
        outcomes = audit_figures.outcomes(connection, *days)
        waited = audit_figures.waited(connection, *days)
        referred = audit_figures.referred(connection, *days)
        results = {}
        for result in run(facts, patterns, thresholds, period):
            results[result.pattern.id] = result
            told(1)
        services = audit_figures.services_by_day(connection, *days)
        costs = audit_figures.cents_by_patient(connection, *days)
        return AuditFigures(
            period=period,
            journal=journal,
            billed=billed,
            outcomes=tuple(outcomes),
            money=money,
            refusals=tuple(refusals_by_code(refused, codes)),
            submission=submission_of(waited),
            services=distribution_of(results[SERVICES], services),
            costs=distribution_of(results[COSTS], costs),
            referrals=tuple(referred),
            patterns=len(patterns),
            findings=tuple(_findings(results.values(), thresholds)),
        )


def _findings(results: Iterable[Result], thresholds: Thresholds) -> Sequence[Finding]:
    """List who is named, by practitioner."""
    found = [
        Finding(result, standing, tuple(reason_texts(result, standing, thresholds.profile)))
        for result in results
        for standing in result.named
    ]
    return sorted(found, key=lambda one: (one.standing.practitioner, one.result.pattern.id))
