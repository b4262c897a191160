"""`claims resubmit`, `claims debit`, `claims write-off`: what people do with answered claims."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.made_claims import (
    findings_of,
    made_json,
    show_made,
    show_successors,
    successor_row,
)
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.remittance.actions.correcting import Corrector

ClaimIds = Annotated[list[int], typer.Argument(metavar="ID", help="The claims' numbers.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is journaled.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]
_OPEN_STATES = ("refused", "paid-changed")


def resubmit(
    ctx: typer.Context,
    reason: Reason,
    claim_ids: Annotated[
        list[int] | None, typer.Argument(metavar="ID", help="The claims' numbers.")
    ] = None,
    code_of: Annotated[
        str | None, typer.Option(metavar="CODE", help="Those with this explanatory code, e.g. AF.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="refused, or paid-changed.")
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="One month of service only.")
    ] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="The note to MSP that codes X and C need.")
    ] = "",
    dry_run: DryRun = False,
) -> Result:
    """Send refused or changed claims again as they are, in one batch.

    Those that cannot go out are listed with the reason and left. Example:
    tpi-billing claims resubmit --code-of AF --note "COVERAGE RESTORED" --reason "coverage is back"
    """
    from tpi_billing.ledger.amendments import AmendmentKind
    from tpi_billing.remittance.actions.viewing import Selection, select
    from tpi_billing.remittance.actions.wishes import Wish

    settings: Settings = ctx.obj
    if not (claim_ids or code_of or state or month or practitioner):
        raise UsageError(
            "Which claims are sent again?",
            hint="Give their numbers, or --code-of, --state, --month or --practitioner.",
        )
    if state is not None and state not in _OPEN_STATES:
        raise UsageError(
            f"Claims that are {state} are not sent again.", hint="One of: refused, paid-changed."
        )
    wanted = Selection(
        tuple(claim_ids or ()), code_of or "", state, month and parse_month(month), practitioner
    )
    why, words = sound_words(reason, "--reason"), " ".join(note.split())
    with settings.ledger.reading() as connection:
        numbers = select(connection, settings.ledger.data_centre, wanted)
    wishes = [Wish(number, AmendmentKind.RESUBMIT, note=words, reason=why) for number in numbers]
    made = corrector_of(settings).resubmit(wishes, dry_run=dry_run)
    data = made_json(made, dry_run=dry_run)

    def show(screen: Screen) -> None:
        if not numbers:
            screen.line("No such claim waits to be sent again.")
        else:
            show_made(screen, made, data)

    return Result(data, show, findings_of(made), attention=bool(made.left))


def debit(
    ctx: typer.Context,
    claim_ids: ClaimIds,
    reason: Reason,
    note: Annotated[str, typer.Option(metavar="TEXT", help="The note to MSP: why.")],
    file_number: Annotated[
        str,
        typer.Option(
            metavar="NUMBER", help="MSP's own number of the claim, if its line does not tell it."
        ),
    ] = "",
    dry_run: DryRun = False,
) -> Result:
    """Ask MSP to take the payment of claims back.

    The requests, code E, go into a batch of their own. A claim that was corrected, or written off,
    can be named too, when MSP has paid a part for it. Example:
    tpi-billing claims debit 17 --reason "wrong patient" --note "BILLED FOR THE WRONG PATIENT"
    """
    from tpi_billing.remittance.actions.debiting import debit_claims
    from tpi_billing.remittance.actions.wishes import Wish

    settings: Settings = ctx.obj
    why, words = sound_words(reason, "--reason"), sound_words(note, "--note")
    done = debit_claims(
        settings.ledger,
        settings.config,
        settings.codes,
        settings.as_of,
        settings.actor,
        [Wish(number, note=words, reason=why) for number in claim_ids],
        file_number,
        dry_run=dry_run,
    )
    rows = [successor_row(request) for _, request in done.requests]
    amount = dollars(sum(request.amount_cents for _, request in done.requests))
    data: dict[str, Any] = {
        "batch_id": done.batch_id,
        "claims": rows,
        "amount": amount,
        "also_paid": [
            {"claim_id": number, "amount": dollars(cents)} for number, cents in done.also_paid
        ],
        "dry_run": dry_run,
    }

    def show(screen: Screen) -> None:
        if dry_run:
            screen.line("A dry run: nothing was changed. There would be:")
        batch = "" if done.batch_id is None else f" in batch {done.batch_id}"
        screen.line(f"{counted(len(rows), 'debit request')}{batch}, {amount}.")
        show_successors(screen, rows, "takes back")
        for number, cents in done.also_paid:
            screen.remark(
                f"MSP has also paid {dollars(cents)} for claim {number} of the same service; that "
                f"stays unless it is taken back too: tpi-billing claims debit {number}"
            )
        if done.batch_id is not None:
            screen.remark(f"Next: tpi-billing submit {done.batch_id}")

    return Result(data, show)


def write_off(
    ctx: typer.Context, claim_ids: ClaimIds, reason: Reason, dry_run: DryRun = False
) -> Result:
    """Write claims off: what is still owed for them is given up.

    Of a claim that is done with, it is the remainder that MSP left or made since. It cannot be
    taken back. Example: tpi-billing claims write-off 17 --reason "patient moved away"
    """
    from tpi_billing.remittance.actions.wishes import Wish
    from tpi_billing.remittance.actions.writing_off import write_off_claims

    settings: Settings = ctx.obj
    why = sound_words(reason, "--reason")
    done = write_off_claims(
        settings.ledger,
        settings.actor,
        [Wish(number, reason=why) for number in claim_ids],
        dry_run=dry_run,
    )
    amount = dollars(sum(one.cents for one in done))
    data: dict[str, Any] = {
        "claims": [{"claim_id": one.claim.claim_id, "amount": dollars(one.cents)} for one in done],
        "amount": amount,
        "dry_run": dry_run,
    }

    def show(screen: Screen) -> None:
        if dry_run:
            screen.line("A dry run: nothing was changed.")
        verb = "would be" if dry_run else "is" if len(done) == 1 else "are"
        screen.line(f"{counted(len(done), 'claim')} {verb} written off, {amount}.")

    return Result(data, show)


def corrector_of(settings: Settings) -> "Corrector":
    """Return who corrects claims in this workspace."""
    from tpi_billing.remittance.actions.correcting import Corrector

    return Corrector(
        settings.ledger, settings.config, settings.codes, settings.as_of, settings.actor
    )


def sound_words(text: str, option: str) -> str:
    """Return a reason or a note in one line; raise UsageError for a blank one."""
    words = " ".join(text.split())
    if not words:
        raise UsageError(f"{option} is blank.", hint=f'Say why: {option} "...".')
    return words
