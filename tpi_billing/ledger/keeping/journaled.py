"""Backups of an open ledger with their journal entries: by hand, and before a month is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tpi_billing.drafts import discard
from tpi_billing.errors import FileError
from tpi_billing.ledger.keeping.backup import (
    RECORD,
    Backup,
    Terms,
    back_up_before,
    prepared,
)
from tpi_billing.ledger.keeping.manifest import manifest_of
from tpi_billing.ledger.store import Ledger
from tpi_billing.ledger.transaction import Transaction


def back_up(
    ledger: Ledger,
    folder: Path,
    actor: str,
    advance: Callable[[int], None] = lambda _entries: None,
) -> Backup:
    """Make a backup by hand, which nothing but a hand deletes.

    `advance` hears how many entries of the copy were verified. Others go on working meanwhile.
    The journal says who has a copy and where; the entry and the name are given together.
    """
    terms = Terms("ledger", ledger.data_centre, actor, "by hand")
    with ledger.reading() as connection, prepared(connection, folder, terms, advance) as ready:
        # What it is a copy of was read; a reader must not stand in the way of the entry.
        connection.rollback()
        with _only_journaled() as published, ledger.changing(actor) as transaction:
            made = ready.publish()
            published.append(made)
            transaction.journal.write("ledger.backed-up", RECORD, _values(made, folder))
    return made


@contextmanager
def _only_journaled() -> Iterator[list[Backup]]:
    """Take away what was published when its entry cannot be kept."""
    published: list[Backup] = []
    try:
        yield published
    except BaseException:
        for one in published:
            if one.made:
                discard(one.path)
                discard(manifest_of(one.path))
        raise


def back_up_in(
    transaction: Transaction, ledger: Ledger, folder: Path, reason: str
) -> Backup | None:
    """Make an automatic backup of what a transaction found, before it changes anything.

    Nobody else can change the ledger meanwhile. A ledger on a server has none, and None is
    returned: it is in the care of whoever runs the server.
    """
    if transaction.connection.dialect.name != "sqlite":
        return None
    try:
        with ledger.reading() as connection:
            made = back_up_before(connection, folder, ledger.data_centre, transaction.actor, reason)
    except FileError as error:
        (trouble, *_) = error.troubles
        raise FileError(
            trouble.message,
            hint=f"{trouble.hint} Or go on without one: --no-backup, with a reason.",
            file=trouble.file,
        ) from error
    if made.made:
        transaction.journal.write("ledger.backed-up", RECORD, _values(made, folder))
    return made


def leave_out(transaction: Transaction, before: str, reason: str) -> None:
    """Write down that somebody wanted no backup, and why."""
    values = {"before": before, "reason": reason}
    transaction.journal.write("ledger.not-backed-up", RECORD, values)


def _values(made: Backup, folder: Path) -> dict[str, Any]:
    manifest = made.manifest
    return {
        "file": manifest.file,
        "folder": str(folder),
        "reason": manifest.reason,
        "sha256": manifest.sha256,
        "entries": manifest.entries,
    }
