"""What waits in the ledger beside the sessions to be billed: batches not sent, blank statuses."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.sessions import Scope
from tpi_billing.model.claim import ClaimState

_SESSIONS, _CLAIMS, _BATCHES = schema.sessions, schema.claims, schema.batches


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A batch and those of its claims in scope that MSP is not known to have.

    `as_of` is the day it was made, `first_service` the earliest service date of those claims,
    `amount_cents` their sum.
    """

    batch_id: int
    month: str
    state: str
    as_of: str
    claims: int
    sessions: int
    amount_cents: int
    first_service: str


@dataclass(frozen=True, slots=True)
class WithoutStatus:
    """A session whose status is blank, and where it was read."""

    session_id: str
    service_date: str
    content: str
    row_number: int
    file_name: str
    sheet: str

    @property
    def values(self) -> dict[str, str]:
        """The canonical text values, as the row had them."""
        loaded: dict[str, str] = json.loads(self.content)
        return loaded


def waiting_batches(
    connection: sa.Connection, data_centre: str, states: Sequence[str], scope: Scope
) -> list[WaitingBatch]:
    """List the batches in these states by number; one without such a claim in scope is left out."""
    query = (
        sa.select(
            _BATCHES.c.batch_id,
            _BATCHES.c.month,
            _BATCHES.c.state,
            _BATCHES.c.as_of,
            sa.func.count(),
            sa.func.count(_CLAIMS.c.session_key.distinct()),
            sa.func.sum(_CLAIMS.c.amount_cents),
            sa.func.min(_CLAIMS.c.service_date),
        )
        .join(_CLAIMS, _CLAIMS.c.batch_id == _BATCHES.c.batch_id)
        .where(
            _BATCHES.c.data_centre == data_centre,
            _BATCHES.c.state.in_(states),
            _CLAIMS.c.state == ClaimState.BATCHED.value,
            *_in_scope(_CLAIMS, scope),
        )
        .group_by(_BATCHES.c.batch_id, _BATCHES.c.month, _BATCHES.c.state, _BATCHES.c.as_of)
        .order_by(_BATCHES.c.batch_id)
    )
    return [_waiting(row) for row in connection.execute(query)]


def _waiting(row: sa.Row[Any]) -> WaitingBatch:
    batch_id, month, state, as_of, claims, sessions, amount, first = tuple(row)
    # PostgreSQL adds up to a Decimal.
    return WaitingBatch(batch_id, month, state, as_of, claims, sessions, int(amount), first)


def unbilled_months(connection: sa.Connection, data_centre: str) -> dict[str, int]:
    """Count the completed sessions that are not billed, by month (`YYYY-MM`), in order."""
    month = sa.func.substr(_SESSIONS.c.service_date, 1, 7)
    query = (
        sa.select(month, sa.func.count())
        .where(
            _SESSIONS.c.data_centre == data_centre,
            _SESSIONS.c.batch_id.is_(None),
            _SESSIONS.c.status == "completed",
        )
        .group_by(month)
        .order_by(month)
    )
    return {str(found): int(count) for found, count in connection.execute(query)}


def without_status(
    connection: sa.Connection, data_centre: str, scope: Scope
) -> Iterator[WithoutStatus]:
    """Stream the sessions whose status is blank, by day and id."""
    files = schema.imports
    names = {field.name for field in fields(WithoutStatus)} - {"file_name", "sheet"}
    query = (
        sa.select(*(_SESSIONS.c[name] for name in sorted(names)), files.c.file_name, files.c.sheet)
        .join(files, files.c.import_id == _SESSIONS.c.import_id)
        .where(
            _SESSIONS.c.data_centre == data_centre,
            _SESSIONS.c.status == "",
            *_in_scope(_SESSIONS, scope),
        )
        .order_by(_SESSIONS.c.service_date, _SESSIONS.c.session_id)
    )
    for row in connection.execute(query, execution_options={"yield_per": 2_000}):
        yield WithoutStatus(**row._mapping)


def _in_scope(table: sa.Table, scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    if scope.month is not None:
        yield table.c.service_date.between(f"{scope.month}-01", f"{scope.month}-31")
    if scope.practitioner is not None:
        yield table.c.practitioner_number == scope.practitioner
