"""`sessions gaps`: work that was done and perhaps never exported."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.paragraph import chart_number, patient_name, put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month

if TYPE_CHECKING:
    from tpi_billing.claims.gaps.gap import Gap

_HEADINGS = {
    "count": "The record system counts otherwise",
    "month": "Far fewer sessions than usual",
    "day": "Usual days without a session",
    "number": "Session ids missing in a sequence",
    "series": "Series of treatments that stopped",
    "status": "Past visits that nobody closed",
}


def gaps(
    ctx: typer.Context,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="The month to look at.")],
    counts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The record system's own count: date, practitioner_number, count."
        ),
    ] = None,
) -> Result:
    """Look for work that was done and never exported.

    Days without sessions, low months, missing ids, series that stopped, differences with the record
    system's own count. Example: tpi-billing sessions gaps --month 2026-10 --counts days.csv
    """
    from tpi_billing.claims.gaps.finder import find_gaps
    from tpi_billing.intake.day_counts import read_day_counts

    settings: Settings = ctx.obj
    wanted = parse_month(month)
    theirs = None if counts is None else read_day_counts(counts)
    with settings.ledger.reading() as connection:
        found = find_gaps(
            connection, settings.config, settings.codes, settings.as_of, wanted, theirs
        )
    masker = Screen(unmask=settings.unmask)
    data: dict[str, Any] = {
        "month": wanted,
        "gaps": [_gap_json(gap, masker) for gap in found],
        "totals": dict(Counter(gap.kind.value for gap in found)),
    }
    return Result(data, lambda screen: _show(screen, found, wanted), attention=bool(found))


def _gap_json(gap: "Gap", masker: Screen) -> dict[str, Any]:
    return {
        "kind": gap.kind.value,
        "message": gap.why,
        "hint": gap.cure,
        "practitioner_number": masker.masked("practitioner_number", gap.practitioner_number),
        "first_day": gap.first.isoformat(),
        "last_day": gap.last.isoformat(),
        "missing": gap.missing,
        "expected": gap.expected,
        "found": gap.found,
        "source": gap.source,
        "status": masker.masked("status", gap.status) or None,
        "session_id": gap.session_id or None,
        "last_session_id": gap.last_session_id or None,
        "patient": patient_name(masker, gap.patient),
        "patient_id": chart_number(masker, gap.patient),
    }


def _show(screen: Screen, found: Sequence["Gap"], month: str) -> None:
    if not found:
        screen.line(f"Nothing seems to be missing in {month}.")
        return
    many = counted(len(found), "suspicion")
    screen.line(f"{many} about {month}. Each has to be looked into: nothing is certain.")
    kind = ""
    for gap in found:
        if gap.kind.value != kind:
            kind = gap.kind.value
            screen.heading(_HEADINGS[kind])
        put(screen, _where(screen, gap), "  ")
        put(screen, gap.why, "    ")
        put(screen, f"-> {gap.cure}", "      ", "         ")


def _where(screen: Screen, gap: "Gap") -> str:
    days = str(gap.first) if gap.first == gap.last else f"{gap.first} to {gap.last}"
    number = screen.masked("practitioner_number", gap.practitioner_number)
    chart = chart_number(screen, gap.patient)
    parts = [
        days,
        f"practitioner {number}" if number else "",
        f"source {gap.source}" if gap.source else "",
        f'status "{screen.masked("status", gap.status)}"' if gap.status else "",
        patient_name(screen, gap.patient),
        f"chart {chart}" if chart else "",
    ]
    return ", ".join(part for part in parts if part)
