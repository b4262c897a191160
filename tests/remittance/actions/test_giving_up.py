"""`claims debit`, `write-off` and `resubmit`, and batches of successors that are voided."""

from datetime import date

import pytest
from answered import LATER, Answered
from helpers import AS_OF, CLERK, Clinic, clinic_config, made_up_phn, visit
from msp_lines import FIRST, SECOND, THIRD, changed, paid, refused

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.config import Config
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger.amendments import AmendmentKind
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import BatchState, ClaimState
from tpi_billing.remittance.actions.correcting import Made
from tpi_billing.remittance.actions.wishes import Wish


@pytest.fixture
def one(clinic: Clinic) -> Answered:
    return Answered(clinic)


def resubmit(one: Answered, *claim_ids: int, as_of: date = LATER, note: str = "") -> Made:
    wishes = [
        Wish(number, AmendmentKind.RESUBMIT, reason="MSP's mistake", note=note)
        for number in claim_ids
    ]
    return one.corrector(as_of).resubmit(wishes)


# Debits.


def test_a_debit_names_the_paid_claim_by_msps_number(one: Answered) -> None:
    one.take(changed(one.of("V1"), 7792, codes=("QM",)))
    assert one.claim(1).state is ClaimState.PAID
    done = one.debit(1)
    ((old, request),) = done.requests
    assert old.claim_id == 1
    assert (request.submission_code, request.original_file_number) == ("E", "0000000001")
    assert (request.amount_cents, request.expected_cents, request.predecessor) == (7792, -7792, 1)
    assert one.claim(1).state is ClaimState.DEBIT_REQUESTED
    (text,) = one.clinic.contents(done.batch_id or 0).teleplan_files
    c02, n01 = text.splitlines()[1:]
    assert (c02[74], c02[176:196], n01[:3]) == ("E", "00000000000000000001", "N01")
    assert "PATIENT WAS NOT SEEN THAT DAY" in n01


def test_a_debit_of_a_part_payment_asks_for_what_was_paid(one: Answered) -> None:
    one.take(changed(one.of("V1"), 5000))
    ((_, request),) = one.debit(1).requests
    assert (request.amount_cents, request.due_cents) == (5000, -5000)


def test_a_debit_that_msp_grants_ends_the_claim(one: Answered) -> None:
    one.take(changed(one.of("V1"), 7792))
    done = one.debit(1)
    one.send(done.batch_id or 0)
    assert (one.owed(1), one.owed(4)) == (0, -7792)
    one.take(changed(one.claim(4), -7792, SECOND, codes=("D3",)))
    assert one.claim(1).state is ClaimState.DEBITED
    assert (one.owed(1), one.owed(4)) == (0, 0)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("refused_first", [True, False])
def test_a_payment_that_msp_took_back_of_its_own_accord_meanwhile_is_refused(
    one: Answered, *, refused_first: bool, together: bool
) -> None:
    """The request comes to nothing, and the 77.92 are owed and can be corrected again."""
    one.take(changed(one.of("V1"), 7792))
    done = one.debit(1)
    one.send(done.batch_id or 0)
    answers = [
        changed(one.of("V1"), -7792, SECOND, codes=("DR", "AF")),
        refused(one.claim(4), SECOND, codes=("D2",)),
    ]
    if refused_first:
        answers.reverse()
    for some in [answers] if together else [[line] for line in answers]:
        one.take(*some)
    assert (one.claim(1).state, one.claim(4).state) == (ClaimState.REFUSED, ClaimState.REFUSED)
    assert (one.owed(1), one.owed(4)) == (7792, 0)


def test_a_debit_that_msp_refuses_leaves_the_claim_as_it_was(one: Answered) -> None:
    one.take(changed(one.of("V1"), 5000))
    done = one.debit(1)
    one.send(done.batch_id or 0)
    # 77.92 less the 50.00 that were paid; the request takes those back.
    assert (one.owed(1), one.owed(4)) == (2792, -5000)
    one.take(refused(one.claim(4), SECOND, codes=("D2",)))
    assert (one.claim(1).state, one.claim(4).state) == (
        ClaimState.PAID_CHANGED,
        ClaimState.REFUSED,
    )
    assert (one.owed(1), one.owed(4)) == (2792, 0)
    assert len(one.debit(1).requests) == 1


def test_an_earlier_refusal_of_a_debit_is_taken_in_after_its_visit_was_billed_again(
    one: Answered,
) -> None:
    one.take(changed(one.of("V1"), 7792))
    one.send(one.debit(1).batch_id or 0)
    one.take(changed(one.claim(4), -7792, THIRD, codes=("D3",)))
    one.clinic.bring(visit("V9", 1))
    one.clinic.billed("2026-10")
    one.take(refused(one.claim(4), SECOND, codes=("D2",)))
    assert (one.claim(1).state, one.claim(4).state) == (ClaimState.PAID, ClaimState.REFUSED)
    assert (one.claim(1).ordinal, one.of("V9").ordinal) == (2, 1)
    with one.clinic.ledger.reading() as connection:
        assert list(differences(connection)) == []


def test_of_a_part_payment_that_is_taken_back_nothing_stays_open(one: Answered) -> None:
    one.take(changed(one.of("V1"), 5000))
    done = one.debit(1)
    one.send(done.batch_id or 0)
    one.take(changed(one.claim(4), -5000, SECOND, codes=("D3",)))
    assert one.claim(1).state is ClaimState.DEBITED
    assert (one.owed(1), one.owed(4)) == (0, 0)


def test_a_line_that_pays_as_billed_does_not_tell_msps_number(one: Answered) -> None:
    one.take(paid(one.of("V1")))
    with pytest.raises(ConflictError, match="own number of claim 1 is not known") as raised:
        one.debit(1)
    assert "--file-number" in raised.value.troubles[0].hint
    ((_, request),) = one.debit(1, file_number="1000000001").requests
    assert request.original_file_number == "1000000001"


def test_one_file_number_is_of_one_claim(one: Answered) -> None:
    one.take(paid(one.of("V1")), paid(one.of("V2")))
    with pytest.raises(UsageError, match="of one claim"):
        one.debit(1, 2, file_number="1000000001")


def test_everything_wrong_with_debits_is_said_at_once(one: Answered) -> None:
    one.take(changed(one.of("V1"), 7792), refused(one.of("V2")))
    with pytest.raises(ConflictError) as raised:
        one.debit(1, 2, 3, 9)
    said = [trouble.message for trouble in raised.value.troubles]
    assert said == [
        "Claim 2 is refused and cannot be taken back.",
        "Claim 3 is sent and cannot be taken back.",
        "There is no claim 9.",
    ]
    assert one.claim(1).state is ClaimState.PAID


# Write-offs.


@pytest.mark.parametrize(("paid_cents", "given_up"), [(0, 7792), (1, 7791), (5000, 2792)])
def test_a_write_off_gives_up_what_is_outstanding(
    one: Answered, paid_cents: int, given_up: int
) -> None:
    claim = one.of("V1")
    one.take(changed(claim, paid_cents) if paid_cents else refused(claim))
    (done,) = one.write_off(1)
    assert done.cents == given_up
    assert one.posted(1) == [("written-off", -given_up)]
    assert (one.owed(1), one.claim(1).state) == (0, ClaimState.WRITTEN_OFF)


def test_a_paid_claim_is_not_written_off(one: Answered) -> None:
    one.take(paid(one.of("V1")), refused(one.of("V2")))
    with pytest.raises(ConflictError, match="Claim 1 is paid and cannot be written off"):
        one.write_off(2, 1)
    assert one.claim(2).state is ClaimState.REFUSED


# Resubmissions of several at once.


def test_many_go_out_again_in_one_batch(one: Answered) -> None:
    one.take(*(refused(claim, codes=("AB",)) for claim in one.clinic.claims()))
    made = resubmit(one, 1, 2, 3)
    assert [(claim.predecessor, claim.submission_code) for claim in made.claims] == [
        (1, "R"),
        (2, "R"),
        (3, "R"),
    ]
    assert {claim.batch_id for claim in one.claims().values()} == {1, 2}
    assert one.states()[:3] == [(1, "corrected"), (2, "corrected"), (3, "corrected")]


def test_those_that_cannot_go_out_are_left_with_the_reason(clinic: Clinic) -> None:
    visits = [visit("V1", 1), visit("V2", 2, service_date="2026-10-05"), visit("V3", 3)]
    one = Answered(clinic, visits)
    early, note = one.of("V2").claim_id or 0, one.of("V3").claim_id or 0
    first = one.of("V1").claim_id or 0
    one.take(
        refused(one.of("V1"), codes=("AB",)),
        refused(one.of("V2"), codes=("AB",)),
        refused(one.of("V3"), codes=("FP",)),
    )
    # 90 days after 5 October are over on 4 January, after 13 October on 12 January.
    made = resubmit(one, early, note, first, as_of=date(2027, 1, 4))
    assert [claim.predecessor for claim in made.claims] == [first]
    assert [left.wish.claim_id for left in made.left] == [early, note]
    said = [left.troubles[0].message for left in made.left]
    assert "until 2027-01-03" in said[0]
    assert "needs a note" in said[1]
    assert one.claim(early).state is ClaimState.REFUSED


def test_a_session_that_a_check_holds_now_is_left(clinic: Clinic) -> None:
    one = Answered(clinic, [visit("V1", 1, agent=""), visit("V2", 2)])
    one.take(*(refused(claim, codes=("AB",)) for claim in clinic.claims()))
    clinic.config = clinic_config('[checks]\nagent-not-recorded = "error"\n')
    held, sound = one.of("V1").claim_id or 0, one.of("V2").claim_id or 0
    made = resubmit(one, held, sound)
    assert [claim.predecessor for claim in made.claims] == [sound]
    (left,) = made.left
    assert [finding.code for finding in left.findings if finding.holds] == ["agent-not-recorded"]


# Voiding.


def test_a_void_batch_of_successors_puts_every_old_claim_back(one: Answered) -> None:
    one.take(refused(one.of("V1"), codes=("AB",)), changed(one.of("V2"), 5000, codes=("AB",)))
    one.take(changed(one.of("V3"), 7792))
    made = resubmit(one, 1, 2)
    debit = one.debit(3)
    one.clinic.void(made.batch_id or 0, "not yet")
    one.clinic.void(debit.batch_id or 0, "not yet")
    assert one.states() == [
        (1, "refused"),
        (2, "paid-changed"),
        (3, "paid"),
        (4, "void"),
        (5, "void"),
        (6, "void"),
    ]
    assert one.posted(1) == [("replaced", -7792), ("reinstated", 7792)]
    assert one.posted(2) == [("replaced", -2792), ("reinstated", 2792)]
    assert one.posted(3) == []
    assert [one.owed(number) for number in (1, 2, 3)] == [7792, 2792, 0]
    # What was asked is no longer in force, and can be asked again.
    assert one.correct(1, code="R").claims[0].claim_id == 7
    with one.clinic.ledger.reading() as connection:
        assert list(differences(connection)) == []


def test_a_claim_is_put_back_beside_one_that_was_billed_for_its_service_meanwhile(
    one: Answered,
) -> None:
    """The batch can be voided all the same, and MSP is not asked for the visit twice."""
    one.take(refused(one.of("V1")))
    made = one.correct(1, code="R", changed={"service_date": "2026-10-07"})
    one.clinic.bring(visit("V9", 1))
    one.clinic.billed("2026-10")
    one.clinic.void(made.batch_id or 0)
    assert one.claim(1).state is ClaimState.REFUSED
    assert (one.claim(1).ordinal, one.of("V9").ordinal) == (2, 1)
    assert one.owed(1) == 7792
    (left,) = resubmit(one, 1, note="SEE CHART").left
    assert "duplicate-claim" in {finding.code for finding in left.findings}
    with one.clinic.ledger.reading() as connection:
        assert list(differences(connection)) == []


def test_a_correction_that_was_voided_is_no_longer_in_force(one: Answered) -> None:
    one.take(refused(one.of("V1"), codes=("AB",)))
    made = one.correct(1, changed={"patient_surname": "Okanagan"})
    one.clinic.void(made.batch_id or 0)
    assert one.correct(1).claims[0].surname == "Okanese"


def test_a_partly_void_batch_puts_back_the_claims_that_msp_lacks(clinic: Clinic) -> None:
    """Three claims in two files: MSP takes the first file, the second is voided."""
    config = clinic.config
    one = Answered(clinic)
    one.take(*(refused(claim, codes=("AB",)) for claim in clinic.claims()))
    clinic.config = in_files_of_two(config)
    made = resubmit(one, 1, 2, 3)
    batch = made.batch_id or 0
    assert len(clinic.contents(batch).teleplan_files) == 2
    send_first_file(clinic, batch)
    clinic.void(batch, "the second not yet")
    assert one.states() == [
        (1, "corrected"),
        (2, "corrected"),
        (3, "refused"),
        (4, "sent"),
        (5, "sent"),
        (6, "void"),
    ]
    assert one.posted(1) == [("replaced", -7792)]
    assert one.posted(3) == [("replaced", -7792), ("reinstated", 7792)]
    assert clinic.contents(batch).batch.state is BatchState.ACCEPTED


def in_files_of_two(config: Config) -> Config:
    """Three records a file: the control record and two claims."""
    teleplan = config.teleplan.model_copy(update={"max_records": 3})
    return config.model_copy(update={"teleplan": teleplan})


def send_first_file(clinic: Clinic, batch: int) -> None:
    mark_sent(clinic.ledger, CLERK, batch, part=1)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="", part=1)


def test_a_session_with_a_successor_is_not_set_free_with_its_first_batch(clinic: Clinic) -> None:
    """MSP has the first file of a batch and refuses a claim of it; the second is voided."""
    clinic.config = in_files_of_two(clinic.config)
    clinic.ledger.today = AS_OF
    clinic.bring(visit("V1", 1), visit("V2", 2), visit("V3", 3))
    batch = clinic.billed()
    send_first_file(clinic, batch)
    one = Answered.resumed(clinic)
    one.take(refused(one.of("V1"), FIRST, codes=("AB",)))
    one.correct(1, changed={"phn": made_up_phn(77)})
    clinic.void(batch, "the second not yet")
    assert clinic.session("V1").batch_id == batch
    assert clinic.session("V3").batch_id is None
