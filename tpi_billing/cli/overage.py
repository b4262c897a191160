"""`overage`: what MSP's form asks about claims that are too late, and its approval recorded."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.decisions import Approved, Wanted
    from tpi_billing.claims.overage import Request
    from tpi_billing.codes import Overage


def summary(
    ctx: typer.Context,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write the summary as a workbook.")
    ] = None,
) -> Result:
    """Sum up the overdue sessions as MSP's form asks.

    Dates, number and value of the claims, fee items; which reasons qualify, and what is too old for
    an approval. Example: tpi-billing overage summary --xlsx overage.xlsx
    """
    from tpi_billing.claims.overage import requests
    from tpi_billing.ledger.sessions import Scope, count_open

    settings: Settings = ctx.obj
    ledger, codes, as_of = settings.ledger, settings.codes, settings.as_of
    with ledger.reading() as connection:
        total = count_open(connection, ledger.data_centre, Scope(practitioner=practitioner))
        with settings.progress("Checking", total) as progress:
            found = requests(
                connection, settings.config, codes, as_of, practitioner, progress.advance
            )
    form, masker = codes.overage, Screen(unmask=settings.unmask)
    if xlsx is not None:
        from tpi_billing.reports.overage_workbook import overage_workbook

        title = settings.config.clinic.name
        with settings.patients_go_into(xlsx):
            overage_workbook(found, form, xlsx, title=title, as_of=as_of)
    data: dict[str, Any] = {
        "sessions": sum(len(request.sessions) for request in found),
        "claims": sum(request.claims for request in found),
        "amount": dollars(sum(request.amount_cents for request in found)),
        "requests": [_request_json(request, masker) for request in found],
        "form": {
            "name": form.form,
            "asks": [ask.what for ask in form.asks],
            "reasons": [
                {
                    "reason": reason.reason,
                    "answer": reason.answer,
                    "submission_code": reason.submission_code or None,
                }
                for reason in form.reasons
            ],
        },
        "xlsx": None if xlsx is None else str(xlsx),
    }

    def show(screen: Screen) -> None:
        if not found:
            screen.line("No session is overdue.")
        for request in found:
            _show_request(screen, request, form)
        if found:
            _show_form(screen, form)
        if xlsx is not None:
            screen.line(f"Wrote {xlsx}.")

    return Result(data, show, attention=bool(found))


def approve(
    ctx: typer.Context,
    reference: Annotated[str, typer.Option(metavar="REF", help="As it stands in MSP's letter.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is journaled.")],
    session: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="One session; may be repeated.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First service date.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last service date.")
    ] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="With dates: one practitioner only.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="With sessions: the mapping's name.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the reference in another's place.")
    ] = False,
) -> Result:
    """Record MSP's approval of overdue sessions.

    They can then be billed: their claims have code A and the reference in the note. Example:
    tpi-billing overage approve --reference 12-345 --reason "MSP letter" --session V1005
    """
    from tpi_billing.claims.decisions import Decider

    settings: Settings = ctx.obj
    wanted = _wanted(session, from_, to, practitioner, source)
    decider = Decider(
        settings.ledger, settings.config, settings.codes, settings.as_of, settings.actor
    )
    done = decider.approve(wanted, reference, reason, replace=replace)
    data: dict[str, Any] = {
        "reference": " ".join(reference.split()),
        "approved": [one.session.session_id for one in done.new],
        "already": [one.session.session_id for one in done.already],
        "still_held": [one.session.session_id for one in done.still_held],
        "amount": dollars(done.amount_cents),
    }
    return Result(
        data, lambda screen: _show_approved(screen, done, data), attention=bool(done.still_held)
    )


def _wanted(
    sessions: Sequence[str] | None,
    first: str | None,
    last: str | None,
    practitioner: str | None,
    source: str | None,
) -> "Wanted":
    from tpi_billing.claims.decisions import Wanted

    hint = "Give --session ID (it may be repeated), or --from and --to with service dates."
    if bool(sessions) == bool(first or last):
        raise UsageError("Which sessions are approved: some of them, or those of days?", hint=hint)
    if sessions:
        if practitioner is not None:
            raise UsageError("--practitioner goes with --from and --to.", hint=hint)
        return Wanted(session_ids=tuple(sessions), source=source)
    if not (first and last):
        raise UsageError("--from and --to go together.", hint=hint)
    if source is not None:
        raise UsageError("--source goes with --session.", hint=hint)
    days = parse_day(first, "--from"), parse_day(last, "--to")
    if days[0] > days[1]:
        raise UsageError("--from is after --to.", hint="Both days are included.")
    return Wanted(first=days[0], last=days[1], practitioner=practitioner)


def _request_json(request: "Request", masker: Screen) -> dict[str, Any]:
    return {
        "practitioner_number": masker.masked("practitioner_number", request.practitioner_number),
        "payee_number": masker.masked("payee_number", request.payee_number),
        "first_service_date": request.first.isoformat(),
        "last_service_date": request.last.isoformat(),
        "sessions": [one.assessed.session.session_id for one in request.sessions],
        "claims": request.claims,
        "amount": dollars(request.amount_cents),
        "fee_items": [{"fee_item": item, "claims": count} for item, count in request.fee_items],
        "older_than_approved": request.beyond,
        "lost": request.lost,
        "to_correct": request.to_correct,
    }


def _show_request(screen: Screen, request: "Request", form: "Overage") -> None:
    number = screen.masked("practitioner_number", request.practitioner_number)
    screen.heading(f"Practitioner {number} {request.practitioner_name}")
    screen.facts(
        [
            ("payee", screen.masked("payee_number", request.payee_number)),
            ("service dates", f"{request.first} to {request.last}"),
            ("claims", f"{request.claims} of {counted(len(request.sessions), 'session')}"),
            ("value", dollars(request.amount_cents)),
            ("fee items", ", ".join(f"{item} x{count}" for item, count in request.fee_items)),
        ]
    )
    for line in _warnings(request, form):
        put(screen, f"Warning: {line}")


def _warnings(request: "Request", form: "Overage") -> Iterator[str]:
    whole = f"{form.approved_months} months"
    if request.beyond:
        yield (
            f"{counted(request.beyond, 'session')} older than {whole}: MSP approves that only in "
            "exceptional cases."
        )
    if request.lost:
        yield (
            f"{counted(request.lost, 'session')} older than {form.exceptional_months} months: MSP "
            "does not pay them any more."
        )
    if request.to_correct:
        yield (
            f"{counted(request.to_correct, 'session')} held for something else as well; see "
            "tpi-billing worklist --kind overdue."
        )


def _show_form(screen: Screen, form: "Overage") -> None:
    from tpi_billing.claims.overage import ANSWERS

    screen.heading(f"What the form {form.form} asks")
    for ask in form.asks:
        put(screen, f"- {ask.what}", "  ", "    ")
    screen.heading("Which reasons qualify")
    screen.table(
        ("why it is late", "", "code"),
        (
            (reason.reason, ANSWERS[reason.answer], reason.submission_code)
            for reason in form.reasons
        ),
        wrap=("why it is late",),
    )
    put(screen, form.answer)
    screen.remark("Then: tpi-billing overage approve --reference REF --reason TEXT --session ID")


def _show_approved(screen: Screen, done: "Approved", data: dict[str, Any]) -> None:
    count = len(done.new)
    if count:
        amount = data["amount"]
        screen.line(f"{counted(count, 'session')} approved as {data['reference']}, {amount}.")
    if done.already:
        screen.line(f"{counted(len(done.already), 'session')} had that approval already.")
    if done.still_held:
        names = ", ".join(data["still_held"])
        put(screen, f"Still held for something else: {names}.")
        screen.remark("See tpi-billing worklist --kind held.")
