"""Prove that nothing was altered: the journal, the tables, the published files, an earlier head.

What was verified whole is written down as a checkpoint, from which the quick form goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.audit.published import PublishedFile, Standing, published_files
from tpi_billing.errors import UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.health import Verified, verify_ledger
from tpi_billing.ledger.health_fault import Fault
from tpi_billing.ledger.journal import Head
from tpi_billing.ledger.journal_checkpoint import is_checkpoint_of, record_checkpoint
from tpi_billing.ledger.journal_heads import find_head
from tpi_billing.ledger.roles import may_write

_SHORTEST_HASH = 8
_HASH = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A head that was printed earlier: its entry's number, its hash, or the beginning of it."""

    entry: int | None = None
    sha256: str = ""

    @classmethod
    def read(cls, entry: int | None, sha256: str | None) -> "Earlier | None":
        """Read what was given; None when nothing was. Raise UsageError for what is no hash."""
        if entry is None and sha256 is None:
            return None
        text = (sha256 or "").strip().rstrip(".").lower()
        if sha256 is not None and (len(text) < _SHORTEST_HASH or not set(text) <= _HASH):
            raise UsageError(
                "--head takes the hash that an export or a manifest prints, or at least the first "
                f"{_SHORTEST_HASH} characters of it.",
                hint="See `journal` in the manifest of a batch.",
            )
        return cls(entry, text)

    def __str__(self) -> str:
        number = "" if self.entry is None else f"entry {self.entry}"
        digest = f"hash {self.sha256}" if self.sha256 else ""
        return " with ".join(part for part in (number, digest) if part)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was proved. `earlier` is the entry that an earlier head names, as it stands now.

    `checkpoint` tells that this was written down. `files` counts the published ones.
    """

    ledger: Verified
    files: int
    missing: tuple[PublishedFile, ...]
    changed: tuple[PublishedFile, ...]
    earlier: Head | None
    faults: tuple[Fault, ...]
    words: tuple[str, ...]
    checkpoint: bool = False

    @property
    def intact(self) -> bool:
        """Whether everything is what was written; a file that was moved away is no damage."""
        return not self.words


def verify(
    ledger: Ledger,
    workspace: Path,
    actor: str,
    *,
    since_checkpoint: bool = False,
    earlier: Earlier | None = None,
    advance: Callable[[int], None] = lambda _entries: None,
) -> Verification:
    """Verify the ledger and its published files.

    When all of it is whole, a checkpoint is written, unless the ledger may only be read.
    """
    with ledger.reading() as connection:
        found = None
        if earlier is not None:
            found = find_head(connection, earlier.entry, earlier.sha256)
        verified = verify_ledger(
            connection,
            since_checkpoint=since_checkpoint,
            down_to=None if found is None else found.entries,
            advance=advance,
        )
        files: list[PublishedFile] = []
        if verified.readable:
            files += published_files(connection, ledger.data_centre, workspace)
        lasting = not ledger.read_only and may_write(connection)
    changed = tuple(one for one in files if one.standing is Standing.CHANGED)
    more = [_fault(one) for one in changed]
    if earlier is not None and found is None:
        message = f"journal: {earlier} is not in the chain; it was rewritten, or its end was cut"
        more.append(Fault(message, "journal"))
    words = (*verified.words, *(fault.message for fault in more))
    return Verification(
        verified,
        len(files),
        tuple(one for one in files if one.standing is Standing.MISSING),
        changed,
        found,
        (*verified.faults, *more),
        words,
        checkpoint=lasting and not words and _checkpoint(ledger, actor, verified),
    )


def _fault(one: PublishedFile) -> Fault:
    message = f"published file {one.path} of batch {one.batch_id} was changed"
    return Fault(message, "batch_files", f"batch:{one.batch_id}", ("sha256",))


def _checkpoint(ledger: Ledger, actor: str, verified: Verified) -> bool:
    """Write a checkpoint, unless only a part was verified or the last entry says it already."""
    if verified.since is not None:
        return False
    with ledger.changing(actor) as transaction:
        if is_checkpoint_of(transaction.connection, verified.head):
            return False
        record_checkpoint(transaction, verified.head, verified.rows)
    return True
