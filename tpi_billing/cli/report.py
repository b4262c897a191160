"""`report`: what the month end asks, on screen, as CSV, as a workbook or as JSON."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tpi_billing.cli.report_result import report_result
from tpi_billing.cli.result import Result
from tpi_billing.cli.settings import Settings, parse_day, parse_month
from tpi_billing.errors import UsageError

_Csv = Annotated[Path | None, typer.Option("--csv", metavar="OUT.csv", help="Write it as CSV.")]
_Xlsx = Annotated[
    Path | None, typer.Option("--xlsx", metavar="OUT.xlsx", help="Write it as a workbook.")
]
_Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="One month of the books only.")]


def _day(name: str, what: str) -> Any:
    return typer.Option(name, metavar="YYYY-MM-DD", help=what)


def books(ctx: typer.Context, month: _Month = None, csv: _Csv = None, xlsx: _Xlsx = None) -> Result:
    """Show the books of a month, with what the adjustments are made of.

    The last month that moved them unless --month is given. Example: tpi-billing report books
    --month 2026-10
    """
    from tpi_billing.ledger.books import book_lines, months_moved
    from tpi_billing.ledger.closings import decisions
    from tpi_billing.reports.month.book_tables import books_table

    settings: Settings = ctx.obj
    centre = settings.ledger.data_centre
    with settings.ledger.reading() as connection:
        moved = months_moved(connection, centre)
        wanted = parse_month(month) if month else max(moved, default="")
        lines = book_lines(connection, centre, wanted)
        state = [one.state for one in decisions(connection, centre, wanted)][-1:]
    line = f"{wanted or 'no month'}, {'closed' if state == ['closed'] else 'open'}"
    return report_result(settings, books_table(lines, line, _names(settings)), csv, xlsx)


def remittances(
    ctx: typer.Context,
    from_: Annotated[str | None, _day("--from", "First payment date.")] = None,
    to: Annotated[str | None, _day("--to", "Last payment date.")] = None,
    csv: _Csv = None,
    xlsx: _Xlsx = None,
) -> Result:
    """Sum up the remittances by payment date and payee.

    What was billed, paid, adjusted and deposited, and what no line explains. Example: tpi-billing
    report remittances --from 2026-10-01 --xlsx remittances.xlsx
    """
    from tpi_billing.remittance.tying import all_tied
    from tpi_billing.reports.month.book_tables import remittances_table

    settings: Settings = ctx.obj
    first, last = _days(from_, to)
    with settings.ledger.reading() as connection:
        found = [
            one
            for one in all_tied(connection, settings.ledger.data_centre)
            if (first is None or one.payment_date >= first)
            and (last is None or one.payment_date <= last)
        ]
    line = _span("payment dates", first, last)
    odd = any(one.ties.state.value != "balanced" for one in found)
    return report_result(settings, remittances_table(found, line), csv, xlsx, attention=odd)


def receivables(ctx: typer.Context, csv: _Csv = None, xlsx: _Xlsx = None) -> Result:
    """Sum up what MSP owes, by age and state.

    The age is counted from the service to today, or to --as-of. It must tie to the books. Example:
    tpi-billing report receivables --as-of 2026-10-31
    """
    from tpi_billing.ledger.books import months_moved
    from tpi_billing.ledger.receivables import receivables as sums
    from tpi_billing.reports.month.book_tables import receivables_table

    settings: Settings = ctx.obj
    centre, as_of = settings.ledger.data_centre, settings.as_of
    with settings.ledger.reading() as connection:
        found = sums(connection, centre, as_of)
        owed = sum(moved.balance for moved in months_moved(connection, centre).values())
    report = receivables_table(found, f"as of {as_of}", _names(settings), owed)
    return report_result(settings, report, csv, xlsx, attention=sum(r.cents for r in found) != owed)


def refusals(
    ctx: typer.Context,
    from_: Annotated[str | None, _day("--from", "First day of a refusal.")] = None,
    to: Annotated[str | None, _day("--to", "Last day of a refusal.")] = None,
    csv: _Csv = None,
    xlsx: _Xlsx = None,
) -> Result:
    """Sum up what MSP refused by explanatory code, and whether the cure worked.

    Claims, money, months; cured are those that were paid after all. Example: tpi-billing report
    refusals --from 2026-07-01 --to 2026-12-31
    """
    from tpi_billing.ledger.refusals import refused_claims
    from tpi_billing.remittance.refusal_report import refusals_by_code
    from tpi_billing.reports.month.answer_tables import refusals_table

    settings: Settings = ctx.obj
    first, last = _days(from_, to)
    with settings.ledger.reading() as connection:
        told = refused_claims(connection, settings.ledger.data_centre, first, last)
    found = refusals_by_code(told, settings.codes)
    return report_result(settings, refusals_table(found, _span("refused", first, last)), csv, xlsx)


def expected(
    ctx: typer.Context,
    from_: Annotated[str | None, _day("--from", "First service date.")] = None,
    to: Annotated[str | None, _day("--to", "Last service date.")] = None,
    csv: _Csv = None,
    xlsx: _Xlsx = None,
) -> Result:
    """Compare what was paid with what was expected, by fee item.

    Of the claims that MSP has answered; the others are shown apart. Example: tpi-billing report
    expected --from 2026-10-01 --to 2026-10-31
    """
    from tpi_billing.ledger.receivables import by_fee_item
    from tpi_billing.reports.month.answer_tables import expected_table

    settings: Settings = ctx.obj
    first, last = _days(from_, to)
    with settings.ledger.reading() as connection:
        found = by_fee_item(connection, settings.ledger.data_centre, first, last)
    titles = fee_titles(settings, [one.fee_item for one in found])
    line = _span("service dates", first, last)
    return report_result(settings, expected_table(found, line, titles), csv, xlsx)


def write_offs(
    ctx: typer.Context, month: _Month = None, csv: _Csv = None, xlsx: _Xlsx = None
) -> Result:
    """List what was written off, why, and by whom.

    Example: tpi-billing report write-offs --month 2026-10
    """
    from tpi_billing.remittance.write_offs import write_offs as listed
    from tpi_billing.reports.month.answer_tables import write_offs_table

    settings: Settings = ctx.obj
    wanted = parse_month(month) if month else None
    with settings.ledger.reading() as connection:
        found = listed(connection, settings.ledger.data_centre, wanted)
    return report_result(settings, write_offs_table(found, wanted or "all months"), csv, xlsx)


def adjustments(
    ctx: typer.Context,
    from_: Annotated[str | None, _day("--from", "First payment date.")] = None,
    to: Annotated[str | None, _day("--to", "Last payment date.")] = None,
    csv: _Csv = None,
    xlsx: _Xlsx = None,
) -> Result:
    """Sum up MSP's adjustments by code, with their meaning.

    Premiums, recoveries, interest: beside the claims, and within their lines. Example: tpi-billing
    report adjustments --from 2026-10-01
    """
    from tpi_billing.remittance.adjustment_report import adjustments_by_code
    from tpi_billing.reports.month.answer_tables import adjustments_table

    settings: Settings = ctx.obj
    first, last = _days(from_, to)
    with settings.ledger.reading() as connection:
        found = adjustments_by_code(
            connection, settings.ledger.data_centre, settings.codes, first, last
        )
    line = _span("payment dates", first, last)
    return report_result(settings, adjustments_table(found, line), csv, xlsx)


def month_end(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month of the books.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
) -> Result:
    """Write the month-end workbook: a page of charts, and the details behind it.

    Example: tpi-billing report month-end 2026-10 october.xlsx
    """
    from tpi_billing.remittance.month_figures import month_figures
    from tpi_billing.reports.month.workbook import month_workbook, publish_month

    settings: Settings = ctx.obj
    wanted, codes = parse_month(month, "report month-end"), settings.codes
    centre, as_of = settings.ledger.data_centre, settings.as_of
    with settings.ledger.reading() as connection:
        figures = month_figures(connection, centre, codes, wanted, as_of)
    titles = fee_titles(settings, [one.fee_item for one in figures.expected])
    content = month_workbook(figures, settings.config.clinic.name, _names(settings), titles)
    file = publish_month(content, out)
    data = {
        "month": wanted,
        "closed": figures.closed is not None,
        "path": str(file.path),
        "sha256": file.sha256,
    }
    state = "" if figures.closed else f" {wanted} is not closed yet."
    return Result(data, lambda screen: screen.line(f"Wrote {out}.{state}"))


def fee_titles(settings: Settings, items: list[str]) -> dict[str, str]:
    """Return our titles of fee items, blank where there is none."""
    found = ((item, settings.codes.fee_item(item, settings.as_of)) for item in items)
    return {item: fee.title if fee is not None else "" for item, fee in found}


def _names(settings: Settings) -> dict[str, str]:
    return {one.number: one.name for one in settings.config.practitioners}


def _days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    days = first and parse_day(first, "--from"), last and parse_day(last, "--to")
    if days[0] and days[1] and days[0] > days[1]:
        raise UsageError("--from is after --to.", hint="Both days are included.")
    return days[0] or None, days[1] or None


def _span(what: str, first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return f"all {what}" if what.endswith("s") else "all there is"
    parts = [f"from {first}" if first else "", f"to {last}" if last else ""]
    return f"{what} {' '.join(part for part in parts if part)}"
