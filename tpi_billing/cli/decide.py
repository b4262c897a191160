"""`sessions second-service`: a person's decision that the same item twice on a day is right."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result, needs_attention
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.assessment import Assessed


def second_service(
    ctx: typer.Context,
    session_id: Annotated[str, typer.Argument(metavar="ID", help="The session's id.")],
    item: Annotated[str, typer.Option(metavar="FEE_ITEM", help="The item, five digits.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is journaled.")],
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="The mapping's name, if ids repeat.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the decision back.")] = False,
) -> Result:
    """Decide that an item held as a duplicate is a true second service.

    Its claim then has submission code D. Example:
    tpi-billing sessions second-service V1006 --item 01157 --reason "seen again at 16:00"
    """
    from tpi_billing.claims.decisions import Decider

    settings: Settings = ctx.obj
    decider = Decider(
        settings.ledger, settings.config, settings.codes, settings.as_of, settings.actor
    )
    decide = decider.undo_second_service if undo else decider.second_service
    one = decide(session_id, item, reason, source)
    data: dict[str, Any] = {
        "session_id": one.session.session_id,
        "fee_item": item,
        "second_service": not undo,
        "held": one.held,
        "amount": dollars(one.amount_cents),
    }
    return Result(
        data,
        lambda screen: _show(screen, one, item, undo=undo),
        one.findings,
        attention=needs_attention(one.findings),
    )


def _show(screen: Screen, one: "Assessed", item: str, *, undo: bool) -> None:
    name = f"{item} of session {one.session.session_id}"
    if undo:
        screen.line(f"{name} no longer counts as a second service.")
    else:
        screen.line(f"{name} is a second service and goes out with code D.")
    screen.line("The session is held." if one.held else f"It comes to {dollars(one.amount_cents)}.")
    screen.findings(one.findings, more="")
