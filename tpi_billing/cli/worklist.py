"""`worklist`: everything that waits for a person, the worst deadline first."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing import clock
from tpi_billing.cli.paragraph import WIDTH, chart_number, patient_name, put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_day, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.deadlines import CloseOff
    from tpi_billing.claims.work_items import Kind, Total, WorkItem


def worklist(
    ctx: typer.Context,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="One kind only: answered-void, overdue, due-soon, refused, underpaid, changed, "
            "silent, not-applied, altered, review, referral, rejected, held, unmatched, unsent.",
        ),
    ] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="One month of service only.")
    ] = None,
    before: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day before this one only.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="List so many at most.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write the list as a workbook.")
    ] = None,
) -> Result:
    """List everything that waits for a person, the worst deadline first.

    Held sessions, clean ones that no batch has, batches not sent, what MSP refused, changed or left
    unanswered, its lines that fit no claim: why, what to do, by when, for how much money. Example:
    tpi-billing worklist --before 2026-12-01
    """
    from tpi_billing.claims.deadlines import next_close_off
    from tpi_billing.claims.work_items import chosen, totals
    from tpi_billing.claims.worklist import Worklist
    from tpi_billing.ledger.sessions import Scope, count_open

    settings: Settings = ctx.obj
    wanted, day = _kind(kind), before and parse_day(before, "--before")
    scope = Scope(month=month and parse_month(month), practitioner=practitioner)
    as_of, codes, ledger = settings.as_of, settings.codes, settings.ledger
    now = datetime.fromisoformat(clock.now())
    with ledger.reading() as connection:
        count = count_open(connection, ledger.data_centre, scope)
        with settings.progress("Checking", count) as progress:
            found = Worklist(settings.config, codes, as_of, now).gather(
                connection, scope, progress.advance
            )
    items = chosen(found, wanted, day or None)
    added, close_off = totals(items), next_close_off(codes.calendar, as_of, now)
    if xlsx is not None:
        from tpi_billing.reports.worklist_workbook import worklist_workbook

        title = settings.config.clinic.name
        with settings.patients_go_into(xlsx):
            worklist_workbook(items, xlsx, title=title, as_of=as_of, close_off=close_off)
    shown = items[:limit]
    masker = Screen(unmask=settings.unmask)
    data: dict[str, Any] = {
        "items": [_item_json(item, as_of, masker) for item in shown],
        "totals": {total.kind.value: _total_json(total) for total in added},
        "waiting": len(items),
        "next_close_off": None if close_off is None else _close_off_json(close_off),
        "xlsx": None if xlsx is None else str(xlsx),
    }

    def show(screen: Screen) -> None:
        screen.line(close_off_line(close_off))
        _show_totals(screen, added)
        for item in shown:
            _show_item(screen, item, as_of)
        if len(shown) < len(items):
            screen.line()
            screen.line(f"... and {len(items) - len(shown)} more.")
        if not items:
            screen.line("Nothing waits for anybody.")
        if xlsx is not None:
            screen.line(f"Wrote {xlsx}.")

    return Result(data, show, attention=bool(items))


def _kind(text: str | None) -> "Kind | None":
    from tpi_billing.claims.work_items import Kind

    if text is None:
        return None
    try:
        return Kind(text)
    except ValueError:
        raise UsageError(
            f"There is no kind {text!r}.", hint=f"One of: {', '.join(Kind)}."
        ) from None


def close_off_line(close_off: "CloseOff | None") -> str:
    """Say when the next close-off is, and how far away."""
    if close_off is None:
        return "The next close-off is not in the calendar: add MSP's dates to calendar.toml."
    at = f"Next close-off: {close_off.day} at {close_off.hour}:00 Pacific"
    if close_off.days == 0:
        return f"{at}: today."
    return (
        f"{at}: {counted(close_off.days, 'day')}, {counted(close_off.working_days, 'working day')}."
    )


def _close_off_json(close_off: "CloseOff") -> dict[str, Any]:
    return {
        "date": close_off.day.isoformat(),
        "time": f"{close_off.hour:02}:00",
        "time_zone": close_off.time_zone,
        "days": close_off.days,
        "working_days": close_off.working_days,
    }


def _total_json(total: "Total") -> dict[str, Any]:
    return {
        "items": total.items,
        "sessions": total.sessions,
        "amount": dollars(total.amount_cents),
    }


def _item_json(item: "WorkItem", as_of: date, masker: Screen) -> dict[str, Any]:
    last = item.last_day
    return {
        "kind": item.kind.value,
        "kinds": sorted(item.kinds),
        "subject": item.subject,
        "session_id": item.session_id or None,
        "claim_id": item.claim_id,
        "batch_id": item.batch_id,
        "month": item.month or None,
        "sessions": item.sessions,
        "service_date": item.service_date.isoformat(),
        "last_day": None if last is None else last.isoformat(),
        "days_left": None if last is None else (last - as_of).days,
        "overdue": last is not None and last < as_of,
        "approved": item.approved,
        "amount": None if item.amount_cents is None else dollars(item.amount_cents),
        "outstanding": None if item.outstanding_cents is None else dollars(item.outstanding_cents),
        "record": item.record or None,
        "answered": None if item.answered is None else item.answered.isoformat(),
        "explanatory_codes": [
            reason.explanatory_code for reason in item.reasons if reason.explanatory_code
        ],
        "practitioner_number": masker.masked("practitioner_number", item.practitioner_number),
        "patient": patient_name(masker, item.patient),
        "patient_id": chart_number(masker, item.patient),
        "reasons": [
            {
                "code": reason.code,
                "title": reason.title,
                "message": reason.message,
                "hint": reason.cure,
                "who": reason.who,
                "explanatory_code": reason.explanatory_code or None,
                "field": reason.field or None,
                "column": reason.column or None,
            }
            for reason in item.reasons
        ],
        "file": item.place.file,
        "sheet": item.place.sheet,
        "row": item.place.row,
    }


def _show_totals(screen: Screen, added: Sequence["Total"]) -> None:
    if not added:
        return
    rows = [(t.kind.value, t.items, t.sessions, t.amount_cents) for t in added]
    if len(rows) > 1:
        items, sessions = sum(t.items for t in added), sum(t.sessions for t in added)
        rows.append(("all", items, sessions, sum(t.amount_cents for t in added)))
    screen.table(
        ("kind", "items", "sessions", "amount"),
        ((name, str(items), str(many), dollars(cents)) for name, items, many, cents in rows),
        right=("items", "sessions", "amount"),
    )


def _show_item(screen: Screen, item: "WorkItem", as_of: date) -> None:
    amount = "" if item.amount_cents is None else dollars(item.amount_cents)
    screen.line()
    head = _head(item, as_of).ljust(WIDTH - len(amount) - 1)
    screen.line(f"{head} {amount}".rstrip(), style="bold")
    put(screen, _what(screen, item), "  ")
    for reason in item.reasons:
        put(screen, f"{reason.code}: {reason.message}", "    ")
        put(screen, f"-> {reason.who}: {reason.cure}", "      ", "         ")


def _head(item: "WorkItem", as_of: date) -> str:
    said = _deadline(item, as_of)
    return said if item.kind == "overdue" else f"{item.kind.value}: {said}"


def _deadline(item: "WorkItem", as_of: date) -> str:
    if item.kind == "answered-void":
        return "look at it at once"
    if item.last_day is None:
        return "approved by MSP, whose letter has the last day" if item.approved else "no last day"
    left = (item.last_day - as_of).days
    if left < 0:
        return f"OVERDUE by {counted(-left, 'day')}, last day {item.last_day}"
    if left == 0:
        return f"TODAY is the last day, {item.last_day}"
    return f"{counted(left, 'day')} left, last day {item.last_day}"


def _what(screen: Screen, item: "WorkItem") -> str:
    if item.subject == "month":
        return f"{counted(item.sessions, 'session')} of {item.month}, first on {item.service_date}"
    if item.subject == "batch":
        return f"batch {item.batch_id} of {item.month}, first service on {item.service_date}"
    if item.subject == "row":
        return f"row {item.place.row} of {item.place.file}"
    if item.subject == "line":
        return f"line {item.place.row} of {item.place.file}"
    if item.subject == "remittance":
        return f"{counted(item.sessions, 'session')}, first on {item.service_date}"
    of_claim = item.subject in {"claim", "review"}
    thing = f"claim {item.claim_id} of session" if of_claim else "session"
    chart = chart_number(screen, item.patient)
    parts = [
        f"{thing} {item.session_id}, {item.service_date}",
        f"practitioner {screen.masked('practitioner_number', item.practitioner_number)}",
        patient_name(screen, item.patient),
        f"chart {chart}" if chart else "",
        f"{counted(item.sessions, 'session')} in all" if item.sessions > 1 else "",
    ]
    return ", ".join(part for part in parts if part)
