"""The amounts of a remittance: what its lines come to, and what MSP states in its totals."""

from dataclasses import dataclass
from datetime import date

from tpi_billing.model.remittance import ADJUSTMENT_RECORDS, Standing


@dataclass(frozen=True, slots=True)
class AmountGroup:
    """Lines of one remittance that agree in all of this; cents are those of each, signed.

    `repeated` lines are those that one file has more than once, all but the first of them.
    `billed_cents` is that of the claim where MSP does not say (S01), `paid_cents` of an adjustment
    (S23, S24) what it adds; None is an amount that cannot be read. `stated_cents` are the
    adjustments within a claim line. `claim_id` and `line_number` are those of the first of them.
    """

    record: str
    practitioner_number: str
    standing: Standing
    repeated: bool
    billed_cents: int | None
    paid_cents: int | None
    stated_cents: int
    count: int = 1
    claim_id: int | None = None
    line_number: int = 0

    @property
    def is_adjustment(self) -> bool:
        """Tell whether they are adjustments, which are about no claim."""
        return self.record in ADJUSTMENT_RECORDS


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """What an S21 or S22 states, in signed cents, None where it cannot be read.

    `practitioner_number` and `name` are blank and the payee's in an S21; an S22 has no deposit.
    """

    record: str
    line_number: int
    practitioner_number: str
    name: str
    billed_cents: int | None
    paid_cents: int | None
    balance_forward_cents: int = 0
    deposit_cents: int | None = None
    new_balance_cents: int = 0


@dataclass(frozen=True, slots=True)
class RemittanceAmounts:
    """All amounts of the remittance of a payee on a payment date.

    `incomplete` says, in words, why lines of it may be missing: a file cut off, a control count.
    """

    payment_date: date
    payee_number: str
    groups: tuple[AmountGroup, ...]
    totals: tuple[StatedTotal, ...]
    incomplete: tuple[str, ...] = ()
