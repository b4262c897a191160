"""Compares entries that were gathered with the rows of their table, many rows in one query."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.replay.differences import Told
from tpi_billing.ledger.replay.kinds import BLANKS, Kind
from tpi_billing.ledger.replay.rows import as_json, expression, loaded, rows_numbered, without

Opening = tuple[int, int, str]
"""The record's number, the entry that made it and tells all of it, and the entry's content."""

_AT_ONCE = 4_000


class Compared:
    """A table whose records have numbers; `gone` are those of which the table has nothing.

    `outer` is always the number of what a record belongs to, where that is part of its key. SQLite
    writes a row as the JSON that its entry should be, so that most entries need not be read.
    """

    def __init__(self, connection: sa.Connection, kind: Kind, told: Told) -> None:
        self.kind = kind
        self.gone: set[tuple[int | None, int]] = set()
        self._connection = connection
        self._told = told
        self._shape = self._whole = tuple(
            sorted((*kind.columns, *((BLANKS,) if kind.blanks_of else ())))
        )
        self._fast = connection.dialect.name == "sqlite"

    def changes(
        self,
        outer: int | None,
        names: tuple[str, ...],
        changes: Sequence[tuple[int, tuple[Any, ...]]],
    ) -> None:
        """Compare values of these columns, each with its record's number, with the table."""
        numbers = [number for number, _ in changes]
        try:
            rows = rows_numbered(self._connection, self.kind, outer, numbers, ", ".join(names))
        except DBAPIError:
            if len(changes) == 1:
                self._no_text(outer, numbers[0])
            else:
                for change in changes:
                    self.changes(outer, names, [change])
            return
        for number, values in changes:
            row = rows.get(number)
            if row is None:
                self._is_gone(outer, number)
            elif row[1:] != values:
                pairs = zip(names, row[1:], values, strict=True)
                self._differs(outer, number, [name for name, is_, was in pairs if is_ != was])

    def openings(self, outer: int | None, met: frozenset[str], openings: Sequence[Opening]) -> None:
        """Compare what made records with the table, but for the columns that were `met` later."""
        left = self._unlike(outer, met, openings) if self._fast else list(openings)
        for at in range(0, len(left), _AT_ONCE):
            self._compare_values(outer, met, left[at : at + _AT_ONCE])

    def _unlike(
        self, outer: int | None, met: frozenset[str], openings: Sequence[Opening]
    ) -> list[Opening]:
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
        self, outer: int | None, met: frozenset[str], openings: Sequence[Opening]
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
        self, outer: int | None, met: frozenset[str], one: Opening, found: Mapping[str, Any]
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
        if (outer, number) not in self.gone:
            self.gone.add((outer, number))
            self._told.gone(self.kind.table.name, self.kind.record(_key(outer, number)))


def _key(outer: int | None, number: int) -> tuple[int, ...]:
    return (number,) if outer is None else (outer, number)


def _default(column: sa.Column[Any]) -> Any:
    """Return what the database gives a column of which an insert says nothing."""
    default = column.server_default
    if default is None:
        return None
    text = str(default.arg)  # type: ignore[attr-defined]
    return int(text) if isinstance(column.type, sa.Integer) else text
