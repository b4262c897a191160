"""What MSP answered, on the screen and for scripts: `claims list`, `claims show`, `worklist`.

Five claims of 13 October 2026, 77.92 each, sent on November 1. On November 13 MSP pays the first,
half of the second, refuses the third for the referrer and the coverage, and says nothing of the
fifth; it answers one that was voided, and one that nobody here knows.
"""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import CLERK, CLINIC_TOML, Clinic, visit
from msp_lines import changed, file_of, held, paid, refused

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.codes import CodeBook
from tpi_billing.remittance.importing import Source, import_files

from .conftest import Run, Said

PAYMENT = date(2026, 11, 13)
NAME, SURNAME = "Zebulonia", "Vantablackwood"


@pytest.fixture
def office(tmp_path: Path, run: Run, book: CodeBook) -> Run:
    """A workspace with MSP's answers in it."""
    settings = f'database = "sqlite:///ledger.db"\n{CLINIC_TOML}'
    (tmp_path / "tpi-billing.toml").write_text(settings, encoding="utf-8")
    clinic = Clinic(tmp_path, book)
    named = {"patient_first_name": NAME, "patient_surname": SURNAME}
    clinic.ledger.today = date(2026, 11, 1)
    clinic.bring(*(visit(f"V{at}", at, **named) for at in range(1, 6)), as_of=date(2026, 11, 1))
    batch, _ = clinic.bill(as_of=date(2026, 11, 1))
    assert batch is not None
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")
    clinic.bring(visit("W1", 6, **named))
    gone = clinic.billed()
    clinic.void(gone)
    one, two, three, four, _, void = clinic.claims()
    stranger = replace(one, office_folio=9001, sequence_number=8001)
    lines = (
        paid(one, PAYMENT),
        changed(two, 3896, PAYMENT, ("KB",)),
        refused(three, PAYMENT, ("YY", "VM", "AF")),
        held(four, PAYMENT),
        paid(void, PAYMENT),
        refused(stranger, PAYMENT, ("AF",)),
    )
    import_files(clinic.ledger, CLERK, [Source("nov.txt", content=file_of(*lines))])
    clinic.close()

    def call(*words: object, as_of: str = "2026-11-20") -> Said:
        return run("--workspace", tmp_path, "--as-of", as_of, *words)

    return call


def data(office: Run, *words: object) -> Any:
    said = office("--json", *words)
    assert said.code in {0, 1}, said.err
    return json.loads(said.out)["data"]


def test_claims_are_listed_with_what_was_paid_and_why(office: Run) -> None:
    rows = data(office, "claims", "list")["claims"]
    assert [(row["state"], row["paid_amount"], row["explanatory_codes"]) for row in rows] == [
        ("paid", "77.92", []),
        ("paid-changed", "38.96", ["KB"]),
        ("refused", "0.00", ["YY", "VM", "AF"]),
        ("held", None, ["BH"]),
        ("sent", None, []),
        ("void", None, []),
    ]
    said = office("claims", "list").out
    assert "YY VM AF  refused" in said
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "claims"),
    [
        (["--code", "AF"], [3]),
        (["--code", "af"], [3]),
        (["--code", "VM", "--state", "paid"], []),
        (["--code", "KB"], [2]),
        (["--code", "0Q"], []),
    ],
)
def test_claims_are_listed_by_code(office: Run, words: list[str], claims: list[int]) -> None:
    found = data(office, "claims", "list", *words)["claims"]
    assert [row["claim_id"] for row in found] == claims


def test_what_cannot_be_a_code_is_wrong_usage(office: Run) -> None:
    said = office("claims", "list", "--code", "9151065434")
    assert said.code == 2
    assert "two characters" in said.err
    assert "9151065434" not in said.err


def test_a_claim_is_shown_with_its_history_and_what_comes_next(office: Run) -> None:
    shown = data(office, "claims", "show", 3)
    assert shown["explanatory_codes"] == ["YY", "VM", "AF"]
    assert (shown["outstanding"], shown["predecessor"], shown["successor"]) == ("77.92", None, None)
    assert (shown["last_day"], shown["days_left"]) == ("2027-01-11", 52)
    made, sent, answer = shown["history"]
    assert (made["event"], made["date"], sent["event"], sent["date"], sent["owed"]) == (
        *("made", "2026-11-01"),
        *("sent", "2026-11-01", "77.92"),
    )
    assert set(answer) == set(made)
    assert (answer["event"], answer["record"], answer["standing"]) == ("refused", "S03", "applied")
    assert (answer["date"], answer["remittance_id"]) == ("2026-11-13", "2026-11-13-A9999")
    assert (answer["file"], answer["row"], answer["paid_amount"]) == ("nov.txt", 3, "0.00")
    assert [text[:3] for text in answer["meanings"]] == ["VM:", "AF:"]
    assert [step["who"] for step in shown["next"]] == ["front desk", "front desk"]
    assert "tpi-billing claims correct 3" in shown["next"][0]["hint"]


@pytest.mark.parametrize(
    ("claim", "owed", "following"),
    [
        (1, "0.00", "Nothing to do."),
        (2, "38.96", ""),
        (4, "77.92", "MSP decides in a later remittance. Nothing to do."),
        (5, "77.92", ""),  # silent
        (6, "0.00", ""),  # void, and answered
    ],
)
def test_what_is_owed_and_what_comes_next(
    office: Run, claim: int, owed: str, following: str
) -> None:
    shown = data(office, "claims", "show", claim)
    assert (shown["outstanding"], shown["following"]) == (owed, following)
    assert bool(shown["next"]) is not bool(following)


def test_the_statement_reads_from_the_bill_to_the_next_step(office: Run) -> None:
    said = office("claims", "show", 2).out
    wanted = [
        "Claim 2: paid-changed",
        "2026-11-01  sent: in the file of batch 1, sequence number 3 ",
        "2026-11-13  paid otherwise (S02): 38.96 ",
        "            KB: Visit and minor procedure of one day",
        "            outstanding ",
        "MSP paid less than was billed.",
        "  Until 2027-02-11: 83 days left.",
        "What the claim says",
    ]
    places = [said.index(line) for line in wanted]
    assert places == sorted(places)
    assert max(map(len, said.splitlines())) <= 80


def test_the_worklist_tells_codes_fields_and_money(office: Run) -> None:
    items = data(office, "worklist")["items"]
    assert [(item["kind"], item["claim_id"]) for item in items if item["subject"] != "month"] == [
        ("answered-void", 6),
        ("refused", 3),
        ("silent", 5),
        ("underpaid", 2),
        ("unmatched", None),
    ]
    (refusal,) = (item for item in items if item["kind"] == "refused")
    assert refusal["explanatory_codes"] == ["VM", "AF"]
    assert (refusal["outstanding"], refusal["record"], refusal["answered"]) == (
        *("77.92", "S03", "2026-11-13"),
    )
    first, second = refusal["reasons"]
    assert (first["explanatory_code"], first["field"], first["column"]) == (
        *("VM", "P42", "referral_number"),
    )
    assert (second["explanatory_code"], second["field"], second["column"]) == ("AF", None, None)


@pytest.mark.parametrize(
    ("kind", "items"),
    [("underpaid", 1), ("changed", 1), ("silent", 1), ("unmatched", 1), ("answered-void", 1)],
)
def test_the_new_kinds_are_found(office: Run, kind: str, items: int) -> None:
    assert len(data(office, "worklist", "--kind", kind)["items"]) == items


@pytest.mark.parametrize(
    "words", [["claims", "list"], ["claims", "show", 3], ["claims", "show", 6], ["worklist"]]
)
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_no_name_and_no_health_number_is_shown(
    office: Run, words: list[object], how: list[str], tmp_path: Path
) -> None:
    said = office(*how, *words)
    phns = [visit(patient=at)["phn"] for at in range(1, 7)]
    assert not [mark for mark in (NAME, SURNAME, *phns) if mark.lower() in said.out.lower()]
    assert NAME in office("--unmask", "claims", "show", 3).out
