"""What a review found wrong is in the worklist, with what to do, until somebody has acted."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from helpers import AS_OF, CLERK, Clinic
from openpyxl import load_workbook
from reviewers import BAD, GOOD, PARTLY, bring_back, fill, take, write

from tpi_billing.claims.work_items import Kind, WorkItem, chosen
from tpi_billing.claims.worklist import Worklist
from tpi_billing.ledger.claims import change_claims
from tpi_billing.ledger.sessions import Scope
from tpi_billing.model.claim import ClaimState
from tpi_billing.reports.worklist_workbook import worklist_workbook

NOON = datetime(2026, 11, 5, 12, tzinfo=ZoneInfo("America/Vancouver"))
OTHER_ITEM = {**PARTLY, "Verdict": "other item"}


def waiting(clinic: Clinic, **scope: Any) -> list[WorkItem]:
    with clinic.ledger.reading() as connection:
        worklist = Worklist(clinic.config, clinic.codes, AS_OF, NOON)
        return chosen(worklist.gather(connection, Scope(**scope)), Kind.REVIEW)


def review(clinic: Clinic, path: Path, answers: dict[int, dict[str, Any]], seed: int = 7) -> None:
    bring_back(clinic, fill(write(clinic, take(clinic, seed=seed), path), answers))


def move(clinic: Clinic, claim_id: int, state: ClaimState) -> None:
    """Put a claim where MSP's answer or a later command would put it."""
    (claim,) = [claim for claim in clinic.claims() if claim.claim_id == claim_id]
    with clinic.ledger.changing(CLERK) as transaction:
        change_claims(transaction, "claim.changed", [(claim, {"state": state})])


def test_only_what_was_found_wrong_waits(sent: Clinic, tmp_path: Path) -> None:
    review(sent, tmp_path / "r.xlsx", {1: GOOD, 2: BAD, 3: PARTLY, 4: OTHER_ITEM})
    amounts = {claim.claim_id: claim.amount_cents for claim in sent.claims()}
    assert {(i.claim_id, i.reasons[0].code, i.amount_cents) for i in waiting(sent)} == {
        (2, "review-not-supported", amounts[2]),
        (3, "review-partly", amounts[3] - 6213),
        (4, "review-other-item", amounts[4] - 6213),
    }
    assert {item.subject for item in waiting(sent)} == {"review"}
    assert {item.last_day for item in waiting(sent)} == {None}


@pytest.mark.parametrize(
    ("state", "answer", "cure"),
    [
        (ClaimState.PAID, BAD, "claims debit 2"),
        (ClaimState.PAID, PARTLY, "claims debit 2"),
        (ClaimState.PAID_CHANGED, BAD, "claims debit 2"),
        (ClaimState.PAID_CHANGED, PARTLY, "claims correct 2"),
        (ClaimState.REFUSED, BAD, "claims write-off 2"),
        (ClaimState.REFUSED, OTHER_ITEM, "claims correct 2"),
        (ClaimState.SENT, BAD, "Wait for MSP's answer. If it pays: tpi-billing claims debit 2"),
        (ClaimState.HELD, BAD, "If it refuses: tpi-billing claims correct 2"),
    ],
)
def test_the_cure_is_what_its_state_allows(
    sent: Clinic, tmp_path: Path, state: ClaimState, answer: dict[str, Any], cure: str
) -> None:
    review(sent, tmp_path / "r.xlsx", {2: answer})
    move(sent, 2, state)
    (item,) = waiting(sent)
    assert cure in item.reasons[0].cure


@pytest.mark.parametrize(
    "state",
    [
        ClaimState.CORRECTED,
        ClaimState.WRITTEN_OFF,
        ClaimState.DEBIT_REQUESTED,
        ClaimState.DEBITED,
    ],
)
def test_it_waits_no_longer_once_somebody_has_acted(
    sent: Clinic, tmp_path: Path, state: ClaimState
) -> None:
    review(sent, tmp_path / "r.xlsx", {2: BAD})
    move(sent, 2, state)
    assert waiting(sent) == []


def test_the_latest_review_counts(sent: Clinic, tmp_path: Path) -> None:
    review(sent, tmp_path / "one.xlsx", {2: BAD, 3: GOOD})
    review(sent, tmp_path / "two.xlsx", {2: GOOD, 3: BAD}, seed=8)
    assert [item.claim_id for item in waiting(sent)] == [3]


def test_month_and_practitioner_narrow(sent: Clinic, tmp_path: Path) -> None:
    review(sent, tmp_path / "r.xlsx", dict.fromkeys(range(1, 7), BAD))
    assert len(waiting(sent, month="2026-10")) == 6
    assert waiting(sent, month="2026-09") == []
    assert {item.practitioner_number for item in waiting(sent, practitioner="99002")} == {"99002"}


def test_a_reviewer_s_words_are_not_on_the_screen(sent: Clinic, tmp_path: Path) -> None:
    """A remark is free text and may name a patient."""
    review(sent, tmp_path / "r.xlsx", {2: {**BAD, "Remark": "Mrs Okanese told otherwise"}})
    (item,) = waiting(sent)
    assert "Okanese" not in item.reasons[0].message + item.reasons[0].cure


def test_it_is_in_the_worklist_s_workbook(sent: Clinic, tmp_path: Path) -> None:
    review(sent, tmp_path / "r.xlsx", {2: BAD})
    out = tmp_path / "worklist.xlsx"
    worklist_workbook(waiting(sent), out, title="Made-up Clinic", as_of=AS_OF, close_off=None)
    row = [cell.value for cell in load_workbook(out)["Worklist"][5]]
    assert "review" in row
    assert "The chart does not support the claim" in row
