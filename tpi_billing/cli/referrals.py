"""`referrals import` and `add`: the registry of referrals, filled from lists and by hand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result, needs_attention
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import Trouble, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tpi_billing.model.finding import Finding

_DAYS = {"referral_date": "--date", "notice_sent": "--notice-sent"}
_COUNTS = {
    "read": "referrals in the file",
    "new": "added to the registry",
    "updated": "known, and changed",
    "unchanged": "known as they are",
    "rejected": "not stored: see below",
}


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON Lines.")],
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="The workbook's sheet to read.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(metavar="NAME", help="How the export names its columns.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> Result:
    """Import a list of referrals.

    The same file again changes nothing; a blank cell changes nothing of a known referral. Rows
    that cannot be stored are named, all others are stored. Example:
    tpi-billing referrals import referrals.xlsx
    """
    from tpi_billing.claims.referral_import import import_referrals
    from tpi_billing.intake.mappings import CANONICAL, known_mappings, mapping_named
    from tpi_billing.intake.referral_rows import REFERRALS
    from tpi_billing.intake.table import open_table

    settings: Settings = ctx.obj
    name = mapping or CANONICAL
    chosen = mapping_named(name, settings.config)
    known = known_mappings(settings.config)
    with (
        open_table(
            file, source=name, mapping=chosen, sheet=sheet, known=known, kind=REFERRALS
        ) as table,
        settings.progress("Reading", table.total_rows) as progress,
    ):
        imported = import_referrals(
            settings.ledger,
            settings.codes,
            settings.as_of,
            settings.actor,
            table,
            dry_run=dry_run,
            advance=progress.advance,
        )
    data: dict[str, Any] = {
        **{count: getattr(imported.counts, count) for count in _COUNTS},
        "dry_run": dry_run,
    }

    def show(screen: Screen) -> None:
        if dry_run:
            screen.line("A dry run: nothing was changed.")
        screen.table(
            ("", "referrals", "meaning"),
            ((name, str(data[name]), meaning) for name, meaning in _COUNTS.items()),
            right=("referrals",),
            wrap=("meaning",),
        )
        _show_findings(screen, imported.findings)

    attention = needs_attention(imported.findings)
    return Result(data, show, imported.findings, attention=attention)


def _show_findings(screen: Screen, findings: "Sequence[Finding]") -> None:
    """Write each finding with its row, the cell as it may be shown, and what to do."""
    if not findings:
        return
    screen.line()
    screen.table(
        ("row", "", "cell", "what is wrong, and what to do"),
        (
            (
                str(finding.place.row or ""),
                finding.severity.value,
                " ".join((finding.column, screen.masked(finding.column, finding.value))).strip(),
                " ".join((finding.message, finding.hint)).strip(),
            )
            for finding in findings
        ),
        right=("row",),
        wrap=("cell", "what is wrong, and what to do"),
    )


def _of_option(finding: "Finding") -> Trouble:
    """Say a finding of an option: there is no file here whose mapping could translate it."""
    option = _DAYS.get(finding.column)
    if option is None or "mapping" not in finding.message + finding.hint:
        return Trouble(finding.message, finding.hint)
    return Trouble(f"{option} takes a day as YYYY-MM-DD.", "For example 2026-10-31.")


def add(
    ctx: typer.Context,
    number: Annotated[
        str, typer.Option(metavar="NUMBER", help="The referrer's MSP number, or a generic one.")
    ],
    date: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The day on which the referral came in.")
    ],
    phn: Annotated[str, typer.Option(metavar="PHN", help="Whose: the health number.")] = "",
    dependent: Annotated[
        str, typer.Option(metavar="NN", help="66 for a newborn on its mother's number.")
    ] = "",
    registration: Annotated[
        str, typer.Option(metavar="NUMBER", help="Whose: another province's number.")
    ] = "",
    insurer: Annotated[
        str, typer.Option(metavar="CODE", help="The province of the registration.")
    ] = "",
    patient_id: Annotated[
        str, typer.Option(metavar="CHART", help="Whose: the chart, if there is no other number.")
    ] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="The referrer's name.")] = "",
    profession: Annotated[
        str, typer.Option(metavar="WORD", help="physician or nurse practitioner.")
    ] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
    letter: Annotated[str, typer.Option(metavar="TEXT", help="Where the letter is kept.")] = "",
    implicit: Annotated[bool, typer.Option("--implicit", help="An implicit re-referral.")] = False,
    notice_sent: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="When the referrer was told of it.")
    ] = "",
    implicit_excluded: Annotated[
        bool, typer.Option("--implicit-excluded", help="The referrer wants no implicit one.")
    ] = False,
) -> Result:
    """Add a referral to the registry, or complete a known one.

    It stands from the day it came in until it is closed: no referral ends by its age alone.
    Example: tpi-billing referrals add --phn 9123456780 --number 35546 --date 2026-10-01
    """
    from tpi_billing.claims.referrals import as_finding, record_referral
    from tpi_billing.intake.referral_rows import values_of_words
    from tpi_billing.model.finding import Place

    settings: Settings = ctx.obj
    words = {
        "phn": phn,
        "dependent": dependent,
        "insurer": insurer,
        "registration_number": registration,
        "patient_id": patient_id,
        "referral_number": number,
        "referral_name": name,
        "referral_profession": profession,
        "referral_date": date,
        "reason": reason,
        "letter": letter,
        "implicit": "yes" if implicit else "",
        "implicit_excluded": "yes" if implicit_excluded else "",
        "notice_sent": notice_sent,
    }
    stored = record_referral(
        settings.ledger, settings.codes, settings.as_of, settings.actor, values_of_words(words)
    )
    findings = [as_finding(problem, Place()) for problem in stored.problems]
    if stored.referral_id is None:
        raise UsageError.of([_of_option(one) for one in findings])
    data = {"referral_id": stored.referral_id, "outcome": stored.outcome}

    def show(screen: Screen) -> None:
        done = {
            "new": "Added",
            "updated": "Known already; now it says more:",
            "unchanged": "Known already, nothing to change:",
        }
        screen.line(f"{done[stored.outcome]} referral {stored.referral_id}.")
        _show_findings(screen, findings)

    return Result(data, show, findings, attention=needs_attention(findings))
