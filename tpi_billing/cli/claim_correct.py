"""`claims correct`: open an answered claim's session for change, and make its successor."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.claim_actions import DryRun, corrector_of, sound_words
from tpi_billing.cli.made_claims import findings_of, made_json, show_left, show_made
from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.remittance.actions.viewing import Opened
    from tpi_billing.remittance.actions.workbook import WorkbookTaken

_ONE_OF = "Give a claim's number, --export OUT.xlsx or --import FILE.xlsx."


def correct(
    ctx: typer.Context,
    claim_id: Annotated[
        int | None, typer.Argument(metavar="ID", min=1, help="The claim's number.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN=VALUE", help="A new value; may be repeated."),
    ] = None,
    code: Annotated[
        str, typer.Option(metavar="CODE", help="0, R, X, C or A. Default: as MSP's codes ask.")
    ] = "",
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="The note to MSP that codes X and C need.")
    ] = "",
    reference: Annotated[
        str, typer.Option(metavar="REF", help="With code A: that of MSP's approval.")
    ] = "",
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is journaled. Default: MSP's codes.")
    ] = "",
    from_import: Annotated[
        bool,
        typer.Option("--from-import", help="Take what the record system says of the visit now."),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="OUT.xlsx", help="Write all claims to correct as a workbook."),
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="With --export: one month of service.")
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.xlsx", help="Do what a workbook's rows decide."),
    ] = None,
    dry_run: DryRun = False,
) -> Result:
    """Correct a refused or changed claim: a new claim takes its place.

    Without a new value it shows the visit and what MSP points at. Example:
    tpi-billing claims correct 17 --set phn=9123456780
    """
    settings: Settings = ctx.obj
    if sum(one is not None for one in (claim_id, export, import_)) != 1:
        raise UsageError("What is to be corrected?", hint=_ONE_OF)
    if month is not None and export is None:
        raise UsageError("--month goes with --export.", hint=_ONE_OF)
    asked = set_ or code or note or reference or from_import
    if claim_id is None and (asked or reason):
        raise UsageError("Values and codes are for one claim.", hint="In a workbook, fix cells.")
    if export is not None:
        return _export(settings, export, month)
    if import_ is not None:
        return _import(settings, import_, dry_run=dry_run)
    number = claim_id or 0
    if not asked:
        return _view(settings, number)
    return _correct(
        settings,
        number,
        set_ or [],
        {"code": code.upper(), "note": note, "reference": reference, "reason": reason},
        from_import=from_import,
        dry_run=dry_run,
    )


def _correct(
    settings: Settings,
    number: int,
    words: list[str],
    given: dict[str, str],
    *,
    from_import: bool,
    dry_run: bool,
) -> Result:
    from tpi_billing.claims.decision_rules import sound_reference
    from tpi_billing.remittance.actions.settings import read_settings
    from tpi_billing.remittance.actions.wishes import Wish

    changed = read_settings(words)
    if given["reference"]:
        given["reference"] = sound_reference(given["reference"])
    for name in ("note", "reason"):
        if given[name]:
            given[name] = sound_words(given[name], f"--{name}")
    opened = _opened(settings, number)
    if from_import:
        changed = {**_news(opened), **changed}
    wish = Wish(
        number,
        changed=changed,
        code=given["code"],
        note=given["note"],
        reference=given["reference"],
        reason=given["reason"],
    )
    made = corrector_of(settings).correct([wish], dry_run=dry_run)
    data = made_json(made, dry_run=dry_run)
    return Result(
        data,
        lambda screen: show_made(screen, made, data),
        findings_of(made),
        attention=bool(made.left),
    )


def _opened(settings: Settings, number: int) -> "Opened":
    from tpi_billing.ledger.claims import claims_numbered
    from tpi_billing.remittance.actions.viewing import open_claims

    ledger = settings.ledger
    with ledger.reading() as connection:
        claims = claims_numbered(connection, ledger.data_centre, [number])
        if not claims:
            raise UsageError(f"There is no claim {number}.", hint="See tpi-billing claims list.")
        (opened,) = open_claims(connection, ledger.data_centre, settings.codes, claims)
    return opened


def _news(opened: "Opened") -> dict[str, str]:
    news = opened.standing.news()
    if not news:
        raise ConflictError(
            f"The record system has said nothing new of session {opened.claim.session_id}.",
            hint="Correct it there and import it again, or give --set COLUMN=VALUE.",
        )
    return news


def _view(settings: Settings, number: int) -> Result:
    from tpi_billing.model.session import COLUMN
    from tpi_billing.remittance.actions.states import refuse_state
    from tpi_billing.remittance.actions.wishes import Wish

    opened = _opened(settings, number)
    refused = refuse_state(Wish(number), opened.claim)
    if refused is not None:
        raise ConflictError.of([refused])
    masker = Screen(unmask=settings.unmask)
    values = opened.standing.values
    news = opened.standing.news() or {}
    rows = [
        {
            "column": name,
            "text": masker.masked(name, values.get(name, "")),
            "codes": list(opened.faults.get(name, ())),
            "record_system": masker.masked(name, news[name]) if name in news else None,
        }
        for name in COLUMN
        if values.get(name) or name in opened.faults or name in news
    ]
    data: dict[str, Any] = {
        "claim_id": number,
        "state": opened.claim.state.value,
        "session_id": opened.claim.session_id,
        "explanatory_codes": list(opened.said.codes),
        "submission_code": opened.code,
        "last_day": opened.last_day and opened.last_day.isoformat(),
        "columns": rows,
    }
    return Result(data, lambda screen: _show(screen, settings, opened, rows))


def _show(screen: Screen, settings: Settings, opened: "Opened", rows: list[dict[str, Any]]) -> None:
    from tpi_billing.remittance.actions.said import NEEDS_NOTE

    claim = opened.claim
    screen.heading(f"Claim {claim.claim_id}: {claim.state}, {dollars(claim.amount_cents)}")
    for code in opened.said.codes:
        known = settings.codes.explanatory_code(code)
        if known is not None:
            put(screen, f"{code}: {known.meaning} {known.action}", "", "    ")
    if opened.code:
        last = f", until {opened.last_day}" if opened.last_day else ""
        screen.line(f"It can be sent again with code {opened.code}{last}.")
    screen.line()
    screen.table(
        ("", "column", "text", "the record system says"),
        (
            (
                " ".join(row["codes"]),
                row["column"],
                row["text"],
                row["record_system"] or "",
            )
            for row in rows
        ),
        wrap=("text", "the record system says"),
    )
    again = f"tpi-billing claims correct {claim.claim_id}"
    screen.remark(f"Change it: {again} --set COLUMN=VALUE")
    if opened.code in NEEDS_NOTE:
        screen.remark(f'Or tell MSP why it should be paid: {again} --note "..."')


def _export(settings: Settings, out: Path, month: str | None) -> Result:
    from tpi_billing.intake.saving import require_xlsx
    from tpi_billing.ledger.claims import claims_numbered
    from tpi_billing.remittance.actions.viewing import Selection, open_claims, select
    from tpi_billing.reports.claim_corrections_workbook import claim_corrections_workbook

    require_xlsx(out)
    ledger = settings.ledger
    with ledger.reading() as connection:
        wanted = Selection(month=month and parse_month(month))
        numbers = select(connection, ledger.data_centre, wanted)
        claims = claims_numbered(connection, ledger.data_centre, numbers)
        opened = open_claims(connection, ledger.data_centre, settings.codes, claims)
    title, as_of = settings.config.clinic.name, settings.as_of
    with settings.patients_go_into(out):
        claim_corrections_workbook(opened, settings.codes, out, title=title, as_of=as_of)
    data = {"xlsx": str(out), "claims": numbers}

    def show(screen: Screen) -> None:
        screen.line(f"Wrote {counted(len(numbers), 'claim')} to {out}.")
        screen.remark("It contains patients' data: keep it where only staff can read.")
        screen.remark(f"Then: tpi-billing claims correct --import {out}")

    return Result(data, show)


def _import(settings: Settings, file: Path, *, dry_run: bool) -> Result:
    from tpi_billing.intake.table import open_table
    from tpi_billing.remittance.actions.workbook import WorkbookTaker
    from tpi_billing.remittance.actions.workbook_rows import CORRECTIONS

    with open_table(file, kind=CORRECTIONS, known={}) as table:
        taken = WorkbookTaker(
            corrector_of(settings), settings.ledger, settings.codes, settings.actor, table
        ).take(dry_run=dry_run)
    made = taken.made
    data = {
        **made_json(made, dry_run=dry_run),
        "written_off": [one.claim.claim_id for one in taken.written_off],
        "written_off_amount": dollars(sum(one.cents for one in taken.written_off)),
        "already": taken.already,
        "alone": taken.alone,
    }
    return Result(
        data,
        lambda screen: _show_taken(screen, taken, data),
        findings_of(made),
        attention=bool(made.left),
    )


def _show_taken(screen: Screen, taken: "WorkbookTaken", data: dict[str, Any]) -> None:
    if taken.made.left:
        screen.line("Nothing was done: checks hold some of the rows.")
        show_left(screen, data["left"])
        return
    if taken.made.claims:
        show_made(screen, taken.made, data)
    if taken.written_off:
        amount = data["written_off_amount"]
        screen.line(f"{counted(len(taken.written_off), 'claim')} written off, {amount}.")
    if not (taken.made.claims or taken.written_off):
        screen.line("There was nothing new to do.")
    if taken.already:
        screen.line(f"{counted(taken.already, 'row')} done by an earlier import: not done again.")
    if taken.alone:
        screen.line(f"{counted(taken.alone, 'row')} left alone.")
