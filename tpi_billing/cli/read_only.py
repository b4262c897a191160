"""`--read-only`: which commands only look, and how an auditor who sees patients is written down."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpi_billing.errors import BillingError, ConflictError, UsageError

if TYPE_CHECKING:
    from tpi_billing.config import Config

LOOKING = frozenset(
    {
        "doctor",
        "sessions template",
        "sessions list",
        "sessions show",
        "sessions gaps",
        "referrals list",
        "check",
        "worklist",
        "overage summary",
        "batch list",
        "batch show",
        "claims list",
        "claims show",
        "claims trace",
        "remittance list",
        "remittance show",
        "report books",
        "report remittances",
        "report receivables",
        "report refusals",
        "report expected",
        "report write-offs",
        "report adjustments",
        "report month-end",
        "audit verify",
        "audit log",
        "audit patterns",
        "audit report",
        "audit facts",
        "fees show",
        "fees search",
        "fees price",
        "fees diff",
        "codes explain",
        "codes search",
    }
)
"""The commands that change nothing: any other is refused. Some write a file that they are given."""


def insist_on_looking(command: str) -> None:
    """Raise ConflictError for a command that would change something."""
    if command not in LOOKING:
        raise ConflictError(
            f"{command} would change something, and --read-only was given.",
            hint="Run it without --read-only, or let somebody do it who may write.",
        )


def insist_on_reason(reason: str, what: str = "--unmask") -> None:
    """Raise UsageError unless it was said why patients are looked at."""
    if not reason.strip():
        raise UsageError(
            f"With --read-only, {what} needs a reason.",
            hint='Say why, for example --unmask-reason "review of charts, October".',
        )


def unmasking(command: str, reason: str, *, read_only: bool) -> dict[str, Any]:
    """Return what the journal says of a command that shows patients."""
    values: dict[str, Any] = {"command": command}
    if reason.strip():
        values["reason"] = reason.strip()
    if read_only:
        values["read_only"] = 1
    return values


def write_down(
    config: "Config",
    workspace: Path,
    actor: str,
    values: dict[str, Any],
    action: str = "unmask",
) -> None:
    """Write into the journal, by a connection of its own, that patients are looked at.

    Raise ConflictError when the ledger cannot be written: nobody looks at patients unseen.
    """
    from tpi_billing.ledger import open_ledger

    try:
        ledger = open_ledger(config.database, workspace, config.clinic.data_centre)
        try:
            with ledger.changing(actor) as transaction:
                transaction.journal.write(action, "ledger", values)
        finally:
            ledger.close()
    except BillingError as error:
        raise ConflictError(
            "Health numbers and names cannot be shown: the ledger's journal, in which that must "
            f"stand, cannot be written. {error.troubles[0].message}",
            hint="Leave out --unmask and --xlsx, or ask for access with which the ledger can be "
            "written.",
        ) from error
