"""Answered claims from the command line: correct, resubmit, debit, write off, and by workbook."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from databases import database_of
from msp_lines import SECOND, changed, paid, pickup, refused
from openpyxl import load_workbook

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.model.claim import Claim

from .clinic import Clinic, health_number, visit, write_csv

LATER = "2026-11-20"
RIGHT = health_number(55_000_000)


@pytest.fixture
def answered(clinic: Clinic, tmp_path: Path) -> Clinic:
    """Four claims: refused for the number, for the coverage, paid in part, paid as billed."""
    file = write_csv(tmp_path / "visits.csv", (visit(at) for at in range(1, 5)))
    clinic.run("sessions", "import", file)
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == 4
    assert clinic.run("batch", "sent", 1).code == 0
    assert clinic.run("batch", "confirm", 1, "--reason", "TID 005").code == 0
    first, second, third, fourth = claims_of(clinic)
    lines = (
        refused(first, codes=("AB",)),
        refused(second, codes=("AF",)),
        changed(third, 5000, codes=("FP",)),
        paid(fourth),
    )
    answers = tmp_path / "remit.txt"
    answers.write_bytes(pickup(*lines))
    assert clinic.run("remittance", "import", answers, as_of=LATER).code in {0, 1}
    return clinic


def claims_of(clinic: Clinic) -> list[Claim]:
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return find_claims(connection, "T9999", ClaimFilter())


def act(clinic: Clinic, *words: object, code: int = 0) -> dict[str, Any]:
    answer = clinic.json(*words, as_of=LATER)
    assert answer["exit_code"] == code, answer
    return answer


def states(clinic: Clinic) -> list[str]:
    return [claim["state"] for claim in clinic.data("claims", "list")["claims"]]


def test_a_claim_is_opened_with_what_msp_points_at(answered: Clinic) -> None:
    data = act(answered, "claims", "correct", 1)["data"]
    assert (data["submission_code"], data["explanatory_codes"]) == ("R", ["AB"])
    # The service of 2 October and 90 days.
    assert data["last_day"] == "2026-12-31"
    (fault,) = [row for row in data["columns"] if row["codes"]]
    assert (fault["column"], fault["codes"]) == ("phn", ["AB"])
    assert set(fault["text"][:6]) == {"*"}
    said = answered.run("claims", "correct", 1, as_of=LATER)
    assert "MSP knows nobody with this personal health number" in said.out
    assert "Madeup" not in said.out


def test_a_correction_goes_all_the_way_to_a_batch(answered: Clinic) -> None:
    words = ("claims", "correct", 1, "--set", f"phn={RIGHT}", "--reason", "card shown")
    assert act(answered, *words, "--dry-run")["data"]["batch_id"] is None
    data = act(answered, *words)["data"]
    assert (data["batch_id"], data["amount"]) == (2, "77.92")
    assert [(row["claim_id"], row["predecessor"]) for row in data["claims"]] == [(5, 1)]
    assert states(answered)[0] == "corrected"
    files = act(answered, "batch", "export", 2)["data"]["files"]
    assert [file["kind"] for file in files] == ["workbook", "csv", "teleplan", "manifest"]
    (entry,) = answered.journal("amendment.new")
    assert entry[0] == "clerk"
    assert "card shown" in entry[2]
    again = act(answered, *words, code=5)
    assert "Claim 1 is corrected" in again["errors"][0]["message"]


def test_what_a_check_holds_ends_with_attention(answered: Clinic) -> None:
    answer = act(answered, "claims", "correct", 1, "--set", "phn=9999999999", code=1)
    assert answer["data"]["batch_id"] is None
    held = [finding for finding in answer["findings"] if finding["severity"] == "error"]
    assert [(one["code"], one["claim_id"]) for one in held] == [("phn-check-digit", 1)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "nonsense=1"), "There is no such column"),
        (("--set", "phn"), "--set takes a column and its new value"),
        (("--set", "session_id=V9"), "session_id cannot be changed"),
        (("--set", "sex=F", "--set", "Sex=M"), "sex is set twice"),
    ],
)
def test_a_setting_that_says_nothing_is_refused(
    answered: Clinic, words: tuple[str, ...], said: str
) -> None:
    answer = act(answered, "claims", "correct", 1, *words, code=2)
    assert said in answer["errors"][0]["message"]


def test_several_are_sent_again_and_the_others_named(answered: Clinic) -> None:
    data = act(answered, "claims", "resubmit", "--state", "refused", "--reason", "x", code=1)
    assert [row["predecessor"] for row in data["data"]["claims"]] == [1]
    (left,) = data["data"]["left"]
    assert left["claim_id"] == 2
    assert "needs a note" in left["messages"][0]
    more = ("--code-of", "af", "--note", "COVERED", "--reason", "coverage is back")
    assert act(answered, "claims", "resubmit", *more)["data"]["batch_id"] == 3
    assert act(answered, "claims", "resubmit", *more)["data"]["claims"] == []


def test_which_claims_must_be_said(answered: Clinic) -> None:
    act(answered, "claims", "resubmit", "--reason", "x", code=2)
    act(answered, "claims", "resubmit", "--state", "paid", "--reason", "x", code=2)
    act(answered, "claims", "correct", code=2)


def test_a_debit_and_a_write_off(answered: Clinic) -> None:
    debit = ("claims", "debit", 4, "--reason", "wrong patient", "--note", "NOT SEEN")
    assert "--file-number" in act(answered, *debit, code=5)["errors"][0]["hint"]
    assert act(answered, *debit, "--file-number", "1000000004")["data"]["batch_id"] == 2
    done = act(answered, "claims", "write-off", 3, "--reason", "too little")["data"]
    assert done["amount"] == "27.92"
    assert states(answered) == [
        "refused",
        "refused",
        "written-off",
        "debit-requested",
        "batched",
    ]


def test_voiding_says_which_claims_are_what_they_were(answered: Clinic) -> None:
    act(answered, "claims", "correct", 1, "--set", f"phn={RIGHT}")
    data = act(answered, "batch", "void", 2, "--reason", "typo")["data"]
    assert (data["claims"], data["sessions"], data["reinstated"]) == (1, 0, [1])
    assert states(answered)[0] == "refused"


def test_the_round_by_workbook(answered: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "fix.xlsx"
    assert act(answered, "claims", "correct", "--export", path)["data"]["claims"] == [1, 2, 3]
    book = load_workbook(path)
    sheet = book["Corrections"]
    columns = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(5, columns["Decision"]).value = "correct"
    sheet.cell(5, columns["PHN"]).value = RIGHT
    sheet.cell(7, columns["Decision"]).value = "write off"
    sheet.cell(7, columns["Reason"]).value = "too little"
    book.save(path)
    data = act(answered, "claims", "correct", "--import", path)["data"]
    assert (data["batch_id"], data["written_off"], data["alone"]) == (2, [3], 1)
    again = answered.run("claims", "correct", "--import", path, as_of=LATER)
    assert again.code == 0
    assert "There was nothing new to do." in again.out
    assert "2 rows done by an earlier import: not done again." in again.out


def test_what_the_record_system_says_since_is_taken_over(answered: Clinic, tmp_path: Path) -> None:
    act(answered, "claims", "correct", 1, "--from-import", code=5)
    rows = [visit(1, phn=RIGHT), *(visit(at) for at in range(2, 5))]
    file = write_csv(tmp_path / "visits.csv", rows)
    answered.run("sessions", "import", file, as_of=LATER)
    assert len(altered(answered)) == 1
    data = act(answered, "claims", "correct", 1, "--from-import")["data"]
    assert data["batch_id"] == 2
    assert claims_of(answered)[-1].phn == RIGHT
    # It is settled with that, until the correction is voided.
    assert altered(answered) == []
    act(answered, "batch", "void", 2, "--reason", "typo")
    assert len(altered(answered)) == 1


def altered(clinic: Clinic) -> list[Any]:
    answer = clinic.json("worklist", "--kind", "altered", as_of=LATER)
    return list(answer["data"]["items"])


def test_what_msp_said_while_a_successor_waited_counts_after_it_is_voided(
    answered: Clinic, tmp_path: Path
) -> None:
    """Claim 3 was paid 50.00; MSP takes those back while its appeal is not sent yet."""
    act(answered, "claims", "correct", 3, "--code", "X", "--note", "SEE CHART")
    back = tmp_path / "back.txt"
    back.write_bytes(pickup(changed(claims_of(answered)[2], -5000, SECOND, codes=("D3",))))
    answered.run("remittance", "import", back, as_of="2026-11-30")
    assert states(answered)[2] == "corrected"
    act(answered, "batch", "void", 2, "--reason", "not needed")
    assert states(answered)[2] == "refused"
