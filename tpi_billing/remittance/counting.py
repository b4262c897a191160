"""What files of MSP's come to when they are taken in: lines and cents, each counted once."""

from dataclasses import dataclass, field

from tpi_billing.model.claim import ClaimAtMsp, ClaimState
from tpi_billing.model.remittance import ADJUSTMENT_RECORDS, RemittanceLine, Standing
from tpi_billing.remittance.answering import outcome_of


@dataclass
class Counts:
    """What files hold, in lines and in cents, whether they are new or known (design, section 4).

    A matched claim line counts by its outcome, an unmatched one only as that. `paid_cents` adds up
    what matched claim lines pay, `unmatched_cents` the others, `deposit_cents` the payees' totals.
    """

    lines: int = 0
    new: int = 0
    paid: int = 0
    changed: int = 0
    refused: int = 0
    held: int = 0
    unmatched: int = 0
    adjustments: int = 0
    not_applied: int = 0
    paid_cents: int = 0
    unmatched_cents: int = 0
    adjusted_cents: int = 0
    deposit_cents: int = 0

    def add(self, line: RemittanceLine, claim: ClaimAtMsp | None, deposit_cents: int) -> None:
        """Count a line of the file."""
        self.lines += 1
        self.deposit_cents += deposit_cents
        if line.record in ADJUSTMENT_RECORDS:
            self.adjustments += 1
            self.adjusted_cents += line.paid_cents or 0
        if not line.answers_a_claim:
            return
        if claim is None:
            self.unmatched += 1
            self.unmatched_cents += line.paid_cents or 0
            return
        self.paid_cents += line.paid_cents or 0
        self.not_applied += line.standing is Standing.NOT_APPLIED
        taken_back = (line.paid_cents or 0) < 0  # also when it was asked for
        match ClaimState.PAID_CHANGED if taken_back else outcome_of(claim, line):
            case ClaimState.PAID:
                self.paid += 1
            case ClaimState.PAID_CHANGED:
                self.changed += 1
            case ClaimState.REFUSED:
                self.refused += 1
            case ClaimState.HELD:
                self.held += 1


@dataclass(frozen=True, slots=True)
class FileImported:
    """A file that was taken in: its number, whether it was known, what it holds, what is odd."""

    name: str
    file_id: int
    known: bool
    lines: int
    new: int
    fragment: bool
    remarks: tuple[str, ...]


@dataclass
class Imported:
    """What an import came to; `attention` are the numbers of lines that a person must look at."""

    counts: Counts = field(default_factory=Counts)
    files: list[FileImported] = field(default_factory=list)
    attention: list[int] = field(default_factory=list)
