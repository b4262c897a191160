"""Nothing is altered past the tool, by a superuser whose guards are asleep, unseen by verifying.

One column of each table is tried here, and a row taken away from it; TPI_LONG=1 tries every column.
"""

import os
from collections.abc import Iterator
from contextlib import closing

import databases
import pytest
import sqlalchemy as sa
from end_to_end.clinic import Clinic
from end_to_end.sending import ENVIRONMENT
from end_to_end.whole_month import work_through

from tpi_billing.errors import ConflictError
from tpi_billing.ledger import open_ledger, schema
from tpi_billing.ledger.health import verify_ledger

from .server import needs_server

pytestmark = needs_server

LONG = bool(os.environ.get("TPI_LONG"))
TABLES = [table for table in schema.metadata.sorted_tables if table.name != "journal_head"]


@pytest.fixture(scope="module")
def asleep(fresh: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    """A superuser's connection to a ledger with rows in every table; no guard is awake."""
    folder = tmp_path_factory.mktemp("tampering")
    clinic = fresh.copy_to(folder / "clinic")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        work_through(clinic, folder)
    engine = sa.create_engine(
        databases.database_of(clinic.workspace), isolation_level="REPEATABLE READ"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.commit()
        yield connection
    engine.dispose()


def columns_of(table: sa.Table) -> list[sa.Column[object]]:
    """Return the columns that are tried: all, or the last that is no key."""
    rest = [column for column in table.columns if not column.primary_key]
    return rest if LONG else rest[-1:]


def words_after(connection: sa.Connection, change: sa.Executable) -> tuple[str, ...]:
    """Verify the ledger as it is after a change, which is not kept."""
    assert connection.execute(change).rowcount == 1
    words = verify_ledger(connection).words
    connection.rollback()
    return words


def one_row(connection: sa.Connection, table: sa.Table) -> sa.ColumnElement[bool]:
    keys = list(table.primary_key)
    first = connection.execute(sa.select(*keys).order_by(*keys).limit(1)).one()
    return sa.and_(*(key == value for key, value in zip(keys, first, strict=True)))


def test_a_ledger_that_nobody_altered_is_whole(asleep: sa.Connection) -> None:
    assert verify_ledger(asleep).words == ()
    asleep.rollback()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_value_that_was_altered_is_named(asleep: sa.Connection, table: sa.Table) -> None:
    here = one_row(asleep, table)
    for column in columns_of(table):
        is_text = column.type.python_type is str
        other = sa.func.concat(column, "7") if is_text else sa.func.coalesce(column, 0) + 1_000
        words = words_after(asleep, sa.update(table).where(here).values({column.name: other}))
        assert words, f"{table.name}.{column.name}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_that_was_taken_away_is_missed(asleep: sa.Connection, table: sa.Table) -> None:
    assert words_after(asleep, sa.delete(table).where(one_row(asleep, table)))


def test_a_guard_that_was_switched_off_is_named(asleep: sa.Connection) -> None:
    asleep.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER ALL")
    assert any("journal_refuses" in word for word in verify_ledger(asleep).words)
    asleep.rollback()
    assert verify_ledger(asleep).words == ()
    asleep.rollback()


def test_a_reader_changes_nothing(clinic: Clinic) -> None:
    address = databases.database_of(clinic.workspace)
    insert = sa.insert(schema.counters).values(("T9999", "mine", 1))
    with (
        closing(open_ledger(address, clinic.workspace, "T9999")) as ledger,
        pytest.raises(ConflictError, match="only be read"),
        ledger.reading() as connection,
    ):
        connection.execute(insert)
    assert clinic.query("SELECT * FROM counters") == []
