"""Assess sessions: price each patient's day, run every check, and say who is held and why.

A day is one patient with one practitioner. It is priced as a whole first, so that every fault is
found at once. Where a session is held, the others of its day are priced again without it: what
stays behind must neither halve nor displace what is billed now. The patient's past and future, and
the practitioner's whole day, reach the checks as plain values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from tpi_billing.checks.context import Visit
from tpi_billing.checks.engine import examine, to_findings
from tpi_billing.checks.history import AN_ORDINARY_DAY, PractitionerDay
from tpi_billing.claims.building import claims_of
from tpi_billing.claims.outgoing import unwritable_parts
from tpi_billing.claims.patient import Patient, Read, read_patient
from tpi_billing.claims.practitioner_days import remarkable_days
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger.claims import LiveClaim, live_claims
from tpi_billing.ledger.decisions import decisions_of
from tpi_billing.ledger.referrals import referrals_of
from tpi_billing.ledger.sessions import Candidate, Scope, patients
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import DAYS_TO_SUBMIT, Claim
from tpi_billing.model.finding import Finding, Problem, Severity
from tpi_billing.model.quickly import quickly_made
from tpi_billing.model.session import Session
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.lines import DayItem, PricedLine

_PATIENTS_AT_ONCE = 200


@quickly_made
@dataclass(frozen=True, slots=True)
class Assessed:
    """One session with its findings, its priced lines, and its claims if it is not held."""

    candidate: Candidate
    session: Session
    findings: tuple[Finding, ...]
    lines: tuple[PricedLine, ...]
    claims: tuple[Claim, ...] = ()

    @property
    def held(self) -> bool:
        """Tell whether any finding holds it back."""
        return any(finding.holds for finding in self.findings)

    @property
    def amount_cents(self) -> int:
        """What its lines come to, in cents."""
        return sum(line.amount_cents for line in self.lines)


class Assessor:
    """Assesses sessions of the ledger as of a day, by a clinic's configuration and code lists."""

    def __init__(self, config: Config, codes: CodeBook, as_of: date) -> None:
        self._config = config
        self._codes = codes
        self._as_of = as_of
        self._days: Mapping[int, PractitionerDay] = {}

    def assess(self, connection: Connection, scope: Scope) -> Iterator[Assessed]:
        """Yield every unbilled completed session in scope, patient by patient."""
        self._days = remarkable_days(connection, self._config, self._codes, scope)
        for patient in self._patients(connection, scope):
            for day in patient.days():
                yield from self._day(patient, day)

    def _patients(self, connection: Connection, scope: Scope) -> Iterator[Patient]:
        data_centre = self._config.clinic.data_centre
        stream = patients(connection, data_centre, scope)
        while chunk := list(islice(stream, _PATIENTS_AT_ONCE)):
            keys = [candidates[0].stored.patient_key for candidates in chunk]
            claims: dict[str, list[LiveClaim]] = {}
            for claim in live_claims(connection, data_centre, keys):
                claims.setdefault(claim.patient_key, []).append(claim)
            referrals = referrals_of(connection, data_centre, keys)
            decisions = decisions_of(connection, data_centre, keys)
            for key, candidates in zip(keys, chunk, strict=True):
                yield read_patient(
                    candidates,
                    claims.get(key, ()),
                    referrals.get(key, ()),
                    decisions,
                    self._config,
                    self._codes,
                )

    def _day(self, patient: Patient, day: Sequence[Read]) -> Iterator[Assessed]:
        """Assess a day's open visits, apart for each practitioner.

        What one has already may not be billed by another; a visit that is held has nothing.
        """
        reads = [read for read in day if read.open]
        numbers = list(dict.fromkeys(read.session.practitioner_number for read in reads))
        verdicts = {
            number: self._practitioner_day(patient, _of(number, reads), {}) for number in numbers
        }
        if len(numbers) > 1:
            verdicts = self._across(patient, reads, verdicts)
        for number in numbers:
            yield from (verdict for verdict in verdicts[number] if verdict.candidate.meant)

    def _across(
        self, patient: Patient, reads: Sequence[Read], verdicts: Mapping[str, list[Assessed]]
    ) -> dict[str, list[Assessed]]:
        """Judge again until what stands with one practitioner agrees with what stands with all."""
        standing: list[Read] = []
        for _ in range(len(reads) + 1):
            now = [
                read
                for number in verdicts
                for read, verdict in zip(_of(number, reads), verdicts[number], strict=True)
                if not verdict.held
            ]
            if now == standing:
                return dict(verdicts)
            standing = now
            verdicts = self._beside(patient, reads, verdicts, standing)
        # Visits that hold each other in turns never agree: whatever was asked for counts then.
        return self._beside(patient, reads, verdicts, reads)

    def _beside(
        self,
        patient: Patient,
        reads: Sequence[Read],
        verdicts: Mapping[str, list[Assessed]],
        standing: Sequence[Read],
    ) -> dict[str, list[Assessed]]:
        return {
            number: self._practitioner_day(
                patient, _of(number, reads), _asked_before(_of(number, reads), standing)
            )
            for number in verdicts
        }

    def _practitioner_day(
        self, patient: Patient, reads: Sequence[Read], asked_by: Mapping[tuple[int, str], str]
    ) -> list[Assessed]:
        verdicts = self._together(patient, reads, asked_by)
        if len(reads) == 1 or not any(verdict.held for verdict in verdicts):
            return verdicts
        # What holds a visit may be nothing but another one that is held for itself.
        standing = [
            at
            for at, read in enumerate(reads)
            if not verdicts[at].held or not self._together(patient, [read], asked_by)[0].held
        ]
        while standing:
            without = self._together(patient, [reads[at] for at in standing], asked_by)
            for at, verdict in zip(standing, without, strict=True):
                verdicts[at] = verdict
            clean = [at for at in standing if not verdicts[at].held]
            if clean == standing:
                break
            standing = clean
        return verdicts

    def _together(
        self, patient: Patient, reads: Sequence[Read], asked_by: Mapping[tuple[int, str], str]
    ) -> list[Assessed]:
        """Judge visits of one day, priced as if it had no others."""
        priced = self._priced(patient, reads, asked_by)
        return [
            self._judge(patient, read, lines) for read, lines in zip(reads, priced, strict=True)
        ]

    def _priced(
        self, patient: Patient, reads: Sequence[Read], asked_by: Mapping[tuple[int, str], str]
    ) -> list[tuple[PricedLine, ...]]:
        items = [
            _as_asked(item, read, number, asked_by)
            for number, read in enumerate(reads)
            for item in read.items
        ]
        if not items:
            return [() for _ in reads]
        session = reads[0].session
        lines = price_day(
            items,
            session.service_date,
            self._codes,
            self._config.policy.half_cent,
            patient.billed_on(session.service_date.isoformat(), session.practitioner_number),
            frozenset().union(*(patient.repeated(read, self._codes) for read in reads)),
        )
        return [
            tuple(line for line in lines if line.item.session == number)
            for number in range(len(reads))
        ]

    def _judge(self, patient: Patient, read: Read, lines: tuple[PricedLine, ...]) -> Assessed:
        visit = Visit(
            session=read.session,
            config=self._config,
            codes=self._codes,
            as_of=self._as_of,
            lines=lines,
            unreadable=frozenset(
                problem.column
                for problem in read.problems
                if problem.severity is not Severity.WARNING
            ),
            history=patient.history,
            position=read.position,
            day=self._days.get(read.candidate.stored.session_key, AN_ORDINARY_DAY),
            approval=read.approval,
        )
        problems = [*read.problems, *examine(visit)]
        findings = self._findings(read, problems)
        if any(finding.holds for finding in findings):
            return Assessed(read.candidate, read.session, tuple(findings), lines)
        claims = tuple(
            claims_of(
                read.candidate.stored,
                read.session,
                lines,
                self._approval(read),
                self._config,
                self._codes,
            )
        )
        unwritable = unwritable_parts(claims, self._codes, self._config.clinic.data_centre)
        findings += self._findings(read, unwritable)
        return Assessed(
            read.candidate, read.session, tuple(findings), lines, () if unwritable else claims
        )

    def _approval(self, read: Read) -> str:
        """Return MSP's approval if the claim still needs it: a corrected date may be in time."""
        overdue = (self._as_of - read.session.service_date).days > DAYS_TO_SUBMIT
        return read.approval if overdue else ""

    def _findings(self, read: Read, problems: Sequence[Problem]) -> list[Finding]:
        place, session_id = read.candidate.place, read.session.session_id
        return to_findings(problems, self._config, place, session_id)


def _of(practitioner: str, reads: Sequence[Read]) -> list[Read]:
    return [read for read in reads if read.session.practitioner_number == practitioner]


def _asked_before(mine: Sequence[Read], standing: Sequence[Read]) -> dict[tuple[int, str], str]:
    """Tell which items of a practitioner's visits an earlier one of another's has already.

    The key is the visit's position and the fee item, the value the earlier session's id.
    """
    found: dict[tuple[int, str], str] = {}
    for read in mine:
        for other in sorted(standing, key=lambda one: one.position):
            if other.position > read.position:
                break
            if other.session.practitioner_number == read.session.practitioner_number:
                continue
            for item in other.items:
                if any(item.fee_item == own.fee_item for own in read.items):
                    found.setdefault((read.position, item.fee_item), other.session.session_id)
    return found


def _as_asked(
    item: DayItem, read: Read, number: int, asked_by: Mapping[tuple[int, str], str]
) -> DayItem:
    asked = asked_by.get((read.position, item.fee_item), "")
    second_service = item.fee_item in read.second_services
    if number == item.session and not (asked or second_service):
        return item
    return replace(item, session=number, asked_by=asked, second_service=second_service)
