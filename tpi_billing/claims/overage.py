"""Over-age claims: what MSP's request form asks about them, gathered from the ledger.

MSP billing facts, section 4: later than 90 days a claim needs MSP's approval, by a form that asks
for the range of dates, the count, the value and the fee items.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.checks.registry import OTHER_PAYER_RULES
from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.claims.building import payee_of
from tpi_billing.claims.deadlines import last_day
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection

OVERDUE = "submission-overdue"
OTHER_PAYER = frozenset(rule.check_id for rule in OTHER_PAYER_RULES)
"""Checks of a visit that MSP does not pay, and for which it sets no day."""

ANSWERS: Mapping[str, str] = {
    "ask": "MSP decides on the form",
    "no-approval": "needs no approval",
    "not-accepted": "does not qualify",
}
"""Where each reason for being late leads, in words."""


@dataclass(frozen=True, slots=True)
class OverdueSession:
    """A session that is too late, with what it would have come to.

    `fee_items` are those of its billed lines; `others` are the checks that hold it besides.
    `beyond` tells that it is older than MSP approves as a rule, `lost` than it ever does.
    """

    assessed: Assessed
    fee_items: tuple[str, ...]
    amount_cents: int
    others: tuple[str, ...]
    beyond: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What one form says: overdue sessions of one practitioner for one payee, oldest first."""

    practitioner_number: str
    practitioner_name: str
    payee_number: str
    sessions: tuple[OverdueSession, ...]

    @property
    def first(self) -> date:
        """The earliest service date."""
        return self.sessions[0].assessed.session.service_date

    @property
    def last(self) -> date:
        """The latest service date."""
        return self.sessions[-1].assessed.session.service_date

    @property
    def claims(self) -> int:
        """How many claims the sessions would become: one for each fee item."""
        return sum(len(one.fee_items) for one in self.sessions)

    @property
    def amount_cents(self) -> int:
        """What they come to, in cents."""
        return sum(one.amount_cents for one in self.sessions)

    @property
    def fee_items(self) -> tuple[tuple[str, int], ...]:
        """The fee items, each with its number of claims, the commonest first."""
        counts = Counter(item for one in self.sessions for item in one.fee_items)
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def beyond(self) -> int:
        """How many sessions are older than MSP approves as a rule."""
        return sum(one.beyond for one in self.sessions)

    @property
    def lost(self) -> int:
        """How many sessions are older than MSP ever approves."""
        return sum(one.lost for one in self.sessions)

    @property
    def to_correct(self) -> int:
        """How many sessions something else holds as well."""
        return sum(bool(one.others) for one in self.sessions)


def requests(
    connection: Connection,
    config: Config,
    codes: CodeBook,
    as_of: date,
    practitioner: str | None = None,
    advance: Callable[[int], None] = lambda _sessions: None,
) -> list[Request]:
    """Gather the overdue sessions that MSP has not approved, one request a practitioner and payee.

    Memory grows with what is overdue.
    """
    overdue = []
    for one in Assessor(config, codes, as_of).assess(connection, Scope(practitioner=practitioner)):
        advance(1)
        if is_overdue(one):
            overdue.append(_overdue(one, codes, as_of))
    groups: dict[tuple[str, str], list[OverdueSession]] = {}
    for late in sorted(overdue, key=_in_order):
        session = late.assessed.session
        key = (session.practitioner_number, payee_of(session, config))
        groups.setdefault(key, []).append(late)
    return [_request(*key, group, config) for key, group in sorted(groups.items())]


def is_overdue(one: Assessed) -> bool:
    """Tell whether a session is later than MSP takes it, and not approved."""
    return any(finding.code == OVERDUE for finding in one.findings)


def is_too_late(one: Assessed, as_of: date) -> bool:
    """Tell whether a session is overdue, or would be if MSP had not approved it."""
    late = last_day(one.session.service_date) < as_of
    return late and not any(finding.code in OTHER_PAYER for finding in one.findings)


def held_by(one: Assessed, besides: Iterable[str] = (OVERDUE,)) -> tuple[str, ...]:
    """List the checks that hold a session besides some, each once."""
    codes = (finding.code for finding in one.findings if finding.holds)
    return tuple(dict.fromkeys(code for code in codes if code not in besides))


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or that month's last day if it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _overdue(one: Assessed, codes: CodeBook, as_of: date) -> OverdueSession:
    day, rule = one.session.service_date, codes.overage
    return OverdueSession(
        one,
        tuple(line.fee_item for line in one.lines if line.billed),
        one.amount_cents,
        held_by(one),
        day < months_before(as_of, rule.approved_months),
        day < months_before(as_of, rule.exceptional_months),
    )


def _in_order(one: OverdueSession) -> tuple[date, str, int, str]:
    session = one.assessed.session
    start = one.assessed.candidate.stored.start_time
    return session.service_date, start, len(session.session_id), session.session_id


def _request(
    number: str, payee: str, sessions: Sequence[OverdueSession], config: Config
) -> Request:
    practitioner = config.practitioner(number)
    name = practitioner.name if practitioner is not None else ""
    return Request(number, name, payee, tuple(sessions))
