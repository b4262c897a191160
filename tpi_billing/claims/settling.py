"""Writing down what became of an attempt to send a file, whatever the batch has come to since."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from tpi_billing.claims.parts import Outcome, bring_up_to_date, is_test_site
from tpi_billing.errors import IntegrityError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger.exchange import Attempt, StoredFile, find_attempt, finish_attempt
from tpi_billing.teleplan.numbering import LAST_NUMBER

if TYPE_CHECKING:
    from tpi_billing.teleplan.exchange.reply import Reply

_LEAVES_OPEN = ("TETA-022", "TIMEOUT")
"""Words of a refusal without a number that do not rule out that MSP has the file."""


class Place(Enum):
    """Where MSP's last number lies, seen from a file."""

    BEFORE = auto()
    WITHIN = auto()
    AT_ITS_END = auto()
    BEYOND = auto()


def place_of(last_committed: int, file: StoredFile) -> Place:
    """Tell where the last number that MSP has taken lies; 0 means that it has taken none.

    Numbers begin again after 9999999: whatever is nearer than half way round counts as beyond.
    """
    if last_committed == 0:
        return Place.BEFORE
    ahead = (last_committed - file.last_number) % LAST_NUMBER
    if ahead == 0:
        return Place.AT_ITS_END
    if (last_committed - file.first_number) % LAST_NUMBER < file.records:
        return Place.WITHIN
    return Place.BEYOND if ahead < LAST_NUMBER // 2 else Place.BEFORE


def outcome_of(file: StoredFile, reply: "Reply") -> Outcome:
    """Judge MSP's reply to a file.

    A refusal for its number says where MSP is: only when it is before the file does it surely not
    have it (Teleplan facts, section 3, TETA-022). A time-out inside MSP says nothing either way.
    """
    if reply.succeeded:
        return Outcome.ACCEPTED
    last = committed_by(reply)
    if last is None:
        doubtful = any(words in reply.messages.upper() for words in _LEAVES_OPEN)
    else:
        doubtful = place_of(last, file) is not Place.BEFORE
    return Outcome.IN_DOUBT if doubtful else Outcome.REJECTED


def committed_by(reply: "Reply") -> int | None:
    """Return the last number that MSP has taken by its refusal; None when it does not say."""
    if reply.last_committed is not None:
        return reply.last_committed
    if reply.expected_number is None:
        return None
    return reply.expected_number - 1 or LAST_NUMBER


def settle(ledger: Ledger, actor: str, attempt: Attempt, outcome: Outcome, said: str) -> None:
    """Write an answer down, and move batch and claims to where they stand by it.

    The answer is kept in any case. IntegrityError tells, when it is, that the batch has come to
    something meanwhile that does not go with it.
    """
    with ledger.changing(actor) as transaction:
        trouble = _settled(transaction, ledger, attempt, outcome, said)
    if trouble is not None:
        raise trouble


def _settled(
    transaction: Transaction, ledger: Ledger, attempt: Attempt, outcome: Outcome, said: str
) -> IntegrityError | None:
    known = find_attempt(transaction.connection, attempt.submission_id).outcome
    overruled = known == Outcome.ACCEPTED and outcome is not Outcome.ACCEPTED
    finish_attempt(transaction, attempt.submission_id, known if overruled else outcome, said)
    if is_test_site(attempt.site):
        return None
    name = f"file {attempt.part} of batch {attempt.batch_id}"
    if overruled:
        return IntegrityError(
            f"MSP's answer to {name} is {outcome}, and it was settled as accepted before.",
            hint="The answer is kept. Its claims count as sent: ask the Teleplan help desk.",
        )
    fits = bring_up_to_date(transaction, ledger, attempt.batch_id)
    if fits or outcome in {Outcome.REJECTED, Outcome.NOT_SENT}:
        return None
    return IntegrityError(
        f"MSP has, or may have, {name}, which is no longer open here: it was voided or settled "
        "while it was on its way.",
        hint="The answer is kept. Do not bill these sessions again; have MSP cancel the claims by "
        "telephone before 17:00 today, or wait for its answer and call the Teleplan help desk.",
    )
