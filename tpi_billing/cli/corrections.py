"""`sessions import --corrections`: the clerk's own file back, with what to fix marked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpi_billing.errors import FileError, Trouble, UsageError

if TYPE_CHECKING:
    from tpi_billing.claims.importing import Imported
    from tpi_billing.intake.table import Table


def check_target(files: Sequence[Path], out: Path) -> None:
    """Raise before anything is imported if the corrections could not be written afterwards."""
    from tpi_billing.intake.saving import replacing, require_xlsx

    if len(files) > 1:
        raise UsageError(
            "--corrections takes one file at a time.", hint="Import the files one by one."
        )
    require_xlsx(out)
    if out.is_dir():
        raise FileError("A folder has this name.", hint="Give another name.", file=str(out))
    if out.exists() and files[0].exists() and out.samefile(files[0]):
        raise UsageError(
            "The corrections would overwrite the original.",
            hint="Give another name.",
            file=str(out),
        )
    with suppress(_OnlyTriedError), replacing(out):
        raise _OnlyTriedError


class _OnlyTriedError(Exception):
    """The file could be written, and is not."""


@contextmanager
def imported_all_the_same(*, dry_run: bool) -> Iterator[None]:
    """Say of a failure behind the import that the import stays."""
    try:
        yield
    except FileError as error:
        if not dry_run:
            done = Trouble(
                "The visits were imported; only the corrections are missing.",
                "Import the file again to get them; nothing counts twice.",
            )
            raise FileError.of([*error.troubles, done]) from error
        raise


def write_corrections_of(file: Path, out: Path, table: "Table", imported: "Imported") -> None:
    """Write the clerk's own file back with what to fix marked."""
    from tpi_billing.intake.corrections import write_corrections

    by_row: dict[int, list[Any]] = {}
    for finding in imported.findings:
        if finding.place.row is not None:
            by_row.setdefault(finding.place.row, []).append(finding)
    write_corrections(file, out, table, by_row)
