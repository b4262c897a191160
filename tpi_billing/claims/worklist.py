"""The worklist: everything in the ledger that waits for a person, the worst deadline first."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime

from tpi_billing.claims.answered_claims import answered_item
from tpi_billing.claims.assessment import Assessor
from tpi_billing.claims.deadlines import last_close_off
from tpi_billing.claims.reviewed_claims import review_items
from tpi_billing.claims.silent_claims import Payments, SilentClaims
from tpi_billing.claims.waiting_claims import UNSENT, batch_item
from tpi_billing.claims.waiting_lines import not_applied_items, still_open, unmatched_items
from tpi_billing.claims.waiting_rows import changed_item, rejected_item
from tpi_billing.claims.waiting_sessions import WaitingSessions, blank_status_item
from tpi_billing.claims.work_items import WorkItem, in_order
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger.answers import Said, claims_to_look_at, open_said, said_of_claims
from tpi_billing.ledger.book_months import last_closed_month
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.outstanding import changed_sessions, rejected_rows
from tpi_billing.ledger.postings import sums_of_claims
from tpi_billing.ledger.remittances import payments
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.ledger.waiting import waiting_batches, without_status
from tpi_billing.model.claim import Claim
from tpi_billing.model.remittance import Standing

_AT_ONCE = 500


class Worklist:
    """Gathers what waits, as of a day; `now` is the instant that decides on a close-off day."""

    def __init__(
        self,
        config: Config,
        codes: CodeBook,
        as_of: date,
        now: datetime,
    ) -> None:
        self._config = config
        self._centre = config.clinic.data_centre
        self._codes = codes
        self._as_of = as_of
        self._now = now
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
                *self._not_applied(connection, scope),
                *self._unmatched(connection, scope),
                *review_items(connection, self._centre, scope),
            ]
        )

    def _without_status(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        for row in without_status(connection, self._centre, scope):
            if date.fromisoformat(row.service_date) <= self._as_of:
                yield blank_status_item(row, self._as_of, self._due_soon_days)

    def _changed(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        for one in changed_sessions(connection, self._centre, scope):
            yield changed_item(one, self._config)

    def _rejected(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        """Yield the rows that were rejected; whose they are is not known."""
        if scope.practitioner is not None:
            return
        for row in rejected_rows(connection, self._centre):
            item = rejected_item(row)
            if scope.month is None or item.service_date.strftime("%Y-%m") == scope.month:
                yield item

    def _batches(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        missed = last_close_off(self._codes.calendar, self._as_of, self._now)
        for batch in waiting_batches(connection, self._centre, UNSENT, scope):
            item = batch_item(batch, missed, self._as_of, self._due_soon_days)
            if item is not None:
                yield item

    def _claims(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        """Yield the claims that MSP answered otherwise than by paying, or did not answer."""
        centre, paid = self._centre, payments_by_payee(connection, self._centre)
        wanted = claims_to_look_at(connection, centre, scope)
        for at in range(0, len(wanted), _AT_ONCE):
            claims = claims_numbered(connection, centre, wanted[at : at + _AT_ONCE])
            said = said_of_claims(connection, centre, wanted[at : at + _AT_ONCE])
            posted = sums_of_claims(connection, centre, wanted[at : at + _AT_ONCE])
            for claim in claims:
                item = answered_item(
                    claim,
                    said[claim.claim_id or 0],
                    paid.get(claim.payee_number, ()),
                    self._codes,
                    self._as_of,
                    self._due_soon_days,
                    posted[claim.claim_id or 0],
                )
                if item is not None:
                    yield item
        silent = SilentClaims(self._codes.calendar, paid, self._as_of, self._due_soon_days)
        yield from silent.items(connection, centre, scope)

    def _not_applied(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        lines = list(self._open(connection, Standing.NOT_APPLIED))
        numbers = sorted({line.claim_id for line in lines if line.claim_id is not None})
        claims = claims_numbered(connection, self._centre, numbers)
        meant = {claim.claim_id or 0: claim for claim in claims if _in_scope(claim, scope)}
        yield from not_applied_items(lines, meant, self._codes)

    def _unmatched(self, connection: Connection, scope: Scope) -> Iterator[WorkItem]:
        """Yield the lines that found no claim; of which month their services are is not known."""
        if scope.month is None:
            lines = self._open(connection, Standing.UNMATCHED, scope.practitioner)
            yield from unmatched_items(lines, self._codes)

    def _open(
        self, connection: Connection, standing: Standing, practitioner: str | None = None
    ) -> Iterator[Said]:
        closed = last_closed_month(connection, self._centre)
        return still_open(open_said(connection, self._centre, standing, practitioner), closed)


def payments_by_payee(connection: Connection, data_centre: str) -> Payments:
    """Return the payment dates of the remittances that were taken in, by payee."""
    found: dict[str, list[date]] = defaultdict(list)
    for day, payee in payments(connection, data_centre):
        found[payee].append(day)
    return found


def _in_scope(claim: Claim, scope: Scope) -> bool:
    of_month = scope.month in {None, claim.service_date.strftime("%Y-%m")}
    return of_month and scope.practitioner in {None, claim.practitioner_number}
