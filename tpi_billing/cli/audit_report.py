"""`audit report`: a period at a glance, as one page and as a workbook."""

from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_day, parse_month
from tpi_billing.errors import UsageError

if TYPE_CHECKING:
    from tpi_billing.audit.patterns.finding import Period
    from tpi_billing.audit.report.figures import AuditFigures
    from tpi_billing.reports.publishing import PublishedFile

_HINT = "Give --month YYYY-MM, or both --from and --to."


def report(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="One month of service.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day of service.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day of service.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the files; out/audit if not given."),
    ] = None,
) -> Result:
    """Write a page and a workbook that show a period at a glance.

    For people who would rather look than read: money, refusals by cause, days to submission,
    practitioners beside one another, referrals, and who stands out. Neither names a patient; the
    page opens in any browser and needs no network.
    Example: tpi-billing audit report --month 2026-10
    """
    from tpi_billing.audit.report.gathering import gather
    from tpi_billing.reports.audit_report.files import publish_report

    settings: Settings = ctx.obj
    period = _period(month, first, last)
    with settings.progress("Looking", None) as progress:
        figures = gather(
            settings.ledger, settings.codes, settings.workspace, period, progress.advance
        )
    names = {one.number: one.name for one in settings.config.practitioners}
    folder = settings.workspace / "out" / "audit" if out is None else out
    files = publish_report(figures, settings.config.clinic.name, names, folder)
    ties = figures.money.books == figures.money.owed
    return Result(
        _data(figures, files),
        lambda screen: _show(screen, figures, files),
        attention=bool(figures.findings) or not ties,
    )


def _period(month: str | None, first: str | None, last: str | None) -> "Period":
    from tpi_billing.audit.patterns.finding import Period

    if month is not None:
        if first is not None or last is not None:
            raise UsageError("--month does not go with --from or --to.", hint=_HINT)
        begins = date.fromisoformat(f"{parse_month(month)}-01")
        return Period(begins, begins.replace(day=monthrange(begins.year, begins.month)[1]))
    if first is None or last is None:
        raise UsageError("It is not said which days the report is about.", hint=_HINT)
    begins, ends = parse_day(first, "--from"), parse_day(last, "--to")
    if begins > ends:
        raise UsageError(
            f"The first day, {begins}, lies behind the last, {ends}.", hint="Turn them round."
        )
    return Period(begins, ends)


def _data(figures: "AuditFigures", files: "tuple[PublishedFile, ...]") -> dict[str, Any]:
    from tpi_billing.model.money import dollars

    money, submission = figures.money, figures.submission
    referred, claims = figures.referred
    moved = dict(money.changes)
    return {
        "from": figures.period.first.isoformat(),
        "to": figures.period.last.isoformat(),
        "files": [
            {"path": str(file.path), "kind": file.kind, "sha256": file.sha256} for file in files
        ],
        "journal": {"entry": figures.journal.entry, "sha256": figures.journal.sha256},
        "months": list(money.months),
        "books": {
            "opening": dollars(money.opening),
            "billed": dollars(moved["Billed"]),
            "adjustments": dollars(moved["Adjustments"]),
            "paid": dollars(-moved["Paid"]),
            "written_off": dollars(-moved["Written off"]),
            "closing": dollars(money.closing),
            "ties": money.books == money.owed,
        },
        "claims": figures.billed.claims,
        "amount": dollars(figures.billed.cents),
        "refused": sum(one.claims for one in figures.refusals),
        "refused_amount": dollars(sum(one.amount for one in figures.refusals)),
        "days_to_submission": submission.middle,
        "submitted_late": submission.late,
        "not_submitted": submission.waiting,
        "with_referral": referred,
        "without_referral": claims - referred,
        "patterns": figures.patterns,
        "named": len(figures.findings),
    }


def _show(screen: Screen, figures: "AuditFigures", files: "tuple[PublishedFile, ...]") -> None:
    for file in files:
        screen.line(f"Wrote {file.path}.")
    people = {one.standing.practitioner for one in figures.findings}
    if people:
        found = counted(len(figures.findings), "finding")
        screen.line(f"{found} about {counted(len(people), 'practitioner')}: see Patterns there.")
    if figures.money.books != figures.money.owed:
        screen.line("The books do not tie to what the claims have outstanding: see Money there.")
    screen.remark(f"It shows the ledger as of journal entry {figures.journal.entry}.")
