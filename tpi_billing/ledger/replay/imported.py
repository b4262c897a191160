"""Compares the rows of imports with the entries that tell of many of them at once."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.import_rows import COLUMNS, hash_of_rows
from tpi_billing.ledger.replay.differences import Told
from tpi_billing.ledger.replay.rows import loaded

TABLE = "import_rows"
ACTION = "import.rows"
_OUTCOMES = ("new", "updated", "unchanged", "skipped")


class ImportRows:
    """What is known of the table: how many rows of each import the journal tells of."""

    def __init__(self, connection: sa.Connection, told: Told) -> None:
        self.opened = 0
        self._connection = connection
        self._told = told
        self._journaled: dict[int, int] = {}
        self._ranges: dict[int, list[tuple[int, int]]] = {}

    def take(self, record: str, content: str) -> None:
        """Take an entry and compare its rows."""
        values = loaded(content)
        if values is None:
            return
        import_id = int(record.partition(":")[2])
        first, last = values["first_row"], values["last_row"]
        self.opened += values["rows"]
        self._journaled[import_id] = self._journaled.get(import_id, 0) + values["rows"]
        self._ranges.setdefault(import_id, []).append((first, last))
        found = raw_rows(
            self._connection,
            f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE import_id = {import_id} "
            f"AND row_number BETWEEN {first} AND {last} ORDER BY row_number",
        )
        if not _hash_is(found, values["sha256"]):
            self._name(import_id, found, values)

    def _name(self, import_id: int, found: Sequence[Any], values: dict[str, Any]) -> None:
        """Name what differs: each row's fields where the entry has the rows, else all of them."""
        if "values" not in values:
            span = f"import:{import_id}/rows:{values['first_row']}-{values['last_row']}"
            self._told.differs(TABLE, span, COLUMNS)
            return
        is_ = {row[0]: row for row in found}
        was = {row[0]: tuple(row) for row in values["values"]}
        for number in sorted({*is_, *was}, key=str):
            record = f"import:{import_id}/row:{number}"
            if number not in is_:
                self._told.gone(TABLE, record)
            elif number not in was:
                self._told.stranger(TABLE, record)
            elif is_[number] != was[number]:
                pairs = zip_longest(COLUMNS, is_[number], was[number])
                self._told.differs(TABLE, record, [name for name, one, two in pairs if one != two])

    def look_for_strangers(self) -> None:
        """Find rows outside of what the entries tell; imports of old ledgers have no entries."""
        query = f"SELECT import_id, count(*) FROM {TABLE} GROUP BY import_id ORDER BY import_id"
        for import_id, count in raw_rows(self._connection, query):
            told = self._journaled.get(import_id)
            if told is None:
                self._told_nothing(import_id, count)
            elif told != count:
                self._outside(import_id)

    def _told_nothing(self, import_id: int, count: int) -> None:
        """Of an older version's import only the number of rows is known."""
        query = (
            f"SELECT content FROM journal WHERE record = 'import:{import_id}' "
            "AND action = 'import.finished'"
        )
        counts = [loaded(content) or {} for (content,) in raw_rows(self._connection, query)]
        if count > sum(one.get(name, 0) for one in counts for name in _OUTCOMES):
            self._told.stranger(TABLE, f"import:{import_id}")
        else:
            self._told.cannot_prove(TABLE, "every column", count)

    def _outside(self, import_id: int) -> None:
        spans = " AND ".join(
            f"row_number NOT BETWEEN {first} AND {last}" for first, last in self._ranges[import_id]
        )
        query = (
            f"SELECT row_number FROM {TABLE} WHERE import_id = {import_id} AND {spans} "
            "ORDER BY row_number"
        )
        for (number,) in raw_rows(self._connection, query):
            self._told.stranger(TABLE, f"import:{import_id}/row:{number}")

    def rows(self) -> int:
        """Count the table's rows."""
        return int(raw_rows(self._connection, f"SELECT count(*) FROM {TABLE}")[0][0])


def _hash_is(rows: Sequence[Any], sha256: str) -> bool:
    try:
        return hash_of_rows(rows) == sha256
    except TypeError:  # bytes in the place of a text
        return False
