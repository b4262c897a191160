"""The Referrals sheet: who referred whom, and what was billed on it."""

from tpi_billing.model.batch import BatchContents
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field
from tpi_billing.reports.totals import ReferralTotal, referral_totals, tie
from tpi_billing.reports.wording import batch_line, batch_title, count_of, money
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import BLUE
from tpi_billing.reports.xlsx.table import put_heading, put_table

_FIELDS: tuple[Field[ReferralTotal], ...] = (
    Field("code", "Code", "text", 7, lambda r: r.code),
    Field("number", "Referrer's number", "text", 11, lambda r: r.number),
    Field("name", "Referrer", "text", 22, lambda r: r.name),
    Field("profession", "Profession", "text", 18, lambda r: r.profession),
    Field("patients", "Referrer's patients", "count", 11, lambda r: r.patients),
    Field("referred_on", "Referred on", "date", 12, lambda r: r.referred_on),
    Field("surname", "Surname", "text", 17, lambda r: r.surname),
    Field("first_name", "First name", "text", 15, lambda r: r.first_name),
    Field("phn", "PHN", "text", 13, lambda r: r.phn),
    Field("claims", "Claims", "count", 9, lambda r: r.claims),
    Field("first_day", "First service", "date", 12, lambda r: r.first_day),
    Field("last_day", "Last service", "date", 12, lambda r: r.last_day),
    Field("amount", "Amount", "money", 12, lambda r: decimal_dollars(r.amount_cents)),
)


def add_referrals(book: Book, contents: BatchContents) -> None:
    """Add the sheet: one row a referral of a patient, claims without any in rows of their own."""
    batch = contents.batch
    rows = referral_totals(contents.claims)
    sheet = book.sheet("Referrals", BLUE)
    amount = sum(row.amount_cents for row in rows)
    state = tie(amount, batch.amount_cents) or "ties to the batch total"
    referrers = len({(row.number, row.name) for row in rows if row.number or row.name})
    line = f"{count_of(referrers, 'referrer')}, total {money(amount)}: {state}"
    put_heading(sheet, "Referrals", batch_line(batch, line))
    put_table(
        sheet,
        "Referrals",
        _FIELDS,
        rows,
        frozen_columns=3,
        nothing="No claims are in this batch.",
    )
    set_page(sheet, batch_title(batch), orientation="landscape")
