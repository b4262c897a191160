"""Where the passwords of workbooks come from: the environment, the keyring, or the keyboard.

Never from the command line, which other programs can see and shells remember.
"""

import getpass
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tpi_billing.errors import ConfigurationError, UsageError
from tpi_billing.protection import insist_on_cipher

VARIABLE = "TPI_BILLING_WORKBOOK_PASSWORD"
SERVICE, USER = "tpi-billing workbooks", "clinic"
SHORTEST, LONGEST = 8, 255
"""Characters; Excel takes no more than 255."""


@dataclass
class WorkbookPasswords:
    """The passwords of one command; each is looked for when it is first needed."""

    protect: bool = False

    def to_write(self) -> str:
        """Return the password for the workbooks that are written; ask for it twice if need be."""
        return self._for_writing

    def to_read(self, path: Path) -> Iterator[str]:
        """Yield what is kept, then what is typed; nothing is asked where nobody can answer."""
        kept = _kept()
        if kept:
            yield kept
        if sys.stdin.isatty():
            yield getpass.getpass(f"Password of {path.name}: ")

    @cached_property
    def _for_writing(self) -> str:
        insist_on_cipher()
        kept = _kept()
        if kept:
            return _checked(kept)
        if not sys.stdin.isatty():
            raise ConfigurationError(
                "There is no password for the workbooks.",
                hint=f'Set {VARIABLE}, or keep one with: keyring set "{SERVICE}" {USER}',
            )
        typed = _checked(getpass.getpass("Password for the workbooks: "))
        if typed != getpass.getpass("The same again: "):
            raise UsageError("The two are not the same.", hint="Nothing was written. Try again.")
        return typed


def _kept() -> str | None:
    """Return what the environment has, else the system's keyring."""
    if found := os.environ.get(VARIABLE):
        return found
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, USER)
    except KeyringError:
        return None


def _checked(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigurationError(
            f"A password for workbooks has {SHORTEST} to {LONGEST} characters.",
            hint="Take some words that nobody would put together. Nothing was written.",
        )
    return password
