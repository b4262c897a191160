"""`fees`: look fee items up, and try what they come to."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.codes import FeeItem
    from tpi_billing.model.money import HalfCent
    from tpi_billing.pricing.lines import PricedLine

On = Annotated[
    str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The service date; default: today.")
]
_ITEM = re.compile(r"(\d{5})(?:x(\d{1,3}))?", re.IGNORECASE)


def show(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The fee item, five digits.")],
    on: On = None,
) -> Result:
    """Show a fee item with its price and rules.

    Example: tpi-billing fees show 01157
    """
    settings: Settings = ctx.obj
    day = _day(settings, on)
    found = settings.codes.fee_item(item, day)
    if found is None:
        raise UsageError(
            f"There is no fee item {item} in the schedule of {day}.",
            hint="Find it by word: tpi-billing fees search block",
        )
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
    found = settings.codes.search_fee_items(" ".join(words), _day(settings, on))[:limit]
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


def price(
    ctx: typer.Context,
    items: Annotated[
        list[str], typer.Argument(metavar="ITEM...", help="Fee items; 00015x2 for two units.")
    ],
    distance: Annotated[
        str | None, typer.Option(metavar="CM", help="Trigger points to nerve block, in cm.")
    ] = None,
    on: On = None,
) -> Result:
    """Work out what items of one day come to together.

    Example: tpi-billing fees price 01125 01157 --distance 75 --on 2026-10-01
    """
    from tpi_billing.pricing.day import price_day
    from tpi_billing.pricing.lines import DayItem

    settings: Settings = ctx.obj
    day = _day(settings, on)
    apart = _distance(distance)
    asked = [
        DayItem(0, code, units, _title(settings, code, day), apart)
        for code, units in (_item(text) for text in items)
    ]
    lines = price_day(asked, day, settings.codes, _half_cent(settings))
    total = sum(line.amount_cents for line in lines)
    data = {
        "on": day.isoformat(),
        "lines": [_line(line) for line in lines],
        "total": dollars(total),
    }

    def show_price(screen: Screen) -> None:
        from tpi_billing.cli.sessions import show_lines

        show_lines(screen, lines)

    missing = any(not line.billed for line in lines)
    return Result(data, show_price, attention=missing)


def _line(line: "PricedLine") -> dict[str, Any]:
    return {
        "fee_item": line.fee_item,
        "units": line.item.units,
        "unit_price": dollars(line.unit_price_cents),
        "percent": line.percent if line.billed else 0,
        "amount": dollars(line.amount_cents),
        "outcome": line.outcome.value,
        "explanation": line.because,
        "finding": line.finding or None,
    }


def _item(text: str) -> tuple[str, int]:
    match = _ITEM.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"{text!r} is not a fee item.", hint="Five digits, with x and units: 01157 00015x2."
        )
    return match[1], int(match[2] or 1)


def _title(settings: Settings, code: str, day: date) -> str:
    found = settings.codes.fee_item(code, day)
    return (found.title if found else "") or "fee item"


def _distance(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        apart = Decimal(text)
    except InvalidOperation:
        apart = Decimal(-1)
    if not apart.is_finite() or apart < 0:
        raise UsageError(f"--distance takes centimetres, not {text!r}.", hint="For example 75.")
    return apart


def _day(settings: Settings, on: str | None) -> date:
    return settings.as_of if on is None else parse_day(on, "--on")


def _half_cent(settings: Settings) -> "HalfCent":
    """Return the workspace's rounding; prices can be tried without a workspace too."""
    from tpi_billing.config import FILE_NAME, Policy

    if (settings.workspace / FILE_NAME).exists():
        return settings.config.policy.half_cent
    return Policy().half_cent
