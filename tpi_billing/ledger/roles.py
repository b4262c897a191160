"""Who may do what in a PostgreSQL ledger: the scripts an administrator runs, and what they mean."""

from importlib import resources

import sqlalchemy as sa

BILLING, AUDITOR = "tpi_billing", "tpi_auditor"
"""The roles that logins are members of."""


def script(*, by_data_centre: bool) -> str:
    """Return the SQL that makes the roles, and with `by_data_centre` the rules of whose row it is.

    It may be run any number of times, and must be after an upgrade that brought tables.
    """
    names = ["roles.sql", *(["data_centres.sql"] if by_data_centre else [])]
    folder = resources.files("tpi_billing.ledger") / "roles_sql"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def sees_part_only(connection: sa.Connection) -> bool:
    """Tell whether whoever is logged in sees the rows of some data centres only."""
    if connection.dialect.name != "postgresql":
        return False
    query = "SELECT row_security_active(to_regclass('journal'))"
    return bool(connection.exec_driver_sql(query).scalar())
