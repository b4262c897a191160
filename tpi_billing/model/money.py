"""Money as integer cents, with text at the edges. No float comes near it."""

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

HalfCent = Literal["half-up", "half-even", "down"]
"""How half a cent is rounded. MSP publishes no rule, so the clinic's policy says."""

_ROUNDING = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
_DOLLARS = re.compile(r"\$?\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def cents_of(text: str) -> int:
    """Read dollars such as `77.92`, `$1,204.5` or `12` as cents; raise ValueError for others."""
    match = _DOLLARS.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an amount of dollars and cents: {text!r}")
    whole, fraction = match.groups()
    return int(whole.replace(",", "")) * 100 + int((fraction or "").ljust(2, "0"))


def dollars(cents: int) -> str:
    """Write cents as dollars without commas: 871845 is `8718.45`, -5 is `-0.05`."""
    sign = "-" if cents < 0 else ""
    whole, fraction = divmod(abs(cents), 100)
    return f"{sign}{whole}.{fraction:02d}"


def decimal_dollars(cents: int) -> Decimal:
    """Return cents as a Decimal of dollars, for cells that are real numbers."""
    return Decimal(cents).scaleb(-2)


def portion(cents: int, percent: int, half_cent: HalfCent) -> int:
    """Return `percent` of `cents`, half a cent rounded as the policy says."""
    exact = Decimal(cents) * percent / 100
    return int(exact.quantize(Decimal(1), rounding=_ROUNDING[half_cent]))
