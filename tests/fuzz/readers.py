"""Every reader of the tool, as something to feed bytes to: it reads them, or refuses in words.

`feed` gets the bytes and a folder of its own. A failure that is no `BillingError` is a fault.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from tpi_billing import config
from tpi_billing.audit.facts import manifest as facts_manifest
from tpi_billing.audit.facts.duck import duckdb_facts
from tpi_billing.audit.patterns import pattern, thresholds
from tpi_billing.codes.calendar import read_calendar
from tpi_billing.codes.explanatory_file import read_explanatory_file
from tpi_billing.codes.fee_file import read_fee_file
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.codes.list_file import read_diagnosis_file
from tpi_billing.errors import BillingError, FileError
from tpi_billing.intake.corrections import write_corrections
from tpi_billing.intake.day_counts import read_day_counts
from tpi_billing.intake.mappings import mapping_named
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.referral_rows import REFERRALS, parse_referral
from tpi_billing.intake.table import open_table
from tpi_billing.ledger import facts, open_ledger
from tpi_billing.ledger.keeping.manifest import manifest_of, read_manifest
from tpi_billing.ledger.keeping.proof import prove
from tpi_billing.ledger.pattern_guard import PatternSqlError, guarded
from tpi_billing.model.finding import Finding, Place, Severity
from tpi_billing.remittance.actions.workbook_rows import CORRECTIONS, read_rows
from tpi_billing.remittance.reading import FileReading
from tpi_billing.teleplan.exchange.coverage import read_coverage
from tpi_billing.teleplan.exchange.reply import read_reply, session_is_lost

from .answering import asked
from .feeds import foreign_facts, own_list, protected, review, unseal
from .recipes import workbook_of

Feed = Callable[[bytes, Path], None]
SEEDS = Path(__file__).parent / "seeds"


@dataclass(frozen=True)
class Reader:
    """A reader: what it reads, in whose folder of `seeds` its inputs are, and how it is fed."""

    what: str
    seeds: str
    feed: Feed

    def inputs(self) -> list[bytes]:
        """Return its seeds."""
        return [path.read_bytes() for path in sorted((SEEDS / self.seeds).glob("*.txt"))]


def _sessions(path: Path, out: Path, name: str = "canonical") -> None:
    source = mapping_named(name)
    with open_table(path, source=name, mapping=source) as table:
        rows = list(table.rows())
    found = {}
    for row in rows:
        parse_session(row.values)
        place = Place(table.file, table.sheet, row.number)
        found[row.number] = [Finding("invalid-value", Severity.ERROR, "No.", "", place, "phn")]
    write_corrections(path, out / "fix.xlsx", table, found)


def _export(content: bytes, folder: Path) -> None:
    path = folder / "export"
    path.write_bytes(content)
    for name in ("canonical", "day-sheet"):
        out = folder / name
        out.mkdir()
        with suppress(FileError):
            _sessions(path, out, name)


def _workbook(content: bytes, folder: Path) -> None:
    path = folder / "export.xlsx"
    path.write_bytes(workbook_of(content))
    _sessions(path, folder)


def _archive(content: bytes, folder: Path) -> None:
    path = folder / "export.xlsx"
    path.write_bytes(changed(_plain_workbook(), content))
    _sessions(path, folder)


@cache
def _plain_workbook() -> bytes:
    return workbook_of((SEEDS / "workbook" / "visits.txt").read_bytes())


def changed(content: bytes, edits: bytes) -> bytes:
    """Change bytes as a text says, a line an edit: `OFFSET HEX`; a negative offset cuts there."""
    whole = bytearray(content)
    for line in edits.splitlines()[:200]:
        at, _, new = line.partition(b" ")
        try:
            offset, put = int(at[:9]), bytes.fromhex(new.decode("ascii"))
        except ValueError:
            continue
        if offset < 0:
            del whole[offset:]
        elif whole:
            start = offset % len(whole)
            whole[start : start + len(put)] = put
    return bytes(whole)


def _counts(content: bytes, folder: Path) -> None:
    path = folder / "counts"
    path.write_bytes(content)
    read_day_counts(path)


def _referrals(content: bytes, folder: Path) -> None:
    path = folder / "referrals"
    path.write_bytes(content)
    with open_table(path, kind=REFERRALS) as table:
        for row in table.rows():
            parse_referral(row.values)


def _corrections(content: bytes, folder: Path) -> None:
    path = folder / "corrections.xlsx"
    path.write_bytes(workbook_of(content))
    with open_table(path, kind=CORRECTIONS) as table:
        read_rows(table)


def _fees(content: bytes, folder: Path) -> None:
    path = folder / "fees"
    path.write_bytes(content)
    read_fee_file(path, date(2026, 1, 31))


def _diagnoses(content: bytes, folder: Path) -> None:
    path = folder / "codes"
    path.write_bytes(content)
    with suppress(FileError):
        read_diagnosis_file(path)
    read_explanatory_file(path)


def _configuration(content: bytes, folder: Path) -> None:
    path = folder / config.FILE_NAME
    path.write_bytes(content)
    config.load(path)


def _thresholds(content: bytes, folder: Path) -> None:
    (folder / thresholds.FILE_NAME).write_bytes(content)
    read = thresholds.Thresholds.load(folder)
    for each in pattern.shipped_patterns():
        read.of(each)
        read.parameters(each)


def _calendar(content: bytes, folder: Path) -> None:
    own = folder / "fee_codes"
    own.mkdir()
    (own / "calendar.toml").write_bytes(content)
    read_calendar(CodeFiles(shipped_directory(), folder))


def _patterns(content: bytes, folder: Path) -> None:
    (folder / "own-pattern.sql").write_bytes(content)
    for each in pattern.own_patterns(folder, ()):
        names = pattern.MEASURE_COLUMNS if each.kind == "measure" else pattern.CASE_COLUMNS
        query = facts.pattern_query(each.statements[0].text, names, {"first_day": 1}, ())
        engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE secret (name TEXT)")
            columns = ", ".join(facts.FACT_NAMES)
            connection.exec_driver_sql(f"CREATE TEMP TABLE claim_facts ({columns})")
            with suppress(PatternSqlError), guarded(connection):
                connection.exec_driver_sql(query).fetchmany(10)


def _answers(content: bytes, folder: Path) -> None:
    path = folder / "remit.txt"
    path.write_bytes(content)
    with path.open("rb") as file:
        for _ in FileReading(path.name).lines(file):
            pass


def _reply(content: bytes, _folder: Path) -> None:
    reply = read_reply(content)
    session_is_lost(content)
    if reply is not None:
        str(reply.expected_number), str(reply.last_committed)
        read_coverage(reply.content)


def _wire(content: bytes, _folder: Path) -> None:
    asked(content)


def _backup(content: bytes, folder: Path) -> None:
    path = folder / "backup.db"
    path.write_bytes(changed(_empty_ledger(), content))
    prove(path)


@cache
def _empty_ledger() -> bytes:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ledger = open_ledger("sqlite:///ledger.db", folder, "T9999", create=True)
        with ledger.changing("clerk") as transaction:
            transaction.journal.write("unmask", "ledger", {"why": "a seed"})
        ledger.close()
        with closing(sqlite3.connect(folder / "ledger.db")) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        return (folder / "ledger.db").read_bytes()


def _backup_manifest(content: bytes, folder: Path) -> None:
    file = folder / "backup.db"
    manifest_of(file).write_bytes(content)
    read_manifest(file)


def _facts_manifest(content: bytes, folder: Path) -> None:
    (folder / "manifest.json").write_bytes(content)
    facts_manifest.verify(facts_manifest.read(folder), folder)


def _facts(content: bytes, folder: Path) -> None:
    """The attacker has written the manifest, too: its hash fits what he did to the file."""
    place = folder / "month=2026-10"
    place.mkdir()
    told = changed(_parquet(), content)
    (place / "claims.parquet").write_bytes(told)
    named = facts_manifest.FactFile("month=2026-10/claims.parquet", "2026-10", 1, 0, 0, 1, "")
    named = replace(named, sha256=facts_manifest.file_sha256(folder / named.path))
    text = facts_manifest.Manifest({"kind": "ledger"}, "tpi-billing", (named,)).text()
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    with suppress(PatternSqlError), duckdb_facts(folder, folder) as found:
        found.days()
        found.claims_by_month(0, 99_999)


@cache
def _parquet() -> bytes:
    import duckdb

    values = ", ".join(
        f"{1 if one.kind == 'integer' else repr('x')} AS {one.name}" for one in facts.FACT_COLUMNS
    )
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "one.parquet"
        duckdb.connect().execute(f"COPY (SELECT {values}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


def _protected(content: bytes, folder: Path) -> None:
    unseal(changed(protected(_plain_workbook()), content), folder)


def _review(content: bytes, folder: Path) -> None:
    review(content, folder)


def _json_numbers(content: bytes, folder: Path) -> None:
    """JSON Lines by themselves: the readers of the other formats would find nothing in it."""
    path = folder / "export.jsonl"
    path.write_bytes(b'{"session_id": "V0", "status": "completed"}\n' + content)
    _sessions(path, folder)


READERS: dict[str, Reader] = {
    "export": Reader("session exports as CSV or JSON Lines, two mappings", "export", _export),
    "json": Reader("session exports as JSON Lines", "json", _json_numbers),
    "workbook": Reader("session workbooks, and their corrections back", "workbook", _workbook),
    "archive": Reader("session workbooks with damaged bytes", "edits", _archive),
    "counts": Reader("the record system's day counts", "counts", _counts),
    "referrals": Reader("lists of referrals", "referrals", _referrals),
    "corrections": Reader("workbooks of claims to correct", "corrections", _corrections),
    "reviews": Reader("workbooks of reviewed samples", "reviews", _review),
    "protected": Reader("workbooks behind a password, with damaged bytes", "edits", _protected),
    "fees": Reader("fee schedules, MSP's and the CSV form", "fees", _fees),
    "codes": Reader("MSP's diagnostic and explanatory codes", "codes", _diagnoses),
    "configuration": Reader("tpi-billing.toml", "configuration", _configuration),
    "thresholds": Reader("thresholds.toml of a workspace", "thresholds", _thresholds),
    "own-lists": Reader("code lists and rules of a workspace", "own-lists", own_list),
    "calendar": Reader("calendar.toml of a workspace", "calendar", _calendar),
    "patterns": Reader("a workspace's patterns, put to SQLite", "patterns", _patterns),
    "answers": Reader("remittances and pick-ups", "answers", _answers),
    "reply": Reader("the last line of a Teleplan reply, and coverage", "reply", _reply),
    "wire": Reader("the bytes of an HTTP answer", "wire", _wire),
    "backup": Reader("backups of a ledger", "edits", _backup),
    "backup-manifest": Reader("manifests of backups", "backup-manifest", _backup_manifest),
    "facts-manifest": Reader("manifests of facts", "facts-manifest", _facts_manifest),
    "facts": Reader("Parquet files of facts", "edits", _facts),
    "foreign-facts": Reader("facts of another system as CSV", "foreign-facts", foreign_facts),
}


def fed(reader: Reader, content: bytes) -> None:
    """Give a reader one input, in a folder that goes away again."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, suppress(BillingError):
        reader.feed(content, Path(folder))
