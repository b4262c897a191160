"""Which claims may be drawn, and that a draw is kept once, whole and journaled."""

import json
from datetime import date

import pytest
from answered import Answered
from helpers import CLERK, Clinic, visit
from msp_lines import changed, file_of, paid, refused
from reviewers import send, take

from tpi_billing.errors import UsageError
from tpi_billing.ledger.claims import change_claims
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.remittance.importing import Source, import_files


def move(clinic: Clinic, claim: Claim, state: ClaimState, **more: object) -> None:
    """Put a claim where a later command would put it."""
    with clinic.ledger.changing(CLERK) as transaction:
        change_claims(transaction, "claim.changed", [(claim, {"state": state, **more})])


def drawn(clinic: Clinic, **how: object) -> set[int]:
    return {one.claim_id for one in take(clinic, 99, **how).sample.claims}  # type: ignore[arg-type]


def test_claims_that_did_not_go_out_are_not_drawn(clinic: Clinic) -> None:
    send(clinic, 3)
    clinic.bring(visit("V9", 9))
    clinic.billed()
    assert drawn(clinic) == {1, 2, 3}


def test_without_a_claim_at_msp_there_is_no_sample(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    clinic.billed()
    before = clinic.snapshot()
    with pytest.raises(UsageError, match="went to MSP"):
        take(clinic)
    assert clinic.snapshot() == before


@pytest.mark.parametrize("state", [ClaimState.CORRECTED, ClaimState.DEBITED, ClaimState.VOID])
def test_a_claim_on_which_nothing_stands_is_not_drawn(clinic: Clinic, state: ClaimState) -> None:
    send(clinic, 3)
    move(clinic, clinic.claims()[0], state)
    assert drawn(clinic) == {2, 3}


def test_a_request_to_pay_back_is_not_drawn(clinic: Clinic) -> None:
    send(clinic, 3)
    move(clinic, clinic.claims()[1], ClaimState.SENT, submission_code="E")
    assert drawn(clinic) == {1, 3}


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ({"first": date(2026, 10, 13)}, {1, 2, 3}),
        ({"first": date(2026, 10, 14)}, set()),
        ({"last": date(2026, 10, 13)}, {1, 2, 3}),
        ({"last": date(2026, 10, 12)}, set()),
        ({"practitioner": "99001"}, {1, 3}),
    ],
)
def test_the_scope_is_of_service_days_and_one_practitioner(
    clinic: Clinic, scope: dict[str, object], found: set[int]
) -> None:
    """All services are of 13 October; claims 1 and 3 are of 99001."""
    send(clinic, 3)
    sessions = {claim.session_id: claim.claim_id for claim in clinic.claims()}
    wanted = {sessions[f"V{number}"] for number in found}
    if found:
        assert drawn(clinic, **scope) == wanted
    else:
        with pytest.raises(UsageError):
            drawn(clinic, **scope)


def test_what_stands_on_a_claim_is_what_was_paid_before_and_since(clinic: Clinic) -> None:
    """One refused; one paid 38.96 and replaced by one that is paid 20.00; two not answered."""
    send(clinic, 5)
    one, two, three, four, five = clinic.claims()
    lines = [refused(one), changed(two, 3896), paid(three, cents=2000)]
    import_files(clinic.ledger, CLERK, [Source("answers", content=file_of(*lines))])
    one, two, three, four, five = clinic.claims()
    move(clinic, two, ClaimState.CORRECTED)
    move(clinic, three, ClaimState.PAID, predecessor=two.claim_id)
    sample = take(clinic).sample
    stakes = {claim.claim_id: claim.stake_cents for claim in sample.claims}
    assert stakes == {
        one.claim_id: 0,
        three.claim_id: 3896 + 2000,
        four.claim_id: four.amount_cents,
        five.claim_id: five.amount_cents,
    }
    assert sample.population_cents == sum(stakes.values())


def test_what_went_back_as_it_was_asked_to_does_not_stand_on_a_claim(clinic: Clinic) -> None:
    """77.92 paid as 50.00 and 27.92, by two claims; the 50.00 are given back."""
    one = Answered(clinic, [visit("V1", 1)])
    one.take(changed(one.of("V1"), 5000))
    one.correct(1, code="X", note="SEE CHART")
    one.send(2)
    one.take(changed(one.claim(2), 2792))
    one.debit(1)
    one.send(3)
    assert [claim.stake_cents for claim in take(clinic).sample.claims] == [7792]
    one.take(changed(one.claim(3), -5000))
    assert [claim.stake_cents for claim in take(clinic).sample.claims] == [2792]


def test_the_very_same_sample_again_is_found_and_nothing_is_kept(clinic: Clinic) -> None:
    send(clinic)
    first = take(clinic, 3)
    before = clinic.snapshot()
    again = take(clinic, 3)
    assert clinic.snapshot() == before
    assert (first.new, again.new) == (True, False)
    assert again.sample == first.sample


def test_another_seed_scope_or_ledger_is_another_sample(clinic: Clinic) -> None:
    send(clinic)
    assert take(clinic, 3, seed=7).sample.sample_id == 1
    assert take(clinic, 3, seed=8).sample.sample_id == 2
    assert take(clinic, 3, seed=7, by="practitioner").sample.sample_id == 3
    assert take(clinic, 3, seed=7, practitioner="99001").sample.sample_id == 4
    import_files(
        clinic.ledger, CLERK, [Source("answers", content=file_of(refused(clinic.claims()[0])))]
    )
    assert take(clinic, 3, seed=7).sample.sample_id == 5


def test_a_seed_may_be_longer_than_any_number_of_a_database(clinic: Clinic) -> None:
    send(clinic, 2)
    assert take(clinic, seed=-(10**30)).sample.seed == -(10**30)


def test_every_value_is_journaled(clinic: Clinic) -> None:
    send(clinic)
    take(clinic, 4, by="practitioner")
    tables = {
        "sample.new": "samples",
        "sample-stratum.new": "sample_strata",
        "sample-claim.new": "sample_claims",
    }
    for action, table in tables.items():
        with clinic.ledger.reading() as connection:
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").mappings().all()
            told = connection.exec_driver_sql(
                "SELECT content FROM journal WHERE action = ? ORDER BY entry", (action,)
            )
            assert [json.loads(one) for one in told.scalars()] == [dict(row) for row in rows]
            assert rows
