"""The figures of an audit report, all of one moment of the ledger. They name no patient."""

from calendar import monthrange
from dataclasses import dataclass

from tpi_billing.audit.patterns.finding import Period, Result, Standing
from tpi_billing.ledger.audit_figures import Billed, JournalEnd, Outcome, Referred
from tpi_billing.ledger.books import BookLine, Movements
from tpi_billing.ledger.closings import Decision
from tpi_billing.remittance.refusal_report import CodeRefusals

__all__ = ["Billed", "JournalEnd", "Outcome", "Referred"]


@dataclass(frozen=True, slots=True)
class BookMonth:
    """A month of the books: what moved, and what was outstanding at its end, in cents."""

    month: str
    moved: Movements
    closing: int


@dataclass(frozen=True, slots=True)
class Money:
    """The books of the whole months that a period touches, in cents.

    `trend` ends with the last of them. `closed` are the closings that stand. `books` is what all
    months of the books come to now, `owed` what the claims have outstanding now: they must agree.
    """

    months: tuple[str, ...]
    lines: tuple[BookLine, ...]
    trend: tuple[BookMonth, ...]
    closed: tuple[Decision, ...]
    books: int
    owed: int

    @property
    def opening(self) -> int:
        """What was outstanding before the first month."""
        return sum(line.opening for line in self.lines)

    @property
    def closing(self) -> int:
        """What was outstanding after the last one."""
        return sum(line.closing for line in self.lines)

    @property
    def changes(self) -> tuple[tuple[str, int], ...]:
        """What moved the books between, each with the sign that it adds with."""
        moved = [line.moved for line in self.lines]
        return (
            ("Billed", sum(one.billed for one in moved)),
            ("Adjustments", sum(one.adjustments for one in moved)),
            ("Paid", -sum(one.paid for one in moved)),
            ("Written off", -sum(one.written_off for one in moved)),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Claims sent so many days after the service, both included; no `last`: that many or more."""

    first: int
    last: int | None
    claims: int
    cents: int


@dataclass(frozen=True, slots=True)
class Submission:
    """How long claims waited for their first submission; `limit` is the last day in time.

    `middle` is the median of those that were sent. The others are `waiting`.
    """

    spans: tuple[Span, ...]
    limit: int
    sent: int
    middle: int | None
    longest: int | None
    late: int
    waiting: int
    waiting_cents: int


@dataclass(frozen=True, slots=True)
class Box:
    """Where so many values lie: each of the five is one of them (nearest rank)."""

    count: int
    low: int
    lower: int
    middle: int
    upper: int
    high: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A practitioner's values, and where the pattern over them says that he stands."""

    standing: Standing
    box: Box


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of every practitioner that a pattern measures, the highest figure first."""

    result: Result
    rows: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Who was named by which pattern, why, and the claims behind it."""

    result: Result
    standing: Standing
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """Everything that the report shows of a period."""

    period: Period
    journal: JournalEnd
    billed: Billed
    outcomes: tuple[Outcome, ...]
    money: Money
    refusals: tuple[CodeRefusals, ...]
    submission: Submission
    services: Distribution
    costs: Distribution
    referrals: tuple[Referred, ...]
    patterns: int
    findings: tuple[Finding, ...]

    @property
    def referred(self) -> tuple[int, int]:
        """How many claims name a referrer, of how many."""
        return sum(one.referred for one in self.referrals), sum(
            one.claims for one in self.referrals
        )


def whole_month(period: Period) -> str | None:
    """Return the month (`YYYY-MM`) that a period is, None for any other."""
    first, last = period.first, period.last
    ends = first.replace(day=monthrange(first.year, first.month)[1])
    return first.isoformat()[:7] if first.day == 1 and last == ends else None
