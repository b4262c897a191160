"""`codes explain` and `codes search`: what a clerk reads, what a script reads, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

KEYS = {
    "code",
    "family",
    "outcome",
    "meaning",
    "cause",
    "field",
    "who",
    "action",
    "resubmit",
    "submission_code",
    "deadline",
    "prevented_by",
    "certainty",
}


def data_of(text: str) -> list[dict[str, Any]]:
    said = json.loads(text)
    assert (said["status"], said["exit_code"], said["errors"]) == ("ok", 0, [])
    codes: list[dict[str, Any]] = said["data"]["codes"]
    return codes


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_code_is_explained_from_cause_to_deadline(run: Run) -> None:
    said = run("codes", "explain", "VM")
    assert (said.code, said.err) == (0, "")
    text = one_line(said.out)
    for part in (
        "VM refused (referral)",
        "meaning The referrer's MSP number is blank",
        "cause A missing or mistyped number",
        "field P42 referral number 1: the referring practitioner",
        "who acts the clinic",
        "what to do Take the five characters from the referral letter",
        "send again yes, corrected, submission code R",
        "until 90 days after the service; later only with MSP's approval",
        "our check referral-number-invalid: The referrer's number is not an MSP practitioner",
        "how sure the meaning follows from",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("code", "again", "until"),
    [
        (
            "TU",
            "yes, to be judged again, with a note, submission code X",
            "90 days after the remit",
        ),
        ("AF", "yes, once the coverage is put right, with a note, submission code C", "no limit"),
        ("BV", "yes, once MSP has approved the late claim, submission code A", "MSP's letter"),
        ("AV", "yes, unchanged, submission code R", "90 days after the service"),
        ("HL", "yes, to have the payment taken back, with a note, submission code E", "no limit"),
        ("TO", "to whoever has to pay it, submission code I", "no limit"),
        ("BH", "no, MSP is at work on it", ""),
        ("IC", "no", ""),
    ],
)
def test_how_and_until_when_it_is_sent_again(run: Run, code: str, again: str, until: str) -> None:
    text = one_line(run("codes", "explain", code).out)
    assert f"send again {again} " in text
    assert ("until " in text.partition("send again")[2]) == bool(until)
    assert until in text


def test_a_late_claim_is_told_what_the_form_asks(run: Run) -> None:
    late = one_line(run("codes", "explain", "BV", "VM").out)
    assert late.count("HLTH 2943 Request for approval") == 1
    assert "reaches back 6 months, rarely 18" in late
    assert "Number of claims" in late
    assert "not accepted A clerical mistake" in late
    assert "C: The patient's coverage was put right" in late
    assert "HLTH" not in run("codes", "explain", "VM").out


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["vm"], ["VM"]),
        (["VM", "bv", "vM"], ["VM", "BV"]),
        (["YY, VM;VS"], ["YY", "VM", "VS"]),
        (["*a"], ["*A"]),
    ],
)
def test_several_codes_in_any_case(run: Run, words: list[str], codes: list[str]) -> None:
    found = data_of(run("codes", "explain", *words, "--json").out)
    assert [row["code"] for row in found] == codes


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("TX", "field P36 diagnosis 1: diagnosis"),
        ("BV", "field P30 service date: the day of the service"),
        ("TU", "field N01 note: the note record"),
    ],
)
def test_a_field_has_its_name(run: Run, code: str, field: str) -> None:
    assert field in one_line(run("codes", "explain", code).out)


def test_no_field_is_at_fault(run: Run) -> None:
    assert "field" not in run("codes", "explain", "AF").out


def test_what_a_script_reads(run: Run) -> None:
    (row,) = data_of(run("codes", "explain", "VM", "--json").out)
    assert set(row) == KEYS
    assert (row["field"], row["who"], row["outcome"]) == ("P42", "clinic", "refused")
    assert (row["resubmit"], row["submission_code"]) == ("corrected", "R")
    assert row["deadline"] == "service+90"
    assert row["prevented_by"] == ["referral-number-invalid", "referral-unknown"]


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        (["MV"], "MSP has no explanatory code MV.", "Near ones: VM"),
        (["VM", "DO"], "MSP has no explanatory code DO.", "Near ones: D0"),
        (["??"], "MSP has no explanatory code ??.", "codes search"),
        (["referral"], "An explanatory code has two characters.", "codes search"),
        ([" , "], "No explanatory code was given.", "codes explain VM"),
    ],
)
def test_a_code_that_does_not_exist(run: Run, words: list[str], said: str, hint: str) -> None:
    failed = run("codes", "explain", *words)
    assert (failed.code, failed.out) == (2, "")
    assert f"Error: {said}" in failed.err
    assert hint in failed.err


def test_every_unknown_code_is_named_at_once(run: Run) -> None:
    failed = run("codes", "explain", "MV", "VM", "QZ", "--json")
    assert failed.code == 2
    errors = json.loads(failed.out)["errors"]
    assert [error["message"] for error in errors] == [
        "MSP has no explanatory code MV.",
        "MSP has no explanatory code QZ.",
    ]


def test_longer_text_is_not_repeated(run: Run) -> None:
    failed = run("codes", "explain", "9151065434")
    assert failed.code == 2
    assert "9151065434" not in failed.out + failed.err


def test_searching_by_words(run: Run) -> None:
    said = run("codes", "search", "Referral", "patient")
    assert (said.code, said.err) == (0, "")
    assert "GB" in said.out
    found = data_of(run("codes", "search", "referral", "--json").out)
    assert {"VM", "H2", "GK"} <= {row["code"] for row in found}
    assert all(set(row) == KEYS for row in found)


def test_a_limit_is_told(run: Run) -> None:
    said = run("codes", "search", "referral", "--limit", 2)
    assert "2 of " in said.out
    assert len(data_of(run("codes", "search", "referral", "--limit", 2, "--json").out)) == 2
    assert run("codes", "search", "referral", "--limit", 0).code == 2


def test_nothing_found_is_no_failure(run: Run) -> None:
    said = run("codes", "search", "zebra")
    assert said.code == 0
    assert said.out.startswith("0 codes.")


@pytest.mark.parametrize(
    "words", [["explain", "VM", "BV", "*A", "EG", "K2", "H4"], ["search", "service"]]
)
def test_everything_fits_80_columns(run: Run, words: list[str]) -> None:
    out = run("codes", *words).out
    assert out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_it_works_without_a_workspace(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("codes", "explain", "VM").code == 0
    assert run("codes", "search", "tray").code == 0
    assert list(tmp_path.iterdir()) == []


def test_a_clinics_own_table_is_the_one_shown(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "fee_codes" / "explanatory_codes.csv"
    own.parent.mkdir()
    header = (
        "code,family,outcome,meaning,cause,who,action,resubmit,submission_code,deadline,certainty"
    )
    row = (
        "VM,referral,refused,No number.,Left out.,clinic,Call Kim.,corrected,R,service+90,inferred"
    )
    own.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert "Call Kim." in run("--workspace", tmp_path, "codes", "explain", "VM").out
    own.write_text(f"{header}\n{row.replace('clinic', 'clerk')}\n", encoding="utf-8")
    broken = run("--workspace", tmp_path, "codes", "explain", "VM")
    assert broken.code == 3
    assert "explanatory_codes.csv, row 2, column who" in broken.err
