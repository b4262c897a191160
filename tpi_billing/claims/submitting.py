"""Sending a batch by the web service: each file once, and never one that MSP may have.

An attempt is written into the ledger before the first byte goes out, and the batch is `unknown`
from then until MSP's answer is written down: a crash in between never sends anything twice, and
never loses sight of what may have been sent.
"""

import contextlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tpi_billing.claims.deadlines import last_day
from tpi_billing.claims.kept_files import PATIENCE, drop, keep, patiently, reply_file
from tpi_billing.claims.parts import (
    Outcome,
    PartState,
    Status,
    bring_up_to_date,
    insist_no_doubt,
    is_test_site,
    parts_of,
    state_of,
    waiting_batches,
)
from tpi_billing.claims.settling import outcome_of, settle
from tpi_billing.errors import BillingError, ConflictError, IntegrityError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.exchange import (
    Attempt,
    StoredFile,
    find_attempt,
    finish_attempt,
    start_attempt,
    text_of,
)
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import BatchState, ClaimState
from tpi_billing.teleplan.exchange.failures import (
    NoAnswerError,
    NotReachedError,
    SessionLostError,
)

if TYPE_CHECKING:
    from tpi_billing.teleplan.exchange.reply import Reply
    from tpi_billing.teleplan.exchange.service import TeleplanService

_FIRST_TIME = frozenset({"0", "D", "I", "W"})
"""Submission codes of claims whose 90 days count from the service (Teleplan C02 P34)."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How a batch is sent: by whom, to which address, on what day, and where replies are kept.

    `patience` is for how many seconds the ledger is tried again once MSP has answered.
    """

    ledger: Ledger
    actor: str
    site: str
    as_of: date
    folder: Path
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that MSP has answered to."""

    file: StoredFile
    reply: "Reply"
    outcome: Outcome


def submit_batch(how: Sending, batch_id: int, service: "TeleplanService") -> list[Sent]:
    """Send every file of a batch that MSP does not have yet, one after the other.

    Stops at the first that is not accepted. Raise ConflictError unless the batch is ready to be
    sent; a NoAnswerError goes on upwards and leaves the batch `unknown`.
    """
    done = []
    for part in _to_send(how, batch_id):
        one = _send(how, part.file, service)
        done.append(one)
        if one.outcome is not Outcome.ACCEPTED:
            break
    return done


def insist_ready(how: Sending, batch_id: int) -> None:
    """Raise ConflictError unless the batch can be sent now."""
    _to_send(how, batch_id)


def _to_send(how: Sending, batch_id: int) -> list[PartState]:
    with how.ledger.reading() as connection:
        return _ready(connection, how, batch_id)


def _ready(connection: Connection, how: Sending, batch_id: int) -> list[PartState]:
    """Return the files that MSP does not have; raise ConflictError when they must not go now."""
    ledger = how.ledger
    state, parts = state_of(connection, ledger, batch_id), parts_of(connection, batch_id)
    insist_no_doubt(batch_id, parts)
    if state is not BatchState.PREPARED:
        raise ConflictError(
            f"Batch {batch_id} is {state} and cannot be sent.",
            hint=f"See tpi-billing batch show {batch_id}.",
        )
    if not parts:
        raise ConflictError(
            f"Batch {batch_id} has no Teleplan file.",
            hint="It was made by an older version: void it and make it again.",
        )
    if not is_test_site(how.site):
        _insist_turn(connection, ledger, batch_id)
        _insist_in_time(connection, how, batch_id)
    return [part for part in parts if part.status is not Status.ACCEPTED]


def _insist_turn(connection: Connection, ledger: Ledger, batch_id: int) -> None:
    """MSP takes only the number after its last one: batches go in the order of their numbers."""
    first = waiting_batches(connection, ledger)[0]
    if first != batch_id:
        raise ConflictError(
            f"Batch {first} has the numbers before those of batch {batch_id} and must go first.",
            hint=f"Settle batch {first} first: send it, confirm it, or void it.",
        )


def _insist_in_time(connection: Connection, how: Sending, batch_id: int) -> None:
    wanted = ClaimFilter(batch_id=batch_id, state=ClaimState.BATCHED.value)
    late = sum(
        claim.submission_code in _FIRST_TIME and last_day(claim.service_date) < how.as_of
        for claim in find_claims(connection, how.ledger.data_centre, wanted)
    )
    if late:
        raise ConflictError(
            f"{late} of batch {batch_id}'s claims {'is' if late == 1 else 'are'} past the last "
            f"day on {how.as_of}: MSP takes a claim for 90 days after the service.",
            hint="Void the batch and make it anew; ask MSP's approval for the late ones with "
            "tpi-billing claims overage.",
        )


def _send(how: Sending, file: StoredFile, service: "TeleplanService") -> Sent:
    attempt = _start(how, file)
    name = f"{file.batch_id:04d}-{file.part}.txt"
    try:
        reply = service.submit(name, file.content.encode("ascii"))
    except (NotReachedError, SessionLostError) as error:
        _nothing_sent(how, attempt, str(error))
        raise
    except BaseException as error:
        _given_up(how, attempt, f"No answer: {error or type(error).__name__}")
        if isinstance(error, NoAnswerError):
            raise _in_doubt(attempt, str(error)) from error
        raise
    outcome = outcome_of(file, reply)
    _keep_reply(how, attempt, outcome, reply)
    return Sent(file, reply, outcome)


def _start(how: Sending, file: StoredFile) -> Attempt:
    """Write down that a file is about to go, unless somebody else has sent it meanwhile."""
    with how.ledger.changing(how.actor) as transaction:
        waiting = _ready(transaction.connection, how, file.batch_id)
        if file.part not in {part.file.part for part in waiting}:
            raise ConflictError(
                f"File {file.part} of batch {file.batch_id} was sent meanwhile.",
                hint=f"See tpi-billing batch show {file.batch_id}.",
            )
        number = start_attempt(transaction, file.batch_id, file.part, how.site)
        if not is_test_site(how.site):
            bring_up_to_date(transaction, how.ledger, file.batch_id)
        return find_attempt(transaction.connection, number)


def _keep_reply(how: Sending, attempt: Attempt, outcome: Outcome, reply: "Reply") -> None:
    """Keep MSP's reply, first on the disk and then in the ledger."""
    path = reply_file(how.folder, attempt)
    on_disk = True
    try:
        keep(path, reply.raw)
    except BillingError:
        on_disk = False  # the ledger may still take it
    try:
        patiently(
            lambda: settle(how.ledger, how.actor, attempt, outcome, text_of(reply.raw)),
            how.patience,
        )
    except IntegrityError:
        drop(path)
        raise
    except BillingError as error:
        batch_id = attempt.batch_id
        raise ConflictError(
            f"MSP's answer to file {attempt.part} of batch {batch_id} is {outcome}, and the "
            f"ledger could not take it: {error} The batch stays unknown; do not send it again.",
            hint=f"Then say: tpi-billing submit {batch_id} --resolve (it reads the answer kept)."
            if on_disk
            else f"Note this down. Then say: tpi-billing submit {batch_id} --resolve",
            file=str(path) if on_disk else "",
        ) from error
    drop(path)


def _nothing_sent(how: Sending, attempt: Attempt, why: str) -> None:
    def record() -> None:
        settle(how.ledger, how.actor, attempt, Outcome.NOT_SENT, why)

    try:
        patiently(record, how.patience)
    except BillingError as error:
        batch_id = attempt.batch_id
        raise ConflictError(
            f"Nothing of batch {batch_id} was sent ({why}), and the ledger could not take that: "
            f"{error}",
            hint=f"Later say: tpi-billing submit {batch_id} --resolve --not-sent --reason ...",
        ) from error


def _given_up(how: Sending, attempt: Attempt, why: str) -> None:
    """Write down that nobody waits for the answer any more; what became of it stays open."""

    def record() -> None:
        with how.ledger.changing(how.actor) as transaction:
            _finish_without_answer(transaction, attempt, why)

    with contextlib.suppress(BillingError):
        patiently(record, how.patience)


def _in_doubt(attempt: Attempt, why: str) -> NoAnswerError:
    """Say how to find out what became of a file whose answer was lost, at the site it went to."""
    there = " --test-site" if is_test_site(attempt.site) else ""
    return NoAnswerError(
        why,
        hint="MSP may have the file. Find out with: "
        f"tpi-billing submit {attempt.batch_id} --resolve{there}",
    )


def _finish_without_answer(transaction: Transaction, attempt: Attempt, why: str) -> None:
    if not find_attempt(transaction.connection, attempt.submission_id).outcome:
        finish_attempt(transaction, attempt.submission_id, "", why)
