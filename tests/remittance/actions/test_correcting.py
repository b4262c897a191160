"""`claims correct`: the claim that takes a refused one's place, and what becomes of that."""

from datetime import date, timedelta

import pytest
from answered import LATER, Answered
from helpers import Clinic, made_up_phn, visit
from msp_lines import FIRST, before_judging, changed, paid, refused

from tpi_billing.errors import ConflictError
from tpi_billing.ledger.health import examine
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import ClaimState

SERVICE = date(2026, 10, 13)
"""The day of every visit here: 90 days later is 11 January 2027."""


@pytest.fixture
def clinic_answered(clinic: Clinic) -> Answered:
    return Answered(clinic)


def test_a_refused_claim_is_followed_by_one_with_the_corrected_values(
    clinic_answered: Answered,
) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    made = one.correct(1, changed={"phn": made_up_phn(77)}, reason="card shown")
    (new,) = made.claims
    assert (new.claim_id, new.predecessor, new.submission_code) == (4, 1, "R")
    assert (new.phn, new.patient_key) == (made_up_phn(77), f"phn:{made_up_phn(77)}/00")
    assert (new.amount_cents, new.expected_cents) == (7792, None)
    # Claims 1 to 3 have folios 1 to 3 and the numbers behind the first VS1.
    assert (new.office_folio, new.sequence_number) == (4, 6)
    # MSP's number of the refused claim, as its line says (P64).
    assert new.original_file_number == "0000000001"
    old = one.claim(1)
    assert old.state is ClaimState.CORRECTED
    assert (one.posted(1), one.owed(1)) == ([("replaced", -7792)], 0)


def test_the_successor_is_a_batch_like_any_other(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    made = one.correct(1, changed={"phn": made_up_phn(77)})
    assert made.batch_id == 2
    contents = one.clinic.contents(2)
    assert (contents.batch.month, contents.batch.sessions, contents.batch.claims) == (
        "2026-10",
        1,
        1,
    )
    assert contents.batch.amount_cents == 7792
    (text,) = contents.teleplan_files
    assert [line[:3] for line in text.splitlines()] == ["VS1", "C02"]
    assert text.splitlines()[1][25:35] == made_up_phn(77)
    assert text.splitlines()[1][74] == "R"
    assert len(contents.sources) == 1
    one.send(2)
    assert one.claim(4).state is ClaimState.SENT
    # The session stays with the batch that billed it first.
    assert one.clinic.session("V1").batch_id == one.first_batch
    assert one.clinic.bill()[0] is None


def test_what_is_owed_moves_to_the_successor_and_is_paid_there(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    assert one.all_owed() == 3 * 7792
    made = one.correct(1, changed={"phn": made_up_phn(77)})
    one.send(made.batch_id or 0)
    assert one.all_owed() == 3 * 7792
    one.take(paid(one.claim(4)))
    assert one.claim(4).state is ClaimState.PAID
    assert one.all_owed() == 2 * 7792


def test_of_a_part_payment_only_the_rest_is_expected(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(changed(one.of("V1"), 5000, codes=("BT",)))
    # 77.92 billed and 50.00 paid: 27.92 is still owed.
    assert one.owed(1) == 2792
    made = one.correct(1, code="X", note="ALL FOUR SITES ARE CHARTED")
    (new,) = made.claims
    assert (new.amount_cents, new.expected_cents, new.note) == (
        7792,
        2792,
        "ALL FOUR SITES ARE CHARTED",
    )
    assert one.posted(1) == [("replaced", -2792)]
    one.send(made.batch_id or 0)
    assert (one.owed(1), one.owed(4)) == (0, 2792)
    one.take(changed(one.claim(4), 1000, date(2026, 11, 27), codes=("BT",)))
    # Of a chain of two, 50.00 and 10.00 are paid: 17.92 is left.
    again = one.correct(4, code="X", note="SEE CHART")
    assert again.claims[0].expected_cents == 1792


def test_nothing_more_is_asked_than_msp_has_paid(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(changed(one.of("V1"), 6213, codes=("BT",)))
    # One injection, item 01156, comes to the 62.13 that were paid, and not to a cent more.
    with pytest.raises(
        ConflictError, match=r"comes to 62\.13, and 62\.13 of claim 1 is paid"
    ) as raised:
        one.correct(1, code="X", note="X", changed={"trigger_point_sites": "left trapezius"})
    assert "claims debit" in raised.value.troubles[0].hint
    assert one.claim(1).state is ClaimState.PAID_CHANGED


def test_a_dry_run_makes_nothing(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    before = one.clinic.snapshot()
    made = one.correct(1, dry_run=True, changed={"phn": made_up_phn(77)})
    assert (made.batch_id, len(made.ready)) == (None, 1)
    assert one.clinic.snapshot() == before


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (("AB",), "R"),
        (("W4",), "0"),
        (("BV", "AB"), "A"),
        (("AB", "AF"), "R"),
        (("YY", "W4"), "0"),
        (("HA", "AB"), "R"),
    ],
)
def test_the_first_code_that_asks_for_a_claim_gives_the_submission_code(
    clinic_answered: Answered, codes: tuple[str, ...], code: str
) -> None:
    """BV asks for an approval, and HA, paid before, for nothing; YY only introduces."""
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=codes))
    if code == "A":
        with pytest.raises(ConflictError, match="needs no approval until 2027-01-11"):
            one.correct(1)
        return
    assert one.correct(1).claims[0].submission_code == code


def test_a_refusal_before_judgement_counts_too(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(before_judging(one.of("V1"), ("YY", "AB")))
    assert one.correct(1).claims[0].submission_code == "R"


def test_where_msp_asks_for_nothing_a_code_must_be_given(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("HA",)))
    with pytest.raises(ConflictError, match=r"does not say how to send it again \(HA\)") as raised:
        one.correct(1)
    assert "--code" in raised.value.troubles[0].hint
    assert one.correct(1, code="R").claims[0].submission_code == "R"


@pytest.mark.parametrize("code", ["X", "C"])
def test_a_note_is_asked_for_and_never_made_up(clinic_answered: Answered, code: str) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1")))
    with pytest.raises(ConflictError, match="needs a note to MSP"):
        one.correct(1, code=code)
    made = one.correct(1, code=code, note="COVERED AGAIN SINCE 1 OCTOBER")
    (text,) = one.clinic.contents(made.batch_id or 0).teleplan_files
    assert [line[:3] for line in text.splitlines()] == ["VS1", "C02", "N01"]
    # It goes with this claim only: the session itself says what it said before.
    one.clinic.void(made.batch_id or 0)
    assert one.correct(1, code="R").claims[0].note == ""


@pytest.mark.parametrize(
    ("code", "last"),
    [
        # 0 and R: 90 days from the service of 13 October.
        ("0", date(2027, 1, 11)),
        ("R", date(2027, 1, 11)),
        # X: 90 days from the remittance of 12 November.
        ("X", date(2027, 2, 10)),
    ],
)
def test_a_successor_goes_out_until_its_last_day(
    clinic_answered: Answered, code: str, last: date
) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), FIRST, codes=("AB",)))
    asked = {"code": code, "note": "SEE CHART"}
    with pytest.raises(ConflictError, match=f"until {last}") as raised:
        one.correct(1, last + timedelta(days=1), **asked)
    assert "--code A --reference REF" in raised.value.troubles[0].hint
    assert "overage approve" in raised.value.troubles[0].hint
    assert len(one.correct(1, last, **asked).claims) == 1


def test_msp_sets_no_day_for_coverage_that_is_restored(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AF",)))
    made = one.correct(1, date(2027, 9, 1), note="COVERAGE RESTORED")
    assert (made.claims[0].submission_code, made.claims[0].service_date) == ("C", SERVICE)


def test_an_over_age_claim_goes_out_with_its_approval(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("BV",)))
    with pytest.raises(ConflictError, match="needs MSP's approval"):
        one.correct(1, date(2027, 1, 12))
    made = one.correct(1, date(2027, 1, 12), reference="12-345")
    assert (made.claims[0].submission_code, made.claims[0].approval_reference) == ("A", "12-345")
    (text,) = one.clinic.contents(made.batch_id or 0).teleplan_files
    assert "APPROVAL 12-345" in text


def test_what_a_check_holds_is_not_made(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    before = one.clinic.snapshot()
    made = one.correct(1, changed={"phn": "9999999999", "diagnosis_1": ""})
    assert (made.batch_id, made.claims) == (None, ())
    (left,) = made.left
    held = {finding.code for finding in left.findings if finding.holds}
    assert held == {"phn-check-digit", "diagnosis-missing"}
    assert one.clinic.snapshot() == before


def test_a_date_that_cannot_be_read_is_named(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    (left,) = one.correct(1, changed={"service_date": "sometime"}).left
    assert [(finding.code, finding.column) for finding in left.findings] == [
        ("invalid-value", "service_date")
    ]


def test_a_corrected_date_has_its_own_90_days(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    made = one.correct(1, date(2027, 1, 17), changed={"service_date": "2026-10-20"})
    assert made.claims[0].service_date == date(2026, 10, 20)


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        (ClaimState.PAID, "claims debit 1"),
        (ClaimState.SENT, "Wait for MSP's answer"),
        (ClaimState.HELD, "Wait for MSP's answer"),
        (ClaimState.WRITTEN_OFF, "Nothing more is expected"),
        (ClaimState.CORRECTED, "Another claim stands in its place"),
    ],
)
def test_only_an_open_claim_is_corrected(
    clinic_answered: Answered, state: ClaimState, hint: str
) -> None:
    from tpi_billing.ledger.claims import change_claims

    one = clinic_answered
    with one.clinic.ledger.changing("t") as transaction:
        change_claims(transaction, "claim.test", [(one.claim(1), {"state": state})])
    with pytest.raises(ConflictError, match=f"Claim 1 is {state}") as raised:
        one.correct(1, code="R")
    assert hint in raised.value.troubles[0].hint


def test_an_earlier_correction_of_the_session_stays_in_force(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    first = one.correct(1, changed={"patient_surname": "Okanagan"})
    one.send(first.batch_id or 0)
    one.take(refused(one.claim(4), date(2026, 11, 27), codes=("AB",)))
    again = one.correct(4, changed={"patient_first_name": "Nora"})
    assert (again.claims[0].first_name, again.claims[0].surname) == ("Nora", "Okanagan")
    assert again.claims[0].predecessor == 4


def test_the_ledger_agrees_with_its_journal_after_all_of_it(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)), changed(one.of("V2"), 5000))
    made = one.correct(1, changed={"phn": made_up_phn(77)}, reason="card shown")
    one.write_off(2)
    one.clinic.void(made.batch_id or 0, "typing mistake")
    with one.clinic.ledger.reading() as connection:
        assert list(differences(connection)) == []
        assert examine(connection).faults == ()
        rows = connection.exec_driver_sql(
            "SELECT actor, action FROM journal WHERE action IN ('amendment.new', "
            "'amendment.withdrawn') ORDER BY entry"
        )
        assert [tuple(row) for row in rows] == [
            ("m.jones", "amendment.new"),
            ("m.jones", "amendment.new"),
            ("m.jones", "amendment.withdrawn"),
        ]


# A day of several claims.


def two_items() -> list[dict[str, str]]:
    """A visit of trigger points and a hip injection: 01157 in full and 00014 at half, or so."""
    return [visit("V1", 1, joint_sites="left hip")]


def test_only_the_named_claim_of_a_session_is_followed(clinic: Clinic) -> None:
    one = Answered(clinic, two_items())
    lines = {claim.fee_item: claim for claim in clinic.claims()}
    assert set(lines) == {"01157", "00014"}
    one.take(refused(lines["00014"], codes=("W4",)), paid(lines["01157"]))
    made = one.correct(lines["00014"].claim_id or 0)
    (new,) = made.claims
    assert (new.fee_item, new.percent, new.amount_cents) == (
        "00014",
        lines["00014"].percent,
        lines["00014"].amount_cents,
    )


def test_a_correction_does_not_alter_a_claim_that_msp_has(clinic: Clinic) -> None:
    one = Answered(clinic, two_items())
    lines = {claim.fee_item: claim for claim in clinic.claims()}
    one.take(refused(lines["00014"], codes=("AB",)), paid(lines["01157"]))
    refused_id, paid_id = lines["00014"].claim_id or 0, lines["01157"].claim_id or 0
    with pytest.raises(ConflictError, match=f"would alter claim {paid_id}, which is paid") as hit:
        one.correct(refused_id, changed={"phn": made_up_phn(77)})
    assert f"claims debit {paid_id}" in hit.value.troubles[0].hint
    # A diagnosis changes no other claim's price or patient.
    assert len(one.correct(refused_id, changed={"diagnosis_1": "7230"}).claims) == 1


def test_both_refused_claims_of_a_session_are_corrected_one_after_the_other(
    clinic: Clinic,
) -> None:
    one = Answered(clinic, two_items())
    first, second = clinic.claims()
    one.take(refused(first, codes=("AB",)), refused(second, codes=("AB",)))
    made = one.correct(first.claim_id or 0, changed={"phn": made_up_phn(77)})
    again = one.correct(second.claim_id or 0)
    assert {made.claims[0].phn, again.claims[0].phn} == {made_up_phn(77)}
    assert {made.claims[0].fee_item, again.claims[0].fee_item} == {"01157", "00014"}


def test_a_change_that_turns_the_days_prices_names_the_other_visit(clinic: Clinic) -> None:
    """01157 of 77.92 in full, 01124 of 65.62 at half: with 01156 of 62.13 it is the other way."""
    far = {"nerve_block_sites": "left greater occipital", "block_distance_cm": "75"}
    block_visit = visit("V2", 1, start_time="15:00", trigger_point_sites="", **far)
    one = Answered(clinic, [visit("V1", 1), block_visit])
    points, block = one.of("V1"), one.of("V2")
    assert (points.amount_cents, block.amount_cents, block.percent) == (7792, 3281, 50)
    one.take(refused(points, codes=("AB",)), paid(block))
    with pytest.raises(ConflictError, match=f"would alter claim {block.claim_id}"):
        one.correct(points.claim_id or 0, changed={"trigger_point_sites": "left trapezius"})
    # Without another item the other visit's fee stays as it is.
    made = one.correct(points.claim_id or 0, changed={"diagnosis_1": "7230"})
    assert made.claims[0].amount_cents == 7792


def test_an_unbilled_visit_of_the_day_does_not_price_the_correction(clinic: Clinic) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(refused(one.of("V1"), codes=("AB",)))
    clinic.bring(visit("V9", 1, start_time="08:00"))
    made = one.correct(1)
    assert made.claims[0].amount_cents == 7792
    assert one.clinic.session("V9").batch_id is None


def test_an_item_more_is_not_billed_unseen(clinic: Clinic) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(refused(one.of("V1"), codes=("AB",)))
    with pytest.raises(ConflictError, match="one claim follows one claim") as raised:
        one.correct(1, changed={"joint_sites": "left hip"})
    assert "--set fee_items" in raised.value.troubles[0].hint
    made = one.correct(1, changed={"joint_sites": "left hip", "fee_items": "00014"})
    assert made.claims[0].fee_item == "00014"


def test_no_visit_means_no_successor(clinic_answered: Answered) -> None:
    one = clinic_answered
    one.take(refused(one.of("V1"), codes=("AB",)))
    with pytest.raises(ConflictError, match="not be a completed visit any more") as raised:
        one.correct(1, LATER, changed={"status": "no-show"})
    assert "write-off" in raised.value.troubles[0].hint
