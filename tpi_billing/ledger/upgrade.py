"""Bring a ledger to the present schema: a new one from nothing, an older one after a backup."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from tpi_billing.errors import ConfigurationError, ConflictError, FileError

HEAD = "0006"
"""The newest revision of `migrations/versions`; a test holds the two together."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def revision_of(connection: sa.Connection) -> str | None:
    """Return the schema revision of a ledger; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def bring_up_to_date(engine: sa.Engine, file: Path | None) -> None:
    """Migrate to the present schema; `file` is SQLite's, copied aside before an older one changes.

    Raise ConflictError for a ledger of a newer tool, ConfigurationError for the database of another
    program: neither must be touched. Raise FileError when the copy cannot be made.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
        strangers = [] if found else sa.inspect(connection).get_table_names()
    if found == HEAD:
        return
    if strangers:
        raise ConfigurationError(
            f"The database is not a ledger: it has other tables, such as {strangers[0]}.",
            hint="Name a database of its own as `database` in tpi-billing.toml.",
            file=str(file or ""),
        )
    if found is not None:
        if found not in _known_revisions():
            raise ConflictError(
                f"The ledger was made by a newer version of tpi-billing (schema {found}).",
                hint="Install the newest tpi-billing on this computer.",
            )
        if file is not None:
            _copy_aside(file, found)
    _migrate(engine)


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
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
