"""Sessions in the ledger: stored, found again by their id, and streamed a patient at a time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.server import highest_key
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.finding import Place
from tpi_billing.model.quickly import quickly_made

_T = schema.sessions
_COLUMNS = tuple(_T.c.keys())
# Below the number of parameters that every SQLite accepts in one statement.
_CHUNK = 500


@quickly_made
@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session's row: its canonical text values as JSON, and where they were read."""

    session_key: int
    source: str
    session_id: str
    patient_key: str
    practitioner_number: str
    service_date: str
    start_time: str
    status: str
    content: str
    conflict: str
    row_number: int
    batch_id: int | None
    file_name: str
    sheet: str

    @property
    def values(self) -> dict[str, str]:
        """The canonical text values, as the row had them."""
        loaded: dict[str, str] = json.loads(self.content)
        return loaded


@quickly_made
@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a session that an import meets again; `pending` as in the schema."""

    session_key: int
    content_sha256: str
    status: str
    conflict: str
    batch_id: int | None
    import_id: int
    pending: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sessions are meant; what is left out does not narrow. `month` is `YYYY-MM`."""

    month: str | None = None
    practitioner: str | None = None
    patient: str | None = None
    import_ids: tuple[int, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class Candidate:
    """A session met while streaming patients: whether it is meant, and where it stands.

    The place is that of the import in scope if there is one, else of the session's own import.
    """

    stored: StoredSession
    meant: bool
    place: Place


def known_sessions(
    connection: sa.Connection, data_centre: str, source: str, session_ids: Sequence[str]
) -> dict[str, Known]:
    """Find sessions by their ids; those that are not stored are left out."""
    found: dict[str, Known] = {}
    for at in range(0, len(session_ids), _CHUNK):
        query = sa.select(
            _T.c.session_id,
            _T.c.session_key,
            _T.c.content_sha256,
            _T.c.status,
            _T.c.conflict,
            _T.c.batch_id,
            _T.c.import_id,
            _T.c.pending,
        ).where(
            _T.c.data_centre == data_centre,
            _T.c.source == source,
            _T.c.session_id.in_(session_ids[at : at + _CHUNK]),
        )
        for session_id, *rest in connection.execute(query):
            found[session_id] = Known(*rest)
    return found


def next_key(connection: sa.Connection, column: sa.Column[Any]) -> int:
    """Return the next free number of a table; only a transaction that changes may use it."""
    if connection.dialect.name == "postgresql":
        return (highest_key(connection, column) or 0) + 1
    return (connection.execute(sa.select(sa.func.max(column))).scalar() or 0) + 1


def add_import(
    transaction: Transaction, data_centre: str, source: str, name: str, sha256: str, sheet: str
) -> int:
    """Record that a file is being imported; return the import's number."""
    import_id = next_key(transaction.connection, schema.imports.c.import_id)
    values = {
        "import_id": import_id,
        "data_centre": data_centre,
        "source": source,
        "file_name": name,
        "file_sha256": sha256,
        "sheet": sheet,
        "imported_at": transaction.at,
        "imported_by": transaction.actor,
    }
    transaction.connection.execute(sa.insert(schema.imports), values)
    transaction.journal.write("import.started", f"import:{import_id}", values)
    return import_id


def add_sessions(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new sessions, each with its journal entry; keys are those of the table's columns."""
    insert_rows(
        transaction.connection,
        _T,
        _COLUMNS,
        [tuple(row[name] for name in _COLUMNS) for row in rows],
    )
    for row in rows:
        transaction.journal.write("session.new", f"session:{row['session_key']}", dict(row))


def change_session(transaction: Transaction, session_key: int, values: Mapping[str, Any]) -> None:
    """Change some columns of a stored session, with a journal entry of the new values."""
    transaction.connection.execute(
        sa.update(_T).where(_T.c.session_key == session_key), dict(values)
    )
    transaction.journal.write("session.changed", f"session:{session_key}", dict(values))


def patients(
    connection: sa.Connection, data_centre: str, scope: Scope
) -> Iterator[list[Candidate]]:
    """Stream every session of each patient who has an unbilled completed one in scope.

    Memory holds one patient at a time. Within a patient the order is that of time and id.
    """
    wanted = sa.select(_T.c.patient_key).where(*_open(data_centre), *_in_scope(scope))
    query = (
        _with_place(scope)
        .where(_T.c.data_centre == data_centre, _T.c.patient_key.in_(wanted))
        .order_by(_T.c.patient_key, _T.c.service_date, _T.c.start_time, _T.c.session_id)
    )
    rows = connection.execute(query, execution_options={"yield_per": 2_000})
    for _, group in groupby(rows, key=attrgetter("patient_key")):
        # A session that two files of one import have stands here twice: the later place counts.
        yield list({row.session_key: _candidate(row, scope) for row in group}.values())


def _candidate(row: sa.Row[Any], scope: Scope) -> Candidate:
    values = tuple(row)
    stored = StoredSession(*values[:-3])
    met_row, met_file, met_sheet = values[-3:]
    meant = stored.batch_id is None and stored.status == "completed"
    if scope.import_ids and meant:
        meant = met_row is not None
    if scope.month is not None:
        meant = meant and stored.service_date.startswith(scope.month)
    if scope.practitioner is not None:
        meant = meant and stored.practitioner_number == scope.practitioner
    if met_row is not None:
        return Candidate(stored, meant, Place(met_file, met_sheet, met_row))
    return Candidate(stored, meant, Place(stored.file_name, stored.sheet, stored.row_number))


def _with_place(scope: Scope) -> sa.Select[Any]:
    """Add row, file and sheet of the import in scope to each session, nulls without one."""
    if not scope.import_ids:
        return _with_file().add_columns(sa.null(), sa.null(), sa.null())
    rows, files = schema.import_rows, schema.imports.alias("met_files")
    met = sa.and_(rows.c.session_key == _T.c.session_key, rows.c.import_id.in_(scope.import_ids))
    return (
        _with_file()
        .add_columns(rows.c.row_number, files.c.file_name, files.c.sheet)
        .outerjoin(rows, met)
        .outerjoin(files, files.c.import_id == rows.c.import_id)
    )


def practitioner_days(
    connection: sa.Connection, data_centre: str, scope: Scope
) -> Iterator[list[StoredSession]]:
    """Stream every completed session of each practitioner's day that has an open one in scope.

    Memory holds one day at a time.
    """
    day = sa.tuple_(_T.c.practitioner_number, _T.c.service_date)
    wanted = sa.select(_T.c.practitioner_number, _T.c.service_date).where(
        *_open(data_centre), *_in_scope(scope)
    )
    query = (
        _with_file()
        .where(_T.c.data_centre == data_centre, _T.c.status == "completed", day.in_(wanted))
        .order_by(_T.c.practitioner_number, _T.c.service_date, _T.c.start_time, _T.c.session_id)
    )
    rows = connection.execute(query, execution_options={"yield_per": 2_000})
    stored = (StoredSession(*row) for row in rows)
    for _, group in groupby(stored, key=attrgetter("practitioner_number", "service_date")):
        yield list(group)


def count_open(connection: sa.Connection, data_centre: str, scope: Scope) -> int:
    """Count the unbilled completed sessions in scope."""
    query = sa.select(sa.func.count()).select_from(_T)
    return connection.execute(query.where(*_open(data_centre), *_in_scope(scope))).scalar_one()


def listed(
    connection: sa.Connection, data_centre: str, scope: Scope, limit: int | None
) -> list[StoredSession]:
    """List stored sessions of any state, by date, time and id."""
    query = (
        _with_file()
        .where(_T.c.data_centre == data_centre, *_in_scope(scope))
        .order_by(_T.c.service_date, _T.c.start_time, _T.c.session_id)
        .limit(limit)
    )
    found = connection.execute(query, execution_options={"yield_per": 2_000})
    return [StoredSession(*row) for row in found]


def named(connection: sa.Connection, data_centre: str, session_id: str) -> list[StoredSession]:
    """Find the sessions of that id, one for each source that has it."""
    query = _with_file().where(_T.c.data_centre == data_centre, _T.c.session_id == session_id)
    return [StoredSession(*row) for row in connection.execute(query.order_by(_T.c.source))]


def _open(data_centre: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _T.c.data_centre == data_centre,
        _T.c.batch_id.is_(None),
        _T.c.status == "completed",
    )


def _in_scope(scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    if scope.month is not None:
        yield _T.c.service_date.between(f"{scope.month}-01", f"{scope.month}-31")
    if scope.practitioner is not None:
        yield _T.c.practitioner_number == scope.practitioner
    if scope.patient is not None:
        yield _T.c.patient_key == scope.patient
    if scope.import_ids:
        rows = schema.import_rows
        yield _T.c.session_key.in_(
            sa.select(rows.c.session_key).where(rows.c.import_id.in_(scope.import_ids))
        )


def _with_file() -> sa.Select[Any]:
    files = schema.imports
    return sa.select(
        _T.c.session_key,
        _T.c.source,
        _T.c.session_id,
        _T.c.patient_key,
        _T.c.practitioner_number,
        _T.c.service_date,
        _T.c.start_time,
        _T.c.status,
        _T.c.content,
        _T.c.conflict,
        _T.c.row_number,
        _T.c.batch_id,
        files.c.file_name,
        files.c.sheet,
    ).join(files, files.c.import_id == _T.c.import_id)
