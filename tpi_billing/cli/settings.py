"""The options that every command has, and the workspace that they lead to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tpi_billing import clock
from tpi_billing.cli.likely_day import insist_on_likely_day
from tpi_billing.cli.read_only import LOOKING, insist_on_reason, unmasking, write_down
from tpi_billing.errors import UsageError

if TYPE_CHECKING:
    from tpi_billing.cli.progress import Progress
    from tpi_billing.codes import CodeBook
    from tpi_billing.config import Config
    from tpi_billing.ledger import Ledger


@dataclass
class Settings:
    """What was given before the command; everything heavy is read when it is first needed."""

    workspace: Path = Path()
    as_of_text: str | None = None
    actor_name: str | None = None
    json: bool = False
    quiet: bool = False
    unmask: bool = False
    debug: bool = False
    read_only: bool = False
    unmask_reason: str = ""
    protect: bool = False
    command: str = ""
    opened: "list[Ledger]" = field(default_factory=list)
    under_way: "Progress | None" = None

    @cached_property
    def as_of(self) -> date:
        """The day that counts as today."""
        if self.as_of_text is None:
            return clock.today()
        return parse_day(self.as_of_text, "--as-of")

    @cached_property
    def actor(self) -> str:
        """Who is at work, for the journal."""
        if self.actor_name:
            return self.actor_name.encode(errors="replace").decode()
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return "unknown"

    @cached_property
    def config(self) -> "Config":
        """The workspace's configuration."""
        from tpi_billing.config import FILE_NAME, load

        return load(self.workspace / FILE_NAME)

    @cached_property
    def codes(self) -> "CodeBook":
        """The code lists, the workspace's own before the shipped ones."""
        from tpi_billing.codes import CodeBook

        return CodeBook.load(self.workspace)

    @cached_property
    def ledger(self) -> "Ledger":
        """The workspace's ledger; looking at it unmasked is written into its journal."""
        from tpi_billing.ledger import open_ledger

        if self.read_only and self.unmask:
            insist_on_reason(self.unmask_reason)
        ledger = open_ledger(
            self.config.database,
            self.workspace,
            self.config.clinic.data_centre,
            read_only=self.read_only,
        )
        ledger.today = self.as_of
        self.opened.append(ledger)
        if self.as_of_text and self.command and self.command not in LOOKING:
            insist_on_likely_day(ledger, self.as_of)
        if self.unmask:
            values = unmasking(self.command, self.unmask_reason, read_only=self.read_only)
            if self.read_only:
                write_down(self.config, self.workspace, self.actor, values)
            else:
                with ledger.changing(self.actor) as transaction:
                    transaction.journal.write("unmask", "ledger", values)
                ledger.kept = 0  # nothing that the command is for
        return ledger

    @contextmanager
    def patients_go_into(self, file: Path) -> Iterator[None]:
        """Write into the journal that the block writes a file with patients' data.

        When the block fails, the entry goes with it. With --read-only the entry comes first, and
        needs a reason as --unmask does.
        """
        values = unmasking(self.command, self.unmask_reason, read_only=self.read_only)
        values["file"] = file.name
        if self.protect:
            values["protected"] = 1
        if self.read_only:
            insist_on_reason(self.unmask_reason, "a file with patients' data")
            write_down(self.config, self.workspace, self.actor, values, _GIVEN_OUT)
            yield
            return
        with self.ledger.changing(self.actor) as transaction:
            transaction.journal.write(_GIVEN_OUT, "ledger", values)
            yield

    @contextmanager
    def progress(self, what: str, total: int | None) -> "Iterator[Progress]":
        """Count long work, and show on a terminal's standard error how it goes on.

        What was under way is remembered when it is stopped, not when it came to its end.
        """
        import sys

        from tpi_billing.cli.progress import progress

        may_show = not self.json and not self.quiet and sys.stderr.isatty()
        with progress(what, total, may_show=may_show) as self.under_way:
            yield self.under_way
        self.under_way = None

    def close(self) -> None:
        """Let go of the ledger's file."""
        for ledger in self.opened:
            ledger.close()


_FIRST_YEAR = 1900
"""Nobody was born before; years are counted back from any day."""
_GIVEN_OUT = "patients.written"


def parse_day(text: str, option: str) -> date:
    """Read an option's day, `YYYY-MM-DD`; raise UsageError for anything else, or before 1900."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year < _FIRST_YEAR:
        raise UsageError(
            f"{option} takes a day as YYYY-MM-DD, not {text!r}.", hint="For example 2026-11-05."
        )
    return day


def parse_month(text: str, option: str = "--month") -> str:
    """Read an option's month, `YYYY-MM`; raise UsageError for anything else."""
    try:
        return date.fromisoformat(f"{text}-01").strftime("%Y-%m")
    except ValueError:
        raise UsageError(
            f"{option} takes a month as YYYY-MM, not {text!r}.", hint="For example 2026-10."
        ) from None


def default_workspace() -> Path:
    """Return the folder to work in when --workspace is not given."""
    return Path(os.environ.get("TPI_BILLING_WORKSPACE") or ".")
