"""The report's sentences and labels, the same on the page and in the workbook."""

from collections.abc import Mapping
from fractions import Fraction

from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.patterns.pattern import Pattern
from tpi_billing.audit.patterns.wording import decimal_figure
from tpi_billing.audit.report.figures import AuditFigures, Money, Span, whole_month
from tpi_billing.model.claim import ClaimState
from tpi_billing.remittance.refusal_report import CodeRefusals
from tpi_billing.reports.wording import count_of, moment_title, money, month_title

OUTLIER = "▲ stands out"
NO_CODE = "no code"
_OUTCOMES = {
    ClaimState.BATCHED: "Not sent yet",
    ClaimState.SENT: "No answer yet",
    ClaimState.HELD: "Held by MSP",
    ClaimState.PAID: "Paid",
    ClaimState.PAID_CHANGED: "Paid otherwise than billed",
    ClaimState.REFUSED: "Refused, nothing done yet",
    ClaimState.CORRECTED: "Corrected",
    ClaimState.WRITTEN_OFF: "Written off",
    ClaimState.DEBIT_REQUESTED: "MSP asked to take it back",
    ClaimState.DEBITED: "Taken back",
    ClaimState.VOID: "Void",
}


def period_title(period: Period) -> str:
    """Name a period: a month by its name, other days as they are."""
    month = whole_month(period)
    return month_title(month) if month else f"{period.first} to {period.last}"


def within(title: str) -> str:
    """Put a period's name into a sentence: `in October 2026`, `from 2026-10-01 to 2026-10-15`."""
    return f"from {title}" if " to " in title else f"in {title}"


def months_title(months: tuple[str, ...]) -> str:
    """Name the months of the books: `October 2026`, `October 2026 to December 2026`."""
    first, last = month_title(months[0]), month_title(months[-1])
    return first if first == last else f"{first} to {last}"


def journal_line(figures: AuditFigures) -> str:
    """Say of which moment the report is: it is the same for the same moment."""
    end = figures.journal
    if not end.at:
        return "The journal has no entry yet."
    return f"Journal entry {end.entry} of {moment_title(end.at)}, {end.sha256}"


def person(number: str, names: Mapping[str, str]) -> str:
    """Name a practitioner: number and name; the payee's own money has neither."""
    return f"{number} {names.get(number, '')}".rstrip() or "the payee's own"


def share(part: int, of: int) -> str:
    """Write a share with one decimal, never rounded up to all nor down to none: `99.9%`."""
    if not of:
        return "-"
    rounded = (2000 * part + of) // (2 * of)
    rounded = min(rounded, 999) if part < of else rounded
    rounded = max(rounded, 1) if part else rounded
    return f"{rounded // 10}.{rounded % 10}%"


def pattern_figure(pattern: Pattern, figure: Fraction) -> str:
    """Write a figure for a column whose heading has its unit: `25.5`, `$402.11`."""
    amount = decimal_figure(pattern, figure)
    return f"${amount:,.2f}" if pattern.form == "dollars" else f"{amount:,}"


def value_text(pattern: Pattern, value: int) -> str:
    """Write one of the values behind a figure."""
    return money(value) if pattern.form == "dollars" else f"{value:,}"


def span_title(span: Span) -> str:
    """Name days: `0 to 6`, `91 or more`."""
    if span.last is None:
        return f"{span.first} or more"
    return f"{span.first}" if span.first == span.last else f"{span.first} to {span.last}"


def cause(one: CodeRefusals) -> str:
    """Name the cause of a refusal: its code and what that means."""
    return f"{one.code or NO_CODE}: {one.meaning}"


def closed_line(figures: Money) -> str:
    """Say which of the months are closed, when and by whom."""
    if not figures.closed:
        return "Not closed yet." if len(figures.months) == 1 else "None of the months is closed."
    said = [
        f"{month_title(one.month)} closed by {one.decided_by}, {moment_title(one.decided_at)}"
        for one in figures.closed
    ]
    open_ = len(figures.months) - len(said)
    return "; ".join(said) + (f"; {count_of(open_, 'month')} open." if open_ else ".")


def tie_line(figures: Money) -> str:
    """Say whether the books come to what the claims have outstanding."""
    if figures.books == figures.owed:
        return (
            f"Up to the last movement there is the books come to {money(figures.books)}, which is "
            "what the claims have outstanding, to the cent."
        )
    return (
        f"The books do not tie: they come to {money(figures.books)}, the claims to "
        f"{money(figures.owed)} outstanding."
    )


def signed(cents: int) -> str:
    """Write a change with its sign: `+$5.00`, `-$5.00`."""
    return money(cents) if cents <= 0 else f"+{money(cents)}"


def outcome_title(state: ClaimState) -> str:
    """Name a state as an administrator would."""
    return _OUTCOMES[state]


def claim_list(claims: tuple[int, ...], most: int) -> str:
    """List claim numbers, so many at most."""
    some = ", ".join(map(str, claims[:most]))
    more = len(claims) - most
    return f"{some} and {more:,} more, in the workbook" if more > 0 else some


def billed_line(figures: AuditFigures) -> tuple[str, str]:
    """Say what was billed for the services of the period, and of how many patients."""
    billed = figures.billed
    return money(billed.cents), (
        f"{count_of(billed.claims, 'claim')}, {count_of(billed.patients, 'patient')}, "
        f"{count_of(billed.practitioners, 'practitioner')}"
    )
