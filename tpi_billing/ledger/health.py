"""Is the ledger what was written? Its pages, its references, its journal, and its tables."""

from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import verify
from tpi_billing.ledger.replay import differences


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at and everything that was wrong, in words."""

    entries: int
    sessions: int
    claims: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherDataCentre:
    """What the ledger has of another data centre; `shared` when several may well use the ledger."""

    data_centre: str
    sessions: int
    claims: int
    shared: bool


def other_data_centres(connection: sa.Connection, data_centre: str) -> list[OtherDataCentre]:
    """Count sessions and live claims of any data centre but this one."""
    sessions, claims = schema.sessions, schema.claims
    shared = connection.dialect.name != "sqlite"
    live = dict(
        _by_data_centre(connection, claims, claims.c.live == 1, claims.c.data_centre != data_centre)
    )
    stored = dict(_by_data_centre(connection, sessions, sessions.c.data_centre != data_centre))
    return [
        OtherDataCentre(other, stored.get(other, 0), live.get(other, 0), shared)
        for other in sorted(stored.keys() | live.keys())
    ]


def _by_data_centre(
    connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]
) -> list[tuple[str, int]]:
    query = sa.select(table.c.data_centre, sa.func.count()).where(*where)
    rows = connection.execute(query.group_by(table.c.data_centre))
    return [(data_centre, count) for data_centre, count in rows]


def examine(connection: sa.Connection) -> Health:
    """Look at the whole database file, the whole journal, and the tables that it tells of."""
    faults: list[str] = []
    if connection.dialect.name == "sqlite":
        faults += [
            f"database: {said}"
            for (said,) in connection.exec_driver_sql("PRAGMA integrity_check")
            if said != "ok"
        ]
        faults += [
            f"database: table {row[0]} names a record of {row[2]} that is not there"
            for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
        ]
    entries, breaks = verify(connection)
    faults += [f"journal, entry {found.entry}: {found.message}" for found in breaks]
    if not breaks:  # of a journal that is not whole nothing else can be told
        faults += differences(connection)
    return Health(
        entries,
        _count(connection, schema.sessions),
        _count(connection, schema.claims),
        tuple(faults),
    )


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
