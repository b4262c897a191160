"""Bring a ledger to the present schema: a new one from nothing, an older one after a backup."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing.errors import ConfigurationError, ConflictError, FileError, IntegrityError
from tpi_billing.ledger import server
from tpi_billing.ledger.health_tables import is_of_present_schema

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


def bring_up_to_date(engine: sa.Engine, file: Path | None, *, read_only: bool = False) -> None:
    """Migrate to the present schema; `file` is SQLite's, copied aside before an older one changes.

    Raise ConflictError for a ledger of a newer tool, and for an older one that may only be read;
    ConfigurationError for the database of another program; IntegrityError when the number of the
    schema is not that of the tables: none must be touched. Raise FileError when the copy cannot
    be made.
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
    if file is not None and found is not None:
        _copy_aside(file, found)
    try:
        _migrate(engine)
    except DBAPIError:
        with engine.connect() as connection:
            if found is not None and is_of_present_schema(connection):
                raise _wrong_number(found) from None
        raise


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


def _copy_aside(file: Path, revision: str) -> None:
    copy = file.with_name(f"{file.stem}-before-schema-{HEAD}-from-{revision}{file.suffix}")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        raise FileError(
            f"The ledger must be migrated, and its backup copy cannot be written: {error}.",
            hint="Nothing was changed. Make room on the disk, or check the folder's permissions.",
            file=str(copy),
        ) from None


def _migrate(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="READ COMMITTED")
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # whoever comes second sees what the first has done, and does nothing
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "postgresql":
            server.prepare(connection)
