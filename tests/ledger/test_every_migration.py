"""A ledger of each earlier schema, with rows in every table of its time, keeps them all.

Each is made by the migrations of its time, so that a new migration is tried from the start. What
the values mean in a ledger that was worked with is held by `test_older_ledgers.py`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tpi_billing.errors import IntegrityError
from tpi_billing.ledger import open_ledger, upgrade
from tpi_billing.ledger.health_tables import faults_of_tables
from tpi_billing.ledger.journal import NO_ENTRY, entry_hash, read_head, verify
from tpi_billing.ledger.keeping.manifest import read_manifest
from tpi_billing.ledger.keeping.proof import prove

pytestmark = pytest.mark.sqlite("makes files of earlier schemas")
EARLIER = sorted(upgrade._known_revisions() - {upgrade.HEAD})
ROWS = 3
TIME = "2026-11-05T17:03:21Z"


JSON_OF = {
    **dict.fromkeys(("content", "facts", "changed", "answers"), '{"session_id":"V1"}'),
    **dict.fromkeys(("findings", "problems", "remarks", "diagnoses"), "[]"),
}
DATES = {"received", "sent_on"}


def value_of(column: sa.Column[Any], row: int) -> Any:
    """Make a value of a column's kind; the third row has nothing where nothing may be."""
    name, length = column.name, getattr(column.type, "length", None)
    whole = isinstance(column.type, sa.Integer)
    kinds: list[tuple[bool, Any]] = [
        (bool(column.nullable) and row == ROWS, None),
        (whole and name.endswith("cents"), 7_792 + row),
        (whole, row),
        (name in JSON_OF, JSON_OF.get(name)),
        (name == "data_centre", "T9999"),
        (name.endswith("_at"), TIME),
        (length == 64, f"{row:064x}"),
        (name == "month" or name.endswith("_month"), "2026-10"),
        (length == 10 or name in DATES, f"2026-10-0{row}"),
    ]
    text = f"{row}é,\n'"[: length or None]
    return next((value for found, value in kinds if found), text)


def chained() -> Iterator[tuple[Any, ...]]:
    """Yield the entries of a journal that is whole."""
    previous = NO_ENTRY
    for entry in range(1, ROWS + 1):
        told = (TIME, "m.jones", "unmask", "ledger", '{"command":"é"}')
        digest = entry_hash(entry, *told, previous)
        yield (entry, *told, previous, digest)
        previous = digest


def make_ledger(file: Path, revision: str) -> dict[str, list[dict[str, Any]]]:
    """Make a ledger by the migrations up to one, with rows in every table; return them."""
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.pool.NullPool)
    upgrade.migrate(engine, revision)
    tables = sa.MetaData()
    tables.reflect(engine)
    made: dict[str, list[dict[str, Any]]] = {}
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            names = table.columns.keys()
            if table.name == "journal":
                rows = [dict(zip(names, entry, strict=True)) for entry in chained()]
            elif table.name == "journal_head":
                *_, last = chained()
                connection.execute(sa.delete(table))
                rows = [{"only": 1, "entries": ROWS, "sha256": last[-1]}]
            else:
                rows = [
                    {column.name: value_of(column, row) for column in table.columns}
                    for row in range(1, ROWS + 1)
                ]
            connection.execute(sa.insert(table), rows)
            made[table.name] = rows
    engine.dispose()
    return made


def rows_in(file: Path, table: str, columns: list[str]) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        names = ", ".join(f'"{name}"' for name in columns)
        found = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY rowid')
        return [dict(row) for row in found]


def test_every_earlier_schema_is_here() -> None:
    assert [int(revision) for revision in EARLIER] == list(range(1, int(upgrade.HEAD)))


@pytest.mark.parametrize("revision", EARLIER)
def test_every_row_is_kept(tmp_path: Path, revision: str) -> None:
    file = tmp_path / "ledger.db"
    made = make_ledger(file, revision)
    with closing(open_ledger("sqlite:///ledger.db", tmp_path, "T9999")) as ledger:
        with ledger.reading() as connection:
            assert upgrade.revision_of(connection) == upgrade.HEAD
            assert list(faults_of_tables(connection)) == []
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert verify(connection) == (ROWS, [])
            assert read_head(connection).entries == ROWS
        with ledger.changing("m.jones") as transaction:
            transaction.journal.write("unmask", "ledger", {"command": "x"})
    for table, rows in made.items():
        if table not in {"journal", "journal_head"}:
            assert rows_in(file, table, list(rows[0])) == rows, table
    assert rows_in(file, "journal", list(made["journal"][0]))[:ROWS] == made["journal"]


@pytest.mark.parametrize("revision", EARLIER)
def test_its_backup_is_the_ledger_of_before(tmp_path: Path, revision: str) -> None:
    made = make_ledger(tmp_path / "ledger.db", revision)
    open_ledger("sqlite:///ledger.db", tmp_path, "T9999").close()
    (backup,) = (tmp_path / "backups").glob("*.db")
    manifest = read_manifest(backup)
    assert manifest is not None
    assert (manifest.schema, manifest.entries) == (revision, ROWS)
    assert manifest.rows == {table: len(rows) for table, rows in made.items()}
    proof = prove(backup)
    assert (proof.schema, proof.faults) == (revision, ())
    for table, rows in made.items():
        assert rows_in(backup, table, list(rows[0])) == rows, table


def test_a_journal_that_is_broken_is_not_migrated(tmp_path: Path) -> None:
    """Nothing is laid upon what was altered."""
    file = tmp_path / "ledger.db"
    make_ledger(file, EARLIER[-1])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE journal_head SET entries = 2")
        connection.commit()
    with pytest.raises(IntegrityError, match="not whole"):
        open_ledger("sqlite:///ledger.db", tmp_path, "T9999")
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert found == (EARLIER[-1],)
    assert list((tmp_path / "backups").iterdir()) == []
