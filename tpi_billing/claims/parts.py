"""Where each Teleplan file of a batch stands, and where the batch stands by that.

A batch is one file, or several parts when a limit of one transmission split it. Each part has its
own life, read from the attempts to send it; the batch's state only sums them up:

    part: accepted   MSP has it: any attempt was accepted. Its claims are sent, for good.
          open       it was sent and nobody knows, or it was uploaded and is not confirmed yet
          refused    MSP answered that it does not take it
          not sent   nothing of it has left

    parts                                   batch      what can be done
    all accepted                            accepted   nothing more
    one open that was uploaded by hand      sent       batch confirm
    one open that was sent by the service   unknown    submit --resolve
    some accepted, the others refused       prepared   submit and batch sent go on with the others,
      or not sent                                      batch void voids the others' claims
    none accepted, one refused              rejected   batch void
    all not sent                            prepared   submit, batch sent, batch void

An attempt at MSP's test site is kept and counts for nothing: claims there are never paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from tpi_billing.claims.owing import settle_chains
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import batches as stored
from tpi_billing.ledger.chains import numbers_in_batch
from tpi_billing.ledger.claims import ClaimFilter, find_claims, send_claims
from tpi_billing.ledger.exchange import Attempt, StoredFile, attempts_of, files_of
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import BATCH_TRANSITIONS, BatchState, ClaimState
from tpi_billing.teleplan.exchange import service

BY_HAND = "by hand"


class Outcome(StrEnum):
    """What became of one attempt to send one file; blank in the ledger while nobody knows."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not-sent"
    IN_DOUBT = "in-doubt"
    """MSP refused it by its number, and the numbers say that it may have the file already."""


class Status(StrEnum):
    """Where one file of a batch stands."""

    ACCEPTED = "accepted"
    OPEN = "open"
    REFUSED = "refused"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True)
class PartState:
    """Where one file of a batch stands: the attempts that count, and those at the test site."""

    file: StoredFile
    attempts: tuple[Attempt, ...]
    test_attempts: tuple[Attempt, ...] = ()

    @property
    def last(self) -> Attempt | None:
        """The last attempt that counts."""
        return self.attempts[-1] if self.attempts else None

    @property
    def status(self) -> Status:
        """Where the file stands."""
        if any(one.outcome == Outcome.ACCEPTED for one in self.attempts):
            return Status.ACCEPTED
        if self.last is None or self.last.outcome == Outcome.NOT_SENT:
            return Status.NOT_SENT
        return Status.REFUSED if self.last.outcome == Outcome.REJECTED else Status.OPEN

    @property
    def by_hand(self) -> bool:
        """Tell whether it was uploaded by hand and is not confirmed yet."""
        return self.status is Status.OPEN and self.last is not None and self.last.site == BY_HAND


def is_test_site(site: str) -> bool:
    """Tell whether an address is MSP's test site."""
    return _server(site) == _server(service.TEST_SITE)


def _server(address: str) -> str:
    return urlsplit(address).netloc.lower()


def parts_of(connection: Connection, batch_id: int) -> list[PartState]:
    """Return where each file of a batch stands."""
    attempts = attempts_of(connection, batch_id)
    return [_part(file, attempts) for file in files_of(connection, batch_id)]


def _part(file: StoredFile, attempts: Sequence[Attempt]) -> PartState:
    ours = [one for one in attempts if one.part == file.part]
    return PartState(
        file,
        tuple(one for one in ours if not is_test_site(one.site)),
        tuple(one for one in ours if is_test_site(one.site)),
    )


def state_by(parts: Sequence[PartState]) -> BatchState:
    """Return the state of a batch whose files stand like this."""
    statuses = {part.status for part in parts}
    if statuses == {Status.ACCEPTED}:
        return BatchState.ACCEPTED
    if Status.OPEN in statuses:
        by_hand = all(part.by_hand for part in parts if part.status is Status.OPEN)
        return BatchState.SENT if by_hand else BatchState.UNKNOWN
    if Status.REFUSED in statuses and Status.ACCEPTED not in statuses:
        return BatchState.REJECTED
    return BatchState.PREPARED


def bring_up_to_date(transaction: Transaction, ledger: Ledger, batch_id: int) -> bool:
    """Send the claims of every accepted file, and move the batch to where its files stand.

    What MSP moved meanwhile of claims in whose place they stand is owed with them from then on.
    Return False when the table of transitions forbids that step; the claims are not touched then.
    """
    parts = parts_of(transaction.connection, batch_id)
    now, then = state_of(transaction.connection, ledger, batch_id), state_by(parts)
    steps = _steps(now, then)
    if steps is None:
        return False
    send_accepted(transaction, parts)
    made = numbers_in_batch(transaction.connection, batch_id)
    settle_chains(transaction, ledger.data_centre, made)
    for state in steps:
        change_state(transaction, batch_id, state)
    return True


def send_accepted(transaction: Transaction, parts: Sequence[PartState]) -> None:
    """Mark the claims of the accepted files as sent, those that are not yet."""
    for part in parts:
        if part.status is Status.ACCEPTED:
            file = part.file
            send_claims(transaction, file.batch_id, file.first_number, file.last_number)


_VIA = {
    (BatchState.PREPARED, BatchState.ACCEPTED): BatchState.SENT,
    (BatchState.PREPARED, BatchState.REJECTED): BatchState.UNKNOWN,
}
"""What lies between two states when an answer comes later than the batch was thought settled."""


def _steps(now: BatchState, then: BatchState) -> tuple[BatchState, ...] | None:
    if now is then:
        return ()
    if (now, then) in _VIA:
        return _VIA[now, then], then
    return (then,) if then in BATCH_TRANSITIONS[now] else None


def change_state(transaction: Transaction, batch_id: int, state: BatchState, **more: str) -> None:
    """Write a batch's state down; whoever calls has looked at the table."""
    values = {"state": state.value, **more}
    stored.change_batch(transaction, batch_id, f"batch.{state}", values)


def state_of(connection: Connection, ledger: Ledger, batch_id: int) -> BatchState:
    """Return where a batch stands; raise UsageError when there is none of that number."""
    rows = stored.list_batches(connection, ledger.data_centre, only=batch_id)
    if not rows:
        raise UsageError(f"There is no batch {batch_id}.", hint="See tpi-billing batch list.")
    return BatchState(rows[0].state)


def batch_state(ledger: Ledger, batch_id: int) -> BatchState:
    """Return where a batch stands; raise UsageError when there is none of that number."""
    with ledger.reading() as connection:
        return state_of(connection, ledger, batch_id)


def half_taken(ledger: Ledger, batch_id: int) -> list[str]:
    """List the sessions of which MSP has one claim while another was voided."""
    with ledger.reading() as connection:
        wanted = ClaimFilter(batch_id=batch_id)
        claims = find_claims(connection, ledger.data_centre, wanted)
    void = {claim.session_id for claim in claims if claim.state is ClaimState.VOID}
    live = {claim.session_id for claim in claims if claim.state is not ClaimState.VOID}
    return sorted(void & live)


_WAITING = frozenset({BatchState.PREPARED, BatchState.SENT, BatchState.UNKNOWN})


def waiting_batches(connection: Connection, ledger: Ledger) -> list[int]:
    """List the batches that have numbers and are not settled, in the order of their numbers."""
    rows = stored.list_batches(connection, ledger.data_centre)
    return sorted(row.batch_id for row in rows if BatchState(row.state) in _WAITING)


def insist_no_doubt(batch_id: int, parts: Sequence[PartState]) -> None:
    """Raise ConflictError when a file of the batch may be with MSP and nobody knows."""
    if any(part.by_hand for part in parts):
        raise ConflictError(
            f"Batch {batch_id} was uploaded by hand, and MSP's answer is not told yet.",
            hint=f"Tell it with: tpi-billing batch confirm {batch_id}",
        )
    if any(part.status is Status.OPEN for part in parts):
        raise ConflictError(
            f"A file of batch {batch_id} is, or may be, with MSP; nobody knows.",
            hint=f"Find out with: tpi-billing submit {batch_id} --resolve",
        )
