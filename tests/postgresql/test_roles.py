"""Billing staff and auditors may do their work in a ledger on PostgreSQL, and nothing else.

Each role logs in by itself: through the tool, with the commands of a whole month, and past it,
with statements of its own.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import databases
import psycopg
import pytest
from end_to_end.clinic import Clinic, new_clinic, visit, write_csv
from end_to_end.whole_month import AFTERWARDS, work_through

from tpi_billing.ledger import schema
from tpi_billing.ledger.roles import AUDITOR, BILLING

from .server import (
    Logins,
    Tries,
    database_of,
    needs_server,
    new_and_empty,
    of_user,
    printed_script,
    run_script,
    trying,
    user_of,
)

pytestmark = needs_server

TABLES = sorted(schema.metadata.tables)
CHANGING = {
    "amendments": {"active"},
    "batch_files": {"kind", "sha256", "published_at", "published_by"},
    "batches": {"state", "void_reason"},
    "claims": {
        "state", "live", "paid_cents", "adjusted_cents", "expected_cents", "sent_on",
        "billed_month",
    },
    "counters": {"next_value"},
    "decisions": {"active"},
    "journal_head": {"only", "entries", "sha256"},
    "referrals": {
        "name", "profession", "reason", "letter", "implicit", "implicit_excluded", "notice_sent",
        "closed_on",
    },
    "rejected_rows": {"resolved"},
    "remittance_files": {"lines", "fragment", "remarks"},
    "remittance_lines": {"standing", "problem", "claim_id", "claim_month", "adjusted_cents"},
    "sessions": {
        "patient_key", "practitioner_number", "service_date", "start_time", "status", "content",
        "content_sha256", "conflict", "import_id", "row_number", "batch_id", "pending",
    },
    "submissions": {"finished_at", "outcome", "reply"},
    "verdicts": {
        "verdict", "right_cents", "answers", "reason", "reviewed_by", "reviewed_on", "recorded_at",
        "recorded_by",
    },
}  # fmt: skip
"""What billing staff may change, by table; of every other column they only add rows."""


@pytest.fixture
def clerk(with_roles: Clinic, logins: Logins, tmp_path: Path) -> Clinic:
    """Somebody of the billing staff."""
    return of_user(with_roles, tmp_path / "clerk", logins.make(BILLING))


@pytest.fixture
def auditor(with_roles: Clinic, logins: Logins, tmp_path: Path) -> Clinic:
    return of_user(with_roles, tmp_path / "auditor", logins.make(AUDITOR))


@pytest.fixture(scope="module")
def tried(fresh: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Tries]]:
    """A ledger in which statements are tried as each role; none of them is kept."""
    clinic = fresh.copy_to(tmp_path_factory.mktemp("tried") / "clinic")
    run_script(database_of(clinic), printed_script(clinic))
    logins = Logins()
    with ExitStack() as stack:
        yield {
            role: stack.enter_context(trying(clinic, logins.make(role)))
            for role in (BILLING, AUDITOR)
        }
    logins.drop()


def test_billing_staff_do_a_whole_month(clerk: Clinic, auditor: Clinic, tmp_path: Path) -> None:
    work_through(clerk, tmp_path)
    found = auditor.json("audit", "verify", as_of=AFTERWARDS)
    assert (found["exit_code"], found["data"]["intact"]) == (0, True)
    assert found["data"]["checkpoint"] is False  # that would be a change


def changeable(tries: Tries, table: str) -> set[str]:
    columns = schema.metadata.tables[table].columns.keys()
    statement = f'UPDATE {table} SET "{{}}" = NULL WHERE false'
    return {column for column in columns if not tries.refused(statement.format(column))}


@pytest.mark.parametrize("table", TABLES)
def test_billing_staff_change_what_has_a_state_and_nothing_else(
    tried: dict[str, Tries], table: str
) -> None:
    tries = tried[BILLING]
    assert changeable(tries, table) == CHANGING.get(table, set())
    assert tries.refused(f"DELETE FROM {table}")
    assert tries.refused(f"TRUNCATE {table} CASCADE")
    assert not tries.refused(f"SELECT * FROM {table}")
    adding = tries.refused(f"INSERT INTO {table} SELECT * FROM {table} WHERE false")
    assert adding == (table == "journal_head")


@pytest.mark.parametrize("table", TABLES)
def test_an_auditor_reads_everything_and_changes_nothing(
    tried: dict[str, Tries], table: str
) -> None:
    tries = tried[AUDITOR]
    assert not tries.refused(f"SELECT * FROM {table}")
    assert tries.refused(f"DELETE FROM {table}")
    assert tries.refused(f"TRUNCATE {table} CASCADE")
    assert tries.refused(f"INSERT INTO {table} SELECT * FROM {table} WHERE false")
    assert changeable(tries, table) == set()


FORBIDDEN = [
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_refuses ON journal",
    "CREATE TRIGGER mine BEFORE INSERT ON claims EXECUTE FUNCTION journal_refuses()",
    "DROP TABLE journal CASCADE",
    "DROP TABLE closing_lines",
    "ALTER TABLE claims DROP COLUMN amount_cents",
    "ALTER TABLE claims ADD COLUMN mine text",
    "CREATE TABLE mine (name text)",
    "CREATE INDEX mine ON claims (phn)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION ledger_highest_key(text) SECURITY INVOKER",
    "CREATE SCHEMA mine",
    "UPDATE alembic_version SET version_num = '9999'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "ALTER ROLE tpi_billing SUPERUSER",
    "COPY claims TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
    "LOCK TABLE claims IN ACCESS EXCLUSIVE MODE",
]


@pytest.mark.parametrize("role", [BILLING, AUDITOR])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nobody_but_the_owner_changes_how_the_ledger_is_made(
    tried: dict[str, Tries], role: str, statement: str
) -> None:
    assert tried[role].refused(statement)


ENTRY = "INSERT INTO journal VALUES ({}, '2026-11-05T12:00:00Z', 'x', 'x', 'x', '{{}}', '', '')"


def test_a_ledger_is_moved_by_its_owner(clerk: Clinic, auditor: Clinic, tmp_path: Path) -> None:
    target = tmp_path / "mine.db"
    for somebody in (clerk, auditor):
        answer = somebody.json("ledger", "move", "--to", f"sqlite:///{target.as_posix()}")
        assert answer["exit_code"] == 5
        assert "moved by its owner" in answer["errors"][0]["message"]
        assert not target.exists()


def test_the_journal_is_only_added_to(clerk: Clinic) -> None:
    file = write_csv(clerk.workspace / "visits.csv", [visit()])
    assert clerk.run("sessions", "import", file).code == 0
    with trying(clerk, user_of(clerk)) as tries:
        assert not tries.refused(ENTRY.format(1_000))
        with pytest.raises(psycopg.errors.UniqueViolation):
            tries.refused(ENTRY.format(1))
        assert tries.refused(f"{ENTRY.format(1)} ON CONFLICT (entry) DO UPDATE SET actor = 'y'")
    assert clerk.json("audit", "verify")["exit_code"] == 0


LOOKING = [
    ("audit", "log"),
    ("audit", "patterns"),
    ("claims", "list"),
    ("claims", "trace", "1"),
    ("batch", "show", "1"),
    ("remittance", "list"),
    ("report", "books", "--month", "2026-11"),
    ("worklist",),
    ("check", "--month", "2026-10"),
]
CHANGES = [
    ("sessions", "import", "{file}"),
    ("sessions", "import", "{file}", "--dry-run"),
    ("batch", "create", "--month", "2026-10"),
    ("batch", "export", "1"),
    ("claims", "write-off", "3", "--reason", "x"),
    ("close", "2026-12"),
    ("ledger", "backup"),
    ("claims", "list", "--unmask"),
]


def test_an_auditor_looks_at_everything_with_the_tool(
    clerk: Clinic, auditor: Clinic, tmp_path: Path
) -> None:
    work_through(clerk, tmp_path)
    before = clerk.state()
    for words in LOOKING:
        wanted = clerk.json(*words, as_of=AFTERWARDS)
        assert wanted["exit_code"] in {0, 1}, (words, wanted)
        for more in ((), ("--read-only",)):
            assert auditor.json(*words, *more, as_of=AFTERWARDS) == wanted, words
    assert auditor.run("audit", "report", "--month", "2026-10").code == 0  # into his own folder
    file = write_csv(auditor.workspace / "visits.csv", [visit(60)])
    for words in CHANGES:
        answer = auditor.json(*(word.format(file=file) for word in words), as_of=AFTERWARDS)
        assert answer["exit_code"] == 5, (words, answer)
        assert "may not do this" in answer["errors"][0]["message"], words
        assert "administrator" in answer["errors"][0]["hint"], words
    assert clerk.state() == before


def test_the_owner_is_no_superuser(logins: Logins, tmp_path: Path) -> None:
    """It makes the tables and the roles, in a database of its own."""
    clinic = new_and_empty(tmp_path / "clinic")
    owner = logins.make(options="CREATEROLE")
    name = database_of(clinic)
    with databases.server().connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO {owner}")
    mine = of_user(clinic, tmp_path / "mine", owner)
    assert mine.run("claims", "list").code == 0
    script = printed_script(mine, "--data-centres")
    run_script(name, script, user=owner)
    run_script(name, script, user=owner)  # as after an upgrade
    file = write_csv(tmp_path / "visits.csv", [visit()])
    assert mine.run("sessions", "import", file).code == 0
    auditor = of_user(clinic, tmp_path / "auditor", logins.make(AUDITOR))
    assert auditor.json("audit", "verify")["data"]["intact"] is True


def test_several_who_run_the_script_at_once_wait_for_each_other(tmp_path: Path) -> None:
    clinic = new_clinic(tmp_path / "clinic")
    assert clinic.run("claims", "list").code == 0  # which makes the tables
    script = printed_script(clinic, "--data-centres")
    run_script(database_of(clinic), script)
    address = databases.address_of(database_of(clinic)).replace("+psycopg", "")

    def run(_: int) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(script.encode())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(12))) == [None] * 12


@pytest.mark.parametrize("role", [BILLING, AUDITOR])
def test_an_upgrade_is_the_owners(
    with_roles: Clinic, logins: Logins, tmp_path: Path, role: str
) -> None:
    somebody = of_user(with_roles, tmp_path / "somebody", logins.make(role))
    # The schema before this one is the same but for its number.
    with_roles.query("UPDATE alembic_version SET version_num = '0006'")
    answer = somebody.json("claims", "list")
    assert answer["exit_code"] == 5
    assert "your role may not bring it up to date" in answer["errors"][0]["message"]
    assert "owner" in answer["errors"][0]["hint"]
    assert with_roles.run("claims", "list").code == 0
    run_script(database_of(with_roles), printed_script(with_roles))
    assert somebody.run("claims", "list").code == 0


def test_an_empty_database_is_the_owners(logins: Logins, tmp_path: Path) -> None:
    clinic = new_and_empty(tmp_path / "clinic")
    run_script(database_of(clinic), "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    answer = of_user(clinic, tmp_path / "somebody", logins.make()).json("claims", "list")
    assert answer["exit_code"] == 5
    assert "The database is empty" in answer["errors"][0]["message"]


def test_somebody_without_a_role_sees_nothing(
    with_roles: Clinic, logins: Logins, tmp_path: Path
) -> None:
    stranger = of_user(with_roles, tmp_path / "stranger", logins.make())
    answer = stranger.json("claims", "list")
    assert answer["exit_code"] == 5
    assert "may not" in answer["errors"][0]["message"]
    with trying(stranger, user_of(stranger)) as tries:
        assert all(tries.refused(f"SELECT * FROM {table}") for table in TABLES)
