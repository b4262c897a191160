"""The month end: what a month comes to, closing it when it balances, and opening it again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.claims.deadlines import answer_due
from tpi_billing.claims.silent_claims import SilentClaims
from tpi_billing.claims.worklist import payments_by_payee
from tpi_billing.codes import Calendar
from tpi_billing.errors import ConflictError, Trouble, UsageError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.answers import SentClaims, sent_and_unanswered
from tpi_billing.ledger.book_months import last_closed_month
from tpi_billing.ledger.books import BookLine, Unclaimed, book_lines, months_moved, unclaimed
from tpi_billing.ledger.closings import ClosedLine, accepted, add_closing, add_reopening
from tpi_billing.ledger.postings import Posting, PostingKind, post
from tpi_billing.ledger.receivables import OpenWork, open_work
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import ClaimState
from tpi_billing.remittance.blockers import Blocker, find_blockers, still_blocking


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """A month as it would be closed, or was: its books, what blocks it, and what is still open.

    `blockers` keep it from being closed, `accepted` were taken as they are. `unclaimed` lines, the
    claims `to_deal_with` (refused, or paid otherwise than due), the `silent` ones (sent, and
    not answered when they should have been) do not: they are shown. So are those `awaited`, to be
    paid within the month while no remittance is here, which is in order as long as it is not late.
    """

    month: str
    lines: tuple[BookLine, ...]
    blockers: tuple[Blocker, ...]
    accepted: tuple[Blocker, ...]
    unclaimed: tuple[Unclaimed, ...]
    to_deal_with: OpenWork
    silent: OpenWork
    awaited: OpenWork

    @property
    def open_ends(self) -> bool:
        """Tell whether something is open that a person should look at."""
        return bool(self.unclaimed or self.to_deal_with.claims or self.silent.claims)


class Closer:
    """Closes and reopens the months of a clinic's books, as of a day."""

    def __init__(self, ledger: Ledger, calendar: Calendar, as_of: date, actor: str) -> None:
        self._ledger = ledger
        self._centre = ledger.data_centre
        self._calendar = calendar
        self._as_of = as_of
        self._actor = actor

    def look(self, month: str, accept: Sequence[str] = (), reason: str = "") -> MonthEnd:
        """Return a month as it would be closed; raise ConflictError where its turn has not come.

        What is accepted is treated as if it had been, and nothing is changed.
        """
        _insist_reason(accept, reason)
        with self._ledger.changing(self._actor, keep=False) as transaction:
            return self._prepare(transaction, month, accept, reason)

    def close(
        self,
        month: str,
        accept: Sequence[str] = (),
        reason: str = "",
        *,
        before: Callable[[Transaction], object] | None = None,
    ) -> MonthEnd:
        """Close a month; raise ConflictError with everything that keeps it from being closed.

        `accept` names remittances and files whose difference is accepted, with one reason.
        `before` is called when nothing keeps it from being closed any more, to make a backup:
        other connections still see the ledger as it was. What it raises leaves the month open.
        """
        _insist_reason(accept, reason)
        with self._ledger.changing(self._actor) as transaction:
            found = self._prepare(transaction, month, accept, reason)
            if found.blockers:
                raise ConflictError.of(
                    [
                        Trouble(f"{month} does not balance; it is not closed.", _see(month)),
                        *(Trouble(one.what, one.cure) for one in found.blockers),
                    ]
                )
            if before is not None:
                before(transaction)
            lines = [ClosedLine.of(line) for line in found.lines]
            add_closing(transaction, self._centre, month, lines)
        return found

    def reopen(self, month: str, reason: str) -> None:
        """Open the last closed month again; raise ConflictError for any other one."""
        with self._ledger.changing(self._actor) as transaction:
            closed = last_closed_month(transaction.connection, self._centre)
            if closed is None:
                raise ConflictError("No month is closed.", hint="There is nothing to reopen.")
            if month != closed:
                raise ConflictError(
                    f"Only the last closed month can be reopened, which is {closed}.",
                    hint="Reopen the later ones first, the last one before the others."
                    if month < closed
                    else f"{month} is open.",
                )
            add_reopening(transaction, self._centre, month, reason)

    def _prepare(
        self, transaction: Transaction, month: str, accept: Sequence[str], reason: str
    ) -> MonthEnd:
        connection = transaction.connection
        self._insist_turn(connection, month)
        found = find_blockers(connection, self._centre, month)
        self._accept(transaction, month, found, accept, reason)
        blockers, taken = still_blocking(connection, self._centre, found)
        waiting = (
            ClaimState.REFUSED,
            ClaimState.PAID,
            ClaimState.PAID_CHANGED,
            ClaimState.CORRECTED,
            ClaimState.WRITTEN_OFF,
            ClaimState.DEBITED,
        )
        return MonthEnd(
            month,
            tuple(book_lines(connection, self._centre, month)),
            tuple(blockers),
            tuple(taken),
            tuple(unclaimed(connection, self._centre, month)),
            open_work(connection, self._centre, waiting),
            *self._unanswered(connection, month),
        )

    def _insist_turn(self, connection: Connection, month: str) -> None:
        closed = last_closed_month(connection, self._centre)
        if closed is not None and month <= closed:
            state = "closed already" if month == closed else f"behind {closed}, which is closed"
            raise ConflictError(
                f"{month} is {state}.",
                hint=f"To change it: tpi-billing close {closed} --reopen --reason TEXT.",
            )
        if month >= self._as_of.strftime("%Y-%m"):
            raise ConflictError(
                f"{month} is not over on {self._as_of}.", hint="Close a month once it is past."
            )
        earlier = [
            each
            for each in months_moved(connection, self._centre)
            if each < month and (closed is None or each > closed)
        ]
        if earlier:
            raise ConflictError(
                f"{earlier[0]} is still open and comes before {month}.",
                hint=f"Close it first: tpi-billing close {earlier[0]}.",
            )

    def _accept(
        self,
        transaction: Transaction,
        month: str,
        found: Sequence[Blocker],
        accept: Sequence[str],
        reason: str,
    ) -> None:
        """Post what makes each named difference one that is known, in the month it is about."""
        standing, _ = still_blocking(transaction.connection, self._centre, list(found))
        named = {one.name: one for one in standing if one.name}
        if strangers := [name for name in accept if name not in named]:
            raise ConflictError(
                f"Nothing of {strangers[0]} keeps {month} from being closed.",
                hint=f"To be accepted: {', '.join(sorted(named)) or 'nothing'}.",
            )
        before = accepted(transaction.connection, self._centre)
        within = replace(transaction, on=date.fromisoformat(f"{month}-01"))
        for name in dict.fromkeys(accept):
            payee = name[11:] if name[:4].isdigit() else ""
            cents = named[name].cents - before.get(name, 0)
            posting = Posting(PostingKind.DIFFERENCE, payee, "", cents, reason, remittance=name)
            post(within, self._centre, posting)

    def _unanswered(self, connection: Connection, month: str) -> tuple[OpenWork, OpenWork]:
        """Count the claims that MSP should have answered by now, and those it pays in the month."""
        came = payments_by_payee(connection, self._centre)
        silent = SilentClaims(self._calendar, came, self._as_of, 0)
        late, awaited = [], []
        for sent in sent_and_unanswered(connection, self._centre, Scope()):
            due, payee = answer_due(self._calendar, sent.sent_on), sent.payee_number
            if silent.is_silent(due, payee) or silent.is_absent(due, payee):
                late.append(sent)
            elif silent.is_awaited(due, payee, month):
                awaited.append(sent)
        return _work(late), _work(awaited)


def _work(sent: Sequence[SentClaims]) -> OpenWork:
    return OpenWork(sum(one.claims for one in sent), sum(one.due_cents for one in sent))


def _insist_reason(accept: Sequence[str], reason: str) -> None:
    if accept and not reason.strip():
        raise UsageError("--accept needs a reason.", hint="Add --reason TEXT; it is journaled.")


def _see(month: str) -> str:
    return f"See tpi-billing close {month} --dry-run."
