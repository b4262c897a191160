"""Is the ledger what was written? Its pages, its references, its journal."""

from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import verify


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at and everything that was wrong, in words."""

    entries: int
    sessions: int
    claims: int
    faults: tuple[str, ...]


def examine(connection: sa.Connection) -> Health:
    """Look at the whole database file and the whole journal."""
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
    return Health(
        entries,
        _count(connection, schema.sessions),
        _count(connection, schema.claims),
        tuple(faults),
    )


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
