"""The sheet of a sample's workbook that says how it was drawn, so that it can be drawn again."""

from collections.abc import Mapping
from dataclasses import replace
from textwrap import wrap

from tpi_billing import __version__
from tpi_billing.audit.sampling.checklist import ABOUT, HASH_LABEL, SAMPLE_LABEL
from tpi_billing.audit.sampling.contents import ReviewRow
from tpi_billing.model.money import decimal_dollars
from tpi_billing.model.sample import Sample, Stratum
from tpi_billing.reports.fields import Kind, Value
from tpi_billing.reports.wording import count_of, moment_title, money
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import (
    BODY,
    COLUMN_HEADING,
    GREY,
    HEADING,
    LABEL,
    PARAGRAPH,
    PLAIN,
    TITLE,
    TOTAL,
    Look,
    of_kind,
)

_BY = {
    "": "simple: every claim alike",
    "practitioner": "stratified by practitioner",
    "fee-item": "stratified by fee item",
    "amount": "stratified by the amount billed",
}
_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("Stratum", "text"),
    ("Name", "text"),
    ("Claims", "count"),
    ("Money ($)", "money"),
    ("Drawn", "count"),
)
_NAME_WIDTH = 84
_DRAW = {
    "Which claims": "Those with a service on these days that went to MSP and stand: not those "
    "whose place another claim has taken, nor those paid back whole, nor requests to pay back.",
    "Which of them": "The rank of a claim is the SHA-256 of the seed, a colon and the claim's "
    "number, such as SHA-256 of 7:501. Of each stratum the claims with the lowest ranks are drawn.",
    "How many": "Strata share the sample in proportion to their claims, by the largest remainder; "
    "each has at least one when the size allows.",
    "Money": "What MSP had paid for the claims on the day of the draw, and the bill of those that "
    "it had not answered.",
}


def add_sample_about(
    book: Book, sample: Sample, title: str, examples: Mapping[int, ReviewRow]
) -> None:
    """Add the sheet; `examples` are one row of each stratum, to name what it is about."""
    sheet = book.sheet(ABOUT, GREY)
    sheet.ws.sheet_view.showGridLines = False
    sheet.widths(22, _NAME_WIDTH, 10, 16, 10)
    set_page(sheet, title, orientation="landscape")
    sheet.put(1, 1, "About this sample", TITLE)
    sheet.height(1, 28)
    scope = sample.scope
    population = f"{count_of(sample.population, 'claim')}, {money(sample.population_cents)}"
    facts: tuple[tuple[str, Value], ...] = (
        (SAMPLE_LABEL, str(sample.sample_id)),
        ("Data centre", sample.data_centre),
        ("Service dates", f"{scope.first} to {scope.last}"),
        ("Practitioner", scope.practitioner or "all"),
        ("Population", population),
        ("Size", str(len(sample.claims))),
        ("Seed", str(sample.seed)),
        ("Draw", _BY[sample.stratified_by]),
        ("Drawn", f"{moment_title(sample.drawn_at)} by {sample.drawn_by}"),
        ("As of", sample.drawn_on.isoformat()),
        ("Tool", f"tpi-billing {__version__}"),
        ("Journal entry", str(sample.journal_entry)),
        (HASH_LABEL, sample.journal_hash),
    )
    for row, (label, value) in enumerate(facts, 3):
        sheet.put(row, 1, label, LABEL)
        sheet.put(row, 2, value, PLAIN)
    row = _put_strata(sheet, 3 + len(facts) + 1, sample, examples)
    row = _put_heading(sheet, row + 1, "How it was drawn")
    for label, text in _DRAW.items():
        sheet.put(row, 1, label, replace(LABEL, vertical="top"))
        sheet.put(row, 2, text, PARAGRAPH)
        sheet.height(row, 4 + 13 * len(wrap(text, _NAME_WIDTH)))
        row += 1


def _put_strata(sheet: Sheet, top: int, sample: Sample, examples: Mapping[int, ReviewRow]) -> int:
    row = _put_heading(sheet, top, "Strata")
    for column, (heading, kind) in enumerate(_COLUMNS, 1):
        sheet.put(row, column, heading, of_kind(kind, COLUMN_HEADING))
    for one in sample.strata:
        row += 1
        name = _about(sample, examples.get(one.number))
        _put_stratum(sheet, row, one.name or "all claims", name, one, BODY)
    row += 1
    whole = Stratum(0, "", sample.population, sample.population_cents, len(sample.claims))
    _put_stratum(sheet, row, "Total", "", whole, TOTAL)
    return row + 1


def _put_stratum(sheet: Sheet, row: int, name: str, about: str, one: Stratum, look: Look) -> None:
    sheet.put(row, 1, name, of_kind("text", look))
    sheet.put(row, 2, about, of_kind("text", look))
    sheet.put(row, 3, one.population, of_kind("count", look))
    sheet.put(row, 4, decimal_dollars(one.population_cents), of_kind("money", look))
    sheet.put(row, 5, one.size, of_kind("count", look))


def _about(sample: Sample, example: ReviewRow | None) -> str:
    if example is None:
        return ""
    if sample.stratified_by == "practitioner":
        return example.practitioner_name
    return example.item_title if sample.stratified_by == "fee-item" else ""


def _put_heading(sheet: Sheet, row: int, text: str) -> int:
    for column in range(1, len(_COLUMNS) + 1):
        sheet.put(row, column, text if column == 1 else None, HEADING)
    return row + 1
