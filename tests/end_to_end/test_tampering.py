"""Nothing in a ledger can be altered behind the tool's back without `audit verify` naming it.

Every column of every table is altered in turn, as the schema has them today: a column that the
journal does not hold fails here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import entry_hash

from .clinic import Clinic
from .sending import ENVIRONMENT
from .whole_month import AFTERWARDS, work_through

pytestmark = pytest.mark.sqlite("opens the file beneath the ledger; tests/postgresql has its like")

Row = dict[str, Any]
TABLES = {
    table.name: tuple(column.name for column in table.columns)
    for table in schema.metadata.sorted_tables
}
KEYS = {
    table.name: tuple(column.name for column in table.primary_key)
    for table in schema.metadata.sorted_tables
}
COLUMNS = [(table, column) for table, columns in TABLES.items() for column in columns]
OWN = {"journal", "journal_head"}
NULLABLE = [
    (table.name, column.name)
    for table in schema.metadata.sorted_tables
    for column in table.columns
    if column.nullable
]
TEXTS = [
    (table.name, column.name)
    for table in schema.metadata.sorted_tables
    for column in table.columns
    if column.type.python_type is str
]
AT_LEAST = 290
"""So many columns there are at the least: the schema was read."""


@pytest.fixture(scope="module")
def worked(fresh: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    folder = tmp_path_factory.mktemp("whole-month")
    clinic = fresh.copy_to(folder / "clinic")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        work_through(clinic, folder)
    return clinic


@pytest.fixture
def ledger(worked: Clinic, tmp_path: Path) -> Clinic:
    return worked.copy_to(tmp_path / "clinic")


@contextmanager
def behind_its_back(clinic: Clinic) -> Iterator[sqlite3.Connection]:
    """Open the database itself; the journal's triggers are out of the way meanwhile."""
    with closing(sqlite3.connect(clinic.workspace / "ledger.db")) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.execute(query).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


def rows_of(connection: sqlite3.Connection, table: str) -> list[Row]:
    columns = TABLES[table]
    found = connection.execute(
        f"SELECT {quoted(columns)} FROM {table} ORDER BY {quoted(KEYS[table])}"
    )
    return [dict(zip(columns, row, strict=True)) for row in found]


def quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def put(connection: sqlite3.Connection, table: str, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO {table} ({quoted(tuple(row))}) VALUES ({marks})", tuple(row.values())
    )


def take(connection: sqlite3.Connection, table: str, row: Row) -> None:
    where = " AND ".join(f'"{name}" = ?' for name in KEYS[table])
    connection.execute(f"DELETE FROM {table} WHERE {where}", [row[name] for name in KEYS[table]])


def another(value: Any) -> Any:
    """Return a value that is not this one, of the same kind."""
    match value:
        case None:
            return "7"
        case int():
            return value + 1_000
        case _:
            return f"{value}x"


def verified(clinic: Clinic, *more: object) -> dict[str, Any]:
    """Verify a ledger that was altered: exit code 6, and no patient in what is said."""
    answer = clinic.json("audit", "verify", *more, as_of=AFTERWARDS)
    assert answer["exit_code"] == 6, answer
    assert answer["status"] == "error"
    assert "Madeup" not in str(answer)
    data: dict[str, Any] = answer["data"]
    assert data["intact"] is False
    return data


def named(clinic: Clinic, table: str) -> set[str]:
    """Verify, and return which fields of the table are named as altered."""
    differences = verified(clinic)["differences"]
    found = [one for one in differences if one["table"] == table and one["record"]]
    assert found, f"{table} is not named"
    return {field for one in found for field in one["fields"]}


def test_the_month_has_something_of_everything(ledger: Clinic) -> None:
    known = {name for (name,) in ledger.query("SELECT name FROM sqlite_master WHERE type='table'")}
    assert known - {"sqlite_sequence", "alembic_version"} == set(TABLES)
    assert [name for name in TABLES if not ledger.query(f"SELECT 1 FROM {name}")] == []
    assert len(COLUMNS) > AT_LEAST


def test_an_untouched_ledger_is_intact(ledger: Clinic) -> None:
    data = ledger.data("audit", "verify")
    assert data["intact"] is True
    assert data["differences"] == data["unproven"] == []
    (entries,) = ledger.query("SELECT entries FROM journal_head")[0]
    assert (data["entries"], data["checkpoint"]) == (entries - 1, True)


# One value


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_an_altered_value_is_named(ledger: Clinic, table: str, column: str) -> None:
    with behind_its_back(ledger) as connection:
        row = rows_of(connection, table)[0]
        take(connection, table, row)
        put(connection, table, {**row, column: another(row[column])})
    fields = named(ledger, table)
    assert column in fields or column in KEYS[table] or table in OWN


@pytest.mark.parametrize(("table", "column"), NULLABLE)
def test_a_value_that_was_taken_away_is_named(ledger: Clinic, table: str, column: str) -> None:
    with behind_its_back(ledger) as connection:
        row = next((one for one in rows_of(connection, table) if one[column] is not None), None)
        if row is None:
            pytest.skip(f"the month has no {column}")
        connection.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} IS NOT NULL")
    assert column in named(ledger, table)


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_bytes_in_the_place_of_a_text_are_named(ledger: Clinic, table: str, column: str) -> None:
    with behind_its_back(ledger) as connection:
        row = rows_of(connection, table)[0]
        take(connection, table, row)
        put(connection, table, {**row, column: f"{row[column]}".encode()})
    fields = named(ledger, table)
    assert column in fields or column in KEYS[table] or table in OWN


def test_a_text_that_is_no_text_is_said(ledger: Clinic) -> None:
    with behind_its_back(ledger) as connection:
        connection.execute("UPDATE claims SET surname = CAST(x'ff41' AS TEXT) WHERE claim_id = 1")
    (fault,) = verified(ledger)["differences"]
    assert (fault["table"], fault["record"]) == ("claims", "claim:1")


def test_blanks_at_the_end_of_a_line_are_named(ledger: Clinic) -> None:
    """MSP's lines are known by a hash that leaves them out."""
    with behind_its_back(ledger) as connection:
        connection.execute("UPDATE remittance_lines SET content = content || ' '")
    assert named(ledger, "remittance_lines") == {"content"}


# Records


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_record_is_named(ledger: Clinic, table: str) -> None:
    with behind_its_back(ledger) as connection:
        take(connection, table, rows_of(connection, table)[-1])
    named(ledger, "journal_head" if table == "journal" else table)


@pytest.mark.parametrize("table", TABLES)
def test_a_record_too_many_is_named(ledger: Clinic, table: str) -> None:
    with behind_its_back(ledger) as connection:
        free = [index for (index,) in connection.execute(UNIQUE, (table,))]
        for index in free:
            connection.execute(f"DROP INDEX {index}")
        row = rows_of(connection, table)[-1]
        key = KEYS[table][-1]
        copy = {**row, key: another(row[key]), **unlike(table, row)}
        put(connection, table, copy)
    named(ledger, "journal_head" if table == "journal" else table)


UNIQUE = (
    "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE '%UNIQUE%'"
)


def unlike(table: str, row: Row) -> Row:
    """Return what must differ in a copy, where the table itself says that it is unique."""
    names = {
        "sessions": "session_id",
        "claims": "office_folio",
        "referrals": "number",
        "pickups": "sha256",
        "remittance_files": "sha256",
        "remittance_lines": "ordinal",
    }
    name = names.get(table)
    return {} if name is None else {name: another(row[name])}


@pytest.mark.parametrize("table", TABLES)
def test_two_records_in_each_others_place_are_named(ledger: Clinic, table: str) -> None:
    with behind_its_back(ledger) as connection:
        rows = rows_of(connection, table)
        if len(rows) < 2:
            pytest.skip("the month has one of it")
        first, last = rows[0], rows[-1]
        for row in (first, last):
            take(connection, table, row)
        for row, place in ((first, last), (last, first)):
            put(connection, table, {**row, **{name: place[name] for name in KEYS[table]}})
    named(ledger, table)


# The journal


def cut(connection: sqlite3.Connection, entries: int) -> None:
    (last,) = connection.execute("SELECT max(entry) FROM journal").fetchone()
    connection.execute("DELETE FROM journal WHERE entry > ?", (last - entries,))


def adjust_head(connection: sqlite3.Connection) -> None:
    query = "SELECT entry, sha256 FROM journal ORDER BY entry DESC LIMIT 1"
    connection.execute(
        "UPDATE journal_head SET entries = ?, sha256 = ?", connection.execute(query).fetchone()
    )


@pytest.mark.parametrize("entries", [1, 2, 10, 50])
def test_a_journal_whose_end_was_cut_is_named(ledger: Clinic, entries: int) -> None:
    with behind_its_back(ledger) as connection:
        cut(connection, entries)
    named(ledger, "journal_head")


@pytest.mark.parametrize("entries", [1, 2, 10, 50])
def test_tables_that_are_ahead_of_a_cut_journal_are_named(ledger: Clinic, entries: int) -> None:
    with behind_its_back(ledger) as connection:
        cut(connection, entries)
        adjust_head(connection)
    assert named(ledger, "verdicts") == set()


def forge(connection: sqlite3.Connection, entry: int, old: str, new: str) -> None:
    """Alter an entry and chain everything behind it anew, head and all."""
    query = "SELECT * FROM journal WHERE entry >= ? ORDER BY entry"
    previous = None
    for row in connection.execute(query, (entry,)).fetchall():
        number, at, actor, action, record, content, before, _ = row
        before = previous or before
        if number == entry:
            assert old in content
            content = content.replace(old, new)
        previous = entry_hash(number, at, actor, action, record, content, before)
        values = (content, before, previous, number)
        connection.execute(
            "UPDATE journal SET content = ?, previous_sha256 = ?, sha256 = ? WHERE entry = ?",
            values,
        )
    adjust_head(connection)


A_REFERRAL = "SELECT entry FROM journal WHERE action = 'referral.new' AND record = 'referral:1'"


def test_a_forged_chain_shows_by_a_head_that_was_printed(ledger: Clinic) -> None:
    """Whoever forges table and journal alike is found by what stands elsewhere only."""
    head = ledger.data("audit", "verify")["head"]
    manifest = ledger.query("SELECT journal_entry FROM batches WHERE batch_id = 1")[0][0]
    (printed,) = ledger.query(f"SELECT sha256 FROM journal WHERE entry = {manifest}")[0]
    (entry,) = ledger.query(A_REFERRAL)[0]
    with behind_its_back(ledger) as connection:
        forge(connection, entry, '"number":"35546"', '"number":"55555"')
        connection.execute("UPDATE referrals SET number = '55555' WHERE referral_id = 1")
    assert ledger.data("audit", "verify")["intact"] is True
    for words in (("--head", head["sha256"]), ("--head", printed, "--entry", manifest)):
        (fault,) = verified(ledger, *words)["differences"]
        assert "is not in the chain" in fault["message"]


def test_a_forged_chain_shows_by_what_stands_after_it(ledger: Clinic) -> None:
    (entry,) = ledger.query(A_REFERRAL)[0]
    with behind_its_back(ledger) as connection:
        forge(connection, entry, '"number":"35546"', '"number":"55555"')
    assert named(ledger, "referrals") == {"number"}


# What guards it

A_TRIGGER = "CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal BEGIN SELECT 1; END"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP TRIGGER journal_refuses_update", "journal_refuses_update is gone"),
        ("DROP TRIGGER journal_refuses_delete", "journal_refuses_delete is gone"),
        ("DROP TRIGGER journal_refuses_replace", "journal_refuses_replace is gone"),
        (
            f"DROP TRIGGER journal_refuses_update; {A_TRIGGER}",
            "journal_refuses_update was changed",
        ),
        (
            "CREATE TRIGGER more AFTER INSERT ON claims BEGIN UPDATE claims SET units = 2; END",
            "table claims has a trigger that is not the tool's: more",
        ),
        ("DROP INDEX one_live_claim", "lacks the index one_live_claim"),
        ("ALTER TABLE postings DROP COLUMN reason", "lacks a column: reason"),
        ("ALTER TABLE postings ADD COLUMN more TEXT", "has a column too many: more"),
        ("DROP TABLE verdicts", "table verdicts is gone"),
    ],
)
def test_a_changed_guard_is_named(ledger: Clinic, statement: str, words: str) -> None:
    with closing(sqlite3.connect(ledger.workspace / "ledger.db")) as connection:
        connection.executescript(statement)
    assert any(words in one["message"] for one in verified(ledger)["differences"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alembic_version SET version_num = version_num || 'x'",
        "UPDATE alembic_version SET version_num = '0001'",
        "DELETE FROM alembic_version",
    ],
)
def test_a_changed_schema_number_is_named(ledger: Clinic, statement: str) -> None:
    with behind_its_back(ledger) as connection:
        connection.execute(statement)
    answer = ledger.json("audit", "verify", as_of=AFTERWARDS)
    assert answer["exit_code"] == 6
    assert "table alembic_version, version_num" in answer["errors"][0]["message"]


def test_a_second_schema_number_is_named(ledger: Clinic) -> None:
    with behind_its_back(ledger) as connection:
        connection.execute("INSERT INTO alembic_version VALUES ('zzzz')")
    assert named(ledger, "alembic_version") == {"version_num"}


# Files


def test_a_changed_published_file_is_named(ledger: Clinic) -> None:
    path = ledger.query("SELECT path FROM batch_files WHERE kind = 'teleplan'")[0][0]
    file = ledger.workspace / path
    file.write_bytes(file.read_bytes().replace(b"0007792", b"0007793"))
    data = verified(ledger)
    assert data["files"]["changed"] == [str(file)]
    assert [one["table"] for one in data["differences"]] == ["batch_files"]


def test_a_missing_published_file_is_said_and_no_damage(ledger: Clinic) -> None:
    path = ledger.query("SELECT path FROM batch_files WHERE kind = 'csv'")[0][0]
    (ledger.workspace / path).unlink()
    data = ledger.data("audit", "verify")
    assert data["intact"] is True
    assert data["files"]["missing"] == [str(ledger.workspace / path)]
