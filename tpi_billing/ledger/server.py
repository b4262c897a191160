"""What a PostgreSQL server needs so that a ledger is there what it is on SQLite.

Whole numbers have 64 bits, texts any length, and texts are sorted byte by byte: the database's own
language would sort and compare `a` and `B` otherwise. It is seen to after every migration.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema

_COLUMNS = """
SELECT c.relname, a.attname, a.atttypid::regtype::text IN ('smallint', 'integer')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'alembic_version'
AND (a.atttypid::regtype::text IN ('smallint', 'integer', 'character varying')
OR (a.atttypid::regtype::text = 'text' AND l.collname <> 'C'))
ORDER BY c.relname, a.attnum
"""
_SEQUENCES = (
    "SELECT relname FROM pg_class WHERE relkind = 'S' "
    "AND relnamespace = current_schema()::regnamespace"
)


def prepare(connection: sa.Connection) -> None:
    """Make the columns of the connection's schema what they are on SQLite, and the function."""
    for table, changes in _by_table(connection).items():
        connection.exec_driver_sql(f"ALTER TABLE {table} {', '.join(changes)}")
    for name in connection.exec_driver_sql(_SEQUENCES).scalars().all():
        connection.exec_driver_sql(f"ALTER SEQUENCE {name} AS bigint")
    connection.exec_driver_sql(_highest_keys(connection))
    connection.exec_driver_sql(_gathering(connection))


def _by_table(connection: sa.Connection) -> dict[str, list[str]]:
    changes: dict[str, list[str]] = {}
    for table, column, whole in connection.exec_driver_sql(_COLUMNS):
        kind = "bigint" if whole else 'text COLLATE "C"'
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind}')
    return changes


def _highest_keys(connection: sa.Connection) -> str:
    """Write the function that tells a table's highest number.

    Numbers are the whole ledger's, so it looks at rows of other data centres too, which whoever
    asks may not see.
    """
    own = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    cases = "".join(
        f" WHEN '{table}' THEN (SELECT max({key}) FROM {table})" for table, key in numbered_tables()
    )
    return (
        "CREATE OR REPLACE FUNCTION ledger_highest_key(name text) RETURNS bigint "
        f"LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {own}, pg_temp "
        f"AS $$ SELECT CASE name{cases} END $$"
    )


def numbered_tables() -> Iterator[tuple[str, str]]:
    """Yield the tables whose records have one number, each with the number's column."""
    for table in schema.metadata.sorted_tables:
        keys: list[sa.Column[Any]] = list(table.primary_key)
        if len(keys) == 1 and keys[0].autoincrement is True:
            yield table.name, keys[0].name


def highest_key(connection: sa.Connection, column: sa.Column[Any]) -> int | None:
    """Return the highest number of a table, of every data centre; None without any record."""
    found = connection.exec_driver_sql(
        "SELECT ledger_highest_key(%s)", (column.table.name,)
    ).scalar()
    return None if found is None else int(found)


def _gathering(connection: sa.Connection) -> str:
    """Write the function that lets the server look at the tables, as their owner may."""
    own = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    tables = ", ".join(table.name for table in schema.metadata.sorted_tables)
    return (
        "CREATE OR REPLACE FUNCTION ledger_gather_statistics() RETURNS void "
        f"LANGUAGE plpgsql SECURITY DEFINER SET search_path = {own}, pg_temp "
        f"AS $$ BEGIN ANALYZE {tables}; END $$"
    )


class Statistics:
    """Lets the server look at its tables anew as a long transaction fills them.

    Of a table of which it knows nothing, PostgreSQL takes three rows to be a clinic's, and reads
    all of them for each question. It looks by itself only at what is committed.
    """

    _FIRST, _TIMES = 2_000, 5

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection if connection.dialect.name == "postgresql" else None
        self._rows, self._next = 0, self._FIRST

    def grown_by(self, rows: int) -> None:
        """Hear of so many more rows."""
        self._rows += rows
        if self._connection is None or self._rows < self._next:
            return
        self._next = self._rows * self._TIMES
        known = "SELECT to_regprocedure('ledger_gather_statistics()') IS NOT NULL"
        if self._connection.exec_driver_sql(known).scalar():  # an older ledger has it not
            self._connection.exec_driver_sql("SELECT ledger_gather_statistics()")
