"""What goes into pricing and what comes out: requested items, billed items, priced lines."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tpi_billing.model.quickly import quickly_made


class Outcome(StrEnum):
    """What became of a requested fee item."""

    BILLED = "billed"
    INCLUDED = "included"  # belongs to another item of the day, never a line of its own
    EXCLUDED = "excluded"  # may not stand beside another item of the day
    OVER_LIMIT = "over-limit"  # beyond the number of fees that its group pays
    REPEATED = "repeated"  # an earlier session of the day has the same item
    ALREADY_BILLED = "already-billed"  # a live claim of the day has the same item
    NOT_PRICED = "not-priced"  # in no schedule of the service date


@quickly_made
@dataclass(frozen=True, slots=True)
class DayItem:
    """A fee item asked for by one session of a patient's day with one practitioner.

    `session` numbers the day's sessions from 0 in their order (start time, then id). `reason`
    says in plain words why the item is there. `block_distance_cm` is that session's own.
    `asked_by` names the earlier session of another practitioner's that has the same item that
    day. A `second_service` is billed beside an equal one because a person decided so.
    """

    session: int
    fee_item: str
    units: int
    reason: str
    block_distance_cm: Decimal | None = None
    session_id: str = ""
    asked_by: str = ""
    second_service: bool = False


@quickly_made
@dataclass(frozen=True, slots=True)
class BilledItem:
    """A fee item of the same patient and day that a live claim already has.

    One of another practitioner is `elsewhere`: it stands in the way of the same item, and has no
    other effect on the day's prices.
    """

    fee_item: str
    units: int
    percent: int
    claim_id: int
    batch_id: int
    session_id: str
    elsewhere: bool = False
    ordinal: int = 1
    block_distance_cm: Decimal | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class PricedLine:
    """One requested item after all rules of the day.

    `amount_cents` is 0 unless billed. `finding` is the id of the check that explains a line that
    is missing, as the rule's data names it; `because` says it in plain words for a screen or a
    spreadsheet. `distance_unknown` marks a block without a recorded distance. `beside` names the
    other item of the day that caused the outcome. `ordinal` tells equal items of the day apart;
    a `second_service` stands beside one by decision.
    """

    item: DayItem
    outcome: Outcome
    unit_price_cents: int = 0
    percent: int = 100
    amount_cents: int = 0
    edition: str = ""
    price_status: str = ""
    because: str = ""
    finding: str = ""
    beside: str = ""
    distance_unknown: bool = False
    ordinal: int = 1
    second_service: bool = False

    @property
    def fee_item(self) -> str:
        """The five-digit fee item."""
        return self.item.fee_item

    @property
    def billed(self) -> bool:
        """Tell whether the line becomes a claim."""
        return self.outcome is Outcome.BILLED
