"""`batch`: from clean sessions to numbered batches, and their files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.batch_rows import batch_rows, show_batch, show_batches
from tpi_billing.cli.other_months import other_months, show_other_months
from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.batches import Plan

_REASONS_SHOWN = 5
BatchId = Annotated[int, typer.Argument(metavar="ID", min=1, help="The batch's number.")]


def create(
    ctx: typer.Context,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="The month of the services.")],
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> Result:
    """Make one batch of a month's clean sessions.

    The others stay held, with the reasons. Example: tpi-billing batch create --month 2026-10
    """
    from tpi_billing.claims.batches import create_batch
    from tpi_billing.claims.left_out import left_out_for_want_of_distance
    from tpi_billing.ledger.sessions import Scope, count_open

    settings: Settings = ctx.obj
    ledger = settings.ledger
    scope = Scope(month=parse_month(month), practitioner=practitioner)
    with ledger.reading() as connection:
        total = count_open(connection, ledger.data_centre, scope)
    with settings.progress("Checking", total) as progress:
        batch_id, plan = create_batch(
            ledger,
            settings.config,
            settings.codes,
            settings.as_of,
            scope,
            settings.actor,
            dry_run=dry_run,
            advance=progress.advance,
        )
    left = left_out_for_want_of_distance(
        plan.taken, settings.codes, settings.config.policy.half_cent
    )
    data: dict[str, Any] = {
        "batch_id": batch_id,
        "month": scope.month,
        "claims": len(plan.claims),
        "sessions": len(plan.taken),
        "amount": dollars(plan.amount_cents),
        "held": len(plan.held),
        "without_distance": {"sessions": left.sessions, "amount": dollars(left.amount_cents)},
        "other_months": {} if total else other_months(settings, scope.month),
        "dry_run": dry_run,
    }
    return Result(
        data,
        lambda screen: _show_created(screen, data, plan),
        plan.findings(),
        attention=bool(plan.held),
    )


def _show_created(screen: Screen, data: dict[str, Any], plan: "Plan") -> None:
    batch_id = data["batch_id"]
    if data["dry_run"]:
        screen.line("A dry run: nothing was changed. A batch would have:")
    elif batch_id is None:
        screen.line("There is nothing new to bill.")
    else:
        screen.line(f"Made batch {batch_id}.")
    show_other_months(screen, data["other_months"])
    if plan.claims:
        screen.facts(
            [
                ("  claims", str(data["claims"])),
                ("  from sessions", str(data["sessions"])),
                ("  amount", data["amount"]),
            ]
        )
    _show_without_distance(screen, data)
    if plan.held:
        stay = "stays" if len(plan.held) == 1 else "stay"
        screen.line(f"{counted(len(plan.held), 'session')} {stay} held.")
        screen.line()
        screen.line("Why, above all:", style="bold")
        reasons = [finding for one in plan.held for finding in one.findings if finding.holds]
        screen.summary(reasons, _REASONS_SHOWN)
        screen.line(f"See each with: tpi-billing check --month {data['month']}")
    if batch_id is not None:
        screen.line()
        screen.remark(f"Next: tpi-billing batch export {batch_id}")


def _show_without_distance(screen: Screen, data: dict[str, Any]) -> None:
    left = data["without_distance"]
    if not left["sessions"]:
        return
    first = "" if data["dry_run"] else ", void this batch"
    put(
        screen,
        f"{counted(left['sessions'], 'session')} without the trigger points beside a block: the "
        f"distance is not recorded. If it is over 60 cm, {left['amount']} more can be billed: "
        f"record block_distance_cm{first} and import again.",
    )


def list_(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """List the batches.

    Example: tpi-billing batch list
    """
    rows = batch_rows(ctx.obj, limit)
    return Result({"batches": rows}, lambda screen: show_batches(screen, rows))


def show(ctx: typer.Context, batch_id: BatchId) -> Result:
    """Show one batch: totals, claims and what was held.

    Also where each Teleplan file stands and what MSP said. Example: tpi-billing batch show 1
    """
    from tpi_billing.claims.batch_contents import read_contents
    from tpi_billing.cli.batch_sending import sending_rows
    from tpi_billing.cli.claims import claim_row
    from tpi_billing.ledger.batches import files_of

    settings: Settings = ctx.obj
    ledger = settings.ledger
    with ledger.reading() as connection:
        contents = read_contents(connection, ledger, batch_id)
        files = files_of(connection, batch_id)
        sending = sending_rows(connection, batch_id)
    (row,) = batch_rows(settings, only=batch_id)
    data = {
        **row,
        "claim_lines": [claim_row(claim) for claim in contents.claims],
        "held_sessions": [one.session_id for one in contents.held],
        "files": [{"path": path, "kind": kind, "sha256": digest} for path, kind, digest in files],
        "sending": sending,
        "journal_entry": contents.batch.journal_entry,
        "journal_sha256": contents.batch.journal_hash,
    }
    findings = [finding for one in contents.held for finding in one.findings]
    return Result(data, lambda screen: show_batch(screen, data, contents), findings)


def export(
    ctx: typer.Context,
    batch_id: BatchId,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to; default: out/batch-N in the workspace."),
    ] = None,
) -> Result:
    """Write a batch's workbook, Teleplan file, CSV and manifest.

    The same batch always gives the same files. Example: tpi-billing batch export 1
    """
    from tpi_billing.cli.publishing import publish_batch

    files = publish_batch(ctx.obj, batch_id, out)
    data = {
        "batch_id": batch_id,
        "files": [
            {"path": str(file.path), "kind": file.kind, "sha256": file.sha256} for file in files
        ],
    }

    def show(screen: Screen) -> None:
        screen.line(f"Wrote batch {batch_id}:")
        for file in files:
            screen.line(f"  {file.kind.ljust(9)} {file.path}")
        screen.remark("These files contain patients' data: keep them where only staff can read.")

    return Result(data, show)


def void(
    ctx: typer.Context,
    batch_id: BatchId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is journaled.")],
) -> Result:
    """Void a batch before it is sent.

    Its sessions can be billed again. Example: tpi-billing batch void 1 --reason "wrong month"
    """
    from tpi_billing.claims.parts import batch_state, half_taken
    from tpi_billing.claims.reinstating import reinstated_by
    from tpi_billing.claims.voiding import void_batch
    from tpi_billing.cli.publishing import files_not_taken
    from tpi_billing.model.claim import BatchState
    from tpi_billing.model.masking import mask_health_numbers_in
    from tpi_billing.remittance.standing import Standings

    settings: Settings = ctx.obj
    ledger = settings.ledger
    claims, sessions = void_batch(
        ledger,
        settings.actor,
        batch_id,
        reason,
        settle=lambda transaction, again: Standings(transaction, ledger).settle(again),
    )
    state = batch_state(settings.ledger, batch_id)
    files = files_not_taken(settings, batch_id)
    half = half_taken(settings.ledger, batch_id)
    reinstated = reinstated_by(settings.ledger, batch_id)
    data: dict[str, Any] = {
        "batch_id": batch_id,
        "claims": claims,
        "sessions": sessions,
        "state": state.value,
        "not_to_be_submitted": files,
        "session_ids": half,
        "reinstated": reinstated,
    }

    def show(screen: Screen) -> None:
        done = (
            f"{counted(claims, 'claim')} voided, {counted(sessions, 'session')} released to be "
            "billed again"
        )
        if state is BatchState.VOID:
            screen.line(f"Batch {batch_id} is void: {done}.")
        else:
            screen.line(f"What MSP does not have of batch {batch_id} is void: {done}.")
            screen.line(f"What MSP has stays: the batch is {state}.")
        if reinstated:
            numbers = ", ".join(map(str, reinstated))
            put(screen, f"As they were before, and to be dealt with again: claims {numbers}.")
        if half:
            names = ", ".join(half if settings.unmask else map(mask_health_numbers_in, half))
            screen.line(
                f"MSP has one claim of {counted(len(half), 'session')}, and another is void and "
                f"not billed again by itself: {names}."
            )
        if files:
            screen.line("These must not be submitted any more; put them away:")
        for path in files:
            screen.line(f"  {path}")
        if files:
            put(
                screen,
                "If one was uploaded all the same, MSP has its claims: do not bill these sessions "
                "again before its answers are in. They will be in tpi-billing worklist.",
            )
        screen.remark(
            "The numbers of what is void stay used, and MSP expects the one after the last that "
            "it has taken. Before the next batch, see LAST COMMITTED in tpi-billing teleplan log, "
            "and say: tpi-billing teleplan number set NUMBER --reason ..."
        )

    return Result(data, show, attention=bool(half))


Part = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Only this one of the batch's files.")
]


def sent(ctx: typer.Context, batch_id: BatchId, part: Part = None) -> Result:
    """Say that a batch's files were uploaded by hand.

    A file that was changed since it was written is refused. Example: tpi-billing batch sent 1
    """
    from tpi_billing.claims.by_hand import mark_sent
    from tpi_billing.cli.uploading import insist_unchanged

    settings: Settings = ctx.obj
    written = insist_unchanged(settings, batch_id)
    mark_sent(settings.ledger, settings.actor, batch_id, part)
    data = {"batch_id": batch_id, "state": "sent", "exported": written}

    def show(screen: Screen) -> None:
        screen.line(f"Batch {batch_id} is sent.")
        if not written:
            put(
                screen,
                "But its files were never written here: what was uploaded? If nothing was yet: "
                f"tpi-billing batch export {batch_id}, and upload its Teleplan file now.",
            )
        screen.remark(f"When MSP's page has answered: tpi-billing batch confirm {batch_id}")

    return Result(data, show)


def confirm(
    ctx: typer.Context,
    batch_id: BatchId,
    part: Part = None,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="MSP's page said that it did not take the file.")
    ] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="What MSP's page said; kept as proof.")
    ] = "",
) -> Result:
    """Say what MSP answered to files uploaded by hand.

    Example: tpi-billing batch confirm 1 --reason "TID 005, success"
    """
    from tpi_billing.claims.by_hand import confirm as confirm_batch
    from tpi_billing.claims.parts import batch_state
    from tpi_billing.remittance.importing import settle_waiting

    settings: Settings = ctx.obj
    ledger = settings.ledger
    confirm_batch(ledger, settings.actor, batch_id, accepted=not rejected, reason=reason, part=part)
    state = batch_state(ledger, batch_id)
    settled = settle_waiting(ledger, settings.actor)
    data = {"batch_id": batch_id, "state": state.value, "settled": settled}

    def show(screen: Screen) -> None:
        screen.line(f"Batch {batch_id} is {state}.")
        if settled:
            screen.line(
                f"MSP's answers to {counted(settled, 'claim')} waited for that; they count."
            )

    return Result(data, show)
