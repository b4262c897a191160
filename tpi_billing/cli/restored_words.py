"""What `ledger restore` says of the ledger of before: what is lost with it, and what to do."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tpi_billing.cli.screen import counted

if TYPE_CHECKING:
    from tpi_billing.ledger.keeping.loss import Loss
    from tpi_billing.ledger.keeping.restore import Restored


def losses(found: "Restored") -> Iterator[str]:
    """Say what is lost, a line each."""
    if found.unknown:
        yield "The present ledger cannot be read, so nobody can tell what is lost."
    elif _was_none(found):
        yield "There was no ledger here that could tell what was done since the backup."
    elif found.loss is not None:
        yield from _told(found.loss)


def _told(loss: "Loss") -> Iterator[str]:
    if not loss.related and not loss.since:
        yield "The backup is of ANOTHER ledger: the journals have not one entry in common."
    elif not loss.related:
        yield (
            f"The present ledger and the backup went different ways after entry {loss.since} of "
            "their journals."
        )
    if loss.nothing:
        yield "Nothing was done since the backup was made: nothing is lost."
        return
    entries = "1 journal entry" if loss.entries == 1 else f"{loss.entries} journal entries"
    yield f"Lost: {entries}."
    for what, count in loss.counts.items():
        yield f"Lost are {what.replace('_', ' ')}: {count}."
    for one in loss.batches:
        sent = ", which MSP may have" if one.submitted else ""
        yield f"Lost is batch {one.batch_id} of {one.month}, {counted(one.claims, 'claim')}{sent}."
    for batch_id in loss.sent:
        yield f"Batch {batch_id} was sent since; the backup does not know."
    if loss.last_number is not None:
        yield f"Sequence numbers {loss.first_number} to {loss.last_number} were used since."


def _was_none(found: "Restored") -> bool:
    """Tell whether there was no ledger before, or only the empty one that init makes."""
    return not found.unknown and (found.loss is None or not found.loss.head.entries)


def cures(found: "Restored") -> Iterator[str]:
    """Say what is to be done about it, a line each; the page docs/backup.md tells the same."""
    loss = found.loss
    if found.unknown or _was_none(found):
        yield (
            "If the disk is lost, find out what was sent since: compare tpi-billing batch list "
            "with tpi-billing teleplan log --list and the files in out/. Before the next batch "
            "follow docs/backup.md, After a restore."
        )
        yield (
            "See at MSP which number it expects next (tpi-billing teleplan log), and set it: "
            "tpi-billing teleplan number set N --reason TEXT."
        )
    if loss is None:
        return
    if loss.last_number is not None:
        yield (
            f"If the files with these numbers were sent, MSP expects {loss.next_number} next: "
            f"tpi-billing teleplan number set {loss.next_number} --reason TEXT."
        )
    if loss.sent or any(one.submitted for one in loss.batches):
        yield (
            "What MSP has must not be billed again: before the next batch, follow "
            "docs/backup.md, After a restore."
        )
    if loss.counts:
        yield "Import the exports and MSP's files since then again; nothing comes twice."
