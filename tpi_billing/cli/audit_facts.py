"""`audit facts`: the facts that patterns read, as files for an engine of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import UsageError

if TYPE_CHECKING:
    from tpi_billing.audit.facts.exporting import Export


def facts(
    ctx: typer.Context,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to make; it must not be there yet.")
    ],
    from_files: Annotated[
        str | None,
        typer.Option(
            metavar="GLOB", help="Take CSV or Parquet files in place of the ledger: 'in/*.csv'."
        ),
    ] = None,
) -> Result:
    """Write what the patterns read as Parquet files, a folder a month.

    The files have no name and no health number. A manifest beside them says how many claims and
    cents they hold, the ledger's journal head, and each file's hash. docs/province.md describes
    the columns.
    Example: tpi-billing audit facts --out facts-2026
    """
    settings: Settings = ctx.obj
    exported = _from_files(settings, from_files, out) if from_files else _from_ledger(settings, out)
    manifest = exported.manifest
    data = {
        "out": str(exported.folder),
        "rows": manifest.rows,
        "amount_cents": manifest.amount_cents,
        "bytes": sum(file.bytes for file in manifest.files),
        "months": [file.month for file in manifest.files],
        "source": manifest.source,
        "manifest_sha256": exported.sha256,
    }

    def show(screen: Screen) -> None:
        claims, months = counted(manifest.rows, "claim"), counted(len(manifest.files), "month")
        screen.line(f"Wrote {claims} of {months} into {exported.folder}.")
        screen.remark(
            f"Look for patterns there: tpi-billing audit patterns --engine duckdb --facts {out}"
        )

    return Result(data, show)


def _from_ledger(settings: Settings, out: Path) -> "Export":
    from tpi_billing.audit.facts.exporting import export_ledger
    from tpi_billing.audit.patterns.collection import item_words
    from tpi_billing.ledger.keeping.proof import count_rows

    ledger, items = settings.ledger, item_words(settings.codes)
    with ledger.reading() as connection:
        claims = count_rows(connection)["claims"]
    with settings.progress("Writing", claims) as progress:
        return export_ledger(ledger, items, out, progress.advance)


def _from_files(settings: Settings, pattern: str, out: Path) -> "Export":
    from glob import glob

    from tpi_billing.audit.facts.exporting import export_files

    found = sorted(glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob takes no whole path
    paths = [path for path in map(Path, found) if path.is_file()]
    if not paths:
        raise UsageError(
            f"No file is like {pattern!r}.",
            hint="Put the pattern into quotation marks: --from-files 'in/*.csv'.",
        )
    with settings.progress("Reading", len(paths)) as progress:
        return export_files(paths, out, progress.advance)
