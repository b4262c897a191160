"""Sending a batch, by the web service or by hand, and finding out what became of it.

An attempt is written into the ledger before the first byte goes out, and the batch is `unknown`
from then until MSP's answer is written down: a crash in between never sends anything twice, and
never loses sight of what may have been sent. Resolving asks MSP's own numbers, or a person.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import batches as stored
from tpi_billing.ledger.claims import send_claims
from tpi_billing.ledger.exchange import (
    Attempt,
    StoredFile,
    attempts_of,
    files_of,
    finish_attempt,
    start_attempt,
)
from tpi_billing.model.claim import BATCH_TRANSITIONS, BatchState
from tpi_billing.teleplan.exchange.failures import NotReachedError, SessionLostError
from tpi_billing.teleplan.numbering import number_after

if TYPE_CHECKING:
    from tpi_billing.teleplan.exchange.reply import Reply
    from tpi_billing.teleplan.exchange.service import TeleplanService

BY_HAND = "by hand"


class Outcome(StrEnum):
    """What became of one attempt to send one file."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True)
class PartState:
    """Where one file of a batch stands: its last attempt, if there was any."""

    file: StoredFile
    last: Attempt | None

    @property
    def accepted(self) -> bool:
        """Tell whether MSP has it."""
        return self.last is not None and self.last.outcome == Outcome.ACCEPTED


def parts_of(ledger: Ledger, batch_id: int) -> list[PartState]:
    """Return where each file of a batch stands."""
    with ledger.reading() as connection:
        files, attempts = files_of(connection, batch_id), attempts_of(connection, batch_id)
    last = {attempt.part: attempt for attempt in attempts}
    return [PartState(file, last.get(file.part)) for file in files]


def submit_batch(
    ledger: Ledger, actor: str, batch_id: int, service: "TeleplanService", site: str
) -> list[tuple[StoredFile, "Reply"]]:
    """Send every file of a batch that MSP does not have yet, one after the other.

    Stops at the first that is rejected. Raise ConflictError unless the batch is ready to be sent;
    a NoAnswerError goes on upwards and leaves the batch `unknown`.
    """
    insist_ready(ledger, batch_id)
    replies = []
    for part in parts_of(ledger, batch_id):
        if part.accepted:
            continue
        reply = _send(ledger, actor, part.file, service, site)
        replies.append((part.file, reply))
        if not reply.succeeded:
            break
    return replies


def insist_ready(ledger: Ledger, batch_id: int) -> None:
    """Raise ConflictError unless the batch is prepared and has files to send."""
    state = batch_state(ledger, batch_id)
    if state is BatchState.UNKNOWN:
        raise ConflictError(
            f"Batch {batch_id} may have been sent already; nobody knows.",
            hint=f"Find out with: tpi-billing submit {batch_id} --resolve",
        )
    if state is not BatchState.PREPARED:
        raise ConflictError(
            f"Batch {batch_id} is {state} and cannot be sent.", hint="See tpi-billing batch show."
        )
    if not parts_of(ledger, batch_id):
        raise ConflictError(
            f"Batch {batch_id} has no Teleplan file.",
            hint="It was made by an older version: void it and make it again.",
        )


def _send(
    ledger: Ledger, actor: str, file: StoredFile, service: "TeleplanService", site: str
) -> "Reply":
    with ledger.changing(actor) as transaction:
        attempt = start_attempt(transaction, file.batch_id, file.part, site)
        _move(transaction, ledger, file.batch_id, BatchState.UNKNOWN)
    name = f"{file.batch_id:04d}-{file.part}.txt"
    try:
        reply = service.submit(name, file.content.encode("ascii"))
    except (NotReachedError, SessionLostError) as error:
        with ledger.changing(actor) as transaction:
            finish_attempt(transaction, attempt, Outcome.NOT_SENT, str(error))
            _move(transaction, ledger, file.batch_id, BatchState.PREPARED)
        raise
    outcome = Outcome.ACCEPTED if reply.succeeded else Outcome.REJECTED
    _settle(ledger, actor, attempt, file.batch_id, outcome, reply.raw.decode("latin-1"))
    return reply


def _settle(
    ledger: Ledger, actor: str, attempt: int, batch_id: int, outcome: Outcome, reply: str
) -> None:
    """Write an answer down, and move the batch on once every file has one."""
    with ledger.changing(actor) as transaction:
        finish_attempt(transaction, attempt, outcome, reply)
        attempts = attempts_of(transaction.connection, batch_id)
        accepted = {one.part for one in attempts if one.outcome == Outcome.ACCEPTED}
        parts = {file.part for file in files_of(transaction.connection, batch_id)}
        if accepted == parts:
            _accept(transaction, ledger, batch_id)
        elif outcome is Outcome.REJECTED and not accepted:
            _move(transaction, ledger, batch_id, BatchState.REJECTED)
        else:
            _move(transaction, ledger, batch_id, BatchState.PREPARED)


def resolve_by_number(
    ledger: Ledger, actor: str, batch_id: int, last_committed: int, said: str
) -> Outcome:
    """Settle an unknown batch by the last sequence number that MSP has taken.

    MSP has a file when its last record's number is that number, and does not have it when the
    number is the one before its first. Raise ConflictError when it is neither.
    """
    file, attempt = unknown_file(ledger, batch_id)
    if last_committed == file.last_number:
        outcome = Outcome.ACCEPTED
    elif number_after(last_committed) == file.first_number:
        outcome = Outcome.NOT_SENT
    else:
        raise ConflictError(
            f"MSP's last number {last_committed} fits neither: the file has "
            f"{file.first_number} to {file.last_number}.",
            hint="Look at tpi-billing teleplan log, then say what is so with --accepted or "
            "--not-sent and a --reason.",
        )
    _settle(ledger, actor, attempt.submission_id, batch_id, outcome, said)
    return outcome


_TAKEN = re.compile(r"LAST COMMITTED[^0-9]{0,20}(\d{1,7})", re.IGNORECASE)


def last_committed_in(log: str) -> int | None:
    """Find the last number that MSP took in its log, the latest mention; None if it says none."""
    found = _TAKEN.findall(log)
    return int(found[-1]) if found else None


def resolve_by_person(
    ledger: Ledger, actor: str, batch_id: int, outcome: Outcome, reason: str
) -> None:
    """Settle an unknown batch by what a person found out; the reason is kept."""
    if not reason.strip():
        raise UsageError("A decision needs a reason.", hint="Say how you know, with --reason.")
    _, attempt = unknown_file(ledger, batch_id)
    said = f"{actor}: {reason.strip()}"
    _settle(ledger, actor, attempt.submission_id, batch_id, outcome, said)


def unknown_file(ledger: Ledger, batch_id: int) -> tuple[StoredFile, Attempt]:
    """Return the file that may have been sent, with its attempt; ConflictError if there is none."""
    batch_state(ledger, batch_id)
    for part in parts_of(ledger, batch_id):
        if part.last is not None and not part.last.outcome:
            return part.file, part.last
    raise ConflictError(
        f"Nothing about batch {batch_id} is unknown.", hint="See tpi-billing batch show."
    )


def mark_sent(ledger: Ledger, actor: str, batch_id: int) -> None:
    """Record that a person uploaded the files in a browser."""
    with ledger.changing(actor) as transaction:
        for file in files_of(transaction.connection, batch_id):
            start_attempt(transaction, batch_id, file.part, BY_HAND)
        _move(transaction, ledger, batch_id, BatchState.SENT)


def confirm(ledger: Ledger, actor: str, batch_id: int, *, accepted: bool, reason: str) -> None:
    """Record what MSP's page said of files that were uploaded by hand."""
    outcome = Outcome.ACCEPTED if accepted else Outcome.REJECTED
    with ledger.changing(actor) as transaction:
        state = _state(transaction, ledger, batch_id)
        if state not in {BatchState.SENT, BatchState.UNKNOWN}:
            raise ConflictError(
                f"Batch {batch_id} is {state}; only a sent one can be confirmed.",
                hint=f"Say first: tpi-billing batch sent {batch_id}",
            )
        for attempt in attempts_of(transaction.connection, batch_id):
            if not attempt.outcome:
                finish_attempt(transaction, attempt.submission_id, outcome, reason)
        if accepted:
            _accept(transaction, ledger, batch_id)
        else:
            _move(transaction, ledger, batch_id, BatchState.REJECTED)


def _accept(transaction: Transaction, ledger: Ledger, batch_id: int) -> None:
    if _state(transaction, ledger, batch_id) is not BatchState.SENT:
        _move(transaction, ledger, batch_id, BatchState.SENT)
    _move(transaction, ledger, batch_id, BatchState.ACCEPTED)
    send_claims(transaction, batch_id)


def batch_state(ledger: Ledger, batch_id: int) -> BatchState:
    """Return where a batch stands; raise UsageError when there is none of that number."""
    with ledger.reading() as connection:
        rows = stored.list_batches(connection, ledger.data_centre, only=batch_id)
    if not rows:
        raise UsageError(f"There is no batch {batch_id}.", hint="See tpi-billing batch list.")
    return BatchState(rows[0].state)


def _state(transaction: Transaction, ledger: Ledger, batch_id: int) -> BatchState:
    rows = stored.list_batches(transaction.connection, ledger.data_centre, only=batch_id)
    if not rows:
        raise UsageError(f"There is no batch {batch_id}.", hint="See tpi-billing batch list.")
    return BatchState(rows[0].state)


def _move(transaction: Transaction, ledger: Ledger, batch_id: int, state: BatchState) -> None:
    """Move a batch along its life; any step that is not in the table is a ConflictError."""
    now = _state(transaction, ledger, batch_id)
    if state not in BATCH_TRANSITIONS[now]:
        raise ConflictError(
            f"Batch {batch_id} is {now} and cannot become {state}.",
            hint="See tpi-billing batch show.",
        )
    stored.change_batch(transaction, batch_id, f"batch.{state}", {"state": state.value})


def waiting_batches(ledger: Ledger) -> list[int]:
    """List the batches that have numbers and are not settled: prepared, sent or unknown."""
    open_states = {BatchState.PREPARED, BatchState.SENT, BatchState.UNKNOWN}
    with ledger.reading() as connection:
        rows = stored.list_batches(connection, ledger.data_centre)
    return [row.batch_id for row in rows if BatchState(row.state) in open_states]
