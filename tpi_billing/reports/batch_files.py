"""Writes the files of a batch into a folder: workbook, claims as CSV, manifest."""

from pathlib import Path

from tpi_billing.model.batch import BatchContents
from tpi_billing.protection import is_protecting
from tpi_billing.reports.claims_csv import claims_csv
from tpi_billing.reports.manifest import NAME, manifest
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish
from tpi_billing.reports.workbook import batch_workbook


def export_batch(contents: BatchContents, folder: Path) -> tuple[PublishedFile, ...]:
    """Publish `batch-0003-2026-10.xlsx`, its `-claims.csv` and `manifest.json` into `folder`.

    The folder is made if it is missing. Exported again, the same batch gives the same bytes. The
    manifest comes last and names the others. Behind a password the workbook is another file each
    time, and the CSV, which would say the same in plain, is left out. Errors: those of `publish`.
    """
    stem = f"batch-{contents.batch.batch_id:04}-{contents.batch.month}"
    workbook = batch_workbook(contents)
    files = [NewFile(folder / f"{stem}.xlsx", "workbook", workbook)]
    if not is_protecting():
        files.append(NewFile(folder / f"{stem}-claims.csv", "csv", claims_csv(contents)))
    for part, text in enumerate(contents.teleplan_files, start=1):
        suffix = f"-{part}" if len(contents.teleplan_files) > 1 else ""
        path = folder / f"{stem}-teleplan{suffix}.txt"
        files.append(NewFile(path, "teleplan", text.encode("ascii")))
    files.append(NewFile(folder / NAME, "manifest", manifest(contents, files)))
    return publish(files)
