"""Compares a table whose records have numbers with the entries that tell of them, latest first.

Of each record and column the first entry that is met counts. What was met of a record is one small
number in an array, so that memory grows by two bytes a record. Entries are gathered for a page of
the journal, and their rows are then read at once.
"""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.replay.differences import Told
from tpi_billing.ledger.replay.kinds import BLANKS, Kind
from tpi_billing.ledger.replay.rows import as_json, expression, loaded, rows_numbered, without

_BITS = 12
_PLACES = 1 << _BITS
_SHORT = 240
"""Contents up to this length are worth remembering: many entries say the same."""
_REMEMBERED = 5_000
_FRESH, _OPENED = 0, 1
_Place = int | tuple[int, int]


_Opening = tuple[int, int, str]
"""The record's number, the entry that made it and tells all of it, and the entry's content."""


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
        self._places: dict[_Place, array[int]] = {}
        self._met: list[frozenset[str]] = [frozenset(), frozenset()]
        self._states: dict[frozenset[str], int] = {frozenset(): _FRESH}
        self._steps: dict[tuple[int, tuple[str, ...]], tuple[int, tuple[str, ...]]] = {}
        self._contents: dict[str, tuple[tuple[str, ...], Mapping[str, Any]]] = {}
        self._changes: dict[
            tuple[int | None, tuple[str, ...]], list[tuple[int, tuple[Any, ...]]]
        ] = {}
        self._openings: dict[tuple[int | None, int], list[_Opening]] = {}
        self._shape = self._whole = tuple(
            sorted((*kind.columns, *((BLANKS,) if kind.blanks_of else ())))
        )
        self._gone: set[tuple[int | None, int]] = set()
        self._fast = connection.dialect.name == "sqlite"

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
            self._compare_changes(outer, names, changes)
        self._changes.clear()
        for (outer, state), openings in self._openings.items():
            self._compare_openings(outer, self._met[state], openings)
        self._openings.clear()

    def _compare_changes(
        self,
        outer: int | None,
        names: tuple[str, ...],
        changes: Sequence[tuple[int, tuple[Any, ...]]],
    ) -> None:
        numbers = [number for number, _ in changes]
        try:
            rows = rows_numbered(self._connection, self.kind, outer, numbers, ", ".join(names))
        except DBAPIError:
            if len(changes) == 1:
                self._no_text(outer, numbers[0])
            else:
                for change in changes:
                    self._compare_changes(outer, names, [change])
            return
        for number, values in changes:
            row = rows.get(number)
            if row is None:
                self._is_gone(outer, number)
            elif row[1:] != values:
                pairs = zip(names, row[1:], values, strict=True)
                self._differs(outer, number, [name for name, is_, was in pairs if is_ != was])

    def _compare_openings(
        self, outer: int | None, met: frozenset[str], openings: Sequence[_Opening]
    ) -> None:
        left = self._unlike(outer, met, openings) if self._fast else list(openings)
        for at in range(0, len(left), _PLACES):
            self._compare_values(outer, met, left[at : at + _PLACES])

    def _unlike(
        self, outer: int | None, met: frozenset[str], openings: Sequence[_Opening]
    ) -> list[_Opening]:
        """Return the openings that are not word for word what SQLite writes of their rows."""
        kind, proof = self.kind, self.kind.proof
        names = tuple(name for name in self._shape if name not in met)
        cut = tuple(name for name in self._shape if name in met)
        given, unproven = self._of_older(met, self._shape)
        wanted = [as_json(kind, names), as_json(kind, tuple(given)), kind.entry_in or "NULL"]
        wanted += [proof.column, proof.hashed_in] if proof else []
        numbers = [number for number, _, _ in openings]
        try:
            rows = rows_numbered(self._connection, kind, outer, numbers, ", ".join(wanted))
        except DBAPIError:  # a value that is neither text nor number
            return list(openings)
        unlike, older = [], canonical_json(given)
        for number, entry, content in openings:
            row = rows.get(number)
            text = without(content, cut) if cut else content
            if row is None or row[1] != text or row[2] != older or not self._proven(row, entry):
                unlike.append((number, entry, content))
        for name in unproven:
            self._told.cannot_prove(kind.table.name, name, len(openings) - len(unlike))
        return unlike

    def _proven(self, row: Sequence[Any], entry: int) -> bool:
        """Look at what a row has that is not in the text of its entry."""
        kind = self.kind
        if kind.entry_in and row[3] != entry:
            return False
        return kind.proof is None or kind.proof.holds(row[4], row[5])

    def _compare_values(
        self, outer: int | None, met: frozenset[str], openings: Sequence[_Opening]
    ) -> None:
        names = (*self.kind.table.c.keys(), *((BLANKS,) if self.kind.blanks_of else ()))
        wanted = ", ".join(expression(self.kind, name) for name in names)
        numbers = [number for number, _, _ in openings]
        try:
            rows = rows_numbered(self._connection, self.kind, outer, numbers, wanted)
        except DBAPIError:
            if len(openings) == 1:
                self._no_text(outer, numbers[0])
            else:
                for one in openings:
                    self._compare_values(outer, met, [one])
            return
        for one in openings:
            row = rows.get(one[0])
            if row is None:
                self._is_gone(outer, one[0])
                continue
            found = dict(zip(names, row[1:], strict=True))
            self._compare_one(outer, met, one, found)

    def _compare_one(
        self, outer: int | None, met: frozenset[str], one: _Opening, found: Mapping[str, Any]
    ) -> None:
        kind, proof = self.kind, self.kind.proof
        number, entry, content = one
        values = loaded(content) or {}
        told = {name: value for name, value in values.items() if name in found}
        self._shape = tuple(told)
        given, unproven = self._of_older(met, self._shape)
        for name in unproven:
            self._told.cannot_prove(kind.table.name, name)
        told |= given
        if kind.entry_in:
            told[kind.entry_in] = entry
        unlike = {name for name, value in told.items() if name not in met and found[name] != value}
        if BLANKS in unlike:
            unlike = unlike - {BLANKS} | {kind.blanks_of}
        if proof and not proof.holds(found[proof.column], told[proof.hashed_in]):
            unlike.add(proof.column)
        if unlike:
            self._differs(outer, number, sorted(unlike))

    def _of_older(
        self, met: frozenset[str], told: Sequence[str]
    ) -> tuple[dict[str, Any], list[str]]:
        """Return what a later version gave to a record made before there was the column.

        The second are the columns of which nobody can tell what they must be.
        """
        given: dict[str, Any] = {}
        unproven: list[str] = []
        for name in self._whole:
            if name in told or name in met:
                continue
            column = self.kind.table.c.get(name)
            if column is None:
                unproven.append(self.kind.blanks_of)
            elif name in self.kind.older_lack:
                unproven.append(name)
            else:
                given[name] = _default(column)
        return given, unproven

    def _differs(self, outer: int | None, number: int, names: Sequence[str]) -> None:
        record = self.kind.record(_key(outer, number))
        self._told.differs(self.kind.table.name, record, names)

    def _no_text(self, outer: int | None, number: int) -> None:
        record = self.kind.record(_key(outer, number))
        self._told.differs(self.kind.table.name, record, words=", with a text that is none")

    def _is_gone(self, outer: int | None, number: int) -> None:
        if (outer, number) not in self._gone:
            self._gone.add((outer, number))
            self._told.gone(self.kind.table.name, self.kind.record(_key(outer, number)))

    def look_for_strangers(self) -> None:
        """Find the records that no entry made; to be asked when the whole journal was taken."""
        if not self._gone and self.rows() == self.opened:
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


def _key(outer: int | None, number: int) -> tuple[int, ...]:
    return (number,) if outer is None else (outer, number)


def _default(column: sa.Column[Any]) -> Any:
    """Return what the database gives a column of which an insert says nothing."""
    default = column.server_default
    if default is None:
        return None
    text = str(default.arg)  # type: ignore[attr-defined]
    return int(text) if isinstance(column.type, sa.Integer) else text
