"""The worklist, over-age claims, second services and the gap finder, as a clerk runs them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .clinic import Clinic, Said, visit, write_csv

REFERRED = {"referral_date": "2026-01-10"}
MARKS = {"patient_first_name": "Zebulonia", "patient_surname": "Vantablackwood"}
ITEM_KEYS = {
    "kind",
    "kinds",
    "subject",
    "session_id",
    "claim_id",
    "batch_id",
    "month",
    "sessions",
    "service_date",
    "last_day",
    "days_left",
    "overdue",
    "approved",
    "amount",
    "outstanding",
    "record",
    "answered",
    "explanatory_codes",
    "practitioner_number",
    "patient",
    "patient_id",
    "reasons",
    "file",
    "sheet",
    "row",
}


def bring(clinic: Clinic, *rows: dict[str, str]) -> None:
    path = write_csv(clinic.workspace / "visits.csv", rows)
    assert clinic.run("sessions", "import", path).code in {0, 1}


def late(number: int = 1, **changes: str) -> dict[str, str]:
    return visit(number, **{"service_date": "2026-07-20", **REFERRED, **changes})


def twins() -> list[dict[str, str]]:
    """Make the same visit of the same patient in the morning and in the afternoon."""
    morning = visit(1)
    return [morning, {**morning, "session_id": "N2001", "start_time": "16:00", "end_time": "16:15"}]


def approve(clinic: Clinic, *words: object) -> Said:
    return clinic.run(
        "overage", "approve", "--reference", "12-345", "--reason", "MSP's letter", *words
    )


# The worklist


def test_nothing_waits_in_a_new_clinic(clinic: Clinic) -> None:
    answer = clinic.json("worklist")
    assert (answer["exit_code"], answer["status"]) == (0, "ok")
    assert answer["data"] == {
        "items": [],
        "totals": {},
        "waiting": 0,
        # November 6, 9, 10, 12, 13, 16, 17 and 18: the 11th is Remembrance Day
        "next_close_off": {
            "date": "2026-11-18",
            "time": "19:00",
            "time_zone": "America/Vancouver",
            "days": 13,
            "working_days": 8,
        },
        "xlsx": None,
    }
    said = clinic.run("worklist")
    assert said.code == 0
    assert "Next close-off: 2026-11-18 at 19:00 Pacific: 13 days, 8 working days." in said.out
    assert "Nothing waits for anybody." in said.out


def test_an_item_says_what_why_by_when_and_for_how_much(clinic: Clinic) -> None:
    bring(clinic, late(chart_signed="no"))
    answer = clinic.json("worklist")
    assert (answer["exit_code"], answer["status"]) == (1, "attention")
    (item,) = answer["data"]["items"]
    assert set(item) == ITEM_KEYS
    assert (item["kind"], item["kinds"]) == ("overdue", ["held", "overdue"])
    assert (item["session_id"], item["amount"]) == ("N1001", "77.92")
    assert (item["last_day"], item["days_left"], item["overdue"]) == ("2026-10-18", -18, True)
    assert [reason["code"] for reason in item["reasons"]] == [
        "submission-overdue",
        "chart-not-signed",
    ]
    assert set(item["reasons"][0]) == {
        *("code", "title", "message", "hint", "who"),
        *("explanatory_code", "field", "column"),
    }
    assert (item["file"], item["row"]) == ("visits.csv", 2)
    assert answer["data"]["totals"] == {"overdue": {"items": 1, "sessions": 1, "amount": "77.92"}}
    said = clinic.run("worklist")
    assert re.search(r"^OVERDUE by 18 days, last day 2026-10-18 +77\.92$", said.out, re.MULTILINE)
    assert "session N1001, 2026-07-20, practitioner 99001, A. M., chart C1" in said.out


def test_the_samples_held_sessions_are_all_there(imported: Clinic) -> None:
    held = {one["session_id"] for one in imported.json("check")["findings"] if holds(one)}
    data = imported.data("worklist")
    items = [item for item in data["items"] if item["subject"] == "session"]
    assert len(items) == len({item["session_id"] for item in items})
    assert {item["session_id"] for item in items} == held
    days = [item["days_left"] for item in data["items"] if item["days_left"] is not None]
    assert days == sorted(days)
    assert sum(total["items"] for total in data["totals"].values()) == len(data["items"])


def holds(finding: dict[str, Any]) -> bool:
    return finding["severity"] == "error"


def test_a_filter_a_limit_and_the_exit_code(imported: Clinic) -> None:
    everything = imported.data("worklist")
    referral = imported.data("worklist", "--kind", "referral")
    assert {item["kind"] for item in referral["items"]} == {"referral"}
    assert list(referral["totals"]) == ["referral"]
    short = imported.data("worklist", "--limit", 2)
    assert short["items"] == everything["items"][:2]
    assert short["waiting"] == everything["waiting"]
    assert short["totals"] == everything["totals"]
    assert imported.json("worklist", "--kind", "refused")["exit_code"] == 0
    assert imported.json("worklist", "--month", "2025-01")["exit_code"] == 0
    assert imported.json("worklist", "--before", "2026-01-01")["exit_code"] == 0


@pytest.mark.parametrize(
    "words", [["--kind", "late"], ["--before", "soon"], ["--month", "October"], ["--limit", "0"]]
)
def test_what_cannot_be_meant_is_wrong_usage(clinic: Clinic, words: list[str]) -> None:
    assert clinic.json("worklist", *words)["exit_code"] == 2


def test_the_workbook_is_written(imported: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "worklist.xlsx"
    assert imported.data("worklist", "--xlsx", out)["xlsx"] == str(out)
    assert out.read_bytes().startswith(b"PK")


def test_a_forgotten_month_is_gone_once_it_is_billed_and_its_batch_waits_later(
    clinic: Clinic,
) -> None:
    bring(clinic, visit(1), visit(2))
    assert clinic.data("worklist")["totals"]["unsent"]["sessions"] == 2
    clinic.data("batch", "create", "--month", "2026-10")
    assert clinic.json("worklist")["exit_code"] == 0
    later = clinic.json("worklist", as_of="2026-11-19")
    (item,) = later["data"]["items"]
    assert (item["subject"], item["batch_id"], item["amount"]) == ("batch", 1, "155.84")


# Over-age


def test_an_overdue_session_is_approved_and_billed_with_code_a(clinic: Clinic) -> None:
    bring(clinic, late(), late(2))
    summed = clinic.json("overage", "summary")
    assert (summed["exit_code"], summed["data"]["claims"]) == (1, 2)
    (request,) = summed["data"]["requests"]
    assert (request["first_service_date"], request["amount"]) == ("2026-07-20", "155.84")
    assert request["fee_items"] == [{"fee_item": "01157", "claims": 2}]
    assert clinic.json("batch", "create", "--month", "2026-07")["data"]["batch_id"] is None
    assert approve(clinic, "--session", "N1001").code == 0
    made = clinic.json("batch", "create", "--month", "2026-07")
    assert (made["exit_code"], made["data"]["claims"], made["data"]["held"]) == (1, 1, 1)
    ((code, reference),) = clinic.query("SELECT submission_code, approval_reference FROM claims")
    assert (code, reference) == ("A", "12-345")
    (content,) = [content for _, _, content in clinic.journal("decision.new")]
    assert json.loads(content)["reason"] == "MSP's letter"


def test_approving_has_the_exit_codes_of_the_contract(clinic: Clinic) -> None:
    bring(clinic, late(), visit(2), late(3, chart_signed="no"))
    assert approve(clinic, "--session", "N1001").code == 0
    assert approve(clinic, "--session", "N1001").code == 0
    assert approve(clinic, "--session", "N1002").code == 5
    assert approve(clinic, "--session", "N1009").code == 2
    assert approve(clinic, "--session", "N1003").code == 1  # done, and something else holds it
    other = ["overage", "approve", "--reference", "9", "--reason", "r", "--session", "N1001"]
    assert clinic.run(*other).code == 5
    assert clinic.run(*other, "--replace").code == 0


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--session", "N1001", "--from", "2026-07-01", "--to", "2026-07-31"],
        ["--from", "2026-07-01"],
        ["--to", "2026-07-01"],
        ["--from", "2026-07-31", "--to", "2026-07-01"],
        ["--from", "2026-07-01", "--to", "soon"],
        ["--session", "N1001", "--practitioner", "99001"],
        ["--from", "2026-07-01", "--to", "2026-07-31", "--source", "canonical"],
        ["--from", "2026-09-01", "--to", "2026-09-30"],
    ],
)
def test_which_sessions_are_approved_must_be_clear(clinic: Clinic, words: list[str]) -> None:
    bring(clinic, late())
    before = clinic.state()
    assert approve(clinic, *words).code == 2
    assert clinic.state() == before


def test_a_range_is_approved_at_once(clinic: Clinic) -> None:
    bring(clinic, late(), late(2), late(3, service_date="2026-06-30"))
    said = approve(clinic, "--from", "2026-07-01", "--to", "2026-07-31")
    assert said.code == 0
    assert said.out == "2 sessions approved as 12-345, 155.84.\n"
    assert clinic.json("overage", "summary")["data"]["sessions"] == 1


# Second service


def test_a_twin_is_billed_with_code_d_once_somebody_says_so(clinic: Clinic) -> None:
    bring(clinic, *twins())
    words = ["sessions", "second-service", "N2001", "--item", "01157", "--reason", "came back"]
    decided = clinic.json(*words)
    assert decided["exit_code"] == 0
    assert (decided["data"]["second_service"], decided["data"]["held"]) == (True, False)
    assert clinic.json(*words)["exit_code"] == 5
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == 2
    rows = clinic.query("SELECT session_id, submission_code, ordinal FROM claims ORDER BY claim_id")
    assert rows == [("N1001", "0", 1), ("N2001", "D", 2)]
    assert clinic.json(*words, "--undo")["exit_code"] == 5


def test_a_decision_can_be_taken_back_before_it_is_billed(clinic: Clinic) -> None:
    bring(clinic, *twins())
    words = ["sessions", "second-service", "N2001", "--item", "01157", "--reason", "r"]
    assert clinic.json(*words, "--undo")["exit_code"] == 5
    assert clinic.json(*words)["exit_code"] == 0
    undone = clinic.json(*words, "--undo")
    assert (undone["exit_code"], undone["data"]["held"]) == (1, True)
    assert len(clinic.journal("decision.withdrawn")) == 1


# Gaps


def test_gaps_of_the_sample_are_its_rejected_rows_and_its_open_visit(imported: Clinic) -> None:
    answer = imported.json("sessions", "gaps", "--month", "2026-10")
    assert answer["exit_code"] == 1
    told = [(gap["kind"], gap["session_id"], gap["status"]) for gap in answer["data"]["gaps"]]
    assert told == [
        ("number", "V1154", None),
        ("number", "V1156", None),
        ("status", None, "booked"),
    ]
    assert answer["data"]["totals"] == {"number": 2, "status": 1}


def test_nothing_is_missing_where_nothing_is_known_to_be(clinic: Clinic) -> None:
    bring(clinic, visit(1))
    answer = clinic.json("sessions", "gaps", "--month", "2026-10")
    assert (answer["exit_code"], answer["data"]["gaps"]) == (0, [])
    said = clinic.run("sessions", "gaps", "--month", "2026-10")
    assert said.out == "Nothing seems to be missing in 2026-10.\n"


def test_the_record_systems_own_count_is_compared(clinic: Clinic, tmp_path: Path) -> None:
    bring(clinic, visit(1))
    day = visit(1)["service_date"]
    path = tmp_path / "counts.csv"
    path.write_text(f"date,practitioner_number,count\n{day},99001,4\n", encoding="utf-8")
    words = ["sessions", "gaps", "--month", "2026-10", "--counts", path]
    (gap,) = clinic.data(*words)["gaps"]
    assert (gap["kind"], gap["expected"], gap["found"], gap["missing"]) == ("count", 4, 1, 3)
    path.write_text("date,practitioner_number,count\nsoon,99001,4\n", encoding="utf-8")
    assert clinic.json(*words)["exit_code"] == 4


def test_a_month_to_come_is_wrong_usage(clinic: Clinic) -> None:
    assert clinic.json("sessions", "gaps", "--month", "2026-12")["exit_code"] == 2


# What all of them hold


def marked(clinic: Clinic, tmp_path: Path) -> list[list[object]]:
    """Bring in patients with marks everywhere; return the commands that meet them."""
    phn = visit(1)["phn"]
    twin = {**visit(6, **MARKS), "session_id": "N2006", "start_time": "16:00", "end_time": "16:15"}
    bring(
        clinic,
        late(1, **MARKS),
        late(2, **MARKS, practitioner_number=phn),
        visit(3, **MARKS, phn=phn[:-1] + "5", chart_signed="no"),
        visit(4, **MARKS, status=phn),
        visit(5, **MARKS, service_date="2026-09-15", series_number="2", referral_date="2026-01-10"),
        visit(6, **MARKS),
        twin,
    )
    approval = ["overage", "approve", "--reference", "1", "--reason", "r", "--session"]
    second = ["sessions", "second-service", "N2006", "--item", "01157", "--reason", "r"]
    return [
        ["worklist"],
        ["worklist", "--xlsx", tmp_path / "w.xlsx"],
        ["overage", "summary"],
        [*approval, phn],
        [*approval, "N1003"],
        [*approval, "N1002"],
        ["sessions", "gaps", "--month", "2026-10"],
        second,
        [*second, "--undo"],
        ["sessions", "second-service", phn, "--item", "01157", "--reason", "r"],
    ]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_no_command_shows_a_patient(clinic: Clinic, tmp_path: Path, form: list[str]) -> None:
    phn = visit(1)["phn"]
    for words in marked(clinic, tmp_path):
        said = clinic.run(*words, *form)
        assert said.code in {0, 1, 2, 5}, said
        for word in ("Zebulonia", "Vantablackwood", phn, phn[:-1] + "5"):
            assert word not in said.all, (words, said.all)


def test_with_unmask_the_patient_is_named(clinic: Clinic, tmp_path: Path) -> None:
    marked(clinic, tmp_path)
    assert "Zebulonia Vantablackwood" in clinic.run("worklist", "--unmask").out
    gaps = clinic.run("sessions", "gaps", "--month", "2026-10", "--unmask").out
    assert "Zebulonia Vantablackwood" in gaps
    assert len(clinic.journal("unmask")) == 2


@pytest.mark.parametrize(
    "words", [["worklist"], ["overage", "summary"], ["sessions", "gaps", "--month", "2026-10"]]
)
def test_everything_fits_80_columns(imported: Clinic, words: list[str]) -> None:
    lines = imported.run(*words).out.splitlines()
    assert len(lines) > 10
    assert max(map(len, lines)) <= 80
