"""`referrals list`, `updated`, `close`, `reopen`: what the registry has, and what becomes of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings, parse_day

if TYPE_CHECKING:
    from tpi_billing.ledger.referrals import PatientReferral

ReferralId = Annotated[
    int, typer.Argument(metavar="ID", min=1, help="The referral's number in the registry.")
]


def list_(
    ctx: typer.Context,
    is_open: Annotated[
        bool | None, typer.Option("--open/--closed", help="Only open ones, or only closed ones.")
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="One patient: health, registration or chart number."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """List the referrals of the registry.

    A referral is open until it is closed, however old it is.
    Example: tpi-billing referrals list --open
    """
    from tpi_billing.claims.referral_registry import find_referrals, is_closed
    from tpi_billing.reports.wording import count_of

    settings: Settings = ctx.obj
    ledger, as_of = settings.ledger, settings.as_of
    closed = None if is_open is None else not is_open
    with ledger.reading() as connection:
        found = find_referrals(connection, ledger.data_centre, as_of, closed, patient, limit)
    masks = Screen(unmask=settings.unmask)
    rows = [_row(one, masks, closed=is_closed(one.referral, as_of)) for one in found]

    def show(screen: Screen) -> None:
        names = ("referral_id", "patient", "number", "name", "received", "closed_on", "updated_on")
        screen.table(
            ("id", "patient", "number", "referrer", "received", "closed", "last report"),
            (tuple(str(row[name] or "") for name in names) for row in rows),
            right=("id",),
        )
        screen.remark(f"{count_of(len(rows), 'referral')}.")

    return Result({"referrals": rows}, show)


def _row(one: "PatientReferral", masks: Screen, *, closed: bool) -> dict[str, Any]:
    """Write a referral for scripts; its reason and the letter's place may name the patient."""
    referral = one.referral
    return {
        "referral_id": referral.referral_id,
        "patient": _patient(one.patient_key, masks),
        "number": masks.masked("referral_number", referral.number),
        "name": masks.masked("referral_name", referral.name),
        "profession": masks.masked("referral_profession", referral.profession),
        "received": referral.received.isoformat(),
        "reason": masks.masked("note", referral.reason),
        "letter": masks.masked("note", referral.letter),
        "implicit": referral.implicit,
        "implicit_excluded": referral.implicit_excluded,
        "notice_sent": referral.notice_sent and referral.notice_sent.isoformat(),
        "closed_on": referral.closed_on and referral.closed_on.isoformat(),
        "updated_on": referral.updates[-1].isoformat() if referral.updates else None,
        "updates": [day.isoformat() for day in referral.updates],
        "state": "closed" if closed else "open",
    }


def _patient(patient_key: str, masks: Screen) -> str:
    """Name a patient by the number he is known by: `******5434`, `AB ********5012`, `C10023`."""
    from tpi_billing.claims.referral_registry import known_by

    kind, number, beside = known_by(patient_key)
    if kind == "registration":
        return f"{beside} {masks.masked('registration_number', number)}"
    if kind == "phn":
        newborn = "" if beside == "00" else f"/{beside}"
        return masks.masked("phn", number) + newborn
    return masks.masked("patient_id", number)


def updated(
    ctx: typer.Context,
    referral_id: ReferralId,
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day it was sent.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What it was, or where it is.")] = "",
) -> Result:
    """Record a written report to the referrer.

    Continuing care needs one every six months; the referral itself does not run out.
    Example: tpi-billing referrals updated 12 --on 2026-10-31
    """
    from tpi_billing.claims.referral_registry import record_update

    settings: Settings = ctx.obj
    day = parse_day(on, "--on")
    new = record_update(settings.ledger, settings.as_of, settings.actor, referral_id, day, note)
    data = {"referral_id": referral_id, "on": day.isoformat(), "recorded": new}
    done = "Recorded the" if new else "Nothing to do, there is already a"
    return Result(data, lambda s: s.line(f"{done} report of {day} for referral {referral_id}."))


def close(
    ctx: typer.Context,
    referral_id: ReferralId,
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The last day it stands.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the journal.")],
) -> Result:
    """Close a referral.

    Later visits no longer take it; those up to its last day still do. Age alone closes none.
    Example: tpi-billing referrals close 12 --on 2026-10-31 --reason "treatment has ended"
    """
    from tpi_billing.claims.referral_registry import close_referral

    settings: Settings = ctx.obj
    day = parse_day(on, "--on")
    close_referral(settings.ledger, settings.as_of, settings.actor, referral_id, day, reason)
    data = {"referral_id": referral_id, "closed_on": day.isoformat()}
    return Result(data, lambda s: s.line(f"Closed referral {referral_id}; its last day is {day}."))


def reopen(
    ctx: typer.Context,
    referral_id: ReferralId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the journal.")],
) -> Result:
    """Open a referral again that was closed by mistake.

    Example: tpi-billing referrals reopen 12 --reason "closed the wrong one"
    """
    from tpi_billing.claims.referral_registry import reopen_referral

    settings: Settings = ctx.obj
    reopen_referral(settings.ledger, settings.actor, referral_id, reason)
    data = {"referral_id": referral_id, "closed_on": None}
    return Result(data, lambda s: s.line(f"Referral {referral_id} is open again."))
