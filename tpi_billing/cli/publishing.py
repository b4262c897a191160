"""Write a batch's files and record them, for `batch export` and the demo alike."""

import hashlib
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from tpi_billing.claims.batch_contents import contents_to_export, record_files
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import ConflictError
from tpi_billing.reports.batch_files import export_batch

if TYPE_CHECKING:
    from tpi_billing.reports.publishing import PublishedFile


def publish_batch(
    settings: Settings, batch_id: int, out: Path | None = None
) -> "tuple[PublishedFile, ...]":
    """Write the batch's files into `out`, or `out/batch-N` of the workspace.

    What becomes of them is journaled; that they are protected is, too.
    """
    contents = contents_to_export(settings.ledger, batch_id)
    folder = out or settings.workspace / "out" / f"batch-{batch_id:04d}"
    with settings.patients_go_into(folder) if settings.protect else nullcontext():
        files = export_batch(contents, folder)
    known = [(_known_as(file.path, settings.workspace), file.kind, file.sha256) for file in files]
    try:
        record_files(settings.ledger, settings.actor, batch_id, known)
    except ConflictError as error:
        (trouble, *_) = error.troubles
        cure = trouble.hint.removeprefix("Nothing was changed. ")
        raise ConflictError(
            f"The files are written, and not recorded. {trouble.message}",
            hint=f"{cure} The batch must be exported again.",
        ) from error
    return files


def files_not_taken(settings: Settings, batch_id: int) -> list[str]:
    """Return where the batch's Teleplan files lie that MSP does not have."""
    from tpi_billing.claims.parts import Status, parts_of
    from tpi_billing.ledger.batches import files_of

    with settings.ledger.reading() as connection:
        taken = {
            hashlib.sha256(part.file.content.encode("ascii")).hexdigest()
            for part in parts_of(connection, batch_id)
            if part.status is Status.ACCEPTED
        }
        written = files_of(connection, batch_id)
    return [path for path, kind, digest in written if kind == "teleplan" and digest not in taken]


def _known_as(path: Path, workspace: Path) -> str:
    """Name a file within the workspace, so that moving the whole folder loses nothing."""
    whole, home = _real(path), _real(workspace)
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)


def _real(path: Path) -> Path:
    """Follow links; one that goes round, which Python meets with a RuntimeError, stays as it is."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()
