"""`remittance`: MSP's answers brought in, listed, and told as a statement."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.ledger.remittance_sums import Payment
    from tpi_billing.model.remittance import RemittanceFile
    from tpi_billing.remittance.showing import ShownFile, ShownRemittance

_ID = re.compile(r"(\d{4}-\d\d-\d\d)(?:-([0-9A-Za-z]{1,5}))?")


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Data files of Teleplan, as fetched.")
    ],
) -> Result:
    """Import MSP's answers: refusals, remittances, messages.

    Every line once, whatever the files repeat; all files or none. Example:
    tpi-billing remittance import remit.txt
    """
    from tpi_billing.cli.remittance_import import (
        findings_of_import,
        show_taken_in,
        take_in,
        taken_in_json,
    )
    from tpi_billing.remittance.importing import Source

    taken = take_in(ctx.obj, [Source(path.name, path) for path in files])
    return Result(
        taken_in_json(taken),
        lambda screen: show_taken_in(screen, taken),
        findings_of_import(taken),
        attention=taken.needs_a_person,
    )


def list_(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="One month of payment only.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """List the remittances with their deposits, and the files they came in.

    Example: tpi-billing remittance list --month 2026-11
    """
    from tpi_billing.cli.remittance_account import show_remittances
    from tpi_billing.cli.remittance_json import file_json, remittance_json
    from tpi_billing.ledger.remittance_sums import files_of_month
    from tpi_billing.ledger.remittances import list_files
    from tpi_billing.remittance.tying import all_tied

    settings: Settings = ctx.obj
    wanted = month and parse_month(month)
    ledger = settings.ledger
    with ledger.reading() as connection:
        found = [
            one
            for one in all_tied(connection, ledger.data_centre)
            if not wanted or one.payment_date.strftime("%Y-%m") == wanted
        ]
        files = list_files(connection, ledger.data_centre)
        if wanted:
            of_month = files_of_month(connection, ledger.data_centre, wanted)
            files = [file for file in files if file.file_id in of_month]
    found = found[::-1][:limit]
    files = files[:limit]
    data = {
        "remittances": [remittance_json(one) for one in found],
        "files": [file_json(file) for file in files],
    }

    def show(screen: Screen) -> None:
        show_remittances(screen, found)
        if found:
            total = sum(one.ties.deposit_cents or 0 for one in found)
            screen.remark(f"{counted(len(found), 'remittance')}, deposits {dollars(total)}.")
        else:
            screen.remark("There is none yet: tpi-billing remittance import FILE, or pickup.")
        if files:
            screen.line()
            _show_files(screen, files)

    return Result(data, show)


def _show_files(screen: Screen, files: "list[RemittanceFile]") -> None:
    screen.table(
        ("file", "taken in", "by", "lines", "remarks", "name"),
        (
            (
                str(file.file_id),
                file.imported_at[:10],
                file.imported_by,
                str(file.lines),
                "cut off" if file.fragment else str(len(file.remarks) or ""),
                file.name,
            )
            for file in files
        ),
        right=("file", "lines"),
        wrap=("by", "name"),
    )


def show(
    ctx: typer.Context,
    remittance: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A remittance, its payment date, or the number of a file."
        ),
    ],
) -> Result:
    """Show one remittance, or one file, as a statement.

    What was paid, changed, refused, held and adjusted, and how it comes to the deposit. Example:
    tpi-billing remittance show 2026-11-12-A9999
    """
    settings: Settings = ctx.obj
    if remittance.isdigit():
        return _show_file(settings, int(remittance))
    return _show_remittance(settings, _payment(settings, remittance))


def _payment(settings: Settings, text: str) -> "Payment":
    from tpi_billing.ledger.remittance_sums import payees_paid_on
    from tpi_billing.model.remittance import remittance_id

    hint = "See tpi-billing remittance list."
    found = _ID.fullmatch(text)
    try:
        day = date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise UsageError(
            f"{text!r} is no remittance.",
            hint="Give one as 2026-11-12-A9999, its payment date, or a file's number. " + hint,
        ) from None
    with settings.ledger.reading() as connection:
        payees = payees_paid_on(connection, settings.ledger.data_centre, day)
    payee = found[2].upper() if found and found[2] else None
    if payee is None and len(payees) == 1:
        return day, payees[0]
    if payee in payees:
        return day, payee or ""
    if payee is None and payees:
        names = ", ".join(remittance_id(day, each) for each in payees)
        raise UsageError(f"On {day} several payees were paid.", hint=f"One of: {names}.")
    raise UsageError(f"There is no remittance {text}.", hint=hint)


def _show_remittance(settings: Settings, payment: "Payment") -> Result:
    from tpi_billing.cli.remittance_findings import differences_of, findings_of
    from tpi_billing.cli.remittance_json import (
        file_json,
        remittance_json,
        statement_json,
        tie_json,
    )
    from tpi_billing.remittance.showing import show_remittance

    ledger = settings.ledger
    with ledger.reading() as connection:
        found = show_remittance(connection, ledger.data_centre, settings.codes, payment)
    data = {
        **remittance_json(found.tied),
        "ties": [tie_json(tie) for tie in found.tied.ties.ties],
        "statement": statement_json(found.statement, Screen(unmask=settings.unmask)),
        "files": [file_json(file) for file in found.files],
    }
    names = {file.file_id: file.name for file in found.files}
    findings = [*findings_of(found.statement, names), *differences_of([found.tied])]
    return Result(data, lambda screen: _remittance_screen(screen, found), findings)


def _remittance_screen(screen: Screen, found: "ShownRemittance") -> None:
    from tpi_billing.cli.remittance_account import show_account, show_differences
    from tpi_billing.cli.remittance_screen import show_statement

    tied = found.tied
    screen.heading(f"Remittance of {tied.payment_date} to payee {tied.payee_number}")
    for file in found.files:
        screen.remark(f"from file {file.file_id}, {file.name}, taken in {file.imported_at[:10]}")
    screen.line()
    show_account(screen, tied.ties)
    show_differences(screen, tied.ties)
    show_statement(screen, found.statement)


def _show_file(settings: Settings, file_id: int) -> Result:
    from tpi_billing.cli.remittance_findings import differences_of, findings_of
    from tpi_billing.cli.remittance_json import file_json, remittance_json, statement_json
    from tpi_billing.ledger.remittances import list_files
    from tpi_billing.remittance.showing import show_file

    ledger = settings.ledger
    with ledger.reading() as connection:
        files = list_files(connection, ledger.data_centre)
        file = next((one for one in files if one.file_id == file_id), None)
        if file is None:
            raise UsageError(
                f"There is no file {file_id}.", hint="See tpi-billing remittance list."
            )
        found = show_file(connection, ledger.data_centre, settings.codes, file)
    data = {
        **file_json(file),
        "remittances": [remittance_json(one) for one in found.remittances],
        "statement": statement_json(found.statement, Screen(unmask=settings.unmask)),
    }
    findings = [
        *findings_of(found.statement, {file_id: file.name}),
        *differences_of(found.remittances),
    ]
    return Result(data, lambda screen: _file_screen(screen, found), findings)


def _file_screen(screen: Screen, found: "ShownFile") -> None:
    from tpi_billing.cli.remittance_account import show_remittances
    from tpi_billing.cli.remittance_screen import show_statement

    file = found.file
    known: dict[str, Any] = {
        "taken in": f"{file.imported_at} by {file.imported_by}",
        "pickup": "" if file.pickup_id is None else str(file.pickup_id),
        "lines": f"{file.lines}, {found.statement.lines} of them new then",
        "control": ", ".join(f"pick-up of {made}" for made in found.statement.controls),
        "cut off": "yes: fetch it again" if file.fragment else "",
    }
    screen.heading(f"File {file.file_id}: {file.name}")
    screen.facts(known.items())
    for remark in file.remarks:
        put(screen, remark, "  ", "    ")
    for code, many in sorted(found.statement.unread.items()):
        put(screen, f"{counted(many, 'record')} {code} kept; the columns are not known.", "  ")
    if found.remittances:
        screen.line()
        show_remittances(screen, found.remittances)
    show_statement(screen, found.statement)
