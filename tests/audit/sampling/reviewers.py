"""Builders: claims that are with MSP, a sample of them, a reviewer who fills the workbook in."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from helpers import AS_OF, CLERK, Clinic, block, visit
from openpyxl import load_workbook

from tpi_billing.audit.sampling.checklist import ELEMENTS, SHEET
from tpi_billing.audit.sampling.contents import review_rows
from tpi_billing.audit.sampling.reading import read_review
from tpi_billing.audit.sampling.recording import Recorded, record
from tpi_billing.audit.sampling.results import Results, results
from tpi_billing.audit.sampling.taking import Taken, take_sample
from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.ledger.reviews import judgements
from tpi_billing.model.sample import Judgement, SampleScope
from tpi_billing.reports.sample_workbook import sample_workbook

OCTOBER = SampleScope(date(2026, 10, 1), date(2026, 10, 31))
TITLE_ROW = 4
GOOD: dict[str, Any] = {
    "Verdict": "supported",
    **{element.title: "yes" for element in ELEMENTS},
}
BAD: dict[str, Any] = {**GOOD, "Verdict": "not supported", "Plan": "no", "Remark": "no plan"}
PARTLY: dict[str, Any] = {
    **GOOD,
    "Verdict": "partly",
    "Number": "no",
    "Right amount ($)": 62.13,
    "Remark": "one injection only",
}


def send(clinic: Clinic, count: int = 6) -> None:
    """Bill so many patients of two practitioners, every third a block, and send the claims."""
    for number in range(1, count + 1):
        make = visit if number % 3 else block
        doctor = "99001" if number % 2 else "99002"
        clinic.bring(make(f"V{number}", number, practitioner_number=doctor))
    batch = clinic.billed()
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")


def take(clinic: Clinic, size: int = 6, seed: int = 7, by: str = "", **scope: Any) -> Taken:
    wanted = SampleScope(**{"first": OCTOBER.first, "last": OCTOBER.last, **scope})
    return take_sample(clinic.ledger, CLERK, wanted, stratified_by=by, size=size, seed=seed)


def write(clinic: Clinic, taken: Taken, out: Path) -> Path:
    with clinic.ledger.reading() as connection:
        rows = review_rows(connection, taken.sample, clinic.config, clinic.codes)
    sample_workbook(taken.sample, rows, out, clinic_name="Made-up Clinic")
    return out


def fill(path: Path, answers: Mapping[int, Mapping[str, Any]]) -> Path:
    """Write answers into the rows of claims, by the titles of the columns."""
    book = load_workbook(path)
    sheet = book[SHEET]
    columns = {cell.value: cell.column for cell in sheet[TITLE_ROW]}
    for row in range(TITLE_ROW + 1, sheet.max_row + 1):
        for title, value in answers.get(sheet.cell(row, columns["Claim"]).value, {}).items():
            sheet.cell(row, columns[title]).value = value
    book.save(path)
    return path


def bring_back(
    clinic: Clinic, path: Path, *, actor: str = "dr.who", as_of: date = AS_OF, keep: bool = True
) -> Recorded:
    clinic.ledger.today = as_of
    with clinic.ledger.changing(actor, keep=keep) as transaction:
        read = read_review(transaction.connection, clinic.data_centre, path, as_of)
        return record(transaction, read)


def given(clinic: Clinic, sample_id: int = 1) -> dict[int, Judgement]:
    with clinic.ledger.reading() as connection:
        return judgements(connection, sample_id)


def outcome(clinic: Clinic, taken: Taken) -> Results:
    found = results(taken.sample, given(clinic, taken.sample.sample_id))
    assert found is not None
    return found
