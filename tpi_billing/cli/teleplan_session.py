"""Sign on to Teleplan for a command: the site, the user, the password, and signing off again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tpi_billing.cli.settings import Settings
from tpi_billing.errors import ConfigurationError, ConflictError

if TYPE_CHECKING:
    from tpi_billing.teleplan.exchange.service import TeleplanService

PASSWORD_VARIABLE = "TPI_BILLING_TELEPLAN_PASSWORD"  # noqa: S105 - the variable's name
KEYRING_SERVICE = "tpi-billing teleplan"
TIMEOUT_VARIABLE = "TPI_BILLING_TELEPLAN_TIMEOUT"
PATIENCE_VARIABLE = "TPI_BILLING_TELEPLAN_PATIENCE"
_TIMEOUT = 60.0
_MOST_SECONDS = 900


def site_of(settings: Settings, *, test_site: bool) -> str:
    """Return the address to talk to."""
    from tpi_billing.teleplan.exchange.service import TEST_SITE

    return TEST_SITE if test_site else settings.config.teleplan.url


def exchange_folder(settings: Settings) -> Path:
    """Return the workspace's folder for what MSP has said and the ledger has not taken yet."""
    return settings.workspace / "out" / "teleplan"


def patience() -> float:
    """Return for how many seconds the ledger is tried again once MSP has answered."""
    from tpi_billing.claims.kept_files import PATIENCE

    return _seconds(PATIENCE_VARIABLE, PATIENCE)


def _seconds(variable: str, otherwise: float) -> float:
    text = os.environ.get(variable)
    if not text:
        return otherwise
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _MOST_SECONDS:
        raise ConfigurationError(f"{variable} takes seconds, 0 to {_MOST_SECONDS}.")
    return seconds


@contextmanager
def signed_on(settings: Settings, *, test_site: bool = False) -> "Iterator[TeleplanService]":
    """Give a service that is signed on, and sign off whatever happens."""
    username, password = credentials(settings)
    with service_for(settings, test_site=test_site) as service:
        service.sign_on(username, password)
        yield service


def service_for(settings: Settings, *, test_site: bool = False) -> "TeleplanService":
    """Return a service that nobody is signed on to."""
    from tpi_billing.teleplan.exchange.service import TeleplanService

    seconds = _seconds(TIMEOUT_VARIABLE, _TIMEOUT)
    site = site_of(settings, test_site=test_site)
    if test_site and is_stand_in(settings.config.teleplan.url) and not is_stand_in(site):
        raise ConflictError(
            "This workspace talks to a stand-in on this computer, which has no test site: the "
            "command would leave the computer. Nothing was sent.",
            hint="Leave out --test-site, or put MSP's address into `url` in tpi-billing.toml.",
        )
    return TeleplanService(site, timeout=seconds)


def is_stand_in(url: str) -> bool:
    """Tell whether an address is this computer's own: MSP's web service is never there."""
    from tpi_billing.teleplan.exchange.transport import LOOPBACK

    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def credentials(settings: Settings) -> tuple[str, str]:
    """Return user name and password: from the environment, else the system's keyring."""
    username = settings.config.teleplan.username
    if not username:
        raise ConfigurationError(
            "teleplan.username is blank.", hint="Enter it in tpi-billing.toml, [teleplan]."
        )
    password = os.environ.get(PASSWORD_VARIABLE) or _from_keyring(username)
    if not password:
        raise ConfigurationError(
            "There is no Teleplan password on this computer.",
            hint="Keep it with: tpi-billing teleplan password --store, "
            f"or set {PASSWORD_VARIABLE}.",
        )
    return username, password


def keep_password(username: str, password: str) -> None:
    """Put the password into the system's keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(KEYRING_SERVICE, username, password)
    except KeyringError as error:
        raise ConfigurationError(
            f"This computer's keyring does not take it: {type(error).__name__}.",
            hint=f"Set {PASSWORD_VARIABLE} for the commands instead.",
        ) from None


def _from_keyring(username: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, username)
    except KeyringError:
        return None
