"""`submit` and `pickup`: send a batch to MSP, and fetch what MSP says."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.batch import BatchId
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.cli.teleplan_session import signed_on, site_of
from tpi_billing.errors import UsageError

if TYPE_CHECKING:
    from tpi_billing.claims.submitting import PartState

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
    settings: Settings = ctx.obj
    if (accepted or not_sent) and not resolve:
        raise UsageError("--accepted and --not-sent go with --resolve.")
    if accepted and not_sent:
        raise UsageError("It is either --accepted or --not-sent.")
    if resolve:
        return _resolve(settings, batch_id, test_site, accepted, not_sent, reason)
    return _submit(settings, batch_id, test_site)


def _submit(settings: Settings, batch_id: int, test_site: bool) -> Result:
    from tpi_billing.claims.submitting import batch_state, insist_ready, submit_batch

    ledger = settings.ledger
    insist_ready(ledger, batch_id)
    with signed_on(settings, test_site=test_site) as service:
        site = site_of(settings, test_site=test_site)
        replies = submit_batch(ledger, settings.actor, batch_id, service, site)
    state = batch_state(ledger, batch_id)
    data = {
        "batch_id": batch_id,
        "state": state.value,
        "files": [
            {
                "part": file.part,
                "records": file.records,
                "claims": file.claims,
                "result": reply.result,
                "messages": reply.messages,
                "expected_number": reply.expected_number,
            }
            for file, reply in replies
        ],
    }

    def show(screen: Screen) -> None:
        for file, reply in replies:
            screen.line(
                f"File {file.part}, {file.claims} claims: {reply.result} {reply.messages}".rstrip()
            )
            if reply.expected_number is not None:
                screen.line(
                    f"MSP expects number {reply.expected_number}. Void the batch, then: "
                    f"tpi-billing teleplan number set {reply.expected_number} --reason ..."
                )
        screen.line(f"Batch {batch_id} is {state}.")

    return Result(data, show, attention=any(not reply.succeeded for _, reply in replies))


def _resolve(
    settings: Settings,
    batch_id: int,
    test_site: bool,
    accepted: bool,
    not_sent: bool,
    reason: str,
) -> Result:
    from tpi_billing.claims.submitting import Outcome, batch_state, resolve_by_person

    ledger = settings.ledger
    if accepted or not_sent:
        outcome = Outcome.ACCEPTED if accepted else Outcome.NOT_SENT
        resolve_by_person(ledger, settings.actor, batch_id, outcome, reason)
    else:
        outcome = _resolve_by_log(settings, batch_id, test_site)
    state = batch_state(ledger, batch_id)
    data: dict[str, Any] = {"batch_id": batch_id, "outcome": outcome.value, "state": state.value}
    meaning = {
        Outcome.ACCEPTED: "MSP has it",
        Outcome.NOT_SENT: "MSP does not have it; it can be sent again",
        Outcome.REJECTED: "MSP rejected it",
    }[outcome]
    return Result(
        data, lambda screen: screen.line(f"Batch {batch_id}: {meaning}. It is {state} now.")
    )


def _resolve_by_log(settings: Settings, batch_id: int, test_site: bool) -> Any:
    from tpi_billing.claims.submitting import last_committed_in, resolve_by_number, unknown_file

    unknown_file(settings.ledger, batch_id)
    with signed_on(settings, test_site=test_site) as service:
        reply = service.log()
    text = reply.content.decode("latin-1")
    number = reply.last_committed or last_committed_in(text)
    if number is None:
        raise UsageError(
            "MSP's log does not say which number it took last.",
            hint="Look at tpi-billing teleplan log, then say --accepted or --not-sent and why.",
        )
    return resolve_by_number(settings.ledger, settings.actor, batch_id, number, text)


def pickup(
    ctx: typer.Context,
    test_site: TestSite = False,
    no_remittances: Annotated[
        bool, typer.Option("--no-remittances", help="Refusals and messages only.")
    ] = False,
) -> Result:
    """Fetch refusals, messages and remittances.

    What comes is kept word for word, and said by kind. Example: tpi-billing pickup
    """
    from tpi_billing.claims.pickups import keep_pickup

    settings: Settings = ctx.obj
    ledger = settings.ledger
    with signed_on(settings, test_site=test_site) as service:
        reply = service.pick_up(remittances=not no_remittances)
    site = site_of(settings, test_site=test_site)
    kept = keep_pickup(ledger, settings.actor, site, reply.content)
    data = {
        "pickup_id": kept.pickup_id,
        "new": kept.new,
        "records": kept.records,
        "remarks": kept.remarks,
    }

    def show(screen: Screen) -> None:
        if kept.pickup_id is None:
            screen.line("There is nothing new.")
            return
        known = "" if kept.new else " It was fetched before."
        screen.line(f"Kept as pickup {kept.pickup_id}.{known}")
        screen.table(
            ("record", "count", "meaning"),
            ((code, str(count), meaning) for code, count, meaning in kept.table),
            right=("count",),
            wrap=("meaning",),
        )
        for remark in kept.remarks:
            screen.line(remark)

    return Result(data, show, attention=bool(kept.remarks))


def parts_json(parts: "list[PartState]") -> list[dict[str, Any]]:
    """Write where each file of a batch stands for scripts."""
    return [
        {
            "part": part.file.part,
            "first_number": part.file.first_number,
            "last_number": part.file.last_number,
            "records": part.file.records,
            "sha256": part.file.sha256,
            "outcome": None if part.last is None else part.last.outcome or "unknown",
        }
        for part in parts
    ]
