"""The tables of a database: are they those of this version of the tool."""

from collections.abc import Iterator

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.health_fault import Fault


def faults_of_tables(connection: sa.Connection) -> Iterator[Fault]:
    """Yield the tables, columns and unique indexes that are not there, or are too many."""
    found = sa.inspect(connection)
    for table in schema.metadata.sorted_tables:
        if not found.has_table(table.name):
            yield Fault(f"database: table {table.name} is gone", table.name)
            continue
        columns = {column["name"] for column in found.get_columns(table.name)}
        for name in sorted(columns.symmetric_difference(table.c.keys())):
            what = "has a column too many" if name in columns else "lacks a column"
            yield Fault(f"database: table {table.name} {what}: {name}", table.name, "", (name,))
        there = {index["name"] for index in found.get_indexes(table.name) if index["unique"]}
        for index in table.indexes:
            if index.unique and index.name not in there:
                message = f"database: table {table.name} lacks the index {index.name}"
                yield Fault(message, table.name, str(index.name))


def is_of_present_schema(connection: sa.Connection) -> bool:
    """Tell whether tables, columns and indexes are exactly those of this version."""
    found = sa.inspect(connection)
    if set(found.get_table_names()) - {"alembic_version"} != set(schema.metadata.tables):
        return False
    for table in schema.metadata.tables.values():
        columns = {column["name"] for column in found.get_columns(table.name)}
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        if columns != set(table.c.keys()) or indexes != {one.name for one in table.indexes}:
            return False
    return True
