"""`submit` and `pickup`: send a batch to MSP, and fetch what MSP says."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.batch import BatchId
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.cli.teleplan_session import exchange_folder, patience, signed_on, site_of
from tpi_billing.errors import ConflictError, NetworkError, UsageError
from tpi_billing.model.claim import BatchState
from tpi_billing.model.masking import mask_numbers_in
from tpi_billing.teleplan.exchange.failures import RefusedError

if TYPE_CHECKING:
    from tpi_billing.claims.parts import Outcome
    from tpi_billing.claims.pickups import Kept
    from tpi_billing.claims.submitting import Sent
    from tpi_billing.ledger.exchange import Attempt, StoredFile

TestSite = Annotated[
    bool, typer.Option("--test-site", help="Use MSP's test site; claims there are never paid.")
]


def submit(
    ctx: typer.Context,
    batch_id: BatchId,
    test_site: TestSite = False,
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Find out what became of a batch without an answer.")
    ] = False,
    accepted: Annotated[
        bool, typer.Option("--accepted", help="With --resolve: I know that MSP has it.")
    ] = False,
    not_sent: Annotated[
        bool, typer.Option("--not-sent", help="With --resolve: I know that MSP does not.")
    ] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="How you know it.")] = "",
) -> Result:
    """Send a batch by the Teleplan web service.

    A batch whose answer was lost is never sent again by itself. Example: tpi-billing submit 1
    """
    from tpi_billing.remittance.importing import settle_waiting

    settings: Settings = ctx.obj
    if (accepted or not_sent) and not resolve:
        raise UsageError("--accepted and --not-sent go with --resolve.")
    if accepted and not_sent:
        raise UsageError("It is either --accepted or --not-sent.")
    if resolve:
        done = _resolve(settings, batch_id, test_site, accepted, not_sent, reason)
    else:
        done = _submit(settings, batch_id, test_site)
    settle_waiting(settings.ledger, settings.actor)
    return done


def _submit(settings: Settings, batch_id: int, test_site: bool) -> Result:
    from tpi_billing.claims.parts import Outcome, batch_state
    from tpi_billing.claims.submitting import Sending, insist_ready, submit_batch

    how = Sending(
        settings.ledger,
        settings.actor,
        site_of(settings, test_site=test_site),
        settings.as_of,
        exchange_folder(settings),
        patience(),
    )
    insist_ready(how, batch_id)
    try:
        with signed_on(settings, test_site=test_site) as service:
            sent = submit_batch(how, batch_id, service)
    except KeyboardInterrupt:
        if batch_state(settings.ledger, batch_id) is not BatchState.UNKNOWN:
            raise
        raise NetworkError(
            f"Stopped while batch {batch_id} was on its way: MSP may have it, nobody knows.",
            hint=f"Find out with: tpi-billing submit {batch_id} --resolve",
        ) from None
    state = batch_state(settings.ledger, batch_id)
    refused = [one for one in sent if one.outcome is not Outcome.ACCEPTED]
    if refused:
        raise _refusal(refused[0], state, taken=len(sent) - 1, test_site=test_site)
    data = {
        "batch_id": batch_id,
        "state": state.value,
        "test_site": test_site,
        "files": [_file_json(one) for one in sent],
        "parts": parts_json(settings, batch_id),
    }

    def show(screen: Screen) -> None:
        for one in sent:
            said = mask_numbers_in(one.reply.messages)
            screen.line(
                f"File {one.file.part}, {counted(one.file.claims, 'claim')}: "
                f"{one.reply.result} {said}".rstrip()
            )
        where = "MSP's test site took it; nothing there is paid. " if test_site else ""
        screen.line(f"{where}Batch {batch_id} is {state}.")

    return Result(data, show)


def _file_json(one: "Sent") -> dict[str, Any]:
    return {
        "part": one.file.part,
        "records": one.file.records,
        "claims": one.file.claims,
        "result": one.reply.result,
        "messages": mask_numbers_in(one.reply.messages),
    }


def _refusal(one: "Sent", state: BatchState, *, taken: int, test_site: bool) -> NetworkError:
    """Say what MSP refused, where the batch stands, and what to do about it."""
    from tpi_billing.claims.parts import Outcome

    batch_id = one.file.batch_id
    said = mask_numbers_in(one.reply.messages or one.reply.result).rstrip(".")
    where = (
        f"MSP's test site refused file {one.file.part}"
        if test_site
        else (f"MSP refused file {one.file.part}")
    )
    message = f"{where} of batch {batch_id}: {said}. The batch is {state}."
    if taken:
        message += f" {counted(taken, 'file')} before it went through."
    if test_site:
        return RefusedError(message, hint="Nothing counts that happens at the test site.")
    if one.outcome is Outcome.IN_DOUBT:
        return RefusedError(
            f"{message} That does not rule out that MSP has the file: where its numbers are at or "
            "beyond this file's, it probably has it, from before or by another way.",
            hint="Do not void it. Look whether the file is in tpi-billing teleplan log, then say: "
            f"tpi-billing submit {batch_id} --resolve --accepted (or --not-sent) --reason ...",
        )
    return RefusedError(message, hint=_cure(one, batch_id))


def _cure(one: "Sent", batch_id: int) -> str:
    void = f"tpi-billing batch void {batch_id} --reason ..."
    number = one.reply.expected_number
    if number is None:
        return f"Correct what MSP names. Then: {void}, and make the batch anew."
    return (
        f"MSP expects number {number}. First: {void}, then: "
        f"tpi-billing teleplan number set {number} --reason ..., and make the batch anew."
    )


def _resolve(
    settings: Settings,
    batch_id: int,
    test_site: bool,
    accepted: bool,
    not_sent: bool,
    reason: str,
) -> Result:
    from tpi_billing.claims.parts import Outcome, batch_state
    from tpi_billing.claims.resolving import resolve_by_person, resolve_by_reply, unknown_part

    ledger, actor = settings.ledger, settings.actor
    file, attempt = unknown_part(ledger, batch_id, test_site=test_site)
    outcome = resolve_by_reply(ledger, actor, file, attempt, exchange_folder(settings))
    if outcome is not None:
        found = "by MSP's answer, which was kept"
    elif accepted or not_sent:
        outcome = Outcome.ACCEPTED if accepted else Outcome.NOT_SENT
        resolve_by_person(ledger, actor, attempt, outcome, reason)
        found = "as you say"
    else:
        outcome = _ask_the_log(settings, file, attempt)
        found = "by MSP's log"
    state = batch_state(ledger, batch_id)
    data: dict[str, Any] = {
        "batch_id": batch_id,
        "part": file.part,
        "outcome": outcome.value,
        "found": found,
        "state": state.value,
        "parts": parts_json(settings, batch_id),
    }
    meaning = {
        Outcome.ACCEPTED: "MSP has it",
        Outcome.NOT_SENT: "MSP does not have it; it can be sent again, or voided",
        Outcome.REJECTED: "MSP refused it",
        Outcome.IN_DOUBT: "MSP refused it by its number, and probably has it already",
    }[outcome]

    def show(screen: Screen) -> None:
        screen.line(f"File {file.part} of batch {batch_id}, {found}: {meaning}.")
        screen.line(f"Batch {batch_id} is {state}.")

    settled = outcome in {Outcome.ACCEPTED, Outcome.NOT_SENT}
    return Result(data, show, exit_code=None if settled else NetworkError.exit_code)


def _ask_the_log(settings: Settings, file: "StoredFile", attempt: "Attempt") -> "Outcome":
    """Ask the site that the file was sent to."""
    from tpi_billing.claims.parts import is_test_site
    from tpi_billing.claims.resolving import insist_landed, resolve_by_log

    insist_landed(attempt)
    test_site = is_test_site(attempt.site)
    if not test_site and attempt.site != site_of(settings, test_site=False):
        raise ConflictError(
            "The file was sent to another address than the configuration names now.",
            hint="Set `url` in [teleplan] back for this, or say --accepted or --not-sent and why.",
        )
    with signed_on(settings, test_site=test_site) as service:
        reply = service.log()
    log = reply.content.decode("latin-1")
    return resolve_by_log(settings.ledger, settings.actor, file, attempt, log)


def pickup(
    ctx: typer.Context,
    test_site: TestSite = False,
    no_remittances: Annotated[
        bool, typer.Option("--no-remittances", help="Refusals and messages only.")
    ] = False,
) -> Result:
    """Fetch refusals, messages and remittances.

    What comes is kept word for word and imported; the test site's is only kept. Example:
    tpi-billing pickup
    """
    from tpi_billing.claims.pickups import Shelf, keep_pickup, keep_waiting
    from tpi_billing.cli.pickup_import import take_in_pickups

    settings: Settings = ctx.obj
    shelf = Shelf(settings.ledger, settings.actor, exchange_folder(settings), patience())
    live, test = (site_of(settings, test_site=one) for one in (False, True))
    earlier = keep_waiting(shelf, live, test)
    with signed_on(settings, test_site=test_site) as service:
        reply = service.pick_up(remittances=not no_remittances)
    kept = keep_pickup(shelf, test if test_site else live, reply.content)
    fetched = {one.pickup_id for one in (*earlier, kept)}
    taken = take_in_pickups(settings, fetched)
    data = {
        "pickup_id": kept.pickup_id,
        "new": kept.new,
        "records": kept.records,
        "remarks": kept.remarks,
        "earlier": [one.pickup_id for one in earlier],
        **taken.json(),
    }

    def show(screen: Screen) -> None:
        for one in earlier:
            screen.line(f"What was fetched before is kept now as pickup {one.pickup_id}.")
        if kept.pickup_id is None:
            screen.line("There is nothing new.")
        else:
            _show_kept(screen, kept, remarks=not taken.taken)
        taken.show(screen)

    attention = taken.needs_a_person or any(one.remarks for one in (*earlier, kept))
    return Result(data, show, taken.findings, attention=attention)


def _show_kept(screen: Screen, kept: "Kept", *, remarks: bool) -> None:
    """Say what a pickup holds; its `remarks` are told again where it is imported."""
    known = "" if kept.new else " It was fetched before."
    screen.line(f"Kept as pickup {kept.pickup_id}.{known}")
    screen.table(
        ("record", "count", "meaning"),
        ((code, str(count), meaning) for code, count, meaning in kept.table),
        right=("count",),
        wrap=("meaning",),
    )
    for remark in kept.remarks if remarks else ():
        screen.line(remark)


def parts_json(settings: Settings, batch_id: int) -> list[dict[str, Any]]:
    """Write where each file of a batch stands for scripts."""
    from tpi_billing.claims.parts import parts_of

    with settings.ledger.reading() as connection:
        parts = parts_of(connection, batch_id)
    return [
        {
            "part": part.file.part,
            "first_number": part.file.first_number,
            "last_number": part.file.last_number,
            "records": part.file.records,
            "sha256": part.file.sha256,
            "status": part.status.value,
        }
        for part in parts
    ]
