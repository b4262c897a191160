"""Who may do what in a PostgreSQL ledger: the scripts an administrator runs, and what they mean."""

from importlib import resources

import sqlalchemy as sa

from tpi_billing.errors import ConflictError

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
    query = (
        "SELECT row_security_active(to_regclass('journal')) AND NOT EXISTS (SELECT FROM pg_roles "
        f"WHERE rolname = '{AUDITOR}' AND pg_has_role(oid, 'USAGE'))"
    )
    return bool(connection.exec_driver_sql(query).scalar())


def insist_on_all(connection: sa.Connection, what: str, instead: str) -> None:
    """Raise ConflictError for a role that sees some data centres only; `what` needs all of it."""
    if sees_part_only(connection):
        raise ConflictError(
            f"Your role sees one data centre only, and {what}.",
            hint=f"{instead}: docs/postgresql.md says which role that is.",
        )


def insist_on_own(connection: sa.Connection, data_centre: str) -> None:
    """Raise ConflictError for a role that does not see this data centre, and so sees nothing."""
    if not sees_part_only(connection):
        return
    query = "SELECT %s = ANY (ledger_data_centres())"
    if not connection.exec_driver_sql(query, (data_centre,)).scalar():
        raise ConflictError(
            f"Your login sees nothing of data centre {data_centre} in this ledger.",
            hint="Correct data_centre in tpi-billing.toml, or let the administrator make the login "
            f"a member of tpi_dc_{data_centre.lower()}.",
        )


def may_make_tables(connection: sa.Connection) -> bool:
    """Tell whether whoever is logged in may make a ledger's tables, or bring them up to date."""
    if connection.dialect.name != "postgresql":
        return True
    query = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    return bool(connection.exec_driver_sql(query).scalar())


def may_write(connection: sa.Connection) -> bool:
    """Tell whether whoever is logged in may add to the journal of a server that takes changes."""
    if connection.dialect.name != "postgresql":
        return True
    query = "SELECT NOT pg_is_in_recovery() AND has_table_privilege('journal', 'INSERT')"
    return bool(connection.exec_driver_sql(query).scalar())
