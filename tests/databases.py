"""The ledger's database of a folder: a file, or with TPI_TEST_POSTGRESQL one on a server.

The variable is an address such as `postgresql+psycopg://postgres@localhost/postgres` of somebody
who may make databases. A folder's database is named in its `ledger.url`; copying a ledger makes a
database of another as a template. Every database that a test has made goes with the test.
"""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tpi_billing.config import Config

SERVER = os.environ.get("TPI_TEST_POSTGRESQL", "")
FILE = "sqlite:///ledger.db"
MARK = "ledger.url"
PREFIX = f"tpi_test_{os.getpid()}_"
made: list[str] = []
"""The databases that this process has made, in their order."""
lasting: set[str] = set()
"""Those of fixtures that several tests share, whichever of them asked first."""

_numbers = itertools.count(1)


@lru_cache
def server() -> sa.Engine:
    """Connect to the server's own database, outside of transactions."""
    return sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")


def address_of(name: str, *, user: str | None = None) -> str:
    """Return the address of a database, for another role if one is named."""
    url = sa.make_url(SERVER).set(database=name)
    if user is not None:
        url = url.set(username=user)
    return url.render_as_string(hide_password=False)


def make_database(template: str = "template0") -> str:
    """Make a database, sorted as an administrator's may be: by a language. Return its name."""
    name = f"{PREFIX}{next(_numbers)}"
    with server().connect() as connection:
        if template != "template0":
            let_go(template)
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    made.append(name)
    return name


def let_go(name: str) -> None:
    """End the connections of others, which keep a database from being copied."""
    with server().connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )


def drop_databases(down_to: int, *, lasting_too: bool = False) -> None:
    """Drop the databases that were made after the first so many, but for the lasting ones."""
    going = {name for name in made[down_to:] if lasting_too or name not in lasting}
    if not going:
        return
    with server().connect() as connection:
        for name in going:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    made[:] = [name for name in made if name not in going]


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """Let the databases of a fixture that tests share outlive the test that asked first."""
    before = len(made)
    found = yield
    if fixturedef.scope != "function":
        lasting.update(made[before:])
    return found


def database_of(folder: Path) -> str:
    """Return the address that a folder's ledger is opened by; a new, empty one at first."""
    if not SERVER:
        return FILE
    mark = folder / MARK
    if not mark.exists():
        mark.write_text(address_of(make_database()), encoding="utf-8")
    return mark.read_text(encoding="utf-8")


def copy_ledger(source: Path, target: Path) -> None:
    """Give a folder a copy of another's ledger."""
    if SERVER:
        name = make_database(sa.make_url(database_of(source)).database or "")
        (target / MARK).write_text(address_of(name), encoding="utf-8")
    else:
        shutil.copy(source / "ledger.db", target / "ledger.db")


def copy_workspace(source: Path, target: Path) -> None:
    """Copy a whole workspace, with its ledger."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    if SERVER and (source / MARK).exists():
        copy_ledger(source, target)
        use_database(target)


def loading(load: Callable[[Path], Config]) -> Callable[[Path], Config]:
    """Let the default ledger of a configuration be on the server; any other is what it says."""

    def loaded(path: Path) -> Config:
        found = load(path)
        if found.database != FILE:
            return found
        return found.model_copy(update={"database": database_of(path.parent)})

    return loaded


def use_database(workspace: Path) -> None:
    """Let a workspace's configuration name its database on the server, a new ledger at first."""
    if not SERVER:
        return
    mark = workspace / MARK
    if not mark.exists():
        mark.write_text(address_of(make_database(_with_tables())), encoding="utf-8")
    settings = workspace / "tpi-billing.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database =")]
    kept.insert(0, f'database = "{database_of(workspace)}"')
    settings.write_text("\n".join(kept) + "\n", encoding="utf-8")
    for file in workspace.glob("ledger.db*"):
        file.unlink()


@lru_cache
def _with_tables() -> str:
    """Make a ledger without any entry once: others are copies of it."""
    from tpi_billing.ledger import open_ledger

    name = make_database()
    lasting.add(name)
    open_ledger(address_of(name), Path(), "T9999").close()
    return name


def query(folder: Path, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Ask a ledger's database itself; marks for values are `?`."""
    if not SERVER:
        with closing(sqlite3.connect(folder / "ledger.db")) as connection:
            found = connection.execute(sql, tuple(values)).fetchall()
            connection.commit()
            return found
    engine = sa.create_engine(database_of(folder), poolclass=sa.pool.NullPool)
    text = sql.replace("%", "%%").replace("?", "%s")
    with engine.begin() as server_connection:
        result = server_connection.exec_driver_sql(text, tuple(values))
        return [_whole(row) for row in result] if result.returns_rows else []


def _whole(row: Sequence[Any]) -> tuple[Any, ...]:
    """PostgreSQL's sums of BIGINT are NUMERIC."""
    return tuple(int(one) if type(one).__name__ == "Decimal" else one for one in row)


class Somebody:
    """Another at work: holds a ledger from `begin` to `end`, as a command that is not done yet."""

    def __init__(self, folder: Path) -> None:
        self._connection: Any = (
            sa.create_engine(database_of(folder), poolclass=sa.pool.NullPool).connect()
            if SERVER
            else sqlite3.connect(folder / "ledger.db", isolation_level=None)
        )

    def begin(self) -> None:
        if SERVER:
            self._connection.exec_driver_sql("LOCK TABLE journal_head IN SHARE ROW EXCLUSIVE MODE")
        else:
            self._connection.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def somebody_at_work(folder: Path) -> Iterator[None]:
    """Hold a ledger for as long as the block takes."""
    with closing(Somebody(folder)) as other:
        other.begin()
        yield
        other.end()


def make_impatient(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an open ledger wait for nobody."""
    monkeypatch.setattr("tpi_billing.ledger.store._WAIT_SECONDS", 0.05)
    if not SERVER:
        pragma = "PRAGMA busy_timeout = 50"
        sa.event.listen(engine, "connect", lambda raw, _: raw.execute(pragma))


class Behind:
    """A connection behind the tool's back: triggers and references are asleep, marks are `?`."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> Any:
        if not SERVER:
            return self.connection.execute(sql, tuple(values))
        if sql.startswith("DROP TRIGGER"):  # the names are SQLite's, and they are asleep
            return None
        text = sql.replace("%", "%%").replace("?", "%s")
        return self.connection.execute(text, tuple(values))


@contextmanager
def behind(folder: Path, *, awake: bool = False) -> Iterator[Behind]:
    """Change a ledger behind the tool's back; it is kept when the block ends.

    `awake` leaves its guards on, as any other program would meet them.
    """
    if not SERVER:
        with closing(sqlite3.connect(folder / "ledger.db")) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in () if awake else found.fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            yield Behind(connection)
            connection.commit()
        return
    engine = sa.create_engine(database_of(folder), poolclass=sa.pool.NullPool)
    with engine.begin() as server_connection:
        raw = server_connection.connection.driver_connection
        assert raw is not None
        if not awake:
            raw.execute("SET LOCAL session_replication_role = replica")
        yield Behind(raw)


def alter(folder: Path, *statements: str) -> None:
    """Change tables behind the tool's back, of which only the journal is guarded."""
    if SERVER:
        with behind(folder) as other:
            for statement in statements:
                other.execute(statement)
        return
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
