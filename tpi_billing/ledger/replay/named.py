"""Compares a table whose records are known by texts, such as paths; there are few of them."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger.replay.differences import Told
from tpi_billing.ledger.replay.kinds import Key, Kind
from tpi_billing.ledger.replay.rows import loaded

_AT_ONCE = 200


class Named:
    """What is known of one table. Every entry tells all of its record: the latest one counts."""

    def __init__(self, connection: sa.Connection, kind: Kind, told: Told) -> None:
        self.kind = kind
        self._connection = connection
        self._told = told
        self._met: set[Key] = set()
        self._waiting: dict[Key, Mapping[str, Any]] = {}
        self._gone = False

    @property
    def opened(self) -> int:
        """How many records were met."""
        return len(self._met)

    def take(self, _entry: int, what: str, record: str, content: str) -> bool:
        """Take an entry; return whether it tells of the record."""
        values = loaded(content)
        if values is None or what not in self.kind.opening:
            return False
        assert self.kind.key_of is not None  # noqa: S101 - a table with numbers is compared elsewhere
        key = self.kind.key_of(record, values)
        if key not in self._met:
            self._met.add(key)
            self._waiting[key] = values
        return True

    def compare(self) -> None:
        """Compare what was gathered with the table."""
        waiting = list(self._waiting.items())
        for at in range(0, len(waiting), _AT_ONCE):
            self._compare(dict(waiting[at : at + _AT_ONCE]))
        self._waiting.clear()

    def _compare(self, waiting: Mapping[Key, Mapping[str, Any]]) -> None:
        table = self.kind.table
        wanted = sa.or_(*(sa.and_(*self._is(key)) for key in waiting))
        rows = {
            tuple(row._mapping[name] for name in self.kind.key): row._mapping
            for row in self._connection.execute(sa.select(table).where(wanted))
        }
        for key, told in waiting.items():
            row = rows.get(key)
            if row is None:
                self._gone = True
                self._told.gone(table.name, self.kind.record(key))
                continue
            unlike = [name for name in row if name in told and row[name] != told[name]]
            if unlike:
                self._told.differs(table.name, self.kind.record(key), unlike)

    def _is(self, key: Key) -> list[sa.ColumnElement[bool]]:
        pairs = zip(self.kind.key, key, strict=True)
        return [self.kind.table.c[name] == value for name, value in pairs]

    def look_for_strangers(self) -> None:
        """Find the records that no entry made; to be asked when the whole journal was taken."""
        if not self._gone and self.rows() == self.opened:
            return
        keys = [self.kind.table.c[name] for name in self.kind.key]
        for row in self._connection.execute(sa.select(*keys).order_by(*keys)):
            if tuple(row) not in self._met:
                self._told.stranger(self.kind.table.name, self.kind.record(tuple(row)))

    def rows(self) -> int:
        """Count the table's rows."""
        query = sa.select(sa.func.count()).select_from(self.kind.table)
        return int(self._connection.execute(query).scalar_one())
