"""Copy every row of a ledger into another's empty tables, and compare the two."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tpi_billing.errors import IntegrityError
from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ledger comes to: rows by table, and money by table and column, in cents."""

    rows: Mapping[str, int]
    cents: Mapping[str, int]


def sums_of(connection: sa.Connection) -> Sums:
    """Count the rows of every table, and sum up every column of money."""
    rows: dict[str, int] = {}
    cents: dict[str, int] = {}
    for table in schema.metadata.sorted_tables:
        money = [column for column in table.columns if _is_money(column)]
        totals = [sa.func.coalesce(sa.func.sum(column), 0) for column in money]
        count, *found = connection.execute(
            sa.select(sa.func.count(), *totals).select_from(table)
        ).one()
        rows[table.name] = count
        cents |= {
            f"{table.name}.{column.name}": int(total)
            for column, total in zip(money, found, strict=True)
        }
    return Sums(rows, cents)


def _is_money(column: sa.Column[Any]) -> bool:
    return column.name == "cents" or column.name.endswith("_cents")


def differences(one: Sums, other: Sums) -> list[str]:
    """Say in words which tables and columns do not come to the same."""
    return [
        *(
            f"table {name}: {count} rows, and {other.rows.get(name)} after the move"
            for name, count in one.rows.items()
            if other.rows.get(name) != count
        ),
        *(
            f"{name}: {cents} cents, and {other.cents.get(name)} after the move"
            for name, cents in one.cents.items()
            if other.cents.get(name) != cents
        ),
    ]


def copy_rows(source: sa.Connection, target: sa.Connection, advance: Callable[[int], None]) -> None:
    """Copy every table, those first that others refer to; `advance` hears of each page's rows.

    Raise IntegrityError for a value that the target's database cannot hold as what it must be:
    a text that is none, or a number in words. The tool itself never writes one.
    """
    target.execute(sa.delete(schema.journal_head))
    for table in schema.metadata.sorted_tables:
        try:
            _copy_table(source, target, table, advance)
        except (sa.exc.DataError, sa.exc.IntegrityError) as error:
            raise IntegrityError(
                f"Table {table.name} holds a value that {target.dialect.name} does not take: "
                "it was altered behind the tool's back.",
                hint="Nothing was moved. Find it with tpi-billing audit verify.",
            ) from error


def _copy_table(
    source: sa.Connection,
    target: sa.Connection,
    table: sa.Table,
    advance: Callable[[int], None],
) -> None:
    columns = table.columns.keys()
    copy = _copy_in if _has_copy(target) else _insert
    for page in _pages(source, table):
        copy(target, table, columns, page)
        advance(len(page))


def _pages(connection: sa.Connection, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    query = sa.select(table).order_by(*table.primary_key)
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    for page in found.partitions(_AT_ONCE):
        yield [tuple(row) for row in page]


def _insert(
    target: sa.Connection, table: sa.Table, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    insert_rows(target, table, [f'"{name}"' for name in columns], rows)


def _has_copy(target: sa.Connection) -> bool:
    return target.dialect.name == "postgresql" and target.dialect.driver == "psycopg"


def _copy_in(
    target: sa.Connection, table: sa.Table, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    driver: Any = target.connection.driver_connection
    dbapi: Any = target.dialect.loaded_dbapi
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except dbapi.DataError as error:
        raise sa.exc.DataError(statement, None, error, hide_parameters=True) from error
    except dbapi.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error, hide_parameters=True) from error
    except dbapi.Error as error:
        raise sa.exc.OperationalError(statement, None, error, hide_parameters=True) from error
