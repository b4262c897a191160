"""`fees show` and `fees search`: look fee items up."""

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.codes import FeeItem

On = Annotated[
    str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The service date; default: today.")
]


def show(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The fee item, five digits.")],
    on: On = None,
) -> Result:
    """Show a fee item with its price and rules.

    Example: tpi-billing fees show 01157
    """
    settings: Settings = ctx.obj
    day = service_day(settings, on)
    found = settings.codes.fee_item(item, day)
    if found is None:
        raise _no_such_item(settings, item, day)
    rules = _rules(settings, item)
    data = {**_item_row(found), "rules": rules}

    def show_item(screen: Screen) -> None:
        screen.heading(f"{found.code} {found.title}".rstrip())
        screen.facts(
            [
                ("price", dollars(found.amount_cents)),
                ("letter", found.prefix),
                ("edition", found.edition),
                ("page", str(found.pdf_page or "")),
                ("price was", _CERTAINTY[found.status]),
            ]
        )
        for rule in rules:
            screen.line(f"- {rule['rule']}")
            screen.remark(f"    {rule['source']}")

    return Result(data, show_item)


def _no_such_item(settings: Settings, item: str, day: date) -> UsageError:
    """Say which edition lacks an item, and which item may be meant: `1157` is 01157."""
    edition = settings.codes.edition_on(day).name
    hint = "Find it by word: tpi-billing fees search block"
    whole = item.rjust(5, "0")
    if settings.codes.fee_item(whole, day):
        hint = f"Did you mean {whole}? {hint}"
    shown = item if re.fullmatch(r"[0-9A-Za-z]{1,6}", item) else "of that number"
    return UsageError(
        f"There is no fee item {shown} in the edition {edition}, which is in force on {day}.",
        hint=hint,
    )


_CERTAINTY = {
    "checked": "compared with the printed schedule",
    "extracted": "read by a program only: compare it before you rely on it",
    "clinic": "given by the clinic's own edition",
}


def _rules(settings: Settings, item: str) -> list[dict[str, str]]:
    book = settings.codes.rules
    rule = book.item(item)
    said: list[tuple[str, str]] = []
    own = [
        f"kind: {rule.kind}",
        f"referral: {rule.referral.replace('-', ' ')}",
        *([f"at most {rule.units_per_day} a day"] if rule.units_per_day else []),
        *(
            [f"age {rule.from_age or 0} to {rule.to_age or 'any'}"]
            if rule.from_age or rule.to_age
            else []
        ),
        *(["start and end time needed"] if rule.time_required else []),
        *([f"at least {rule.minimum_minutes} minutes"] if rule.minimum_minutes else []),
    ]
    said.append(("; ".join(own), rule.source))
    if group := book.group_of(item):
        percents = ", ".join(f"{percent}%" for percent in group.percents)
        said.append(
            (f"one of a group: at most {group.max_paid} a day, at {percents}", group.source)
        )
    for inclusion in book.inclusions:
        if item in inclusion.included:
            near = f" within {inclusion.within_cm} cm" if inclusion.within_cm else ""
            hosts = _listed(inclusion.beside)
            said.append((f"not billed beside {hosts}{near}", inclusion.source))
    for exclusion in book.exclusions:
        if item in exclusion.items:
            others = _listed(exclusion.items - {item})
            said.append((f"never on the same day as {others}", exclusion.source))
    return [{"rule": text, "source": source} for text, source in said]


def _listed(items: frozenset[str]) -> str:
    shown = sorted(items)
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Number or words.")],
    on: On = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """Find fee items by number or by word.

    Example: tpi-billing fees search nerve block
    """
    settings: Settings = ctx.obj
    found = settings.codes.search_fee_items(" ".join(words), service_day(settings, on))[:limit]
    data = {"fee_items": [_item_row(item) for item in found]}

    def show_items(screen: Screen) -> None:
        screen.table(
            ("item", "price", "page", "title"),
            (
                (item.code, dollars(item.amount_cents), str(item.pdf_page or ""), item.title)
                for item in found
            ),
            right=("price", "page"),
            wrap=("title",),
        )
        screen.remark(
            f"{counted(len(found), 'fee item')}. Only items of a clinic like this have titles."
        )

    return Result(data, show_items)


def _item_row(item: "FeeItem") -> dict[str, Any]:
    return {
        "fee_item": item.code,
        "title": item.title,
        "prefix": item.prefix,
        "amount": dollars(item.amount_cents),
        "edition": item.edition,
        "page": item.pdf_page,
        "status": item.status,
    }


def service_day(settings: Settings, on: str | None) -> date:
    """Return the service date that was asked for, else today."""
    return settings.as_of if on is None else parse_day(on, "--on")
