"""While somebody's pattern runs, the database gives it `claim_facts` to read and nothing else."""

import math
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tpi_billing.errors import ConflictError
from tpi_billing.ledger.pattern_time import Patience

# SQLite's own numbers of what a statement may ask for (sqlite3.h); all others are refused.
_ALLOW, _DENY, _READ = 0, 1, 20
_HARMLESS = frozenset({21, 31, 33})  # SELECT, a function, a recursive WITH
_LONGEST_VALUE = 10_000_000
"""Bytes of a text that a pattern may put together on SQLite."""
_STEPS = 50_000
"""Steps of SQLite's between two looks at the clock, and at Ctrl-C: some milliseconds."""
_MOMENT = 50
"""Milliseconds that the server's clock is given more than ours, so that ours tells the reason."""
_OWN_SCHEMAS = frozenset({"pg_temp"})
_NOTHING_ELSE = "It reads something else than claim_facts and parameters."
_FUNCTIONS = """
SELECT p.proname FROM pg_catalog.pg_proc p
WHERE (p.provolatile = 'v' AND NOT 'internal'::pg_catalog.regtype = ANY (p.proargtypes))
OR p.proname ~ 'to_xml' OR NOT EXISTS (SELECT FROM pg_catalog.pg_proc o WHERE o.proname = p.proname
               AND o.pronamespace = 'pg_catalog'::pg_catalog.regnamespace)
"""
"""What may run a text as SQL, read files or change something, and what is none of the server's."""
_SPELT_OUT = re.compile(r"u&['\"]", re.IGNORECASE)
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
def guarded(connection: sa.Connection, patience: Patience | None = None) -> Iterator[None]:
    """Let statements read `claim_facts` only, change nothing, and take no longer than they may.

    Raise PatternSqlError, or PatternTooLongError when the patience runs out.
    """
    patience = patience or Patience()
    server = connection.dialect.name == "postgresql"
    driver: Any = connection.connection.driver_connection
    gate, longest, timeout = _Gate(), _LONGEST_VALUE, 0
    held: Any = nullcontext()
    if server:
        held = connection.begin_nested()  # one that fails leaves the moment to the next
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
        timeout = _bound_statements(connection, patience)
    else:
        gate.tables = _tables(connection)
        driver.set_authorizer(gate.answer)
        longest = driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        driver.set_progress_handler(lambda: patience.is_over, _STEPS)
    try:
        with held:
            yield
            if server:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {timeout}")
    except DBAPIError as error:
        if _was_stopped(error):
            patience.check()
            if not server:  # only Ctrl-C is left, which SQLite keeps to itself
                raise KeyboardInterrupt from None
            raise ConflictError(
                "The ledger's server stopped the pattern: its own time was over, or its "
                "administrator did.",
                hint="Ask for fewer days, or ask the administrator about statement_timeout.",
            ) from None
        raise _explained(str(error.orig), gate.refused) from None
    except SQLAlchemyError as error:
        raise PatternSqlError(str(error).splitlines()[0]) from None
    finally:
        # Who is stopped in the middle has no open connection any more.
        with suppress(sqlite3.ProgrammingError):
            if not server:
                driver.set_authorizer(None)
                driver.set_progress_handler(None, 0)
                driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


def _bound_statements(connection: sa.Connection, patience: Patience) -> int:
    """Let the server stop a statement in time; a shorter time of its administrator's stays.

    Return the milliseconds of before.
    """
    asked = "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'"
    present = int(connection.exec_driver_sql(asked).scalar_one())
    if math.isfinite(patience.left):
        wanted = round(patience.left * 1000) + _MOMENT
        if present == 0 or wanted < present:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {wanted}")
    return present


def _was_stopped(error: DBAPIError) -> bool:
    """Tell whether a database was told to stop: SQLITE_INTERRUPT, or PostgreSQL's 57014."""
    said: Any = error.orig
    code = getattr(said, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_INTERRUPT or getattr(said, "sqlstate", None) == "57014"


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


def foreign_name(connection: sa.Connection, statement: str) -> str:
    """Return a schema or function of the server that a statement may not name, `""` for none."""
    if connection.dialect.name != "postgresql":
        return ""
    if spelt := _SPELT_OUT.search(statement):  # a name in escapes is no name that can be compared
        return spelt[0][:2]
    text = statement.casefold()
    known = connection.exec_driver_sql("SELECT nspname FROM pg_catalog.pg_namespace").scalars()
    named = set(re.findall(r"(\w+)\"?\s*\.", text)) & (set(known) - _OWN_SCHEMAS)
    called = set(connection.exec_driver_sql(_FUNCTIONS).scalars()) & set(re.findall(r"\w+", text))
    return next(iter(sorted(named | called)), "")


def insist_on_facts(connection: sa.Connection, query: str) -> None:
    """Raise PatternSqlError when the server would read another table, however it is written."""
    if connection.dialect.name != "postgresql":
        return
    asking = f"EXPLAIN (VERBOSE, FORMAT JSON) {query}"
    told = connection.exec_driver_sql(asking, execution_options={"no_parameters": True})
    for table, schema in _tables_in(told.scalar_one()):
        if not schema.startswith("pg_temp"):
            raise PatternSqlError(_NOTHING_ELSE, table)


def _tables_in(plan: Any) -> Iterator[tuple[str, str]]:
    if isinstance(plan, dict) and "Relation Name" in plan:
        yield plan["Relation Name"], plan.get("Schema", "")
    if isinstance(plan, dict | list):
        for part in plan.values() if isinstance(plan, dict) else plan:
            yield from _tables_in(part)


def _explained(said: str, refused: str) -> PatternSqlError:
    first = said.strip().splitlines()[0]
    if refused:
        return PatternSqlError(_NOTHING_ELSE, refused)
    found = next(filter(None, (form.search(first) for form in _WORDS)), None)
    return PatternSqlError(f"The database says: {first}.", found[1] if found else "")
