"""The workbook of over-age claims: what MSP's form asks, and the sessions that it is about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from tpi_billing import __version__
from tpi_billing.claims.overage import ANSWERS, OverdueSession, Request
from tpi_billing.codes import AskedDetail, LateReason, Overage
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field
from tpi_billing.reports.finding_fields import check_title
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.wording import count_of
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import AMBER, BLUE, GREY, RED
from tpi_billing.reports.xlsx.table import put_heading, put_table


def _patient(one: OverdueSession) -> str:
    session = one.assessed.session
    return ", ".join(part for part in (session.surname, session.first_name) if part)


def _age(one: OverdueSession) -> str:
    if one.lost:
        return "Too old for good"
    return "Too old as a rule" if one.beyond else "Can be approved"


def _others(one: OverdueSession) -> str:
    return "; ".join(check_title(code) for code in one.others)


_REQUESTS: tuple[Field[Request], ...] = (
    Field("practitioner", "Practitioner", "text", 13, lambda r: r.practitioner_number),
    Field("name", "Name", "wrapped", 22, lambda r: r.practitioner_name),
    Field("payee", "Payee", "text", 9, lambda r: r.payee_number),
    Field("first", "First service", "date", 13, lambda r: r.first),
    Field("last", "Last service", "date", 13, lambda r: r.last),
    Field("claims", "Claims", "count", 9, lambda r: r.claims),
    Field("value", "Value ($)", "money", 12, lambda r: decimal_dollars(r.amount_cents)),
    Field("items", "Fee items", "wrapped", 30, lambda r: ", ".join(i for i, _ in r.fee_items)),
    Field("beyond", "Too old as a rule", "count", 11, lambda r: r.beyond),
    Field("lost", "Too old for good", "count", 11, lambda r: r.lost),
    Field("to_correct", "To correct first", "count", 11, lambda r: r.to_correct),
)

_SESSIONS: tuple[Field[OverdueSession], ...] = (
    Field("session", "Session", "text", 12, lambda o: o.assessed.session.session_id),
    Field("date", "Service date", "date", 12, lambda o: o.assessed.session.service_date),
    Field("pract", "Practitioner", "text", 13, lambda o: o.assessed.session.practitioner_number),
    Field("patient", "Patient", "wrapped", 22, _patient),
    Field("phn", "PHN", "text", 13, lambda o: o.assessed.session.phn),
    Field("items", "Fee items", "wrapped", 18, lambda o: ", ".join(o.fee_items)),
    Field("amount", "Amount ($)", "money", 12, lambda o: decimal_dollars(o.amount_cents)),
    Field("age", "Age", "wrapped", 22, _age),
    Field("others", "Also held for", "wrapped", 44, _others),
)

_REASONS: tuple[Field[LateReason], ...] = (
    Field("reason", "Why it is late", "wrapped", 60, lambda r: r.reason),
    Field("answer", "What follows", "wrapped", 40, lambda r: ANSWERS[r.answer]),
    Field("code", "Code", "text", 8, lambda r: r.submission_code),
)

_ASKS: tuple[Field[AskedDetail], ...] = (
    Field("what", "What the form asks", "wrapped", 70, lambda a: a.what),
    Field("required", "Required", "text", 11, lambda a: "yes" if a.required else "no"),
    Field("longest", "Characters at most", "count", 12, lambda a: a.longest),
    Field("most", "Entries at most", "count", 11, lambda a: a.most),
)


def overage_workbook(
    requests: Sequence[Request], form: Overage, out: Path, *, title: str, as_of: date
) -> PublishedFile:
    """Publish the requests as a workbook at `out`; names are whole, not masked.

    The same requests give the same bytes. Errors are those of `publish`.
    """
    book = Book(
        title=title,
        creator=f"tpi-billing {__version__}",
        created=datetime.combine(as_of, time(), UTC),
    )
    summary = book.sheet("Request", BLUE)
    claims = count_of(sum(request.claims for request in requests), "claim")
    put_heading(summary, form.title, f"{title}  ·  form {form.form}  ·  {claims} as of {as_of}")
    nothing = "No session is overdue."
    put_table(summary, "Requests", _REQUESTS, requests, nothing=nothing)
    set_page(summary, title, orientation="landscape")
    sheet = book.sheet("Sessions", RED if requests else GREY)
    sessions = [one for request in requests for one in request.sessions]
    put_heading(sheet, "Overdue sessions", count_of(len(sessions), "session"))
    put_table(sheet, "Sessions", _SESSIONS, sessions, frozen_columns=1, nothing=nothing)
    set_page(sheet, title, orientation="landscape")
    reasons = book.sheet("Reasons", AMBER)
    put_heading(reasons, "Which reasons qualify", form.answer)
    put_table(reasons, "Reasons", _REASONS, form.reasons)
    set_page(reasons, title, orientation="landscape")
    asks = book.sheet("Form", GREY)
    put_heading(asks, f"Form {form.form}", form.title)
    put_table(asks, "Form", _ASKS, form.asks)
    set_page(asks, title, orientation="landscape")
    (published,) = publish([NewFile(out, "workbook", book.to_bytes())])
    return published
