"""The worklist: everything in the ledger that waits for a person, the worst deadline first."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from tpi_billing.claims.assessment import Assessor
from tpi_billing.claims.deadlines import last_close_off
from tpi_billing.claims.waiting_claims import ANSWERED, UNSENT, batch_item, claim_item
from tpi_billing.claims.waiting_rows import changed_item, rejected_item
from tpi_billing.claims.waiting_sessions import WaitingSessions, blank_status_item
from tpi_billing.claims.work_items import WorkItem, in_order
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.outstanding import changed_sessions, rejected_rows
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.ledger.waiting import waiting_batches, without_status


class Worklist:
    """Gathers what waits, as of a day.

    `now` is the instant that decides on a close-off day. `answered` tells when MSP answered, by
    claim number: a claim that is not in it counts from its service.
    """

    def __init__(
        self,
        config: Config,
        codes: CodeBook,
        as_of: date,
        now: datetime,
        answered: Mapping[int, date] | None = None,
    ) -> None:
        self._config = config
        self._codes = codes
        self._as_of = as_of
        self._now = now
        self._answered = answered or {}
        self._due_soon_days = config.policy.due_soon_days

    def gather(
        self,
        connection: Connection,
        scope: Scope,
        advance: Callable[[int], None] = lambda _sessions: None,
    ) -> list[WorkItem]:
        """Return everything in scope that waits.

        Memory grows with what waits; clean sessions are only counted.
        """
        sessions = WaitingSessions(self._as_of, self._due_soon_days)
        for one in Assessor(self._config, self._codes, self._as_of).assess(connection, scope):
            advance(1)
            sessions.add(one)
        return in_order(
            [
                *sessions.items(),
                *self._without_status(connection, scope),
                *self._changed(connection, scope),
                *self._rejected(connection, scope),
                *self._batches(connection, scope),
                *self._claims(connection, scope),
            ]
        )

    def _without_status(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        for row in without_status(connection, self._config.clinic.data_centre, scope):
            if date.fromisoformat(row.service_date) <= self._as_of:
                yield blank_status_item(row, self._as_of, self._due_soon_days)

    def _changed(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        for one in changed_sessions(connection, self._config.clinic.data_centre, scope):
            yield changed_item(one, self._config)

    def _rejected(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        """Yield the rows that were rejected; whose they are is not known."""
        if scope.practitioner is not None:
            return
        for row in rejected_rows(connection, self._config.clinic.data_centre):
            item = rejected_item(row)
            if scope.month is None or item.service_date.strftime("%Y-%m") == scope.month:
                yield item

    def _batches(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        missed = last_close_off(self._codes.calendar, self._as_of, self._now)
        data_centre = self._config.clinic.data_centre
        for batch in waiting_batches(connection, data_centre, UNSENT, scope):
            item = batch_item(batch, missed, self._as_of, self._due_soon_days)
            if item is not None:
                yield item

    def _claims(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        for state in ANSWERED:
            wanted = ClaimFilter(
                state=state.value, month=scope.month, practitioner=scope.practitioner
            )
            for claim in find_claims(connection, self._config.clinic.data_centre, wanted):
                answered = self._answered.get(claim.claim_id or 0)
                yield claim_item(claim, answered, self._as_of, self._due_soon_days)
