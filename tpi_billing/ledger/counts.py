"""What the ledger has, counted or streamed by day, id and patient, to see what it has not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from tpi_billing.ledger import schema

_T = schema.sessions


@dataclass(frozen=True, slots=True)
class DayCount:
    """A practitioner's day: how many sessions are completed, and how many are anything else."""

    practitioner_number: str
    day: date
    completed: int
    others: int


@dataclass(frozen=True, slots=True)
class NumberedSession:
    """A session's id and day."""

    source: str
    session_id: str
    day: date


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A row of a patient, of whatever status; `content` is canonical text as JSON."""

    patient_key: str
    session_id: str
    day: date
    status: str
    practitioner_number: str
    content: str

    @property
    def values(self) -> dict[str, str]:
        """The canonical text values, as the row had them."""
        loaded: dict[str, str] = json.loads(self.content)
        return loaded


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many sessions of a practitioner have one status, and on which days."""

    status: str
    practitioner_number: str
    count: int
    first: date
    last: date


def day_counts(
    connection: sa.Connection, data_centre: str, first: date, last: date
) -> Iterator[list[DayCount]]:
    """Stream the days between two, both included, a practitioner at a time, oldest first."""
    completed = sa.func.sum(sa.case((_T.c.status == "completed", 1), else_=0))
    query = (
        sa.select(_T.c.practitioner_number, _T.c.service_date, completed, sa.func.count())
        .where(*_between(data_centre, first, last))
        .group_by(_T.c.practitioner_number, _T.c.service_date)
        .order_by(_T.c.practitioner_number, _T.c.service_date)
    )
    rows = connection.execute(query, execution_options={"yield_per": 2_000})
    days = (
        DayCount(number, date.fromisoformat(day), int(done), every - int(done))
        for number, day, done, every in rows
    )
    for _, group in groupby(days, key=attrgetter("practitioner_number")):
        yield list(group)


def numbered_sessions(
    connection: sa.Connection, data_centre: str, first: date, last: date
) -> Iterator[NumberedSession]:
    """Stream the ids of sessions of any status between two days, by source."""
    query = (
        sa.select(_T.c.source, _T.c.session_id, _T.c.service_date)
        .where(*_between(data_centre, first, last))
        .order_by(_T.c.source)
    )
    for source, session_id, day in connection.execute(
        query, execution_options={"yield_per": 2_000}
    ):
        yield NumberedSession(source, session_id, date.fromisoformat(day))


def patient_rows(
    connection: sa.Connection, data_centre: str, first: date, last: date
) -> Iterator[list[PatientRow]]:
    """Stream the rows between two days, a patient at a time, oldest first."""
    query = (
        sa.select(
            _T.c.patient_key,
            _T.c.session_id,
            _T.c.service_date,
            _T.c.status,
            _T.c.practitioner_number,
            _T.c.content,
        )
        .where(*_between(data_centre, first, last))
        .order_by(_T.c.patient_key, _T.c.service_date, _T.c.start_time, _T.c.session_id)
    )
    rows = (
        PatientRow(key, session_id, date.fromisoformat(day), *rest)
        for key, session_id, day, *rest in connection.execute(
            query, execution_options={"yield_per": 2_000}
        )
    )
    for _, group in groupby(rows, key=attrgetter("patient_key")):
        yield list(group)


def status_counts(
    connection: sa.Connection, data_centre: str, first: date, last: date
) -> list[StatusCount]:
    """Count the sessions between two days that are not completed, by status and practitioner."""
    same = (_T.c.status, _T.c.practitioner_number)
    days = _T.c.service_date
    query = (
        sa.select(*same, sa.func.count(), sa.func.min(days), sa.func.max(days))
        .where(*_between(data_centre, first, last), _T.c.status != "completed")
        .group_by(*same)
        .order_by(*same)
    )
    return [
        StatusCount(status, number, count, date.fromisoformat(earliest), date.fromisoformat(latest))
        for status, number, count, earliest, latest in connection.execute(query)
    ]


def _between(data_centre: str, first: date, last: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _T.c.data_centre == data_centre,
        _T.c.service_date.between(first.isoformat(), last.isoformat()),
    )
