"""Compares a table whose records have numbers with the entries that tell of them, latest first.

Of each record and column the first entry that is met counts. What was met of a record is one small
number in an array, so that memory grows by two bytes a record. Entries are gathered for a page of
the journal, and their rows are then read at once.
"""

from array import array
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.replay.compared import Compared, Opening
from tpi_billing.ledger.replay.differences import Told
from tpi_billing.ledger.replay.kinds import Kind
from tpi_billing.ledger.replay.rows import loaded

_BITS = 12
_PLACES = 1 << _BITS
_SHORT = 240
"""Contents up to this length are worth remembering: many entries say the same."""
_REMEMBERED = 5_000
_FRESH, _OPENED = 0, 1
_Place = int | tuple[int, int]


class Numbered:
    """What is known of one table; `opened` counts the records whose making was met."""

    def __init__(self, connection: sa.Connection, kind: Kind, told: Told) -> None:
        self.kind = kind
        self.opened = 0
        self._connection = connection
        self._number_of = kind.number_of
        self._named = len(kind.word) + 1
        self._opening = kind.opening
        self._told = told
        self._compared = Compared(connection, kind, told)
        self._places: dict[_Place, array[int]] = {}
        self._met: list[frozenset[str]] = [frozenset(), frozenset()]
        self._states: dict[frozenset[str], int] = {frozenset(): _FRESH}
        self._steps: dict[tuple[int, tuple[str, ...]], tuple[int, tuple[str, ...]]] = {}
        self._contents: dict[str, tuple[tuple[str, ...], Mapping[str, Any]]] = {}
        self._changes: dict[
            tuple[int | None, tuple[str, ...]], list[tuple[int, tuple[Any, ...]]]
        ] = {}
        self._openings: dict[tuple[int | None, int], list[Opening]] = {}

    def take(self, entry: int, what: str, record: str, content: str) -> bool:
        """Take an entry; return whether it made the record."""
        place: _Place
        if self._number_of is None:
            outer, number = None, int(record[self._named :])
            place = number >> _BITS
        else:
            outer, number = self._number_of(record, content)
            place = outer, number >> _BITS
        at = number & (_PLACES - 1)
        states = self._places.get(place)
        if states is None:
            states = self._places[place] = array("H", bytes(2 * _PLACES))
        state = states[at]
        if state == _OPENED:
            return False
        if what in self._opening:
            states[at] = _OPENED
            self.opened += 1
            self._openings.setdefault((outer, state), []).append((number, entry, content))
            return True
        names, values = self._read(content)
        states[at], left = self._steps.get((state, names)) or self._step(state, names)
        if left:
            changed = tuple([values[name] for name in left])
            self._changes.setdefault((outer, left), []).append((number, changed))
        return False

    def _read(self, content: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        known = self._contents.get(content)
        if known is None:
            values = loaded(content) or {}
            names = [
                name
                for name in values
                if name in self.kind.table.c and name not in self.kind.beside
            ]
            known = tuple(names), values
            if len(content) <= _SHORT:
                if len(self._contents) >= _REMEMBERED:
                    self._contents.clear()
                self._contents[content] = known
        return known

    def _step(self, state: int, names: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
        """Return what is met after these columns, and which of them are met for the first time."""
        before = self._met[state]
        after = before | set(names)
        if after not in self._states:
            self._states[after] = len(self._met)
            self._met.append(after)
        step = self._states[after], tuple(name for name in names if name not in before)
        self._steps[state, names] = step
        return step

    def compare(self) -> None:
        """Compare what was gathered with the table."""
        for (outer, names), changes in self._changes.items():
            self._compared.changes(outer, names, changes)
        self._changes.clear()
        for (outer, state), openings in self._openings.items():
            self._compared.openings(outer, self._met[state], openings)
        self._openings.clear()

    def look_for_strangers(self) -> None:
        """Find the records that no entry made; to be asked when the whole journal was taken."""
        if not self._compared.gone and self.rows() == self.opened:
            return
        keys = [self.kind.table.c[name] for name in self.kind.key]
        query = sa.select(*keys).order_by(*keys)
        for row in self._connection.execute(query, execution_options={"yield_per": 5_000}):
            *outer, number = row
            if not self._was_opened(outer[0] if outer else None, number):
                self._told.stranger(self.kind.table.name, self.kind.record(tuple(row)))

    def rows(self) -> int:
        """Count the table's rows."""
        return int(raw_rows(self._connection, f"SELECT count(*) FROM {self.kind.table.name}")[0][0])

    def _was_opened(self, outer: int | None, number: int) -> bool:
        place = number >> _BITS if outer is None else (outer, number >> _BITS)
        states = self._places.get(place)
        return states is not None and states[number & (_PLACES - 1)] == _OPENED
