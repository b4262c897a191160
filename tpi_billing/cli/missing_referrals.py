"""`referrals missing`: whom to call for what, as a list, a workbook and letters to fax."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.missing_referrals import MissingReferrals, ReferrerNeeds, Waiting
    from tpi_billing.reports.letters import Letter

_NOBODY = "Referrer not known: ask the patient or look into the chart"


def missing(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="One month only.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write the list as a workbook.")
    ] = None,
    letters: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a letter to each referrer, to print and fax."),
    ] = None,
) -> Result:
    """Say whom to call for referrals that are missing.

    Unbilled visits whose referral is lacking or wrong, by referrer, the worst deadline first; and
    written reports that are due to referrers. Names are whole in the workbook and the letters.
    Example: tpi-billing referrals missing --month 2026-10 --letters faxes
    """
    from tpi_billing.claims.missing_referrals import missing_referrals
    from tpi_billing.intake.saving import require_xlsx
    from tpi_billing.ledger.sessions import Scope, count_open

    settings: Settings = ctx.obj
    if xlsx is not None:
        require_xlsx(xlsx)
    scope = Scope(month=month and parse_month(month))
    ledger = settings.ledger
    with ledger.reading() as connection:
        total = count_open(connection, ledger.data_centre, scope)
        with settings.progress("Checking", total) as progress:
            found = missing_referrals(
                connection,
                settings.config,
                settings.codes,
                settings.as_of,
                scope,
                advance=progress.advance,
            )
    written = _publish(settings, found, xlsx, letters)
    data: dict[str, Any] = {
        "referrers": [_group(group, settings) for group in found.missing],
        "updates_due": [_group(group, settings) for group in found.updates],
        "amount": dollars(sum(group.amount_cents for group in found.missing)),
        "xlsx": None if xlsx is None else str(xlsx),
        "letters": written,
    }

    def show(screen: Screen) -> None:
        _show(screen, found, settings)
        if xlsx is not None:
            screen.line(f"Wrote {xlsx}.")
        for path in written:
            screen.line(f"Wrote {path}.")
        if letters is not None and not written:
            screen.line("No letter was written: there is nobody to write to.")

    return Result(data, show, found.findings, attention=bool(found.missing or found.updates))


def _publish(
    settings: Settings, found: "MissingReferrals", xlsx: Path | None, folder: Path | None
) -> list[str]:
    """Write workbook and letters, all or none, and journal the letters; return their paths."""
    from tpi_billing.claims.referral_registry import record_letters
    from tpi_billing.reports.publishing import NewFile, publish

    config, as_of = settings.config, settings.as_of
    made: list[Letter] = []
    if folder is not None:
        from tpi_billing.reports.letters import letters

        made = letters(found, config, as_of, folder)
    files = [letter.file for letter in made]
    if xlsx is not None:
        from tpi_billing.reports.missing_referrals import missing_workbook

        files.append(NewFile(xlsx, "workbook", missing_workbook(found, config.clinic, as_of)))
    with nullcontext() if xlsx is None else settings.patients_go_into(xlsx):
        publish(files)
    if made:
        record_letters(
            settings.ledger,
            settings.actor,
            [
                {
                    "file": letter.file.path.name,
                    "sha256": letter.file.sha256,
                    "subject": letter.subject,
                    "referral_number": letter.needs.referrer.number,
                    "session_ids": [one.session.session_id for one in letter.needs.waiting],
                }
                for letter in made
            ],
        )
    return [str(letter.file.path) for letter in made]


def _group(group: "ReferrerNeeds", settings: Settings) -> dict[str, Any]:
    masks = Screen(unmask=settings.unmask)
    return {
        "number": masks.masked("referral_number", group.referrer.number),
        "name": masks.masked("referral_name", group.referrer.name),
        "last_known": group.last_known,
        "patients": group.patients,
        "sessions": len(group.waiting),
        "amount": dollars(group.amount_cents),
        "last_day": group.last_day.isoformat(),
        "days_left": (group.last_day - settings.as_of).days,
        "needs": [_need(one, masks) for one in group.waiting],
    }


def _need(one: "Waiting", masks: Screen) -> dict[str, Any]:
    session = one.session
    return {
        "session_id": session.session_id,
        "service_date": session.service_date.isoformat(),
        "last_day": one.last_day.isoformat(),
        "amount": dollars(one.amount_cents),
        "patient": _patient(one, masks),
        "last_known": one.last_known,
        "referral_id": one.referral_id,
        "codes": [finding.code for finding in one.findings],
        "messages": [finding.message for finding in one.findings],
        "hints": [finding.hint for finding in one.findings],
    }


def _patient(one: "Waiting", masks: Screen) -> str:
    """Name a patient as the screen may: `N. O. ******5434`, with what the visit has of it."""
    session = one.session
    parts = (
        masks.masked("patient_first_name", session.first_name),
        masks.masked("patient_surname", session.surname),
        masks.masked("phn", session.phn)
        or masks.masked("registration_number", session.registration_number)
        or masks.masked("patient_id", session.patient_id),
    )
    return " ".join(part for part in parts if part)


def _show(screen: Screen, found: "MissingReferrals", settings: Settings) -> None:
    from tpi_billing.reports.wording import count_of

    if not found.missing:
        screen.line("No visit waits for a referral.")
    else:
        visits = count_of(sum(len(group.waiting) for group in found.missing), "visit")
        amount = dollars(sum(group.amount_cents for group in found.missing))
        screen.line(f"Waiting for a referral: {visits}, {amount}. Whom to call:")
        _show_groups(screen, found.missing, settings)
        screen.remark("Names are whole in --xlsx and --letters, and here with --unmask.")
    if found.updates:
        screen.heading("Written reports that are due to referrers")
        _show_groups(screen, found.updates, settings)
        screen.remark("When one is sent: tpi-billing referrals updated ID --on YYYY-MM-DD")
    screen.line()


def _show_groups(screen: Screen, groups: "Sequence[ReferrerNeeds]", settings: Settings) -> None:
    from tpi_billing.reports.wording import count_of

    for group in groups:
        screen.heading(_called(screen, group))
        left = (group.last_day - settings.as_of).days
        time = f"{count_of(left, 'day')} left" if left >= 0 else "OVERDUE"
        screen.line(
            f"{count_of(group.patients, 'patient')}, {count_of(len(group.waiting), 'visit')}, "
            f"{dollars(group.amount_cents)}, last day {group.last_day} ({time})"
        )
        screen.table(
            ("patient", "visit", "date", "amount", "what is needed"),
            (
                (
                    _patient(one, screen),
                    one.session.session_id,
                    one.session.service_date.isoformat(),
                    dollars(one.amount_cents),
                    _needed(one, group),
                )
                for one in group.waiting
            ),
            right=("amount",),
            wrap=("patient", "visit", "what is needed"),
        )


def _called(screen: Screen, group: "ReferrerNeeds") -> str:
    referrer = group.referrer
    if not referrer.known:
        return _NOBODY
    name = screen.masked("referral_name", referrer.name)
    number = screen.masked("referral_number", referrer.number)
    said = " ".join(part for part in (number, name) if part)
    return f"last known: {said}" if group.last_known else said


def _needed(one: "Waiting", group: "ReferrerNeeds") -> str:
    parts = [finding.hint for finding in one.findings]
    if one.last_known and group.referrer.known and not group.last_known:
        parts.insert(0, "Last known referrer.")
    if any(finding.code == "referral-update-due" for finding in one.findings):
        named = f"It is referral {one.referral_id} of the registry."
        parts.append(named if one.referral_id else "Add the referral to the registry first.")
    return " ".join(parts)
