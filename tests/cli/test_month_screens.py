"""What `sessions import` and `batch create` say first, and what they leave to other commands."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers import block, visit

from .conftest import Run, Said


@pytest.fixture
def clinic(tmp_path: Path, run: Run) -> Run:
    """A workspace, and its commands as of the day on which October is billed."""
    assert run("init", tmp_path).code == 0
    return lambda *words: run("--workspace", tmp_path, "--as-of", "2026-11-05", *words)


@pytest.fixture
def bring(clinic: Run, tmp_path: Path) -> Any:
    def import_rows(*rows: Mapping[str, str], options: tuple[str, ...] = ()) -> Said:
        path = tmp_path / "october.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return clinic("sessions", "import", path, *options)

    return import_rows


def test_an_import_begins_with_its_verdict(bring: Any) -> None:
    said = bring(
        visit("V1", 1), visit("V2", 2, chart_signed="no"), visit("V3", 3, service_date="soon")
    )
    assert said.out.splitlines()[0] == "3 visits read, 2 new, 1 held, 1 rejected."
    assert said.code == 1


def test_rejected_rows_come_first_and_are_found_in_the_corrections(bring: Any) -> None:
    rows = [visit(f"V{n}", n, chart_signed="no") for n in range(1, 20)]
    out = bring(*rows, visit("V20", 20, service_date="soon")).out
    assert out.index("october.jsonl, row 20") < out.index("V1  october.jsonl, row 1")
    assert "See them all with --corrections OUT.xlsx." in out
    assert "check --xlsx" not in out  # what was rejected is not in the ledger


def test_what_is_in_the_ledger_can_be_seen_with_check_too(bring: Any) -> None:
    out = bring(*(visit(f"V{n}", n, chart_signed="no") for n in range(1, 20))).out
    assert "or check --xlsx" in out


@pytest.mark.parametrize(
    ("signed", "remark"),
    [
        ("yes", ""),
        ("no", "Correct it in the record system and import again; nothing counts twice."),
    ],
)
def test_to_correct_is_said_only_where_something_is_wrong(
    bring: Any, signed: str, remark: str
) -> None:
    out = bring(visit("V1", 1, chart_signed=signed)).out
    assert remark in out
    assert ("Correct" in out) is bool(remark)
    assert "Correct" not in bring(visit("V1", 1, chart_signed=signed), options=("--quiet",)).out


def test_a_shifted_row_shows_no_name(bring: Any, clinic: Run) -> None:
    shifted = visit(
        "V1",
        1,
        status="Zebulonia",
        sex="Zebulonia",
        birth_date="Zebulonia",
        insurer="Zebulonia",
        visit="Zebulonia",
        practitioner_number="Zebul",
        diagnosis_1="Zebul",
        location_code="Zebulonia",
        referral_number="Zebul",
    )
    rows = [shifted, {**shifted, "session_id": "V2", "status": "completed"}]
    for said in (
        bring(*rows),
        bring(*rows, options=("--json",)),
        clinic("check"),
        clinic("worklist"),
        *(clinic("sessions", "show", name, *form) for name in ("V1", "V2") for form in ((), ())),
    ):
        assert "zebul" not in (said.out + said.err).casefold()


def test_an_id_that_is_a_health_number_is_masked_everywhere(bring: Any, clinic: Run) -> None:
    phn = visit()["phn"]
    bring(visit(phn, 1), visit(f"{phn}-2", 2, chart_signed="no"))
    clinic("batch", "create", "--month", "2026-10")
    commands = (
        ["check"],
        ["worklist"],
        ["sessions", "list"],
        ["sessions", "show", phn],
        ["claims", "list"],
        ["claims", "show", 1],
        ["batch", "show", 1],
    )
    for words in commands:
        for form in ([], ["--json"]):
            said = clinic(*words, *form)
            assert phn not in said.out + said.err, words
    listed = json.loads(clinic("sessions", "list", "--json", "--unmask").out)["data"]["sessions"]
    assert phn in [row["session_id"] for row in listed]


def test_a_batch_counts_what_is_held_and_says_why(bring: Any, clinic: Run) -> None:
    bring(visit("V1", 1), visit("V2", 2, chart_signed="no"), visit("V3", 3, chart_signed="no"))
    out = clinic("batch", "create", "--month", "2026-10").out
    assert "2 sessions stay held." in out
    assert "chart-not-signed" in out
    assert "V2" not in out
    assert "tpi-billing check --month 2026-10" in out


def test_a_batch_says_what_a_missing_distance_costs(bring: Any, clinic: Run) -> None:
    """Blocks 99.16; trigger points further than 60 cm away would be paid at half, 38.96."""
    sites = visit()["trigger_point_sites"]
    bring(block("V1", 1, trigger_point_sites=sites), block("V2", 2))
    said = json.loads(clinic("batch", "create", "--month", "2026-10", "--dry-run", "--json").out)
    assert said["data"]["without_distance"] == {"sessions": 1, "amount": "38.96"}
    out = " ".join(clinic("batch", "create", "--month", "2026-10").out.split())
    assert "1 session without the trigger points beside a block" in out
    assert "38.96 more can be billed" in out


def test_a_recorded_distance_costs_nothing(bring: Any, clinic: Run) -> None:
    sites = visit()["trigger_point_sites"]
    bring(block("V1", 1, trigger_point_sites=sites, block_distance_cm="20"))
    out = clinic("batch", "create", "--month", "2026-10").out
    assert "distance" not in out


def test_the_claims_of_no_batch_are_asked_for_in_vain(clinic: Run) -> None:
    said = clinic("claims", "list", "--batch", 7)
    assert (said.code, said.out) == (2, "")
    assert "There is no batch 7." in said.err


def test_void_claims_are_listed_and_not_added_up(bring: Any, clinic: Run) -> None:
    bring(visit("V1", 1), visit("V2", 2))
    clinic("batch", "create", "--month", "2026-10")
    assert "2 claims, 155.84." in clinic("claims", "list").out
    clinic("batch", "void", 1, "--reason", "wrong month")
    out = clinic("claims", "list").out
    assert "0 claims, 0.00. 2 void claims not counted." in out
    assert out.count("77.92") == 2


def test_a_void_batch_names_the_files_that_must_not_be_submitted(bring: Any, clinic: Run) -> None:
    bring(visit("V1", 1))
    clinic("batch", "create", "--month", "2026-10")
    clinic("batch", "export", 1)
    out = clinic("batch", "void", 1, "--reason", "wrong month").out
    assert "must not be submitted any more" in out
    assert "out/batch-0001/batch-0001-2026-10-teleplan.txt" in out
    assert ".xlsx" not in out


def test_a_void_batch_without_files_names_none(bring: Any, clinic: Run) -> None:
    bring(visit("V1", 1))
    clinic("batch", "create", "--month", "2026-10")
    said = json.loads(clinic("batch", "void", 1, "--reason", "wrong month", "--json").out)
    assert said["data"]["not_to_be_submitted"] == []


def test_a_quiet_import_says_its_verdict_and_the_faults_without_advice(bring: Any) -> None:
    said = bring(visit("V1", 1), visit("V2", 2, chart_signed="no"), options=("--quiet",))
    assert said.out.splitlines()[0] == "2 visits read, 2 new, 1 held, 0 rejected."
    assert "chart-not-signed" in said.out
    assert "->" not in said.out
    assert "added to the ledger" not in said.out


@pytest.mark.parametrize("option", ["--date", "--notice-sent"])
def test_a_day_typed_in_another_way_is_no_matter_of_mappings(clinic: Run, option: str) -> None:
    days = {"--date": "2026-10-01", "--notice-sent": "2026-10-02", option: "15-Sep-2026"}
    words = [word for pair in days.items() for word in pair]
    who = ("--phn", visit()["phn"], "--number", "35546", "--implicit")
    said = clinic("referrals", "add", *who, *words)
    assert said.code == 2
    assert f"{option} takes a day as YYYY-MM-DD." in said.err
    assert "mapping" not in said.err
