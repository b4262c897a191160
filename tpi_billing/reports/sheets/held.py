"""The sheets of what needs a person: held sessions, and notices on billed ones."""

from dataclasses import replace

from tpi_billing.model.batch import BatchContents
from tpi_billing.reports.finding_fields import SEVERITY_ORDER, HeldRow, finding_fields, held_fields
from tpi_billing.reports.wording import batch_line, batch_title, count_of
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import AMBER, BODY, GREY, PALE, RED, Look
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table

# On paper: who, what is wrong, what to do. Where it stands in the file is for the screen.
_LAST_PRINTED = "K"


def add_held(book: Book, contents: BatchContents) -> None:
    """Add the held sessions, the nearest deadline first, one row a finding.

    Every other session is shaded, so that its rows are seen to belong together.
    """
    batch = contents.batch
    sheet = book.sheet("Held sessions", RED)
    held = sorted(contents.held, key=lambda h: (h.last_day, h.practitioner_number, h.session_id))
    rows: list[HeldRow] = []
    looks: list[Look] = []
    for number, session in enumerate(held):
        look = replace(BODY, fill=PALE) if number % 2 else BODY
        findings = sorted(session.findings, key=lambda finding: SEVERITY_ORDER[finding.severity])
        rows.extend((session, finding) for finding in findings)
        looks.extend(look for _ in findings)
    line = f"{count_of(len(held), 'session')} not billed; correct them and bill them next time"
    put_heading(sheet, "Held sessions", batch_line(batch, line))
    put_table(
        sheet,
        "Held_sessions",
        held_fields(dict(batch.practitioner_names), batch.as_of),
        rows,
        frozen_columns=1,
        nothing="No session is held back.",
        look=lambda position, _row: looks[position],
    )
    if rows:
        sheet.ws.print_area = f"A1:{_LAST_PRINTED}{len(rows) + TABLE_TOP}"
    set_page(sheet, batch_title(batch), orientation="landscape")


def add_notices(book: Book, contents: BatchContents) -> None:
    """Add the warnings and infos of the sessions that were billed."""
    sheet = book.sheet("Notices", AMBER if contents.notices else GREY)
    count = count_of(len(contents.notices), "notice")
    line = f"{count} on sessions that were billed"
    put_heading(sheet, "Notices", batch_line(contents.batch, line))
    put_table(
        sheet,
        "Notices",
        finding_fields(),
        contents.notices,
        frozen_columns=1,
        nothing="There is nothing to say about the sessions that were billed.",
    )
    set_page(sheet, batch_title(contents.batch), orientation="landscape")
