"""Are the tables what the journal says? Its entries are replayed and compared, record by record.

Only what the journal has of a record is compared: a column that a later version of the tool added
to older records has no value there.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.model.remittance import line_hash

_J = schema.journal
_AT_ONCE = 400
_HASHED: dict[sa.Table, tuple[str, Callable[[str], str]]] = {
    schema.submission_files: ("sha256", lambda text: hashlib.sha256(text.encode()).hexdigest()),
    schema.remittance_lines: ("content_sha256", line_hash),
}
"""Tables whose text the journal has only the hash of, in which column."""
_NAMED = 20
"""So many records of a table are named when they differ; the others are counted."""

Values = dict[str, Any]
_Key = tuple[Any, ...]


@dataclass
class _Compared:
    """A table, how the journal names its records, and what was found."""

    table: sa.Table
    key_of: Callable[[str], _Key]
    name: sa.ColumnElement[str]
    waiting: dict[_Key, tuple[str, Values]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def compare(self, connection: sa.Connection) -> None:
        """Compare what waits with the table."""
        if not self.waiting:
            return
        columns = tuple(self.table.primary_key)
        key = sa.tuple_(*columns) if len(columns) > 1 else columns[0]
        wanted = list(self.waiting) if len(columns) > 1 else [one for (one,) in self.waiting]
        for row in connection.execute(sa.select(self.table).where(key.in_(wanted))):
            values = row._mapping
            found = tuple(values[column.name] for column in columns)
            record, told = self.waiting.pop(found)
            names = [name for name, value in told.items() if values[name] != value]
            if self.table in _HASHED and not names:
                column, hashed = _HASHED[self.table]
                names = [] if hashed(row.content) == told[column] else ["content"]
            if names:
                self.note(f"{record}: {', '.join(names)}")
        for record, _ in self.waiting.values():
            self.note(f"{record}, which is gone")
        self.waiting.clear()

    def note(self, what: str) -> None:
        """Add a fault."""
        self.faults.append(f"table {self.table.name} is not what the journal says: {what}")

    def told(self) -> Iterator[str]:
        """Yield the faults, many as a number."""
        yield from self.faults[:_NAMED]
        if (more := len(self.faults) - _NAMED) > 0:
            yield f"table {self.table.name} is not what the journal says: {more} more records"


def differences(connection: sa.Connection) -> Iterator[str]:
    """Replay the whole journal; say in words which table, record and field differs from it.

    Memory holds some hundred records. Values are not told: they are patients' data.
    """
    tables = _tables()
    query: sa.Select[Any] = sa.select(_J.c.entry, _J.c.action, _J.c.record, _J.c.content)
    rows = connection.execute(
        query.order_by(_J.c.record, _J.c.entry), execution_options={"yield_per": 2_000}
    )
    for record, entries in groupby(rows, key=attrgetter("record")):
        kind, values = "", Values()
        for row in entries:
            if told := _told(row):
                kind, more = told
                values |= more
        if not values:
            continue
        one = tables[kind]
        known = {name: value for name, value in values.items() if name in one.table.c}
        one.waiting[one.key_of(record)] = record, known
        if len(one.waiting) >= _AT_ONCE:
            one.compare(connection)
    for one in tables.values():
        one.compare(connection)
        _look_for_strangers(connection, one)
        yield from one.told()


def _told(row: sa.Row[Any]) -> tuple[str, Values] | None:
    """Return what an entry says of a record's columns, and of which sort of record."""
    kind, _, what = row.action.partition(".")
    match kind:
        case (
            "session" | "claim" | "counter" | "row" | "line" | "remittance-file" | "posting"
            | "amendment" | "closing" | "closing-line"
        ):  # fmt: skip
            return kind, json.loads(row.content)
        case "batch" if "/" not in row.record:
            # A batch knows the entry that created it, which its files print.
            entry = {"journal_entry": row.entry} if what == "new" else {}
            return kind, json.loads(row.content) | entry
        case "file" if what == "rendered":
            return kind, json.loads(row.content)
        case "referral" if what in {"new", "changed"}:
            return kind, json.loads(row.content)
        case "decision":
            values = json.loads(row.content)
            # Why it was taken back is no column.
            return kind, values if what == "new" else {"active": values["active"]}
    return None


def _look_for_strangers(connection: sa.Connection, one: _Compared) -> None:
    known = sa.exists().where(_J.c.record == one.name)
    for (name,) in connection.execute(sa.select(one.name).where(~known).order_by(one.name)):
        one.note(f"{name}, of which the journal knows nothing")


def _tables() -> dict[str, _Compared]:
    parts, counters, rows = schema.submission_files.c, schema.counters.c, schema.rejected_rows.c
    closed = schema.closing_lines.c
    return {
        "session": _numbered(schema.sessions, "session"),
        "claim": _numbered(schema.claims, "claim"),
        "batch": _numbered(schema.batches, "batch"),
        "referral": _numbered(schema.referrals, "referral"),
        "decision": _numbered(schema.decisions, "decision"),
        "remittance-file": _numbered(schema.remittance_files, "remittance-file"),
        "line": _numbered(schema.remittance_lines, "line"),
        "amendment": _numbered(schema.amendments, "amendment"),
        "posting": _numbered(schema.postings, "posting"),
        "closing": _numbered(schema.closings, "closing"),
        "closing-line": _Compared(
            schema.closing_lines,
            _numbered_and_named,
            _text("closing-line:")
            + _text(closed.closing_id)
            + "/"
            + closed.payee_number
            + "/"
            + closed.practitioner_number,
        ),
        "file": _Compared(
            schema.submission_files,
            _numbers,
            _text("batch:") + _text(parts.batch_id) + "/part:" + _text(parts.part),
        ),
        "row": _Compared(
            schema.rejected_rows,
            _numbers,
            _text("import:") + _text(rows.import_id) + "/row:" + _text(rows.row_number),
        ),
        "counter": _Compared(
            schema.counters, _named, _text("counter:") + counters.data_centre + "/" + counters.name
        ),
    }


def _numbered(table: sa.Table, kind: str) -> _Compared:
    (column,) = table.primary_key
    return _Compared(table, _numbers, _text(f"{kind}:") + _text(column))


def _text(value: Any) -> sa.ColumnElement[str]:
    return sa.cast(value, sa.Text)


def _numbers(record: str) -> _Key:
    """Read `session:7`, or `batch:1/part:2`."""
    return tuple(int(part.partition(":")[2]) for part in record.split("/"))


def _numbered_and_named(record: str) -> _Key:
    """Read `closing-line:3/A9999/99001`, whose last part may be blank."""
    number, payee, practitioner = record.partition(":")[2].split("/", 2)
    return int(number), payee, practitioner


def _named(record: str) -> _Key:
    """Read `counter:T9999/office-folio`."""
    data_centre, _, name = record.partition(":")[2].partition("/")
    return data_centre, name
