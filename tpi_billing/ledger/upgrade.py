"""Bring a ledger to the present schema: a new one from nothing, an older one after a backup."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from tpi_billing.errors import ConflictError

HEAD = "0002"
"""The newest revision of `migrations/versions`; a test holds the two together."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def revision_of(connection: sa.Connection) -> str | None:
    """Return the schema revision of a ledger; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def bring_up_to_date(engine: sa.Engine, file: Path | None) -> None:
    """Migrate to the present schema; `file` is SQLite's, copied aside before an older one changes.

    Raise ConflictError for a ledger of a newer tool: this one must not touch it.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
    if found == HEAD:
        return
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
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


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
