"""`fees diff`: what differs between two editions, and what the clinic's last months show of it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.errors import ConfigurationError, UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.repricing import Effect
    from tpi_billing.codes.edition_change import EditionChange
    from tpi_billing.codes.fees import FeeItem, Schedule
    from tpi_billing.ledger import Ledger


def diff(
    ctx: typer.Context,
    old: Annotated[
        str | None, typer.Argument(metavar="OLD", help="An edition; default: the one before.")
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="Another; default: the newest.")
    ] = None,
    only_ours: Annotated[
        bool, typer.Option("--only-ours", help="Only items that have a rule of their own.")
    ] = False,
    months: Annotated[
        int, typer.Option(min=1, max=120, metavar="N", help="Months of claims to look at.")
    ] = 3,
) -> Result:
    """Compare two editions of the fee schedule.

    With a ledger it works out what the claims of the last months come to at the new prices.
    Example: tpi-billing fees diff 2024-12-31 2026-01-31 --only-ours
    """
    from tpi_billing.codes.edition_change import compare
    from tpi_billing.codes.fees import Schedule
    from tpi_billing.codes.files import CodeFiles, shipped_directory

    settings: Settings = ctx.obj
    schedule = Schedule(CodeFiles(shipped_directory(), settings.workspace))
    first, second = _editions(schedule, old, new)
    change = compare(schedule.items_on(first), schedule.items_on(second))
    if only_ours:
        change = change.only(settings.codes.rules.items)
    data: dict[str, Any] = {"old": first.isoformat(), "new": second.isoformat()}
    ledger, why_not = _ledger(settings)
    if ledger is None:
        _add_change(data, change, {})
        data["no_effect_because"] = why_not
    else:
        _add_effect(data, settings, ledger, change, months)
    return Result(data, lambda screen: _show(screen, data))


def _ledger(settings: Settings) -> "tuple[Ledger | None, str]":
    """Return the ledger, or why there is none: editions can be compared without one."""
    from tpi_billing.config import FILE_NAME

    if not (settings.workspace / FILE_NAME).exists():
        return None, f"There is no {FILE_NAME} here."
    settings.config  # noqa: B018 - a broken configuration is a failure, a missing ledger is not
    try:
        return settings.ledger, ""
    except ConfigurationError as error:
        return None, error.troubles[0].message


def _editions(schedule: "Schedule", old: str | None, new: str | None) -> tuple[date, date]:
    days = sorted({edition.date for edition in schedule.editions})
    known = ", ".join(day.isoformat() for day in days)
    asked = [parse_day(text, "fees diff") for text in (old, new) if text is not None]
    for day in asked:
        if day not in days:
            raise UsageError(f"There is no edition {day}.", hint=f"There are: {known}.")
    if len(asked) == 2:
        return asked[0], asked[1]
    if len(days) < 2:
        raise UsageError(
            f"There is only one edition, {known}: nothing to compare it with.",
            hint="Bring another in: tpi-billing fees import FILE --from YYYY-MM-DD",
        )
    return (asked[0] if asked else days[-2]), days[-1]


def _add_effect(
    data: dict[str, Any],
    settings: Settings,
    ledger: "Ledger",
    change: "EditionChange",
    months: int,
) -> None:
    """Add the items with what their claims of the last months show, and all of it together."""
    from tpi_billing.claims.repricing import Effect, effects, last_months
    from tpi_billing.ledger.billed import billed_lines

    first, last = last_months(settings.as_of, months)
    with ledger.reading() as connection:
        lines = billed_lines(connection, ledger.data_centre, first, last)
        found = effects(lines, change, data["new"], settings.config.policy.half_cent)
    _add_change(data, change, found)
    changed = sum((found[one.fee_item] for one in change.changed), Effect())
    dropped = sum((found[item.code] for item in change.dropped), Effect())
    data["effect"] = {
        "months": months,
        "from": first.isoformat(),
        "to": last.isoformat(),
        **_effect(changed),
        "already_new": changed.already_new,
        "dropped_claims": dropped.claims,
        "dropped_billed": dollars(dropped.billed_cents),
    }


def _add_change(
    data: dict[str, Any], change: "EditionChange", found: "Mapping[str, Effect]"
) -> None:
    def seen(code: str, *, would_be: bool = True) -> dict[str, Any]:
        return _effect(found[code], would_be=would_be) if code in found else {}

    data["added"] = [_item(item) for item in change.added]
    data["dropped"] = [
        {**_item(item), **seen(item.code, would_be=False)} for item in change.dropped
    ]
    data["changed"] = [
        {
            "fee_item": one.fee_item,
            "title": one.title,
            "old": dollars(one.old_cents),
            "new": dollars(one.new_cents),
            "difference": dollars(one.difference_cents),
            "percent": None if one.percent is None else str(one.percent),
            **seen(one.fee_item),
        }
        for one in change.changed
    ]
    data["effect"] = None


def _item(item: "FeeItem") -> dict[str, Any]:
    return {"fee_item": item.code, "title": item.title, "amount": dollars(item.amount_cents)}


def _effect(effect: "Effect", *, would_be: bool = True) -> dict[str, Any]:
    seen: dict[str, Any] = {
        "claims": effect.claims,
        "units": effect.units,
        "billed": dollars(effect.billed_cents),
    }
    if would_be:
        seen["would_be"] = dollars(effect.would_be_cents)
        seen["effect"] = dollars(effect.difference_cents)
    return seen


def _show(screen: Screen, data: dict[str, Any]) -> None:
    screen.heading(f"From the edition {data['old']} to {data['new']}")
    names = ("added", "dropped", "changed")
    screen.facts([(name, str(len(data[name]))) for name in names])
    for name in ("added", "dropped"):
        if data[name]:
            screen.heading(f"{name.capitalize()} items")
            screen.table(
                ("item", "price", "title"),
                ((row["fee_item"], row["amount"], row["title"]) for row in data[name]),
                right=("price",),
                wrap=("title",),
            )
    if data["changed"]:
        screen.heading("Changed prices")
        screen.table(
            ("item", "old", "new", "change", "%", "title"),
            (
                (
                    row["fee_item"],
                    row["old"],
                    row["new"],
                    _signed(row["difference"]),
                    _signed(row["percent"] or ""),
                    row["title"],
                )
                for row in data["changed"]
            ),
            right=("old", "new", "change", "%"),
            wrap=("title",),
        )
    _show_effect(screen, data)


def _show_effect(screen: Screen, data: dict[str, Any]) -> None:
    effect = data["effect"]
    if effect is None:
        screen.remark(f"{data['no_effect_because']} So there are no claims to compare with.")
        return
    screen.heading(f"Claims for services from {effect['from']} to {effect['to']}")
    rows = [row for row in data["changed"] if row["claims"]]
    if not rows:
        screen.line("None of them has an item whose price changes.")
    else:
        screen.table(
            ("item", "claims", "units", "billed", "would be", "effect"),
            (_cells(row["fee_item"], row) for row in [*rows, {**effect, "fee_item": "all"}]),
            right=("claims", "units", "billed", "would be", "effect"),
        )
    if effect["already_new"]:
        screen.line(
            f"{effect['already_new']} of these claims were made with the edition {data['new']}."
        )
    if effect["dropped_claims"]:
        screen.line(
            f"Dropped items were billed in {effect['dropped_claims']} claims, "
            f"{effect['dropped_billed']}: find out what takes their place."
        )


def _cells(name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (str(row["claims"]), str(row["units"]))
    return (name, *counts, row["billed"], row["would_be"], _signed(row["effect"]))


def _signed(amount: str) -> str:
    return amount if amount[:1] in {"-", ""} else f"+{amount}"
