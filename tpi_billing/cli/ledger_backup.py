"""`ledger backup`, `restore` and `export`: copies of the ledger, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.restored_words import cures, losses
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from tpi_billing.ledger.keeping.backup import Backup
    from tpi_billing.ledger.keeping.export import Exported
    from tpi_billing.ledger.keeping.loss import Loss
    from tpi_billing.ledger.keeping.restore import Restored

_PATIENTS = "It holds every patient's health number and name: keep it as you keep the ledger."


def backup(
    ctx: typer.Context,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; default: backups, here.")
    ] = None,
) -> Result:
    """Make a verified backup of the ledger, while others go on working.

    One database file with a manifest beside it; both can be restored on any other computer. It is
    journaled, and never deleted by the tool. Example: tpi-billing ledger backup --out D:/backups
    """
    from tpi_billing.ledger.journal import read_head
    from tpi_billing.ledger.keeping.backup import FOLDER
    from tpi_billing.ledger.keeping.journaled import back_up

    settings: Settings = ctx.obj
    folder = out or settings.workspace / FOLDER
    with settings.ledger.reading() as connection:
        entries = read_head(connection).entries
    with settings.progress("Verifying the copy", entries) as progress:
        made = back_up(settings.ledger, folder, settings.actor, progress.advance)
    return Result(_backup_json(made), lambda screen: _show_backup(screen, made))


def _backup_json(made: "Backup") -> dict[str, Any]:
    manifest = made.manifest
    return {
        "file": str(made.path),
        "manifest": str(made.path.with_suffix(".json")),
        "sha256": manifest.sha256,
        "bytes": manifest.bytes,
        "schema": manifest.schema,
        "entries": manifest.entries,
        "head": manifest.head,
        "rows": dict(manifest.rows),
    }


def _show_backup(screen: Screen, made: "Backup") -> None:
    manifest = made.manifest
    screen.line(f"Backed up: {made.path}", style="bold")
    rows = sum(manifest.rows.values())
    screen.line(
        f"{counted(manifest.entries, 'journal entry').replace('entrys', 'entries')}, "
        f"{counted(rows, 'row')}, {manifest.bytes:,} bytes, verified."
    )
    screen.remark(_PATIENTS)
    screen.remark("A backup on the same disk goes with the disk: keep one elsewhere as well.")


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup's .db file.")],
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Another folder; default: the ledger of the workspace."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Verify it, say what would be lost, change nothing.")
    ] = False,
) -> Result:
    """Put a backup of the ledger back, and the present ledger aside.

    It is verified first. What was done since the backup was made is told: MSP still knows of it.
    Example: tpi-billing ledger restore backups/ledger-2026-11-05-T9999-412-1a2b3c4d.db --dry-run
    """
    from tpi_billing.ledger.keeping.restore import Wanted
    from tpi_billing.ledger.keeping.restore import restore as put_back

    settings: Settings = ctx.obj
    target = _target(settings) if to is None else to / "ledger.db"
    centre = settings.config.clinic.data_centre
    found = put_back(Wanted(file, target, centre, settings.actor), dry_run=dry_run)
    lost = found.unknown or (found.loss is not None and not found.loss.nothing)
    return Result(
        _restored_json(found, dry_run=dry_run),
        lambda screen: _show_restored(screen, found, dry_run=dry_run),
        attention=lost,
    )


def _target(settings: Settings) -> Path:
    from tpi_billing.ledger.store import file_of

    file = file_of(settings.config.database, settings.workspace)
    if file is None:
        raise ConflictError(
            "The ledger is on a PostgreSQL server; a backup is not put there directly.",
            hint="Restore it into a folder with --to DIR, name that file as `database`, and take "
            "it to an empty database of the server with tpi-billing ledger move. The server's own "
            "backups are its administrator's.",
        )
    return file


def _restored_json(found: "Restored", *, dry_run: bool) -> dict[str, Any]:
    loss = found.loss
    return {
        "ledger": str(found.target),
        "state": "not restored" if dry_run else "restored",
        "entries": found.head.entries,
        "head": found.head.sha256,
        "made_at": found.manifest.made_at if found.manifest else None,
        "migrated_from": found.migrated_from or None,
        "aside": None if found.aside is None else str(found.aside),
        "unknown": found.unknown,
        "lost": None if loss is None else _loss_json(loss),
        "hints": list(cures(found)),
    }


def _loss_json(loss: "Loss") -> dict[str, Any]:
    return {
        "related": loss.related,
        "since": loss.since,
        "entries": loss.entries,
        "counts": dict(loss.counts),
        "batches": [
            {
                "batch_id": one.batch_id,
                "month": one.month,
                "state": one.state,
                "claims": one.claims,
                "submitted": one.submitted,
            }
            for one in loss.batches
        ],
        "sent_since": list(loss.sent),
        "first_number": loss.first_number,
        "last_number": loss.last_number,
        "next_number": loss.next_number,
    }


def _show_restored(screen: Screen, found: "Restored", *, dry_run: bool) -> None:
    when = f" of {found.manifest.made_at}" if found.manifest else ""
    verified = f"The backup{when} is whole: {found.head.entries} journal entries."
    put(screen, verified)
    if found.manifest is None:
        put(screen, "It has no manifest: only its own journal proves what is in it.")
    if found.migrated_from:
        put(screen, f"It is of schema {found.migrated_from} and is brought up to date.")
    for said in losses(found):
        put(screen, f"- {said}", "  ", "    ")
    for cure in cures(found):
        put(screen, f"-> {cure}", "  ", "     ")
    screen.line()
    if dry_run:
        screen.line("Nothing was changed.", style="bold")
        return
    screen.line(f"Restored: {found.target}", style="bold")
    if found.aside is not None:
        screen.line(f"The ledger of before is {found.aside}")
        screen.remark(f"To take this back: tpi-billing ledger restore {found.aside}")


def export(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write into.")],
) -> Result:
    """Write the whole ledger as plain files that can be read without this tool.

    One CSV file a table, MSP's files as they went over the wire, and a README with the meaning of
    every column. HEALTH NUMBERS AND NAMES ARE IN IT, unmasked; it is journaled. Example:
    tpi-billing ledger export --out D:/ledger
    """
    from tpi_billing.ledger.keeping.export import export_ledger

    settings: Settings = ctx.obj
    if out.exists() and not out.is_dir():
        raise UsageError("--out takes a folder.", hint="Name another one.", file=str(out))
    found = export_ledger(settings.ledger, out, settings.actor)
    return Result(_exported_json(found), lambda screen: _show_exported(screen, found))


def _exported_json(found: "Exported") -> dict[str, Any]:
    return {
        "folder": str(found.folder),
        "files": [
            {"file": one.name, "rows": one.rows, "bytes": one.bytes, "sha256": one.sha256}
            for one in found.files
        ],
        "entries": found.head.entries,
        "head": found.head.sha256,
    }


def _show_exported(screen: Screen, found: "Exported") -> None:
    screen.line(f"Exported: {found.folder}", style="bold")
    rows = sum(one.rows or 0 for one in found.files)
    screen.line(
        f"{counted(len(found.files), 'file')}, {counted(rows, 'row')}. Begin with README.txt."
    )
    put(screen, f"PATIENTS' DATA, NOT MASKED. {_PATIENTS} The export stands in the journal.")
