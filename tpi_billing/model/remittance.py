"""What MSP answers, line by line, and where each line stands with the claims."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tpi_billing.model.quickly import quickly_made

CLAIM_RECORDS = frozenset({"C12", "S00", "S01", "S02", "S03", "S04"})
"""Records that answer one claim; S00 is about a claim that another data centre sent."""
ADJUSTMENT_RECORDS = frozenset({"S23", "S24"})
PAYEE_TOTAL, PRACTITIONER_TOTAL = "S21", "S22"


class Standing(StrEnum):
    """What became of a line: it moved a claim, could not, found none, or is about none."""

    APPLIED = "applied"
    NOT_APPLIED = "not-applied"
    UNMATCHED = "unmatched"
    KEPT = "kept"


@quickly_made
@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One line of MSP's, once, whichever files it came in.

    `content` is the line as it stands, any byte as its Latin-1 character; `ordinal` counts equal
    lines of one file. Cents are signed: `paid_cents` is what a claim line pays, or an adjustment
    (S23, S24) comes to, None of any other record. `stated_adjustments_cents` adds up the
    adjustments within a claim line; `adjusted_cents` is that where it explains why another amount
    is paid. `billed_cents` is None where a line does not say. `problem` says why it moved no claim.
    `month` is that of the books, blank without money; `claim_month` that in which its claim took
    the money, blank while none has.
    """

    line_id: int
    content_sha256: str
    ordinal: int
    file_id: int
    line_number: int
    record: str
    content: str
    payment_date: date | None
    payee_number: str
    practitioner_number: str
    sequence_number: int | None
    office_folio: int | None
    file_number: str
    explanatory_codes: tuple[str, ...]
    billed_cents: int | None
    paid_cents: int | None
    stated_adjustments_cents: int
    adjusted_cents: int
    paid_fee_item: str
    paid_units: int | None
    standing: Standing
    problem: str
    claim_id: int | None
    month: str
    claim_month: str

    @property
    def answers_a_claim(self) -> bool:
        """Tell whether it is a line about one claim."""
        return self.record in CLAIM_RECORDS


@dataclass(frozen=True, slots=True)
class RemittanceFile:
    """A file of MSP's as it was taken in; `lines` counts all of it, `fragment` is a cut-off end.

    `remarks` are what is odd about the file, in words, none of which is a patient's.
    """

    file_id: int
    name: str
    sha256: str
    pickup_id: int | None
    imported_at: str
    imported_by: str
    lines: int
    fragment: str
    remarks: tuple[str, ...]


def line_hash(content: str) -> str:
    """Return the SHA-256 that a line is known by; blanks at its end may be lost on the way."""
    return hashlib.sha256(content.rstrip(" ").encode()).hexdigest()


def remittance_id(payment_date: date, payee_number: str) -> str:
    """Name the remittance of a payee on a payment date, as people and scripts do."""
    return f"{payment_date.isoformat()}-{payee_number}"
