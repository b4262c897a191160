"""A server with roles: logins that go with their test, and a workspace of each clinic."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import databases
import psycopg
import pytest
import sqlalchemy as sa
from end_to_end.clinic import Clinic, call, new_clinic

from tpi_billing.config import load

needs_server = pytest.mark.skipif(
    not databases.SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server"
)
_ROLES = 7_412_002
"""The number of a lock: roles are the whole server's, and tests run beside each other."""
_numbers = itertools.count(1)


def printed_script(clinic: Clinic, *words: str) -> str:
    """Return what `ledger roles` prints, as an administrator sends it to psql."""
    said = clinic.run("ledger", "roles", *words)
    assert said.code == 0, said.all
    return said.out


def run_script(database: str, script: str, user: str | None = None) -> None:
    """Run a script as psql does: one statement after the other, with its own transactions."""
    address = databases.address_of(database, user=user).replace("+psycopg", "")
    with databases.server().connect() as lock:
        lock.exec_driver_sql(f"SELECT pg_advisory_lock({_ROLES})")
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(script.encode())
        finally:
            lock.exec_driver_sql(f"SELECT pg_advisory_unlock({_ROLES})")


def database_of(clinic: Clinic) -> str:
    return sa.make_url(databases.database_of(clinic.workspace)).database or ""


class Logins:
    """Makes logins, and drops them when their test is over."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._databases = len(databases.made)

    def make(self, *roles: str, options: str = "") -> str:
        """Make a login that is a member of roles; return its name."""
        name = f"tpi_test_login_{os.getpid()}_{next(_numbers)}"
        member = f"IN ROLE {', '.join(roles)}" if roles else ""
        with databases.server().connect() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {options} {member}")
        self._made.append(name)
        return name

    def make_role(self, name: str) -> None:
        """Make a role that others are members of, unless it is there."""
        with databases.server().connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ROLES})")
            found = connection.exec_driver_sql(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)
            ).scalar()
            if not found:
                connection.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ROLES})")

    def drop(self) -> None:
        """Drop what was made, after the databases that may be theirs."""
        databases.drop_databases(self._databases)
        with databases.server().connect() as connection:
            for name in self._made:
                connection.exec_driver_sql(f"DROP ROLE IF EXISTS {name}")


class Tries:
    """Somebody's connection past the tool: every statement is tried, and nothing is kept."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def refused(self, statement: str) -> bool:
        """Tell whether the server says that he may not; any other error is an error."""
        try:
            self._connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return True
        finally:
            self._connection.rollback()
        return False

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return what he sees."""
        found = self._connection.execute(question.encode()).fetchall()
        self._connection.rollback()
        return found


@contextmanager
def trying(clinic: Clinic, user: str) -> Iterator[Tries]:
    """Connect to a clinic's database as somebody, without the tool."""
    address = databases.address_of(database_of(clinic), user=user).replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        yield Tries(connection)
        connection.rollback()


def user_of(clinic: Clinic) -> str:
    """Return the login that a workspace names."""
    address = load(clinic.workspace / "tpi-billing.toml").database
    return sa.make_url(address).username or ""


def new_and_empty(folder: Path) -> Clinic:
    """Make a workspace whose database has no tables yet."""
    clinic = new_clinic(folder)
    address = databases.address_of(databases.make_database())
    (folder / databases.MARK).write_text(address, encoding="utf-8")
    databases.use_database(folder)
    return clinic


def of_user(clinic: Clinic, folder: Path, user: str, data_centre: str = "T9999") -> Clinic:
    """Make somebody's own workspace for a clinic's ledger: his login, his data centre."""
    assert call(["init", str(folder)]).code == 0
    for file in folder.glob("ledger.db*"):
        file.unlink()
    text = (clinic.workspace / "tpi-billing.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("database =")]
    address = databases.address_of(database_of(clinic), user=user)
    settings = "\n".join([f'database = "{address}"', *lines, ""]).replace("T9999", data_centre)
    (folder / "tpi-billing.toml").write_text(settings, encoding="utf-8")
    (folder / databases.MARK).write_text(databases.database_of(clinic.workspace), encoding="utf-8")
    return Clinic(folder)
