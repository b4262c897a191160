"""`fees import`: a new edition of the fee schedule, or another list, for this workspace."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.errors import UsageError

_KINDS = ("fees", "diagnoses", "explanatory")
_UNKNOWN_SHOWN = 10


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="MSP's file, or our CSV form.")],
    valid_from: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help="The first day of the new prices."),
    ] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="What it lists: fees, diagnoses, explanatory.")
    ] = "fees",
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Import it although it looks like nonsense.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> Result:
    """Import a fee schedule, or a list of diagnostic or explanatory codes.

    MSP's fee schedule file needs the day from which it is valid; the CSV form may say it itself.
    A file that has lost many items, or has odd prices, is refused unless you confirm it. The same
    file twice changes nothing. Example: tpi-billing fees import fees.txt --from 2026-01-31
    """
    from tpi_billing.cli.list_import import import_diagnoses, import_explanatory, import_fees

    settings: Settings = ctx.obj
    if kind not in _KINDS:
        raise UsageError(f"--kind takes {', '.join(_KINDS)}, not {kind!r}.")
    if kind != "fees" and valid_from is not None:
        raise UsageError(
            "--from is for fees: a list of codes has no editions.", hint="Leave it out."
        )
    if kind == "diagnoses":
        data = import_diagnoses(settings, file, confirm=confirm, dry_run=dry_run)
    elif kind == "explanatory":
        data = import_explanatory(settings, file, confirm=confirm, dry_run=dry_run)
    else:
        day = None if valid_from is None else parse_day(valid_from, "--from")
        data = import_fees(settings, file, day, confirm=confirm, dry_run=dry_run)
    # Lines that nobody knows are said once, with the import that keeps them.
    attention = bool(data["unknown"]) and not data["unchanged"]
    return Result(data, lambda screen: _show_import(screen, data), attention=attention)


def _show_import(screen: Screen, data: dict[str, Any]) -> None:
    lists = {"diagnoses": "the diagnostic codes", "explanatory": "the explanatory codes"}
    what = lists.get(data["kind"]) or f"the edition {data['edition']}"
    if data["unchanged"]:
        screen.line(f"Unchanged: the workspace has {what} of this file already.")
        return
    done = "A dry run: nothing was changed. It would import" if data["dry_run"] else "Imported"
    screen.line(f"{done} {what}, {data['items']} in all, as {data['path']}.")
    screen.facts(
        [(name, str(data[name])) for name in ("added", "dropped", "changed") if name in data]
    )
    for doubt in data["confirmed"]:
        screen.line(f"Confirmed: {doubt}")
    if unknown := data["unknown"]:
        screen.heading("Lines of the file that are not known, and are only kept")
        for line in unknown[:_UNKNOWN_SHOWN]:
            screen.line(f"  line {line['row']}: {line['text']}")
        if len(unknown) > _UNKNOWN_SHOWN:
            screen.remark(f"  ... and {len(unknown) - _UNKNOWN_SHOWN} more. See --json.")
    if repriced := data.get("repriced"):
        screen.line()
        screen.line(_said_of(repriced))
        if held := repriced["newly_held"]:
            screen.line(f"Unbilled sessions that it holds back: {held}. See tpi-billing check.")
        screen.remark("Claims that are made already keep their prices. See tpi-billing fees diff.")


def _said_of(repriced: dict[str, Any]) -> str:
    if not repriced["sessions"]:
        return "No unbilled session changes in price."
    return (
        f"Unbilled sessions that change in price: {repriced['sessions']}, "
        f"from {repriced['before']} to {repriced['after']} together."
    )
