"""The address of a ledger's database: what the configuration, or a move, names it by."""

from pathlib import Path

import sqlalchemy as sa

from tpi_billing.errors import ConfigurationError

SETTING = "`database` in tpi-billing.toml"
_DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
"""Of each database, the one driver that a ledger is opened with."""
_EXAMPLE = 'database = "postgresql+psycopg://mjones@db.clinic.example:5432/tpi"'


def parse(url: str, workspace: Path, named: str = SETTING) -> sa.URL:
    """Read an address; raise ConfigurationError for one by which no ledger can be opened.

    `named` is where it stands: in the workspace's configuration, or on the command line.
    """
    file = str(workspace / "tpi-billing.toml") if named == SETTING else ""
    if fault := _fault_of(url, named):
        message, hint = fault
        raise ConfigurationError(message, hint=hint, file=file)
    return sa.make_url(url)


def _fault_of(url: str, named: str) -> tuple[str, str] | None:
    """Return what is wrong with an address and what to do; no part of it, that may be secret."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        return _none(named)
    except ValueError:
        return f"The port in {named} is not a number.", _SERVERS
    kind = parsed.get_backend_name()
    if kind not in _DRIVERS:
        return _none(named)
    if parsed.get_driver_name() != _DRIVERS[kind]:
        return f"{_capital(named)} names a driver that tpi-billing does not use.", (
            "Write postgresql+psycopg:// for a server, or sqlite:/// for a file."
        )
    if kind == "sqlite":
        return _fault_of_file(parsed, named)
    return _fault_of_server(parsed, url, named)


def _none(named: str) -> tuple[str, str]:
    return (
        f"{_capital(named)} is not an address of a SQLite or PostgreSQL database.",
        'For example: database = "sqlite:///ledger.db"',
    )


def _fault_of_file(parsed: sa.URL, named: str) -> tuple[str, str] | None:
    if parsed.host or parsed.username or parsed.port is not None:
        return (
            f"{_capital(named)} names a computer, and a ledger in a file has none.",
            "Write three slashes before the file: sqlite:///ledger.db",
        )
    if parsed.query:
        return (
            f"{_capital(named)} has settings after a ?, and a ledger in a file takes none.",
            "Leave out what stands from the ? on.",
        )
    return None


def _fault_of_server(parsed: sa.URL, url: str, named: str) -> tuple[str, str] | None:
    if url.count("@") > 1:  # what is behind the first one would be told as host and database
        return (
            f"The password in {named} has an @ in it, which ends it there.",
            "Write %40 for it, or better keep the password in a password file (~/.pgpass).",
        )
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        return f"The port in {named} is not one: there are 1 to 65535.", _SERVERS
    return None


def _capital(named: str) -> str:
    return named[0].upper() + named[1:]


_SERVERS = f"Write the port behind the host, a number, usually 5432: {_EXAMPLE}"
