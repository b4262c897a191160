"""Corrections by workbook: written, fixed by a clerk, taken back whole, and not done twice."""

from pathlib import Path
from typing import Any

import pytest
from answered import LATER, Answered
from helpers import CLERK, Clinic, made_up_phn, visit
from msp_lines import changed, paid, refused
from openpyxl import load_workbook

from tpi_billing.errors import ConflictError
from tpi_billing.intake.table import open_table
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.model.claim import ClaimState
from tpi_billing.remittance.actions.viewing import Selection, open_claims, select
from tpi_billing.remittance.actions.workbook import WorkbookTaken, WorkbookTaker
from tpi_billing.remittance.actions.workbook_rows import CORRECTIONS
from tpi_billing.reports.claim_corrections_workbook import (
    AT_FAULT,
    claim_corrections_workbook,
)

HEADER = 4
"""The row of the headings; the first claim stands in row 5."""


class Book:
    """The workbook in a clerk's hands."""

    def __init__(self, one: Answered, path: Path, month: str | None = None) -> None:
        self.one, self.path = one, path
        clinic = one.clinic
        with clinic.ledger.reading() as connection:
            numbers = select(connection, clinic.data_centre, Selection(month=month))
            claims = claims_numbered(connection, clinic.data_centre, numbers)
            opened = open_claims(connection, clinic.data_centre, clinic.codes, claims)
        claim_corrections_workbook(opened, clinic.codes, path, title="Clinic", as_of=LATER)

    def sheet(self) -> Any:
        return load_workbook(self.path)["Corrections"]

    def columns(self) -> dict[str, int]:
        return {str(cell.value).casefold(): cell.column for cell in self.sheet()[HEADER]}

    def cell(self, claim_id: int, column: str) -> Any:
        sheet = self.sheet()
        return sheet.cell(self.row(claim_id), self.columns()[column.replace("_", " ")])

    def row(self, claim_id: int) -> int:
        rows = {sheet_row[0].value: sheet_row[0].row for sheet_row in self.sheet().iter_rows()}
        return int(rows[claim_id])

    def fix(self, claim_id: int, **cells: Any) -> None:
        columns, row = self.columns(), self.row(claim_id)
        book = load_workbook(self.path)
        for column, value in cells.items():
            book["Corrections"].cell(row, columns[column.replace("_", " ")]).value = value
        book.save(self.path)

    def take(self, *, dry_run: bool = False) -> WorkbookTaken:
        clinic = self.one.clinic
        with open_table(self.path, kind=CORRECTIONS, known={}) as table:
            taker = WorkbookTaker(self.one.corrector(), clinic.ledger, clinic.codes, CLERK, table)
            return taker.take(dry_run=dry_run)


@pytest.fixture
def one(clinic: Clinic) -> Answered:
    """Claim 1 refused for its number, 2 paid in part, 3 refused for want of coverage, 4 paid."""
    made = Answered(clinic, [visit(f"V{at}", at) for at in range(1, 5)])
    first, second, third, fourth = clinic.claims()
    made.take(
        refused(first, codes=("AB",)),
        changed(second, 5000, codes=("FP",)),
        refused(third, codes=("AF",)),
        paid(fourth),
    )
    return made


@pytest.fixture
def work(one: Answered, tmp_path: Path) -> Book:
    return Book(one, tmp_path / "fix.xlsx")


def test_the_workbook_shows_what_msp_says_and_where(one: Answered, work: Book) -> None:
    assert [work.sheet().cell(row, 1).value for row in (5, 6, 7, 8)] == [1, 2, 3, None]
    assert work.cell(1, "phn").value == made_up_phn(1)
    assert work.cell(1, "phn").fill.fgColor.rgb == f"00{AT_FAULT}"
    assert work.cell(2, "phn").fill.fgColor.rgb != f"00{AT_FAULT}"
    assert "MSP knows nobody" in work.cell(1, "msp_says").value
    assert "PHN" in work.cell(1, "msp_says").value
    assert [work.cell(number, "code").value for number in (1, 2, 3)] == ["R", "X", "C"]
    assert work.cell(2, "paid").value == 50
    # 90 days after the service of 13 October.
    assert f"{work.cell(1, 'last_day').value:%Y-%m-%d}" == "2027-01-11"


def test_the_workbook_offers_the_decisions(work: Book) -> None:
    offered = [rule.formula1 for rule in work.sheet().data_validations.dataValidation]
    assert '"correct,resubmit,write off,leave"' in offered
    assert '"0,R,X,C,A"' in offered


def test_a_month_narrows_the_workbook(one: Answered, tmp_path: Path) -> None:
    work = Book(one, tmp_path / "november.xlsx", "2026-11")
    assert "nothing" in str(work.sheet().cell(HEADER, 1).value)


def test_every_row_is_done_in_one_batch(one: Answered, work: Book) -> None:
    # A clerk types a number into the cell: Excel keeps it as one.
    work.fix(1, decision="correct", phn=int(made_up_phn(77)), reason="card shown")
    work.fix(2, decision="Write off", reason="not worth the trouble")
    work.fix(3, decision="resubmit", note="COVERAGE RESTORED")
    taken = work.take()
    assert taken.made.batch_id == 2
    assert [(claim.predecessor, claim.submission_code) for claim in taken.made.claims] == [
        (1, "R"),
        (3, "C"),
    ]
    assert taken.made.claims[0].phn == made_up_phn(77)
    assert [(each.claim.claim_id, each.cents) for each in taken.written_off] == [(2, 2792)]
    assert one.states() == [
        (1, "corrected"),
        (2, "written-off"),
        (3, "corrected"),
        (4, "paid"),
        (5, "batched"),
        (6, "batched"),
    ]


def test_a_second_import_does_nothing_twice(one: Answered, work: Book) -> None:
    work.fix(1, decision="correct", phn=made_up_phn(77))
    work.fix(2, decision="write off", reason="not worth the trouble")
    work.fix(3, decision="resubmit", note="COVERAGE RESTORED")
    work.take()
    before = one.clinic.snapshot()
    again = work.take()
    assert (again.already, again.made.batch_id, again.written_off) == (3, None, ())
    assert one.clinic.snapshot() == before


def test_a_row_is_done_although_the_payment_was_asked_back_since(one: Answered, work: Book) -> None:
    work.fix(2, decision="write off", reason="not worth the trouble")
    work.take()
    one.debit(2)
    again = work.take()
    assert (again.already, again.written_off) == (1, ())


def test_what_was_voided_since_is_done_again(one: Answered, work: Book) -> None:
    work.fix(1, decision="correct", phn=made_up_phn(77))
    one.clinic.void(work.take().made.batch_id or 0)
    again = work.take()
    assert (again.already, again.made.batch_id) == (0, 3)


def test_a_dry_run_of_a_workbook_changes_nothing(one: Answered, work: Book) -> None:
    work.fix(1, decision="correct", phn=made_up_phn(77))
    before = one.clinic.snapshot()
    taken = work.take(dry_run=True)
    assert (taken.made.batch_id, len(taken.made.claims)) == (None, 1)
    assert one.clinic.snapshot() == before


def test_everything_wrong_is_said_at_once_with_row_and_column(one: Answered, work: Book) -> None:
    work.fix(1, decision="perhaps")
    work.fix(2, decision="write off")
    work.fix(3, decision="resubmit", diagnosis_1="7230")
    before = one.clinic.snapshot()
    with pytest.raises(ConflictError) as raised:
        work.take()
    found = [(each.sheet, each.row, each.column) for each in raised.value.troubles]
    assert found == [
        ("Corrections", 5, "decision"),
        ("Corrections", 6, "reason"),
        ("Corrections", 7, "diagnosis_1"),
    ]
    assert one.clinic.snapshot() == before


def test_cells_that_were_fixed_want_a_decision(work: Book) -> None:
    work.fix(1, phn=made_up_phn(77))
    with pytest.raises(ConflictError, match="Claim 1 is left alone, and its row is changed"):
        work.take()


def test_a_row_that_a_check_holds_stops_all_of_it(one: Answered, work: Book) -> None:
    work.fix(1, decision="correct", phn="9999999999")
    work.fix(2, decision="write off", reason="not worth the trouble")
    taken = work.take()
    (left,) = taken.made.left
    (held,) = [finding for finding in left.findings if finding.holds]
    assert (held.code, held.place.sheet, held.place.row) == ("phn-check-digit", "Corrections", 5)
    assert one.claim(2).state is ClaimState.PAID_CHANGED


def test_a_claim_that_moved_on_since_is_named(one: Answered, work: Book) -> None:
    work.fix(1, decision="correct", phn=made_up_phn(77))
    one.write_off(1)
    with pytest.raises(ConflictError, match="Claim 1 is written-off") as raised:
        work.take()
    assert (raised.value.troubles[0].row, raised.value.troubles[0].column) == (5, "claim")


def test_rows_left_alone_are_counted(work: Book) -> None:
    work.fix(1, decision="leave")
    taken = work.take()
    assert (taken.alone, taken.already, taken.made.batch_id) == (3, 0, None)


def test_two_claims_of_one_visit_must_agree(clinic: Clinic, tmp_path: Path) -> None:
    one = Answered(clinic, [visit("V1", 1, joint_sites="left hip")])
    first, second = clinic.claims()
    one.take(refused(first, codes=("AB",)), refused(second, codes=("AB",)))
    work = Book(one, tmp_path / "fix.xlsx")
    work.fix(1, decision="correct", phn=made_up_phn(77))
    work.fix(2, decision="correct", phn=made_up_phn(78))
    with pytest.raises(ConflictError, match="Two claims of session V1 differ in phn"):
        work.take()
    work.fix(2, phn=made_up_phn(77))
    taken = work.take()
    assert [claim.phn for claim in taken.made.claims] == [made_up_phn(77)] * 2
    assert {claim.fee_item for claim in taken.made.claims} == {"01157", "00014"}
