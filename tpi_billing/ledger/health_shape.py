"""The database itself: are its tables, its version and the journal's guards what was made."""

from collections.abc import Iterator

import sqlalchemy as sa

from tpi_billing.ledger.bulk import raw_rows
from tpi_billing.ledger.health_fault import Fault
from tpi_billing.ledger.upgrade import HEAD

_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
_GUARDS = {
    "journal_refuses_update": f"BEFORE UPDATE ON journal {_REFUSAL}",
    "journal_refuses_delete": f"BEFORE DELETE ON journal {_REFUSAL}",
    "journal_refuses_replace": "BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal "
    f"WHERE entry = NEW.entry) {_REFUSAL}",
}
_SERVER_GUARD = "journal_refuses"
_SERVER_REFUSAL = "BEGIN RAISE EXCEPTION 'the journal is append-only'; END"
_VERSION = "alembic_version"


def faults_of_shape(connection: sa.Connection) -> Iterator[Fault]:
    """Yield what is wrong with the database that holds the tables, apart from what is in them."""
    if connection.dialect.name == "sqlite":
        yield from _faults_of_pages(connection)
        yield from _faults_of_guards(connection)
    else:
        yield from _faults_of_server_guard(connection)
    yield from _faults_of_version(connection)


def _faults_of_pages(connection: sa.Connection) -> Iterator[Fault]:
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield Fault(f"database: {said}")
    for table, _, other, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        message = f"database: table {table} names a record of {other} that is not there"
        yield Fault(message, table)


def _faults_of_guards(connection: sa.Connection) -> Iterator[Fault]:
    query = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    found = {name: (table, sql) for name, table, sql in raw_rows(connection, query)}
    for name, wanted in _GUARDS.items():
        table, sql = found.pop(name, ("", ""))
        if not sql:
            yield Fault(f"database: trigger {name} is gone", "journal", name)
        elif table != "journal" or sql.split() != f"CREATE TRIGGER {name} {wanted}".split():
            yield Fault(f"database: trigger {name} was changed", "journal", name)
    for name, (table, _) in found.items():
        message = f"database: table {table} has a trigger that is not the tool's: {name}"
        yield Fault(message, str(table), str(name))


def _faults_of_server_guard(connection: sa.Connection) -> Iterator[Fault]:
    query = (
        "SELECT t.tgname, p.proname, p.prosrc, t.tgenabled, t.tgtype FROM pg_trigger t "
        "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relname = 'journal' "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    found = {name: rest for name, *rest in raw_rows(connection, query)}
    function, source, enabled, kind = found.pop(_SERVER_GUARD, ("", "", "", 0))
    if not function:
        yield Fault(f"database: trigger {_SERVER_GUARD} is gone", "journal", _SERVER_GUARD)
    elif (
        source.split() != _SERVER_REFUSAL.split()
        or enabled not in {"O", b"O"}
        or kind != _BEFORE_CHANGES
    ):
        yield Fault(f"database: trigger {_SERVER_GUARD} was changed", "journal", _SERVER_GUARD)
    for name in found:
        message = f"database: table journal has a trigger that is not the tool's: {name}"
        yield Fault(message, "journal", str(name))


_BEFORE_CHANGES = 2 + 8 + 16 + 32
"""PostgreSQL's bits of a statement's trigger: before, delete, update, truncate."""


def _faults_of_version(connection: sa.Connection) -> Iterator[Fault]:
    found = [version for (version,) in raw_rows(connection, f"SELECT version_num FROM {_VERSION}")]
    if found != [HEAD]:
        yield Fault(
            f"table {_VERSION} is not what the tool wrote: version_num",
            _VERSION,
            "version_num",
            ("version_num",),
        )
