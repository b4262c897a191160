"""Replay the journal against the tables: the whole of it, or what came after a checkpoint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from tpi_billing.ledger.journal_chain import Break, Chain, Entry, hash_all
from tpi_billing.ledger.replay import imported
from tpi_billing.ledger.replay.differences import Told
from tpi_billing.ledger.replay.kinds import KINDS, kind_of
from tpi_billing.ledger.replay.named import Named
from tpi_billing.ledger.replay.numbered import Numbered

_RECORDS_AT_ONCE = 200


@dataclass
class Replay:
    """Takes the journal's entries, the latest first, and finds what the tables have otherwise."""

    connection: sa.Connection
    told: Told = field(default_factory=Told)
    touched: dict[str, None] | None = None
    """The records that were changed and not made by an entry; None: nobody wants to know."""

    def __post_init__(self) -> None:
        made: dict[str, Numbered | Named] = {}
        for kind in KINDS:
            table = Named if kind.key_of else Numbered
            made[kind.word] = table(self.connection, kind, self.told)
        self._tables = made
        self._imported = imported.ImportRows(self.connection, self.told)
        self._of_action: dict[str, tuple[Numbered | Named | None, str]] = {}

    def take(self, entries: Iterable[Entry]) -> None:
        """Take entries, and compare what they tell with the tables."""
        touched = self.touched
        for number, _, _, action, record, content, _, _ in entries:
            table, what = self._of_action.get(action) or self._find(action)
            try:
                if table is not None:
                    made = table.take(number, what, record, content)
                    if touched is not None:
                        self._touch(record, made=made)
                elif action == imported.ACTION:
                    self._imported.take(record, content)
            except (ValueError, KeyError, TypeError):
                self.told.differs("journal", f"entry:{number}", words=", which nobody can read")
        for table in self._tables.values():
            table.compare()

    def _touch(self, record: str, *, made: bool) -> None:
        if self.touched is not None:
            if made:
                self.touched.pop(record, None)
            else:
                self.touched[record] = None

    def _find(self, action: str) -> tuple[Numbered | Named | None, str]:
        kind = kind_of(action) if isinstance(action, str) else None
        what = str(action).partition(".")[2]
        self._of_action[action] = (None if kind is None else self._tables[kind.word]), what
        return self._of_action[action]

    def finish(self) -> None:
        """Look for records of which no entry tells; to be called after the first entry."""
        for table in self._tables.values():
            table.look_for_strangers()
        self._imported.look_for_strangers()

    def rows(self) -> dict[str, int]:
        """Count the rows of every table that the journal tells of."""
        return {
            imported.TABLE: self._imported.rows(),
            **{table.kind.table.name: table.rows() for table in self._tables.values()},
        }

    def opened(self) -> dict[str, int]:
        """Count, by table, the records whose making was met."""
        return {
            imported.TABLE: self._imported.opened,
            **{table.kind.table.name: table.opened for table in self._tables.values()},
        }

    def compare_counts(self, before: Mapping[str, int]) -> None:
        """Compare how many rows there are with those at a checkpoint and those made since."""
        now, since = self.rows(), self.opened()
        for table, count in now.items():
            expected = before.get(table, 0) + since[table]
            if count != expected:
                words = f"{count} records are there, not {expected}"
                self.told.differs(table, words)

    def take_older(self, records: Sequence[str], upto: int) -> list[Break]:
        """Take what entries up to one say of records; return which of them were altered."""
        breaks: list[Break] = []
        for at in range(0, len(records), _RECORDS_AT_ONCE):
            query = sa.text(
                "SELECT entry, at, actor, action, record, content, previous_sha256, sha256 "
                "FROM journal WHERE record IN :records AND entry <= :upto ORDER BY entry DESC"
            ).bindparams(sa.bindparam("records", expanding=True))
            values = {"records": records[at : at + _RECORDS_AT_ONCE], "upto": upto}
            entries: list[Entry] = [tuple(row) for row in self.connection.execute(query, values)]
            hash_all(entries, breaks)
            self.take(entries)
        return breaks


def replay_all(connection: sa.Connection, chain: Chain) -> Replay:
    """Walk a whole chain and replay it."""
    replay = Replay(connection)
    for page in chain.pages():
        replay.take(page)
    replay.finish()
    return replay
