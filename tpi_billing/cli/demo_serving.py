"""`demo --serve`: the demo's stand-in keeps running, and the newcomer tries the commands."""

import os
import shlex
import shutil
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tpi_billing import config
from tpi_billing.cli.demo_month import EXPORT, MORE, MORE_MONTH, MORE_VISITS, TRY_ON
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.cli.teleplan_session import PASSWORD_VARIABLE
from tpi_billing.errors import ConflictError

if TYPE_CHECKING:
    from tpi_billing.demo.stand_in import StandIn


def open_again(place: Path, day: date | None) -> "StandIn":
    """Start the stand-in of a demo's workspace, at the address that its configuration names.

    Raise ConflictError for a workspace that is no demo's, and when the port is not to be had.
    """
    from tpi_billing.demo.workspace import stand_in_of

    settings = config.load(place / config.FILE_NAME)
    stand_in = stand_in_of(place, settings, day or TRY_ON)
    if stand_in is None:
        raise ConflictError(
            "This workspace is none of the demo's: its configuration names no stand-in.",
            hint="Make a demo in a new folder: tpi-billing demo NEW --serve",
            file=str(place),
        )
    try:
        stand_in.start()
    except OSError as error:
        raise ConflictError(
            f"The stand-in cannot listen at {settings.teleplan.url}: "
            f"{error.strerror or type(error).__name__}.",
            hint="Is it running already, in another terminal? Otherwise stop the program that has "
            "that port, or put another free port into `url` in the file.",
            file=str(place / config.FILE_NAME),
        ) from None
    return stand_in


def serve_on(screen: Screen, place: Path, stand_in: "StandIn") -> None:
    """Say what can be tried, and wait for Ctrl-C."""
    from tpi_billing.demo.stand_in import USERNAME
    from tpi_billing.demo.stand_in.waiting import until_stopped

    stand_in.today = max(stand_in.today, TRY_ON)
    stand_in.state.account.set_on = stand_in.today  # or its 42 days would end amid the trying
    at = f"{program()} --as-of {stand_in.today}"
    screen.heading("THE STAND-IN IS RUNNING on this computer. It is NOT MSP; nothing here is paid.")
    screen.facts(
        [
            ("   address", stand_in.url),
            ("   page", f"{stand_in.page_url} (what it was sent, and what day it is)"),
            ("   user", USERNAME),
            ("   its day", stand_in.today.isoformat()),
        ]
    )
    screen.line()
    screen.line(f"   In a second terminal, send it {MORE_VISITS} visits of November yourself:")
    for command in (
        *entering(place),
        f"{at} sessions import exports/{MORE} --mapping {EXPORT}",
        f"{at} batch create --month {MORE_MONTH}",
        f"{at} submit {_next_batch(place)}",
    ):
        screen.command(command)
    paid = stand_in.remittance_day(stand_in.today)
    screen.line(f"   Then go to {paid} on the page above, and fetch what became of them:")
    screen.command(f"{program()} --as-of {paid} pickup")
    screen.line()
    with suppress(KeyboardInterrupt):
        screen.line("   Ctrl-C stops the stand-in.")
        sys.stdout.flush()
        until_stopped()
    stand_in.stop()
    screen.line()
    screen.line("The stand-in has stopped.")


def _next_batch(place: Path) -> int:
    from tpi_billing.ledger.batches import list_batches

    settings = Settings(workspace=place)
    try:
        with settings.ledger.reading() as connection:
            known = list_batches(connection, settings.ledger.data_centre)
    finally:
        settings.close()
    return max((one.batch_id for one in known), default=0) + 1


def entering(place: Path) -> tuple[str, str]:
    """Return the commands that enter the workspace and set the stand-in's password."""
    from tpi_billing.demo.stand_in import PASSWORD

    if os.name == "nt":
        return f'cd "{place.resolve()}"', f"set {PASSWORD_VARIABLE}={PASSWORD}"
    return f"cd {shlex.quote(str(place.resolve()))}", f"export {PASSWORD_VARIABLE}={PASSWORD}"


def program() -> str:
    """Return how this program is called here: by its name, or by its place when it has no name."""
    called = Path(sys.argv[0])
    if shutil.which("tpi-billing") or called.stem != "tpi-billing":
        return "tpi-billing"
    return str(called.resolve())
