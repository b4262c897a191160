"""A visit that MSP paid in parts, from the command line: taken back, given up, billed anew."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from databases import database_of
from msp_lines import SECOND, THIRD, changed, pickup, refused

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.model.claim import Claim

from .clinic import Clinic, visit, write_csv

AFTER_FIRST, AFTER_SECOND, AFTER_THIRD = "2026-11-20", "2026-12-01", "2026-12-16"
NOTE = ("--reason", "wrong patient", "--note", "BILLED FOR THE WRONG PATIENT")


@pytest.fixture
def office(clinic: Clinic, tmp_path: Path) -> Clinic:
    """Claim 1 of 77.92 was paid 50.00; claim 2, in its place, asks for the rest and is sent."""
    clinic.run("sessions", "import", write_csv(tmp_path / "visits.csv", [visit(1)]))
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == 1
    send(clinic, 1, "2026-11-05")
    take(clinic, AFTER_FIRST, changed(claim(clinic, 1), 5000, codes=("FP",)))
    act(clinic, AFTER_FIRST, "claims", "correct", 1, "--code", "X", "--note", "SEE CHART")
    send(clinic, 2, AFTER_FIRST)
    return clinic


def claim(clinic: Clinic, number: int) -> Claim:
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return find_claims(connection, "T9999", ClaimFilter())[number - 1]


def send(clinic: Clinic, batch: int, as_of: str) -> None:
    assert clinic.run("batch", "sent", batch, as_of=as_of).code == 0
    assert clinic.run("batch", "confirm", batch, "--reason", "TID 1", as_of=as_of).code == 0


def take(clinic: Clinic, as_of: str, *lines: str) -> None:
    path = clinic.workspace / f"{as_of}.txt"
    path.write_bytes(pickup(*lines))
    assert clinic.run("remittance", "import", path, as_of=as_of).code in {0, 1}


def act(clinic: Clinic, as_of: str, *words: object, code: int = 0) -> dict[str, Any]:
    answer = clinic.json(*words, as_of=as_of)
    assert answer["exit_code"] == code, answer
    return answer


def states(clinic: Clinic) -> list[str]:
    return [one["state"] for one in clinic.data("claims", "list")["claims"]]


def closing_of(clinic: Clinic, month: str) -> str:
    """What the books of a month carry forward."""
    (line,) = act(clinic, AFTER_THIRD, "report", "books", "--month", month)["data"]["rows"]
    return str(line["closing"])


def waiting(clinic: Clinic) -> dict[int, str]:
    """The claims on the worklist, with what is outstanding."""
    items = act(clinic, AFTER_THIRD, "worklist", code=1)["data"]["items"]
    return {one["claim_id"]: one["amount"] for one in items if one["claim_id"]}


def test_what_msp_takes_back_is_owed_once_and_given_up(office: Clinic) -> None:
    """The rest is refused, the 50.00 taken back: all is asked for anew; the 27.92 are paid."""
    take(
        office,
        AFTER_SECOND,
        refused(claim(office, 2), SECOND, codes=("FP",)),
        changed(claim(office, 1), -5000, SECOND, codes=("DR",)),
    )
    assert waiting(office) == {2: "77.92"}
    again = ("claims", "correct", 2, "--code", "X", "--note", "SEE CHART")
    act(office, AFTER_SECOND, *again)
    send(office, 3, AFTER_SECOND)
    assert closing_of(office, "2026-12") == "77.92"
    take(office, AFTER_THIRD, changed(claim(office, 3), 2792, THIRD))
    assert waiting(office) == {3: "50.00"}
    refusal = act(office, AFTER_THIRD, "claims", "write-off", 1, "--reason", "too little", code=5)
    assert "Another claim stands in its place" in refusal["errors"][0]["hint"]
    done = act(office, AFTER_THIRD, "claims", "write-off", 3, "--reason", "too little")["data"]
    assert done["amount"] == "50.00"
    assert closing_of(office, "2026-12") == "0.00"
    assert act(office, AFTER_THIRD, "audit", "verify")["data"]["intact"]


def test_what_is_taken_back_after_a_write_off_is_written_off_too(office: Clinic) -> None:
    take(office, AFTER_SECOND, refused(claim(office, 2), SECOND, codes=("FP",)))
    give_up = ("claims", "write-off", 2, "--reason", "too little")
    assert act(office, AFTER_SECOND, *give_up)["data"]["amount"] == "27.92"
    take(office, AFTER_THIRD, changed(claim(office, 1), -5000, THIRD, codes=("DR",)))
    assert waiting(office) == {1: "50.00"}
    give_up = ("claims", "write-off", 1, "--reason", "too little")
    assert act(office, AFTER_THIRD, *give_up)["data"]["amount"] == "50.00"
    rows = act(office, AFTER_THIRD, "report", "write-offs")["data"]["rows"]
    assert [(row["claim_id"], row["amount"]) for row in rows] == [(2, "27.92"), (1, "50.00")]
    assert closing_of(office, "2026-12") == "0.00"


def test_every_part_is_taken_back_and_the_visit_billed_anew(office: Clinic, tmp_path: Path) -> None:
    take(office, AFTER_SECOND, changed(claim(office, 2), 2792, SECOND))
    said = office.run("claims", "debit", 2, *NOTE, "--dry-run", as_of=AFTER_SECOND)
    assert "MSP has also paid 50.00 for claim 1 of the same service" in " ".join(said.out.split())
    data = act(office, AFTER_SECOND, "claims", "debit", 1, 2, *NOTE)["data"]
    assert (data["amount"], data["also_paid"]) == ("77.92", [])
    assert states(office) == ["corrected", "debit-requested", "batched", "batched"]
    shown = office.run("claims", "show", 1, as_of=AFTER_SECOND).out
    assert "In its place: claim 2." in shown
    assert "To have its payment taken back: claim 3." in shown
    again = act(office, AFTER_SECOND, "claims", "debit", 1, *NOTE, code=5)
    assert "Nothing of claim 1 is left to be taken back" in again["errors"][0]["message"]
    send(office, 3, AFTER_SECOND)
    take(
        office,
        AFTER_THIRD,
        changed(claim(office, 3), -5000, THIRD, codes=("D3",)),
        changed(claim(office, 4), -2792, THIRD, codes=("D3",)),
    )
    assert states(office) == ["corrected", "debited", "paid", "paid"]
    assert closing_of(office, "2026-12") == "0.00"
    insist_billed_anew(office, tmp_path, 2)


def insist_billed_anew(office: Clinic, tmp_path: Path, debited: int) -> None:
    """What `claims show` tells to do is enough: the visit again, under an id of its own."""
    shown = " ".join(office.run("claims", "show", debited, as_of=AFTER_THIRD).out.split())
    assert "bill it anew: import it, put right, under a session id of its own" in shown
    correct = ("claims", "correct", debited, "--set", "sex=F")
    hint = act(office, AFTER_THIRD, *correct, code=5)["errors"][0]["hint"]
    assert "under a session id of its own" in hint
    # The same row again is the visit that was billed.
    assert billed_of(office, tmp_path, visit(1)) == (None, 0, "0.00")
    anew = {**visit(1), "session_id": f"{visit(1)['session_id']}-2"}
    assert billed_of(office, tmp_path, anew) == (4, 1, "77.92")


def billed_of(office: Clinic, folder: Path, row: dict[str, str]) -> tuple[int | None, int, str]:
    """Import a visit and make a batch: its number, its claims, its amount."""
    file = write_csv(folder / "anew.csv", [row])
    # It overlaps the visit that it takes the place of, which is only a warning.
    assert office.run("sessions", "import", file, as_of=AFTER_THIRD).code in {0, 1}
    made = act(office, AFTER_THIRD, "batch", "create", "--month", "2026-10")["data"]
    return made["batch_id"], made["claims"], made["amount"]
