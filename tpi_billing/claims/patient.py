"""One patient as the checks need him: his visits in order, his history, his referrals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta

from tpi_billing.checks.history import History, PastVisit
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.intake.parsing import parse_stored
from tpi_billing.ledger.claims import LiveClaim
from tpi_billing.ledger.decisions import Decision, DecisionKind
from tpi_billing.ledger.sessions import Candidate, StoredSession
from tpi_billing.model.finding import Problem
from tpi_billing.model.quickly import quickly_made
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.session import Referral, Session
from tpi_billing.pricing.derive import requested_items
from tpi_billing.pricing.lines import BilledItem, DayItem

_NOT_MSP = frozenset({"WSBC", "PRIVATE"})


@quickly_made
@dataclass(frozen=True, slots=True)
class Read:
    """A completed visit with typed values; `position` is its place in the patient's history.

    A visit that somebody else pays is not in that history, and stands before `position`.
    """

    candidate: Candidate
    session: Session
    problems: tuple[Problem, ...]
    specialty: str
    items: tuple[DayItem, ...]
    position: int
    second_services: frozenset[str]
    approval: str

    @property
    def open(self) -> bool:
        """Tell whether it is still to be billed."""
        return self.candidate.stored.batch_id is None


@dataclass(frozen=True, slots=True)
class Patient:
    """All of one patient: visits in order of day, start and id; live claims; history."""

    reads: tuple[Read, ...]
    claims: tuple[LiveClaim, ...]
    history: History

    def days(self) -> Iterable[Sequence[Read]]:
        """Yield the visits of each day on which one is meant, whoever gave them."""
        days: dict[str, list[Read]] = {}
        for read in self.reads:
            days.setdefault(read.candidate.stored.service_date, []).append(read)
        return [day for day in days.values() if any(read.candidate.meant for read in day)]

    def billed_on(self, day: str, practitioner: str) -> list[BilledItem]:
        """List the live claims of a day; those of another practitioner are `elsewhere`."""
        distances = {
            read.candidate.stored.session_key: read.session.block_distance_cm for read in self.reads
        }
        return [
            BilledItem(
                claim.fee_item,
                claim.units,
                claim.percent,
                claim.claim_id,
                claim.batch_id,
                claim.session_id,
                elsewhere=claim.practitioner_number != practitioner,
                ordinal=claim.ordinal,
                block_distance_cm=distances.get(claim.session_key),
            )
            for claim in self.claims
            if claim.service_date == day
        ]

    def repeated(self, read: Read, codes: CodeBook) -> frozenset[str]:
        """List the joint injections that were given shortly before this visit's day."""
        day = read.session.service_date
        found = set()
        for item in read.items:
            rule = codes.rules.repeat_of(item.fee_item)
            if rule is None:
                continue
            since = day - timedelta(days=rule.within_days)
            if any(
                since <= past.day < day and rule.items.intersection(past.fee_items)
                for past in self.history.before(read.position)
            ):
                found.add(item.fee_item)
        return frozenset(found)


def read_patient(
    candidates: Sequence[Candidate],
    claims: Sequence[LiveClaim],
    referrals: tuple[RegisteredReferral, ...],
    decisions: Mapping[int, tuple[Decision, ...]],
    config: Config,
    codes: CodeBook,
) -> Patient:
    """Read every completed visit of one patient."""
    parsed = sorted(
        (
            (*_parsed(candidate.stored, referrals), candidate)
            for candidate in candidates
            if candidate.stored.status == "completed"
        ),
        key=lambda one: _order(one[0], one[2].stored.source),
    )
    billed: dict[int, list[str]] = {}
    for claim in claims:
        billed.setdefault(claim.session_key, []).append(claim.fee_item)
    reads: list[Read] = []
    visits: list[PastVisit] = []
    for session, problems, candidate in parsed:
        read = _read(candidate, session, problems, len(visits), decisions, config, codes)
        reads.append(read)
        # What MSP has no part in counts towards none of its limits.
        if session.insurer not in _NOT_MSP:
            visits.append(_past(read, billed))
    return Patient(tuple(reads), tuple(claims), History(tuple(visits), referrals))


def _parsed(
    stored: StoredSession, referrals: tuple[RegisteredReferral, ...]
) -> tuple[Session, tuple[Problem, ...]]:
    session, problems = parse_stored(stored.content)
    if session is None:
        message = f"session {stored.session_key} of the ledger has no id or date"
        raise ValueError(message)
    if stored.conflict:
        conflict = Problem(
            "duplicate-session-id", stored.conflict, "session_id", session.session_id
        )
        problems = (*problems, conflict)
    return _with_referral(session, referrals), problems


def _with_referral(session: Session, referrals: Sequence[RegisteredReferral]) -> Session:
    """Give a session that names no referrer the patient's latest open referral."""
    own = session.referral
    if own.given or own.name or own.received:
        return session
    standing = [one for one in referrals if one.open_on(session.service_date)]
    if not standing:
        return session
    latest = max(standing, key=lambda one: (one.received, one.referral_id))
    referral = Referral(latest.number, latest.name, latest.profession, latest.received)
    return replace(session, referral=referral)


def _order(session: Session, source: str) -> tuple[object, ...]:
    """Order visits: by day, start, then id, in which V999 comes before V1000."""
    start = session.start_time or time.max
    return session.service_date, start, len(session.session_id), session.session_id, source


def _read(
    candidate: Candidate,
    session: Session,
    problems: tuple[Problem, ...],
    position: int,
    decisions: Mapping[int, tuple[Decision, ...]],
    config: Config,
    codes: CodeBook,
) -> Read:
    practitioner = config.practitioner(session.practitioner_number)
    specialty = "other" if practitioner is None else practitioner.specialty
    made = decisions.get(candidate.stored.session_key, ())
    return Read(
        candidate,
        session,
        problems,
        specialty,
        requested_items(session, specialty, codes),
        position,
        frozenset(one.fee_item for one in made if one.kind is DecisionKind.SECOND_SERVICE),
        next((one.reference for one in made if one.kind is DecisionKind.OVER_AGE), ""),
    )


def _past(read: Read, billed: Mapping[int, Sequence[str]]) -> PastVisit:
    session, key = read.session, read.candidate.stored.session_key
    asked = tuple(item.fee_item for item in read.items)
    return PastVisit(
        session_key=key,
        session_id=session.session_id,
        practitioner_number=session.practitioner_number,
        specialty=read.specialty,
        day=session.service_date,
        start=session.start_time,
        fee_items=asked if read.open else tuple(billed.get(key, ())),
        diagnoses=session.diagnoses,
        visit_diagnosis=session.visit_diagnosis,
        referral_number=session.referral.number if session.referral.given else "",
        billed=not read.open,
        asked=asked,
    )
