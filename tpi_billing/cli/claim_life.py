"""The life of a claim on the screen and for scripts: a statement that a person can follow."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.money import dollars
from tpi_billing.model.remittance import remittance_id

if TYPE_CHECKING:
    from tpi_billing.claims.life import Event, Life
    from tpi_billing.claims.work_items import WorkItem
    from tpi_billing.codes import CodeBook

_BEHIND = " " * 12
_AMOUNT = 12


def life_json(life: "Life", codes: "CodeBook", as_of: date) -> dict[str, Any]:
    """Write what became of a claim for scripts."""
    last = _last_day(life)
    return {
        "history": [_event_json(event, codes) for event in life.events],
        "outstanding": dollars(life.owed_cents),
        "predecessor": life.claim.predecessor,
        "successor": life.successors[-1] if life.successors else None,
        "next": [
            {
                "kind": item.kind.value,
                "code": reason.code,
                "message": reason.message,
                "hint": reason.cure,
                "who": reason.who,
            }
            for item in life.items
            for reason in item.reasons
        ],
        "following": life.following,
        "last_day": None if last is None else last.isoformat(),
        "days_left": None if last is None else (last - as_of).days,
    }


def _event_json(event: "Event", codes: "CodeBook") -> dict[str, Any]:
    from tpi_billing.claims.explaining import in_weight, meaning

    line = event.line
    told = () if line is None else in_weight(line.explanatory_codes, codes)
    row: dict[str, Any] = {
        "date": event.day.isoformat(),
        "event": event.name,
        "message": event.text,
        "owed": None if event.cents is None else dollars(event.cents),
        "record": None,
        "paid_amount": None,
        "adjustments": None,
        "explanatory_codes": [],
        "meanings": [meaning(code, codes) for code in told],
        "standing": None,
        "remittance_id": None,
        "file": None,
        "row": None,
    }
    if line is None:
        return row
    paid, payment = line.paid_cents, line.payment_date
    return {
        **row,
        "record": line.record,
        "paid_amount": None if paid is None else dollars(paid),
        "adjustments": dollars(line.stated_adjustments_cents),
        "explanatory_codes": list(line.explanatory_codes),
        "standing": line.standing.value,
        "remittance_id": None if payment is None else remittance_id(payment, line.payee_number),
        "file": line.file_name,
        "row": line.line_number,
    }


def show_life(screen: Screen, life: "Life", codes: "CodeBook", as_of: date) -> None:
    """Write what became of a claim as a statement: each step, what it moved, and what is owed."""
    claim = life.claim
    put(
        screen,
        f"{claim.fee_item} x {claim.units} of {claim.service_date}, session {claim.session_id}, "
        f"billed at {dollars(claim.amount_cents)}.",
    )
    if claim.predecessor:
        what = "asks for the payment back of" if claim.is_debit else "stands in the place of"
        put(screen, f"It {what} claim {claim.predecessor}.")
    if claim.state is ClaimState.CORRECTED:
        _list_claims(screen, "In its place", set(life.successors) - set(life.requests))
        _list_claims(screen, "To have its payment taken back", life.requests)
    else:
        _list_claims(screen, "Made because of it", life.successors)
    screen.heading("What became of it".ljust(_width() - len("owed") - 1) + " owed")
    for event in life.events:
        _show_event(screen, event, codes)
    if any(event.cents is not None for event in life.events):
        _money_line(screen, f"{_BEHIND}outstanding", life.owed_cents)
    screen.heading("What to do next")
    for item in life.items:
        _show_item(screen, item, as_of)
    if not life.items:
        put(screen, life.following)


def _list_claims(screen: Screen, what: str, numbers: Iterable[int]) -> None:
    named = [str(number) for number in sorted(numbers)]
    if named:
        put(screen, f"{what}: {'claim' if len(named) == 1 else 'claims'} {', '.join(named)}.")


def _show_event(screen: Screen, event: "Event", codes: "CodeBook") -> None:
    from tpi_billing.claims.explaining import in_weight, meaning

    line = event.line
    name = event.name if line is None else f"{event.name} ({line.record})"
    text = f"{event.day}  {name}{': ' if event.text else ''}{event.text}"
    if not event.cents:
        put(screen, text, "", _BEHIND)
    elif len(text) + _AMOUNT <= _width():
        _money_line(screen, text, event.cents)
    else:
        put(screen, text, "", _BEHIND)
        _money_line(screen, "", event.cents)
    if line is not None:
        for code in in_weight(line.explanatory_codes, codes):
            put(screen, meaning(code, codes), _BEHIND, _BEHIND + "    ")


def _width() -> int:
    from tpi_billing.cli.paragraph import WIDTH

    return WIDTH


def _money_line(screen: Screen, text: str, cents: int) -> None:
    amount = dollars(cents)
    screen.line(f"{text.ljust(_width() - len(amount) - 1)} {amount}")


def _show_item(screen: Screen, item: "WorkItem", as_of: date) -> None:
    for at, reason in enumerate(item.reasons):
        if at == 0 or reason.title != item.reasons[at - 1].title:
            put(screen, f"{reason.title}.")
        put(screen, f"-> {reason.who}: {reason.cure}", "  ", "     ")
    if item.last_day is None:
        put(screen, "MSP sets no last day for it.", "  ")
        return
    left = (item.last_day - as_of).days
    said = f"{counted(left, 'day')} left" if left >= 0 else f"over for {counted(-left, 'day')}"
    put(screen, f"Until {item.last_day}: {said}.", "  ")


def _last_day(life: "Life") -> date | None:
    days = [item.last_day for item in life.items if item.last_day is not None]
    return min(days, default=None)
