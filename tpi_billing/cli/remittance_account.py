"""Remittances on the screen: how a deposit comes about, and what could explain a difference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.remittance.ties import Tie, Ties
    from tpi_billing.remittance.tying import Tied

_STATES = {"balanced": "ties", "difference": "DIFFERS", "no-total": "no total"}
_TOTALS = {
    "billed": "amount billed",
    "paid": "amount paid",
    "deposit": "deposit and new balance",
    "balance": "balance forward",
}


def show_remittances(screen: Screen, remittances: Sequence["Tied"]) -> None:
    """Write a table of remittances."""
    screen.table(
        ("remittance", "billed", "paid", "adjusted", "deposit", "difference", ""),
        (
            (
                one.name,
                dollars(one.ties.billed_cents),
                dollars(one.ties.paid_cents),
                dollars(one.ties.adjusted_cents),
                _maybe(one.ties.deposit_cents),
                _maybe(one.ties.difference_cents),
                _STATES[one.ties.state.value],
            )
            for one in remittances
        ),
        right=("billed", "paid", "adjusted", "deposit", "difference"),
    )


def show_account(screen: Screen, ties: "Ties") -> None:
    """Write how the deposit comes about, as an account."""
    rows = [("paid for claims", ties.paid_cents), ("adjustments", ties.adjusted_cents)]
    if ties.balance_forward_cents:
        rows.append(("balance brought forward", ties.balance_forward_cents))
    due = sum(cents for _, cents in rows)
    rows.append(("comes to", due))
    if ties.deposit_cents is not None:
        rows.append(("deposit", ties.deposit_cents))
        if ties.new_balance_cents:
            rows.append(("new balance, carried on", ties.new_balance_cents))
        rows.append(("difference", ties.difference_cents or 0))
    width = max(len(dollars(cents)) for _, cents in rows)
    for name, cents in rows:
        if name == "comes to":
            screen.line(f"  {'─' * (25 + width)}")
        style = "bold" if name in {"comes to", "deposit"} else None
        if name == "difference" and cents:
            style = "bold red"
        screen.line(f"  {name.ljust(24)} {dollars(cents).rjust(width)}{_way(name, cents)}", style)
    if ties.deposit_cents is None:
        screen.line("MSP sent no total of the payee (S21): nothing says what the deposit is.")
    elif ties.deposit_cents < 0:
        screen.line("The deposit is negative: MSP takes back more than it pays.")
    if ties.totals > 1:
        screen.line(f"MSP sent {ties.totals} totals of the payee (S21); they are added up.")


def _way(name: str, cents: int) -> str:
    if name != "difference" or not cents:
        return ""
    return f"   MSP's totals say {'more' if cents > 0 else 'less'} than the lines here"


def show_differences(screen: Screen, ties: "Ties") -> None:
    """Write each total that its lines do not come to, and what could explain it."""
    told: dict[tuple[str, int], Tie] = {}
    for tie in ties.differences:
        screen.line()
        _show_difference(screen, tie, told.setdefault((tie.name, tie.difference_cents), tie))
    if ties.differences and ties.incomplete:
        screen.line()
        put(screen, f"Lines may be missing: {'; '.join(ties.incomplete)}.", "", "  ")
    for number in ties.without_total:
        screen.line(f"Practitioner {number} has lines and no total (S22).")


def _show_difference(screen: Screen, tie: "Tie", alike: "Tie") -> None:
    """Write a difference; `alike` is the first of the same amount, which has been explained."""
    record = f"S22 of practitioner {tie.practitioner_number}" if tie.practitioner_number else "S21"
    other = "the remittance before" if tie.name == "balance" else "here"
    put(
        screen,
        f"{record}, {_TOTALS[tie.name]}: MSP states {dollars(tie.stated_cents)}, {other} it is "
        f"{dollars(tie.found_cents)}. Difference {dollars(tie.difference_cents)}.",
        "",
        "  ",
    )
    if alike is not tie and alike.explanations:
        screen.line("  As explained above.")
        return
    found = [one for one in tie.explanations if one.kind != "incomplete"]
    for one in found:
        put(screen, f"perhaps: {one.message}.", "  ", "    ")
    if not found:
        put(screen, "No line and no sum of lines explains it.", "  ", "    ")


def _maybe(cents: int | None) -> str:
    return "" if cents is None else dollars(cents)
