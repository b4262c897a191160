"""A reviewer's workbook read back: what is kept, what is refused, what it comes to."""

import json
import stat
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import AS_OF, Clinic
from openpyxl import Workbook, load_workbook
from reviewers import (
    BAD,
    GOOD,
    PARTLY,
    TITLE_ROW,
    bring_back,
    fill,
    given,
    outcome,
    send,
    take,
    write,
)

from tpi_billing.audit.sampling.checklist import ELEMENTS
from tpi_billing.audit.sampling.taking import Taken
from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError, FileError, Trouble
from tpi_billing.ledger.journal import verify
from tpi_billing.model.sample import Verdict

LATER = date(2026, 11, 9)


@pytest.fixture
def clinic(sent: Clinic) -> Clinic:
    return sent


@pytest.fixture
def taken(clinic: Clinic) -> Taken:
    """A sample of all six claims."""
    return take(clinic)


@pytest.fixture
def path(clinic: Clinic, taken: Taken, tmp_path: Path) -> Path:
    return write(clinic, taken, tmp_path / "review.xlsx")


def troubles(clinic: Clinic, path: Path) -> list[Trouble]:
    before = clinic.snapshot()
    with pytest.raises(FileError) as caught:
        bring_back(clinic, path)
    assert clinic.snapshot() == before
    return list(caught.value.troubles)


def row_of(path: Path, claim: int) -> int:
    sheet = load_workbook(path)["Review"]
    return next(row[0].row for row in sheet.iter_rows(min_row=5) if row[0].value == claim)


def edit(path: Path, sheet: str, cell: str, value: object) -> None:
    book = load_workbook(path)
    book[sheet][cell].value = value
    book.save(path)


# What is kept


def test_a_finished_workbook_is_kept_whole(clinic: Clinic, path: Path) -> None:
    fill(path, {1: GOOD, 2: BAD, 3: PARTLY, 4: GOOD, 5: GOOD, 6: GOOD})
    recorded = bring_back(clinic, path)
    assert (recorded.new, recorded.changed, recorded.unchanged) == (6, 0, 0)
    assert recorded.unfinished == recorded.untouched == recorded.gaps == ()
    found = given(clinic)
    assert found[2].verdict is Verdict.NOT_SUPPORTED
    assert (found[2].right_cents, found[2].reason) == (0, "no plan")
    assert (found[2].reviewed_by, found[2].reviewed_on) == ("dr.who", AS_OF)
    assert found[2].answers == {e.key: "no" if e.key == "plan" else "yes" for e in ELEMENTS}
    assert (found[3].verdict, found[3].right_cents) == (Verdict.PARTLY, 6213)
    claims = {claim.claim_id: claim.amount_cents for claim in clinic.claims()}
    assert found[1].right_cents == claims[1]


def test_who_and_when_may_be_said(clinic: Clinic, path: Path) -> None:
    told = {**GOOD, "Reviewed by": " A.  Reviewer ", "Reviewed on": date(2026, 11, 3)}
    fill(path, {1: told, 2: {**told, "Reviewed on": "2026-11-04"}})
    bring_back(clinic, path)
    found = given(clinic)
    assert (found[1].reviewed_by, found[1].reviewed_on) == ("A. Reviewer", date(2026, 11, 3))
    assert found[2].reviewed_on == date(2026, 11, 4)


def test_the_same_file_again_changes_nothing_whoever_brings_it(clinic: Clinic, path: Path) -> None:
    fill(path, {1: GOOD, 2: BAD})
    bring_back(clinic, path)
    before = clinic.snapshot()
    recorded = bring_back(clinic, path, actor="somebody else", as_of=LATER)
    assert (recorded.new, recorded.changed, recorded.unchanged) == (0, 0, 2)
    assert clinic.snapshot() == before


def test_a_completed_file_adds_and_a_corrected_one_replaces(clinic: Clinic, path: Path) -> None:
    fill(path, {1: GOOD, 2: GOOD})
    bring_back(clinic, path)
    fill(path, {2: BAD, 3: GOOD})
    recorded = bring_back(clinic, path, actor="dr.next", as_of=LATER)
    assert (recorded.new, recorded.changed, recorded.unchanged) == (1, 1, 1)
    found = given(clinic)
    assert (found[1].reviewed_by, found[2].reviewed_by) == ("dr.who", "dr.next")
    assert (found[2].verdict, found[2].reviewed_on) == (Verdict.NOT_SUPPORTED, LATER)
    with clinic.ledger.reading() as connection:
        actions = connection.exec_driver_sql(
            "SELECT action FROM journal WHERE record = 'sample:1/verdict:2' ORDER BY entry"
        )
        assert actions.scalars().all() == ["verdict.given", "verdict.changed"]
        assert verify(connection)[1] == []


def test_every_value_of_a_verdict_is_journaled(clinic: Clinic, path: Path) -> None:
    fill(path, {2: BAD})
    bring_back(clinic, path)
    with clinic.ledger.reading() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM verdicts").mappings().all()
        (told,) = connection.exec_driver_sql(
            "SELECT content FROM journal WHERE action = 'verdict.given'"
        ).scalars()
    assert json.loads(told) == dict(row)


def test_a_dry_run_keeps_nothing(clinic: Clinic, path: Path) -> None:
    fill(path, {1: GOOD})
    before = clinic.snapshot()
    assert bring_back(clinic, path, keep=False).new == 1
    assert clinic.snapshot() == before


def test_unfinished_rows_are_counted_and_wait(clinic: Clinic, path: Path) -> None:
    without_amount = {**PARTLY, "Right amount ($)": None}
    without_reason = {**BAD, "Remark": None}
    only_checked = {"Plan": "yes"}
    fill(path, {1: without_amount, 2: without_reason, 3: only_checked, 4: {**GOOD, "Plan": None}})
    recorded = bring_back(clinic, path)
    assert list(given(clinic)) == [4]
    assert set(recorded.unfinished) == {row_of(path, claim) for claim in (1, 2, 3)}
    assert set(recorded.untouched) == {row_of(path, claim) for claim in (5, 6)}
    assert recorded.gaps == (row_of(path, 4),)


def test_a_row_that_was_emptied_keeps_its_verdict_and_is_told(clinic: Clinic, path: Path) -> None:
    fill(path, {1: GOOD})
    bring_back(clinic, path)
    fill(path, {1: dict.fromkeys(GOOD)})
    recorded = bring_back(clinic, path)
    assert recorded.kept == (row_of(path, 1),)
    assert given(clinic)[1].verdict is Verdict.SUPPORTED


def test_rows_may_be_sorted(clinic: Clinic, path: Path) -> None:
    fill(path, {1: GOOD, 2: BAD})
    book = load_workbook(path)
    sheet = book["Review"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=TITLE_ROW + 1)]
    for at, row in enumerate(reversed(rows), TITLE_ROW + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value
    book.save(path)
    bring_back(clinic, path)
    assert {claim: one.verdict.value for claim, one in given(clinic).items()} == {
        1: "supported",
        2: "not supported",
    }


@pytest.mark.parametrize(
    ("written", "cents"),
    [(62.13, 6213), ("62.13", 6213), ("$62.13", 6213), (62, 6200), (0, 0), (0.07, 7), (62.1, 6210)],
)
def test_amounts_are_read_as_people_write_them(
    clinic: Clinic, path: Path, written: object, cents: int
) -> None:
    fill(path, {1: {**PARTLY, "Right amount ($)": written}})
    bring_back(clinic, path)
    assert given(clinic)[1].right_cents == cents


@pytest.mark.parametrize("written", ["Not  Supported", " NOT SUPPORTED ", "not supported"])
def test_words_are_read_whatever_their_case_and_blanks(
    clinic: Clinic, path: Path, written: str
) -> None:
    fill(path, {1: {**BAD, "Verdict": written, "Plan": "Not  applicable"}})
    bring_back(clinic, path)
    assert given(clinic)[1].verdict is Verdict.NOT_SUPPORTED
    assert given(clinic)[1].answers["plan"] == "not applicable"


# What is refused


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Verdict", "maybe", "no such verdict"),
        ("Plan", "perhaps", "no such answer"),
        ("Right amount ($)", "a lot", "not an amount"),
        ("Right amount ($)", 62.135, "not an amount"),
        ("Right amount ($)", -1, "not an amount"),
        ("Right amount ($)", True, "not an amount"),
        ("Remark", "x" * 2001, "2000 characters"),
        ("Reviewed on", "yesterday", "no day"),
        ("Reviewed on", date(2026, 11, 6), "still to come"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(
    clinic: Clinic, path: Path, column: str, value: object, said: str
) -> None:
    fill(path, {3: {**PARTLY, column: value}})
    (trouble,) = troubles(clinic, path)
    assert said in trouble.message
    assert (trouble.sheet, trouble.row, trouble.column) == ("Review", row_of(path, 3), column)
    assert trouble.hint
    assert trouble.file == str(path)


@pytest.mark.parametrize(
    ("verdict", "amount", "contradicts"),
    [
        ("supported", 62.13, True),
        ("not supported", 0.01, True),
        ("not supported", 0, False),
        ("partly", 62.13, False),
        ("other item", 245.42, False),
    ],
)
def test_verdict_and_amount_must_go_together(
    clinic: Clinic, path: Path, verdict: str, amount: float, contradicts: bool
) -> None:
    fill(path, {1: {**PARTLY, "Verdict": verdict, "Right amount ($)": amount}})
    if contradicts:
        (trouble,) = troubles(clinic, path)
        assert trouble.column == "Right amount ($)"
    else:
        assert bring_back(clinic, path).new == 1


def test_a_supported_claim_may_say_its_own_amount(clinic: Clinic, path: Path) -> None:
    (claim,) = [claim for claim in clinic.claims() if claim.claim_id == 1]
    fill(path, {1: {**GOOD, "Right amount ($)": claim.amount_cents / 100}})
    assert bring_back(clinic, path).new == 1


def test_everything_wrong_is_said_at_once(clinic: Clinic, path: Path) -> None:
    fill(path, {1: {**GOOD, "Verdict": "?"}, 2: {**GOOD, "Plan": "?", "History": "?"}})
    edit(path, "Review", f"A{row_of(path, 5)}", 77)
    said = troubles(clinic, path)
    assert [trouble.column for trouble in said if trouble.column != "Claim"].count("Verdict") == 1
    assert {trouble.column for trouble in said} >= {"Verdict", "Plan", "History", "Claim"}
    assert any("claim 5 is missing" in trouble.message for trouble in said)


def test_a_changed_claim_number_is_refused(clinic: Clinic, path: Path) -> None:
    """Also when it is the number of another claim of the sample."""
    first, second = row_of(path, 1), row_of(path, 2)
    edit(path, "Review", f"A{first}", 2)
    edit(path, "Review", f"A{second}", 1)
    said = troubles(clinic, path)
    assert [(one.row, one.column) for one in said if one.row] == sorted(
        [(first, "Claim"), (second, "Claim")]
    )


def test_a_row_taken_twice_is_refused(clinic: Clinic, path: Path) -> None:
    book = load_workbook(path)
    sheet = book["Review"]
    sheet.append([cell.value for cell in sheet[5]])
    book.save(path)
    (trouble,) = troubles(clinic, path)
    assert "row 5 already" in trouble.message


def test_a_row_taken_out_is_refused(clinic: Clinic, path: Path) -> None:
    book = load_workbook(path)
    book["Review"].delete_rows(row_of(path, 4))
    book.save(path)
    (trouble,) = troubles(clinic, path)
    assert "claim 4 is missing" in trouble.message


def test_a_column_taken_out_is_named(clinic: Clinic, path: Path) -> None:
    book = load_workbook(path)
    sheet = book["Review"]
    columns = {cell.value: cell.column for cell in sheet[TITLE_ROW]}
    sheet.delete_cols(columns["Consent"])
    book.save(path)
    (trouble,) = troubles(clinic, path)
    assert (trouble.column, trouble.row) == ("Consent", TITLE_ROW)


def test_the_workbook_of_another_ledger_is_refused(
    clinic: Clinic, path: Path, book: CodeBook, empty_ledger: Path, tmp_path: Path
) -> None:
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = Clinic.from_empty(empty_ledger, other_folder, book)
    send(other)
    take(other)
    with pytest.raises(ConflictError, match="no such sample"):
        bring_back(other, path)
    other.close()


@pytest.mark.parametrize("sheet", ["Review", "About"])
def test_a_workbook_without_its_sheets_is_refused(clinic: Clinic, path: Path, sheet: str) -> None:
    book = load_workbook(path)
    del book[sheet]
    book.save(path)
    (trouble,) = troubles(clinic, path)
    assert sheet in trouble.message


def test_other_files_are_refused(clinic: Clinic, taken: Taken, tmp_path: Path) -> None:
    foreign, text = tmp_path / "foreign.xlsx", tmp_path / "text.xlsx"
    Workbook().save(foreign)
    text.write_text("claim;verdict\n", encoding="utf-8")
    for path in (foreign, text, tmp_path, tmp_path / "missing.xlsx"):
        (trouble,) = troubles(clinic, path)
        assert trouble.hint


# What it comes to


def test_the_outcome_of_a_table_made_by_hand(clinic: Clinic, taken: Taken, path: Path) -> None:
    """All six claims are reviewed, so nothing is estimated.

    Two of six are wrong: one whole; of the other 62.13 is right. Overpaid is what stands on them.
    """
    fill(path, {1: GOOD, 2: BAD, 3: PARTLY, 4: GOOD, 5: GOOD, 6: GOOD})
    bring_back(clinic, path)
    found = outcome(clinic, taken)
    amounts = {claim.claim_id: claim.amount_cents for claim in clinic.claims()}
    overpaid = amounts[2] + amounts[3] - 6213
    assert (found.wrong.count, found.reviewed, found.population) == (2, 6, 6)
    assert float(found.wrong.rate.share) == found.wrong.rate.low == pytest.approx(1 / 3)
    assert (found.overpaid_cents, found.underpaid_cents) == (overpaid, 0)
    assert found.estimate.cents == found.estimate.low_cents == found.estimate.high_cents == overpaid
    assert {kind.value: one.count for kind, one in found.kinds.items()} == {
        "not supported": 1,
        "partly": 1,
        "other item": 0,
    }
    lacking = {title: one.count for title, one in found.elements.items() if one.count}
    assert lacking == {"Plan": 1, "Number": 1}


def test_what_was_paid_too_little_is_not_set_against_the_rest(
    clinic: Clinic, taken: Taken, path: Path
) -> None:
    dearer = {**PARTLY, "Verdict": "other item", "Right amount ($)": 245.42}
    fill(path, {1: dearer, 2: BAD})
    bring_back(clinic, path)
    found = outcome(clinic, taken)
    amounts = {claim.claim_id: claim.amount_cents for claim in clinic.claims()}
    assert found.overpaid_cents == amounts[2]
    assert found.underpaid_cents == 24_542 - amounts[1]


def test_strata_from_which_nothing_was_reviewed_are_told_and_left_out(
    clinic: Clinic, tmp_path: Path
) -> None:
    """Claims of 99001 come first in the workbook; only they are reviewed, one of three is bad."""
    taken = take(clinic, by="practitioner")
    path = write(clinic, taken, tmp_path / "review.xlsx")
    of_first = [c.claim_id for c in clinic.claims() if c.practitioner_number == "99001"]
    fill(path, {of_first[0] or 0: BAD, of_first[1] or 0: GOOD, of_first[2] or 0: GOOD})
    bring_back(clinic, path)
    found = outcome(clinic, taken)
    assert (found.population, found.uncovered) == (3, 3)
    assert [(one.stratum.name, one.reviewed) for one in found.strata] == [
        ("99001", 3),
        ("99002", 0),
    ]
    assert found.strata[1].wrong is None


# The file


def test_it_is_readable_by_its_owner_only_and_never_overwritten(
    clinic: Clinic, taken: Taken, path: Path
) -> None:
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write(clinic, taken, path)  # the very same again is no harm
    fill(path, {1: GOOD})
    filled = path.read_bytes()
    with pytest.raises(FileError, match="not overwritten"):
        write(clinic, taken, path)
    assert path.read_bytes() == filled


def test_the_same_sample_gives_the_same_bytes(
    clinic: Clinic, taken: Taken, path: Path, tmp_path: Path
) -> None:
    again = write(clinic, take(clinic), tmp_path / "again.xlsx")
    assert again.read_bytes() == path.read_bytes()


def read_about(path: Path) -> dict[Any, Any]:
    return {row[0].value: row[1].value for row in load_workbook(path)["About"].iter_rows()}


def test_about_says_how_it_was_drawn(clinic: Clinic, taken: Taken, path: Path) -> None:
    about = read_about(path)
    assert (about["Sample"], about["Seed"], about["Size"]) == ("1", "7", "6")
    assert about["Service dates"] == "2026-10-01 to 2026-10-31"
    assert about["Journal hash"] == taken.sample.journal_hash
    with clinic.ledger.reading() as connection:
        (entry,) = connection.exec_driver_sql(
            "SELECT action FROM journal WHERE entry = ? AND sha256 = ?",
            (int(about["Journal entry"]), about["Journal hash"]),
        ).scalars()
    assert entry == "sample.new"


def test_a_row_shows_everything_that_was_billed(clinic: Clinic, path: Path) -> None:
    sheet = load_workbook(path)["Review"]
    titles = [cell.value for cell in sheet[TITLE_ROW]]
    row = dict(zip(titles, (cell.value for cell in sheet[row_of(path, 1)]), strict=True))
    (claim,) = [claim for claim in clinic.claims() if claim.claim_id == 1]
    assert row["Patient"] == "Okanese, Noor"
    assert claim.phn in row["Health number"]
    assert "born 1975-03-02" in row["Health number"]
    assert (row["Item"], row["Billed ($)"]) == (claim.fee_item, claim.amount_cents / 100)
    assert row["Paid ($)"] is None
    assert "0.9% saline" in row["As exported"]
    assert "Dr Hollis" in row["Referred by"]
    assert claim.explanation in row["What was billed"]


def test_the_cells_to_fill_in_have_their_choices(path: Path) -> None:
    sheet = load_workbook(path)["Review"]
    lists = [v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert lists.count('"yes,no,not applicable"') == len(ELEMENTS)
    assert lists.count('"supported,not supported,partly,other item"') == 1
    assert sheet.freeze_panes == "E5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$4:$4"
    assert len(sheet.tables) == 1  # whose header has the filters
