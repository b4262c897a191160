"""A claim, and the lives of claims and batches: one table of transitions each."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from tpi_billing.model.quickly import quickly_made

DAYS_TO_SUBMIT = 90
"""MSP takes a claim until so many days after the service, or after its own answer (facts, 4)."""


DEBIT = "E"
"""The submission code of a request to take a payment back (Teleplan C02 P34)."""


class ClaimState(StrEnum):
    """Where a claim stands between its batch and its money."""

    BATCHED = "batched"
    SENT = "sent"
    HELD = "held"
    PAID = "paid"
    PAID_CHANGED = "paid-changed"
    REFUSED = "refused"
    CORRECTED = "corrected"
    WRITTEN_OFF = "written-off"
    DEBIT_REQUESTED = "debit-requested"
    DEBITED = "debited"
    VOID = "void"


class BatchState(StrEnum):
    """Where a batch stands between its making and MSP's answer."""

    PREPARED = "prepared"
    SENT = "sent"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    VOID = "void"


_C, _B = ClaimState, BatchState
CLAIM_TRANSITIONS: dict[ClaimState, frozenset[ClaimState]] = {
    _C.BATCHED: frozenset({_C.SENT, _C.VOID}),
    _C.SENT: frozenset({_C.HELD, _C.PAID, _C.PAID_CHANGED, _C.REFUSED}),
    _C.HELD: frozenset({_C.PAID, _C.PAID_CHANGED, _C.REFUSED}),
    # MSP takes a payment back by itself: the whole of it, or a part.
    _C.PAID: frozenset({_C.DEBIT_REQUESTED, _C.REFUSED, _C.PAID_CHANGED}),
    _C.PAID_CHANGED: frozenset(
        {_C.CORRECTED, _C.WRITTEN_OFF, _C.DEBIT_REQUESTED, _C.REFUSED, _C.PAID}
    ),
    # Paid again only after a payment was taken back.
    _C.REFUSED: frozenset({_C.CORRECTED, _C.WRITTEN_OFF, _C.PAID, _C.PAID_CHANGED}),
    # Back to what it was when MSP refuses the debit, or its record is voided.
    _C.DEBIT_REQUESTED: frozenset({_C.DEBITED, _C.PAID, _C.PAID_CHANGED}),
    # Back to what it was when the claim that took its place is voided.
    _C.CORRECTED: frozenset({_C.REFUSED, _C.PAID_CHANGED}),
    _C.WRITTEN_OFF: frozenset(),
    _C.DEBITED: frozenset(),
    _C.VOID: frozenset(),
}
BATCH_TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    _B.PREPARED: frozenset({_B.SENT, _B.UNKNOWN, _B.VOID}),
    # Back to prepared when MSP's page took some of its files and not the others.
    _B.SENT: frozenset({_B.ACCEPTED, _B.REJECTED, _B.PREPARED}),
    # Back to prepared once it is certain that MSP has nothing of it.
    _B.UNKNOWN: frozenset({_B.SENT, _B.ACCEPTED, _B.REJECTED, _B.PREPARED}),
    _B.ACCEPTED: frozenset(),
    _B.REJECTED: frozenset({_B.VOID}),
    _B.VOID: frozenset(),
}


class _Owed:
    """What MSP should pay for a claim, by what the claim says."""

    __slots__ = ()
    amount_cents: int
    expected_cents: int | None
    submission_code: str

    @property
    def due_cents(self) -> int:
        """What MSP should pay for it, in cents: the billed amount unless told otherwise."""
        return self.amount_cents if self.expected_cents is None else self.expected_cents

    @property
    def is_debit(self) -> bool:
        """Tell whether it asks MSP to take a payment back (Teleplan C02 P34 `E`)."""
        return self.submission_code == DEBIT


@quickly_made
@dataclass(frozen=True, slots=True)
class Claim(_Owed):
    """One line to MSP: one fee item of one patient on one day, priced and explained.

    Every value that the claim says is kept with it, so that a later change of the session, the
    configuration or the fee schedule never changes what was billed. Sequence numbers begin again
    after 9999999: `sequence_cycle` counts how often they have. `amount_cents` is the billed
    amount, `units` the number of services, times are the session's own.

    `predecessor` is the claim whose place this one takes. `expected_cents` is what MSP should pay
    for it where that is not the billed amount: less what was paid before, negative for a debit
    request. `paid_cents` adds up MSP's lines, `adjusted_cents` what those say to explain another
    amount. `sent_on` is the day it went to MSP, `billed_month` the month of the books.
    """

    session_key: int
    session_id: str
    source: str
    patient_key: str
    practitioner_number: str
    payee_number: str
    phn: str
    dependent: str
    first_name: str
    second_name: str
    surname: str
    birth_date: date | None
    sex: str
    insurer: str
    registration_number: str
    address_1: str
    address_2: str
    city: str
    postal_code: str
    fee_item: str
    units: int
    unit_price_cents: int
    percent: int
    amount_cents: int
    edition: str
    price_status: str
    explanation: str
    service_date: date
    start_time: time | None
    end_time: time | None
    submission_code: str
    clarification_code: str
    location_code: str
    facility_number: str
    diagnoses: tuple[str, ...]
    referral_code: str
    referral_number: str
    referral_name: str
    referral_profession: str
    referral_date: date | None
    mva: bool
    icbc_claim_number: str
    note: str
    approval_reference: str = ""
    original_file_number: str = ""
    ordinal: int = 1
    claim_id: int | None = None
    batch_id: int | None = None
    office_folio: int | None = None
    sequence_cycle: int = 1
    sequence_number: int | None = None
    state: ClaimState = ClaimState.BATCHED
    paid_cents: int | None = None
    adjusted_cents: int = 0
    predecessor: int | None = None
    expected_cents: int | None = None
    sent_on: date | None = None
    billed_month: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class ClaimAtMsp(_Owed):
    """What of a claim MSP's answers turn on: of very many claims no more than this is read."""

    claim_id: int
    batch_id: int
    sequence_number: int | None
    state: ClaimState
    fee_item: str
    units: int
    amount_cents: int
    expected_cents: int | None
    submission_code: str
    predecessor: int | None
    paid_cents: int | None
    adjusted_cents: int


Answerable = Claim | ClaimAtMsp
"""A claim that MSP can answer."""
