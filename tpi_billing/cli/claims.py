"""`claims`: look at claims."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.money import dollars

_CODE = re.compile(r"[0-9A-Z*]{2}")


def list_(
    ctx: typer.Context,
    batch: Annotated[int | None, typer.Option(metavar="ID", help="One batch only.")] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="One month of service only.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="One state only, e.g. batched.")
    ] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
    session: Annotated[str | None, typer.Option(metavar="ID", help="One session only.")] = None,
    code: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Answered with this explanatory code only, e.g. AF."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """List claims.

    Example: tpi-billing claims list --batch 1
    """
    from tpi_billing.claims.listing import list_claims
    from tpi_billing.ledger.batches import list_batches
    from tpi_billing.ledger.claims import ClaimFilter

    settings: Settings = ctx.obj
    if state is not None and state not in set(ClaimState):
        raise UsageError(
            f"There is no state {state!r}.", hint="One of: " + ", ".join(ClaimState) + "."
        )
    wanted = ClaimFilter(batch, state, month and parse_month(month), practitioner, session, limit)
    with settings.ledger.reading() as connection:
        if batch is not None and not list_batches(
            connection, settings.ledger.data_centre, only=batch
        ):
            raise UsageError(f"There is no batch {batch}.", hint="See tpi-billing batch list.")
        found = list_claims(connection, settings.ledger.data_centre, wanted, _code(code))
    claims = [claim for claim, _ in found]
    data = {"claims": [claim_row(claim, codes) for claim, codes in found]}

    def show(screen: Screen) -> None:
        _table(screen, found)
        live = [claim for claim in claims if claim.state is not ClaimState.VOID]
        void = len(claims) - len(live)
        total = dollars(sum(claim.amount_cents for claim in live))
        screen.remark(
            f"{counted(len(live), 'claim')}, {total}."
            + (f" {counted(void, 'void claim')} not counted." if void else "")
        )

    return Result(data, show)


def _code(text: str | None) -> str | None:
    """Return an explanatory code as MSP writes it; UsageError for what cannot be one."""
    if text is None:
        return None
    code = text.strip().upper()
    if _CODE.fullmatch(code) is None:
        raise UsageError(
            "An explanatory code has two characters.", hint="See tpi-billing codes search WORD."
        )
    return code


def _table(screen: Screen, found: Sequence[tuple[Claim, Sequence[str]]]) -> None:
    """Write a table; what MSP says has columns once it has said anything."""
    answered = any(claim.paid_cents is not None or codes for claim, codes in found)
    said = ("amount", "paid", "codes") if answered else ("units", "amount", "%")
    screen.table(
        ("claim", "session", "date", "pract.", "item", *said, "state"),
        (
            (
                str(claim.claim_id),
                claim.session_id,
                claim.service_date.isoformat(),
                claim.practitioner_number,
                *(_answered(claim, codes) if answered else _unanswered(claim)),
                claim.state.value,
            )
            for claim, codes in found
        ),
        right=("claim", "units", "%", "amount", "paid"),
        wrap=("session", "codes", "state"),
    )


def _answered(claim: Claim, codes: Sequence[str]) -> tuple[str, ...]:
    item = claim.fee_item if claim.units == 1 else f"{claim.fee_item} x {claim.units}"
    paid = "" if claim.paid_cents is None else dollars(claim.paid_cents)
    return item, dollars(claim.amount_cents), paid, " ".join(codes)


def _unanswered(claim: Claim) -> tuple[str, ...]:
    units, percent = str(claim.units), str(claim.percent)
    return claim.fee_item, units, dollars(claim.amount_cents), percent


def claim_row(claim: Claim, codes: Sequence[str] = ()) -> dict[str, Any]:
    """Write a claim for scripts; `codes` are those of the line that put it where it is."""
    return {
        "claim_id": claim.claim_id,
        "session_ids": [claim.session_id],
        "batch_id": claim.batch_id,
        "state": claim.state.value,
        "practitioner_number": claim.practitioner_number,
        "service_date": claim.service_date.isoformat(),
        "fee_item": claim.fee_item,
        "units": claim.units,
        "amount": dollars(claim.amount_cents),
        "office_folio": claim.office_folio,
        "sequence_number": claim.sequence_number,
        "paid_amount": None if claim.paid_cents is None else dollars(claim.paid_cents),
        "explanatory_codes": list(codes),
    }


def show(
    ctx: typer.Context,
    claim_id: Annotated[int, typer.Argument(metavar="ID", min=1, help="The claim's number.")],
) -> Result:
    """Show one claim: what became of it, what comes next, and every field.

    Example: tpi-billing claims show 17
    """
    from tpi_billing.claims.life import life_of
    from tpi_billing.cli.claim_life import life_json, show_life
    from tpi_billing.ledger.claims import find_claim

    settings: Settings = ctx.obj
    ledger, soon = settings.ledger, settings.config.policy.due_soon_days
    with ledger.reading() as connection:
        claim = find_claim(connection, ledger.data_centre, claim_id)
        if claim is None:
            raise UsageError(f"There is no claim {claim_id}.", hint="See tpi-billing claims list.")
        life = life_of(connection, ledger.data_centre, claim, settings.codes, settings.as_of, soon)
    details = _details(claim, Screen(unmask=settings.unmask))
    data = {
        **claim_row(claim, life.codes),
        **{name.replace(" ", "_"): text for name, text in details},
        **life_json(life, settings.codes, settings.as_of),
    }

    def show(screen: Screen) -> None:
        screen.heading(f"Claim {claim.claim_id}: {claim.state}")
        show_life(screen, life, settings.codes, settings.as_of)
        _show_fields(screen, claim, details)

    return Result(data, show)


def _details(claim: Claim, screen: Screen) -> list[tuple[str, str]]:
    born = claim.birth_date.isoformat() if claim.birth_date else ""
    referred = claim.referral_date.isoformat() if claim.referral_date else ""
    return [
        ("payee number", claim.payee_number),
        ("phn", screen.masked("phn", claim.phn)),
        ("dependent", claim.dependent),
        ("first name", screen.masked("patient_first_name", claim.first_name)),
        ("second name", screen.masked("patient_second_name", claim.second_name)),
        ("surname", screen.masked("patient_surname", claim.surname)),
        ("birth date", screen.masked("birth_date", born)),
        ("sex", screen.masked("sex", claim.sex)),
        ("insurer", screen.masked("insurer", claim.insurer)),
        ("registration number", screen.masked("registration_number", claim.registration_number)),
        ("start time", claim.start_time.strftime("%H:%M") if claim.start_time else ""),
        ("end time", claim.end_time.strftime("%H:%M") if claim.end_time else ""),
        ("unit price", dollars(claim.unit_price_cents)),
        ("percent", str(claim.percent)),
        ("edition", claim.edition),
        ("explanation", claim.explanation),
        ("diagnoses", " ".join(claim.diagnoses)),
        ("location code", claim.location_code),
        ("clarification code", claim.clarification_code),
        ("submission code", claim.submission_code),
        ("referral", f"{claim.referral_code} {claim.referral_number}"),
        ("referral name", screen.masked("referral_name", claim.referral_name)),
        ("referral profession", screen.masked("referral_profession", claim.referral_profession)),
        ("referral date", referred),
        ("motor vehicle accident", "Y" if claim.mva else "N"),
        ("icbc claim number", screen.masked("icbc_claim_number", claim.icbc_claim_number)),
        ("facility number", claim.facility_number),
        ("approval of over-age", claim.approval_reference),
        ("note", screen.masked("note", claim.note)),
    ]


def _show_fields(screen: Screen, claim: Claim, details: list[tuple[str, str]]) -> None:
    screen.heading("What the claim says")
    screen.facts(
        [
            ("session", claim.session_id),
            ("batch", str(claim.batch_id)),
            ("office folio", str(claim.office_folio)),
            ("service date", claim.service_date.isoformat()),
            ("practitioner number", claim.practitioner_number),
            ("fee item", f"{claim.fee_item} x {claim.units}"),
            ("amount", dollars(claim.amount_cents)),
            *details,
        ]
    )
