"""What new prices do: to sessions that are not billed yet, and to what was billed lately.

A claim keeps the price and the edition that it was made with; nothing here changes one.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tpi_billing.claims.assessment import Assessor
from tpi_billing.codes import CodeBook
from tpi_billing.codes.edition_change import EditionChange
from tpi_billing.config import Config
from tpi_billing.ledger.billed import BilledLines
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.money import HalfCent, portion


@dataclass(frozen=True, slots=True)
class Repriced:
    """The unbilled sessions that come to another amount, and what they come to, in cents.

    `newly_held` counts the unbilled sessions that cannot be billed any more, for want of an item.
    """

    sessions: int = 0
    before_cents: int = 0
    after_cents: int = 0
    newly_held: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What the live claims of an item were billed for, and what they come to at another price.

    Claims keep their units and percentages. `already_new` of them were made with the new edition.
    """

    claims: int = 0
    units: int = 0
    billed_cents: int = 0
    would_be_cents: int = 0
    already_new: int = 0

    @property
    def difference_cents(self) -> int:
        """What would have come in more; negative for less."""
        return self.would_be_cents - self.billed_cents

    def __add__(self, other: "Effect") -> "Effect":
        """Add two effects up."""
        return Effect(
            self.claims + other.claims,
            self.units + other.units,
            self.billed_cents + other.billed_cents,
            self.would_be_cents + other.would_be_cents,
            self.already_new + other.already_new,
        )


def reprice_unbilled(
    connection: Connection, config: Config, before: CodeBook, after: CodeBook, as_of: date
) -> Repriced:
    """Assess every unbilled session by both books and compare what it comes to."""
    sessions = before_cents = after_cents = newly_held = 0
    pairs = zip(
        Assessor(config, before, as_of).assess(connection, Scope()),
        Assessor(config, after, as_of).assess(connection, Scope()),
        strict=True,
    )
    for old, new in pairs:
        newly_held += new.held and not old.held
        if old.amount_cents != new.amount_cents:
            sessions += 1
            before_cents += old.amount_cents
            after_cents += new.amount_cents
    return Repriced(sessions, before_cents, after_cents, newly_held)


def last_months(as_of: date, months: int) -> tuple[date, date]:
    """Return the first and the last day of so many months that end with `as_of`."""
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - months, 12)
    day = min(as_of.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(days=1), as_of


def effects(
    lines: Iterable[BilledLines], change: EditionChange, edition: str, half_cent: HalfCent
) -> dict[str, Effect]:
    """Work out for each changed or dropped item what its claims come to at the new price.

    `edition` names the new edition. A dropped item comes to nothing; an item without a claim has
    an effect of zeros.
    """
    prices = {item.code: 0 for item in change.dropped}
    prices |= {one.fee_item: one.new_cents for one in change.changed}
    found = dict.fromkeys(prices, Effect())
    for line in lines:
        if line.fee_item in prices:
            each = portion(prices[line.fee_item] * line.units, line.percent, half_cent)
            found[line.fee_item] += Effect(
                line.claims,
                line.units * line.claims,
                line.amount_cents,
                each * line.claims,
                line.claims if line.edition == edition else 0,
            )
    return found
