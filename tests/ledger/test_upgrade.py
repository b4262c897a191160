"""An older ledger is migrated after a backup copy, a newer one left alone (design, section 7)."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from helpers import Clinic, visit

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError, FileError, IntegrityError
from tpi_billing.ledger import open_ledger, upgrade
from tpi_billing.ledger.keeping.manifest import read_manifest

pytestmark = pytest.mark.sqlite("about the copy of the file; tests/postgresql has its like")

ADD_A_TABLE = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("stamps", sa.Column("stamp", sa.Text(), nullable=False))
    op.execute("UPDATE sessions SET source = 'moved'")
    {then}
"""


@pytest.fixture
def old(clinic: Clinic) -> Clinic:
    """Leave a ledger of the present schema with one session behind, closed."""
    clinic.bring(visit("V1001"))
    clinic.close()
    return clinic


def newer_tool(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, then: str = "") -> None:
    """Become a version of the tool whose schema is one migration further."""
    folder = clinic.folder / "migrations"
    shutil.copytree(upgrade._MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = ADD_A_TABLE.format(before=upgrade.HEAD, then=then)
    (folder / "versions" / "9999_more.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(upgrade, "_MIGRATIONS", folder)
    monkeypatch.setattr(upgrade, "HEAD", "9999")


def seen(file: Path) -> tuple[str, list[str], bool]:
    """Return a ledger's schema, the sources of its sessions, and whether it has the new table."""
    with closing(sqlite3.connect(file)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        sources = [row[0] for row in connection.execute("SELECT source FROM sessions")]
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'stamps'")
        return revision, sources, tables.fetchone() is not None


def copies(clinic: Clinic) -> list[Path]:
    return list(clinic.folder.glob("backups/*.db"))


def test_an_older_ledger_is_copied_aside_and_migrated(
    old: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = upgrade.HEAD
    newer_tool(old, monkeypatch)
    Clinic(old.folder, book, create=False).close()
    assert seen(old.folder / "ledger.db") == ("9999", ["moved"], True)
    (copy,) = copies(old)
    manifest = read_manifest(copy)
    assert manifest is not None
    assert (manifest.schema, manifest.reason) == (before, "before the migration to schema 9999")
    assert seen(copy) == (before, ["canonical"], False)


def test_a_migrated_ledger_is_copied_once(
    old: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_tool(old, monkeypatch)
    for _ in range(2):
        Clinic(old.folder, book, create=False).close()
    assert len(copies(old)) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_only_its_owner_reads_the_copy(
    old: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_tool(old, monkeypatch)
    Clinic(old.folder, book, create=False).close()
    (copy,) = copies(old)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_copy_has_what_was_still_in_the_log(
    clinic: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.bring(visit("V1001"))
    newer_tool(clinic, monkeypatch)
    with clinic.ledger.reading() as connection:  # so that the log is not emptied
        connection.exec_driver_sql("SELECT * FROM sessions").all()
        Clinic(clinic.folder, book, create=False).close()
    (copy,) = copies(clinic)
    assert seen(copy)[1] == ["canonical"]


def test_a_migration_that_fails_leaves_the_old_ledger(
    old: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(old.folder / "ledger.db")
    newer_tool(old, monkeypatch, then="raise RuntimeError('half-way')")
    with pytest.raises(RuntimeError, match="half-way"):
        Clinic(old.folder, book, create=False)
    assert seen(old.folder / "ledger.db") == before
    monkeypatch.undo()
    with closing(Clinic(old.folder, book, create=False)) as again:
        assert list(again.sessions()) == [("canonical", "V1001")]


def test_without_a_copy_nothing_is_migrated(
    old: Clinic, book: CodeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(old.folder / "ledger.db")
    (old.folder / "backups").write_text("in the way", encoding="utf-8")
    newer_tool(old, monkeypatch)
    with pytest.raises(FileError, match="backup cannot be written"):
        Clinic(old.folder, book, create=False)
    assert seen(old.folder / "ledger.db") == before


def test_a_ledger_of_a_newer_tool_is_left_alone(old: Clinic, book: CodeBook) -> None:
    file = old.folder / "ledger.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = file.read_bytes()
    with pytest.raises(ConflictError) as caught:
        Clinic(old.folder, book, create=False)
    (trouble,) = caught.value.troubles
    assert "newer version" in trouble.message
    assert trouble.hint
    assert file.read_bytes() == before
    assert copies(old) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alembic_version SET version_num = '0000'",
        "UPDATE alembic_version SET version_num = '0004'",
        "DELETE FROM alembic_version",
    ],
)
def test_a_schema_number_that_is_not_that_of_the_tables_is_named(
    old: Clinic, book: CodeBook, statement: str
) -> None:
    with closing(sqlite3.connect(old.folder / "ledger.db")) as connection:
        connection.execute(statement)
        connection.commit()
    with pytest.raises(IntegrityError, match="alembic_version, version_num was changed"):
        Clinic(old.folder, book, create=False)


def test_a_new_ledger_needs_no_copy(tmp_path: Path) -> None:
    open_ledger("sqlite:///ledger.db", tmp_path, "T9999", create=True).close()
    assert [path.name for path in tmp_path.glob("*.db")] == ["ledger.db"]


WITHOUT_ANSWERS = (
    *(
        f"DROP TABLE {table}"
        for table in (
            "remittance_lines",
            "remittance_files",
            "amendments",
            "postings",
            "closing_lines",
            "closings",
        )
    ),
    "DROP INDEX claims_by_billed_month",
    "DROP INDEX claims_by_predecessor",
    *(
        f"ALTER TABLE claims DROP COLUMN {column}"
        for column in ("adjusted_cents", "predecessor", "expected_cents", "sent_on", "billed_month")
    ),
)
"""Takes away what schema 0005 brought."""

WITHOUT_SAMPLES = tuple(
    f"DROP TABLE {table}" for table in ("verdicts", "sample_claims", "sample_strata", "samples")
)
"""Takes away what schema 0006 brought."""


def test_a_ledger_of_an_early_version_gets_the_trigger_it_lacked(
    old: Clinic, book: CodeBook
) -> None:
    """Schema 0003 was made without the trigger that refuses to replace an entry."""
    with closing(sqlite3.connect(old.folder / "ledger.db")) as connection:
        for statement in (
            *WITHOUT_SAMPLES,
            *WITHOUT_ANSWERS,
            "DROP TRIGGER journal_refuses_replace",
            "DROP TABLE rejected_rows",
            "DROP INDEX sessions_pending",
            "ALTER TABLE sessions DROP COLUMN pending",
            "ALTER TABLE import_rows DROP COLUMN content_sha256",
            "UPDATE alembic_version SET version_num = '0003'",
        ):
            connection.execute(statement)
        connection.commit()
    with closing(Clinic(old.folder, book, create=False)) as again:
        assert list(again.sessions()) == [("canonical", "V1001")]
    with (
        closing(sqlite3.connect(old.folder / "ledger.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute("INSERT OR REPLACE INTO journal SELECT * FROM journal LIMIT 1")
