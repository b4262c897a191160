"""How commands tell of claims that were made in the place of others, and of those that were not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.model.claim import Claim
    from tpi_billing.model.finding import Finding
    from tpi_billing.remittance.actions.correcting import Made
    from tpi_billing.remittance.actions.wishes import Left


def made_json(made: "Made", *, dry_run: bool) -> dict[str, Any]:
    """Write what was made for scripts."""
    return {
        "batch_id": made.batch_id,
        "claims": [successor_row(claim) for claim in made.claims],
        "amount": dollars(sum(claim.amount_cents for claim in made.claims)),
        "left": [_left_row(one) for one in made.left],
        "dry_run": dry_run,
    }


def successor_row(claim: "Claim") -> dict[str, Any]:
    """Write a claim that stands in another's place; `expected` is what MSP should pay for it."""
    return {
        "claim_id": claim.claim_id,
        "predecessor": claim.predecessor,
        "session_id": claim.session_id,
        "service_date": claim.service_date.isoformat(),
        "fee_item": claim.fee_item,
        "submission_code": claim.submission_code,
        "amount": dollars(claim.amount_cents),
        "expected": dollars(claim.due_cents),
        "office_folio": claim.office_folio,
    }


def _left_row(one: "Left") -> dict[str, Any]:
    return {
        "claim_id": one.wish.claim_id,
        "session_id": one.session_id,
        "messages": [trouble.message for trouble in one.troubles]
        or [finding.message for finding in one.findings if finding.holds],
        "hints": [trouble.hint for trouble in one.troubles]
        or [finding.hint for finding in one.findings if finding.holds],
    }


def findings_of(made: "Made") -> list["Finding"]:
    """Return what checks say of the sessions that are left, then of those that are billed."""
    left = [finding for one in made.left for finding in one.findings]
    seen = {id(one.assessed): one.assessed for one in made.ready}
    return [*left, *(finding for one in seen.values() for finding in one.findings)]


def show_made(screen: Screen, made: "Made", data: dict[str, Any]) -> None:
    """Write what was made, what is left and why, and what comes next."""
    if made.claims:
        batch = "a batch" if data["dry_run"] else f"batch {data['batch_id']}"
        if data["dry_run"]:
            screen.line("A dry run: nothing was changed. There would be:")
        screen.line(f"{counted(len(made.claims), 'claim')} in {batch}, {data['amount']}.")
        show_successors(screen, data["claims"])
    else:
        screen.line("Nothing was made.")
    show_left(screen, data["left"])
    if made.batch_id is not None:
        screen.remark(f"Next: tpi-billing submit {made.batch_id}")


def show_successors(
    screen: Screen, rows: Sequence[dict[str, Any]], about: str = "in place of"
) -> None:
    """Write the table of claims that are made because of others; `about` heads the others."""
    screen.table(
        ("claim", about, "session", "date", "item", "code", "amount", "expected"),
        (
            (
                str(row["claim_id"]),
                str(row["predecessor"]),
                row["session_id"],
                row["service_date"],
                row["fee_item"],
                row["submission_code"],
                row["amount"],
                row["expected"],
            )
            for row in rows
        ),
        right=("claim", about, "amount", "expected"),
        wrap=("session",),
    )


def show_left(screen: Screen, rows: Sequence[dict[str, Any]]) -> None:
    """Write which claims are left, each with why and what to do."""
    if not rows:
        return
    screen.heading(f"{counted(len(rows), 'claim')} left as before")
    for row in rows:
        for message, hint in zip(row["messages"], row["hints"], strict=True):
            put(screen, f"claim {row['claim_id']}: {message}", "", "  ")
            if hint and not screen.quiet:
                put(screen, f"-> {hint}", "    ", "       ")
