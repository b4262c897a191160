"""Everything that some lines of MSP's say, in an order that a person can follow.

Of a remittance, or of a file: what was paid as billed, paid otherwise, refused, held, taken back;
what found no claim or could not be applied; adjustments and messages.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import cast

from tpi_billing.claims.explaining import deadline
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.exchange import bytes_of
from tpi_billing.model.claim import Answerable, Claim, ClaimState
from tpi_billing.model.remittance import (
    ADJUSTMENT_RECORDS,
    PAYEE_TOTAL,
    PRACTITIONER_TOTAL,
    RemittanceLine,
    Standing,
)
from tpi_billing.remittance.answering import outcome_of
from tpi_billing.remittance.explaining import (
    Explained,
    ExplainedAdjustment,
    explain,
    explain_adjustment,
)
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.records import LAYOUTS

_MESSAGES = frozenset({"S25", "M01"})


class Kind(StrEnum):
    """What a line says of a claim, or why it says nothing of one."""

    PAID = "paid"
    CHANGED = "changed"
    REFUSED = "refused"
    HELD = "held"
    TAKEN_BACK = "taken-back"
    UNMATCHED = "unmatched"
    NOT_APPLIED = "not-applied"


@dataclass(frozen=True)
class Item:
    """A line about a claim, the claim as it stands now, and MSP's codes in our words.

    `last_day` is that of sending it again, None where there is no use in it or no day is known.
    """

    kind: Kind
    line: RemittanceLine
    claim: Claim | None
    codes: tuple[Explained, ...]
    last_day: date | None = None

    @property
    def billed_cents(self) -> int:
        """What was billed: as MSP says, else what is due for the claim, else what is paid."""
        return _billed_cents(self.line, self.claim)

    @property
    def paid_cents(self) -> int:
        """What it pays; negative when it takes money back."""
        return self.line.paid_cents or 0

    @cached_property
    def record(self) -> Record:
        """The line's fields."""
        return record_of(self.line)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An adjustment of a payee (S23) or a practitioner (S24), in signed cents."""

    line: RemittanceLine
    explained: ExplainedAdjustment
    record: Record

    @property
    def cents(self) -> int:
        """What it adds to the payment."""
        return self.line.paid_cents or 0


@dataclass(frozen=True, slots=True)
class Message:
    """MSP's words to everybody, a practitioner or the data centre (S25, M01)."""

    line: RemittanceLine
    text: str


@dataclass
class Sum:
    """Claim lines, and what they come to in signed cents."""

    lines: int = 0
    billed_cents: int = 0
    paid_cents: int = 0

    def add(self, billed_cents: int, paid_cents: int) -> None:
        """Count a line about a claim."""
        self.lines += 1
        self.billed_cents += billed_cents
        self.paid_cents += paid_cents


@dataclass
class Statement:
    """What lines say, sorted out; what is paid as billed is only added up, with MSP's remarks.

    `by_practitioner` adds up every claim line of a remittance but the held ones. `unread` counts
    records whose columns are not known.
    """

    paid: Sum = field(default_factory=Sum)
    remarked: Counter[str] = field(default_factory=Counter)
    items: dict[Kind, list[Item]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    by_practitioner: dict[str, Sum] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    lines: int = 0

    @property
    def needs_a_person(self) -> bool:
        """Tell whether anything in it must be looked at."""
        return any(items for kind, items in self.items.items() if kind is not Kind.HELD)


def record_of(line: RemittanceLine) -> Record:
    """Read a line's fields."""
    (record,) = read_records(bytes_of(line.content))
    return record


def make_statement(
    lines: Iterable[tuple[RemittanceLine, Answerable | None]], codes: CodeBook
) -> Statement:
    """Sort out lines, each with its claim, in one go; only what a person must see is kept.

    A claim has to be whole (`Claim`) unless its line pays it as it was billed.
    """
    statement = Statement()
    for line, claim in lines:
        statement.lines += 1
        if line.answers_a_claim:
            _add_answer(statement, line, claim, codes)
        else:
            _add_other(statement, line, codes)
    return statement


def kind_of(line: RemittanceLine, claim: Answerable | None) -> Kind:
    """Tell what a line about a claim says; what could not be applied is only that."""
    if claim is None:
        return Kind.UNMATCHED
    if line.standing is Standing.NOT_APPLIED:
        return Kind.NOT_APPLIED
    if (line.paid_cents or 0) < 0:
        return Kind.TAKEN_BACK
    return _KINDS[outcome_of(claim, line)]


_CAN_BE_SENT_AGAIN = frozenset({Kind.REFUSED, Kind.CHANGED, Kind.TAKEN_BACK})
_KINDS = {
    ClaimState.PAID: Kind.PAID,
    ClaimState.PAID_CHANGED: Kind.CHANGED,
    ClaimState.REFUSED: Kind.REFUSED,
    ClaimState.HELD: Kind.HELD,
}


def _billed_cents(line: RemittanceLine, claim: Answerable | None) -> int:
    if line.billed_cents is not None:
        return line.billed_cents
    if claim is not None:
        taken_back = (line.paid_cents or 0) < 0 and not claim.is_debit
        due = claim.due_cents if claim.is_debit else claim.amount_cents
        return line.paid_cents or 0 if taken_back else due
    return (line.paid_cents or 0) - line.stated_adjustments_cents


def _item(kind: Kind, line: RemittanceLine, claim: Claim | None, codes: CodeBook) -> Item:
    given, until = line.explanatory_codes, None
    if claim is not None and kind in _CAN_BE_SENT_AGAIN:
        until = deadline(claim, given, codes, line.payment_date or claim.service_date)
    return Item(kind, line, claim, explain(codes, given), until)


def _add_answer(
    statement: Statement, line: RemittanceLine, claim: Answerable | None, codes: CodeBook
) -> None:
    kind = kind_of(line, claim)
    cents = _billed_cents(line, claim), line.paid_cents or 0
    if line.record not in {"C12", "S04"}:
        statement.by_practitioner.setdefault(line.practitioner_number, Sum()).add(*cents)
    if kind is Kind.PAID:
        statement.paid.add(*cents)
        statement.remarked.update(line.explanatory_codes)
    else:
        whole = cast("Claim | None", claim)
        statement.items[kind].append(_item(kind, line, whole, codes))


def _add_other(statement: Statement, line: RemittanceLine, codes: CodeBook) -> None:
    if line.record in ADJUSTMENT_RECORDS:
        record = record_of(line)
        explained = explain_adjustment(codes, record.text("adjustment_code"))
        statement.adjustments.append(Adjustment(line, explained, record))
    elif line.record in _MESSAGES:
        statement.messages.append(Message(line, record_of(line).text("message").strip()))
    elif line.record == "VTC":
        statement.controls.append(record_of(line).text("made_at"))
    elif line.record not in {PAYEE_TOTAL, PRACTITIONER_TOTAL} and line.record not in LAYOUTS:
        statement.unread[line.record] += 1
