"""`audit sample` and `audit review`: draw claims for a look at the charts, and bring it back."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_day, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.audit.sampling.recording import Recorded
    from tpi_billing.audit.sampling.taking import Taken
    from tpi_billing.model.sample import SampleScope, Stratum

_SIZE = 80
"""MSP looks at 60 to 100 charts on site (MSP billing facts, section 6)."""


def sample(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    seed: Annotated[
        int, typer.Option(metavar="N", help="Any whole number: the same one draws the same.")
    ],
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Services of this month.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First service date.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last service date.")
    ] = None,
    size: Annotated[int, typer.Option(min=1, max=10_000, help="How many claims.")] = _SIZE,
    stratify: Annotated[
        str | None,
        typer.Option(metavar="BY", help="Draw from each practitioner, fee-item or amount."),
    ] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One practitioner only.")
    ] = None,
) -> Result:
    """Draw claims at random, and write a workbook to compare them with the charts.

    It shows patients whole and is readable by its owner only. Example:
    tpi-billing audit sample --month 2026-10 --size 80 --seed 7 review.xlsx
    """
    from tpi_billing.audit.sampling.contents import review_rows
    from tpi_billing.audit.sampling.taking import take_sample
    from tpi_billing.intake.saving import require_xlsx
    from tpi_billing.reports.sample_workbook import sample_workbook

    settings: Settings = ctx.obj
    scope, by = _scope(month, from_, to, practitioner), _stratifier(stratify)
    require_xlsx(out)
    ledger, config = settings.ledger, settings.config
    taken = take_sample(ledger, settings.actor, scope, stratified_by=by, size=size, seed=seed)
    with ledger.reading() as connection:
        rows = review_rows(connection, taken.sample, config, settings.codes)
    with settings.patients_go_into(out):
        sample_workbook(taken.sample, rows, out, clinic_name=config.clinic.name)
    data = _sample_json(taken, by, Screen(unmask=settings.unmask))
    data["xlsx"] = str(out)
    return Result(data, lambda screen: _show_sample(screen, taken, size, out))


def review(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook, filled in.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it comes to, and keep nothing.")
    ] = False,
) -> Result:
    """Read a reviewer's workbook back: error rates, and the money at stake.

    It need not be finished, and may be read again. Example:
    tpi-billing audit review review.xlsx
    """
    from tpi_billing.audit.sampling.estimates import insist_on_statistics
    from tpi_billing.audit.sampling.reading import read_review
    from tpi_billing.audit.sampling.recording import record
    from tpi_billing.audit.sampling.results import results
    from tpi_billing.cli.audit_review_screen import results_json, show_results
    from tpi_billing.ledger.reviews import judgements

    settings: Settings = ctx.obj
    insist_on_statistics()
    ledger = settings.ledger
    with ledger.changing(settings.actor, keep=not dry_run) as transaction:
        connection = transaction.connection
        read = read_review(connection, ledger.data_centre, file, transaction.on)
        recorded = record(transaction, read)
        found = results(read.sample, judgements(connection, read.sample.sample_id))
    masker = Screen(unmask=settings.unmask)
    by_practitioner = read.sample.stratified_by == "practitioner"
    data: dict[str, Any] = {
        "sample_id": read.sample.sample_id,
        "dry_run": dry_run,
        "drawn": len(read.sample.claims),
        **_recorded_json(recorded),
        "results": None if found is None else results_json(found, masker, by_practitioner),
    }

    def show(screen: Screen) -> None:
        _show_recorded(screen, recorded, dry_run=dry_run)
        if found is None:
            screen.line("No verdict has been given yet.")
        else:
            show_results(screen, found, by_practitioner)

    waits = bool(recorded.unfinished or recorded.untouched)
    return Result(data, show, attention=waits or bool(found and found.wrong.count))


def _scope(
    month: str | None, first: str | None, last: str | None, practitioner: str | None
) -> "SampleScope":
    from tpi_billing.model.sample import SampleScope

    hint = "Give --month YYYY-MM, or --from and --to with service dates."
    if (month is None) == (first is None and last is None):
        raise UsageError("Which claims are drawn from: those of a month, or of days?", hint=hint)
    if month is not None:
        begin = date.fromisoformat(f"{parse_month(month)}-01")
        end = _last_of_month(begin)
        return SampleScope(begin, end, practitioner or "")
    if first is None or last is None:
        raise UsageError("--from and --to go together.", hint=hint)
    begin, end = parse_day(first, "--from"), parse_day(last, "--to")
    if begin > end:
        raise UsageError("--from is after --to.", hint="Both days are included.")
    return SampleScope(begin, end, practitioner or "")


def _last_of_month(day: date) -> date:
    from calendar import monthrange

    return day.replace(day=monthrange(day.year, day.month)[1])


def _stratifier(text: str | None) -> str:
    from tpi_billing.audit.sampling.drawing import STRATIFIERS

    names = [name for name in STRATIFIERS if name]
    if text is not None and text not in names:
        raise UsageError(
            f"A sample cannot be stratified by {text!r}.", hint=f"One of: {', '.join(names)}."
        )
    return text or ""


def _sample_json(taken: "Taken", by: str, masker: Screen) -> dict[str, Any]:
    one = taken.sample
    return {
        "sample_id": one.sample_id,
        "new": taken.new,
        "first_service_date": one.scope.first.isoformat(),
        "last_service_date": one.scope.last.isoformat(),
        "population": one.population,
        "population_amount": dollars(one.population_cents),
        "size": len(one.claims),
        "seed": one.seed,
        "stratified_by": by or None,
        "strata": [_stratum_json(stratum, by, masker) for stratum in one.strata if by],
        "claims": [claim.claim_id for claim in one.claims],
        "journal_entry": one.journal_entry,
        "journal_sha256": one.journal_hash,
    }


def _stratum_json(stratum: "Stratum", by: str, masker: Screen) -> dict[str, Any]:
    return {
        "stratum": _stratum_name(masker, stratum, by == "practitioner"),
        "population": stratum.population,
        "amount": dollars(stratum.population_cents),
        "size": stratum.size,
    }


def _stratum_name(screen: Screen, stratum: "Stratum", by_practitioner: bool) -> str:
    return screen.masked("practitioner_number", stratum.name) if by_practitioner else stratum.name


def _show_sample(screen: Screen, taken: "Taken", asked: int, out: Path) -> None:
    one = taken.sample
    screen.line(
        f"Sample {one.sample_id}: {counted(len(one.claims), 'claim')} of {one.population} that "
        f"went to MSP, {one.scope.first} to {one.scope.last}, seed {one.seed}."
    )
    if len(one.claims) < asked:
        screen.remark(f"There are no {asked} claims: all are drawn.")
    if not taken.new:
        screen.remark("It was drawn before and is the same.")
    if one.stratified_by:
        by_practitioner = one.stratified_by == "practitioner"
        screen.table(
            ("stratum", "claims", "amount", "drawn"),
            (
                (
                    _stratum_name(screen, stratum, by_practitioner),
                    str(stratum.population),
                    dollars(stratum.population_cents),
                    str(stratum.size),
                )
                for stratum in one.strata
            ),
            right=("claims", "amount", "drawn"),
        )
    screen.line(f"Wrote {out}.")
    screen.remark("It shows patients whole. Filled in: tpi-billing audit review FILE.xlsx")


def _recorded_json(recorded: "Recorded") -> dict[str, Any]:
    return {
        "new": recorded.new,
        "changed": recorded.changed,
        "unchanged": recorded.unchanged,
        "unfinished_rows": list(recorded.unfinished),
        "untouched_rows": list(recorded.untouched),
        "earlier_verdict_kept_rows": list(recorded.kept),
        "checklist_gap_rows": list(recorded.gaps),
    }


def _show_recorded(screen: Screen, recorded: "Recorded", *, dry_run: bool) -> None:
    would = " (dry run: nothing was kept)" if dry_run else ""
    screen.line(
        f"Verdicts: {recorded.new} new, {recorded.changed} changed, {recorded.unchanged} as "
        f"before{would}."
    )
    for rows, said in (
        (recorded.unfinished, "not finished (verdict, amount or reason is missing)"),
        (recorded.untouched, "not begun"),
        (recorded.gaps, "with a verdict and blanks in the checklist"),
        (recorded.kept, "without a verdict in the file, whose earlier one stands"),
    ):
        if rows:
            screen.line(f"{counted(len(rows), 'row')} {said}: {_numbers(rows)}.")


def _numbers(rows: tuple[int, ...]) -> str:
    """List row numbers, runs as `5-9`."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
