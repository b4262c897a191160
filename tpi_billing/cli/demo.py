"""`demo`: a made-up clinic's October, from the export to the files, with a guided tour."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.init import make_workspace
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import ConflictError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.importing import Imported

MONTH, AS_OF = "2026-10", date(2026, 11, 5)
VISITS, EXPORT = 150, "day-sheet"
_DEFAULT = "tpi-billing-demo"


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where; default: a new folder here.")
    ] = None,
) -> Result:
    """Run a made-up clinic's whole month, with a guided tour.

    Nothing needs to be configured, nothing is sent anywhere, no patient is real.
    Example: tpi-billing demo
    """
    given: Settings = ctx.obj
    place = _new_folder(folder)
    day = given.as_of if given.as_of_text else AS_OF
    settings = Settings(
        workspace=place, as_of_text=day.isoformat(), actor_name="demo clerk", quiet=given.quiet
    )
    given.opened = settings.opened
    make_workspace(place)
    tour = _Tour(settings)
    tour.run()
    return Result(tour.data, tour.show)


def _new_folder(wanted: Path | None) -> Path:
    if wanted is not None:
        if wanted.exists() and (not wanted.is_dir() or any(wanted.iterdir())):
            raise ConflictError(
                "The folder is not empty; the demo overwrites nothing.",
                hint="Name a new folder, or delete this one.",
                file=str(wanted),
            )
        return wanted
    number = 1
    while (place := Path(_DEFAULT if number == 1 else f"{_DEFAULT}-{number}")).exists():
        number += 1
    return place


class _Tour:
    """The month, step by step, through the same functions as the commands."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exports = settings.workspace / "exports"
        self._steps: list[tuple[str, str, list[str]]] = []
        self.data: dict[str, Any] = {"workspace": str(settings.workspace), "month": MONTH}

    def run(self) -> None:
        """Import, correct, batch, export; then the cured visits again."""
        export, cured = self._write_exports()
        imported = self._import(export, "october-to-fix.xlsx")
        self._step(
            "The clerk imports the export of her record system",
            f"tpi-billing sessions import exports/{export.name} --mapping {EXPORT} "
            "--corrections october-to-fix.xlsx",
            [
                f"{imported.counts.read} visits read, {_held(imported)} cannot be billed yet:",
                *_reasons(imported),
                "october-to-fix.xlsx is her own workbook with those cells marked.",
            ],
        )
        self.data["batches"] = [self._bill("All clean visits become one batch of claims")]
        again = self._import(cured, None)
        self._step(
            "The clerk cures what she can and imports the visits again",
            f"tpi-billing sessions import exports/{cured.name} --mapping {EXPORT}",
            [f"{again.counts.updated} visits updated; what was billed is never billed twice."],
        )
        self.data["batches"].append(self._bill("The cured visits become a second batch"))
        self._step(
            "Everything is in the ledger, and its journal is whole",
            "tpi-billing doctor",
            ["Every step above is in the journal: who, when, what."],
        )

    def _write_exports(self) -> tuple[Path, Path]:
        from tpi_billing.demo.export import write_export
        from tpi_billing.demo.faults import plant
        from tpi_billing.demo.visits import visits
        from tpi_billing.intake.mappings import mapping_named

        mapping = mapping_named(EXPORT, self._settings.config)
        month = list(visits(MONTH, VISITS))
        planted = plant(month)
        export, cured = self._exports / "october.xlsx", self._exports / "october-cured.xlsx"
        write_export(month, mapping, export)
        write_export([before for fault, before in planted.values() if fault.cured], mapping, cured)
        return export, cured

    def _import(self, file: Path, corrections: str | None) -> "Imported":
        from tpi_billing.claims.importing import import_files
        from tpi_billing.cli.corrections import write_corrections_of
        from tpi_billing.intake.mappings import mapping_named
        from tpi_billing.intake.table import open_table

        s = self._settings
        mapping = mapping_named(EXPORT, s.config)
        with open_table(file, source=EXPORT, mapping=mapping, sheet=None) as table:
            imported = import_files(s.ledger, s.config, s.codes, s.as_of, s.actor, [table])
            if corrections:
                write_corrections_of(file, s.workspace / corrections, table, imported)
        return imported

    def _bill(self, title: str) -> dict[str, Any]:
        from tpi_billing.claims.batches import create_batch
        from tpi_billing.cli.publishing import publish_batch
        from tpi_billing.ledger.sessions import Scope

        s = self._settings
        scope = Scope(month=MONTH)
        batch_id, plan = create_batch(s.ledger, s.config, s.codes, s.as_of, scope, s.actor)
        if batch_id is None:
            raise ConflictError("The made-up month has nothing to bill.")
        amount = dollars(plan.amount_cents)
        self._step(
            title,
            f"tpi-billing batch create --month {MONTH}",
            [f"Batch {batch_id}: {len(plan.claims)} claims, {amount}; {len(plan.held)} held."],
        )
        files = publish_batch(s, batch_id)
        self._step(
            "The batch's files: a workbook to sign, the Teleplan file, a CSV, a manifest",
            f"tpi-billing batch export {batch_id}",
            [str(file.path.relative_to(s.workspace)) for file in files],
        )
        return {"batch_id": batch_id, "claims": len(plan.claims), "amount": amount}

    def _step(self, title: str, command: str, said: list[str]) -> None:
        self._steps.append((title, command, said))

    def show(self, screen: Screen) -> None:
        """Write the tour."""
        screen.line("A made-up clinic's October 2026. No patient is real; nothing is sent.")
        for number, (title, command, said) in enumerate(self._steps, start=1):
            screen.heading(f"{number}. {title}")
            screen.line(f"   $ {command}")
            for line in said:
                screen.line(f"   {line}")
        place = self._settings.workspace
        screen.heading("Look at it yourself")
        screen.line(f"   {place / 'out' / 'batch-0001'} - open the workbook")
        screen.line(f"   cd {place} and try any command of: tpi-billing --help")


def _held(imported: "Imported") -> int:
    return len({finding.session_id for finding in imported.findings if finding.holds})


def _reasons(imported: "Imported") -> list[str]:
    held = [finding for finding in imported.findings if finding.holds]
    return [f"  {finding.session_id}  {finding.message}" for finding in held[:4]] + ["  ..."]
