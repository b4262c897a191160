"""`sessions`: bring exports in, and look at what is in the ledger."""

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.corrections import (
    check_target,
    imported_all_the_same,
    write_corrections_of,
)
from tpi_billing.cli.file_doubts import show_file_doubts
from tpi_billing.cli.result import Result, finding_json, needs_attention
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import FileError, Trouble, UsageError
from tpi_billing.model.masking import mask_numbers_in
from tpi_billing.model.money import dollars
from tpi_billing.model.session import COLUMN

if TYPE_CHECKING:
    from tpi_billing.claims.assessment import Assessed
    from tpi_billing.claims.importing import Imported
    from tpi_billing.intake.table import Table
    from tpi_billing.ledger.sessions import StoredSession

_COUNTS = ("read", "new", "updated", "unchanged", "skipped", "rejected")


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, XLSX or JSON Lines.")
    ],
    mapping: Annotated[
        str | None, typer.Option(metavar="NAME", help="How the export names its columns.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="The workbook's sheet to read.")
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(metavar="OUT.xlsx", help="Write the file back with what to fix marked."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> Result:
    """Import exports of the record system.

    The same file, or the same visits again, change nothing. Example:
    tpi-billing sessions import oct.xlsx --mapping my-emr --corrections fix.xlsx
    """
    from tpi_billing.claims.importing import import_files

    settings: Settings = ctx.obj
    if corrections is not None:
        check_target(files, corrections)
    with ExitStack() as stack:
        tables = _open_all(stack, settings, files, mapping, sheet)
        total = sum(table.total_rows or 0 for table in tables) or None
        with settings.progress("Reading", total) as progress:
            imported = import_files(
                settings.ledger,
                settings.config,
                settings.codes,
                settings.as_of,
                settings.actor,
                tables,
                dry_run=dry_run,
                advance=progress.advance,
                assessed=progress.then("Checking", total),
            )
        if corrections is not None:
            with (
                imported_all_the_same(dry_run=dry_run),
                settings.patients_go_into(corrections) if settings.protect else nullcontext(),
            ):
                write_corrections_of(files[0], corrections, tables[0], imported)
    data: dict[str, Any] = {
        **{count: getattr(imported.counts, count) for count in _COUNTS},
        "months": imported.months,
        "doubts": [{"message": one.message, "hint": one.hint} for one in imported.doubts],
        "dry_run": dry_run,
        "corrections": None if corrections is None else str(corrections),
    }
    return Result(
        data,
        lambda screen: _show_import(screen, data, imported),
        imported.findings,
        attention=needs_attention(imported.findings)
        or imported.counts.rejected > 0
        or bool(imported.doubts),
    )


def _open_all(
    stack: ExitStack,
    settings: Settings,
    files: Sequence[Path],
    mapping: str | None,
    sheet: str | None,
) -> "list[Table]":
    """Open every file before one is imported, so that all that cannot be read is said at once."""
    from tpi_billing.intake.mappings import CANONICAL, known_mappings, mapping_named
    from tpi_billing.intake.table import open_table

    name = mapping or CANONICAL
    chosen = mapping_named(name, settings.config)
    known = known_mappings(settings.config)
    tables, troubles = [], list[Trouble]()
    for file in files:
        try:
            table = open_table(file, source=name, mapping=chosen, sheet=sheet, known=known)
        except FileError as error:
            troubles += error.troubles
        else:
            tables.append(stack.enter_context(table))
    if troubles:
        raise FileError.of(troubles)
    return tables


def _show_import(screen: Screen, data: dict[str, Any], imported: "Imported") -> None:
    if data["dry_run"]:
        screen.line("A dry run: nothing was changed.")
    # A row without a usable id is a visit too.
    waiting = {f.session_id or (f.place.file, f.place.row) for f in imported.findings if f.holds}
    held = {name for name in waiting if isinstance(name, str)}
    screen.line(
        f"{counted(data['read'], 'visit')} read, {data['new']} new, {len(held)} held, "
        f"{data['rejected']} rejected."
    )
    show_file_doubts(screen, data)
    if not screen.quiet:
        _show_counts(screen, data)
    # What was rejected is not in the ledger, where `check` looks.
    or_check = "" if data["rejected"] else ", or check --xlsx"
    screen.findings(imported.findings, more=f"See them all with --corrections OUT.xlsx{or_check}.")
    screen.line()
    if waiting:
        they_are = "it is" if len(waiting) == 1 else "they are"
        screen.line(
            f"{counted(len(waiting), 'visit')} cannot be billed until {they_are} corrected."
        )
    if data["corrections"]:
        screen.line(f"What to fix is marked in {data['corrections']}.")
    if waiting:
        them = "it" if len(waiting) == 1 else "them"
        screen.remark(
            f"Correct {them} in the record system and import again; nothing counts twice."
        )


def _show_counts(screen: Screen, data: dict[str, Any]) -> None:
    meaning = {
        "read": "visits in the file",
        "new": "added to the ledger",
        "updated": "changed since the last import",
        "unchanged": "already in the ledger",
        "skipped": "not completed, not billed",
        "rejected": "without a usable id or date: not in the ledger",
    }
    screen.table(
        ("", "visits", "meaning"),
        ((name, str(data[name]), meaning[name]) for name in _COUNTS),
        right=("visits",),
        wrap=("meaning",),
    )


def template(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
) -> Result:
    """Write an empty workbook to fill in.

    It has every column, drop-downs, and a sheet that explains them. Example:
    tpi-billing sessions template visits.xlsx
    """
    from tpi_billing.intake.template import write_template

    del ctx
    write_template(out)
    return Result({"path": str(out)}, lambda screen: screen.line(f"Wrote {out}."))


def list_(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="One month only.")] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """List the sessions in the ledger.

    Example: tpi-billing sessions list --month 2026-10
    """
    from tpi_billing.ledger.sessions import Scope, listed

    settings: Settings = ctx.obj
    scope = Scope(month=month and parse_month(month), practitioner=practitioner)
    with settings.ledger.reading() as connection:
        rows = listed(connection, settings.ledger.data_centre, scope, limit)
    data = {"sessions": [_session_row(row, settings) for row in rows]}

    def show(screen: Screen) -> None:
        screen.table(
            ("session", "date", "start", "practitioner", "status", "batch", "source"),
            (
                (
                    row.session_id,
                    row.service_date,
                    row.start_time,
                    screen.masked("practitioner_number", row.practitioner_number),
                    screen.masked("status", row.status),
                    "" if row.batch_id is None else str(row.batch_id),
                    row.source,
                )
                for row in rows
            ),
            right=("batch",),
            wrap=("session", "status", "source"),
        )
        screen.remark(f"{counted(len(rows), 'session')}.")

    return Result(data, show)


def _session_row(row: "StoredSession", settings: Settings) -> dict[str, Any]:
    # In an export whose cells have shifted, any of them may hold a health number.
    screen = Screen(unmask=settings.unmask)
    return {
        "session_id": row.session_id,
        "source": row.source,
        "service_date": row.service_date,
        "start_time": row.start_time,
        "practitioner_number": screen.masked("practitioner_number", row.practitioner_number),
        "status": screen.masked("status", row.status),
        "batch_id": row.batch_id,
        "file": row.file_name,
        "sheet": row.sheet,
        "row": row.row_number,
    }


def show(
    ctx: typer.Context,
    session_id: Annotated[str, typer.Argument(metavar="ID", help="The session's id.")],
) -> Result:
    """Show one session with its findings and price.

    Example: tpi-billing sessions show V1005
    """
    from tpi_billing.claims.assessment import Assessor
    from tpi_billing.ledger.sessions import Scope, named

    settings: Settings = ctx.obj
    ledger = settings.ledger
    with ledger.reading() as connection:
        found = named(connection, ledger.data_centre, session_id)
        if not found:
            raise UsageError(
                f"There is no session {mask_numbers_in(session_id)}.",
                hint="See tpi-billing sessions list.",
            )
        scope = Scope(month=found[0].service_date[:7], patient=found[0].patient_key)
        assessed = {
            one.candidate.stored.session_key: one
            for one in Assessor(settings.config, settings.codes, settings.as_of).assess(
                connection, scope
            )
        }
    shown = [(row, assessed.get(row.session_key)) for row in found]
    findings = [finding for _, one in shown if one for finding in one.findings]
    data = {"sessions": [_detail(row, one, settings) for row, one in shown]}
    return Result(
        data,
        lambda screen: _show_sessions(screen, shown),
        findings,
        attention=needs_attention(findings),
    )


def _detail(row: "StoredSession", one: "Assessed | None", settings: Settings) -> dict[str, Any]:
    screen = Screen(unmask=settings.unmask)
    return {
        **_session_row(row, settings),
        "values": {name: screen.masked(name, text) for name, text in row.values.items()},
        "lines": [] if one is None else [_line(line) for line in one.lines],
        "findings": []
        if one is None
        else [finding_json(finding, unmask=settings.unmask) for finding in one.findings],
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "fee_item": line.fee_item,
        "units": line.item.units,
        "outcome": line.outcome.value,
        "percent": line.percent,
        "amount": dollars(line.amount_cents),
        "explanation": f"{line.item.reason}; {line.because}",
    }


def _show_sessions(
    screen: Screen, shown: "Sequence[tuple[StoredSession, Assessed | None]]"
) -> None:
    for row, one in shown:
        screen.heading(f"Session {row.session_id}")
        values = row.values
        origin = (row.file_name, row.sheet, f"row {row.row_number}")
        state = "not completed" if row.status != "completed" else "not yet billed"
        screen.facts(
            [
                ("source", row.source),
                ("read from", ", ".join(part for part in origin if part)),
                ("state", state if row.batch_id is None else f"billed in batch {row.batch_id}"),
                *((name, screen.masked(name, values.get(name, ""))) for name in COLUMN),
            ]
        )
        if one is not None:
            screen.heading("What it comes to")
            show_lines(screen, one.lines)
            screen.findings(one.findings, more="")


def show_lines(screen: Screen, lines: Sequence[Any]) -> None:
    """Write priced lines, billed or not, each with its reason."""
    screen.table(
        ("item", "units", "%", "amount", "why"),
        (
            (
                line.fee_item,
                str(line.item.units),
                str(line.percent) if line.billed else "",
                dollars(line.amount_cents) if line.billed else "-",
                f"{line.item.reason}; {line.because}",
            )
            for line in lines
        ),
        right=("units", "%", "amount"),
        wrap=("why",),
    )
    screen.line(f"Total {dollars(sum(line.amount_cents for line in lines))}")
