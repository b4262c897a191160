"""What putting a backup back would lose: all that the present ledger knows and the backup does not.

MSP knows it all the same: files that were sent are sent, and their sequence numbers are used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import Head, read_head
from tpi_billing.ledger.keeping.proof import frozen
from tpi_billing.ledger.numbers import OFFICE_FOLIO, SEQUENCE, SequenceNumber, next_place

_J, _B, _S = schema.journal, schema.batches, schema.submissions
_ACTIONS = {
    "imports": ("import.started",),
    "sessions": ("session.new",),
    "remittance_files": ("remittance-file.new",),
    "pickups": ("pickup.kept",),
    "corrections": ("amendment.new",),
    "closings": ("closing.new",),
    "referrals": ("referral.new",),
}
_WENT_OUT = ("batch.sent", "batch.unknown", "batch.accepted", "batch.rejected")


@dataclass(frozen=True, slots=True)
class LostBatch:
    """A batch that the backup does not have; `submitted` when a file of it went to MSP."""

    batch_id: int
    month: str
    state: str
    claims: int
    submitted: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What was done after the backup.

    `entries` are the journal's after `since`, the last that both have; `related` is false when the
    present ledger does not follow from the backup, which then has entries of its own; one in which
    nothing was done yet is no way of its own. `counts`
    says how many imports, sessions and so on are newer. `sent` are batches of the backup that were
    sent only since.
    `first_number` and `last_number` are the sequence numbers used since, `next_number` the one
    after; the folios are places of the counter.
    """

    related: bool
    since: int
    entries: int
    head: Head
    counts: dict[str, int]
    batches: tuple[LostBatch, ...]
    sent: tuple[int, ...]
    first_number: int | None
    last_number: int | None
    next_number: int
    next_folio: int

    @property
    def nothing(self) -> bool:
        """Tell whether the backup has all that the present ledger has."""
        return self.related and not self.entries


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a backup ends: its journal's head, and what its counters give next.

    `copy` is a file that has it, and that nobody changes.
    """

    copy: Path
    head: Head
    sequence: int
    folio: int

    @classmethod
    def of(cls, copy: Path, connection: sa.Connection, data_centre: str) -> "Mark":
        """Read it from the copy."""
        return cls(
            copy,
            read_head(connection),
            next_place(connection, data_centre, SEQUENCE),
            next_place(connection, data_centre, OFFICE_FOLIO),
        )


def loss_since(connection: sa.Connection, data_centre: str, mark: Mark) -> Loss:
    """Compare the present ledger with where a backup ends."""
    now = read_head(connection)
    with frozen(mark.copy) as copy:
        since = _parting(connection, copy, min(now.entries, mark.head.entries))
    here = next_place(connection, data_centre, SEQUENCE)
    used = here > mark.sequence
    number = SequenceNumber.at
    return Loss(
        related=since == mark.head.entries or not now.entries,
        since=since,
        entries=now.entries - since,
        head=now,
        counts=_counts(connection, since),
        batches=tuple(_batches(connection, since)),
        sent=tuple(_sent(connection, since)),
        first_number=number(mark.sequence).number if used else None,
        last_number=number(here - 1).number if used else None,
        next_number=number(here).number,
        next_folio=next_place(connection, data_centre, OFFICE_FOLIO),
    )


def _parting(one: sa.Connection, other: sa.Connection, upto: int) -> int:
    """Return the last entry that two journals share: as each hash covers all before it, by halves.

    It is 0 when they share none.
    """
    same, beyond = 0, upto + 1
    while beyond - same > 1:
        middle = (same + beyond) // 2
        query = sa.select(_J.c.sha256).where(_J.c.entry == middle)
        if one.execute(query).scalar() == other.execute(query).scalar():
            same = middle
        else:
            beyond = middle
    return same


def _counts(connection: sa.Connection, since: int) -> dict[str, int]:
    query = sa.select(_J.c.action, sa.func.count()).where(_J.c.entry > since).group_by(_J.c.action)
    by_action = {row[0]: row[1] for row in connection.execute(query)}
    return {
        what: count
        for what, actions in _ACTIONS.items()
        if (count := sum(by_action.get(action, 0) for action in actions))
    }


def _batches(connection: sa.Connection, since: int) -> Iterable[LostBatch]:
    went = sa.exists().where(_S.c.batch_id == _B.c.batch_id)
    query = (
        sa.select(_B.c.batch_id, _B.c.month, _B.c.state, _B.c.claims, went)
        .where(_B.c.journal_entry > since)
        .order_by(_B.c.batch_id)
    )
    for batch_id, month, state, claims, submitted in connection.execute(query):
        out = bool(submitted) or f"batch.{state}" in _WENT_OUT
        yield LostBatch(batch_id, month, state, claims, out)


def _sent(connection: sa.Connection, since: int) -> Iterable[int]:
    """Yield older batches of which the journal tells since that they were sent."""
    query = (
        sa.select(_B.c.batch_id)
        .join(_J, _J.c.record == sa.literal("batch:") + sa.cast(_B.c.batch_id, sa.Text))
        .where(_J.c.entry > since, _J.c.action.in_(_WENT_OUT), _B.c.journal_entry <= since)
        .distinct()
        .order_by(_B.c.batch_id)
    )
    return connection.execute(query).scalars()
