"""`init`: make a workspace."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tpi_billing import config
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.drafts import discard, new_draft, take_free_place
from tpi_billing.errors import ConflictError, FileError
from tpi_billing.ledger import open_ledger

FOLDERS = {
    "exports": "what the record system exported",
    "out": "workbooks and files to submit",
    "fee_codes": "your own fee schedule editions and code lists",
}
_OWNER_ONLY = 0o700
_EXAMPLE = Path(config.__file__).with_name("example.toml")


def init(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The new workspace; default: here.")
    ] = None,
) -> Result:
    """Make a workspace: configuration, ledger, folders.

    Example: tpi-billing init pain-clinic
    """
    made = make_workspace(folder or Path())
    data: dict[str, Any] = {"workspace": str(made), "configuration": str(made / config.FILE_NAME)}
    return Result(data, lambda screen: _show(screen, made))


def make_workspace(folder: Path, text: str | None = None) -> Path:
    """Make a workspace; the configuration comes last, so that a killed run can be run again.

    Raise ConflictError when there is one already: nothing is overwritten.
    """
    target = folder / config.FILE_NAME
    there = ConflictError(
        "There is a workspace here already.",
        hint="Work in it, or choose another folder.",
        file=str(target),
    )
    if target.exists():
        raise there
    text = text or _EXAMPLE.read_text(encoding="utf-8")
    settings = config.parse(text, str(target))
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        for name in FOLDERS:
            (folder / name).mkdir(mode=_OWNER_ONLY, exist_ok=True)
        open_ledger(settings.database, folder, settings.clinic.data_centre, create=True).close()
        draft = new_draft(target)
        try:
            draft.write_text(text, encoding="utf-8")
            take_free_place(draft, target)
        except FileExistsError:  # made by somebody else in the same moment
            raise there from None
        finally:
            discard(draft)
    except OSError as error:
        raise FileError(
            f"The workspace cannot be made: {error.strerror}.",
            hint="Choose a folder that you may write to.",
            file=str(error.filename or folder),
        ) from None
    return folder


def _show(screen: Screen, made: Path) -> None:
    screen.line(f"Made the workspace {made.resolve()}.")
    screen.facts(
        [
            (f"  {config.FILE_NAME}", "the clinic's settings: put in your own numbers first"),
            ("  ledger.db", "sessions, claims and their journal; never edit it by hand"),
            *((f"  {name}/", meaning) for name, meaning in FOLDERS.items()),
        ]
    )
    screen.remark(f"Next: cd {made}, edit {config.FILE_NAME}, then tpi-billing doctor")
