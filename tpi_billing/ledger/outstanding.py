"""What imports left for a person: changes after billing, and rows that could not be stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.amendments import changes_of_sessions
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.finding import Place

_SESSIONS, _ROWS, _FILES = schema.sessions, schema.rejected_rows, schema.imports
_COLUMNS = tuple(_ROWS.c.keys())


@dataclass(frozen=True, slots=True)
class ChangedSession:
    """A billed session of which the source says something else; `place` is where it says so."""

    session_id: str
    service_date: str
    practitioner_number: str
    content: str
    batch_id: int
    place: Place

    @property
    def values(self) -> dict[str, str]:
        """The canonical text values, as they were billed."""
        loaded: dict[str, str] = json.loads(self.content)
        return loaded


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row without a usable session id or date; what cannot be read of the two is blank.

    `problems` are what was wrong with it, as plain values that are masked already.
    """

    row_number: int
    session_id: str
    service_date: str
    content_sha256: str
    problems: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A rejected row that nothing has replaced yet, its place, and the day of its import."""

    row: RejectedRow
    place: Place
    imported_on: str


def changed_sessions(
    connection: sa.Connection, data_centre: str, scope: Scope
) -> list[ChangedSession]:
    """List the billed sessions that the source has changed since, by day and id.

    One whose claim was corrected by what the source says now is no longer among them.
    """
    query = sa.select(_SESSIONS).where(
        _SESSIONS.c.data_centre == data_centre,
        sa.text("pending != ''"),
        _SESSIONS.c.batch_id.is_not(None),
    )
    if scope.month is not None:
        query = query.where(
            _SESSIONS.c.service_date.between(f"{scope.month}-01", f"{scope.month}-31")
        )
    if scope.practitioner is not None:
        query = query.where(_SESSIONS.c.practitioner_number == scope.practitioner)
    rows = connection.execute(
        query.order_by(_SESSIONS.c.service_date, _SESSIONS.c.session_id)
    ).all()
    changes = changes_of_sessions(connection, data_centre, [row.session_key for row in rows])
    rows = [row for row in rows if not _is_taken_over(row, changes[row.session_key])]
    waiting = [json.loads(row.pending) for row in rows]
    files = _files(connection, {values["import_id"] for values in waiting})
    return [
        ChangedSession(
            row.session_id,
            row.service_date,
            row.practitioner_number,
            row.content,
            row.batch_id,
            Place(*files[values["import_id"]], values["row_number"]),
        )
        for row, values in zip(rows, waiting, strict=True)
    ]


def _is_taken_over(row: sa.Row[Any], changes: Mapping[str, str]) -> bool:
    """Tell whether corrections in force make a session what its source says now."""
    waiting = json.loads(row.pending)
    if not changes or waiting.get("conflict") or "content" not in waiting:
        return False
    said: dict[str, str] = json.loads(waiting["content"])
    corrected: dict[str, str] = {**json.loads(row.content), **changes}
    return {name: text for name, text in corrected.items() if text} == said


def _files(connection: sa.Connection, import_ids: set[int]) -> dict[int, tuple[str, str]]:
    query = sa.select(_FILES.c.import_id, _FILES.c.file_name, _FILES.c.sheet)
    return {
        number: (name, sheet)
        for number, name, sheet in connection.execute(
            query.where(_FILES.c.import_id.in_(sorted(import_ids)))
        )
    }


def remember_rejected(
    transaction: Transaction, import_id: int, rejected: Sequence[RejectedRow]
) -> None:
    """Keep an import's rejected rows, and let go of those that it puts right.

    An earlier one of the same source is put right when its file is imported again, when a session
    of its id is there, or by a file that has all visits that its own file had on its day. Where it
    is rejected again, the later row stands for it.
    """
    connection = transaction.connection
    for old_import, row_number in connection.execute(_put_right(import_id, rejected)).all():
        here = (_ROWS.c.import_id == old_import, _ROWS.c.row_number == row_number)
        connection.execute(sa.update(_ROWS).where(*here).values(resolved=1))
        record = f"import:{old_import}/row:{row_number}"
        transaction.journal.write("row.resolved", record, {"resolved": 1})
    rows = [
        (
            import_id,
            row.row_number,
            row.session_id,
            row.service_date,
            row.content_sha256,
            canonical_json(row.problems),
            0,
        )
        for row in rejected
    ]
    insert_rows(connection, _ROWS, _COLUMNS, rows)
    for values in rows:
        record = f"import:{import_id}/row:{values[1]}"
        transaction.journal.write("row.rejected", record, dict(zip(_COLUMNS, values, strict=True)))


def _put_right(import_id: int, rejected: Sequence[RejectedRow]) -> sa.Select[Any]:
    this, rows = _FILES.alias("this"), schema.import_rows
    again = [row.content_sha256 for row in rejected]
    same_file = sa.and_(_FILES.c.file_name == this.c.file_name, _FILES.c.sheet == this.c.sheet)
    has_id = sa.exists().where(
        _SESSIONS.c.data_centre == this.c.data_centre,
        _SESSIONS.c.source == this.c.source,
        _SESSIONS.c.session_id == _ROWS.c.session_id,
    )
    before = rows.alias("before")
    on_its_day = _SESSIONS.c.service_date == _ROWS.c.service_date
    has_day = sa.exists().where(
        rows.c.import_id == import_id, rows.c.session_key == _SESSIONS.c.session_key, on_its_day
    )
    met_again = sa.exists().where(
        rows.c.import_id == import_id, rows.c.session_key == before.c.session_key
    )
    lacks_a_visit = sa.exists().where(
        before.c.import_id == _ROWS.c.import_id,
        before.c.session_key == _SESSIONS.c.session_key,
        on_its_day,
        ~met_again.correlate(before),
    )
    has_whole_day = sa.and_(has_day, ~lacks_a_visit)
    return (
        sa.select(_ROWS.c.import_id, _ROWS.c.row_number)
        .join(_FILES, _FILES.c.import_id == _ROWS.c.import_id)
        .join(this, this.c.import_id == import_id)
        .where(
            _ROWS.c.resolved == 0,
            _ROWS.c.import_id != import_id,
            _FILES.c.data_centre == this.c.data_centre,
            _FILES.c.source == this.c.source,
            sa.or_(same_file, _ROWS.c.content_sha256.in_(again), has_id, has_whole_day),
        )
        .order_by(_ROWS.c.import_id, _ROWS.c.row_number)
    )


def rejected_rows(connection: sa.Connection, data_centre: str) -> list[Outstanding]:
    """List the rejected rows that nothing has replaced yet, in the order of their imports."""
    query = (
        sa.select(_ROWS, _FILES.c.file_name, _FILES.c.sheet, _FILES.c.imported_at)
        .join(_FILES, _FILES.c.import_id == _ROWS.c.import_id)
        .where(_FILES.c.data_centre == data_centre, _ROWS.c.resolved == 0)
        .order_by(_ROWS.c.import_id, _ROWS.c.row_number)
    )
    return [
        Outstanding(
            RejectedRow(
                row.row_number,
                row.session_id,
                row.service_date,
                row.content_sha256,
                json.loads(row.problems),
            ),
            Place(row.file_name, row.sheet, row.row_number),
            row.imported_at[:10],
        )
        for row in connection.execute(query)
    ]
