"""Bring a ledger to the present schema: a new one from nothing, an older one after a backup."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing.errors import ConfigurationError, ConflictError, IntegrityError
from tpi_billing.ledger import server
from tpi_billing.ledger.health_tables import is_of_present_schema
from tpi_billing.ledger.roles import may_make_tables

HEAD = "0007"
"""The newest revision of `migrations/versions`; a test holds the two together."""

_MIGRATING = 7_412_001
"""The number of the lock that PostgreSQL holds while tables are made; any other would do."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def revision_of(connection: sa.Connection) -> str | None:
    """Return the schema revision of a ledger; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def bring_up_to_date(
    engine: sa.Engine,
    file: Path | None,
    *,
    read_only: bool = False,
    before: Callable[[sa.Connection], None] | None = None,
) -> None:
    """Migrate to the present schema; `file` is SQLite's.

    `before` gets a connection that sees an older ledger as it is, to make a backup of it; what it
    raises keeps the ledger from being migrated.

    Raise ConflictError for a ledger of a newer tool, and for an older one that may only be read or
    is another role's to bring up to date;
    ConfigurationError for the database of another program; IntegrityError when the number of the
    schema is not that of the tables: none must be touched.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
        if found == HEAD:
            return
        if not _may_be_a_revision(found) and is_of_present_schema(connection):
            raise _wrong_number(found)
        strangers = [] if found else sa.inspect(connection).get_table_names()
    if strangers:
        raise ConfigurationError(
            f"The database is not a ledger: it has other tables, such as {strangers[0]}.",
            hint="Name a database of its own as `database` in tpi-billing.toml.",
            file=str(file or ""),
        )
    if found is not None and found not in _known_revisions():
        raise ConflictError(
            f"The ledger was made by a newer version of tpi-billing (schema {found}).",
            hint="Install the newest tpi-billing on this computer.",
        )
    if read_only:
        raise ConflictError(
            f"The ledger is of an older version of tpi-billing (schema {found or 'none'}), and "
            "with --read-only it cannot be brought up to date.",
            hint="Let somebody who may write to it run any command without --read-only, such as "
            "tpi-billing doctor: a backup copy is made first.",
        )
    _insist_on_owner(engine, found)
    if before is not None and found is not None:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            before(connection)
            connection.rollback()
    try:
        migrate(engine)
    except DBAPIError:
        with engine.connect() as connection:
            if found is not None and is_of_present_schema(connection):
                raise _wrong_number(found) from None
        raise


def _insist_on_owner(engine: sa.Engine, found: str | None) -> None:
    with engine.connect() as connection:
        if may_make_tables(connection):
            return
    raise ConflictError(
        f"The ledger is of an older version of tpi-billing (schema {found}), and your role may not "
        "bring it up to date."
        if found
        else "The database is empty, and your role may not make a ledger in it.",
        hint="Let the administrator do it as the owner of the ledger: docs/postgresql.md, Upgrade.",
    )


def _wrong_number(found: str | None) -> IntegrityError:
    return IntegrityError(
        f"The ledger says that it is of schema {found or 'none'}, and its tables are those of "
        f"{HEAD}: table alembic_version, version_num was changed.",
        hint="Stop working with this ledger and restore the last backup copy; if a newer "
        "tpi-billing was used on it, install that one.",
    )


def _may_be_a_revision(found: str | None) -> bool:
    """Tell whether it is one that is known here, or that a newer version may have given."""
    newer = found is not None and found.isdecimal() and len(found) == len(HEAD) and found > HEAD
    return newer or found in _known_revisions()


def _known_revisions() -> set[str]:
    return {path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision, in one transaction."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="READ COMMITTED")
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        run_migrations(connection, revision)


def run_migrations(connection: sa.Connection, revision: str = "head") -> None:
    """Run the migrations up to a revision within a transaction.

    On PostgreSQL whoever comes second waits, and then sees what the first has done: the
    transaction must be READ COMMITTED.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    server_side = connection.dialect.name == "postgresql"
    if server_side:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
    command.upgrade(config, revision)
    if server_side:
        server.prepare(connection)
