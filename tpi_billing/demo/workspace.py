"""The demo's workspace: the example's settings, with a stand-in on this computer for MSP."""

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from tpi_billing import config
from tpi_billing.demo.stand_in import MIXED, PASSWORD, USERNAME, StandIn
from tpi_billing.demo.stand_in.handler import PATH
from tpi_billing.demo.stand_in.server import LOOPBACK

LATER_URL = "http://127.0.0.1:43015/TeleplanBroker"
"""Where a stand-in that could not start when the workspace was made may start later."""
_MEMORY = "stand-in.json"
_EXAMPLE = Path(config.__file__).with_name("example.toml")
_HEAD = """\
# THE DEMO'S SETTINGS. The clinic is made up, and MSP is played by a STAND-IN: a small program on
# this very computer. It is not MSP. Nothing sent from here leaves this computer, nothing is paid.
# Never bill a real patient from this folder: make one for that with tpi-billing init.

"""
_TELEPLAN = """
[teleplan]
# The STAND-IN on this computer, never MSP. It listens while tpi-billing demo runs, and as long as
# you like with: tpi-billing demo DIR --serve (DIR is this folder). For the password, set
# {variable} to {password}.
url = "{url}"
username = "{username}"
"""
_OURS = ("url", "username")


def settings_text(url: str, password_variable: str) -> str:
    """Return the text of the demo's tpi-billing.toml, which names the stand-in's address only."""
    head, _, teleplan = _EXAMPLE.read_text(encoding="utf-8").partition("\n[teleplan]\n")
    kept = [line for line in teleplan.splitlines() if line.split(" ")[0] not in _OURS]
    ours = _TELEPLAN.format(
        variable=password_variable, password=PASSWORD, url=url, username=USERNAME
    )
    return _HEAD + head + ours + "".join(f"{line}\n" for line in kept)


def new_stand_in(place: Path, day: date) -> StandIn:
    """Return a stand-in, not started, that remembers in a workspace what it is sent.

    It refuses, changes and holds some claims by made-up habits.
    """
    return StandIn(today=day, habits=MIXED, memory=place / _MEMORY)


def stand_in_of(place: Path, settings: config.Config, day: date) -> StandIn | None:
    """Return the stand-in that a workspace's configuration names, not started; None for MSP's.

    Raise FileError or ConfigurationError for a memory that is not its own.
    """
    try:
        port = urlsplit(settings.teleplan.url).port
    except ValueError:
        port = None
    ours = f"http://{LOOPBACK}:{port}{PATH}"
    if settings.teleplan.username != USERNAME or settings.teleplan.url != ours or not port:
        return None
    return StandIn(
        data_centre=settings.clinic.data_centre,
        today=day,
        habits=MIXED,
        memory=place / _MEMORY,
        port=port,
    )
