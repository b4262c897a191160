"""The claims of a batch as CSV: for programs, and for spreadsheets that take no workbook.

UTF-8 with a byte order mark (Excel on Windows needs it to show accents), commas, CRLF, a header
row of stable names (`claim_fields`), one row a claim. Amounts are dollars such as `77.92`, dates
`2026-10-31`, times `09:15`, percentages whole numbers, blank where there is nothing.

Rule for text: if it could be taken for a formula, or begins with an apostrophe, one apostrophe is
put in front. A program gets the exact text back by taking one leading apostrophe off.
"""

import csv
import io
from datetime import date, time
from decimal import Decimal

from tpi_billing.model.batch import BatchContents
from tpi_billing.model.cell_text import cell_text, looks_like_formula
from tpi_billing.reports.claim_fields import claim_fields
from tpi_billing.reports.fields import Value


def claims_csv(contents: BatchContents) -> bytes:
    """Return the CSV of all claims of the batch; the same batch gives the same bytes."""
    fields = claim_fields(dict(contents.batch.practitioner_names))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in fields])
    for claim in contents.claims:
        writer.writerow([written(field.value(claim)) for field in fields])
    return out.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    clean = cell_text(text)
    return f"'{clean}" if clean.startswith("'") or looks_like_formula(clean) else clean


def written(value: Value) -> str:
    """Return a value as a cell of such a file."""
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case int():
            return str(value)
