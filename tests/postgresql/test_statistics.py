"""A long transaction lets the server look at the tables that it fills, whoever runs it.

Without, PostgreSQL reads the whole table for each page of an import into a new ledger.
"""

from pathlib import Path

from end_to_end.clinic import Clinic, health_number, visit, write_csv

from tpi_billing.ledger.roles import BILLING

from .server import Logins, needs_server, of_user

pytestmark = needs_server

KNOWN = "SELECT attname FROM pg_stats WHERE tablename = 'sessions' AND attname = 'session_id'"
VISITS = 2_100
"""More than 2,000 journal entries."""


def test_an_import_into_a_new_ledger_is_looked_at(
    with_roles: Clinic, logins: Logins, tmp_path: Path
) -> None:
    clerk = of_user(with_roles, tmp_path / "clerk", logins.make(BILLING))
    assert clerk.query(KNOWN) == []
    rows = (
        visit(at, phn=health_number(10_000_000 + 101 * at), session_id=f"N{at}")
        for at in range(VISITS)
    )
    file = write_csv(tmp_path / "visits.csv", rows)
    with_roles.query("ALTER TABLE sessions SET (autovacuum_enabled = false)")
    assert clerk.data("sessions", "import", file)["new"] == VISITS
    assert clerk.query(KNOWN) == [("session_id",)]
