"""A month whose referrals are missing, from the list of calls to the billed claims; and masking."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from .clinic import Clinic, folder_of, health_number, visit, write_csv

BLANK = {
    "referral_number": "",
    "referral_name": "",
    "referral_profession": "",
    "referral_date": "",
}
PHNS = [health_number(21_000_000 + 37 * number) for number in range(4)]
MARKS = {
    "patient_first_name": "Zebulonia",
    "patient_surname": "Vantablackwood",
    "referral_name": "Dr Ompherelli",
}
WORDS = ("Zebulonia", "Vantablackwood", "Ompherelli", "Snickerdoodle", *PHNS)


def month() -> list[dict[str, str]]:
    """Return four patients: the first three have no referral in October, the last one has."""
    return [
        visit(1, phn=PHNS[0], patient_id="K1", **MARKS, service_date="2026-09-02"),
        visit(2, phn=PHNS[0], patient_id="K1", **{**MARKS, **BLANK}, service_date="2026-10-05"),
        visit(3, phn=PHNS[1], patient_id="K2", **{**MARKS, **BLANK}, service_date="2026-10-06"),
        visit(4, phn=PHNS[2], patient_id="K3", **{**MARKS, **BLANK}, service_date="2026-10-07"),
        visit(5, phn=PHNS[3], patient_id="K4", **MARKS, service_date="2026-10-08"),
    ]


@pytest.fixture
def waiting(clinic: Clinic, tmp_path: Path) -> Clinic:
    """A clinic with that month."""
    path = write_csv(tmp_path / "october.csv", month())
    assert clinic.run("sessions", "import", path).code == 1
    return clinic


def referrals(path: Path, *rows: dict[str, str]) -> Path:
    return write_csv(path, rows)


def add(clinic: Clinic, *more: str) -> dict[str, Any]:
    return clinic.json("referrals", "add", "--number", "35546", "--date", "2026-09-01", *more)


def test_from_missing_referrals_to_billed_claims(waiting: Clinic, tmp_path: Path) -> None:
    answer = waiting.json("referrals", "missing", "--month", "2026-10")
    assert (answer["exit_code"], answer["status"]) == (1, "attention")
    assert [
        (group["number"], group["last_known"], group["patients"], group["sessions"])
        for group in answer["data"]["referrers"]
    ] == [("35546", True, 1, 1), ("", False, 2, 2)]
    first, unknown = answer["data"]["referrers"]
    assert (first["amount"], unknown["amount"], answer["data"]["amount"]) == (
        "77.92",
        "155.84",
        "233.76",
    )
    # 90 days after 5 October is 3 January: 59 days after 5 November.
    assert (first["last_day"], first["days_left"]) == ("2027-01-03", 59)
    (need,) = first["needs"]
    assert (need["session_id"], need["codes"]) == ("N1002", ["referral-missing"])
    assert {finding["session_id"] for finding in answer["findings"]} == {"N1002", "N1003", "N1004"}
    assert waiting.data("batch", "create", "--month", "2026-10", "--dry-run")["held"] == 3

    added = add(waiting, "--phn", PHNS[0], "--name", "Dr Norquay", "--profession", "physician")
    assert (added["exit_code"], added["data"]) == (0, {"referral_id": 1, "outcome": "new"})
    path = referrals(
        tmp_path / "referrals.csv",
        {
            "PHN": PHNS[1],
            "Referral Number": "46467",
            "Referral Name": "Dr Ibe",
            "Referral Date": "2026-10-06",
        },
        {
            "PHN": PHNS[2],
            "Referral Number": "99957",
            "Referral Name": "Dr Quill",
            "Referral Date": "2026-08-01",
        },
    )
    data = waiting.data("referrals", "import", path)
    assert [data[count] for count in ("read", "new", "updated", "unchanged", "rejected")] == [
        2,
        2,
        0,
        0,
        0,
    ]

    nothing = waiting.json("referrals", "missing", "--month", "2026-10")
    assert (nothing["exit_code"], nothing["data"]["referrers"]) == (0, [])
    check = waiting.json("check", "--month", "2026-10")
    assert (check["exit_code"], check["findings"], check["data"]["held"]) == (0, [], 0)
    assert waiting.data("batch", "create", "--month", "2026-10")["claims"] == 4
    columns = "session_id, referral_code, referral_number, referral_name, referral_date, note"
    claims = waiting.query(f"SELECT {columns} FROM claims ORDER BY session_id")
    assert [row[:3] for row in claims] == [
        ("N1002", "B", "35546"),
        ("N1003", "B", "46467"),
        ("N1004", "B", "99957"),
        ("N1005", "B", "35546"),
    ]
    assert claims[0][3:5] == ("Dr Norquay", "2026-09-01")
    assert "Dr Quill" in claims[2][5]


def test_the_workbook_and_the_letters(waiting: Clinic, tmp_path: Path) -> None:
    out, faxes = tmp_path / "calls.xlsx", tmp_path / "faxes"
    data = waiting.data("referrals", "missing", "--xlsx", out, "--letters", faxes)
    assert data["xlsx"] == str(out)
    assert data["letters"] == [str(faxes / "2026-11-05-referral-35546.docx")]
    assert load_workbook(out)["Sessions"]["D5"].value == "Vantablackwood"
    ((_, _, content),) = waiting.journal("referrals.letters")
    (letter,) = json.loads(content)["letters"]
    assert (letter["file"], letter["subject"], letter["session_ids"]) == (
        "2026-11-05-referral-35546.docx",
        "referral",
        ["N1002"],
    )
    before = folder_of(faxes)
    waiting.data("referrals", "missing", "--xlsx", out, "--letters", faxes)
    assert folder_of(faxes) == before
    if hasattr(Path, "owner"):
        assert all(path.stat().st_mode & 0o077 in {0, 0o077} for path in [out, *faxes.iterdir()])


def test_a_folder_that_cannot_be_written_stops_everything(waiting: Clinic, tmp_path: Path) -> None:
    (tmp_path / "faxes").write_text("in the way", encoding="utf-8")
    out = tmp_path / "calls.xlsx"
    answer = waiting.json("referrals", "missing", "--xlsx", out, "--letters", tmp_path / "faxes")
    assert (answer["exit_code"], answer["errors"][0]["code"]) == (4, "file")
    assert not out.exists()
    assert waiting.journal("referrals.letters") == []


def test_a_workbook_needs_its_name(waiting: Clinic, tmp_path: Path) -> None:
    assert waiting.run("referrals", "missing", "--xlsx", tmp_path / "calls.csv").code == 2


def test_without_a_known_referrer_no_letter_is_written(clinic: Clinic, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "o.csv", [visit(1, **BLANK)])
    clinic.run("sessions", "import", path)
    said = clinic.run("referrals", "missing", "--letters", tmp_path / "faxes")
    assert said.code == 1
    assert "Referrer not known: ask the patient or look into the chart" in said.out
    assert "No letter was written" in said.out
    assert not (tmp_path / "faxes").exists()


def test_a_list_with_faults_says_all_of_them_masked(clinic: Clinic, tmp_path: Path) -> None:
    bad_phn = PHNS[0][:-1] + str((int(PHNS[0][-1]) + 1) % 10)
    path = referrals(
        tmp_path / "list.csv",
        {"phn": PHNS[1], "referral_number": "35546", "referral_date": "2026-09-01"},
        {"phn": bad_phn, "referral_number": "12A", "referral_date": "2026-09-01"},
        {
            "phn": PHNS[2],
            "referral_number": "35546",
            "referral_date": "03/04/2026",
            "referral_name": "7 Ompherelli",
        },
    )
    answer = clinic.json("referrals", "import", path)
    assert answer["exit_code"] == 1
    assert (answer["data"]["new"], answer["data"]["rejected"]) == (1, 2)
    errors = [finding for finding in answer["findings"] if finding["severity"] == "error"]
    assert [(e["row"], e["column"], e["code"]) for e in errors] == [
        (3, "phn", "phn-check-digit"),
        (3, "referral_number", "referral-number-invalid"),
        (4, "referral_name", "invalid-value"),
        (4, "referral_date", "invalid-value"),
    ]
    assert errors[0]["value"] == f"******{bad_phn[-4:]}"
    assert errors[2]["value"] == "7. O."
    assert all(error["file"] == "list.csv" and error["hint"] for error in errors)
    said = clinic.run("referrals", "import", path)
    assert said.code == 1
    assert any(line.startswith("  3  error  phn") for line in said.out.splitlines())
    assert f"******{bad_phn[-4:]}" in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert bad_phn not in said.out
    dry = clinic.data("referrals", "import", path, "--dry-run")
    assert (dry["dry_run"], dry["unchanged"], dry["rejected"]) == (True, 1, 2)


def test_the_sheet_is_named_and_a_missing_file_is_a_file_error(
    clinic: Clinic, tmp_path: Path
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("Referrals").append(["phn", "referral_number", "referral_date"])
    book["Referrals"].append([PHNS[0], "35546", "2026-09-01"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert clinic.data("referrals", "import", path, "--sheet", "referrals")["new"] == 1
    assert clinic.run("referrals", "import", path, "--sheet", "Sheet").code == 4
    assert clinic.run("referrals", "import", tmp_path / "none.csv").code == 4


def test_the_life_of_one_referral(waiting: Clinic) -> None:
    assert add(waiting, "--phn", PHNS[0])["data"] == {"referral_id": 1, "outcome": "new"}
    assert add(waiting, "--phn", PHNS[0])["data"]["outcome"] == "unchanged"
    reason = ("--phn", PHNS[0], "--reason", "Snickerdoodle pain")
    assert add(waiting, *reason)["data"]["outcome"] == "updated"
    report = ("referrals", "updated", "1", "--on", "2026-10-01", "--note", "by fax")
    assert waiting.data(*report) == {"referral_id": 1, "on": "2026-10-01", "recorded": True}
    assert waiting.data(*report)["recorded"] is False
    close = ("referrals", "close", "1", "--on", "2026-10-31", "--reason", "ended")
    assert waiting.json(*close)["exit_code"] == 0
    assert waiting.json(*close)["exit_code"] == 5
    (row,) = waiting.data("referrals", "list")["referrals"]
    assert row == {
        "referral_id": 1,
        "patient": f"******{PHNS[0][-4:]}",
        "number": "35546",
        "name": "",
        "profession": "",
        "received": "2026-09-01",
        "reason": "***",
        "letter": "",
        "implicit": False,
        "implicit_excluded": False,
        "notice_sent": None,
        "closed_on": "2026-10-31",
        "updated_on": "2026-10-01",
        "updates": ["2026-10-01"],
        "state": "closed",
    }
    assert waiting.data("referrals", "list", "--open")["referrals"] == []
    assert len(waiting.data("referrals", "list", "--closed")["referrals"]) == 1
    assert waiting.run("referrals", "reopen", "1", "--reason", "a mistake").code == 0
    assert len(waiting.data("referrals", "list", "--open", "--limit", "1")["referrals"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["add", "--number", "35546", "--date", "2026-09-01"],
        ["add", "--number", "35546", "--date", "soon", "--phn", PHNS[0]],
        ["add", "--number", "35546", "--date", "2026-11-06", "--phn", PHNS[0]],
        ["add", "--number", "3554A6", "--date", "2026-09-01", "--phn", PHNS[0]],
        ["add", "--number", "99957", "--date", "2026-09-01", "--phn", PHNS[0]],
        ["add", "--number", "35546", "--date", "2026-09-01", "--registration", "123456789012"],
        ["add", "--number", "35546", "--phn", PHNS[0]],
        ["updated", "7", "--on", "2026-10-01"],
        ["updated", "7", "--on", "yesterday"],
        ["close", "7", "--on", "2026-10-01", "--reason", "x"],
        ["close", "7", "--on", "2026-10-01"],
        ["reopen", "7", "--reason", "x"],
        ["missing", "--month", "October"],
        ["import"],
    ],
)
def test_wrong_usage_says_what_to_do_and_changes_nothing(clinic: Clinic, words: list[str]) -> None:
    before = clinic.state()
    answer = clinic.json("referrals", *words)
    assert answer["exit_code"] == 2
    assert all(error["hint"] for error in answer["errors"])
    assert PHNS[0] not in json.dumps(answer)
    assert clinic.state() == before


def test_several_faults_of_one_referral_are_said_together(clinic: Clinic) -> None:
    words = ["--number", "3A", "--date", "2026-11-06", "--phn", PHNS[0], "--profession", "wizard"]
    assert len(clinic.json("referrals", "add", *words)["errors"]) == 3


def test_a_chart_number_alone_is_warned_about(waiting: Clinic) -> None:
    answer = add(waiting, "--patient-id", "K1")
    assert answer["exit_code"] == 1
    assert "enter the health number" in answer["findings"][0]["hint"]


EVERY = [
    "referrals list",
    "referrals list --open",
    f"referrals list --patient {PHNS[0]}",
    "referrals missing",
    "referrals missing --month 2026-10",
    "referrals missing --xlsx {out}/calls.xlsx --letters {out}/faxes",
    "referrals updated 1 --on 2026-10-01 --note Snickerdoodle",
    "referrals import {list}",
    "referrals import {list} --dry-run",
    "referrals close 1 --on 2026-10-31 --reason Snickerdoodle",
    "referrals close 1 --on 2026-10-31 --reason Snickerdoodle",
    "referrals reopen 1 --reason Snickerdoodle",
]


@pytest.mark.parametrize("form", [[], ["--json"], ["--quiet"], ["--debug"]])
def test_no_command_shows_a_patient(waiting: Clinic, tmp_path: Path, form: list[str]) -> None:
    listed = referrals(
        tmp_path / "marked.csv",
        {
            "phn": PHNS[3],
            "referral_number": "35546",
            "referral_name": "Dr Ompherelli",
            "referral_date": "2026-09-01",
            "reason": "Snickerdoodle bit Vantablackwood",
            "letter": "scans/vantablackwood.pdf",
        },
        {"phn": PHNS[2], "referral_number": PHNS[1], "referral_date": "2026-09-01"},
        {"phn": PHNS[2], "referral_number": "35546", "referral_date": PHNS[1]},
        {"phn": f"{PHNS[2]}0", "referral_number": "35546", "referral_name": "8 Ompherelli"},
    )
    adding = f"referrals add --number 35546 --date 2026-09-01 --phn {PHNS[0]} --name Ompherelli"
    for command in (adding, *EVERY):
        words = [word.format(out=tmp_path, list=listed) for word in command.split()]
        said = waiting.run(*words, *form)
        digits = re.sub(r"(?<=\d)[ -](?=\d)", "", said.all)
        shown = [word for word in WORDS if word.casefold() in digits.casefold()]
        assert shown == [], command


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_with_unmask_names_show_and_it_is_journaled(waiting: Clinic, form: list[str]) -> None:
    said = waiting.run("referrals", "missing", "--unmask", *form)
    for word in ("Zebulonia", "Vantablackwood", "Ompherelli", PHNS[0]):
        assert word in said.out
    assert len(waiting.journal("unmask")) == 1


def test_what_a_person_sees(waiting: Clinic) -> None:
    said = waiting.run("referrals", "missing")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0] == "Waiting for a referral: 3 visits, 233.76. Whom to call:"
    assert "last known: 35546 D. O." in lines
    assert "1 patient, 1 visit, 77.92, last day 2027-01-03 (59 days left)" in lines
    assert any(line.startswith(f"Z. V. ******{PHNS[0][-4:]}  N1002") for line in lines)
    assert all(len(line) <= 80 for line in lines)
