"""`claims trace`: one claim's whole way, on the screen, for scripts, or as a page to print."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.claims import claim_row
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import UsageError
from tpi_billing.model.claim import Claim
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.audit.trace.document import Trace
    from tpi_billing.audit.trace.finding import Wanted

_A_FEW = 3
"""So many claims are shown one after the other without a list first."""


def trace(
    ctx: typer.Context,
    claim_id: Annotated[
        int | None, typer.Argument(metavar="ID", min=1, help="The claim's number.")
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="ID", help="The claims of this session.")
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(metavar="PATIENT", help="Those of a patient: PHN, chart number or key."),
    ] = None,
    sequence: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=9_999_999, help="Of this sequence number."),
    ] = None,
    folio: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Of this office folio number.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show every claim found, however many.")
    ] = False,
    page: Annotated[
        Path | None,
        typer.Option(metavar="OUT.html", help="Write a page to print, of every claim found."),
    ] = None,
) -> Result:
    """Follow one claim from the row of an export to MSP's money.

    Of more than three claims a list comes first. Example: tpi-billing claims trace 17
    """
    from tpi_billing.audit.trace.document import trace_json
    from tpi_billing.audit.trace.finding import Wanted, find_wanted
    from tpi_billing.audit.trace.tracing import trace_claims

    settings: Settings = ctx.obj
    wanted = _insist_on_one(Wanted(claim_id, session, patient, sequence, folio))
    if page is not None and page.suffix.lower() not in {".html", ".htm"}:
        raise UsageError("--page writes a file that ends in .html.", hint="For example trace.html.")
    ledger = settings.ledger
    with ledger.reading() as connection:
        claims = find_wanted(connection, ledger.data_centre, wanted)
        if not claims:
            raise UsageError(_nothing(wanted), hint="See tpi-billing claims list.")
        whole = every or len(claims) <= _A_FEW
        traced = claims if whole or page is not None else []
        traces = list(
            trace_claims(
                connection, ledger.data_centre, traced, settings.codes, unmask=settings.unmask
            )
        )
    data: dict[str, Any] = {
        "claims": [claim_row(claim) for claim in claims],
        "traces": [trace_json(one) for one in traces] if whole else [],
        "page": None if page is None else _publish(settings, page, claims, traces),
    }

    def show(screen: Screen) -> None:
        if not whole:
            _show_list(screen, claims)
        for one in traces if whole else ():
            _show_trace(screen, one)
        if page is not None:
            screen.line()
            screen.line(f"Wrote {page}.")

    return Result(data, show)


def _insist_on_one(wanted: "Wanted") -> "Wanted":
    given = (wanted.claim_id, wanted.session_id, wanted.patient, wanted.sequence, wanted.folio)
    if sum(one is not None for one in given) != 1:
        raise UsageError(
            "Which claim: give one number, or one of the options.",
            hint="A claim's number, --session, --patient, --sequence or --folio.",
        )
    return wanted


def _nothing(wanted: "Wanted") -> str:
    """Say that there is no such claim, without a patient's number."""
    if wanted.claim_id is not None:
        return f"There is no claim {wanted.claim_id}."
    if wanted.session_id is not None:
        return f"There is no claim of session {wanted.session_id}."
    if wanted.sequence is not None:
        return f"There is no claim of sequence number {wanted.sequence}."
    if wanted.folio is not None:
        return f"There is no claim of office folio {wanted.folio}."
    return "There is no claim of that patient."


def _publish(
    settings: Settings, path: Path, claims: Sequence[Claim], traces: "Sequence[Trace]"
) -> dict[str, str]:
    from tpi_billing.reports.publishing import NewFile, publish
    from tpi_billing.reports.trace_page import PageHead, trace_page

    number = claims[0].claim_id
    head = PageHead(
        settings.config.clinic.name,
        f"claim {number}" if len(claims) == 1 else counted(len(claims), "claim"),
        settings.actor,
        settings.as_of.isoformat(),
        masked=not settings.unmask,
    )
    (written,) = publish([NewFile(path, "page", trace_page(head, traces))])
    return {"path": str(path), "sha256": written.sha256}


def _show_list(screen: Screen, claims: Sequence[Claim]) -> None:
    screen.table(
        ("claim", "session", "date", "pract.", "item", "amount", "batch", "state"),
        (
            (
                str(claim.claim_id),
                claim.session_id,
                claim.service_date.isoformat(),
                claim.practitioner_number,
                claim.fee_item if claim.units == 1 else f"{claim.fee_item} x {claim.units}",
                dollars(claim.amount_cents),
                str(claim.batch_id),
                claim.state.value,
            )
            for claim in claims
        ),
        right=("claim", "amount", "batch"),
        wrap=("session", "state"),
    )
    screen.line(f"{counted(len(claims), 'claim')}. One of them: tpi-billing claims trace ID")
    screen.remark("All of them one after the other: --all.")


def _show_trace(screen: Screen, one: "Trace") -> None:
    from tpi_billing.cli.trace_screen import show_trace

    show_trace(screen, one)
