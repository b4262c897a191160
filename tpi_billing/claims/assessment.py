"""Assess sessions: price each patient's day, run every check, and say who is held and why.

A day is one patient with one practitioner. It is priced as a whole first, so that every fault is
found at once. Where a session is held, the others of its day are priced again without it: what
stays behind must neither halve nor displace what is billed now.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby, islice

from tpi_billing.checks.context import Visit
from tpi_billing.checks.engine import examine, to_findings
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger.claims import LiveClaim, live_claims
from tpi_billing.ledger.sessions import Candidate, Scope, patients
from tpi_billing.ledger.store import Connection
from tpi_billing.model.finding import Finding, Problem
from tpi_billing.model.session import Session
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.derive import requested_items
from tpi_billing.pricing.lines import BilledItem, PricedLine

_PATIENTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Assessed:
    """One session with its findings, and the lines that it comes to if it is not held."""

    candidate: Candidate
    session: Session
    findings: tuple[Finding, ...]
    lines: tuple[PricedLine, ...]

    @property
    def held(self) -> bool:
        """Tell whether any finding holds it back."""
        return any(finding.holds for finding in self.findings)

    @property
    def amount_cents(self) -> int:
        """What its lines come to, in cents."""
        return sum(line.amount_cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Read:
    candidate: Candidate
    session: Session
    problems: tuple[Problem, ...]


class Assessor:
    """Assesses sessions of the ledger as of a day, by a clinic's configuration and code lists."""

    def __init__(self, config: Config, codes: CodeBook, as_of: date) -> None:
        self._config = config
        self._codes = codes
        self._as_of = as_of

    def assess(self, connection: Connection, scope: Scope) -> Iterator[Assessed]:
        """Yield every unbilled completed session in scope, patient by patient."""
        data_centre = self._config.clinic.data_centre
        stream = patients(connection, data_centre, scope)
        while chunk := list(islice(stream, _PATIENTS_AT_ONCE)):
            keys = [patient[0].stored.patient_key for patient in chunk]
            live = _by_day(live_claims(connection, data_centre, keys))
            for patient in chunk:
                yield from self._patient(patient, live)

    def _patient(
        self, patient: Sequence[Candidate], live: dict[tuple[str, str, str], list[BilledItem]]
    ) -> Iterator[Assessed]:
        for day, candidates in groupby(sorted(patient, key=_day), key=_day):
            sessions = list(candidates)
            if any(candidate.meant for candidate in sessions):
                yield from self._day(sessions, live.get(day, []))

    def _day(
        self, candidates: Sequence[Candidate], billed: Sequence[BilledItem]
    ) -> Iterator[Assessed]:
        reads = sorted(_readable(candidates), key=_order)
        first = self._priced(reads, billed)
        verdicts = [self._judge(read, lines) for read, lines in zip(reads, first, strict=True)]
        clean = [at for at, verdict in enumerate(verdicts) if not verdict.held]
        while 0 < len(clean) < len(reads):
            again = self._priced([reads[at] for at in clean], billed)
            for at, lines in zip(clean, again, strict=True):
                verdicts[at] = self._judge(reads[at], lines)
            still_clean = [at for at in clean if not verdicts[at].held]
            if still_clean == clean:
                break
            clean = still_clean
        yield from (verdict for verdict in verdicts if verdict.candidate.meant)

    def _priced(
        self, reads: Sequence[_Read], billed: Sequence[BilledItem]
    ) -> list[tuple[PricedLine, ...]]:
        items = [
            item
            for position, read in enumerate(reads)
            for item in requested_items(
                read.session, self._specialty(read.session), self._codes, position=position
            )
        ]
        if not items:
            return [() for _ in reads]
        day = reads[0].session.service_date
        lines = price_day(items, day, self._codes, self._config.policy.half_cent, billed)
        return [
            tuple(line for line in lines if line.item.session == position)
            for position in range(len(reads))
        ]

    def _specialty(self, session: Session) -> str:
        practitioner = self._config.practitioner(session.practitioner_number)
        return "other" if practitioner is None else practitioner.specialty

    def _judge(self, read: _Read, lines: tuple[PricedLine, ...]) -> Assessed:
        visit = Visit(
            session=read.session,
            config=self._config,
            codes=self._codes,
            as_of=self._as_of,
            lines=lines,
            unreadable=frozenset(problem.column for problem in read.problems),
        )
        problems = [*read.problems, *examine(visit)]
        findings = to_findings(
            problems, self._config, read.candidate.place, read.session.session_id
        )
        return Assessed(read.candidate, read.session, tuple(findings), lines)


def _readable(candidates: Iterable[Candidate]) -> Iterator[_Read]:
    """Read the day's sessions that are still to be billed, completed ones only."""
    for candidate in candidates:
        stored = candidate.stored
        if stored.batch_id is not None or stored.status != "completed":
            continue
        session, problems = parse_session(stored.values)
        if session is None:  # a stored session always had an id and a date
            continue
        if stored.conflict:
            conflict = Problem(
                "duplicate-session-id", stored.conflict, "session_id", session.session_id
            )
            problems = (*problems, conflict)
        yield _Read(candidate, session, problems)


def _day(candidate: Candidate) -> tuple[str, str, str]:
    stored = candidate.stored
    return stored.patient_key, stored.practitioner_number, stored.service_date


def _order(read: _Read) -> tuple[time, tuple[int, str], str]:
    """Order a day's sessions: by start, then by id, in which V999 comes before V1000."""
    session = read.session
    start = session.start_time or time.max
    return start, (len(session.session_id), session.session_id), read.candidate.stored.source


def _by_day(claims: Iterable[LiveClaim]) -> dict[tuple[str, str, str], list[BilledItem]]:
    days: dict[tuple[str, str, str], list[BilledItem]] = {}
    for claim in claims:
        day = (claim.patient_key, claim.practitioner_number, claim.service_date)
        item = BilledItem(
            claim.fee_item,
            claim.units,
            claim.percent,
            claim.claim_id,
            claim.batch_id,
            claim.session_id,
        )
        days.setdefault(day, []).append(item)
    return days
