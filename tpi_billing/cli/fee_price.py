"""`fees price`: try what items of one day come to together."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.fees import On, service_day
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.model.money import HalfCent
    from tpi_billing.pricing.lines import DayItem, PricedLine

_ITEM = re.compile(r"(\d{5})(?:x(\d{1,3}))?", re.IGNORECASE)


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

    More than a day allows of an item is refused. Age, time and history are not looked at.
    Example: tpi-billing fees price 01125 01157 --distance 75 --on 2026-10-01
    """
    from tpi_billing.pricing.day import price_day
    from tpi_billing.pricing.lines import DayItem

    settings: Settings = ctx.obj
    day = service_day(settings, on)
    apart = _distance(distance)
    asked = [
        DayItem(0, code, units, _title(settings, code, day), apart)
        for code, units in (_item(text) for text in items)
    ]
    refused = _over_the_days_limit(settings, asked)
    allowed = [one for one in asked if one.fee_item not in refused]
    lines = (
        *price_day(allowed, day, settings.codes, _half_cent(settings)),
        *(_refused(one, refused[one.fee_item]) for one in asked if one.fee_item in refused),
    )
    total = sum(line.amount_cents for line in lines)
    data: dict[str, Any] = {
        "on": day.isoformat(),
        "lines": [_line(line) for line in lines],
        "total": dollars(total),
    }

    def show_price(screen: Screen) -> None:
        from tpi_billing.cli.sessions import show_lines

        show_lines(screen, lines)

    missing = any(not line.billed for line in lines)
    return Result(data, show_price, attention=missing)


def _over_the_days_limit(settings: Settings, asked: "Sequence[DayItem]") -> dict[str, int]:
    """Return the items of which more is asked for than a day allows, with how many it does."""
    units: dict[str, int] = {}
    for one in asked:
        units[one.fee_item] = units.get(one.fee_item, 0) + one.units
    limits = {item: settings.codes.rules.item(item).units_per_day for item in units}
    return {item: most for item, most in limits.items() if most and units[item] > most}


def _refused(item: "DayItem", most: int) -> "PricedLine":
    from tpi_billing.pricing.lines import Outcome, PricedLine

    because = f"refused: at most {most} a day"
    return PricedLine(item, Outcome.OVER_LIMIT, finding="units-exceeded", because=because)


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


def _half_cent(settings: Settings) -> "HalfCent":
    """Return the workspace's rounding; prices can be tried without a workspace too."""
    from tpi_billing.config import FILE_NAME, Policy

    if (settings.workspace / FILE_NAME).exists():
        return settings.config.policy.half_cent
    return Policy().half_cent
