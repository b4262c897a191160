"""The columns of the workbook's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tpi_billing.audit.patterns.wording import decimal_figure, figure_text
from tpi_billing.audit.report.figures import (
    Distribution,
    Finding,
    Outcome,
    Referred,
    Span,
    Spread,
)
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.audit_report.words import OUTLIER, outcome_title, span_title
from tpi_billing.reports.fields import Field, Kind, Value


@dataclass(frozen=True, slots=True)
class ClaimBehind:
    """A claim behind a finding."""

    practitioner: str
    pattern: str
    claim: int


OUTCOME_FIELDS: tuple[Field[Outcome], ...] = (
    Field("state", "State", "text", 28, lambda o: outcome_title(o.state)),
    Field("claims", "Claims", "count", 12, lambda o: o.claims),
    Field("billed", "Billed ($)", "money", 16, lambda o: decimal_dollars(o.billed)),
    Field("paid", "Paid ($)", "money", 16, lambda o: decimal_dollars(o.paid)),
)


def span_fields() -> tuple[Field[Span], ...]:
    """Return the columns of the days to submission."""
    return (
        Field("days", "Days", "text", 16, span_title),
        Field("claims", "Claims", "count", 12, lambda s: s.claims),
        Field("billed", "Billed ($)", "money", 16, lambda s: decimal_dollars(s.cents)),
    )


def practitioner_fields(found: Distribution, names: Mapping[str, str]) -> tuple[Field[Spread], ...]:
    """Return the columns of a distribution, in the unit of its pattern."""
    pattern = found.result.pattern
    dollars = pattern.form == "dollars"
    kind: Kind = "money" if dollars else "count"
    over = "Patients" if dollars else "Days worked"

    def value(cents: int) -> Value:
        return decimal_dollars(cents) if dollars else cents

    def average(row: Spread) -> Value:
        figure = row.standing.figure
        return None if figure is None else decimal_figure(pattern, figure)

    return (
        Field("number", "Practitioner", "text", 13, lambda r: r.standing.practitioner),
        Field("name", "Name", "text", 24, lambda r: names.get(r.standing.practitioner, "")),
        Field("over", over, "count", 10, lambda r: r.standing.denominator),
        Field("average", "Average", "money", 12, average),
        Field("lowest", "Lowest", kind, 12, lambda r: value(r.box.low)),
        Field("lower", "Lower quarter", kind, 12, lambda r: value(r.box.lower)),
        Field("middle", "Middle", kind, 12, lambda r: value(r.box.middle)),
        Field("upper", "Upper quarter", kind, 12, lambda r: value(r.box.upper)),
        Field("highest", "Highest", kind, 12, lambda r: value(r.box.high)),
        Field("deviations", "Robust deviations", "money", 12, _deviations),
        Field("mark", "Mark", "text", 16, lambda r: OUTLIER if r.standing.reasons else ""),
    )


def _deviations(row: Spread) -> Value:
    peers = row.standing.peers
    return None if peers is None else Decimal(f"{peers.deviations:.2f}")


def coverage_fields(names: Mapping[str, str]) -> tuple[Field[Referred], ...]:
    """Return the columns of the referrals."""
    return (
        Field("number", "Practitioner", "text", 13, lambda r: r.practitioner),
        Field("name", "Name", "text", 24, lambda r: names.get(r.practitioner, "")),
        Field("claims", "Claims", "count", 11, lambda r: r.claims),
        Field("with", "With a referral", "count", 11, lambda r: r.referred),
        Field("without", "Without", "count", 11, lambda r: r.claims - r.referred),
        Field("share", "Share (%)", "money", 11, _share),
    )


def _share(row: Referred) -> Value:
    return decimal_dollars((20_000 * row.referred + row.claims) // (2 * row.claims))


def _numbers(finding: Finding) -> Value:
    return len(finding.standing.claims)


FINDING_FIELDS: tuple[Field[Finding], ...] = (
    Field("number", "Practitioner", "text", 13, lambda f: f.standing.practitioner),
    Field("pattern", "Pattern", "wrapped", 30, lambda f: f.result.pattern.title),
    Field(
        "figure",
        "Figure",
        "wrapped",
        26,
        lambda f: figure_text(f.result.pattern, f.standing.figure),
    ),
    Field("why", "Why", "wrapped", 70, lambda f: " ".join(f.why)),
    Field("claims", "Claims", "count", 10, _numbers),
)

CLAIM_FIELDS: tuple[Field[ClaimBehind], ...] = (
    Field("number", "Practitioner", "text", 13, lambda c: c.practitioner),
    Field("pattern", "Pattern", "text", 40, lambda c: c.pattern),
    Field("claim", "Claim", "count", 12, lambda c: c.claim),
)


def claims_behind(finding: Finding) -> list[ClaimBehind]:
    """List the claims behind a finding."""
    standing, title = finding.standing, finding.result.pattern.title
    return [ClaimBehind(standing.practitioner, title, claim) for claim in standing.claims]
