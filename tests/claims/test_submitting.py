"""Sending a batch: each file once, nothing in doubt without saying so, no dead end."""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date
from typing import Any

import pytest
from databases import Somebody, make_impatient
from helpers import CLERK, Clinic, clinic_config, visit

from tpi_billing import clock
from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.claims.kept_files import reply_file
from tpi_billing.claims.outgoing import outgoing
from tpi_billing.claims.parts import Outcome, batch_state, half_taken, waiting_batches
from tpi_billing.claims.resolving import (
    last_mention,
    resolve_by_log,
    resolve_by_person,
    resolve_by_reply,
    unknown_part,
)
from tpi_billing.claims.settling import Place, place_of, settle
from tpi_billing.errors import (
    BillingError,
    ConflictError,
    FileError,
    IntegrityError,
    UsageError,
)
from tpi_billing.ledger.exchange import StoredFile
from tpi_billing.ledger.numbers import set_sequence
from tpi_billing.teleplan.exchange.failures import (
    NoAnswerError,
    NotReachedError,
    SessionLostError,
)

from .teleplan import (
    MSP,
    TEST_SITE,
    THREE_RECORDS,
    attempts,
    claim_states,
    refused,
    said,
    sequence_error,
    split,
    state,
    statuses,
    submit,
)

LOST = NoAnswerError("no answer")


@pytest.fixture
def batch(clinic: Clinic) -> int:
    """One claim in one file: numbers 1 (VS1) and 2."""
    clinic.bring(visit())
    return clinic.billed()


def lose(clinic: Clinic, batch_id: int) -> None:
    with suppress(NoAnswerError):
        submit(clinic, batch_id, LOST)


def person(clinic: Clinic, batch_id: int, outcome: Outcome, reason: str = "the log says") -> None:
    _, attempt = unknown_part(clinic.ledger, batch_id)
    resolve_by_person(clinic.ledger, CLERK, attempt, outcome, reason)


def log(clinic: Clinic, batch_id: int, text: str) -> Outcome:
    file, attempt = unknown_part(clinic.ledger, batch_id)
    return resolve_by_log(clinic.ledger, CLERK, file, attempt, text)


# One file


@pytest.mark.parametrize(
    ("answer", "batch_is", "claim_is", "attempt"),
    [
        (said(), "accepted", "sent", "accepted"),
        (refused(), "rejected", "batched", "rejected"),
        (LOST, "unknown", "batched", ""),
        (KeyboardInterrupt(), "unknown", "batched", ""),
        (NotReachedError("no line"), "prepared", "batched", "not-sent"),
        (SessionLostError("nobody is signed on"), "prepared", "batched", "not-sent"),
    ],
)
def test_what_an_answer_makes_of_a_batch(
    clinic: Clinic, batch: int, answer: Any, batch_is: str, claim_is: str, attempt: str
) -> None:
    with suppress(BillingError, KeyboardInterrupt):
        submit(clinic, batch, answer)
    assert (state(clinic, batch), claim_states(clinic, batch)) == (batch_is, [claim_is])
    assert attempts(clinic) == [(1, MSP, attempt, 1)]


@pytest.mark.parametrize("answer", [said(), refused(), LOST])
def test_a_batch_that_was_sent_is_not_sent_again(clinic: Clinic, batch: int, answer: Any) -> None:
    with suppress(BillingError):
        submit(clinic, batch, answer)
    with pytest.raises(ConflictError):
        submit(clinic, batch)
    assert len(attempts(clinic)) == 1


@pytest.mark.parametrize("answer", [said(), refused(), sequence_error(9, 8), LOST])
def test_the_test_site_moves_nothing(clinic: Clinic, batch: int, answer: Any) -> None:
    with suppress(NoAnswerError):
        submit(clinic, batch, answer, site=TEST_SITE)
    assert (state(clinic, batch), claim_states(clinic, batch)) == ("prepared", ["batched"])
    assert [site for _, site, _, _ in attempts(clinic)] == [TEST_SITE]
    submit(clinic, batch, said())
    assert state(clinic, batch) == "accepted"


def test_what_was_lost_at_the_test_site_is_settled_there(clinic: Clinic, batch: int) -> None:
    with suppress(NoAnswerError):
        submit(clinic, batch, LOST, site=TEST_SITE)
    with pytest.raises(ConflictError, match="unknown"):
        unknown_part(clinic.ledger, batch)
    _, attempt = unknown_part(clinic.ledger, batch, test_site=True)
    assert attempt.site == TEST_SITE
    settle(clinic.ledger, CLERK, attempt, Outcome.ACCEPTED, "log")
    assert (state(clinic, batch), claim_states(clinic, batch)) == ("prepared", ["batched"])


@pytest.mark.parametrize(
    ("site", "command"),
    [
        (MSP, "tpi-billing submit 1 --resolve"),
        (TEST_SITE, "tpi-billing submit 1 --resolve --test-site"),
    ],
)
def test_a_lost_answer_names_the_command_that_finds_out(
    clinic: Clinic, batch: int, site: str, command: str
) -> None:
    with pytest.raises(NoAnswerError, match="no answer") as caught:
        submit(clinic, batch, LOST, site=site)
    assert caught.value.troubles[0].hint == f"MSP may have the file. Find out with: {command}"


# A refusal for the number: where is MSP?


def file_of(first: int, last: int, records: int) -> StoredFile:
    return StoredFile(1, 1, first, last, records, records - 1, 0, "", "")


@pytest.mark.parametrize(
    ("last", "place"),
    [
        (0, Place.BEFORE),
        (98, Place.BEFORE),
        (99, Place.BEFORE),
        (100, Place.WITHIN),
        (101, Place.WITHIN),
        (102, Place.AT_ITS_END),
        (103, Place.BEYOND),
        (5_000_000, Place.BEYOND),
        (9_999_999, Place.BEFORE),  # nearer by way of 1 than by way of the whole round
    ],
)
def test_where_msp_is_seen_from_the_records_100_to_102(last: int, place: Place) -> None:
    assert place_of(last, file_of(100, 102, 3)) is place


@pytest.mark.parametrize(
    ("last", "place"),
    [
        (9_999_997, Place.BEFORE),
        (9_999_998, Place.WITHIN),
        (9_999_999, Place.WITHIN),
        (1, Place.AT_ITS_END),
        (2, Place.BEYOND),
    ],
)
def test_where_msp_is_when_the_numbers_begin_again_in_the_file(last: int, place: Place) -> None:
    assert place_of(last, file_of(9_999_998, 1, 3)) is place


@pytest.mark.parametrize(
    ("reply", "batch_is"),
    [
        # The file has the numbers 101 and 102.
        (sequence_error(100, 99), "rejected"),
        (sequence_error(1, 0), "rejected"),
        (sequence_error(102, 101), "unknown"),
        (sequence_error(103, 102), "unknown"),
        (sequence_error(262_113, 262_112), "unknown"),
        (refused("TETA-022 SEQ NUMBER ERROR. EXPECTED: 0000103"), "unknown"),
        (refused("TETA-022 SEQ NUMBER ERROR. EXPECTED: 0000051"), "rejected"),
        (refused("TETA-022 SEQ NUMBER ERROR"), "unknown"),
        (refused("SYSTEM SERVICE TIMEOUT"), "unknown"),
        (refused("TETA-020 DATA CENTRE VALUE IN FILE DOES NOT MATCH"), "rejected"),
    ],
)
def test_only_a_refusal_that_shows_msp_before_the_file_rejects_it(
    clinic: Clinic, reply: Any, batch_is: str
) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        set_sequence(transaction, "T9999", 101, "as MSP said")
    clinic.bring(visit())
    batch = clinic.billed()
    submit(clinic, batch, reply)
    assert state(clinic, batch) == batch_is
    if batch_is == "unknown":
        with pytest.raises(ConflictError, match="nobody knows"):
            clinic.void(batch)
        person(clinic, batch, Outcome.NOT_SENT)
    clinic.void(batch)


# Resolving


def lost_at_101(clinic: Clinic, number: int = 101) -> int:
    """Lose the reply to the records 101 and 102; on 5 November 2026 at 17:00 UTC."""
    with clinic.ledger.changing(CLERK) as transaction:
        set_sequence(transaction, "T9999", number, "as MSP said")
    clinic.bring(visit())
    batch = clinic.billed()
    lose(clinic, batch)
    return batch


@pytest.fixture
def five_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """17:00 UTC on 5 November 2026 is 09:00 Pacific."""
    monkeypatch.setattr(clock, "now", lambda: "2026-11-05T17:00:00Z")


@pytest.mark.usefixtures("five_november")
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("LAST COMMITTED:0000102", "accepted"),
        ("LAST COMMITTED: 102", "accepted"),
        ("2026-11-05 08:00:00 LAST COMMITTED:0000102", "accepted"),
        # MSP is before the file: only a line later than the sending proves it.
        ("LAST COMMITTED:0000100", None),
        ("2026-11-05 08:59:59 TETA-022 LAST COMMITTED:0000100", None),
        ("2026-11-05 09:00:00 LAST COMMITTED:0000100", None),
        ("2026-11-05 09:00:01 LAST COMMITTED:0000100", "not-sent"),
        ("2026-11-05T17:00:01Z LAST COMMITTED:0000100", "not-sent"),
        ("2026-11-05 LAST COMMITTED:0000100", None),
        ("2026-11-05 09:00:01 LAST COMMITTED:0000100\nLAST COMMITTED:0000100", None),
        # Neither of the two, or numbers that other software may have used.
        ("LAST COMMITTED:0000000", None),
        ("LAST COMMITTED:0000050", None),
        ("LAST COMMITTED:0000101", None),
        ("LAST COMMITTED:0000200", None),
        ("nothing of the kind", None),
        ("", None),
    ],
)
def test_what_the_log_settles_of_the_records_101_and_102(
    clinic: Clinic, text: str, outcome: str | None
) -> None:
    batch = lost_at_101(clinic)
    if outcome is None:
        with pytest.raises(ConflictError, match="0000101 to 0000102") as caught:
            log(clinic, batch, text)
        assert "--not-sent" in caught.value.troubles[0].hint
        assert state(clinic, batch) == "unknown"
    else:
        assert log(clinic, batch, text) == outcome
        assert state(clinic, batch) == {"accepted": "accepted", "not-sent": "prepared"}[outcome]


@pytest.mark.usefixtures("five_november")
def test_no_number_yet_is_before_the_first_record(clinic: Clinic, batch: int) -> None:
    lose(clinic, batch)
    assert log(clinic, batch, "2026-11-05 09:05:00 LAST COMMITTED:0000000") == "not-sent"


def test_a_number_beyond_means_taken_when_the_file_followed_on_what_msp_had(
    clinic: Clinic, batch: int
) -> None:
    submit(clinic, batch, said())
    clinic.bring(visit("V2", 2))
    second = clinic.billed()
    lose(clinic, second)
    assert log(clinic, second, "LAST COMMITTED:0000009") == "accepted"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("LAST COMMITTED:0000007\nLAST COMMITTED:0000009\nother", 9),
        ("last committed: 7", 7),
        ("LAST COMMITTED:00000001234", None),
        ("LAST COMMITTED\n7", None),
        ("", None),
    ],
)
def test_the_latest_number_of_a_log(text: str, number: int | None) -> None:
    mention = last_mention(text)
    assert (None if mention is None else mention.number) == number


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_person_must_say_how_he_knows(clinic: Clinic, batch: int, reason: str) -> None:
    lose(clinic, batch)
    with pytest.raises(UsageError):
        person(clinic, batch, Outcome.ACCEPTED, reason)


def test_what_may_be_on_its_way_is_not_settled_nor_voided_nor_sent(
    clinic: Clinic, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> Any:
        for impatient in (
            lambda: person(clinic, batch, Outcome.NOT_SENT),
            lambda: log(clinic, batch, "LAST COMMITTED:0000002"),
            lambda: clinic.void(batch),
            lambda: submit(clinic, batch),
            lambda: mark_sent(clinic.ledger, CLERK, batch),
        ):
            with pytest.raises(ConflictError):
                impatient()
        return said()

    submit(clinic, batch, meanwhile)
    assert (state(clinic, batch), claim_states(clinic, batch)) == ("accepted", ["sent"])


@pytest.mark.parametrize(("minutes", "refuses"), [(0, True), (19, True), (20, False)])
def test_a_command_that_was_killed_can_be_settled_after_twenty_minutes(
    clinic: Clinic, batch: int, monkeypatch: pytest.MonkeyPatch, minutes: int, refuses: bool
) -> None:
    monkeypatch.setattr(clock, "now", lambda: "2026-11-05T17:00:00Z")
    lose(clinic, batch)
    with clinic.ledger.changing(CLERK) as transaction:  # as if nobody had lived to write it down
        transaction.connection.exec_driver_sql("UPDATE submissions SET finished_at = NULL")
    monkeypatch.setattr(clock, "now", lambda: f"2026-11-05T17:{minutes:02d}:00Z")
    if refuses:
        with pytest.raises(ConflictError, match="on its way"):
            person(clinic, batch, Outcome.NOT_SENT)
    else:
        person(clinic, batch, Outcome.NOT_SENT)
        assert state(clinic, batch) == "prepared"


# An answer is never lost


def busy(clinic: Clinic, answer: Any) -> tuple[Somebody, Callable[[], Any]]:
    """Let somebody else begin to write just as MSP answers."""
    other = Somebody(clinic.folder)

    def reply() -> Any:
        other.begin()
        return answer

    return other, reply


@pytest.fixture
def impatient(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic whose database does not wait for another writer."""
    make_impatient(clinic.ledger.engine, monkeypatch)
    return clinic


@pytest.mark.parametrize(
    ("answer", "batch_is"),
    [(said(), "accepted"), (refused(), "rejected"), (sequence_error(3, 2), "unknown")],
)
def test_an_answer_waits_on_the_disk_for_a_busy_ledger(
    impatient: Clinic, answer: Any, batch_is: str
) -> None:
    impatient.bring(visit())
    batch = impatient.billed()
    other, reply = busy(impatient, answer)
    with closing(other), pytest.raises(ConflictError, match="could not take it") as caught:
        submit(impatient, batch, reply)
    assert f"submit {batch} --resolve" in caught.value.troubles[0].hint
    assert state(impatient, batch) == "unknown"
    file, attempt = unknown_part(impatient.ledger, batch)
    folder = impatient.folder / "out"
    kept = reply_file(folder, attempt)
    assert str(kept) == caught.value.troubles[0].file
    assert kept.read_bytes() == answer.raw
    resolve_by_reply(impatient.ledger, CLERK, file, attempt, folder)
    assert state(impatient, batch) == batch_is
    assert list(folder.iterdir()) == []


def test_the_ledger_is_tried_again_for_a_while(impatient: Clinic) -> None:
    impatient.bring(visit())
    batch = impatient.billed()
    other, reply = busy(impatient, said())
    tries = []

    def counting(*_: Any) -> None:
        tries.append(1)
        if len(tries) == 4:
            other.end()

    from sqlalchemy import event

    def later() -> Any:
        answer = reply()
        event.listen(impatient.ledger.engine, "before_cursor_execute", counting)
        return answer

    with closing(other):
        submit(impatient, batch, later, patience=30)
    assert state(impatient, batch) == "accepted"


def test_a_full_disk_does_not_keep_an_answer_from_the_ledger(
    clinic: Clinic, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise FileError("No space left on device")

    monkeypatch.setattr("tpi_billing.claims.submitting.keep", full)
    submit(clinic, batch, said())
    assert state(clinic, batch) == "accepted"


def test_an_answer_to_what_was_voided_meanwhile_is_kept_and_said_loudly(
    clinic: Clinic, batch: int
) -> None:
    lose(clinic, batch)
    _, attempt = unknown_part(clinic.ledger, batch)
    person(clinic, batch, Outcome.NOT_SENT)
    clinic.void(batch)
    with pytest.raises(IntegrityError, match="no longer open"):
        settle(clinic.ledger, CLERK, attempt, Outcome.ACCEPTED, "RECEIVED")
    assert attempts(clinic) == [(1, MSP, "accepted", 1)]
    assert (state(clinic, batch), claim_states(clinic, batch)) == ("void", ["void"])


def test_an_answer_against_a_settled_one_takes_nothing_back(clinic: Clinic, batch: int) -> None:
    lose(clinic, batch)
    _, attempt = unknown_part(clinic.ledger, batch)
    person(clinic, batch, Outcome.ACCEPTED)
    with pytest.raises(IntegrityError, match="settled as accepted"):
        settle(clinic.ledger, CLERK, attempt, Outcome.REJECTED, "REFUSED")
    assert (state(clinic, batch), claim_states(clinic, batch)) == ("accepted", ["sent"])


# Several files

A, U, H, R, N = "accepted", "open", "by hand", "refused", "not-sent"
"""Where a file stands; one that is open was sent by the service or uploaded by hand."""


def bring_to(clinic: Clinic, first: str, second: str) -> int:
    """Bring the two files of a batch to where the table begins."""
    batch = split(clinic)
    answers = {A: [said()], U: [LOST], R: [refused()], N: [], H: []}
    line = NotReachedError("no line")
    if H in {first, second}:
        if first == A:
            with suppress(NotReachedError):
                submit(clinic, batch, said(), line)
        mark_sent(clinic.ledger, CLERK, batch, part=2 if second == H and first != H else 1)
        if first == second:
            mark_sent(clinic.ledger, CLERK, batch)
    elif (first, second) != (N, N):
        more = answers[second] or ([line] if first == A else [])
        with suppress(BillingError):
            submit(clinic, batch, *answers[first], *more)
    return batch


def settles(clinic: Clinic, batch: int) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        if waiting_batches(transaction.connection, clinic.ledger):
            raise ConflictError("waiting")


COMMANDS: dict[str, Callable[[Clinic, int], Any]] = {
    "submit": lambda clinic, batch: submit(
        clinic,
        batch,
        *[said() for status in statuses(clinic, batch) if status != A],
    ),
    "void": lambda clinic, batch: clinic.void(batch),
    "sent": lambda clinic, batch: mark_sent(clinic.ledger, CLERK, batch),
    "confirm": lambda clinic, batch: confirm(
        clinic.ledger, CLERK, batch, accepted=True, reason="the page"
    ),
    "reject": lambda clinic, batch: confirm(
        clinic.ledger, CLERK, batch, accepted=False, reason="the page"
    ),
    "resolve": lambda clinic, batch: person(clinic, batch, Outcome.ACCEPTED),
    "not sent": lambda clinic, batch: person(clinic, batch, Outcome.NOT_SENT),
    "number": settles,
}
TABLE: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    # The two files: the batch, and what each command that is allowed makes of it.
    (A, A): ("accepted", {"number": "accepted"}),
    (A, U): ("unknown", {"resolve": "accepted", "not sent": "prepared"}),
    (A, H): ("sent", {"confirm": "accepted", "reject": "prepared"}),
    (A, R): ("prepared", {"submit": "accepted", "sent": "sent", "void": "accepted"}),
    (A, N): ("prepared", {"submit": "accepted", "sent": "sent", "void": "accepted"}),
    (U, N): ("unknown", {"resolve": "prepared", "not sent": "prepared"}),
    (H, H): ("sent", {"confirm": "accepted", "reject": "rejected"}),
    (H, N): ("sent", {"confirm": "prepared", "reject": "rejected", "sent": "sent"}),
    (R, N): ("rejected", {"void": "void", "number": "rejected"}),
    (N, N): ("prepared", {"submit": "accepted", "sent": "sent", "void": "void"}),
}


@pytest.mark.parametrize(("files", "command"), [(f, c) for f in TABLE for c in COMMANDS])
def test_every_command_on_every_pair_of_files(
    clinic: Clinic, files: tuple[str, str], command: str
) -> None:
    batch_is, allowed = TABLE[files]
    batch = bring_to(clinic, *files)
    assert statuses(clinic, batch) == ["open" if status == H else status for status in files]
    assert state(clinic, batch) == batch_is
    before = clinic.snapshot()
    taken = [status == A for status in files]
    if command in allowed:
        COMMANDS[command](clinic, batch)
        assert state(clinic, batch) == allowed[command]
    else:
        with pytest.raises(ConflictError):
            COMMANDS[command](clinic, batch)
        assert clinic.snapshot() == before
    # What MSP has is sent, whatever else happens; what it does not have is not.
    accepted = [status == A for status in statuses(clinic, batch)]
    sent = [claim == "sent" for claim in claim_states(clinic, batch)]
    assert sent == [accepted[0]] * 2 + [accepted[1]] * 2
    assert all(now or not then for now, then in zip(accepted, taken, strict=True))


@pytest.mark.parametrize("files", [files for files in TABLE if files != (A, A)])
def test_no_pair_of_files_is_a_dead_end(clinic: Clinic, files: tuple[str, str]) -> None:
    """Whatever happened, the numbers can be set and every session is with MSP or free again."""
    batch = bring_to(clinic, *files)
    for command in ("not sent", "reject", "void"):
        with suppress(ConflictError):
            COMMANDS[command](clinic, batch)
    settles(clinic, batch)
    with_msp = {claim.session_id for claim in clinic.claims(state="sent")}
    free = set(clinic.assess())
    assert with_msp | free == {"V1", "V2", "V3", "V4"}
    assert with_msp & free == set()


def test_a_file_that_msp_has_stays_when_the_rest_is_voided(clinic: Clinic) -> None:
    batch = bring_to(clinic, A, R)
    assert clinic.void(batch, "the second was refused") == (2, 2)
    assert state(clinic, batch) == "accepted"
    assert claim_states(clinic, batch) == ["sent", "sent", "void", "void"]
    again = clinic.billed()
    assert [claim.session_id for claim in clinic.claims(batch_id=again)] == ["V3", "V4"]


def test_a_session_whose_claims_are_in_two_files_is_named_when_half_of_it_is_voided(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older versions split a batch anywhere: the second patient's claims were in two files."""
    monkeypatch.setattr("tpi_billing.claims.rendering.on_its_way", outgoing)
    clinic.config = clinic_config(THREE_RECORDS)
    both = {"nerve_block_sites": "left greater occipital", "block_distance_cm": "80"}
    clinic.bring(visit("V1", 1), visit("V2", 2, **both))
    batch = clinic.billed()
    assert [claim.session_id for claim in clinic.claims()] == ["V1", "V2", "V2"]
    with suppress(NotReachedError):
        submit(clinic, batch, said(), NotReachedError("no line"))
    assert clinic.void(batch) == (1, 0)
    assert half_taken(clinic.ledger, batch) == ["V2"]
    assert clinic.bill()[0] is None


def test_claims_are_sent_across_the_roll_over(clinic: Clinic) -> None:
    """Numbers 9999998 to 1 are the first file, 2 to 4 the second."""
    with clinic.ledger.changing(CLERK) as transaction:
        set_sequence(transaction, "T9999", 9_999_998, "as MSP said")
    batch = split(clinic)
    with suppress(NotReachedError):
        submit(clinic, batch, said(), NotReachedError("no line"))
    numbers = [(c.sequence_number, c.state.value) for c in clinic.claims(batch_id=batch)]
    assert numbers == [(9_999_999, "sent"), (1, "sent"), (3, "batched"), (4, "batched")]


def test_one_of_the_files_can_be_confirmed_by_itself(clinic: Clinic) -> None:
    batch = split(clinic)
    ledger = clinic.ledger
    mark_sent(ledger, CLERK, batch)
    confirm(ledger, CLERK, batch, accepted=True, reason="the page", part=1)
    assert (state(clinic, batch), claim_states(clinic, batch)[:3]) == (
        "sent",
        ["sent", "sent", "batched"],
    )
    confirm(ledger, CLERK, batch, accepted=False, reason="the page", part=2)
    assert state(clinic, batch) == "prepared"
    with pytest.raises(UsageError, match="no file 3"):
        mark_sent(ledger, CLERK, batch, part=3)


def test_an_upload_by_hand_is_not_resolved_by_the_log(clinic: Clinic, batch: int) -> None:
    mark_sent(clinic.ledger, CLERK, batch)
    with pytest.raises(ConflictError, match="by hand"):
        unknown_part(clinic.ledger, batch)


# When a batch may go


def test_batches_go_in_the_order_of_their_numbers(clinic: Clinic, batch: int) -> None:
    clinic.bring(visit("V2", 2))
    second = clinic.billed()
    with pytest.raises(ConflictError, match=f"Batch {batch} has the numbers before"):
        submit(clinic, second)
    clinic.void(batch)
    submit(clinic, second, said())
    assert batch_state(clinic.ledger, second) == "accepted"


@pytest.mark.parametrize(
    ("as_of", "goes"),
    # 90 days after 13 October 2026 is 11 January 2027.
    [(date(2027, 1, 11), True), (date(2027, 1, 12), False)],
)
def test_a_claim_past_its_last_day_is_not_sent(
    clinic: Clinic, batch: int, as_of: date, goes: bool
) -> None:
    if goes:
        submit(clinic, batch, said(), as_of=as_of)
    else:
        with pytest.raises(ConflictError, match="1 of batch 1's claims is past"):
            submit(clinic, batch, as_of=as_of)
