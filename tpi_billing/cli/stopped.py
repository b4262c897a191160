"""What is said when somebody pressed Ctrl-C, and how the process then ends quietly."""

import signal
from contextlib import suppress

from tpi_billing.cli.settings import Settings
from tpi_billing.errors import Trouble

EXIT_CODE = 130


def what_was_done(settings: Settings) -> Trouble:
    """Say how far the command came, what is kept of it, and what to do."""
    at = settings.under_way.words if settings.under_way is not None else ""
    if any(ledger.kept for ledger in settings.opened):
        kept = "What was finished before is kept, the rest was not done."
        hint = "Run the same command again: nothing is done twice."
    else:
        kept, hint = "Nothing was changed.", "Run the same command again."
    return Trouble(" ".join(part for part in ("Stopped.", at, kept) if part), hint)


def not_any_more() -> None:
    """Let Ctrl-C do nothing from here on: everything is done or said, the process only ends."""
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)
