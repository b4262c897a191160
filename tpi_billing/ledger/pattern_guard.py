"""While somebody's pattern runs, the database gives it `claim_facts` to read and nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

# SQLite's own numbers of what a statement may ask for (sqlite3.h); all others are refused.
_ALLOW, _DENY, _READ = 0, 1, 20
_HARMLESS = frozenset({21, 31, 33})  # SELECT, a function, a recursive WITH
_OWN_SCHEMAS = frozenset({"pg_temp"})


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
    if server:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
    driver: Any = connection.connection.driver_connection
    try:
        if not server:
            driver.set_authorizer(_authorize)
        yield
    except DBAPIError as error:
        raise _explained(str(error.orig)) from None
    except SQLAlchemyError as error:
        raise PatternSqlError(str(error).splitlines()[0]) from None
    finally:
        if not server:
            driver.set_authorizer(None)


def _authorize(
    action: int, table: str | None, column: str | None, base: str | None, *_: str
) -> int:
    """Answer SQLite. A table of which no column is read may be a WITH, which has no base."""
    if action in _HARMLESS:
        return _ALLOW
    facts = table == "claim_facts" and base == "temp"
    return _ALLOW if action == _READ and (facts or (base is None and column == "")) else _DENY


def foreign_schema(connection: sa.Connection, statement: str) -> str:
    """Return a schema of the server that a statement names, `""` if it names none."""
    if connection.dialect.name != "postgresql":
        return ""
    known = connection.exec_driver_sql("SELECT nspname FROM pg_catalog.pg_namespace").scalars()
    named = set(re.findall(r"(\w+)\"?\s*\.", statement.casefold()))
    return next(iter(sorted(named & (set(known) - _OWN_SCHEMAS))), "")


def _explained(said: str) -> PatternSqlError:
    first = said.strip().splitlines()[0]
    if "prohibited" in said or "not authorized" in said:
        return PatternSqlError("It reads something else than claim_facts and parameters.")
    word = re.search(r"near \"([^\"]+)\"|no such (?:column|function|table): (\S+)", first)
    quoted = word or re.search(r"(?:column|relation|at or near|function) \"?([\w.]+)", first)
    return PatternSqlError(
        f"The database says: {first}.",
        next((part for part in quoted.groups() if part), "") if quoted else "",
    )
