"""Decisions of a person about sessions: MSP's approval of over-age ones, a true second service."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.claims.decision_rules import (
    key_of,
    other_reference,
    raise_all,
    refuse_in_time,
    refuse_without_twin,
    shown_id,
    sound_reason,
    sound_reference,
    unbilled,
)
from tpi_billing.claims.overage import held_by, is_too_late
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import BillingError, ConflictError, UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.decisions import Decision, DecisionKind, add_decision, decisions_of
from tpi_billing.ledger.sessions import Scope, named
from tpi_billing.ledger.store import Connection
from tpi_billing.ledger.withdrawing import withdraw_decision


@dataclass(frozen=True, slots=True)
class Approved:
    """Which sessions are approved now, which were already, and which something else still holds."""

    new: tuple[Assessed, ...]
    already: tuple[Assessed, ...]
    still_held: tuple[Assessed, ...]

    @property
    def amount_cents(self) -> int:
        """What the newly approved come to, in cents."""
        return sum(one.amount_cents for one in self.new)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions are meant: by their ids, else by service date, both days included."""

    session_ids: tuple[str, ...] = ()
    first: date = date.min
    last: date = date.max
    practitioner: str | None = None
    source: str | None = None


class Decider:
    """Records decisions, each in one transaction: all that was asked for, or nothing."""

    def __init__(
        self, ledger: Ledger, config: Config, codes: CodeBook, as_of: date, actor: str
    ) -> None:
        self._ledger = ledger
        self._config = config
        self._codes = codes
        self._as_of = as_of
        self._actor = actor

    def approve(
        self, wanted: Wanted, reference: str, reason: str, *, replace: bool = False
    ) -> Approved:
        """Record MSP's approval of overdue sessions, whose claims then have code A.

        UsageError for an unknown session, or days without an overdue one. ConflictError for a
        session that is billed, not overdue, or approved under another reference, unless that is to
        be replaced. Every trouble is named at once.
        """
        reference, reason = sound_reference(reference), sound_reason(reason)
        with self._ledger.changing(self._actor) as transaction:
            late, refused = self._late(transaction.connection, wanted)
            known = self._references(transaction.connection, late)
            if not replace:
                refused += other_reference(late, known, reference)
            raise_all(refused)
            new = [one for one in late if known.get(key_of(one)) != reference]
            for one in new:
                add_decision(
                    transaction,
                    self._ledger.data_centre,
                    key_of(one),
                    DecisionKind.OVER_AGE,
                    reference=reference,
                    reason=reason,
                )
        return Approved(
            tuple(new),
            tuple(one for one in late if known.get(key_of(one)) == reference),
            tuple(one for one in late if held_by(one)),
        )

    def second_service(
        self, session_id: str, fee_item: str, reason: str, source: str | None = None
    ) -> Assessed:
        """Record that a session's item is a true second service; its claim then has code D.

        Return the session as it stands with it. UsageError for an unknown session or an item that
        it does not ask for, ConflictError when it is billed, or not held for that item.
        """
        reason = sound_reason(reason)
        with self._ledger.changing(self._actor) as transaction:
            connection = transaction.connection
            one = self._one(connection, session_id, source)
            refuse_without_twin(one, fee_item)
            add_decision(
                transaction,
                self._ledger.data_centre,
                key_of(one),
                DecisionKind.SECOND_SERVICE,
                fee_item=fee_item,
                reason=reason,
            )
            return self._one(connection, session_id, source)

    def undo_second_service(
        self, session_id: str, fee_item: str, reason: str, source: str | None = None
    ) -> Assessed:
        """Take such a decision back, with a reason; ConflictError when there is none, or billed."""
        reason = sound_reason(reason)
        with self._ledger.changing(self._actor) as transaction:
            connection = transaction.connection
            one = self._one(connection, session_id, source)
            made = [
                decision
                for decision in self._decisions(connection, [one]).get(key_of(one), ())
                if decision.kind is DecisionKind.SECOND_SERVICE and decision.fee_item == fee_item
            ]
            if not made:
                raise ConflictError(
                    f"Nobody decided that {fee_item} of session {shown_id(session_id)} is a second "
                    "service.",
                    hint="There is nothing to take back.",
                )
            for decision in made:
                withdraw_decision(transaction, decision.decision_id, reason)
            return self._one(connection, session_id, source)

    def _late(
        self, connection: Connection, wanted: Wanted
    ) -> tuple[list[Assessed], list[BillingError]]:
        """Find the sessions meant, all later than MSP takes them; and why some are not."""
        if wanted.session_ids:
            return self._named(connection, wanted.session_ids, wanted.source)
        late = [
            one
            for one in self._assess(connection, Scope(practitioner=wanted.practitioner))
            if wanted.first <= one.session.service_date <= wanted.last
            and is_too_late(one, self._as_of)
        ]
        if not late:
            raise UsageError(
                "No unbilled session of those days is overdue.",
                hint="See tpi-billing overage summary.",
            )
        late.sort(key=lambda one: (one.session.service_date, one.session.session_id))
        return late, []

    def _named(
        self, connection: Connection, session_ids: Sequence[str], source: str | None
    ) -> tuple[list[Assessed], list[BillingError]]:
        late: list[Assessed] = []
        refused: list[BillingError] = []
        for session_id in dict.fromkeys(session_ids):
            try:
                one = self._one(connection, session_id, source)
                refuse_in_time(one, self._as_of)
            except (UsageError, ConflictError) as error:
                refused.append(error)
            else:
                late.append(one)
        return late, refused

    def _one(self, connection: Connection, session_id: str, source: str | None) -> Assessed:
        """Assess one session that is still to be billed."""
        rows = named(connection, self._ledger.data_centre, session_id)
        stored = unbilled(rows, session_id, source)
        scope = Scope(month=stored.service_date[:7], patient=stored.patient_key)
        return next(
            one for one in self._assess(connection, scope) if key_of(one) == stored.session_key
        )

    def _assess(self, connection: Connection, scope: Scope) -> Iterator[Assessed]:
        return Assessor(self._config, self._codes, self._as_of).assess(connection, scope)

    def _references(self, connection: Connection, late: Sequence[Assessed]) -> dict[int, str]:
        """Return the approval's reference of each session that has one, by session key."""
        return {
            key: decision.reference
            for key, made in self._decisions(connection, late).items()
            for decision in made
            if decision.kind is DecisionKind.OVER_AGE
        }

    def _decisions(
        self, connection: Connection, about: Iterable[Assessed]
    ) -> dict[int, tuple[Decision, ...]]:
        patients = sorted({one.candidate.stored.patient_key for one in about})
        return decisions_of(connection, self._ledger.data_centre, patients)
