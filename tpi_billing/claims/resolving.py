"""Finding out what became of a file whose answer was lost: a kept reply, MSP's log, or a person."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tpi_billing import clock
from tpi_billing.claims.kept_files import drop, reply_file
from tpi_billing.claims.parts import Outcome, PartState, Status, is_test_site, parts_of, state_of
from tpi_billing.claims.settling import Place, outcome_of, place_of, settle
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.exchange import Attempt, StoredFile, sites_of_files_up_to, text_of
from tpi_billing.teleplan.exchange.reply import read_reply
from tpi_billing.teleplan.numbering import LAST_NUMBER

IN_FLIGHT_SECONDS = 1_200
"""Longer than the web service's client waits for an answer: until then a file may be on its way."""

_PACIFIC = "America/Vancouver"
_TAKEN = re.compile(r"LAST COMMITTED[^0-9\r\n]{0,20}(\d{1,7})(?!\d)", re.IGNORECASE)
_WHEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number that MSP's log says was taken last; `at` is None where the line has no time."""

    number: int
    at: datetime | None


def last_mention(log: str) -> Mention | None:
    """Find the last number that MSP took in its log, the latest mention; None if it says none."""
    for line in reversed(log.splitlines()):
        if found := _TAKEN.findall(line):
            return Mention(int(found[-1]), _time_of(line))
    return None


def _time_of(line: str) -> datetime | None:
    """Read the time of a log's line, which is Pacific unless it says otherwise."""
    if (found := _WHEN.search(line)) is None:
        return None
    try:
        at = datetime.fromisoformat(found[0])
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(_PACIFIC))
    except (ValueError, ZoneInfoNotFoundError):
        return None


def unknown_part(
    ledger: Ledger, batch_id: int, *, test_site: bool = False
) -> tuple[StoredFile, Attempt]:
    """Return the file that may have been sent, with its attempt.

    Raise ConflictError if there is none, or one that was uploaded by hand.
    """
    with ledger.reading() as connection:
        state_of(connection, ledger, batch_id)
        parts = parts_of(connection, batch_id)
    for part in parts:
        attempt = _open_attempt(part, test_site=test_site)
        if attempt is not None:
            return part.file, attempt
    by_hand = any(part.by_hand for part in parts)
    raise ConflictError(
        f"Nothing about batch {batch_id} is unknown."
        if not by_hand
        else f"Batch {batch_id} was uploaded by hand: MSP's page has said what became of it.",
        hint=f"Tell it with: tpi-billing batch confirm {batch_id}"
        if by_hand
        else f"See tpi-billing batch show {batch_id}.",
    )


def _open_attempt(part: PartState, *, test_site: bool) -> Attempt | None:
    if test_site:
        last = part.test_attempts[-1] if part.test_attempts else None
        return last if last is not None and not last.outcome else None
    return None if part.status is not Status.OPEN or part.by_hand else part.last


def insist_landed(attempt: Attempt) -> None:
    """Raise ConflictError while another command may still be sending the file."""
    if attempt.finished_at is not None:
        return
    began, now = datetime.fromisoformat(attempt.started_at), datetime.fromisoformat(clock.now())
    age = (now - began).total_seconds()
    if age < IN_FLIGHT_SECONDS:
        minutes = int(IN_FLIGHT_SECONDS - age) // 60 + 1
        raise ConflictError(
            f"File {attempt.part} of batch {attempt.batch_id} may be on its way at this moment: "
            f"{attempt.started_by} began to send it at {attempt.started_at}.",
            hint=f"Wait for that command; if it was stopped, try again in {minutes} minutes.",
        )


def resolve_by_reply(
    ledger: Ledger, actor: str, file: StoredFile, attempt: Attempt, folder: Path
) -> Outcome | None:
    """Settle by the reply that the disk has kept; None when there is none."""
    path = reply_file(folder, attempt)
    if not path.is_file():
        return None
    raw = path.read_bytes()
    reply = read_reply(raw)
    if reply is None:
        return None
    outcome = outcome_of(file, reply)
    settle(ledger, actor, attempt, outcome, text_of(raw))
    drop(path)
    return outcome


def resolve_by_log(
    ledger: Ledger, actor: str, file: StoredFile, attempt: Attempt, log: str
) -> Outcome:
    """Settle by the last sequence number that MSP says it has taken.

    It has the file when that number is the file's last; or lies beyond, if the file followed on
    what MSP had: otherwise the numbers may be other software's. It does not have it when the number
    is the one before its first, and the log said so after the file began to go: an older line
    proves nothing. Raise ConflictError, with what is known, when a person must decide.
    """
    insist_landed(attempt)
    mention = last_mention(log)
    outcome = None if mention is None else _by_mention(ledger, file, attempt, mention)
    if outcome is None:
        raise ConflictError(
            f"MSP's log does not settle file {file.part} of batch {file.batch_id}: "
            f"{_facts(file, attempt, mention)}",
            hint="Look at tpi-billing teleplan log, or call the Teleplan help desk. Then say what "
            "is so: --accepted or --not-sent, with a --reason.",
        )
    settle(ledger, actor, attempt, outcome, text_of(log.encode("latin-1", "replace")))
    return outcome


def _by_mention(
    ledger: Ledger, file: StoredFile, attempt: Attempt, mention: Mention
) -> Outcome | None:
    before = file.first_number - 1 or LAST_NUMBER
    match place_of(mention.number, file):
        case Place.AT_ITS_END:
            return Outcome.ACCEPTED
        case Place.BEYOND if _has_taken(ledger, before):
            return Outcome.ACCEPTED
        case Place.BEFORE if mention.number in {before, file.first_number - 1}:
            later = mention.at is not None and mention.at > _start(attempt)
            return Outcome.NOT_SENT if later else None
    return None


def _start(attempt: Attempt) -> datetime:
    return datetime.fromisoformat(attempt.started_at).astimezone(UTC)


def _has_taken(ledger: Ledger, last_number: int) -> bool:
    """Tell whether MSP has taken a file of ours that ends with a number."""
    with ledger.reading() as connection:
        sites = sites_of_files_up_to(connection, ledger.data_centre, last_number, Outcome.ACCEPTED)
    return any(not is_test_site(site) for site in sites)


def _facts(file: StoredFile, attempt: Attempt, mention: Mention | None) -> str:
    ours = (
        f"it has the numbers {file.first_number:07d} to {file.last_number:07d} and began to go at "
        f"{attempt.started_at}"
    )
    if mention is None:
        return f"{ours}; the log names no last number."
    when = "at no time that it tells"
    if mention.at is not None:
        when = f"at {mention.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{ours}; the log's last number is {mention.number:07d}, {when}."


def resolve_by_person(
    ledger: Ledger, actor: str, attempt: Attempt, outcome: Outcome, reason: str
) -> None:
    """Settle by what a person found out; the reason is kept."""
    if not reason.strip():
        raise UsageError("A decision needs a reason.", hint="Say how you know, with --reason.")
    insist_landed(attempt)
    settle(ledger, actor, attempt, outcome, f"{actor}: {reason.strip()}")
