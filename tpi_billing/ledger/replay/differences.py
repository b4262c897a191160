"""What is not what was written: each difference by table, record and field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tpi_billing.ledger.health_fault import Fault

KEPT = 1_000
"""So many differences of a table are kept; the others are counted."""
NAMED = 20
"""So many of a table are named to people; the others are counted."""


@dataclass
class Told:
    """Collects differences by table, and the values that nothing can be said of."""

    found: dict[str, list[Fault]] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)
    unproven: dict[tuple[str, str], int] = field(default_factory=dict)

    def differs(self, table: str, record: str, fields: Sequence[str] = (), words: str = "") -> None:
        """Add a difference."""
        here = self.found.setdefault(table, [])
        if len(here) < KEPT:
            what = f"{record}: {', '.join(fields)}" if fields else record
            message = f"table {table} is not what the journal says: {what}{words}"
            here.append(Fault(message, table, record, tuple(fields)))
        else:
            self.more[table] = self.more.get(table, 0) + 1

    def gone(self, table: str, record: str) -> None:
        """Add a record that the table does not have."""
        self.differs(table, record, words=", which is gone")

    def stranger(self, table: str, record: str) -> None:
        """Add a record that was never written by the tool."""
        self.differs(table, record, words=", of which the journal knows nothing")

    def cannot_prove(self, table: str, column: str, records: int = 1) -> None:
        """Count values of an older ledger that its journal does not have."""
        if records:
            known = self.unproven.get((table, column), 0)
            self.unproven[table, column] = known + records

    def __bool__(self) -> bool:
        return bool(self.found)

    def in_words(self) -> Iterator[str]:
        """Yield every difference in words, many of a table as a number."""
        for table, differences in self.found.items():
            yield from (one.message for one in differences[:NAMED])
            more = len(differences) - NAMED + self.more.get(table, 0)
            if more > 0:
                yield _more(table, more)

    def faults(self) -> Iterator[Fault]:
        """Yield every difference that was kept, and the others of a table as a number."""
        for table, differences in self.found.items():
            yield from differences
            if more := self.more.get(table, 0):
                yield Fault(_more(table, more), table)


def _more(table: str, count: int) -> str:
    return f"table {table} is not what the journal says: {count} more records"
