"""`demo`: a made-up clinic's October, from the export to MSP's answers, with a guided tour.

A stand-in on this computer plays MSP.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from tpi_billing import config
from tpi_billing.cli.demo_circle import circle_steps
from tpi_billing.cli.demo_month import AS_OF, MONTH, Month, Step, month_steps
from tpi_billing.cli.demo_serving import open_again, program, serve_on
from tpi_billing.cli.init import make_workspace
from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.cli.teleplan_session import PASSWORD_VARIABLE
from tpi_billing.errors import ConflictError, IntegrityError, UsageError

_DEFAULT = "tpi-billing-demo"
_INDENT, _BEHIND = " " * 3, " " * 7


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where; default: a new folder here.")
    ] = None,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Keep the stand-in running until Ctrl-C, also a demo's own."),
    ] = False,
) -> Result:
    """Run a made-up clinic's whole month, with a guided tour.

    A stand-in on this computer plays MSP: nothing needs to be configured, nothing leaves the
    computer, no patient is real. Example: tpi-billing demo
    """
    given: Settings = ctx.obj
    if serve and given.json:
        raise UsageError("--serve is for people.", hint="Leave out --json.")
    if serve and folder is not None and (folder / config.FILE_NAME).is_file():
        stand_in = open_again(folder, given.as_of if given.as_of_text else None)
        return Result({}, lambda screen: serve_on(screen, folder, stand_in))
    return _tour(given, _new_folder(folder), serve=serve)


def _new_folder(wanted: Path | None) -> Path:
    if wanted is not None:
        if wanted.exists() and (not wanted.is_dir() or any(wanted.iterdir())):
            raise ConflictError(
                "The folder is not empty; the demo overwrites nothing.",
                hint="Name a new folder, or delete this one. If it is a demo's, go on in it "
                f"with: tpi-billing demo {wanted} --serve",
                file=str(wanted),
            )
        return wanted
    number = 1
    while (place := Path(_DEFAULT if number == 1 else f"{_DEFAULT}-{number}")).exists():
        number += 1
    return place


def _tour(given: Settings, place: Path, *, serve: bool) -> Result:
    """Go through the month; with `serve`, the stand-in stays until the tour has been shown."""
    from tpi_billing.demo.workspace import LATER_URL, new_stand_in, settings_text

    day = given.as_of if given.as_of_text else AS_OF
    settings = Settings(
        workspace=place, as_of_text=day.isoformat(), actor_name="demo clerk", quiet=given.quiet
    )
    given.opened = settings.opened
    with ExitStack() as running:
        stand_in, trouble = new_stand_in(place, day), ""
        try:
            running.enter_context(stand_in)
        except OSError as error:
            trouble = f"{error.strerror or type(error).__name__}."
        url = LATER_URL if trouble else stand_in.url
        make_workspace(place, settings_text(url, PASSWORD_VARIABLE))
        month = Month(settings, stand_in, trouble)
        month.data |= {"workspace": str(place), "month": MONTH}
        steps = [step for part in _PARTS for step in part(month)]
        left_out = "left_out" in month.data["exchange"]
        kept = running.pop_all() if serve and not left_out else None

    def show(screen: Screen) -> None:
        _show(screen, place, steps)
        if kept is None:
            screen.line("   The STAND-IN has stopped. To send it more visits yourself:")
            screen.command(f"{program()} demo {place} --serve")
            return
        with kept:
            serve_on(screen, place, stand_in)

    return Result(month.data, show, attention=left_out)


def _journal_steps(month: Month) -> Iterator[Step]:
    from tpi_billing.ledger.health import examine

    with month.settings.ledger.reading() as connection:
        health = examine(connection)
    if health.faults:
        raise IntegrityError(health.faults[0])
    yield Step(
        "Everything is in the ledger, and its journal is whole",
        "tpi-billing doctor",
        [f"{health.entries} journal entries: who, when, what. None was changed since."],
    )


_PARTS = (month_steps, circle_steps, _journal_steps)
"""The tour, in its order; each part gives steps."""


def _show(screen: Screen, place: Path, steps: list[Step]) -> None:
    screen.line("A made-up clinic's October 2026. No patient is real.")
    screen.line(
        "MSP is played by a STAND-IN on this computer: nothing leaves it or is paid.",
        style="bold",
    )
    for number, step in enumerate(steps, start=1):
        screen.heading(f"{number}. {step.title}")
        screen.command(step.command)
        for line in step.said:
            put(screen, line, _INDENT, _BEHIND)
    screen.heading("Look at it yourself")
    screen.line(f"   {place / 'out' / 'batch-0001'} - open the workbook")
