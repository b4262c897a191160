"""Failures a user can do something about, each with the exit code that a script may rely on.

Exit codes: 2 wrong usage, 3 configuration, 4 a file could not be read or written, 5 conflict,
6 integrity, 7 network or Teleplan. A failure carries one or more `Trouble`s so that everything
that is wrong is said at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_TOLD = 5_000
"""Troubles of one failure that are told one by one."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: where, what, and what to do about it.

    `row` counts as the spreadsheet numbers it (a text file's line otherwise), from 1.
    """

    message: str
    hint: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def where(self) -> str:
        """Name the place, from file to column, leaving out what is not known."""
        parts = [
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column}" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)


class BillingError(Exception):
    """A foreseeable failure: shown as one line a trouble, never as a traceback."""

    exit_code = 2
    code = "error"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str = "",
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        value: str = "",
        more: Sequence[Trouble] = (),
    ) -> None:
        """Take one trouble's parts, and the further ones found in the same go in `more`."""
        super().__init__(message)
        first = Trouble(message, hint, file, sheet, row, column, value)
        self.troubles: tuple[Trouble, ...] = (first, *more)

    @classmethod
    def of(cls, troubles: Sequence[Trouble]) -> "BillingError":
        """Make one failure of every trouble found; `troubles` must not be empty.

        Beyond so many they are only counted: a file of nothing but faults is another file.
        """
        first, *rest = troubles
        error = cls(first.message, more=())
        if (more := len(rest) - MOST_TOLD) > 1:
            rest = [*rest[:MOST_TOLD], Trouble(f"... and {more:,} more of them.", file=first.file)]
        error.troubles = (first, *rest)
        return error


class UsageError(BillingError):
    """The command was given arguments that make no sense together."""

    exit_code = 2
    code = "usage"


class ConfigurationError(BillingError):
    """The configuration, or a data file of `fee_codes/`, does not say what it must."""

    exit_code = 3
    code = "configuration"


class FileError(BillingError):
    """A file cannot be read as what it claims to be, or cannot be written."""

    exit_code = 4
    code = "file"


class ConflictError(BillingError):
    """The thing asked for is already done, locked by somebody, or in a state that forbids it."""

    exit_code = 5
    code = "conflict"


class IntegrityError(BillingError):
    """The ledger, its journal or a published file is not what was written."""

    exit_code = 6
    code = "integrity"


class NetworkError(BillingError):
    """Teleplan could not be reached or refused."""

    exit_code = 7
    code = "network"
