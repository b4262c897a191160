"""What `audit verify` says: on the screen and for scripts."""

from typing import TYPE_CHECKING, Any

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted

if TYPE_CHECKING:
    from tpi_billing.audit.verifying import Earlier, Verification

_NOT_PROVED = (
    "that entries before the checkpoint are what they were",
    "that records which nothing has touched since are what they were, apart from their number",
)


def verified_data(done: "Verification") -> dict[str, Any]:
    """Return what was proved, for scripts."""
    ledger = done.ledger
    since = ledger.since
    return {
        "entries": ledger.head.entries,
        "intact": done.intact,
        "whole": since is None,
        "hashed": ledger.hashed,
        "head": {"entry": ledger.head.entries, "sha256": ledger.head.sha256},
        "since": None
        if since is None
        else {
            "entry": since.head.entries,
            "sha256": since.head.sha256,
            "at": since.at,
            "by": since.by,
        },
        "not_proved": [] if since is None else list(_NOT_PROVED),
        "earlier_head": None
        if done.earlier is None
        else {"entry": done.earlier.entries, "sha256": done.earlier.sha256},
        "checkpoint": done.checkpoint,
        "differences": [
            {
                "message": fault.message,
                "table": fault.table,
                "record": fault.record,
                "fields": list(fault.fields),
            }
            for fault in done.faults
        ],
        "unproven": [
            {"table": table, "field": column, "records": count}
            for (table, column), count in sorted(ledger.unproven.items())
        ],
        "files": {
            "known": done.files,
            "missing": [str(one.path) for one in done.missing],
            "changed": [str(one.path) for one in done.changed],
        },
    }


def show_verified(screen: Screen, done: "Verification", earlier: "Earlier | None") -> None:
    """Say what was proved, or every difference."""
    if done.words:
        for words in done.words:
            put(screen, words, "CHANGED  ", " " * 9)
        screen.line()
        many = counted(len(done.words), "difference")
        screen.line(f"The ledger is not what was written: {many}.", style="bold")
        screen.remark(
            "Stop working with it, keep a copy of it as it is for whoever looks into this, and "
            "restore the last backup copy."
        )
        return
    _show_proof(screen, done)
    if earlier is not None and done.earlier is not None:
        screen.line(f"The head that was given is entry {done.earlier.entries}, unchanged since.")
    _show_files(screen, done)
    for (table, column), count in sorted(done.ledger.unproven.items()):
        records = counted(count, "record")
        put(screen, f"Cannot be proved: {table}, {column} of {records} of an older version.")
    head = done.ledger.head
    screen.line(f"Head: entry {head.entries}, {head.sha256}")
    screen.remark("Keep the head elsewhere: --head shows later that nothing before it was changed.")


def _show_proof(screen: Screen, done: "Verification") -> None:
    ledger = done.ledger
    if ledger.since is None:
        rows = sum(ledger.rows.values())
        put(
            screen,
            f"Intact: {ledger.head.entries} journal entries are whole, and the {rows} records of "
            f"{len(ledger.rows)} tables are what they say.",
        )
        if done.checkpoint:
            screen.remark("A checkpoint was written for --since-checkpoint.")
        return
    since = ledger.since
    put(
        screen,
        f"Intact since the checkpoint of {since.at[:10]} at entry {since.head.entries}: "
        f"{ledger.head.entries - since.head.entries} entries are whole, and the records that they "
        "touch are what they say.",
    )
    for what in _NOT_PROVED:
        put(screen, f"Not proved: {what}.", "", "  ")
    screen.remark("The whole is proved by: tpi-billing audit verify")


def _show_files(screen: Screen, done: "Verification") -> None:
    if done.files:
        whole = done.files - len(done.missing)
        screen.line(f"{whole} of {counted(done.files, 'published file')} are in place, unchanged.")
    for one in done.missing:
        put(screen, f"Missing: {one.path} of batch {one.batch_id}; it may be elsewhere.")
