"""Connect to a PostgreSQL ledger, hold it while it is changed, and say what the server says.

Writers come one after the other: each locks the journal's head before it sees anything, so that
what it then sees is what the one before it left. Readers wait for nobody, and nobody for them.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tpi_billing.errors import BillingError, ConfigurationError, ConflictError, NetworkError

_CONNECT_SECONDS = 10
_LOST = (
    "server closed the connection",
    "connection is lost",
    "consuming input failed",
    "connection is closed",
    "terminating connection",
)
_LOST_STATES = frozenset({"57P01", "57P02", "08000", "08003", "08006", "25P03"})


def server_engine(url: sa.URL, named: str, *, read_only: bool) -> sa.Engine:
    """Make an engine whose transactions see one state of the ledger from their first question on.

    Raise ConfigurationError when no driver for PostgreSQL is installed, and when the address,
    which stands where `named` says, has settings that cannot be.
    """
    given = dict(url.query)
    _insist_on_known(given, named)
    options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS} | {"application_name": _NAME}
    arguments = {name: value for name, value in options.items() if name not in given}
    if read_only:
        given_options = given.get("options", "")
        more = given_options if isinstance(given_options, str) else " ".join(given_options)
        arguments["options"] = f"{more} -c default_transaction_read_only=on".strip()
    try:
        engine = sa.create_engine(
            url,
            isolation_level="REPEATABLE READ",
            hide_parameters=True,  # they are patients' data, and errors are shown and logged
            connect_args=arguments,
        )
    except ImportError:
        raise ConfigurationError(
            "PostgreSQL needs a driver that is not installed.",
            hint='Install it with: pip install "tpi-billing[postgresql]"',
        ) from None
    except sa.exc.ArgumentError:
        raise ConfigurationError(
            f"The settings after the ? of {named} name hosts and ports that do not go together.",
            hint="Write host and port before the ?, or as many ports as hosts behind it.",
        ) from None
    sa.event.listen(engine, "connect", _whole_sums)
    return engine


_NAME = "tpi-billing"


def _insist_on_known(given: Collection[str], named: str) -> None:
    """Raise ConfigurationError for a setting that is not one of PostgreSQL's own.

    The driver would take others for its own, such as one that keeps each statement at once.
    """
    with suppress(ImportError):  # told when the engine is made
        from psycopg.pq import Conninfo

        known = {option.keyword.decode() for option in Conninfo.get_defaults()}
        if unknown := sorted(set(given) - known):
            raise ConfigurationError(
                f"PostgreSQL knows no setting {unknown[0]}, which stands after the ? of {named}.",
                hint="Correct it, or leave it out; PostgreSQL's manual lists them under libpq.",
            )


def _whole_sums(connection: Any, _record: object) -> None:
    """Read sums as the whole numbers that they are: PostgreSQL's of BIGINT are NUMERIC."""
    from psycopg.types.numeric import NumericLoader

    class Whole(NumericLoader):
        def load(self, data: Any) -> Any:
            found = super().load(data)
            return int(found) if found == found.to_integral_value() else found

    connection.adapters.register_loader("numeric", Whole)


def begin_reading(connection: sa.Connection) -> None:
    """Begin a transaction that changes nothing; what it sees is as of its first question."""
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def begin_writing(connection: sa.Connection, wait_seconds: float) -> None:
    """Wait until nobody else changes the ledger; it is locked before anything of it is seen.

    LOCK TABLE is the one statement that waits without looking: the transaction's view is taken
    by the first question after it.
    """
    milliseconds = max(1, round(wait_seconds * 1000))  # nought would be for ever
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
    connection.exec_driver_sql("LOCK TABLE journal_head IN SHARE ROW EXCLUSIVE MODE")


def commit(connection: sa.Connection) -> None:
    """Keep what was done; raise NetworkError when nobody knows whether the server has."""
    try:
        connection.commit()
    except DBAPIError as error:
        if not is_lost(error):
            raise
        raise NetworkError(
            "The connection to the ledger was lost at the very end: all of it is kept, or nothing.",
            hint="See with tpi-billing audit log --limit 5 whether it is. If not, run the command "
            "again.",
        ) from error


def is_lost(error: DBAPIError) -> bool:
    """Tell whether the connection broke while something was done on it."""
    state = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    return error.connection_invalidated or state in _LOST_STATES or any(w in said for w in _LOST)


def is_of_server(error: DBAPIError) -> bool:
    """Tell whether an error is PostgreSQL's."""
    return hasattr(error.orig, "sqlstate")


def without_values(error: DBAPIError) -> DBAPIError:
    """Return an error without the row that PostgreSQL shows with it: it is a patient's."""
    orig: Any = error.orig
    bare = type(orig)(_first(str(orig)))
    return type(error)(error.statement, error.params, bare, hide_parameters=True)


def explained(error: DBAPIError) -> BillingError | None:
    """Return what to tell of a server's refusal; None for what is not the server's."""
    state = getattr(error.orig, "sqlstate", None) or ""
    said = str(error.orig)
    if is_lost(error):
        return NetworkError(
            "The connection to the ledger's server was lost.",
            hint="Nothing was changed. Wait until the server answers again, and run the command "
            "again.",
        )
    if not state and (error.statement is None or "connection" in said):
        return _not_connected(said)
    if state == "25006" or "recovery" in said:
        state = _REPLICA
    if state not in _REFUSALS:
        return None
    message, hint = _REFUSALS[state]
    return ConflictError(message.format(_first(said)), hint=f"Nothing was changed. {hint}")


def _not_connected(said: str) -> BillingError | None:
    """Return what to tell when there is no connection: PostgreSQL gives no number then."""
    if "too many clients" in said or "connection slots" in said:
        message, hint = _REFUSALS["53300"]
        return ConflictError(message, hint=f"Nothing was changed. {hint}")
    if "no password supplied" in said:
        return ConfigurationError(
            "The ledger's server asks for a password, and there is none.",
            hint="Put it into a password file (~/.pgpass): docs/postgresql.md says how.",
        )
    if "certificate" in said or "does not support SSL" in said:
        return ConfigurationError(
            f"The connection to the ledger's server is not protected as asked: {_first(said)}.",
            hint="Correct sslmode or sslrootcert in `database` in tpi-billing.toml.",
        )
    if _has_no_answer(said):
        return NetworkError(
            f"The ledger's server does not answer: {_first(said)}.",
            hint="Nothing was changed. See whether the server runs and the network is there, and "
            "whether `database` in tpi-billing.toml names it.",
        )
    if "FATAL" in said:  # no such database, or login
        return None
    return ConfigurationError(
        f"The ledger's server cannot be reached as it is named: {_first(said)}.",
        hint="Correct host, port and what stands after a ? in `database` in tpi-billing.toml.",
    )


def _has_no_answer(said: str) -> bool:
    if "FATAL" in said:
        return "the database system is" in said  # starting up, or shutting down
    return "connection to server" in said or "timeout expired" in said


_REPLICA = "25006"
_REFUSALS = {
    "42501": (
        "The role that you log in with may not do this: {}.",
        "Ask the administrator; docs/postgresql.md says which role may do what.",
    ),
    _REPLICA: (
        "The ledger's server may only be read: it is a replica, or set so.",
        "Name the primary server as `database`.",
    ),
    "53100": ("The ledger's server has no room left.", "Ask the administrator to make room."),
    "53300": (
        "The ledger's server takes no more connections.",
        "Try again in a moment; the administrator may raise max_connections.",
    ),
}
"""By PostgreSQL's own numbers of errors."""


def _first(said: str) -> str:
    return said.strip().splitlines()[0].rstrip(".")
