"""The workbook of the worklist: how much waits, and every item with why, what to do and by when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from textwrap import wrap

from tpi_billing import __version__
from tpi_billing.claims.deadlines import CloseOff
from tpi_billing.claims.work_items import Kind, Total, WorkItem, totals
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field, Value
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.wording import count_of, month_title
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import AMBER, BLUE, BODY, RED, Look
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table

_KINDS = {
    Kind.ANSWERED_VOID: "Voided here and answered by MSP: perhaps billed twice",
    Kind.OVERDUE: "Overdue: the last day has passed",
    Kind.DUE_SOON: "Due soon: the last day is near",
    Kind.REFUSED: "Refused by MSP",
    Kind.UNDERPAID: "Paid by MSP in part",
    Kind.CHANGED: "Paid by MSP in another way",
    Kind.SILENT: "Sent, and not answered by MSP in time",
    Kind.NOT_APPLIED: "Answered by MSP in a way that does not fit",
    Kind.ALTERED: "Changed in the export after it was billed",
    Kind.REVIEW: "Found wrong by a review of the charts",
    Kind.REFERRAL: "Referral: ask or write to the referrer",
    Kind.REJECTED: "Rejected: a row without a usable id or date",
    Kind.HELD: "Held until it is corrected, or by MSP for long",
    Kind.UNMATCHED: "Lines of MSP's that are of no claim here",
    Kind.UNSENT: "Clean or batched, and not sent",
}
# On paper: what, by when, why and what to do. Where it stands in the file is for the screen.
_LAST_PRINTED = "M"

_TOTALS: tuple[Field[Total], ...] = (
    Field("kind", "What waits", "text", 42, lambda t: _KINDS[t.kind]),
    Field("items", "Items", "count", 11, lambda t: t.items),
    Field("sessions", "Sessions", "count", 11, lambda t: t.sessions),
    Field("amount", "Amount ($)", "money", 14, lambda t: decimal_dollars(t.amount_cents)),
)


def worklist_workbook(
    items: Sequence[WorkItem], out: Path, *, title: str, as_of: date, close_off: CloseOff | None
) -> PublishedFile:
    """Publish the items, in their order, as a workbook at `out`; names are whole, not masked.

    The same items give the same bytes. Errors are those of `publish`.
    """
    book = Book(
        title=title,
        creator=f"tpi-billing {__version__}",
        created=datetime.combine(as_of, time(), UTC),
    )
    summary = book.sheet("Summary", BLUE)
    waits = f"{count_of(len(items), 'item')} as of {as_of}"
    put_heading(summary, title, f"{waits}  ·  {_close_off(close_off)}")
    put_table(summary, "Waiting", _TOTALS, totals(items), nothing="Nothing waits for anybody.")
    set_page(summary, title, orientation="landscape")
    sheet, fields = book.sheet("Worklist", RED), _fields(as_of)
    put_heading(sheet, "Worklist", f"{waits}, the worst deadline first")
    put_table(
        sheet,
        "Worklist",
        fields,
        items,
        frozen_columns=2,
        nothing="Nothing waits for anybody.",
        look=lambda _position, item: _look(item),
    )
    for row, item in enumerate(items, TABLE_TOP + 1):
        if len(item.reasons) > 1:
            sheet.height(row, 4 + 13 * _tallest(fields, item))
    if items:
        sheet.ws.print_area = f"A1:{_LAST_PRINTED}{len(items) + TABLE_TOP}"
    set_page(sheet, title, orientation="landscape")
    (published,) = publish([NewFile(out, "workbook", book.to_bytes())])
    return published


def _close_off(close_off: CloseOff | None) -> str:
    if close_off is None:
        return "the next close-off is not in the calendar"
    left = count_of(close_off.working_days, "working day")
    return f"next close-off {close_off.day}, {close_off.hour}:00 Pacific ({left})"


def _fields(as_of: date) -> tuple[Field[WorkItem], ...]:
    def days(item: WorkItem) -> Value:
        return None if item.last_day is None else (item.last_day - as_of).days

    return (
        Field("kind", "Kind", "text", 10, lambda i: i.kind.value),
        Field("last_day", "Last day", "date", 12, lambda i: i.last_day),
        Field("days_left", "Days left", "count", 8, days),
        Field("amount", "Amount ($)", "money", 12, _amount),
        Field("what", "What", "wrapped", 18, _what),
        Field("service_date", "Service date", "date", 12, lambda i: i.service_date),
        Field("practitioner", "Practitioner", "text", 13, lambda i: i.practitioner_number),
        Field("patient", "Patient", "wrapped", 18, _patient),
        Field("chart", "Chart", "text", 11, lambda i: i.patient.patient_id if i.patient else ""),
        Field("title", "What is wrong", "wrapped", 26, _titles),
        Field("why", "Why", "wrapped", 40, lambda i: _lines([r.message for r in i.reasons])),
        Field("cure", "What to do", "wrapped", 44, lambda i: _lines([r.cure for r in i.reasons])),
        Field("who", "Who", "wrapped", 13, lambda i: _lines([r.who for r in i.reasons])),
        Field("codes", "Code", "wrapped", 8, lambda i: _lines(_codes(i))),
        Field("field", "Field", "wrapped", 20, lambda i: _lines(_at_fault(i))),
        Field("outstanding", "Outstanding ($)", "money", 13, _outstanding),
        Field("checks", "Check", "wrapped", 22, lambda i: _lines([r.code for r in i.reasons])),
        Field("claim", "Claim", "count", 8, lambda i: i.claim_id),
        Field("batch", "Batch", "count", 8, lambda i: i.batch_id),
        Field("file", "File", "wrapped", 18, lambda i: i.place.file),
        Field("sheet", "Sheet", "text", 10, lambda i: i.place.sheet),
        Field("row", "Row", "count", 8, lambda i: i.place.row),
    )


def _amount(item: WorkItem) -> Value:
    return None if item.amount_cents is None else decimal_dollars(item.amount_cents)


def _outstanding(item: WorkItem) -> Value:
    return None if item.outstanding_cents is None else decimal_dollars(item.outstanding_cents)


def _codes(item: WorkItem) -> list[str]:
    return [reason.explanatory_code for reason in item.reasons if reason.explanatory_code]


def _at_fault(item: WorkItem) -> list[str]:
    """Name the fields at fault with the session columns they come from: `P42 referral_number`."""
    return [f"{r.field} {r.column}".rstrip() for r in item.reasons if r.field]


def _what(item: WorkItem) -> str:
    sessions = count_of(item.sessions, "session")
    named = {
        "month": f"{sessions} of {month_title(item.month)}" if item.month else "",
        "batch": f"Batch {item.batch_id}, {month_title(item.month)}" if item.month else "",
        "row": f"Row {item.place.row}",
        "line": f"MSP's {item.record or 'lines'}",
        "remittance": f"Remittance with {sessions}",
    }
    if item.subject in named:
        return named[item.subject]
    if item.sessions > 1:
        return f"{item.session_id} and {item.sessions - 1} more"
    return item.session_id


def _patient(item: WorkItem) -> str:
    person = item.patient
    return "" if person is None else ", ".join(p for p in (person.surname, person.first_name) if p)


def _titles(item: WorkItem) -> str:
    return _lines([reason.title for reason in item.reasons])


def _lines(texts: Sequence[str]) -> str:
    """Join what several reasons say, each once and on a line of its own."""
    return "\n".join(dict.fromkeys(texts))


def _tallest(fields: Sequence[Field[WorkItem]], item: WorkItem) -> int:
    """Count the lines of the tallest cell, in which each reason begins a new one."""
    return max(
        sum(len(wrap(line, field.width)) for line in str(field.value(item)).splitlines())
        for field in fields
        if field.kind == "wrapped"
    )


def _look(item: WorkItem) -> Look:
    if Kind.OVERDUE in item.kinds:
        return replace(BODY, colour=RED)
    return replace(BODY, colour=AMBER) if Kind.DUE_SOON in item.kinds else BODY
