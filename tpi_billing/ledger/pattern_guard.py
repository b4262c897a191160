"""While somebody's pattern runs, the database gives it `claim_facts` to read and nothing else."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

# SQLite's own numbers of what a statement may ask for (sqlite3.h); all others are refused.
_ALLOW, _DENY, _READ = 0, 1, 20
_HARMLESS = frozenset({21, 31, 33})  # SELECT, a function, a recursive WITH
_LONGEST_VALUE = 10_000_000
"""Bytes of a text that a pattern may put together on SQLite."""
_OWN_SCHEMAS = frozenset({"pg_temp"})
_NOTHING_ELSE = "It reads something else than claim_facts and parameters."
_WORDS = tuple(
    re.compile(form)
    for form in (
        r"no such (?:column|function|table): ([\w.]+)",
        r"near \"([^\"]+)\"",
        r"(?:column|relation|function) \"?([\w.]+)",
    )
)
"""What SQLite and PostgreSQL say of the word that they do not like."""


class PatternSqlError(Exception):
    """The database does not take a pattern: what it says, and the word it says it of, if any."""

    def __init__(self, message: str, word: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.word = word


@contextmanager
def guarded(connection: sa.Connection) -> Iterator[None]:
    """Let statements read `claim_facts` only, and change nothing; raise PatternSqlError."""
    server = connection.dialect.name == "postgresql"
    driver: Any = connection.connection.driver_connection
    gate, longest = _Gate(), _LONGEST_VALUE
    held: Any = nullcontext()
    if server:
        held = connection.begin_nested()  # one that fails leaves the moment to the next
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
    else:
        gate.tables = _tables(connection)
        driver.set_authorizer(gate.answer)
        longest = driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    try:
        with held:
            yield
    except DBAPIError as error:
        raise _explained(str(error.orig), gate.refused) from None
    except SQLAlchemyError as error:
        raise PatternSqlError(str(error).splitlines()[0]) from None
    finally:
        # Who is stopped in the middle has no open connection any more.
        with suppress(sqlite3.ProgrammingError):
            if not server:
                driver.set_authorizer(None)
                driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


class _Gate:
    """Answers SQLite what a statement may do; `tables` are the names of the ledger's own.

    A table of which no column is read may be a WITH, which has no base, but not one named like
    a table: a join by USING tells of no column either.
    """

    def __init__(self) -> None:
        self.tables: frozenset[str] = frozenset()
        self.refused = ""

    def answer(
        self, action: int, table: str | None, column: str | None, base: str | None, _: str | None
    ) -> int:
        """Return whether it is allowed, and note the first that is not."""
        if action in _HARMLESS:
            return _ALLOW
        if action == _READ and table == "claim_facts" and base in {"temp", None}:
            return _ALLOW
        if action == _READ and base is None and column == "" and table not in self.tables:
            return _ALLOW
        self.refused = self.refused or table or ""
        return _DENY


def _tables(connection: sa.Connection) -> frozenset[str]:
    found = connection.exec_driver_sql("SELECT name FROM main.sqlite_master")
    return frozenset({"sqlite_master", "sqlite_schema", *found.scalars()})


def foreign_schema(connection: sa.Connection, statement: str) -> str:
    """Return a schema of the server that a statement names, `""` if it names none."""
    if connection.dialect.name != "postgresql":
        return ""
    known = connection.exec_driver_sql("SELECT nspname FROM pg_catalog.pg_namespace").scalars()
    named = set(re.findall(r"(\w+)\"?\s*\.", statement.casefold()))
    return next(iter(sorted(named & (set(known) - _OWN_SCHEMAS))), "")


def _explained(said: str, refused: str) -> PatternSqlError:
    first = said.strip().splitlines()[0]
    if refused:
        return PatternSqlError(_NOTHING_ELSE, refused)
    found = next(filter(None, (form.search(first) for form in _WORDS)), None)
    return PatternSqlError(f"The database says: {first}.", found[1] if found else "")
