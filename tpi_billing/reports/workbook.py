"""The workbook of a batch: what billing staff read, sign and file."""

from tpi_billing.model.batch import BatchContents
from tpi_billing.reports.sheets.about import add_about
from tpi_billing.reports.sheets.claims import add_claims
from tpi_billing.reports.sheets.held import add_held, add_notices
from tpi_billing.reports.sheets.referrals import add_referrals
from tpi_billing.reports.sheets.summary import add_summary
from tpi_billing.reports.wording import batch_title, moment_of
from tpi_billing.reports.xlsx.book import Book


def batch_workbook(contents: BatchContents) -> bytes:
    """Return the workbook (XLSX); the same batch gives the same bytes."""
    batch = contents.batch
    book = Book(
        title=f"{batch_title(batch)}, {batch.clinic_name}",
        creator=f"tpi-billing {batch.tool_version}",
        created=moment_of(batch.created_at),
    )
    add_summary(book, contents, dict(batch.item_titles))
    add_claims(book, contents)
    add_referrals(book, contents)
    add_held(book, contents)
    add_notices(book, contents)
    add_about(book, contents)
    return book.to_bytes()
