"""What waits for a person, one item each: what, why, what to do, by when, for how much money."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from tpi_billing.claims.deadlines import days_left, last_day
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.claim import Claim
from tpi_billing.model.finding import Finding, Place
from tpi_billing.model.session import Session


class Kind(StrEnum):
    """What sort of item it is; the most pressing first, which is what an item counts as."""

    ANSWERED_VOID = "answered-void"
    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    REFUSED = "refused"
    UNDERPAID = "underpaid"
    CHANGED = "changed"
    SILENT = "silent"
    NOT_APPLIED = "not-applied"
    ALTERED = "altered"
    REVIEW = "review"
    REFERRAL = "referral"
    REJECTED = "rejected"
    HELD = "held"
    UNMATCHED = "unmatched"
    UNSENT = "unsent"


Subject = Literal[
    "session", "claim", "review", "batch", "month", "patient", "row", "line", "remittance"
]
"""What an item is about; a `remittance` is one that has not come, a `line` is one of MSP's.

A `review` is a claim that MSP may be content with, and that the chart does not support.
"""

BILLING, FRONT_DESK, PRACTITIONER, MSP = "billing", "front desk", "practitioner", "MSP"
NOWHERE = Place()
_WHO_BY_FAMILY = {
    "identity": FRONT_DESK,
    "referral": FRONT_DESK,
    "diagnosis": PRACTITIONER,
    "record keeping": PRACTITIONER,
}
_WHO_BY_CHECK = {"mva-incomplete": FRONT_DESK, "note-too-long": BILLING}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item waits and what to do; `code` is a check's id or what the item itself is called.

    `who` acts is a guess by the sort of fault: the chart's author, the front desk, or billing.
    Where MSP gave an explanatory code, `field` is the place at fault (a Teleplan P number, or N01)
    and `column` the session column that it comes from; each is blank where there is none.
    """

    code: str
    title: str
    message: str
    cure: str
    who: str = BILLING
    explanatory_code: str = ""
    field: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose it is, whole and not masked."""

    first_name: str
    surname: str
    patient_id: str


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing that waits for a person.

    It counts as `kind`, the most pressing of its `kinds`. `service_date` is the earliest service's;
    a line of MSP's that found no claim stands there with its own day. `last_day` is None where MSP
    sets no day or is not the one who pays, and for what is `approved` as over-age: until when is in
    MSP's letter. `amount_cents` is what it would come to, None where that is not known;
    `outstanding_cents` is what MSP still owes for a claim, negative when it paid too much.
    `record` and `answered` are those of the line that says so: its kind and its day.
    """

    subject: Subject
    kinds: frozenset[Kind]
    kind: Kind
    reasons: tuple[Reason, ...]
    service_date: date
    last_day: date | None
    amount_cents: int | None
    sessions: int = 1
    session_id: str = ""
    claim_id: int | None = None
    batch_id: int | None = None
    month: str = ""
    practitioner_number: str = ""
    patient: Person | None = None
    place: Place = NOWHERE
    approved: bool = False
    outstanding_cents: int | None = None
    record: str = ""
    answered: date | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """How much waits of one kind; `amount_cents` adds up the amounts that are known."""

    kind: Kind
    items: int
    sessions: int
    amount_cents: int


def urgency(last: date | None, as_of: date, due_soon_days: int) -> Iterator[Kind]:
    """Yield whether a last day has passed, or is at most so many days away."""
    if last is None:
        return
    left = days_left(last, as_of)
    if left < 0:
        yield Kind.OVERDUE
    elif left <= due_soon_days:
        yield Kind.DUE_SOON


def person(about: Session | Claim) -> Person:
    """Return the patient of a session or a claim; a claim does not know the chart's number."""
    chart = about.patient_id if isinstance(about, Session) else ""
    return Person(about.first_name, about.surname, chart)


def most_pressing(kinds: Iterable[Kind]) -> Kind:
    """Return the kind that an item counts as."""
    return min(kinds, key=list(Kind).index)


def reason_of(finding: Finding) -> Reason:
    """Tell a finding as a reason: its check's title, its own message and cure."""
    check = CHECK[finding.code]
    who = _WHO_BY_CHECK.get(check.id) or _WHO_BY_FAMILY.get(check.family, BILLING)
    return Reason(check.id, check.title, finding.message, finding.hint, who)


def in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    """Sort by the last day, the worst first; those that have none come last.

    What MSP approved as over-age stands where its own last day was; what may be billed twice
    stands before everything.
    """
    return sorted(
        items,
        key=lambda item: (
            Kind.ANSWERED_VOID not in item.kinds,
            item.last_day or (last_day(item.service_date) if item.approved else date.max),
            -(item.amount_cents or 0),
            item.service_date,
            item.session_id,
            item.claim_id or item.batch_id or 0,
        ),
    )


def chosen(
    items: Iterable[WorkItem], kind: Kind | None = None, before: date | None = None
) -> list[WorkItem]:
    """Keep the items of a kind, which then count as it, and those whose last day is before a day.

    A kind is looked for among all that an item is: a referral that is due soon is both.
    """
    kept = []
    for item in items:
        if kind is not None and kind not in item.kinds:
            continue
        if before is not None and (item.last_day is None or item.last_day >= before):
            continue
        kept.append(item if kind is None else replace(item, kind=kind))
    return kept


def totals(items: Sequence[WorkItem]) -> list[Total]:
    """Add up the items by the kind that each counts as; kinds without any are left out."""
    added = []
    for kind in Kind:
        group = [item for item in items if item.kind is kind]
        if group:
            added.append(
                Total(
                    kind,
                    len(group),
                    sum(item.sessions for item in group),
                    sum(item.amount_cents or 0 for item in group),
                )
            )
    return added
