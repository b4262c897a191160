"""`check`: the findings of what is not yet billed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tpi_billing.cli.result import Result, needs_attention
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.model.finding import Finding
from tpi_billing.model.money import dollars


def check(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="One month only.")] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write the findings as a workbook.")
    ] = None,
) -> Result:
    """Check the sessions that are not yet billed.

    Example: tpi-billing check --month 2026-10 --xlsx findings.xlsx
    """
    from tpi_billing.claims.assessment import Assessor
    from tpi_billing.ledger.sessions import Scope, count_open

    settings: Settings = ctx.obj
    scope = Scope(month=month and parse_month(month), practitioner=practitioner)
    ledger = settings.ledger
    findings: list[Finding] = []
    clean, held, amount = 0, 0, 0
    with ledger.reading() as connection:
        total = count_open(connection, ledger.data_centre, scope)
        assessor = Assessor(settings.config, settings.codes, settings.as_of)
        with settings.progress("Checking", total) as progress:
            for one in assessor.assess(connection, scope):
                progress.advance(1)
                findings += one.findings
                held += one.held
                clean += not one.held
                amount += 0 if one.held else one.amount_cents
    findings.sort(key=lambda f: (f.place.file, f.place.sheet, f.place.row or 0))
    if xlsx is not None:
        from tpi_billing.reports.findings_workbook import findings_workbook

        title = settings.config.clinic.name
        findings_workbook(findings, xlsx, title=title, as_of=settings.as_of)
    data: dict[str, Any] = {
        "sessions": clean + held,
        "clean": clean,
        "held": held,
        "amount": dollars(amount),
        "xlsx": None if xlsx is None else str(xlsx),
    }

    def show(screen: Screen) -> None:
        screen.line(
            f"Not yet billed: {counted(clean + held, 'session')}. Can be billed: {clean}, "
            f"{dollars(amount)}. Held: {held}."
        )
        screen.findings(findings, more="See them all with --xlsx OUT.xlsx.")
        if xlsx is not None:
            screen.line(f"Wrote {xlsx}.")

    return Result(data, show, findings, attention=needs_attention(findings))
