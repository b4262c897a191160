"""`check`: the findings of what is not yet billed."""

import textwrap
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer

from tpi_billing.cli.other_months import other_months, show_other_months
from tpi_billing.cli.result import Result, needs_attention
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding
from tpi_billing.model.money import dollars

_WIDTH = 80
_LABEL = 10
_DIFFERS = "a clean session, from which this differs:"


def check(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="One month only.")] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write the findings as a workbook.")
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Explain one check instead: its rule, cure and example."),
    ] = None,
) -> Result:
    """Check the sessions that are not yet billed.

    Example: tpi-billing check --month 2026-10 --xlsx findings.xlsx
    """
    if explain is not None:
        return _explained(ctx.obj, explain)
    from tpi_billing.claims.assessment import Assessor
    from tpi_billing.claims.found import FoundFindings
    from tpi_billing.claims.waiting_rows import changed_after_billing
    from tpi_billing.ledger.sessions import Scope, count_open

    settings: Settings = ctx.obj
    scope = Scope(month=month and parse_month(month), practitioner=practitioner)
    ledger = settings.ledger
    found = FoundFindings(_place)
    clean, held, amount = 0, 0, 0
    with ledger.reading() as connection:
        total = count_open(connection, ledger.data_centre, scope)
        assessor = Assessor(settings.config, settings.codes, settings.as_of)
        with settings.progress("Checking", total) as progress:
            for one in assessor.assess(connection, scope):
                progress.advance(1)
                found.add(one.findings)
                held += one.held
                clean += not one.held
                amount += 0 if one.held else one.amount_cents
        found.add(list(changed_after_billing(connection, settings.config, scope)))
    findings = found.in_order()
    if xlsx is not None:
        from tpi_billing.reports.findings_workbook import findings_workbook

        title = settings.config.clinic.name
        with settings.patients_go_into(xlsx):
            findings_workbook(tuple(findings), xlsx, title=title, as_of=settings.as_of)
    data: dict[str, Any] = {
        "sessions": clean + held,
        "clean": clean,
        "held": held,
        "amount": dollars(amount),
        "xlsx": None if xlsx is None else str(xlsx),
        "other_months": other_months(settings, scope.month) if month and not total else {},
    }

    def show(screen: Screen) -> None:
        screen.line(
            f"Not yet billed: {counted(clean + held, 'session')}. Can be billed: {clean}, "
            f"{dollars(amount)}. Held: {held}."
        )
        show_other_months(screen, data["other_months"])
        screen.findings(findings, more="See them all with --xlsx OUT.xlsx.")
        if xlsx is not None:
            screen.line(f"Wrote {xlsx}.")

    return Result(data, show, findings, attention=needs_attention(findings))


def _place(finding: Finding) -> tuple[str, str, int]:
    place = finding.place
    return place.file, place.sheet, place.row or 0


def _explained(settings: Settings, check_id: str) -> Result:
    """Say everything about one check; no workspace is needed."""
    from tpi_billing.checks.explaining import explain

    if check_id not in CHECK:
        near = get_close_matches(check_id, CHECK, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "docs/checks.md lists all."
        raise UsageError("There is no check of that id.", hint=hint)
    explained = explain(check_id, settings.codes)
    check = explained.check
    data = {
        "check": check.id,
        "title": check.title,
        "rule": explained.rule,
        "severity": check.severity.value,
        "movable": not check.locked,
        "why_not_movable": explained.why_locked,
        "explanatory_code": check.explanatory_code,
        "explanatory_meaning": explained.meaning,
        "field": check.field,
        "cure": check.cure,
        "source": check.source,
        "example": list(explained.example),
    }
    movable = "it can be set to error, warning, info or off under [checks]"
    if check.locked:
        movable = f"it cannot be lowered: {explained.why_locked}"

    def show(screen: Screen) -> None:
        screen.line(f"{check.id}: {check.title}", style="bold")
        said = f"{check.explanatory_code}  {explained.meaning}".strip()
        for name, text in (
            ("rule", explained.rule),
            ("severity", f"{check.severity}; {movable}"),
            ("MSP says", said),
            ("field", check.field),
            ("cure", check.cure),
            ("source", check.source),
            ("example", "\n".join([_DIFFERS, *explained.example])),
        ):
            _show_fact(screen, name, text)

    return Result(data, show)


def _show_fact(screen: Screen, name: str, text: str) -> None:
    """Write a name and a text that may take several lines; nothing for a blank text."""
    for at, paragraph in enumerate(text.splitlines()):
        label = name if at == 0 else ""
        for line in textwrap.wrap(
            paragraph,
            _WIDTH,
            initial_indent=label.ljust(_LABEL),
            subsequent_indent=" " * _LABEL,
            break_on_hyphens=False,
        ):
            screen.line(line)
