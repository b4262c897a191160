"""What a check may look at: one session and its surroundings, as plain values."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tpi_billing.codes import CodeBook, ItemRule
from tpi_billing.config import Config, Practitioner
from tpi_billing.model.session import Session
from tpi_billing.pricing.lines import DayItem, PricedLine


@dataclass
class Visit:
    """A session under examination.

    `lines` are this session's own lines after the whole day was priced; a line that is not billed
    says why. `as_of` is the day on which the claim would be sent.
    """

    session: Session
    config: Config
    codes: CodeBook
    as_of: date
    lines: tuple[PricedLine, ...] = ()

    @cached_property
    def practitioner(self) -> Practitioner | None:
        """Who did it, None when the configuration does not know the number."""
        return self.config.practitioner(self.session.practitioner_number)

    @cached_property
    def items(self) -> tuple[DayItem, ...]:
        """The fee items that the session asks for, derived or named, billed or not."""
        return tuple(line.item for line in self.lines)

    @cached_property
    def rules(self) -> tuple[tuple[DayItem, ItemRule], ...]:
        """Each item with its rule."""
        return tuple((item, self.codes.rules.item(item.fee_item)) for item in self.items)

    @cached_property
    def billed_cents(self) -> int:
        """What the session comes to, in cents."""
        return sum(line.amount_cents for line in self.lines if line.billed)
