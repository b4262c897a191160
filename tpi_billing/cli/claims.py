"""`claims`: look at claims."""

from typing import Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.money import dollars


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
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """List claims.

    Example: tpi-billing claims list --batch 1
    """
    from tpi_billing.ledger.batches import list_batches
    from tpi_billing.ledger.claims import ClaimFilter, find_claims

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
        claims = find_claims(connection, settings.ledger.data_centre, wanted)
    data = {"claims": [claim_row(claim) for claim in claims]}

    def show(screen: Screen) -> None:
        screen.table(
            ("claim", "session", "date", "pract.", "item", "units", "%", "amount", "state"),
            (
                (
                    str(claim.claim_id),
                    claim.session_id,
                    claim.service_date.isoformat(),
                    claim.practitioner_number,
                    claim.fee_item,
                    str(claim.units),
                    str(claim.percent),
                    dollars(claim.amount_cents),
                    claim.state.value,
                )
                for claim in claims
            ),
            right=("claim", "units", "%", "amount"),
            wrap=("session", "state"),
        )
        live = [claim for claim in claims if claim.state is not ClaimState.VOID]
        void = len(claims) - len(live)
        total = dollars(sum(claim.amount_cents for claim in live))
        screen.remark(
            f"{counted(len(live), 'claim')}, {total}."
            + (f" {counted(void, 'void claim')} not counted." if void else "")
        )

    return Result(data, show)


def claim_row(claim: Claim) -> dict[str, Any]:
    """Write a claim for scripts."""
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
        "explanatory_codes": [],
    }


def show(
    ctx: typer.Context,
    claim_id: Annotated[int, typer.Argument(metavar="ID", min=1, help="The claim's number.")],
) -> Result:
    """Show one claim with every field and its pricing.

    Example: tpi-billing claims show 17
    """
    from tpi_billing.ledger.claims import find_claim

    settings: Settings = ctx.obj
    with settings.ledger.reading() as connection:
        claim = find_claim(connection, settings.ledger.data_centre, claim_id)
    if claim is None:
        raise UsageError(f"There is no claim {claim_id}.", hint="See tpi-billing claims list.")
    screen = Screen(unmask=settings.unmask)
    details = _details(claim, screen)
    data = {**claim_row(claim), **{name.replace(" ", "_"): text for name, text in details}}
    return Result(data, lambda shown: _show_claim(shown, claim, details))


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


def _show_claim(screen: Screen, claim: Claim, details: list[tuple[str, str]]) -> None:
    screen.heading(f"Claim {claim.claim_id}: {claim.state}")
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
