"""The Summary sheet: the batch on one page, with totals that tie and lines to sign on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tpi_billing.model.batch import Batch, BatchContents
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Value
from tpi_billing.reports.finding_fields import check_title
from tpi_billing.reports.totals import Total, reasons, tie, total_of, totals_by
from tpi_billing.reports.wording import batch_title, count_of, moment_title, month_title
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.chart import put_bar_chart
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import (
    BAD,
    BLUE,
    BODY,
    COLUMN_HEADING,
    GOOD,
    HEADING,
    LABEL,
    PLAIN,
    STRONG,
    SUBTITLE,
    TITLE,
    TOTAL,
    of_kind,
)

_RIGHT = 8  # the column of the chart and the held sessions
_TABLES = 12  # the first row below the facts
_CHART_ROWS = 16
_NAME_WIDTH = 50  # characters that fit into one line of the names
_TWO_LINES = 27
_MOST_BARS = 12
_MOST_REASONS = 6


def add_summary(book: Book, contents: BatchContents, titles: Mapping[str, str]) -> None:
    """Add the sheet; `titles` names fee items."""
    batch, claims = contents.batch, contents.claims
    sheet = book.sheet("Summary", BLUE)
    sheet.widths(13, 46, 8, 8, 13, 20, 2, 44, 11)
    sheet.ws.sheet_view.showGridLines = False
    # No row height for the whole sheet: LibreOffice would leave the last row unprinted.
    set_page(sheet, batch_title(batch), orientation="landscape", pages_tall=1)
    sheet.put(1, 1, f"MSP claims of {month_title(batch.month)}", TITLE)
    sheet.height(1, 28)
    sheet.put(2, 1, f"{batch.clinic_name}  ·  Batch {batch.batch_id}", SUBTITLE)
    _put_facts(sheet, batch, len(contents.notices))

    names = dict(batch.practitioner_names)
    items = totals_by(claims, lambda claim: claim.fee_item, titles)
    row = _TABLES
    blocks = (
        ("By practitioner", totals_by(claims, lambda claim: claim.practitioner_number, names)),
        ("By fee item", items),
        ("By insurer", totals_by(claims, lambda claim: claim.insurer, {})),
    )
    everything = total_of(claims, "Total")
    for heading, totals in blocks:
        if heading == "By fee item":
            _put_chart(sheet, items[:_MOST_BARS], row + 2, whole=len(items) <= _MOST_BARS)
        row = _put_totals(sheet, row, heading, totals, everything, batch)
    below_chart = _TABLES + (_CHART_ROWS + 2 if items else 0)
    bottom = _put_reasons(sheet, below_chart, contents)
    _put_signatures(sheet, max(row, bottom + 1))


def _put_facts(sheet: Sheet, batch: Batch, notices: int) -> None:
    contact = ", ".join(part for part in (batch.contact_name, batch.contact_phone) if part)
    left: tuple[tuple[str, Value], ...] = (
        ("Clinic", batch.clinic_name),
        ("Data centre", batch.data_centre),
        ("Payee", batch.payee_number),
        ("Practitioners", batch.practitioner_filter or "all"),
        ("Contact", contact),
        ("Checked as of", batch.as_of.isoformat()),
        ("Made by", f"{batch.created_by}, {moment_title(batch.created_at)}"),
    )
    for row, (label, value) in enumerate(left, 4):
        sheet.put(row, 1, label, LABEL)
        sheet.put(row, 2, value, PLAIN)
    money = replace(of_kind("money", STRONG), number_format='"$"#,##0.00')
    figures: tuple[tuple[str, Value, bool], ...] = (
        ("Amount of the batch", decimal_dollars(batch.amount_cents), True),
        ("Claims", batch.claims, False),
        ("Sessions billed", batch.sessions, False),
        ("Sessions held back", batch.held, False),
        ("Notices on billed sessions", notices, False),
    )
    for row, (label, figure, is_money) in enumerate(figures, 4):
        sheet.put(row, _RIGHT, label, LABEL)
        sheet.put(row, _RIGHT + 1, figure, money if is_money else of_kind("count", STRONG))


def _put_totals(
    sheet: Sheet,
    top: int,
    heading: str,
    totals: Sequence[Total],
    everything: Total,
    batch: Batch,
) -> int:
    """Write one block of totals; return the row where the next may begin."""
    for column in range(1, 6):
        sheet.put(top, column, heading if column == 1 else None, HEADING)
    for column, title in enumerate(("Number", "Name", "Claims", "Units", "Amount"), 1):
        look = of_kind("text" if column < 3 else "count", COLUMN_HEADING)
        sheet.put(top + 1, column, title, look)
    row = top + 2
    for total in totals:
        _put_total(sheet, row, total, dim=False)
        row += 1
    _put_total(sheet, row, everything, dim=True)
    problem = tie(sum(total.amount_cents for total in totals), batch.amount_cents)
    sheet.put(row, 6, problem or "ties to the batch total", BAD if problem else GOOD)
    return row + 2


def _put_total(sheet: Sheet, row: int, total: Total, *, dim: bool) -> None:
    look = TOTAL if dim else BODY
    sheet.put(row, 1, total.code, of_kind("text", look))
    sheet.put(row, 2, total.name, of_kind("wrapped", look))
    if len(total.name) > _NAME_WIDTH:
        sheet.height(row, _TWO_LINES)
    sheet.put(row, 3, total.claims, of_kind("count", look))
    sheet.put(row, 4, total.units, of_kind("count", look))
    sheet.put(row, 5, decimal_dollars(total.amount_cents), of_kind("money", look))


def _put_chart(sheet: Sheet, items: Sequence[Total], first_row: int, *, whole: bool) -> None:
    if not items:
        return
    put_bar_chart(
        sheet,
        ("H", _TABLES, "I", _TABLES + _CHART_ROWS),
        "Amount by fee item, dollars" if whole else "Amount by fee item, dollars (largest)",
        [(item.code, decimal_dollars(item.amount_cents)) for item in items],
        first_row=first_row,
        label_column="A",
        amount_column="E",
    )


def _put_reasons(sheet: Sheet, top: int, contents: BatchContents) -> int:
    """Write why sessions were held; return the last row used."""
    sheet.put(top, _RIGHT, "Why sessions are held back", HEADING)
    sheet.put(top, _RIGHT + 1, "Sessions", replace(of_kind("count", HEADING), size=9))
    counted = reasons(contents.held)
    if not counted:
        sheet.put(top + 1, _RIGHT, "No session is held back.", LABEL)
        return top + 1
    row = top
    for code, sessions in counted[:_MOST_REASONS]:
        row += 1
        sheet.put(row, _RIGHT, check_title(code), replace(BODY, wrap=True))
        sheet.put(row, _RIGHT + 1, sessions, of_kind("count"))
    if len(counted) > _MOST_REASONS:
        row += 1
        others = count_of(len(counted) - _MOST_REASONS, "more reason")
        sheet.put(row, _RIGHT, f"and {others}, see Held sessions", LABEL)
    return row


def _put_signatures(sheet: Sheet, top: int) -> None:
    line = replace(PLAIN, below="thin")
    for row, label in ((top, "Prepared by"), (top + 1, "Approved by")):
        sheet.height(row, 30)
        sheet.put(row, 1, label, LABEL)
        sheet.put(row, 2, None, line)
        sheet.put(row, 4, "Date", replace(LABEL, horizontal="right"))
        sheet.put(row, 5, None, line)
        sheet.put(row, 6, None, line)
