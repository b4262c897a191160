"""What a check may look at: one session and its surroundings, as plain values."""

from dataclasses import dataclass, field
from datetime import date

from tpi_billing.checks.history import AN_ORDINARY_DAY, NO_HISTORY, History, PractitionerDay
from tpi_billing.codes import CodeBook, Insurer, ItemRule
from tpi_billing.config import Config, Practitioner
from tpi_billing.model.session import Session
from tpi_billing.pricing.lines import DayItem, PricedLine

_BC_PLAN = frozenset({"msp", "icbc"})


@dataclass(slots=True)
class Visit:
    """A session under examination.

    `lines` are this session's own lines after the whole day was priced; a line that is not billed
    says why. `as_of` is the day on which the claim would be sent. `unreadable` names the columns
    whose cells could not be read: they are blank here, which is not said a second time.

    `history` is the patient's, in which this visit stands at `position`; `day` is what the rest of
    the practitioner's day says. `approval` is MSP's reference for an over-age claim.

    What follows from these is worked out once, because every rule asks for it: `practitioner` is
    None when the configuration does not know the number, `payer` when the session's word is not
    known or could not be read; `on_bc_plan` tells whether the patient is claimed with a BC health
    number; `items` are what the session asks for, derived or named, billed or not, `rules` each
    with its rule, `kinds` their kinds; `unbilled` are the lines that do not become claims.
    """

    session: Session
    config: Config
    codes: CodeBook
    as_of: date
    lines: tuple[PricedLine, ...] = ()
    unreadable: frozenset[str] = frozenset()
    history: History = NO_HISTORY
    position: int = 0
    day: PractitionerDay = AN_ORDINARY_DAY
    approval: str = ""
    practitioner: Practitioner | None = field(init=False)
    payer: Insurer | None = field(init=False)
    on_bc_plan: bool = field(init=False)
    items: tuple[DayItem, ...] = field(init=False)
    rules: tuple[tuple[DayItem, ItemRule], ...] = field(init=False)
    kinds: frozenset[str] = field(init=False)
    unbilled: tuple[PricedLine, ...] = field(init=False)

    def __post_init__(self) -> None:
        session, codes, lines = self.session, self.codes, self.lines
        self.practitioner = self.config.practitioner(session.practitioner_number)
        self.payer = None if "insurer" in self.unreadable else codes.insurer(session.insurer)
        self.on_bc_plan = self.payer is not None and self.payer.kind in _BC_PLAN
        rule_of = codes.rules.item
        self.items = tuple([line.item for line in lines])
        self.rules = tuple([(item, rule_of(item.fee_item)) for item in self.items])
        self.kinds = frozenset([rule.kind for _, rule in self.rules])
        self.unbilled = tuple([line for line in lines if not line.billed])

    @property
    def billed_cents(self) -> int:
        """What the session comes to, in cents."""
        return sum(line.amount_cents for line in self.lines if line.billed)

    def is_blank(self, column: str, value: object) -> bool:
        """Tell whether a column is blank of itself, not because its cell could not be read."""
        return not value and column not in self.unreadable
