"""The figures of an audit report, made up by hand: everything that a page can show is in them."""

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from tpi_billing.audit.patterns.finding import Period, Result, Standing
from tpi_billing.audit.patterns.pattern import shipped_patterns
from tpi_billing.audit.patterns.statistics import Compared
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.audit.report.figures import (
    AuditFigures,
    Billed,
    BookMonth,
    Box,
    Distribution,
    Finding,
    JournalEnd,
    Money,
    Outcome,
    Referred,
    Spread,
)
from tpi_billing.audit.report.spreads import submission_of
from tpi_billing.ledger.audit_figures import Waited
from tpi_billing.ledger.books import BookLine, Movements
from tpi_billing.ledger.closings import Decision
from tpi_billing.ledger.refusals import Since
from tpi_billing.model.claim import ClaimState
from tpi_billing.remittance.refusal_report import CodeRefusals

CLINIC = "Pain & Co <Example>"
NAMES = {
    "99001": "Avery Example",
    "99002": "Blair Sample-With-A-Name-Of-Some-Length",
    "99003": "<b>Cameron</b>",
    "99004": "Devon Placeholder",
}
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HEAD = JournalEnd(217, "5f0c11d2" * 8, "2026-11-05T17:03:21Z")
_PATTERNS = {pattern.id: pattern for pattern in shipped_patterns()}


def money(**changes: Any) -> Money:
    """1,000.00 opening + 2,500.50 billed - 10.25 adjusted - 2,000.00 paid - 5.00 written off."""
    lines = (
        BookLine("A9999", "", 0, Movements(premiums=-1025)),
        BookLine("A9999", "99001", 100_000, Movements(billed=200_050, paid=180_000)),
        BookLine("B1111", "99002", 0, Movements(billed=50_000, paid=20_000, written_off=500)),
    )
    closing = 148_525
    trend = (
        BookMonth("2026-09", Movements(billed=150_000, paid=50_000), 100_000),
        BookMonth(
            "2026-10",
            Movements(billed=250_050, premiums=-1025, paid=200_000, written_off=500),
            closing,
        ),
    )
    closed = (Decision(1, "2026-10", "closed", "", "2026-11-05T17:00:00Z", "m.jones"),)
    given = Money(("2026-10",), lines, trend, closed, closing, closing)
    return replace(given, **changes)


def refusals(causes: int = 2) -> tuple[CodeRefusals, ...]:
    """Return causes of 100.00, 99.00, 98.00 ... with 1, 2, 3 ... claims."""
    return tuple(
        CodeRefusals(
            f"A{chr(65 + at)}",
            f"Meaning {at} of a refusal, in words that go on for longer than a picture is wide",
            f"Cure {at}.",
            at + 1,
            10_000 - 100 * at,
            100 * at,
            Counter({Since.OPEN: at + 1}),
        )
        for at in range(causes)
    )


def result(pattern_id: str, *standings: Standing) -> Result:
    """Put standings under a shipped pattern."""
    pattern = _PATTERNS[pattern_id]
    return Result(pattern, Thresholds.load().of(pattern), standings)


def standing(
    number: str, numerator: int, denominator: int, factor: Fraction, *reasons: Any
) -> Standing:
    """Make a standing whose claims, of who is named, are 1 to 40."""
    figure = Fraction(numerator, denominator) * factor
    peers = Compared(3, Fraction(5), 1.0, float(figure) - 5, 2.5)
    claims = tuple(range(1, 41)) if reasons else ()
    return Standing(number, numerator, denominator, figure, 0, peers, None, None, reasons, claims)


def distribution(
    pattern_id: str, factor: Fraction, *spreads: tuple[str, int, int, Box, tuple[Any, ...]]
) -> Distribution:
    """Make a distribution of practitioner, sum, size, box and reasons."""
    standings = [standing(number, top, size, factor, *why) for number, top, size, _, why in spreads]
    rows = [Spread(one, box) for one, (_, _, _, box, _) in zip(standings, spreads, strict=True)]
    return Distribution(result(pattern_id, *standings), tuple(rows))


def figures(**changes: Any) -> AuditFigures:
    """Make October's figures: one of four practitioners stands out by two patterns."""
    services = distribution(
        "services-per-day",
        Fraction(1),
        ("99004", 1100, 12, Box(12, 60, 80, 90, 101, 120), ("limit", "peers")),
        ("99001", 61, 12, Box(12, 1, 4, 5, 6, 9), ()),
        ("99002", 60, 12, Box(12, 5, 5, 5, 5, 5), ()),
        ("99003", 1, 1, Box(1, 1, 1, 1, 1, 1), ()),
    )
    costs = distribution(
        "cost-per-patient",
        Fraction(1, 100),
        ("99004", 900_000, 30, Box(30, 7_792, 20_000, 31_168, 40_000, 90_000), ("peers",)),
        ("99001", 233_760, 30, Box(30, 7_792, 7_792, 7_792, 7_792, 7_792), ()),
        ("99002", 7_001, 3, Box(3, 1, 1, 2_000, 5_000, 5_000), ()),
        ("99003", 7_792, 1, Box(1, 7_792, 7_792, 7_792, 7_792, 7_792), ()),
    )
    waited = [Waited(0, 1, 100), Waited(20, 5, 500), Waited(90, 1, 100), Waited(91, 2, 200)]
    made = AuditFigures(
        period=OCTOBER,
        journal=HEAD,
        billed=Billed(1222, 1_148_553, 64, 4),
        outcomes=(
            Outcome(ClaimState.SENT, 1_200, 1_000_000, 0),
            Outcome(ClaimState.PAID, 20, 148_000, 148_000),
            Outcome(ClaimState.PAID_CHANGED, 2, 553, 100),
        ),
        money=money(),
        refusals=refusals(),
        submission=submission_of([*waited, Waited(None, 3, 23_376)]),
        services=services,
        costs=costs,
        referrals=(
            Referred("99001", 61, 61),
            Referred("99002", 60, 59),
            Referred("99004", 1101, 0),
        ),
        patterns=17,
        findings=tuple(
            Finding(one.result, one.rows[0].standing, ("It reaches the fixed limit.",))
            for one in (costs, services)
        ),
    )
    return replace(made, **changes)


def empty(**changes: Any) -> AuditFigures:
    """Make the figures of a ledger with nothing in it."""
    nothing = Money(("2026-10",), (), (BookMonth("2026-10", Movements(), 0),), (), 0, 0)
    return figures(
        journal=JournalEnd(0, "0" * 64, ""),
        billed=Billed(0, 0, 0, 0),
        outcomes=(),
        money=nothing,
        refusals=(),
        submission=submission_of([]),
        services=Distribution(result("services-per-day"), ()),
        costs=Distribution(result("cost-per-patient"), ()),
        referrals=(),
        findings=(),
        **changes,
    )
