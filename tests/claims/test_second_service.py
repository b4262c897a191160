"""A true second service: a person's decision, code D and the second ordinal (Teleplan C02 P34)."""

import json
from typing import Any

import pytest
from helpers import AS_OF, CLERK, Clinic, visit

from tpi_billing.claims.assessment import Assessed
from tpi_billing.claims.decisions import Decider
from tpi_billing.errors import BillingError, ConflictError, UsageError

MORNING = visit("V1", 1)
AFTERNOON = visit("V2", 1, start_time="16:00", end_time="16:15")


def decide(
    clinic: Clinic,
    session_id: str = "V2",
    item: str = "01157",
    reason: str = "seen again at 16:00",
    source: str | None = None,
) -> Assessed:
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK)
    return decider.second_service(session_id, item, reason, source)


def undo(clinic: Clinic, session_id: str = "V2", reason: str = "a copy after all") -> Assessed:
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK)
    return decider.undo_second_service(session_id, "01157", reason)


def codes(clinic: Clinic, session_id: str) -> set[str]:
    return {finding.code for finding in clinic.assess()[session_id].findings}


def test_both_of_a_day_are_billed_the_second_with_code_d(clinic: Clinic) -> None:
    clinic.bring(MORNING, AFTERNOON)
    assert "same-day-same-item" in codes(clinic, "V2")
    assert not decide(clinic).held
    clinic.billed()
    claims = {claim.session_id: claim for claim in clinic.claims()}
    first, second = claims["V1"], claims["V2"]
    assert (first.submission_code, first.ordinal, first.amount_cents) == ("0", 1, 7792)
    assert (second.submission_code, second.ordinal) == ("D", 2)
    # Both are blocks or injections of one day: the second is paid at half (facts, section 2.1).
    assert second.amount_cents == 3896


def test_a_second_service_beside_a_billed_claim(clinic: Clinic) -> None:
    clinic.bring(MORNING)
    clinic.billed()
    clinic.bring(AFTERNOON)
    assert "duplicate-claim" in codes(clinic, "V2")
    decide(clinic)
    clinic.billed()
    (second,) = clinic.claims(session_id="V2")
    assert (second.submission_code, second.ordinal) == ("D", 2)


def test_a_third_of_the_day_needs_its_own_decision(clinic: Clinic) -> None:
    clinic.bring(MORNING, AFTERNOON, visit("V3", 1, start_time="18:00", end_time="18:15"))
    decide(clinic)
    assert "same-day-same-item" in codes(clinic, "V3")
    decide(clinic, "V3")
    clinic.billed()
    assert sorted((claim.session_id, claim.ordinal) for claim in clinic.claims()) == [
        ("V1", 1),
        ("V2", 2),
        ("V3", 3),
    ]


def test_one_visit_imported_twice_stays_a_duplicate(clinic: Clinic) -> None:
    """The decision is about one session: another copy of it is held as before."""
    clinic.bring(MORNING, AFTERNOON)
    decide(clinic)
    clinic.billed()
    clinic.bring(visit("V7", 1, start_time="16:00", end_time="16:15"))
    assert "duplicate-claim" in codes(clinic, "V7")
    assert clinic.bill()[0] is None
    assert len(clinic.claims()) == 2


def test_the_decision_is_journaled_and_can_be_taken_back(clinic: Clinic) -> None:
    clinic.bring(MORNING, AFTERNOON)
    decide(clinic, reason="  seen again\n at 16:00 ")
    assert undo(clinic).held
    assert "same-day-same-item" in codes(clinic, "V2")
    entries = [row for row in clinic.snapshot()["journal"] if row[3].startswith("decision.")]
    assert [(row[2], row[3]) for row in entries] == [
        (CLERK, "decision.new"),
        (CLERK, "decision.withdrawn"),
    ]
    made, withdrawn = (json.loads(row[5]) for row in entries)
    assert (made["kind"], made["fee_item"]) == ("second-service", "01157")
    assert made["reason"] == "seen again at 16:00"
    assert withdrawn["reason"] == "a copy after all"
    decide(clinic)
    assert not clinic.assess()["V2"].held


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ({"session_id": "V9"}, UsageError, "There is no session V9."),
        ({"item": "01125"}, UsageError, "Session V2 does not ask for 01125."),
        ({"reason": "  "}, UsageError, "A decision needs a reason."),
        ({"source": "another"}, UsageError, "There is no session V2."),
        ({"session_id": "V1"}, ConflictError, "01157 of session V1 is not held for another"),
        ({"session_id": "V4"}, ConflictError, "Session V4 is not completed."),
    ],
)
def test_what_is_no_second_service_is_refused(
    clinic: Clinic, words: dict[str, Any], error: type[BillingError], said: str
) -> None:
    clinic.bring(MORNING, AFTERNOON, visit("V4", 4, status="no-show"))
    before = clinic.snapshot()
    with pytest.raises(error, match=said):
        decide(clinic, **words)
    assert clinic.snapshot() == before


def test_a_decision_once_made_or_billed_is_a_conflict(clinic: Clinic) -> None:
    clinic.bring(MORNING, AFTERNOON)
    with pytest.raises(ConflictError, match="Nobody decided"):
        undo(clinic)
    decide(clinic)
    with pytest.raises(ConflictError, match="already"):
        decide(clinic)
    clinic.billed()
    with pytest.raises(ConflictError, match="billed in batch 1"):
        decide(clinic)
    with pytest.raises(ConflictError, match="billed in batch 1"):
        undo(clinic)


def test_a_health_number_typed_as_an_id_is_not_repeated(clinic: Clinic) -> None:
    clinic.bring(MORNING)
    with pytest.raises(UsageError) as refused:
        decide(clinic, MORNING["phn"])
    assert MORNING["phn"] not in refused.value.troubles[0].message
