"""What the stand-in remembers: files it has taken, how it judged each claim, what was fetched."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from tpi_billing.demo.stand_in.account import Account
from tpi_billing.teleplan.reader import Record, read_records


class Outcome(StrEnum):
    """What becomes of a claim, and the record that says so."""

    PAID = "S01"
    CHANGED = "S02"
    REFUSED = "S03"
    HELD = "S04"
    PRE_EDIT = "C12"


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a claim was judged. A held one is paid as billed in the remittance after.

    `paid_cents` is negative when a payment is taken back. `paid_fee_item` is blank for the item
    that was billed. A paid claim is taken back by itself so many remittances later as
    `recovered_after` says, 0 for never; `codes` then tell why.
    """

    outcome: Outcome
    codes: tuple[str, ...] = ()
    paid_cents: int = 0
    paid_fee_item: str = ""
    previous_paid_on: date | None = None
    recovered_after: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """Money beside the claims, in signed cents: an adjustment in each payee's n-th remittance."""

    remittance: int
    record: str
    code: str
    message: str
    cents: int


@dataclass
class JudgedClaim:
    """A claim that was taken: its C02 line, when it came, MSP's number of it, and the ruling."""

    text: str
    received: date
    file_number: str
    ruling: Ruling
    told: bool = False

    @cached_property
    def record(self) -> Record:
        """The C02 as it reads."""
        return next(read_records(self.text.encode("latin-1")))

    @property
    def billed_cents(self) -> int:
        """What was billed."""
        return self.record.number("billed_amount") or 0

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two claims one service: patient, practitioner, day, item."""
        return identity_of(self.record)


def identity_of(record: Record) -> tuple[object, ...]:
    """Return what makes two claims one service: patient, practitioner, day, item."""
    patient = tuple(
        record.text(name) for name in ("phn", "dependent", "insurer_code", "oin_registration")
    )
    service = record.text("practitioner_number"), record.day("service_date")
    return (*patient, *service, record.text("fee_item"))


@dataclass(slots=True)
class CommittedFile:
    """A file that was taken whole. `told`: the message about it was fetched."""

    received: date
    content: str
    first_number: int
    last_number: int
    claims: int
    told: bool = False


@dataclass(slots=True)
class State:
    """Everything that outlives a request, except who is signed on."""

    data_centre: str
    account: Account
    last_committed: int = 0
    files: list[CommittedFile] = field(default_factory=list)
    claims: list[JudgedClaim] = field(default_factory=list)
    fetched: set[date] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)

    @property
    def expected_number(self) -> int:
        """The number that the next file must begin with."""
        from tpi_billing.teleplan.numbering import number_after

        return number_after(self.last_committed) if self.last_committed else 1

    def next_file_number(self) -> str:
        """Return the stand-in's number for the claim that is judged next: ten digits."""
        return f"{1_000_000_001 + len(self.claims)}"
