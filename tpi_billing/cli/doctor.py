"""`doctor`: look whether everything is here that the work needs, and as it should be."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tpi_billing import __version__
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import BillingError, IntegrityError

if TYPE_CHECKING:
    from tpi_billing.ledger.batches import BatchRow

_ROOM = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `exit_code` 0 when it is well."""

    what: str
    message: str
    hint: str = ""
    exit_code: int = 0


def doctor(ctx: typer.Context) -> Result:
    """Check the workspace and say what to fix.

    Looks at the configuration, the code lists, the ledger, its journal, the files published and
    the disk. Example: tpi-billing doctor
    """
    settings: Settings = ctx.obj
    found = [one for look in _LOOKS for one in _looked(look, settings)]
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


def _configuration(settings: Settings) -> Iterator[Finding]:
    config = settings.config
    people = len(config.practitioners)
    yield Finding("configuration", f"{config.clinic.name}, {people} practitioners")
    if config.clinic.data_centre == "T9999":
        yield Finding(
            "configuration",
            "data centre T9999 is the example's",
            "Put in your own data centre, payee and practitioner numbers before you bill.",
            1,
        )


def _code_lists(settings: Settings) -> Iterator[Finding]:
    codes = settings.codes
    codes.load_all()
    edition = codes.edition_on(settings.as_of)
    yield Finding("code lists", f"fee schedule of {edition.name} ({edition.origin})")
    if settings.as_of.year not in codes.calendar.holiday_years:
        yield Finding(
            "code lists",
            f"the calendar has no holidays for {settings.as_of.year}",
            "Put a newer calendar.toml into the workspace's fee_codes folder.",
            1,
        )
    if codes.calendar.next_close_off(settings.as_of) is None:
        yield Finding(
            "code lists",
            "the calendar knows no close-off after today",
            "Put MSP's dates of next year into the workspace's fee_codes/calendar.toml.",
            1,
        )


def _ledger(settings: Settings) -> Iterator[Finding]:
    from tpi_billing.ledger.health import examine
    from tpi_billing.ledger.sessions import Scope, count_open

    ledger = settings.ledger
    with ledger.reading() as connection:
        health = examine(connection)
        waiting = count_open(connection, ledger.data_centre, Scope())
    for fault in health.faults:
        hint = "Stop working with this ledger and restore the last backup copy."
        yield Finding("ledger", fault, hint, IntegrityError.exit_code)
    if not health.faults:
        yield Finding(
            "ledger",
            f"{health.sessions} sessions ({waiting} not yet billed), {health.claims} claims, "
            f"{health.entries} journal entries, all whole",
        )


def _published_files(settings: Settings) -> Iterator[Finding]:
    files = list(_known_files(settings))
    gone = 0
    for batch, path, digest in files:
        if not path.is_file():
            gone += 1
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            cure = f"Write it again: tpi-billing batch export {batch.batch_id}"
            if batch.state == "void":
                cure = "Its batch is void: delete the file, so that nobody submits it."
            yield Finding(
                "published files",
                f"{path} is not what was published",
                cure,
                IntegrityError.exit_code,
            )
    where = f", {gone} moved elsewhere" if gone else ""
    yield Finding("published files", f"{len(files)} known{where}")


def _known_files(settings: Settings) -> "Iterator[tuple[BatchRow, Path, str]]":
    from tpi_billing.ledger.batches import files_of, list_batches

    ledger = settings.ledger
    with ledger.reading() as connection:
        for row in list_batches(connection, ledger.data_centre):
            for path, _, digest in files_of(connection, row.batch_id):
                yield row, settings.workspace / path, digest


def _leftovers(settings: Settings) -> Iterator[Finding]:
    """Find the drafts of files that a killed run could not take away."""
    folders = {path.parent for _, path, _ in _known_files(settings)}
    drafts = {draft for folder in folders for draft in folder.glob(".*.tmp")}
    for draft in sorted(drafts | set(settings.workspace.rglob(".*.tmp"))):
        yield Finding(
            "leftovers",
            f"{draft} was left by a run that was killed",
            "It may hold patients' data: delete it when no other command is running.",
            1,
        )


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
    _configuration,
    _code_lists,
    _ledger,
    _published_files,
    _leftovers,
    _deadlines,
    _disk,
)
