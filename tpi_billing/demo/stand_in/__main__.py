"""Run the stand-in by itself: `python -m tpi_billing.demo.stand_in`."""

import argparse
import sys
from datetime import date
from pathlib import Path

from tpi_billing.demo.stand_in import CHARGES, HABITS, PASSWORD, USERNAME, How, StandIn
from tpi_billing.demo.stand_in.waiting import until_stopped
from tpi_billing.errors import BillingError

_TOLD = """\
STAND-IN OF TELEPLAN - NOT MSP, NOTHING HERE IS PAID. Send no real patient's claims here.

Address:     {url}
Page:        {page}
User:        {username}
Password:    {password}
Data centre: {data_centre}
Day:         {today}

Put the address and the user into [teleplan] of tpi-billing.toml, and the password into the
variable TPI_BILLING_TELEPLAN_PASSWORD. Ctrl-C stops.
"""


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        stand_in = StandIn(
            data_centre=given.data_centre,
            today=given.as_of,
            habits=HABITS[given.rules],
            charges=CHARGES.get(given.rules, ()),
            seed=given.seed,
            memory=given.state,
            port=given.port,
        )
        for action, how in given.fail:
            stand_in.fail(action, how)
        stand_in.start()
    except (BillingError, OSError, OverflowError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    account = stand_in.state.account
    known = account.knows(USERNAME, PASSWORD)
    sys.stdout.write(
        _TOLD.format(
            url=stand_in.url,
            page=stand_in.page_url,
            username=account.username,
            password=PASSWORD if known else "the one that you changed it to",
            data_centre=stand_in.state.data_centre,
            today=stand_in.today,
        )
    )
    sys.stdout.flush()
    until_stopped()
    stand_in.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tpi_billing.demo.stand_in",
        description="A stand-in of MSP's web service on this computer. Not MSP: nothing is paid.",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="where to listen; any free port without it")
    add("--state", type=Path, metavar="FILE", help="remember everything in this file")
    add("--seed", type=int, default=7, help="which claims the made-up rules take")
    add("--rules", choices=sorted(HABITS), default="paid", help="how claims are judged")
    add("--as-of", type=_day, metavar="YYYY-MM-DD", help="what day it is")
    add("--data-centre", default="T9999", metavar="T9999", help="whose claims it takes")
    ways = ", ".join(How)
    add(
        "--fail",
        type=_fault,
        action="append",
        default=[],
        metavar="ACTION=HOW",
        help=f"let the next request of an action fail: {ways}",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be as 2026-11-05, not {text}") from None


def _fault(text: str) -> tuple[str, How]:
    action, _, how = text.partition("=")
    if how not in list(How):
        raise argparse.ArgumentTypeError(f"must be as AputRemit=reply-lost, not {text}")
    return action, How(how)


if __name__ == "__main__":
    sys.exit(main())
