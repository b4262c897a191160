"""The Claims sheet: one row a claim, every field of it."""

from tpi_billing.model.batch import BatchContents
from tpi_billing.reports.claim_fields import claim_fields
from tpi_billing.reports.totals import tie
from tpi_billing.reports.wording import batch_title, count_of, money
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import BLUE
from tpi_billing.reports.xlsx.table import put_heading, put_table

_FROZEN = 4  # claim, folio, sequence number and session stay in sight
_PAGES_WIDE = 4


def add_claims(book: Book, contents: BatchContents) -> None:
    """Add the sheet; its second line gives the total and whether it ties."""
    batch, claims = contents.batch, contents.claims
    sheet = book.sheet("Claims", BLUE)
    amount = sum(claim.amount_cents for claim in claims)
    state = tie(amount, batch.amount_cents) or "ties"
    # Short: these columns are repeated on every page, and cut off what runs over them.
    put_heading(sheet, "Claims", f"{count_of(len(claims), 'claim')}, {money(amount)}: {state}")
    put_table(
        sheet,
        "Claims",
        claim_fields(dict(batch.practitioner_names)),
        claims,
        frozen_columns=_FROZEN,
        nothing="No claims are in this batch.",
    )
    sheet.ws.print_title_cols = "A:D"
    set_page(sheet, batch_title(batch), orientation="landscape", pages_wide=_PAGES_WIDE)
