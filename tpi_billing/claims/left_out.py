"""Lines that were left out of a batch because nobody recorded a distance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tpi_billing.claims.assessment import Assessed
from tpi_billing.codes import CodeBook
from tpi_billing.model.money import HalfCent
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.lines import PricedLine

_FAR = Decimal(1_000)
"""Further than any distance within which a block includes trigger points."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many sessions lack a line, and what they would be worth more, in cents."""

    sessions: int
    amount_cents: int


def left_out_for_want_of_distance(
    taken: Sequence[Assessed], codes: CodeBook, half_cent: HalfCent
) -> LeftOut:
    """Sum up the sessions whose trigger points were left out beside a block at no distance.

    Payment Schedule p.173, 6(g): only trigger points within 60 cm of the block belong to it. The
    money is the difference to the same session priced with points further away.
    """
    found = [one for one in taken if any(_left_out(line) for line in one.lines)]
    return LeftOut(len(found), sum(_worth(one, codes, half_cent) for one in found))


def _left_out(line: PricedLine) -> bool:
    return not line.billed and line.distance_unknown


def _worth(one: Assessed, codes: CodeBook, half_cent: HalfCent) -> int:
    items = [replace(line.item, block_distance_cm=_FAR) for line in one.lines]
    far = price_day(items, one.session.service_date, codes, half_cent)
    return sum(line.amount_cents for line in far) - one.amount_cents
