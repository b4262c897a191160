"""What an administrator does with `ledger roles`, and the rights that come of it."""

import re
import sys
from collections.abc import Iterator

import databases
import sqlalchemy as sa
from end_to_end.clinic import Clinic, call

_RIGHTS = {
    "rights on tables": (
        "SELECT relname, relrowsecurity, ARRAY(SELECT unnest(relacl)::text ORDER BY 1) "
        "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ),
    "rights on columns": (
        "SELECT attrelid::regclass::text, attname, ARRAY(SELECT unnest(attacl)::text ORDER BY 1) "
        "FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid IN (SELECT oid FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace)"
    ),
    "rights on functions": (
        "SELECT proname, ARRAY(SELECT unnest(proacl)::text ORDER BY 1) FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace"
    ),
    "rules": "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies",
}


def print_and_run(clinic: Clinic, argv: list[str]) -> int:
    """Let the tool print the script, and run it as psql does: one statement after the other."""
    said = call(argv)
    sys.stderr.write(said.err)
    if said.code == 0:
        with _connected(clinic) as connection:
            for statement in statements(said.out):
                connection.exec_driver_sql(statement)
    return said.code


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; a semicolon between two $$ ends none."""
    text = ""
    parts = re.sub(r"^--.*$", "", script, flags=re.MULTILINE).split("$$")
    for at, part in enumerate(parts):
        if at % 2:
            text += f"$${part}$$"
            continue
        *ended, rest = part.split(";")
        for one in ended:
            yield (text + one).strip()
            text = ""
        text += rest


def rights(clinic: Clinic) -> dict[str, list[str]]:
    """Return who may do what in the ledger's database."""
    with _connected(clinic) as connection:
        return {
            what: sorted(repr(tuple(row)) for row in connection.exec_driver_sql(question))
            for what, question in _RIGHTS.items()
        }


def _connected(clinic: Clinic) -> sa.Connection:
    engine = sa.create_engine(
        databases.database_of(clinic.workspace),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.pool.NullPool,
        execution_options={"no_parameters": True},  # a % in the script is a %
    )
    return engine.connect()
