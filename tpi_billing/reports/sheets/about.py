"""The About sheet: what the workbook was made from, so that it can be checked years later."""

from dataclasses import replace

from tpi_billing.model.batch import BatchContents, SourceFile
from tpi_billing.reports.fields import Value
from tpi_billing.reports.wording import batch_title, moment_title
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import CONFIDENTIAL, set_page
from tpi_billing.reports.xlsx.styles import (
    BODY,
    COLUMN_HEADING,
    GREY,
    HEADING,
    LABEL,
    PARAGRAPH,
    TITLE,
    of_kind,
)

_SHEETS = (
    ("Summary", "The batch on one page: totals that tie, why sessions were held, signatures."),
    ("Claims", "Every claim of the batch with every field that MSP is sent. Amounts in dollars."),
    ("Referrals", "Who referred whom, and what was billed on that referral."),
    ("Held sessions", "Sessions that were not billed: what is wrong, what to do, until when."),
    ("Notices", "What a person may want to look at among the sessions that were billed."),
)
_PRIVACY = (
    f"{CONFIDENTIAL}. Keep this file where only billing staff can read it, do not mail it "
    "unprotected, and shred printed pages that are not filed."
)
_SOURCE_TITLES = ("File", "Sheet", "Read as", "Imported by", "Imported at", "SHA-256")


def add_about(book: Book, contents: BatchContents) -> None:
    """Add the sheet."""
    batch = contents.batch
    sheet = book.sheet("About", GREY)
    sheet.ws.sheet_view.showGridLines = False
    sheet.widths(26, 16, 14, 16, 22, 70)
    set_page(sheet, batch_title(batch), orientation="landscape")
    sheet.put(1, 1, "About this workbook", TITLE)
    sheet.height(1, 28)
    facts: tuple[tuple[str, Value], ...] = (
        ("Batch", batch_title(batch)),
        ("Made", f"{moment_title(batch.created_at)} by {batch.created_by}"),
        ("Checked as of", batch.as_of.isoformat()),
        ("Tool", f"tpi-billing {batch.tool_version}"),
        ("Fee schedule", ", ".join(batch.editions)),
        ("Journal entry", str(batch.journal_entry)),
        ("Journal hash", batch.journal_hash),
    )
    row = 3
    for label, value in facts:
        sheet.put(row, 1, label, LABEL)
        sheet.put(row, 2, value)
        row += 1
    row = _put_sources(sheet, row + 1, contents.sources)
    row = _put_heading(sheet, row + 1, "Sheets")
    for title, text in _SHEETS:
        sheet.put(row, 1, title, LABEL)
        sheet.put(row, 2, text)
        row += 1
    row = _put_heading(sheet, row + 1, "Privacy")
    sheet.put(row, 1, _PRIVACY, replace(PARAGRAPH, wrap=False))


def _put_sources(sheet: Sheet, top: int, sources: tuple[SourceFile, ...]) -> int:
    row = _put_heading(sheet, top, "Files that the sessions came from")
    if not sources:
        sheet.put(row, 1, "None is recorded.", LABEL)
        return row + 1
    for column, title in enumerate(_SOURCE_TITLES, 1):
        sheet.put(row, column, title, of_kind("text", COLUMN_HEADING))
    for source in sources:
        row += 1
        values = (
            source.name,
            source.sheet,
            source.source,
            source.imported_by,
            moment_title(source.imported_at),
            source.sha256,
        )
        for column, value in enumerate(values, 1):
            sheet.put(row, column, value, of_kind("wrapped", BODY))
    return row + 1


def _put_heading(sheet: Sheet, row: int, text: str) -> int:
    for column in range(1, len(_SOURCE_TITLES) + 1):
        sheet.put(row, column, text if column == 1 else None, HEADING)
    return row + 1
