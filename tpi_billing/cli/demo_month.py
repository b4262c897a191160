"""The demo's month up to the files: import, correct, batch, export; then the cured visits again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.settings import Settings
from tpi_billing.errors import ConflictError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.claims.importing import Imported
    from tpi_billing.demo.stand_in import StandIn

MONTH, AS_OF = "2026-10", date(2026, 11, 5)
MORE_MONTH, TRY_ON = "2026-11", date(2026, 12, 14)
"""The visits that are left for the newcomer, and the day on which all of them can be billed."""
VISITS, MORE_VISITS, EXPORT = 150, 12, "day-sheet"
MORE = "november.xlsx"
_MORE_SEED = 11


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour: what happens, the command that does it, and what came of it."""

    title: str
    command: str
    said: list[str]


@dataclass
class Month:
    """The made-up clinic's month while the tour goes through it.

    `trouble` says why the stand-in could not start; it is blank when it runs. `sent_on` is the day
    on which the month's batches go. `data` is for scripts.
    """

    settings: Settings
    stand_in: "StandIn"
    trouble: str = ""
    sent_on: date = AS_OF
    data: dict[str, Any] = field(default_factory=dict)

    def exports(self, name: str) -> Path:
        """Return where an export lies."""
        return self.settings.workspace / "exports" / name


def month_steps(month: Month) -> Iterator[Step]:
    """Import, correct, batch, export; then the cured visits again."""
    _write_exports(month)
    imported = _import(month, "october.xlsx", "october-to-fix.xlsx")
    yield Step(
        "The clerk imports the export of her record system",
        f"tpi-billing sessions import exports/october.xlsx --mapping {EXPORT} "
        "--corrections october-to-fix.xlsx",
        [
            f"{imported.counts.read} visits read, {_held(imported)} cannot be billed yet:",
            *_reasons(imported),
            "october-to-fix.xlsx is her own workbook with those cells marked.",
        ],
    )
    yield from _billed(month, "All clean visits become one batch of claims")
    again = _import(month, "october-cured.xlsx", None)
    yield Step(
        "The clerk cures what she can and imports the visits again",
        f"tpi-billing sessions import exports/october-cured.xlsx --mapping {EXPORT}",
        [f"{again.counts.updated} visits updated; what was billed is never billed twice."],
    )
    yield from _billed(month, "The cured visits become a second batch")


def _write_exports(month: Month) -> None:
    from tpi_billing.demo.export import write_export
    from tpi_billing.demo.faults import plant
    from tpi_billing.demo.visits import visits
    from tpi_billing.intake.mappings import mapping_named

    mapping = mapping_named(EXPORT, month.settings.config)
    october = list(visits(MONTH, VISITS))
    planted = plant(october)
    cured = [before for fault, before in planted.values() if fault.cured]
    write_export(october, mapping, month.exports("october.xlsx"))
    write_export(cured, mapping, month.exports("october-cured.xlsx"))
    more = [
        {**visit, "session_id": f"V{3001 + at}", "patient_id": f"C{30_001 + at // 2}"}
        for at, visit in enumerate(visits(MORE_MONTH, MORE_VISITS, seed=_MORE_SEED))
    ]
    write_export(more, mapping, month.exports(MORE))


def _import(month: Month, name: str, corrections: str | None) -> "Imported":
    from tpi_billing.claims.importing import import_files
    from tpi_billing.cli.corrections import write_corrections_of
    from tpi_billing.intake.mappings import mapping_named
    from tpi_billing.intake.table import open_table

    s = month.settings
    file, mapping = month.exports(name), mapping_named(EXPORT, s.config)
    with open_table(file, source=EXPORT, mapping=mapping, sheet=None) as table:
        imported = import_files(s.ledger, s.config, s.codes, s.as_of, s.actor, [table])
        if corrections:
            write_corrections_of(file, s.workspace / corrections, table, imported)
    return imported


def _billed(month: Month, title: str) -> Iterator[Step]:
    from tpi_billing.claims.batches import create_batch
    from tpi_billing.cli.publishing import publish_batch
    from tpi_billing.ledger.sessions import Scope

    s = month.settings
    scope = Scope(month=MONTH)
    batch_id, plan = create_batch(s.ledger, s.config, s.codes, s.as_of, scope, s.actor)
    if batch_id is None:
        raise ConflictError("The made-up month has nothing to bill.")
    amount = dollars(plan.amount_cents)
    yield Step(
        title,
        f"tpi-billing batch create --month {MONTH}",
        [f"Batch {batch_id}: {len(plan.claims)} claims, {amount}; {len(plan.held)} held."],
    )
    files = publish_batch(s, batch_id)
    yield Step(
        "The batch's files: a workbook to sign, the Teleplan file, a CSV, a manifest",
        f"tpi-billing batch export {batch_id}",
        [file.path.relative_to(s.workspace).as_posix() for file in files],
    )
    made = {"batch_id": batch_id, "claims": len(plan.claims), "amount": amount}
    month.data.setdefault("batches", []).append(made)


def _held(imported: "Imported") -> int:
    return len({finding.session_id for finding in imported.findings if finding.holds})


def _reasons(imported: "Imported") -> list[str]:
    held = [finding for finding in imported.findings if finding.holds]
    return [f"  {finding.session_id}  {finding.message}" for finding in held[:4]] + ["  ..."]
