"""`doctor`: look whether everything is here that the work needs, and as it should be."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import gettempdir

import typer

from tpi_billing import __version__
from tpi_billing.cli.doctor_settings import Finding, code_lists, configuration
from tpi_billing.cli.doctor_slips import computers_clock, numbers_billed
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import BillingError, IntegrityError

_ROOM = 200 * 2**20
_NAMED = 5
"""Leftovers of one folder that are named one by one."""


def doctor(ctx: typer.Context) -> Result:
    """Check the workspace and say what to fix.

    Looks at the configuration, the code lists, the ledger, its journal, the files published and
    the disk. Example: tpi-billing doctor
    """
    settings: Settings = ctx.obj
    found = _all_looked(settings)
    worst = max(one.exit_code for one in found)
    data = {
        "version": __version__,
        "checks": [
            {"what": f.what, "ok": f.exit_code == 0, "message": f.message, "hint": f.hint}
            for f in found
        ],
    }

    def show(screen: Screen) -> None:
        for one in found:
            screen.line(f"{'ok  ' if one.exit_code == 0 else 'FIX '} {one.what}: {one.message}")
            if one.hint:
                screen.line(f"       -> {one.hint}")
        screen.line()
        bad = sum(one.exit_code != 0 for one in found)
        screen.line("All is well." if not bad else f"{counted(bad, 'thing')} to fix.")

    return Result(data, show, exit_code=worst)


def _all_looked(settings: Settings) -> list[Finding]:
    """Look at everything; a trouble that several looks meet is told by the first."""
    found: dict[tuple[str, str], Finding] = {}
    for look in _LOOKS:
        for one in _looked(look, settings):
            found.setdefault((one.message, one.hint), one)
    return list(found.values())


def _looked(look: "Callable[[Settings], Iterator[Finding]]", settings: Settings) -> list[Finding]:
    what = look.__name__.strip("_").replace("_", " ")
    try:
        return list(look(settings))
    except BillingError as error:
        return [
            Finding(
                what,
                ": ".join(part for part in (trouble.where(), trouble.message) if part),
                trouble.hint,
                error.exit_code,
            )
            for trouble in error.troubles
        ]


def _program(_settings: Settings) -> Iterator[Finding]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("program", f"tpi-billing {__version__} on Python {python}")


def _ledger(settings: Settings) -> Iterator[Finding]:
    from tpi_billing.ledger.health import examine, other_data_centres
    from tpi_billing.ledger.outstanding import rejected_rows
    from tpi_billing.ledger.sessions import Scope, count_open

    ledger = settings.ledger
    with ledger.reading() as connection:
        health = examine(connection)
        waiting = count_open(connection, ledger.data_centre, Scope())
        rejected = len(rejected_rows(connection, ledger.data_centre))
        others = other_data_centres(connection, ledger.data_centre)
    for fault in health.faults:
        hint = "Stop working with this ledger and restore the last backup copy."
        yield Finding("ledger", fault, hint, IntegrityError.exit_code)
    if not health.faults:
        whole = "all whole" if health.verified else "which your role cannot verify"
        rows = f", {counted(rejected, 'rejected row')} in the worklist" if rejected else ""
        yield Finding(
            "ledger",
            f"{health.sessions} sessions ({waiting} not yet billed), {health.claims} claims, "
            f"{health.entries} journal entries, {whole}{rows}",
        )
    for other in others:
        yield Finding(
            "ledger",
            f"{counted(other.sessions, 'session')} and {counted(other.claims, 'live claim')} are "
            f"of data centre {other.data_centre}, not {ledger.data_centre}",
            "If the clinic's number was changed: they are in no command's sight until data_centre "
            "is what it was.",
            # On a server several clinics share a ledger.
            0 if other.shared else 1,
        )


def _published_files(settings: Settings) -> Iterator[Finding]:
    from tpi_billing.audit.published import Standing, published_files

    known = gone = 0
    void: dict[int, int] = {}
    ledger = settings.ledger
    with ledger.reading() as connection:
        for file in published_files(connection, ledger.data_centre, settings.workspace):
            known += 1
            if file.standing is Standing.MISSING:
                gone += 1
            elif file.batch_state == "void":
                void[file.batch_id] = void.get(file.batch_id, 0) + 1
            elif file.standing is Standing.CHANGED:
                yield Finding(
                    "published files",
                    f"{file.path} is not what was published",
                    f"Write it again: tpi-billing batch export {file.batch_id}",
                    IntegrityError.exit_code,
                )
    for batch_id, count in void.items():
        yield Finding(
            "published files",
            f"{counted(count, 'file')} of batch {batch_id}, which is void, still in place",
            "Submit none of them: delete them.",
            1,
        )
    where = f", {gone} moved elsewhere" if gone else ""
    yield Finding("published files", f"{known} known{where}")


def _leftovers(settings: Settings) -> Iterator[Finding]:
    """Find the drafts of files that a killed run could not take away."""
    from tpi_billing.ledger.health_files import known_files

    ledger = settings.ledger
    with ledger.reading() as connection:
        paths = {file.path for file in known_files(connection, ledger.data_centre)}
    folders = {(settings.workspace / path).parent for path in paths}
    drafts = {draft for folder in folders for draft in folder.glob(".*.tmp")}
    # A workbook's sheets are drawn up there.
    sheets = {path for path in Path(gettempdir()).glob("openpyxl.*") if _is_ours(path)}
    found = sorted(drafts | set(settings.workspace.rglob(".*.tmp")) | sheets)
    for folder, of_folder in groupby(found, key=lambda path: path.parent):
        yield from _told(folder, list(of_folder))


def _told(folder: Path, drafts: list[Path]) -> Iterator[Finding]:
    """Name a folder's drafts, or where they are too many to name the first with their number."""
    cure = "delete it when no other command is running."
    if len(drafts) <= _NAMED:
        for draft in drafts:
            said = f"{draft} was left by a run that was killed"
            yield Finding("leftovers", said, f"It may hold patients' data: {cure}", 1)
        return
    said = f"{len(drafts):,} files in {folder}, such as {drafts[0].name}, were left by killed runs"
    yield Finding("leftovers", said, f"Each may hold patients' data: {cure}", 1)


def _is_ours(path: Path) -> bool:
    """Tell whether a file is this user's; where the system does not say, it is."""
    with suppress(OSError):
        return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
    return False


def _deadlines(settings: Settings) -> Iterator[Finding]:
    close_off = settings.codes.calendar.next_close_off(settings.as_of)
    if close_off is not None:
        days = (close_off - settings.as_of) // timedelta(days=1)
        yield Finding("deadlines", f"next close-off {close_off}, in {days} days")


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.workspace).free
    if free < _ROOM:
        yield Finding("disk", f"{free // 2**20} MiB free", "Make room before you go on.", 1)
    else:
        yield Finding("disk", f"{free // 2**30} GiB free")


_LOOKS = (
    _program,
    configuration,
    code_lists,
    _ledger,
    numbers_billed,
    computers_clock,
    _published_files,
    _leftovers,
    _deadlines,
    _disk,
)
