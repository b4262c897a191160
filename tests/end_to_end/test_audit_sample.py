"""`audit sample` and `audit review`, as an administrator and a reviewer run them."""

import sys
from pathlib import Path

import databases
import pytest
from openpyxl import load_workbook

from .clinic import Clinic, visit, write_csv


@pytest.fixture
def sent(clinic: Clinic) -> Clinic:
    """Twenty claims of October are with MSP."""
    rows = [visit(number, service_date=f"2026-10-{number:02}") for number in range(1, 21)]
    path = write_csv(clinic.workspace / "visits.csv", rows)
    assert clinic.run("sessions", "import", path).code in {0, 1}
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == 20
    assert clinic.run("batch", "export", "1").code in {0, 1}
    assert clinic.run("batch", "sent", "1").code in {0, 1}
    assert clinic.run("batch", "confirm", "1").code in {0, 1}
    return clinic


def fill(path: Path, bad: int) -> None:
    """Give every row a verdict; the first `bad` ones are not supported."""
    book = load_workbook(path)
    sheet = book["Review"]
    columns = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        wrong = row < 5 + bad
        sheet.cell(row, columns["Verdict"]).value = "not supported" if wrong else "supported"
        sheet.cell(row, columns["Remark"]).value = "no note" if wrong else None
    book.save(path)


def test_from_the_draw_to_the_worklist(sent: Clinic) -> None:
    """Two of ten reviewed claims of 77.92 are wrong: 20 %, in all 4 of 20, which is 311.68."""
    out = sent.workspace / "review.xlsx"
    words = ("audit", "sample", "--month", "2026-10", "--size", "10", "--seed", "7", out)
    drawn = sent.data(*words)
    assert (drawn["sample_id"], drawn["new"]) == (1, True)
    assert (drawn["population"], drawn["size"], drawn["seed"]) == (20, 10, 7)
    assert drawn["population_amount"] == "1558.40"
    assert len(set(drawn["claims"])) == 10
    again = sent.data(*words)
    assert again == {**drawn, "new": False}

    fill(out, 2)
    tried = sent.json("audit", "review", out, "--dry-run")
    assert (tried["exit_code"], tried["data"]["new"]) == (1, 10)
    assert sent.data("worklist", "--kind", "review")["waiting"] == 0
    read = sent.json("audit", "review", out)
    assert read["exit_code"] == 1
    results = read["data"]["results"]
    # Clopper and Pearson in printed tables: 2 of 10 is 2.52 % to 55.61 %, outward.
    assert results["wrong"] == {"count": 2, "share": "20.0", "low": "2.5", "high": "55.7"}
    assert (results["overpaid"], results["underpaid"]) == ("155.84", "0.00")
    assert results["estimated_overpaid"] == "311.68"
    assert results["estimated_overpaid_low"] == "155.84"  # no less than was found
    assert results["too_few"] is True
    waiting = sent.data("worklist", "--kind", "review")
    assert waiting["waiting"] == 2
    assert waiting["totals"]["review"]["amount"] == "155.84"
    assert all("claims debit" in one["reasons"][0]["hint"] for one in waiting["items"])


def test_the_screen_tells_shares_money_and_what_they_assume(sent: Clinic) -> None:
    out = sent.workspace / "review.xlsx"
    words = ("audit", "sample", "--from", "2026-10-01", "--to", "2026-10-31", "--seed", "7")
    said = sent.run(*words, "--stratify", "practitioner", "--size", "10", out)
    assert said.code == 0
    assert "10 claims of 20" in said.out
    fill(out, 2)
    said = sent.run("audit", "review", out)
    assert said.code == 1
    assert "20.0%" in said.out
    assert "311.68" in said.out
    assert "Small numbers" in said.out
    assert "Madeup" not in said.all
    assert max(map(len, said.out.splitlines())) <= 80


def test_nothing_wrong_and_nothing_open_is_a_good_end(sent: Clinic) -> None:
    out = sent.workspace / "review.xlsx"
    sent.data("audit", "sample", "--month", "2026-10", "--seed", "7", out)
    fill(out, 0)
    read = sent.json("audit", "review", out)
    assert read["exit_code"] == 0
    results = read["data"]["results"]
    assert results["wrong"] == {"count": 0, "share": "0.0", "low": "0.0", "high": "0.0"}
    assert results["estimated_overpaid_high"] == "0.00"


def test_an_empty_workbook_is_open_work(sent: Clinic) -> None:
    out = sent.workspace / "review.xlsx"
    sent.data("audit", "sample", "--month", "2026-10", "--seed", "7", out)
    read = sent.json("audit", "review", out)
    assert (read["exit_code"], read["data"]["results"]) == (1, None)
    assert len(read["data"]["untouched_rows"]) == 20


@pytest.mark.parametrize(
    "words",
    [
        ("--seed", "7", "review.xlsx"),
        ("--month", "2026-10", "--from", "2026-10-01", "--seed", "7", "review.xlsx"),
        ("--from", "2026-10-01", "--seed", "7", "review.xlsx"),
        ("--from", "2026-10-31", "--to", "2026-10-01", "--seed", "7", "review.xlsx"),
        ("--month", "2026-10", "--seed", "7", "--stratify", "colour", "review.xlsx"),
        ("--month", "2026-10", "--seed", "7", "review.ods"),
        ("--month", "2026-09", "--seed", "7", "review.xlsx"),
        ("--month", "2026-10", "review.xlsx"),
        ("--month", "2026-10", "--seed", "7", "--size", "0", "review.xlsx"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    sent: Clinic, words: tuple[str, ...]
) -> None:
    before = sent.state()
    *options, name = words
    said = sent.run("audit", "sample", *options, sent.workspace / name)
    assert said.code == 2
    assert "Traceback" not in said.all
    assert sent.state() == before


def test_a_bad_answer_is_told_with_its_place(sent: Clinic) -> None:
    out = sent.workspace / "review.xlsx"
    sent.data("audit", "sample", "--month", "2026-10", "--seed", "7", out)
    book = load_workbook(out)
    sheet = book["Review"]
    columns = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(7, columns["Verdict"]).value = "perhaps"
    book.save(out)
    answer = sent.json("audit", "review", out)
    assert answer["exit_code"] == 4
    (error,) = answer["errors"]
    assert (error["sheet"], error["row"], error["column"]) == ("Review", 7, "Verdict")
    assert "supported" in error["hint"]


def test_without_the_library_nothing_is_kept_and_the_cure_is_said(
    sent: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = sent.workspace / "review.xlsx"
    sent.data("audit", "sample", "--month", "2026-10", "--seed", "7", out)
    fill(out, 1)
    before = sent.state()
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    said = sent.run("audit", "review", out)
    assert said.code == 3
    assert 'pip install "tpi-billing[audit]"' in said.err
    assert sent.state() == before


def test_the_journal_vouches_for_samples_and_verdicts(sent: Clinic) -> None:
    out = sent.workspace / "review.xlsx"
    sent.data("audit", "sample", "--month", "2026-10", "--seed", "7", out)
    fill(out, 1)
    sent.data("audit", "review", out)
    assert sent.data("audit", "verify")["intact"] is True
    databases.alter(sent.workspace, "UPDATE verdicts SET verdict = 'supported'")
    assert sent.run("audit", "verify").code == 6
