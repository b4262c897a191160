"""The tables of what MSP refused, paid less, adjusted, and of what was given up."""

from collections.abc import Callable, Mapping, Sequence

from tpi_billing.ledger.receivables import FeeItemMoney
from tpi_billing.ledger.refusals import Since
from tpi_billing.remittance.adjustment_report import WITHIN, AdjustmentSum
from tpi_billing.remittance.refusal_report import CodeRefusals, months_of
from tpi_billing.remittance.write_offs import WrittenOff
from tpi_billing.reports.fields import Field, Value
from tpi_billing.reports.month.report import Report, money
from tpi_billing.reports.wording import moment_title

_SCREEN_MONTHS = 3


def refusals_table(found: Sequence[CodeRefusals], line: str) -> Report[CodeRefusals]:
    """Show refusals by code: how often, for how much, when, and whether they were cured."""
    months = months_of(found)
    return Report(
        "refusals",
        "Refusals",
        line,
        (
            Field("code", "Code", "text", 8, lambda c: c.code),
            Field("meaning", "What it means", "wrapped", 38, lambda c: c.meaning),
            Field("cure", "What to do", "wrapped", 38, lambda c: c.cure),
            Field("claims", "Claims", "count", 9, lambda c: c.claims),
            Field("amount", "Refused ($)", "money", 13, lambda c: money(c.amount)),
            Field("cured", "Paid after all", "count", 10, _since(Since.PAID)),
            Field("recovered", "Recovered ($)", "money", 13, lambda c: money(c.recovered)),
            Field("waiting", "Sent again", "count", 9, _since(Since.WAITING)),
            Field("written_off", "Written off", "count", 9, _since(Since.WRITTEN_OFF)),
            Field("open", "Nothing done", "count", 9, _since(Since.OPEN)),
            *(Field(month, month, "count", 9, _in_month(month)) for month in months),
        ),
        tuple(found),
        frozenset(
            {"claims", "amount", "cured", "recovered", "waiting", "written_off", "open", *months}
        ),
        (
            ("code", ""),
            ("meaning", "what it means"),
            ("claims", "claims"),
            ("amount", "refused"),
            ("cured", "cured"),
            ("recovered", "recovered"),
            *((month, month[2:]) for month in months[-_SCREEN_MONTHS:]),
        ),
        broken=frozenset({"meaning"}),
        remarks=("A claim counts once, under the first reason that MSP gave.",) if found else (),
        nothing="MSP refused nothing.",
    )


def _since(what: Since) -> Callable[[CodeRefusals], Value]:
    return lambda one: one.since[what]


def _in_month(month: str) -> Callable[[CodeRefusals], Value]:
    return lambda one: one.by_month[month]


def expected_table(
    found: Sequence[FeeItemMoney], line: str, titles: Mapping[str, str]
) -> Report[FeeItemMoney]:
    """Show by fee item what was paid against what was expected."""
    return Report(
        "expected",
        "Paid against expected",
        line,
        (
            Field("fee_item", "Fee item", "text", 10, lambda f: f.fee_item),
            Field("title", "Title", "wrapped", 40, lambda f: titles.get(f.fee_item, "")),
            Field("claims", "Claims", "count", 9, lambda f: f.claims),
            Field("answered", "Answered", "count", 10, lambda f: f.answered),
            Field("expected", "Expected ($)", "money", 14, lambda f: money(f.expected)),
            Field("paid", "Paid ($)", "money", 14, lambda f: money(f.paid)),
            Field("difference", "Difference ($)", "money", 14, _short),
            Field("short", "Paid less", "count", 9, lambda f: f.short),
            Field("written_off", "Written off ($)", "money", 13, lambda f: money(f.written_off)),
            Field("unanswered", "Not answered ($)", "money", 14, lambda f: money(f.unanswered)),
        ),
        tuple(found),
        frozenset(
            {"claims", "answered", "expected", "paid", "difference", "short"}
            | {"written_off", "unanswered"}
        ),
        (
            ("fee_item", "item"),
            ("claims", "claims"),
            ("answered", "answered"),
            ("expected", "expected"),
            ("paid", "paid"),
            ("difference", "differs"),
            ("short", "less"),
            ("unanswered", "open"),
        ),
        remarks=("Expected of answered claims, less what a corrected claim's successor took over.",)
        if found
        else (),
        nothing="No claim was sent.",
    )


def _short(one: FeeItemMoney) -> Value:
    return money(one.paid - one.expected)


def write_offs_table(found: Sequence[WrittenOff], line: str) -> Report[WrittenOff]:
    """Show what was written off, why, and by whom."""
    return Report(
        "write-offs",
        "Write-offs",
        line,
        (
            Field("month", "Month", "text", 10, lambda w: w.posted.month),
            Field("written_off_at", "Written off at", "text", 22, _posted_at),
            Field("claim_id", "Claim", "count", 8, lambda w: w.claim.claim_id),
            Field("practitioner_number", "Practitioner", "text", 13, _of_practitioner),
            Field("service_date", "Service date", "date", 13, lambda w: w.claim.service_date),
            Field("fee_item", "Fee item", "text", 10, lambda w: w.claim.fee_item),
            Field("amount", "Amount ($)", "money", 12, lambda w: money(w.cents)),
            Field("why", "Reason", "wrapped", 50, lambda w: w.posted.posting.reason),
            Field("who", "By", "wrapped", 16, lambda w: w.posted.posted_by),
        ),
        tuple(found),
        frozenset({"amount"}),
        (
            ("month", "month"),
            ("claim_id", "claim"),
            ("service_date", "service"),
            ("fee_item", "item"),
            ("amount", "amount"),
            ("why", "reason"),
            ("who", "by"),
        ),
        broken=frozenset({"why", "who"}),
        nothing="Nothing was written off.",
    )


def _posted_at(one: WrittenOff) -> Value:
    return moment_title(one.posted.posted_at)


def _of_practitioner(one: WrittenOff) -> Value:
    return one.claim.practitioner_number


def adjustments_table(found: Sequence[AdjustmentSum], line: str) -> Report[AdjustmentSum]:
    """Show adjustments by code, with their meaning."""
    within = any(one.place == WITHIN for one in found)
    return Report(
        "adjustments",
        "Adjustments",
        line,
        (
            Field("place", "Stands with", "text", 14, lambda a: a.place),
            Field("code", "Code", "text", 8, lambda a: a.code),
            Field("meaning", "What it means", "wrapped", 40, lambda a: a.meaning),
            Field("message", "MSP's words", "wrapped", 24, lambda a: a.message),
            Field("count", "Number", "count", 10, lambda a: a.count),
            Field("amount", "Amount ($)", "money", 14, lambda a: money(a.cents)),
        ),
        tuple(found),
        frozenset({"amount"} if not within else ()),
        (
            ("place", "stands with"),
            ("code", ""),
            ("meaning", "what it means"),
            ("message", "MSP's words"),
            ("count", "number"),
            ("amount", "amount"),
        ),
        broken=frozenset({"meaning", "message"}),
        remarks=("Those of claim lines are part of what the claims were paid.",) if within else (),
        nothing="No adjustments.",
    )
