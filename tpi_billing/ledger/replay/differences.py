"""What the tables have otherwise than the journal: each difference by table, record and field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

KEPT = 1_000
"""So many differences of a table are kept; the others are counted."""
NAMED = 20
"""So many of a table are named to people; the others are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that is not what the journal says: its fields, or in words what became of it.

    Values are not told: they are patients' data.
    """

    table: str
    record: str
    fields: tuple[str, ...] = ()
    words: str = ""

    @property
    def message(self) -> str:
        """Say it in words."""
        what = f"{self.record}: {', '.join(self.fields)}" if self.fields else self.record
        return f"table {self.table} is not what the journal says: {what}{self.words}"


@dataclass
class Told:
    """Collects differences by table, and the values that nothing can be said of."""

    found: dict[str, list[Difference]] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)
    unproven: dict[tuple[str, str], int] = field(default_factory=dict)

    def differs(self, table: str, record: str, fields: Sequence[str] = (), words: str = "") -> None:
        """Add a difference."""
        here = self.found.setdefault(table, [])
        if len(here) < KEPT:
            here.append(Difference(table, record, tuple(fields), words))
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
                yield f"table {table} is not what the journal says: {more} more records"
