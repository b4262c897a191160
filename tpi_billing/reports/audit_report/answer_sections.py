"""What MSP refused, by cause, and how many days claims waited for their submission."""

from tpi_billing.audit.report.figures import Submission
from tpi_billing.ledger.refusals import Since
from tpi_billing.remittance.refusal_report import CodeRefusals
from tpi_billing.reports.audit_report.column_chart import ColumnPicture, Columns
from tpi_billing.reports.audit_report.markup import PageSection, PageTable, Piece
from tpi_billing.reports.audit_report.money_section import DOLLAR, whole_dollars
from tpi_billing.reports.audit_report.row_chart import Mark, PictureRow, RowPicture
from tpi_billing.reports.audit_report.words import NO_CODE, cause, share, span_title, within
from tpi_billing.reports.wording import count_of, money

_MOST_CAUSES = 8


def refusals_section(found: tuple[CodeRefusals, ...], period: str) -> PageSection:
    """Show what MSP refused in the period, by the code that it gave."""
    claims, cents = sum(one.claims for one in found), sum(one.amount for one in found)
    recovered = sum(one.recovered for one in found)
    if not found:
        return PageSection("refusals", "Refusals", (f"MSP refused nothing {within(period)}.",))
    return PageSection(
        "refusals",
        "Refusals",
        (
            (
                f"MSP refused {count_of(claims, 'claim')} of {money(cents)} {within(period)}; "
                f"{money(recovered)} of that was paid after all. A claim counts once, under the "
                "first reason that MSP gave, on the day of the first refusal."
            ),
        ),
        (("", _causes(found, period)),),
        (_meanings(found),),
    )


def _causes(found: tuple[CodeRefusals, ...], period: str) -> Piece:
    shown, others = found[:_MOST_CAUSES], found[_MOST_CAUSES:]
    rows = [_cause(cause(one), one.claims, one.amount) for one in shown]
    if others:
        label = count_of(len(others), "other cause")
        rows.append(
            _cause(label, sum(one.claims for one in others), sum(one.amount for one in others))
        )
    told = "; ".join(f"{row.label}, {row.value}" for row in rows)
    drawn = RowPicture(
        "causes",
        f"Refused by cause, dollars, {period}",
        f"{told}.",
        tuple(rows),
        whole_dollars,
        DOLLAR,
    ).draw()
    table = PageTable(
        "causes-table",
        f"Refusals by cause, {period}",
        (
            ("Code", "text"),
            ("Claims", "number"),
            ("Refused", "number"),
            ("Recovered", "number"),
            ("Nothing done", "number"),
        ),
        tuple(
            (
                one.code or NO_CODE,
                f"{one.claims:,}",
                money(one.amount),
                money(one.recovered),
                f"{one.since[Since.OPEN]:,}",
            )
            for one in found
        ),
        (
            "All",
            f"{sum(one.claims for one in found):,}",
            money(sum(one.amount for one in found)),
            money(sum(one.recovered for one in found)),
            f"{sum(one.since[Since.OPEN] for one in found):,}",
        ),
    )
    return Piece(drawn, table)


def _meanings(found: tuple[CodeRefusals, ...]) -> PageTable:
    return PageTable(
        "meanings-table",
        "What the codes mean, and what to do",
        (("Code", "text"), ("What it means", "text"), ("What to do", "text")),
        tuple((one.code or NO_CODE, one.meaning, one.cure) for one in found),
    )


def _cause(label: str, claims: int, cents: int) -> PictureRow:
    value = f"{money(cents)}, {count_of(claims, 'claim')}"
    return PictureRow(label, value, (Mark("bar", 0, cents, "taken"),))


def submission_section(found: Submission, period: str) -> PageSection:
    """Show how many days passed from service to the first submission."""
    waiting = (
        f" {count_of(found.waiting, 'claim')} of {money(found.waiting_cents)} "
        f"{'was' if found.waiting == 1 else 'were'} not sent yet."
        if found.waiting
        else ""
    )
    if not found.sent:
        lead = f"No claim for a service {within(period)} was sent.{waiting}"
        return PageSection("submission", "Days to submission", (lead,))
    late = (
        f"{count_of(found.late, 'claim')} went later than the {found.limit} days that MSP allows"
        if found.late
        else f"none went later than the {found.limit} days that MSP allows"
    )
    return PageSection(
        "submission",
        "Days to submission",
        (
            (
                f"Of services {within(period)}, {count_of(found.sent, 'claim')} "
                f"{'was' if found.sent == 1 else 'were'} sent. Half of them went within "
                f"{count_of(found.middle or 0, 'day')}, the last one after "
                f"{count_of(found.longest or 0, 'day')}; {late}.{waiting}"
            ),
        ),
        (("", _days(found, period)),),
    )


def _days(found: Submission, period: str) -> Piece:
    told = [f"{span_title(one)} days {count_of(one.claims, 'claim')}" for one in found.spans]
    drawn = ColumnPicture(
        "days",
        f"Claims by days from service to submission, {period}",
        f"{'; '.join(text for text, one in zip(told, found.spans, strict=True) if one.claims)}.",
        tuple(f"{one.first}" + ("" if one.last is not None else "+") for one in found.spans),
        (Columns("Claims", "added", tuple(one.claims for one in found.spans)),),
        lambda count: f"{count:,}",
        axis="days, by the week from its first day on",
        counted=True,
        limit=(len(found.spans) - 1, f"last day in time: {found.limit}"),
        last_look="hatched",
    ).draw()
    table = PageTable(
        "days-table",
        f"Days from service to first submission, {period}",
        (("Days", "text"), ("Claims", "number"), ("Share", "number"), ("Billed", "number")),
        tuple(
            (span_title(one), f"{one.claims:,}", share(one.claims, found.sent), money(one.cents))
            for one in found.spans
            if one.claims
        ),
        ("All", f"{found.sent:,}", share(found.sent, found.sent), money(_sent_cents(found))),
        flagged=frozenset(
            at
            for at, one in enumerate([one for one in found.spans if one.claims])
            if one.last is None
        ),
    )
    legend = (("bar", "added", "in time"), ("bar", "hatched", "too late"))
    return Piece(drawn, table, legend)


def _sent_cents(found: Submission) -> int:
    return sum(one.cents for one in found.spans)
