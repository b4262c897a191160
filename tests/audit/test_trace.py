"""The trace of a claim: its whole way, each figure and each hash that of the ledger."""

import hashlib
from typing import Any

import pytest
from answered import Answered
from helpers import CLERK, MONTH, Clinic, block, made_up_phn, visit
from msp_lines import refused
from traced import LIVES, NOTE, corrected_twice, sent, traced

from tpi_billing.audit.sampling.taking import take_sample
from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.sample import SampleScope

# What became of it


def events(trace: dict[str, Any]) -> list[str]:
    return [f"{one['by']}: {one['what']}" for one in trace["history"]["events"]]


BILLED = ("2026-11", "billed", "77.92")


@pytest.mark.parametrize(
    ("life", "state", "outstanding", "movements"),
    [
        ("batched", "batched", "0.00", []),
        ("voided", "void", "0.00", []),
        ("sent", "sent", "77.92", [BILLED]),
        (
            "corrected_twice",
            "paid-changed",
            "27.92",
            [BILLED, ("2026-12", "paid otherwise (S02, 2026-12-14)", "-50.00")],
        ),
        (
            "taken_back",
            "refused",
            "77.92",
            [
                BILLED,
                ("2026-11", "paid as billed (S01, 2026-11-12)", "-77.92"),
                ("2026-11", "taken back (S02, 2026-11-27)", "77.92"),
            ],
        ),
        (
            "debited",
            "debited",
            "0.00",
            [BILLED, ("2026-11", "paid as billed (S02, 2026-11-12)", "-77.92")],
        ),
        ("written_off", "written-off", "0.00", [BILLED, ("2026-11", "written off", "-77.92")]),
        ("in_the_second_file", "sent", "77.92", [BILLED]),
        ("second_service", "batched", "0.00", []),
        ("over_age", "batched", "0.00", []),
        ("imported_twice", "batched", "0.00", []),
        ("beside_a_block", "sent", "38.96", [("2026-11", "billed", "38.96")]),
    ],
)
def test_the_money_of_each_life(
    clinic: Clinic, life: str, state: str, outstanding: str, movements: list[tuple[str, str, str]]
) -> None:
    trace = traced(clinic, LIVES[life](clinic))
    assert trace["claim"]["state"] == state
    assert trace["claim"]["outstanding"] == trace["money"]["outstanding"] == outstanding
    found = [(one["month"], one["what"], one["owed"]) for one in trace["money"]["movements"]]
    assert found == movements
    assert trace["money"]["adds_up"] is True


@pytest.mark.parametrize("life", LIVES)
def test_every_figure_is_the_ledgers(clinic: Clinic, life: str) -> None:
    number = LIVES[life](clinic)
    trace = traced(clinic, number)
    one = Answered.resumed(clinic)
    claim = one.claim(number)
    if claim.state not in {ClaimState.BATCHED, ClaimState.VOID}:
        assert money(one.owed(number)) == trace["money"]["outstanding"]
    assert trace["pricing"]["amount"] == trace["money"]["billed"] == money(claim.amount_cents)
    assert trace["money"]["paid"] == ("" if claim.paid_cents is None else money(claim.paid_cents))
    assert trace["batch"]["batch_id"] == claim.batch_id
    assert trace["batch"]["office_folio"] == claim.office_folio
    tables = clinic.snapshot()
    head = (trace["journal"]["head_entries"], trace["journal"]["head_sha256"])
    assert head == tables["journal_head"][0][1:]
    about = [row[0] for row in tables["journal"] if row[4] == f"claim:{number}"]
    told = {each["entry"]: each for each in trace["journal"]["entries"]}
    assert about
    assert set(about) <= set(told)
    for row in tables["journal"]:
        if row[0] in told:
            assert (told[row[0]]["by"], told[row[0]]["sha256"]) == (row[2], row[7])


def money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def test_events_stand_in_the_order_of_the_journal(clinic: Clinic) -> None:
    sent(clinic)
    trace = traced(clinic, 1)
    assert events(trace) == [
        f"{CLERK}: row 1 of export-1.jsonl: new",
        f"{CLERK}: made in batch 1: 01157 x 1, 77.92",
        f"{CLERK}: began to send file 1 of batch 1",
        f"{CLERK}: file 1 of batch 1: accepted",
        f"{CLERK}: sent as number 2, billed in 2026-11",
    ]
    entries = [one["entry"] for one in trace["history"]["events"]]
    assert entries == sorted(entries)


# Where it came from


def test_every_import_says_what_it_did_and_what_it_changed(clinic: Clinic) -> None:
    LIVES["imported_twice"](clinic)
    rows = traced(clinic, 1)["source"]["imports"]
    assert [(row["file"], row["row"], row["outcome"], row["changes"]) for row in rows] == [
        ("a.jsonl", 1, "new", {}),
        ("b.jsonl", 1, "changed the session", {"agent": "0.9% saline -> lidocaine 1%"}),
        ("c.jsonl", 1, "changed nothing", {}),
        (
            "d.jsonl",
            1,
            "said otherwise, and changed nothing",
            {"agent": "lidocaine 1% -> bupivacaine 0.25%"},
        ),
    ]
    for row in rows:
        file = clinic.folder / row["file"]
        assert row["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert row["by"] == CLERK


def test_the_values_are_those_of_the_day_on_which_it_was_billed(clinic: Clinic) -> None:
    LIVES["imported_twice"](clinic)
    trace = traced(clinic, 1)
    values = {row["column"]: row for row in trace["values"]["values"]}
    assert values["agent"]["imported"] == "lidocaine 1%"
    assert trace["source"]["waiting"]
    # The clinic's own setting, which no row said.
    assert (values["payee_number"]["imported"], values["payee_number"]["claim"]) == ("", "A9999")


def test_what_was_corrected_stands_beside_what_was_imported(clinic: Clinic) -> None:
    corrected_twice(clinic)
    corrected = {
        number: {
            row["column"]: row["amended"]
            for row in traced(clinic, number, unmask=True)["values"]["values"]
            if row["amended"]
        }
        for number in (1, 2, 3)
    }
    assert corrected == {
        1: {},
        2: {"phn": made_up_phn(77)},
        3: {"phn": made_up_phn(77), "birth_date": "1975-03-04"},
    }


@pytest.mark.parametrize("wanting", ["hashes", "rows", "files"])
def test_an_older_ledger_says_what_it_did_not_keep(clinic: Clinic, wanting: str) -> None:
    sent(clinic)
    with clinic.ledger.engine.begin() as connection:
        for statement in {
            "hashes": ["UPDATE import_rows SET content_sha256 = ''"],
            "rows": ["DELETE FROM import_rows"],
            "files": ["DELETE FROM submissions", "DELETE FROM submission_files"],
        }[wanting]:
            connection.exec_driver_sql(statement)
    trace = traced(clinic, 1)
    (row,) = trace["source"]["imports"]
    assert row["file"] == "export-1.jsonl"
    if wanting == "files":
        assert trace["sending"]["about"].endswith("not kept.")
        assert trace["sending"]["attempts"] == []
        assert row["outcome"] == "new"
    else:
        assert row["changes"] is None
        assert row["outcome"] == ("new" if wanting == "hashes" else None)


# Checks and decisions


def test_a_session_that_was_held_before_says_what_held_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, chart_signed="no"), visit("V2", 2))
    clinic.billed()
    clinic.bring(visit("V1", 1))
    clinic.billed()
    trace = traced(clinic, 2)
    assert trace["checks"]["held_in_batches"] == ["batch 1"]
    found = [(one["batch_id"], one["held"], one["code"]) for one in trace["checks"]["findings"]]
    assert (1, True, "chart-not-signed") in found
    assert f"{CLERK}: held back from batch 1" in events(trace)


def test_a_claim_that_passed_everything_has_no_finding(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1))
    clinic.billed()
    assert traced(clinic, 1)["checks"]["findings"] == []


@pytest.mark.parametrize(
    ("life", "kind", "reason", "code"),
    [
        ("second_service", "a true second service (code D)", "seen again at 16:00", "D"),
        (
            "over_age",
            "approved by MSP though too late (code A)",
            "MSP's letter of November 4",
            "A",
        ),
    ],
)
def test_a_decision_says_who_and_why(
    clinic: Clinic, life: str, kind: str, reason: str, code: str
) -> None:
    trace = traced(clinic, LIVES[life](clinic))
    (decision,) = trace["decisions"]["decisions"]
    assert (decision["kind"], decision["reason"], decision["by"], decision["in_force"]) == (
        kind,
        reason,
        "d.reid",
        True,
    )
    assert trace["pricing"]["submission_code"].startswith(f"{code}: ")


# Price


def test_the_price_names_its_edition_and_what_it_was_priced_with(clinic: Clinic) -> None:
    LIVES["beside_a_block"](clinic)
    price = traced(clinic, 1)["pricing"]
    # Of two of a day only the larger, the blocks' 99.16, is paid in full (facts, section 2.1).
    assert price["sum"] == "1 x 77.92 at 50% = 38.96"
    assert price["edition"] == "2024-12-31"
    assert [(one["claim_id"], one["fee_item"], one["amount"]) for one in price["others"]] == [
        (2, "01125", "99.16")
    ]


def test_the_others_are_found_under_every_number_that_the_patient_had(clinic: Clinic) -> None:
    one = Answered(
        clinic, [visit("V1", 1), block("V2", 1, start_time="14:00", block_distance_cm="80")]
    )
    number = one.of("V1").claim_id or 0
    one.take(refused(one.claim(number), codes=("AB",)))
    made = one.correct(number, changed={"phn": made_up_phn(77)}, reason="card shown")
    new = made.claims[0].claim_id or 0
    assert one.claim(new).patient_key != one.of("V2").patient_key
    others = traced(clinic, new)["pricing"]["others"]
    assert [each["session_id"] for each in others] == ["V2"]


# Batch and file


def test_the_record_is_the_very_one_of_the_file(clinic: Clinic) -> None:
    sent(clinic)
    (text,) = clinic.contents(1).teleplan_files
    lines = text.split("\r\n")
    trace = traced(clinic, 1, unmask=True)["sending"]
    assert trace["c02_line"] == lines[1].rstrip()
    assert trace["n01_line"] == lines[2].rstrip()
    assert trace["numbers"] == ["C02 0000002 in line 2", "N01 0000003 in line 3"]
    assert trace["file_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert trace["file_whole"] is True
    fields = {one["field"]: one["text"] for one in trace["c02_fields"]}
    assert (fields["phn"], fields["billed amount"]) == (made_up_phn(1), "0007792")
    words = {one["field"]: one["meaning"] for one in trace["c02_fields"]}
    assert words["correspondence code"].endswith("a note record follows")
    assert [one["text"] for one in trace["n01_fields"]][-1] == NOTE


def test_a_text_that_was_altered_does_not_have_its_hash(clinic: Clinic) -> None:
    sent(clinic)
    with clinic.ledger.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE submission_files SET content = replace(content, '0007792', '0009999')"
        )
    assert traced(clinic, 1)["sending"]["file_whole"] is False


@pytest.mark.parametrize(("claim", "part"), [(1, "1 of 2"), (2, "1 of 2"), (3, "2 of 2")])
def test_of_a_split_batch_the_claims_own_file_is_told(
    clinic: Clinic, claim: int, part: str
) -> None:
    LIVES["in_the_second_file"](clinic)
    trace = traced(clinic, claim)["sending"]
    assert trace["part"] == part
    assert [one["part"] for one in trace["attempts"]] == [int(part[0])]
    assert trace["file_amount"] == "155.84"


def test_a_file_that_msp_refused_tells_so(clinic: Clinic) -> None:
    LIVES["batched"](clinic)
    mark_sent(clinic.ledger, CLERK, 1)
    confirm(clinic.ledger, "d.reid", 1, accepted=False, reason="TETA-022 in the log")
    trace = traced(clinic, 1)
    (attempt,) = trace["sending"]["attempts"]
    assert (attempt["site"], attempt["outcome"]) == ("by hand", "rejected")
    assert "TETA-022" in attempt["reply"]
    assert any(each.startswith("d.reid: file 1 of batch 1: rejected") for each in events(trace))


# Answers, corrections, reviews


def test_each_line_of_msp_stands_with_its_file_and_our_words(clinic: Clinic) -> None:
    corrected_twice(clinic)
    (line,) = traced(clinic, 1)["answers"]["lines"]
    assert (line["record"], line["said"], line["file"], line["line"]) == (
        "S03",
        "refused",
        "answer",
        1,
    )
    assert (line["payment_date"], line["remittance_id"]) == ("2026-11-12", "2026-11-12-A9999")
    assert line["codes"] == ["AB"]
    assert line["meanings"][0].startswith("AB: ")
    files = {row[3]: row[2] for row in clinic.snapshot()["remittance_files"]}
    assert line["file_sha256"] in files


def test_the_whole_chain_is_told_from_any_of_its_claims(clinic: Clinic) -> None:
    corrected_twice(clinic)
    chains = [traced(clinic, number)["chain"] for number in (1, 2, 3)]
    assert chains[0] == chains[1] == chains[2]
    rows = [(one["claim_id"], one["predecessor"], one["state"]) for one in chains[0]["chain"]]
    assert rows == [(1, "", "corrected"), (2, 1, "corrected"), (3, 2, "paid-changed")]
    assert (chains[0]["paid_in_all"], chains[0]["owed_in_all"]) == ("50.00", "27.92")
    asked = [
        (one["claim_id"], one["successor_id"], one["reason"]) for one in chains[0]["amendments"]
    ]
    assert asked == [(1, 2, "card shown"), (2, 3, "typing error")]


def test_a_correction_that_was_voided_says_who_took_it_back(clinic: Clinic) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(refused(one.claim(1), codes=("AB",)))
    made = one.correct(1, changed={"phn": made_up_phn(77)}, reason="card shown")
    clinic.void(made.batch_id or 0, "wrong card")
    (asked,) = traced(clinic, 1)["chain"]["amendments"]
    assert asked["in_force"] is False
    assert asked["withdrawn"].endswith(f"by {CLERK}: wrong card")


def test_a_closed_month_says_who_closed_it(clinic: Clinic) -> None:
    LIVES["written_off"](clinic)
    movements = traced(clinic, 1)["money"]["movements"]
    assert {(one["books"], one["closed_by"]) for one in movements} == {("closed", "b.books")}


def test_a_claim_that_was_drawn_says_in_which_sample(clinic: Clinic) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    first = one.claim(1).service_date
    scope = SampleScope(first.replace(day=1), first.replace(day=31))
    take_sample(clinic.ledger, "d.reid", scope, stratified_by="", size=1, seed=7)
    trace = traced(clinic, 1)
    (review,) = trace["reviews"]["reviews"]
    assert (review["sample_id"], review["drawn_by"], review["verdict"]) == (1, "d.reid", "none yet")
    assert "d.reid: drawn in sample 1" in events(trace)
    assert trace["batch"]["month"] == MONTH
