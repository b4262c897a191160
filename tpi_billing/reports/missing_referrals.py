"""The workbook of missing referrals: whom to call, for which patients, by when, for how much."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from tpi_billing import __version__
from tpi_billing.claims.missing_referrals import MissingReferrals, ReferrerNeeds, Waiting
from tpi_billing.config import Clinic
from tpi_billing.model.finding import Finding
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field
from tpi_billing.reports.wording import count_of, money
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import AMBER, BLUE, BODY, PALE, RED, Look
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table

NOBODY_KNOWN = "Referrer not known: ask the patient or look into the chart"
# On paper: whom to call about whom. The checks' ids are for the screen.
_LAST_PRINTED = "N"


@dataclass(frozen=True, slots=True)
class _Row:
    """One session of a group."""

    needs: ReferrerNeeds
    one: Waiting


def called(needs: ReferrerNeeds) -> str:
    """Name a referrer: `Dr Norquay`, or his number, or what to do when nobody is known."""
    referrer = needs.referrer
    return (referrer.name or f"No. {referrer.number}") if referrer.known else NOBODY_KNOWN


def asked_for(needs: ReferrerNeeds) -> str:
    """List what is lacking, each thing once, the commonest first."""
    said = [finding.hint for one in needs.waiting for finding in one.findings]
    return " ".join(sorted(dict.fromkeys(said), key=lambda hint: -said.count(hint)))


def missing_workbook(found: MissingReferrals, clinic: Clinic, as_of: date) -> bytes:
    """Return the workbook (XLSX), patients whole; the same findings give the same bytes."""
    book = Book(
        title=f"Missing referrals, {clinic.name}",
        creator=f"tpi-billing {__version__}",
        created=datetime.combine(as_of, time(), UTC),
    )
    _add_referrers(book, found.missing, clinic, as_of)
    _add_sessions(book, "Sessions", RED, found.missing, clinic, as_of)
    _add_sessions(book, "Updates due", AMBER, found.updates, clinic, as_of)
    return book.to_bytes()


def _add_referrers(
    book: Book, groups: Sequence[ReferrerNeeds], clinic: Clinic, as_of: date
) -> None:
    sheet = book.sheet("Whom to call", BLUE)
    amount = sum(group.amount_cents for group in groups)
    line = f"{clinic.name}  ·  {count_of(len(groups), 'call')}, {money(amount)} wait, as of {as_of}"
    put_heading(sheet, "Missing referrals", line)
    put_table(
        sheet,
        "Whom_to_call",
        _referrer_fields(as_of),
        groups,
        frozen_columns=2,
        nothing="No session waits for a referral.",
    )
    set_page(sheet, "Missing referrals", orientation="landscape")


def _referrer_fields(as_of: date) -> tuple[Field[ReferrerNeeds], ...]:
    return (
        Field("number", "Referrer's number", "text", 11, lambda g: g.referrer.number),
        Field("name", "Referrer", "wrapped", 26, called),
        Field("known_from", "Known from", "text", 14, _known_from),
        Field("patients", "Patients", "count", 10, lambda g: g.patients),
        Field("sessions", "Sessions", "count", 10, lambda g: len(g.waiting)),
        Field("amount", "Waiting", "money", 11, lambda g: decimal_dollars(g.amount_cents)),
        Field("last_day", "Last day to submit", "date", 12, lambda g: g.last_day),
        Field("days_left", "Days left", "count", 8, lambda g: (g.last_day - as_of).days),
        Field("what", "What to ask or do", "wrapped", 56, asked_for),
    )


def _known_from(needs: ReferrerNeeds) -> str:
    if not needs.referrer.known:
        return ""
    return "last known" if needs.last_known else "the session"


def _add_sessions(
    book: Book,
    title: str,
    colour: str,
    groups: Sequence[ReferrerNeeds],
    clinic: Clinic,
    as_of: date,
) -> None:
    """Add one row a session; every other referrer is shaded, so that his rows belong together."""
    sheet = book.sheet(title, colour)
    rows = [_Row(group, one) for group in groups for one in group.waiting]
    shaded = {id(group) for group in groups[1::2]}

    def look(_position: int, row: _Row) -> Look:
        return replace(BODY, fill=PALE) if id(row.needs) in shaded else BODY

    line = f"{clinic.name}  ·  {count_of(len(rows), 'session')}, the nearest deadline first"
    put_heading(sheet, title, line)
    put_table(
        sheet,
        title.replace(" ", "_"),
        _session_fields(as_of),
        rows,
        frozen_columns=2,
        nothing="None.",
        look=look,
    )
    if rows:
        sheet.ws.print_area = f"A1:{_LAST_PRINTED}{len(rows) + TABLE_TOP}"
    set_page(sheet, f"{title}, {clinic.name}", orientation="landscape")


def _session_fields(as_of: date) -> tuple[Field[_Row], ...]:
    return (
        Field("number", "Referrer's number", "text", 11, lambda r: r.needs.referrer.number),
        Field("name", "Referrer", "wrapped", 20, lambda r: called(r.needs)),
        Field("known_from", "Known from", "text", 12, _row_known_from),
        Field("surname", "Surname", "wrapped", 14, lambda r: r.one.session.surname),
        Field("first_name", "First name", "wrapped", 12, lambda r: r.one.session.first_name),
        Field("phn", "PHN", "text", 13, _number_of_patient),
        Field("birth_date", "Born", "date", 12, lambda r: r.one.session.birth_date),
        Field("session_id", "Session", "text", 10, lambda r: r.one.session.session_id),
        Field("service_date", "Service date", "date", 12, lambda r: r.one.session.service_date),
        Field("last_day", "Last day to submit", "date", 12, lambda r: r.one.last_day),
        Field("days_left", "Days left", "count", 7, lambda r: (r.one.last_day - as_of).days),
        Field("amount", "Amount", "money", 10, lambda r: decimal_dollars(r.one.amount_cents)),
        Field("message", "What was found", "wrapped", 34, _each(lambda f: f.message)),
        Field("what", "What to do", "wrapped", 38, _each(lambda f: f.hint)),
        Field("referral_id", "In the registry as", "count", 11, lambda r: r.one.referral_id),
        Field("patient_id", "Chart", "text", 10, lambda r: r.one.session.patient_id),
        Field("practitioner", "Practitioner", "text", 12, _practitioner),
        Field("code", "Check", "wrapped", 24, _each(lambda f: f.code, ", ")),
    )


def _row_known_from(row: _Row) -> str:
    if not row.needs.referrer.known:
        return ""
    return "last known" if row.one.last_known else "the session"


def _number_of_patient(row: _Row) -> str:
    session = row.one.session
    return session.phn or session.registration_number


def _practitioner(row: _Row) -> str:
    return row.one.session.practitioner_number


def _each(part: Callable[[Finding], str], between: str = " ") -> Callable[[_Row], str]:
    return lambda row: between.join(part(finding) for finding in row.one.findings)
