"""Backups to restore, and folders of facts, that somebody has been at."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from end_to_end.clinic import call

from .case import Make, Table
from .place import Place

BACKUPS = Table("backup of a ledger")
MANIFESTS = Table("manifest of a backup")
FACTS = Table("folder of facts")


def _backup(place: Place) -> str:
    """Make a sound backup, and return its path without the ending."""
    said = call(
        [
            "--workspace",
            str(place.clinic.workspace),
            "ledger",
            "backup",
            "--out",
            str(place.data / "copies"),
        ]
    )
    assert said.code in {0, 1}, said.all
    (made,) = (place.data / "copies").glob("*.db")
    return str(made.with_suffix(""))


def bytes_of(change: Callable[[bytes], bytes], *, manifest: bool = False) -> Make:
    """Restore a backup whose bytes were changed, with its manifest or without."""

    def make(place: Place) -> Sequence[object]:
        made = place.data / "copies" / "x"
        made = made.parent / _backup(place).rpartition("/")[2]
        file = made.with_name(made.name + ".db")
        file.write_bytes(change(file.read_bytes()))
        if not manifest:
            file.with_suffix(".json").unlink()
        return ["ledger", "restore", file]

    return make


def sql(*statements: str) -> Make:
    """Restore a backup that another program has changed, without its manifest."""

    def make(place: Place) -> Sequence[object]:
        command = bytes_of(lambda content: content)(place)
        with closing(sqlite3.connect(str(command[2]))) as connection:
            for statement in statements:
                connection.executescript(statement)
            connection.commit()
        return command

    return make


REFUSED = (4, 5, 6)
BACKUPS.add("text", lambda place: ["ledger", "restore", place.write("x.db", "no database")], 4)
BACKUPS.add(
    "a beginning without a database",
    bytes_of(lambda _: b"SQLite format 3\0" + bytes(999)),
    *REFUSED,
)
BACKUPS.add(
    "a beginning and chance",
    bytes_of(lambda _: b"SQLite format 3\0" + bytes(n * 7 % 256 for n in range(99_999))),
    *REFUSED,
)
BACKUPS.add("half of it", bytes_of(lambda content: content[: len(content) // 2]), *REFUSED)
BACKUPS.add(
    "half of it, with its manifest",
    bytes_of(lambda content: content[: len(content) // 2], manifest=True),
    *REFUSED,
)
BACKUPS.add(
    "one bit changed, with its manifest",
    bytes_of(
        lambda content: content[:9_999] + bytes([content[9_999] ^ 1]) + content[10_000:],
        manifest=True,
    ),
    6,
)
BACKUPS.add(
    "more behind it, with its manifest",
    bytes_of(lambda content: content + bytes(4_096), manifest=True),
    *REFUSED,
)
BACKUPS.add(
    "its pages in another order",
    bytes_of(
        lambda content: (
            content[:8_192] + content[12_288:16_384] + content[8_192:12_288] + content[16_384:]
        )
    ),
    *REFUSED,
)
for at, what in (
    (16, "page size"),
    (18, "version"),
    (28, "number of pages"),
    (40, "schema"),
    (44, "format"),
    (52, "vacuum"),
    (56, "coding"),
    (100, "first page"),
):
    BACKUPS.add(
        f"another {what}",
        bytes_of(lambda content, at=at: content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :]),
        0,
        1,
        *REFUSED,
        keeps=False,
        writes=("clinic/",),
    )
NO_GUARD = "".join(
    f"DROP TRIGGER IF EXISTS {name};"
    for name in ("journal_no_update", "journal_no_delete", "journal_no_replace")
)
BACKUPS.add(
    "an amount changed",
    sql("UPDATE claims SET amount_cents = amount_cents + 1 WHERE claim_id = 1"),
    6,
)
BACKUPS.add(
    "a claim gone", sql("PRAGMA foreign_keys = OFF; DELETE FROM claims WHERE claim_id = 1"), 6
)
BACKUPS.add(
    "a trigger that deletes claims",
    sql("CREATE TRIGGER x AFTER INSERT ON journal BEGIN DELETE FROM claims; END"),
    6,
)
BACKUPS.add(
    "a trigger that changes amounts",
    sql("CREATE TRIGGER x AFTER INSERT ON claims BEGIN UPDATE claims SET amount_cents = 0; END"),
    6,
)
BACKUPS.add(
    "a table of its own",
    sql("CREATE TABLE evil (a); INSERT INTO evil VALUES ('x')"),
    0,
    1,
    *REFUSED,
    keeps=False,
    writes=("clinic/",),
)
BACKUPS.add(
    "a table with a name that is SQL",
    sql('CREATE TABLE "x""; DROP TABLE journal; --" (a)'),
    0,
    1,
    *REFUSED,
    keeps=False,
    writes=("clinic/",),
)
BACKUPS.add(
    "a table with commands in its name",
    sql('CREATE TABLE "\x1b[2J\u202e" (a)'),
    0,
    1,
    *REFUSED,
    keeps=False,
    writes=("clinic/",),
)
BACKUPS.add(
    "a view that never ends",
    sql(
        "CREATE VIEW evil AS WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x"
    ),
    0,
    1,
    *REFUSED,
    keeps=False,
    writes=("clinic/",),
)
BACKUPS.add(
    "claims that are a view which never ends",
    sql(
        "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; ALTER TABLE claims RENAME TO held; CREATE VIEW claims AS WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n AS claim_id FROM x"
    ),
    *REFUSED,
)
BACKUPS.add("a table gone", sql("PRAGMA foreign_keys = OFF; DROP TABLE closings"), *REFUSED)
BACKUPS.add("a column gone", sql("ALTER TABLE referrals RENAME COLUMN reason TO other"), *REFUSED)
BACKUPS.add(
    "a trigger of ours gone",
    sql("DROP TRIGGER IF EXISTS journal_no_delete; DROP TRIGGER IF EXISTS journal_delete"),
    0,
    1,
    *REFUSED,
    keeps=False,
    writes=("clinic/",),
)
for version in ("9999", "../../x", "", "\x1b[2J", "0001", "x'; DROP TABLE journal; --"):
    BACKUPS.add(
        f"the schema {version!r}",
        sql("UPDATE alembic_version SET version_num = '" + version.replace("'", "''") + "'"),
        *REFUSED,
    )
BACKUPS.add("no schema", sql("DROP TABLE alembic_version"), 4)
BACKUPS.add(
    "two schemas",
    sql("INSERT INTO alembic_version VALUES ('0001')"),
    0,
    1,
    *REFUSED,
    keeps=False,
    writes=("clinic/",),
)
BACKUPS.add(
    "no entry in the journal",
    sql("DELETE FROM journal_head; UPDATE journal_head SET entries = 0"),
    *REFUSED,
)
BACKUPS.add("a head that tells of less", sql("UPDATE journal_head SET entries = entries - 1"), 6)
BACKUPS.add("a head of text", sql("UPDATE journal_head SET entries = 'many'"), *REFUSED)
BACKUPS.add("another clinic's", sql("SELECT 1"), 0, 1, keeps=False, writes=("clinic/",))
BACKUPS.add("a link to elsewhere", lambda place: ["ledger", "restore", _link(place)], 4)


def _link(place: Place) -> str:
    path = place.data / "linked.db"
    path.symlink_to(place.outside / "secret.csv")
    return str(path)


def manifest(change: Callable[[dict[str, object]], object] | bytes) -> Make:
    """Restore a backup whose manifest says something else."""

    def make(place: Place) -> Sequence[object]:
        made = _backup(place)
        path = Path(f"{made}.json")
        told = json.loads(path.read_bytes())
        new = change if isinstance(change, bytes) else json.dumps(change(told)).encode()
        path.write_bytes(new)
        return ["ledger", "restore", f"{made}.db"]

    return make


for name, content in {
    "empty": b"",
    "no JSON": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"1e999",
    "nothing": b"null",
    "nested deeply": b"[" * 100_000,
    "objects nested deeply": b'{"a":' * 100_000,
    "NaN": b'{"format": NaN}',
    "a number of ten thousand digits": b'{"format": ' + b"9" * 10_000 + b"}",
    "five megabytes": b" " * 5 * 2**20 + b"{}",
}.items():
    MANIFESTS.add(name, manifest(content), 6)
for key in ("sha256", "bytes", "schema", "entries", "head", "rows"):
    for value in (None, -1, "x", "\x1b[2J\u202e", 10**30, {"claims": -1}, ["x"], True):
        MANIFESTS.add(
            f"{key} is {json.dumps(value)[:22]}",
            manifest(lambda told, key=key, value=value: {**told, key: value}),
            4,
            6,
        )
for key in ("file", "made_by", "reason", "tool"):
    for value in ("../../outside/secret.csv", "\x1b[2J\u202e", "x" * 99_999, "=1+1"):
        MANIFESTS.add(
            f"{key} is {value[:22]!r}",
            manifest(lambda told, key=key, value=value: {**told, key: value}),
            0,
            1,
            6,
            keeps=False,
            writes=("clinic/",),
        )
for key in ("sha256", "rows", "format"):
    MANIFESTS.add(
        f"{key} is missing",
        manifest(lambda told, key=key: {k: v for k, v in told.items() if k != key}),
        6,
    )


def facts(change: Callable[[Place, dict[str, object]], object]) -> Make:
    """Ask patterns of a folder of facts that was changed."""

    def make(place: Place) -> Sequence[object]:
        out = place.data / "facts"
        said = call(
            ["--workspace", str(place.clinic.workspace), "audit", "facts", "--out", str(out)]
        )
        assert said.code in {0, 1}, said.all
        told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        new = change(place, told)
        written = new if isinstance(new, bytes) else json.dumps(new).encode()
        (out / "manifest.json").write_bytes(written)
        return ["audit", "patterns", "--engine", "duckdb", "--facts", out]

    return make


def file_is(**changes: object) -> Make:
    """Say something else of the first file."""

    def change(_place: Place, told: dict[str, object]) -> object:
        first, *rest = told["files"]  # type: ignore[misc]
        return {**told, "files": [{**first, **changes}, *rest]}

    return facts(change)


for path in (
    "../../outside/secret.csv",
    "/etc/passwd",
    "C:\\x",
    "month=2026-10/../../../outside/secret.csv",
    "",
    "month=2026-10/claims.parquet\0",
    "http://elsewhere.example/x.parquet",
    "month=*/claims.parquet",
    5,
    None,
    ["x"],
):
    FACTS.add(f"a file at {str(path)[:24]!r}", file_is(path=path), 4)
for key, value in (
    ("sha256", None),
    ("sha256", 5),
    ("rows", "x"),
    ("bytes", None),
    ("month", "../.."),
    ("amount_cents", 1e300),
    ("extra", 1),
):
    FACTS.add(f"{key} is {value!r}", file_is(**{key: value}), 4)
FACTS.add("another hash", file_is(sha256="0" * 64), 6)
for name, content in {
    "empty": b"",
    "nested deeply": b"[" * 100_000,
    "a list": b"[]",
    "no UTF-8": b"\xff\xfe",
    "five megabytes": b" " * 5 * 2**20,
}.items():
    FACTS.add(f"a manifest: {name}", facts(lambda _place, _told, content=content: content), 4)
FACTS.add("columns of another version", facts(lambda _place, told: {**told, "columns": []}), 4)
FACTS.add(
    "columns that are no columns", facts(lambda _place, told: {**told, "columns": [1, None]}), 4
)


def parquet(make_file: str) -> Make:
    """Put another file in the place of a month's, and its hash into the manifest."""

    def change(place: Place, told: dict[str, object]) -> object:
        import hashlib

        import duckdb

        first, *rest = told["files"]  # type: ignore[misc]
        path = place.data / "facts" / first["path"]
        if make_file.startswith("SELECT"):
            path.unlink()
            duckdb.connect().execute(
                f"COPY ({make_file.replace('HERE', str(path))}) TO '{path}' (FORMAT parquet)"
            )
        else:
            path.write_bytes(make_file.encode("latin-1"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return {**told, "files": [{**first, "sha256": digest}, *rest]}

    return facts(change)


FACTS.add("a file with one column", parquet("SELECT 1 AS claim_id"), 4)
FACTS.add(
    "a file with texts for numbers", parquet("SELECT 'x' AS claim_id, 'y' AS practitioner"), 4
)
FACTS.add("a file that is text", parquet("claim_id,practitioner\n1,2\n"), 4)
FACTS.add("a file that is empty", parquet(""), 4)
FACTS.add("a file that only begins and ends right", parquet("PAR1" + "\xff" * 99 + "PAR1"), 4)
FACTS.add("a file whose end lies", parquet("PAR1\xff\xff\xff\x7fPAR1"), 4)
