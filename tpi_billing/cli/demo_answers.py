"""The demo's answers: what the clerk does with them, until a month of the books is closed."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from tpi_billing.cli.demo_month import Month, Step
from tpi_billing.cli.screen import counted
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.work_items import WorkItem
    from tpi_billing.model.claim import Claim
    from tpi_billing.remittance.actions.correcting import Made
    from tpi_billing.remittance.ties import Ties

_CURES = {"VM": {"referral_number": "35546"}, "AQ": {"patient_surname": "Madeup"}}
"""What the clerk finds out about a refusal: the referrer's number, the name on the card."""
_SHOWN = 3


def account_step(month: Month) -> Iterator[Step]:
    """Tie the remittance to its deposit."""
    from tpi_billing.remittance.tying import all_tied

    s = month.settings
    with s.ledger.reading() as connection:
        found = list(all_tied(connection, s.ledger.data_centre))
    for one in found[:1]:
        yield Step(
            "Does the remittance tie to the deposit?",
            f"tpi-billing remittance show {one.name}",
            list(_account(one.ties)),
        )


def _account(ties: "Ties") -> Iterator[str]:
    rows = [
        ("paid for claims", ties.paid_cents),
        ("adjustments", ties.adjusted_cents),
        ("deposit", ties.deposit_cents or 0),
        ("difference", ties.difference_cents or 0),
    ]
    for what, cents in rows:
        if cents or what in {"deposit", "difference"}:
            yield f"{what:<16}{dollars(cents):>10}"


def worklist_step(month: Month) -> Iterator[Step]:
    """Show what MSP's answers leave to be done, the worst deadline first."""
    items = [one for one in _worklist(month) if one.record]
    if not items:
        return
    owed = sum(one.outstanding_cents or 0 for one in items)
    said = [f"{counted(len(items), 'claim')} to work on, {dollars(owed)} outstanding:"]
    said += [_told(one) for one in items[:_SHOWN]]
    yield Step(
        "What MSP refused or cut waits in the worklist, the worst deadline first",
        "tpi-billing worklist",
        [*said, "..."],
    )


def _worklist(month: Month) -> "list[WorkItem]":
    from datetime import datetime

    from tpi_billing import clock
    from tpi_billing.claims.worklist import Worklist
    from tpi_billing.ledger.sessions import Scope

    s = month.settings
    now = datetime.fromisoformat(clock.now())
    with s.ledger.reading() as connection:
        return list(Worklist(s.config, s.codes, s.as_of, now).gather(connection, Scope()))


def _told(item: "WorkItem") -> str:
    until = f"until {item.last_day}" if item.last_day else "no last day"
    owed = dollars(item.outstanding_cents or 0)
    return f"claim {item.claim_id}, {owed}, {until}: {item.reasons[0].message}"


def correct_claim(month: Month) -> "tuple[Claim, Made, str] | None":
    """Correct the first claim that MSP refused for what the clerk can find out.

    Return the claim, what was made, and the value that she changed; None when there is none.
    """
    from tpi_billing.cli.claim_actions import corrector_of
    from tpi_billing.ledger.answers import said_of_claims
    from tpi_billing.ledger.claims import ClaimFilter, find_claims
    from tpi_billing.model.claim import ClaimState
    from tpi_billing.remittance.actions.wishes import Wish

    s = month.settings
    centre = s.ledger.data_centre
    with s.ledger.reading() as connection:
        wanted = ClaimFilter(state=ClaimState.REFUSED.value)
        refused = list(find_claims(connection, centre, wanted))
        said = said_of_claims(connection, centre, [one.claim_id or 0 for one in refused])
    for claim in refused:
        codes = [code for one in said[claim.claim_id or 0] for code in one.explanatory_codes]
        code = next((one for one in codes if one in _CURES), "")
        if not code:
            continue
        made = corrector_of(s).correct([Wish(claim.claim_id or 0, changed=_CURES[code])])
        if made.batch_id is not None:
            (change,) = _CURES[code].items()
            return claim, made, "=".join(change)
    return None


def paid_said(month: Month, claim_id: int) -> str:
    """Say what became of a claim."""
    from tpi_billing.ledger.claims import claims_numbered

    s = month.settings
    with s.ledger.reading() as connection:
        (claim,) = claims_numbered(connection, s.ledger.data_centre, [claim_id])
    paid = "" if claim.paid_cents is None else f", {dollars(claim.paid_cents)}"
    return (
        f"Claim {claim_id}, which stands in the place of {claim.predecessor}: {claim.state}{paid}."
    )


def close_step(month: Month) -> Iterator[Step]:
    """Close the first month of the books that is over."""
    from tpi_billing.ledger.books import months_moved
    from tpi_billing.remittance.closing import Closer

    s = month.settings
    with s.ledger.reading() as connection:
        moved = months_moved(connection, s.ledger.data_centre)
    over = min((one for one in moved if one < s.as_of.strftime("%Y-%m")), default="")
    if not over:
        return
    found = Closer(s.ledger, s.codes.calendar, s.as_of, s.actor).close(over)
    rows = [
        ("opening", sum(line.opening for line in found.lines), ""),
        ("+ billed", sum(line.moved.billed for line in found.lines), ""),
        ("+ adjustments", sum(line.moved.adjustments for line in found.lines), ""),
        ("- paid", sum(line.moved.paid for line in found.lines), ""),
        ("- written off", sum(line.moved.written_off for line in found.lines), ""),
        ("= closing", sum(line.closing for line in found.lines), "what MSP still owes"),
    ]
    month.data["closed"] = over
    yield Step(
        "The month is over, balances to the cent, and is closed",
        f"tpi-billing close {over}",
        [
            *(f"{what:<16}{dollars(cents):>10}   {words}".rstrip() for what, cents, words in rows),
            f"{over} is closed. What comes later counts in the next month.",
        ],
    )


def go_to(month: Month, day: date) -> None:
    """Let it be another day, for the clerk, her ledger and the stand-in."""
    month.settings.as_of = month.settings.ledger.today = month.stand_in.today = day
