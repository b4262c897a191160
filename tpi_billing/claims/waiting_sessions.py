"""Sessions that wait for a person: held ones, clean ones in no batch, referrers to write to."""

from dataclasses import dataclass, field
from datetime import date

from tpi_billing.claims.assessment import Assessed
from tpi_billing.claims.deadlines import days_left, last_day
from tpi_billing.claims.overage import OTHER_PAYER, OVERDUE
from tpi_billing.claims.work_items import (
    FRONT_DESK,
    Kind,
    Reason,
    WorkItem,
    most_pressing,
    person,
    reason_of,
    urgency,
)
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger.waiting import WithoutStatus
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Place, Severity


@dataclass
class _CleanSessions:
    """The clean sessions of a month, counted; `approved` are over-age ones with MSP's approval."""

    month: str
    approved: bool
    count: int = 0
    due_soon: int = 0
    amount_cents: int = 0
    first: date = date.max


@dataclass
class _Letter:
    """A referrer who waits for something, told by the patient's first session that says so."""

    first: Assessed
    reason: Reason
    sessions: int = 0


@dataclass
class WaitingSessions:
    """Gathers items from sessions as they are assessed; clean ones are only counted.

    `due_soon_days` before the last day an item counts as due soon.
    """

    as_of: date
    due_soon_days: int
    _held: list[WorkItem] = field(default_factory=list)
    _clean: dict[tuple[str, bool], _CleanSessions] = field(default_factory=dict)
    _letters: dict[tuple[str, str], _Letter] = field(default_factory=dict)

    def add(self, one: Assessed) -> None:
        """Take an unbilled session."""
        for finding in one.findings:
            if finding.severity is Severity.WARNING and CHECK[finding.code].family == "referral":
                key = (one.candidate.stored.patient_key, finding.code)
                letter = self._letters.setdefault(key, _Letter(one, reason_of(finding)))
                letter.sessions += 1
        if one.held:
            self._held.append(self._held_item(one))
        elif one.claims:
            self._count(one)

    def items(self) -> list[WorkItem]:
        """Return what the sessions came to."""
        return [
            *self._held,
            *(self._month_item(group) for group in self._clean.values()),
            *(_letter_item(letter) for letter in self._letters.values()),
        ]

    def _held_item(self, one: Assessed) -> WorkItem:
        """Make the item of a held session; where another pays, MSP sets no day and pays nothing."""
        session = one.session
        holding = [finding for finding in one.findings if finding.holds]
        codes = {finding.code for finding in holding}
        ours = not codes & OTHER_PAYER
        last = last_day(session.service_date) if ours else None
        approved = last is not None and last < self.as_of and OVERDUE not in codes
        if approved:
            last = None
        kinds = {Kind.HELD, *urgency(last, self.as_of, self.due_soon_days)}
        if any(CHECK[code].family == "referral" for code in codes):
            kinds.add(Kind.REFERRAL)
        return WorkItem(
            "session",
            frozenset(kinds),
            most_pressing(kinds),
            tuple(reason_of(finding) for finding in holding),
            session.service_date,
            last,
            one.amount_cents if ours else None,
            session_id=session.session_id,
            practitioner_number=session.practitioner_number,
            patient=person(session),
            place=one.candidate.place,
            approved=approved,
        )

    def _count(self, one: Assessed) -> None:
        """Count a clean session of an earlier month, or one whose days are nearly over."""
        day = one.session.service_date
        month = f"{day:%Y-%m}"
        left = days_left(last_day(day), self.as_of)
        due_soon = 0 <= left <= self.due_soon_days
        if month >= f"{self.as_of:%Y-%m}" and not due_soon:
            return
        group = self._clean.setdefault((month, left < 0), _CleanSessions(month, left < 0))
        group.count += 1
        group.due_soon += due_soon
        group.amount_cents += one.amount_cents
        group.first = min(group.first, day)

    def _month_item(self, group: _CleanSessions) -> WorkItem:
        last = None if group.approved else last_day(group.first)
        many, verb = ("session", "is") if group.count == 1 else ("sessions", "are")
        said = f"{group.count} clean {many} of {group.month} {verb} in no batch"
        if group.approved:
            said += "; MSP has approved what is over-age"
        elif group.due_soon:
            whose = f"of {group.due_soon}" if group.due_soon < group.count else "to submit"
            said += f", and the days {whose} are nearly over"
        reason = Reason(
            "not-in-a-batch",
            "Clean and not billed",
            f"{said}.",
            f"Make a batch: tpi-billing batch create --month {group.month}",
        )
        kinds = {Kind.UNSENT, *urgency(last, self.as_of, self.due_soon_days)}
        return WorkItem(
            "month",
            frozenset(kinds),
            most_pressing(kinds),
            (reason,),
            group.first,
            last,
            group.amount_cents,
            sessions=group.count,
            month=group.month,
            approved=group.approved,
        )


def _letter_item(letter: _Letter) -> WorkItem:
    session = letter.first.session
    return WorkItem(
        "patient",
        frozenset({Kind.REFERRAL}),
        Kind.REFERRAL,
        (letter.reason,),
        session.service_date,
        None,
        None,
        sessions=letter.sessions,
        session_id=session.session_id,
        practitioner_number=session.practitioner_number,
        patient=person(session),
        place=letter.first.candidate.place,
    )


def blank_status_item(row: WithoutStatus, as_of: date, due_soon_days: int) -> WorkItem:
    """Make the item of a session that nobody knows to have taken place."""
    day = date.fromisoformat(row.service_date)
    last = last_day(day)
    check = CHECK["missing-value"]
    reason = Reason(
        check.id,
        check.title,
        "The status is blank: it is not known whether the visit took place, and it is not billed.",
        "Fill in the status in the record system, export again and import that.",
        FRONT_DESK,
    )
    session, _ = parse_session(row.values)
    kinds = {Kind.HELD, *urgency(last, as_of, due_soon_days)}
    return WorkItem(
        "session",
        frozenset(kinds),
        most_pressing(kinds),
        (reason,),
        day,
        last,
        None,
        session_id=row.session_id,
        practitioner_number=session.practitioner_number if session else "",
        patient=person(session) if session else None,
        place=Place(row.file_name, row.sheet, row.row_number),
    )
