"""What must hold after a fault: the ledger is whole, and nothing in it is lost or doubled."""

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from databases import database_of
from end_to_end.clinic import Clinic, folder_of

from tpi_billing.ledger import open_ledger, schema
from tpi_billing.ledger.health import examine
from tpi_billing.ledger.replay import differences

_NOT_COMPARED = {"journal", "journal_head", "imports", "import_rows", "submissions"}
"""Tables that also tell of what was tried: a command that is run again is written there again."""
_PASSING = {
    "import_id", "row_number", "journal_entry", "facts", "file_name", "name", "sha256", "path",
}  # fmt: skip
"""Columns of when and by which run; a name may hold the workspace's folder."""


def _questions() -> Iterator[tuple[str, str]]:
    """Yield each table and what is asked of it: put together once, since it is asked often."""
    for table in schema.metadata.sorted_tables:
        if table.name in _NOT_COMPARED:
            continue
        names = [one for one in table.columns.keys() if not _is_passing(one)]  # noqa: SIM118
        columns = ", ".join(f'"{name}"' for name in names)
        # An earlier try's rejected rows are kept, as replaced.
        where = " WHERE resolved = 0" if table is schema.rejected_rows else ""
        yield table.name, f"SELECT {columns} FROM {table.name}{where}"


def _is_passing(column: str) -> bool:
    return column in _PASSING or column.endswith("_at")


_QUESTIONS = dict(_questions())
_DOUBLED = {
    "a live claim of one service": (
        "SELECT count(*) FROM (SELECT 1 FROM claims WHERE live = 1 GROUP BY data_centre, "
        "patient_key, practitioner_number, service_date, fee_item, ordinal HAVING count(*) > 1) x"
    ),
    "a sequence number": (
        "SELECT count(*) FROM (SELECT 1 FROM claims WHERE sequence_number IS NOT NULL GROUP BY "
        "sequence_cycle, sequence_number HAVING count(*) > 1) x"
    ),
    "an office folio": "SELECT count(*) - count(DISTINCT office_folio) FROM claims",
    "a session": (
        "SELECT count(*) FROM (SELECT 1 FROM sessions GROUP BY data_centre, source, session_id "
        "HAVING count(*) > 1) x"
    ),
    "a number of a file": (
        "SELECT count(*) FROM submission_files a JOIN submission_files b ON a.first_number <= "
        "b.last_number AND b.first_number <= a.last_number AND "
        "(a.batch_id < b.batch_id OR a.batch_id = b.batch_id AND a.part < b.part)"
    ),
}
_SUMS = {
    "a batch and its claims": (
        "SELECT count(*) FROM batches b WHERE amount_cents <> (SELECT coalesce(sum(amount_cents), "
        "0) FROM claims c WHERE c.batch_id = b.batch_id) OR claims <> (SELECT count(*) FROM claims "
        "c WHERE c.batch_id = b.batch_id)"
    ),
    "a batch and its files": (
        "SELECT count(*) FROM batches b WHERE EXISTS (SELECT 1 FROM submission_files f WHERE "
        "f.batch_id = b.batch_id) AND amount_cents <> (SELECT sum(amount_cents) FROM "
        "submission_files f WHERE f.batch_id = b.batch_id)"
    ),
}
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+")
"""The demo's stand-in listens on another one each time."""
_INSTALLED = re.compile(r"(VS1.{52})\d{8}")
"""The day on which the tool was installed, in a file's first record: none after the clock's."""
_LONGEST = 300
"""Characters of a row that are told."""
_NEVER_FEWER = ("sessions", "claims", "batches", "remittance_lines", "referrals", "journal")


def is_workspace(clinic: Clinic) -> bool:
    return (clinic.workspace / "tpi-billing.toml").exists()


@contextmanager
def _read(clinic: Clinic) -> Iterator[sa.Connection]:
    """Open the ledger as the next command will."""
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        yield connection


def facts(clinic: Clinic) -> dict[str, Any]:
    """Return what the ledger knows, without when and in which try it was learnt."""
    if not is_workspace(clinic):
        return {}
    with _read(clinic) as connection:
        return facts_in(connection)


def facts_in(connection: sa.Connection) -> dict[str, Any]:
    return {
        table: sorted(_plain(row) for row in connection.exec_driver_sql(question))
        for table, question in _QUESTIONS.items()
    }


def _plain(row: sa.Row[Any]) -> str:
    return _INSTALLED.sub(r"\1installed", _PORT.sub("port", repr(tuple(row))))


def apart(facts: dict[str, Any], others: dict[str, Any]) -> list[str]:
    """Say where two ledgers differ: a table, and the first row that only one of them has."""
    told = []
    for table in sorted(facts.keys() | others.keys()):
        ours, theirs = set(facts.get(table, ())), set(others.get(table, ()))
        if facts.get(table) != others.get(table):
            more, less = (str(sorted(one)[:1])[:_LONGEST] for one in (ours - theirs, theirs - ours))
            told.append(f"{table}: {more} and not {less}")
    return told


def counts(clinic: Clinic) -> dict[str, int]:
    if not is_workspace(clinic):
        return {}
    with _read(clinic) as connection:
        return _counts(connection)


def _counts(connection: sa.Connection) -> dict[str, int]:
    return {table: _number(connection, f"SELECT count(*) FROM {table}") for table in _NEVER_FEWER}


def _number(connection: sa.Connection, question: str) -> int:
    return int(connection.exec_driver_sql(question).scalar_one())


def look(clinic: Clinic, before: dict[str, int]) -> dict[str, Any]:
    """Raise AssertionError for whatever is not as it must be; return what the ledger knows."""
    if not is_workspace(clinic):
        return {}
    with _read(clinic) as connection:
        insist_on_whole(connection)
        for table, count in _counts(connection).items():
            assert count >= before.get(table, 0), f"lost: {table}"
        return facts_in(connection)


def insist_on_whole(connection: sa.Connection) -> None:
    """Raise AssertionError unless the ledger verifies, and nothing in it is doubled."""
    assert examine(connection).faults == (), "the ledger is not whole"
    assert list(differences(connection)) == [], "the ledger is not what its journal says"
    for what, question in _DOUBLED.items():
        assert _number(connection, question) == 0, f"doubled: {what}"
    for what, question in _SUMS.items():
        assert _number(connection, question) == 0, f"do not agree: {what}"


def is_temporary(name: str) -> bool:
    """Tell a file that a disturbed run may leave: hidden, or in a hidden folder."""
    parts = name.split("/")
    hidden = any(one.startswith(".") and one.endswith((".tmp", ".lock")) for one in parts)
    return hidden or name.endswith((".new", "-wal", "-shm", "-journal"))


def files(clinic: Clinic) -> dict[str, bytes]:
    """Return every file under a final name but the ledger."""
    return {
        name: content
        for name, content in folder_of(clinic.workspace).items()
        if not is_temporary(name) and not name.startswith("ledger.")
    }


def half(folder: Path, kept: dict[str, bytes], known: dict[str, list[bytes]]) -> list[str]:
    """Name the files that are neither as before nor as of an undisturbed run, and not whole."""
    return [
        name
        for name, content in kept.items()
        if content not in known.get(name, []) and not _is_whole(folder / name)
    ]


def _is_whole(path: Path) -> bool:
    if path.suffix in {".xlsx", ".docx"}:
        try:
            with zipfile.ZipFile(path) as book:
                return book.testzip() is None
        except zipfile.BadZipFile:
            return False
    if path.suffix == ".json":
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return False
        return True
    return path.stat().st_size > 0
