"""The sheet of a sample's workbook that says how to review."""

from dataclasses import replace
from textwrap import wrap

from tpi_billing.audit.sampling.checklist import (
    DAY,
    ELEMENTS,
    REMARK,
    REVIEWER,
    RIGHT,
    SHEET,
    VERDICTS,
)
from tpi_billing.model.sample import Sample
from tpi_billing.reports.wording import count_of
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import CONFIDENTIAL, set_page
from tpi_billing.reports.xlsx.styles import BLUE, BODY, HEADING, PARAGRAPH, STRONG, SUBTITLE, TITLE

_WIDTH = 100

_STEPS = (
    (
        "Pull the chart of each claim, and judge by the chart alone: what is not written there was "
        "not done. What the claim and the export say is shown beside it."
    ),
    (
        f"On the sheet {SHEET}, go through the row: for each element choose yes when the chart "
        "shows it, no when it should and does not, not applicable when the service does not call "
        "for it. Cells that are still to fill in are yellow."
    ),
    (
        "Choose the verdict (below). It is yours: one missing element may or may not make a record "
        "inadequate. The test is whether a colleague of the same specialty, who knows neither the "
        "patient nor the doctor, could tell from the chart what was done and why."
    ),
    (
        f"For partly and other item write in {RIGHT} what should have been paid. It is compared "
        "with what MSP paid, or with the bill while MSP has not answered."
    ),
    (
        f"Say why in {REMARK}; every verdict but supported needs it. {REVIEWER} and {DAY} may be "
        "blank: then they are of whoever brings the workbook back, and of that day."
    ),
    (
        "Sort and filter as you like. Leave the numbers of the claims, the last column and the "
        "sheet About as they are: by them the answers find their claims."
    ),
    (
        "Save, and bring it back: tpi-billing audit review FILE.xlsx. That may be done before all "
        "is finished, and again: new answers are added, changed ones replace the earlier."
    ),
)


def add_sample_help(book: Book, sample: Sample, title: str) -> None:
    """Add the sheet."""
    sheet = book.sheet("How to review", BLUE)
    sheet.ws.sheet_view.showGridLines = False
    sheet.widths(22, _WIDTH)
    set_page(sheet, title, orientation="portrait", pages_tall=1)
    sheet.put(1, 1, "How to review", TITLE)
    sheet.height(1, 28)
    drawn = f"{count_of(len(sample.claims), 'claim')} of {sample.population:,}, drawn at random"
    sheet.put(2, 1, f"{title}  ·  {drawn}", SUBTITLE)
    row = _heading(sheet, 4, "Step by step")
    for number, step in enumerate(_STEPS, 1):
        row = _line(sheet, row, f"{number}.", step)
    row = _heading(sheet, row + 1, "Verdicts")
    for verdict, meaning in VERDICTS.items():
        row = _line(sheet, row, verdict.value, meaning)
    row = _heading(sheet, row + 1, "An adequate medical record (Preamble C.10)")
    for element in ELEMENTS:
        if element.group == "record":
            row = _line(sheet, row, element.title, element.meaning)
    row = _heading(sheet, row + 1, "The note of a trigger point injection")
    for element in ELEMENTS:
        if element.group == "injection":
            row = _line(sheet, row, element.title, element.meaning)
    row = _heading(sheet, row + 1, "Privacy")
    _line(
        sheet,
        row,
        "",
        f"{CONFIDENTIAL}. Keep it where only the reviewers can read it, do not mail it "
        "unprotected, and delete it when the answers are in the ledger.",
    )


def _heading(sheet: Sheet, row: int, text: str) -> int:
    for column in (1, 2):
        sheet.put(row, column, text if column == 1 else None, HEADING)
    return row + 1


def _line(sheet: Sheet, row: int, label: str, text: str) -> int:
    sheet.put(row, 1, label, replace(STRONG, vertical="center", below=BODY.below))
    sheet.put(row, 2, text, replace(PARAGRAPH, vertical="center", below=BODY.below))
    sheet.height(row, 7 + 13 * len(wrap(text, _WIDTH)))
    return row + 1
