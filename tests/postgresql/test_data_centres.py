"""Several clinics in one ledger: each one's staff bill, see and change what is theirs only."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import databases
import psycopg
import pytest
from end_to_end.clinic import Clinic, visit, write_csv
from end_to_end.quarter import Clerk, weeks
from end_to_end.sending import ENVIRONMENT, configure

from tpi_billing.demo.stand_in import HARD, HARD_CHARGES, StandIn
from tpi_billing.ledger import schema
from tpi_billing.ledger.roles import AUDITOR, BILLING

from .server import (
    Logins,
    Tries,
    database_of,
    needs_server,
    of_user,
    printed_script,
    run_script,
    trying,
    user_of,
)

pytestmark = needs_server

CENTRES = ("T9999", "T8888")
FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2026, 11, 3)
"""August and September are billed and answered, and the first month is closed."""
MARKS = {"T9999": "Quillonia", "T8888": "Brandywhistle"}
"""A surname of a patient of each clinic."""


def clinics_of(
    owner: Clinic, logins: Logins, folder: Path, centres: tuple[str, ...] = CENTRES
) -> dict[str, Clinic]:
    """Give each clinic's staff a login and a workspace."""
    run_script(database_of(owner), printed_script(owner, "--data-centres"))
    made = {}
    for centre in centres:
        own = f"tpi_dc_{centre.lower()}"
        logins.make_role(own)
        made[centre] = of_user(owner, folder / centre, logins.make(BILLING, own), centre)
    return made


def bring(clinic: Clinic, centre: str, *numbers: int) -> None:
    """Import and bill visits of the same session ids in each clinic, of patients of its own."""
    named = {"patient_surname": MARKS[centre]}
    serial = 100 * CENTRES.index(centre)
    rows = [{**visit(serial + at, **named), "session_id": f"S{at}"} for at in numbers]
    file = write_csv(clinic.workspace / "visits.csv", rows)
    assert clinic.run("sessions", "import", file).code == 0


@pytest.fixture
def clinics(clinic: Clinic, logins: Logins, tmp_path: Path) -> dict[str, Clinic]:
    return clinics_of(clinic, logins, tmp_path)


# Whole months beside each other


@pytest.fixture(scope="module")
def lived(
    fresh: Clinic, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Clinic, dict[str, Clerk]]]:
    """Let two clinics live from week to week in one ledger, each with an MSP of its own."""
    folder = tmp_path_factory.mktemp("lived")
    owner = fresh.copy_to(folder / "owner")
    logins = Logins()
    rules: dict[str, Any] = {"habits": HARD, "charges": HARD_CHARGES}
    msp = {one: StandIn(data_centre=one, today=FIRST_DAY, **rules) for one in CENTRES}
    with pytest.MonkeyPatch.context() as patched, msp["T9999"], msp["T8888"]:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        clerks = {}
        for centre, made in clinics_of(owner, logins, folder).items():
            configure(made, msp[centre])
            clerks[centre] = Clerk(made, msp[centre])
        for day in weeks(FIRST_DAY, LAST_DAY):
            for clerk in clerks.values():
                clerk.live(iter([day]))
        yield owner, clerks
    logins.drop()


Lived = tuple[Clinic, dict[str, Clerk]]


def test_each_clinic_closed_its_month_to_the_cent(lived: Lived) -> None:
    for clerk in lived[1].values():
        assert [found["month"] for found in clerk.closed] == ["2026-09", "2026-10"]
        assert clerk.done["debit"]
        assert clerk.done["AQ"] + clerk.done["VM"] + clerk.done["written off"]


def test_the_whole_ledger_is_what_its_journal_says(lived: Lived, tmp_path: Path) -> None:
    owner, clerks = lived
    assert owner.json("audit", "verify")["exit_code"] == 0
    for centre, clerk in clerks.items():
        ids = f"FROM claims WHERE data_centre = '{centre}'"
        count = owner.query(f"SELECT count(*), count(DISTINCT office_folio) {ids}")[0]
        assert count[0] == count[1] == len(clerk.claims())
        numbers = owner.query(f"SELECT min(office_folio), max(office_folio) {ids}")
        assert numbers == [(1, count[0])]


def counted(clinic: Clinic) -> dict[str, int]:
    with trying(clinic, user_of(clinic)) as tries:
        return {
            table: tries.rows(f"SELECT count(*) FROM {table}")[0][0]
            for table in schema.metadata.tables
        }


def test_every_row_but_the_ledgers_own_is_seen_by_one_clinic(lived: Lived) -> None:
    """Also of tables whose rows are only their parent's."""
    owner, clerks = lived
    seen = [counted(clerk.clinic) for clerk in clerks.values()]
    whole = {
        table: owner.query(f"SELECT count(*) FROM {table}")[0][0]
        for table in schema.metadata.tables
    }
    for table, rows in whole.items():
        if table not in {"journal", "journal_head"}:
            assert sum(one[table] for one in seen) == rows, table
    empty = {table for table, rows in whole.items() if not rows}
    assert empty <= {
        "rejected_rows", "referrals", "referral_updates", "decisions", "batch_files", "samples",
        "sample_strata", "sample_claims", "verdicts",
    }  # fmt: skip
    assert all(
        one[table] for one in seen for table in whole.keys() - empty - {"pickups", "submissions"}
    )


def test_the_journal_is_read_by_whom_it_tells_of(lived: Lived) -> None:
    """Every entry about a record is seen by its clinic and nobody else, but for the auditors."""
    owner, clerks = lived
    seen: list[set[int]] = []
    for clerk in clerks.values():
        with trying(clerk.clinic, user_of(clerk.clinic)) as tries:
            seen.append({entry for (entry,) in tries.rows("SELECT entry FROM journal")})
            records = {record for (record,) in tries.rows("SELECT record FROM journal")}
        assert "ledger" not in records
    assert all(seen)
    assert not seen[0] & seen[1]
    kept = owner.query("SELECT entry, record FROM journal")
    rest = {record.partition(":")[0] for entry, record in kept if entry not in seen[0] | seen[1]}
    assert rest <= {"ledger", "journal", "teleplan", "corrections", "referrals"}, rest


def words_of(clerk: Clerk) -> list[str]:
    """Return everything that a clerk's commands tell, unmasked."""
    commands = (
        ("sessions", "list"),
        ("claims", "list"),
        ("batch", "list"),
        ("remittance", "list"),
        ("worklist",),
        ("audit", "log"),
        ("audit", "patterns"),
        ("report", "receivables"),
        ("claims", "trace", str(clerk.claims()[0]["claim_id"])),
        ("doctor",),
    )
    return [json.dumps(clerk.say(*words)) for words in commands]


def test_no_command_tells_of_the_other_clinic(lived: Lived) -> None:
    owner, clerks = lived
    for centre, clerk in clerks.items():
        others = owner.query("SELECT claim_id FROM claims WHERE data_centre <> ?", centre)
        said = " ".join(words_of(clerk))
        assert not any(other in said for other in CENTRES if other != centre)
        for (claim_id,) in others[:3]:
            for command in (("claims", "show", claim_id), ("claims", "trace", claim_id)):
                assert clerk.clinic.json(*command)["exit_code"] == 2


def test_what_needs_the_whole_ledger_is_said_to_be_the_auditors(
    lived: Lived, tmp_path: Path
) -> None:
    clerk = lived[1]["T9999"].clinic
    target = f"sqlite:///{(tmp_path / 'mine.db').as_posix()}"
    for words in (
        ("audit", "verify"),
        ("ledger", "backup", "--out", tmp_path / "backup"),
        ("ledger", "export", "--out", tmp_path / "export"),
        ("ledger", "move", "--to", target),
    ):
        answer = clerk.json(*words)
        assert answer["exit_code"] == 5, (words, answer)
        assert "sees one data centre only" in answer["errors"][0]["message"]
        assert "docs/postgresql.md" in answer["errors"][0]["hint"]
    assert list(tmp_path.glob("**/*.db")) == []
    (found,) = [c for c in clerk.data("doctor")["checks"] if "journal entries" in c["message"]]
    assert "your role cannot verify" in found["message"]


def test_an_auditor_sees_both(lived: Lived, logins: Logins, tmp_path: Path) -> None:
    owner, clerks = lived
    auditor = of_user(owner, tmp_path / "auditor", logins.make(AUDITOR))
    assert auditor.json("audit", "verify")["data"]["intact"] is True
    with trying(auditor, user_of(auditor)) as tries:
        assert tries.rows("SELECT DISTINCT data_centre FROM claims ORDER BY 1") == [
            ("T8888",),
            ("T9999",),
        ]
    assert len(auditor.data("claims", "list")["claims"]) == len(clerks["T9999"].claims())


# Past the tool


@pytest.fixture
def mine(clinics: dict[str, Clinic]) -> Iterator[Tries]:
    """The connection of somebody of T9999, in whose ledger only T8888 has anything."""
    bring(clinics["T8888"], "T8888", 1, 2)
    clinics["T8888"].data("batch", "create", "--month", "2026-10")
    clinics["T8888"].data("batch", "export", 1)
    with trying(clinics["T9999"], user_of(clinics["T9999"])) as tries:
        yield tries


def test_nothing_of_the_other_clinic_is_read(mine: Tries) -> None:
    for table in schema.metadata.tables.keys() - {"journal_head"}:
        assert mine.rows(f"SELECT * FROM {table}") == [], table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET state = 'void' RETURNING claim_id",
        "UPDATE sessions SET status = 'x' RETURNING session_key",
        "UPDATE counters SET next_value = 1 RETURNING name",
        "UPDATE batches SET state = 'void' RETURNING batch_id",
        "SELECT claim_id FROM claims FOR SHARE",
    ],
)
def test_nothing_of_the_other_clinic_is_changed(mine: Tries, statement: str) -> None:
    assert mine.rows(statement) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO counters VALUES ('T8888', 'mine', 1)",
        "INSERT INTO batch_files VALUES (1, 'mine', 'csv', '', '', '')",
        "INSERT INTO import_rows VALUES (1, 99, 1, 'new', '')",
        "INSERT INTO decisions VALUES (1, 'T8888', 1, 'x', '', '', '', '', '', 1)",
        "INSERT INTO submissions VALUES (1, 1, 1, '', '', '', '', '', '')",
        "ALTER TABLE claims DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_data_centre ON claims",
        "SET ROLE tpi_dc_t8888",
        "SET ROLE tpi_auditor",
        "CREATE ROLE tpi_dc_t7777",
        "GRANT tpi_dc_t8888 TO CURRENT_USER",
        "ALTER FUNCTION ledger_data_centres() RESET ALL",
        "SET SESSION AUTHORIZATION postgres",
    ],
)
def test_nobody_becomes_the_other_clinic(mine: Tries, statement: str) -> None:
    assert mine.refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET search_path = pg_temp, public",
        "SET row_security = off",
        "SET tpi.data_centre = 'T8888'",
        "CREATE TEMPORARY TABLE pg_roles (oid oid, rolname name)",
    ],
)
def test_no_setting_shows_more(clinics: dict[str, Clinic], mine: Tries, statement: str) -> None:
    name = database_of(clinics["T9999"])
    address = databases.address_of(name, user=user_of(clinics["T9999"])).replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        connection.execute(statement.encode())
        try:
            found = connection.execute("SELECT count(*) FROM public.claims").fetchone()
        except psycopg.errors.InsufficientPrivilege:
            return
        assert found == (0,)
    assert mine.rows("SELECT count(*) FROM claims") == [(0,)]


def test_a_workspace_of_the_other_clinic_shows_nothing(
    clinics: dict[str, Clinic], clinic: Clinic, tmp_path: Path
) -> None:
    """Whoever writes another's data centre into his own configuration."""
    bring(clinics["T8888"], "T8888", 1, 2)
    other = of_user(clinic, tmp_path / "curious", user_of(clinics["T9999"]), "T8888")
    file = write_csv(tmp_path / "visits.csv", [visit(7)])
    for words in (("sessions", "list"), ("sessions", "import", file)):
        answer = other.json(*words)
        assert answer["exit_code"] == 5
        assert "sees nothing of data centre T8888" in answer["errors"][0]["message"]
        assert "tpi_dc_t8888" in answer["errors"][0]["hint"]
    assert len(clinics["T8888"].data("sessions", "list")["sessions"]) == 2


def test_the_same_session_ids_and_numbers_are_each_clinics_own(clinics: dict[str, Clinic]) -> None:
    for centre, made in clinics.items():
        bring(made, centre, 1, 2, 3)
        batch = made.data("batch", "create", "--month", "2026-10")
        assert (batch["claims"], batch["sessions"]) == (3, 3)
        made.data("batch", "export", batch["batch_id"])
    for made in clinics.values():
        assert [one["office_folio"] for one in made.data("claims", "list")["claims"]] == [1, 2, 3]
        assert [one["sequence_number"] for one in made.data("claims", "list")["claims"]]


def test_a_new_table_must_say_whose_its_rows_are(clinic: Clinic) -> None:
    databases.query(clinic.workspace, "CREATE TABLE extra (name TEXT)")
    with pytest.raises(Exception, match="whose the rows of table extra are is not known"):
        run_script(database_of(clinic), printed_script(clinic, "--data-centres"))
