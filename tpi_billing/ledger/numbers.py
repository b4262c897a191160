"""Counters: office folio numbers and Teleplan sequence numbers, never given twice.

A sequence number has seven digits and begins again at 1. The counter keeps a place that only
grows: the number is its last seven digits' worth, the cycle how often the numbers began again.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.transaction import Transaction

OFFICE_FOLIO = "office-folio"
SEQUENCE = "sequence-number"
LAST_NUMBER = 9_999_999
"""Of both kinds: Teleplan C02 P54 and P04 have seven digits."""

_T = schema.counters


def lies_within(number: int, first: int, last: int) -> bool:
    """Tell whether a sequence number is of a file from `first` to `last`, which may begin again."""
    return first <= number <= last if first <= last else number >= first or number <= last


@dataclass(frozen=True, slots=True)
class SequenceNumber:
    """A sequence number, and how often the numbers began again before it."""

    cycle: int
    number: int

    @classmethod
    def at(cls, place: int) -> "SequenceNumber":
        """Return the number at a place of the counter, which begins with 1."""
        rounds, rest = divmod(place - 1, LAST_NUMBER)
        return cls(rounds + 1, rest + 1)

    @property
    def place(self) -> int:
        """Return the number's place of the counter."""
        return (self.cycle - 1) * LAST_NUMBER + self.number


def next_place(connection: sa.Connection, data_centre: str, name: str) -> int:
    """Return what a counter gives next."""
    query = sa.select(_T.c.next_value).where(_T.c.data_centre == data_centre, _T.c.name == name)
    return connection.execute(query).scalar() or 1


def reserve(transaction: Transaction, data_centre: str, name: str, count: int) -> int:
    """Take `count` places of a counter and return the first; they are never given again."""
    first = next_place(transaction.connection, data_centre, name)
    _move(transaction, data_centre, name, first + count, "")
    return first


def set_sequence(
    transaction: Transaction, data_centre: str, number: int, reason: str
) -> SequenceNumber:
    """Make `number` the next one; one that lies behind begins a new cycle, so none comes twice."""
    here = SequenceNumber.at(next_place(transaction.connection, data_centre, SEQUENCE))
    cycle = here.cycle if number >= here.number else here.cycle + 1
    wanted = SequenceNumber(cycle, number)
    _move(transaction, data_centre, SEQUENCE, wanted.place, reason)
    return wanted


def _move(transaction: Transaction, data_centre: str, name: str, place: int, reason: str) -> None:
    here = (_T.c.data_centre == data_centre, _T.c.name == name)
    changed = transaction.connection.execute(
        sa.update(_T).where(*here), {"next_value": place}
    ).rowcount
    if not changed:
        transaction.connection.execute(
            sa.insert(_T), {"data_centre": data_centre, "name": name, "next_value": place}
        )
    values = {"next_value": place, **({"reason": reason} if reason else {})}
    transaction.journal.write("counter.moved", f"counter:{data_centre}/{name}", values)
