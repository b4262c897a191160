"""Patterns of a workspace that want more than the facts: each is refused, and nothing is read."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

from collections.abc import Sequence

from .case import Make, Table
from .place import Place

ENDLESS = """WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT 3 - n FROM e)
SELECT practitioner, month, claim_id AS case_key, claim_id, 1 AS detail
FROM claim_facts WHERE claim_id < (SELECT COUNT(*) FROM e)"""
SOON = b'[time]\nreason = "Nobody waits."\nminutes_a_pattern = "0.01"\n'
SQLITE = Table("pattern put to SQLite")
DUCKDB = Table("pattern put to DuckDB")
TEXTS = Table("text of a pattern")

HEAD = """-- id: own-pattern
-- title: One of our own
-- kind: cases
-- detail: cents
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: something
-- why: because
-- source: us
"""


def pattern(text: str | bytes, *more: object, name: str = "own-pattern.sql") -> Make:
    """Put this pattern to the ledger."""

    def make(place: Place) -> Sequence[object]:
        folder = place.clinic.workspace / "patterns"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return ["audit", "patterns", "--only", "own-pattern", *more]

    return make


def read(source: str, *more: object) -> Make:
    """Read something else than the facts."""
    said = f"SELECT '99001' AS practitioner, '2026-10' AS month, 1 AS case_key, 1 AS claim_id, 1 AS detail FROM {source}"
    return pattern(HEAD + said, *more)


def value(expression: str, *more: object) -> Make:
    """Work something out."""
    said = f"SELECT '99001' AS practitioner, '2026-10' AS month, {expression} AS case_key, 1 AS claim_id, 1 AS detail FROM claim_facts"
    return pattern(HEAD + said, *more)


for what in (
    *(
        "sessions",
        "main.sessions",
        "journal",
        "sqlite_master",
        "main.sqlite_schema",
        "temp.sqlite_temp_master",
    ),
    *(
        "pragma_table_info('claims')",
        "pragma_database_list",
        "claims, claim_facts",
        "(SELECT * FROM referrals)",
    ),
    *("claim_facts JOIN sessions USING (session_key)", "'/etc/passwd'", "dbstat", "sqlite_dbpage"),
    *("json_each((SELECT content FROM sessions LIMIT 1))", "generate_series(1, 9)", "fts5_vocab"),
):
    SQLITE.add(f"reads {what}", read(what), 3)
for what in (
    *(
        "readfile('/etc/passwd')",
        "writefile('x', 'y')",
        "load_extension('x')",
        "edit('x')",
        "fts3_tokenizer('simple')",
    ),
    *(
        "(SELECT content FROM sessions LIMIT 1)",
        "(SELECT sql FROM sqlite_master LIMIT 1)",
        "randomblob(1500000000)",
    ),
    *(
        "zeroblob(2000000000)",
        "printf('%.*c', 999999999, 'x')",
        "hex(zeroblob(999999999))",
        "replace(hex(zeroblob(9999999)), '0', hex(zeroblob(99999)))",
    ),
    *("'text'", "NULL", "1e999", "abs(-9223372036854775808)"),
):
    SQLITE.add(f"works out {what[:44]}", value(what), 0, 1, 3, keeps=True)


def endless(make: Make) -> Make:
    """Give what never ends little time."""

    def given(place: Place) -> Sequence[object]:
        words = make(place)
        (place.clinic.workspace / "patterns" / "thresholds.toml").write_bytes(SOON)
        return words

    return given


SQLITE.add("never ends", endless(pattern(HEAD + ENDLESS)), 3, says="did not end within 0.01")
for what in (
    *(
        "ATTACH 'x.db' AS x",
        "PRAGMA writable_schema = 1",
        "DELETE FROM sessions",
        "UPDATE claims SET paid_cents = 0",
    ),
    *(
        "INSERT INTO sessions DEFAULT VALUES",
        "DROP TABLE journal",
        "CREATE TABLE x (a)",
        "VACUUM INTO 'x.db'",
    ),
    *(
        "REINDEX",
        "ANALYZE",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT x",
        "COPY claims TO 'x.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
    ),
    *(
        "SET memory_limit = '1TB'",
        "CALL pragma_version()",
        "EXPORT DATABASE 'x'",
        "IMPORT DATABASE 'x'",
        "EXPLAIN SELECT 1",
    ),
    *(
        "VALUES (1)",
        "TABLE sessions",
        "FROM claim_facts",
        "WITH x AS (SELECT 1) DELETE FROM sessions",
        "SELECT 1 INTO x",
    ),
    *(
        "REPLACE INTO sessions DEFAULT VALUES",
        "DETACH main",
        "SELECT * FROM (DELETE FROM sessions RETURNING *)",
    ),
):
    TEXTS.add(f"says {what}", pattern(HEAD + what), 3)
GOOD = "SELECT practitioner, month, claim_id AS case_key, claim_id, 1 AS detail FROM claim_facts"
TEXTS.add("two statements", pattern(f"{HEAD}{GOOD};\n{GOOD}"), 3, says="one statement")
TEXTS.add(
    "a second statement behind a remark", pattern(f"{HEAD}{GOOD} -- ;\n; DROP TABLE journal"), 3
)
TEXTS.add(
    "a bracket that closes ours",
    pattern(f"{HEAD}{GOOD}) AS found; DELETE FROM journal; SELECT (1"),
    3,
)
TEXTS.add(
    "a bracket that closes ours, read only",
    pattern(
        f"{HEAD}{GOOD}) AS found UNION ALL SELECT 1, 2, 3, 4, 5 FROM (SELECT content FROM sessions"
    ),
    3,
)
TEXTS.add("a quotation mark never closed", pattern(f"{HEAD}{GOOD} WHERE 'x"), 3, says="not closed")
TEXTS.add("a remark never closed", pattern(f"{HEAD}{GOOD} /* x"), 3, says="not closed")
TEXTS.add("thirty thousand remarks never closed", pattern(HEAD + GOOD + "/*" * 30_000), 3)
TEXTS.add("thirty thousand quotation marks", pattern(HEAD + GOOD + "'" * 30_001), 3)
TEXTS.add("a hundred kilobytes", pattern(HEAD + GOOD + " " * 100_000), 3, says="kilobytes")
TEXTS.add(
    "brackets within brackets",
    pattern(HEAD + "SELECT " + "(" * 9_999 + "1" + ")" * 9_999 + " FROM claim_facts"),
    3,
)
TEXTS.add(
    "sums of ten thousand", pattern(HEAD + "SELECT 1" + "+1" * 9_999 + " FROM claim_facts"), 3
)
TEXTS.add(
    "columns without an end",
    pattern(HEAD + "SELECT " + ",".join(["1"] * 9_999) + " FROM claim_facts"),
    3,
)
TEXTS.add("zero bytes", pattern(HEAD.encode() + GOOD.encode() + b"\0"), 3)
TEXTS.add("bytes of no UTF-8", pattern(HEAD.encode() + b"\xff" + GOOD.encode()), 3)
TEXTS.add("no header", pattern(GOOD), 3, says="header")
TEXTS.add("an id that is a path", pattern(HEAD.replace("own-pattern", "../../x") + GOOD), 3)
TEXTS.add(
    "the id of a shipped one",
    pattern(HEAD.replace("own-pattern", "no-referral") + GOOD, name="no-referral.sql"),
    3,
)
TEXTS.add(
    "a title with commands",
    pattern(HEAD.replace("One of our own", "\x1b[2J\u202e") + GOOD),
    0,
    1,
    3,
    keeps=True,
)
TEXTS.add(
    "a title that is a formula",
    pattern(HEAD.replace("One of our own", "=1+1") + GOOD),
    0,
    1,
    3,
    keeps=True,
)
TEXTS.add(
    "a parameter that is SQL", pattern(HEAD + "-- parameters: 1; DROP TABLE journal\n" + GOOD), 3
)


def facts(*words: object) -> list[object]:
    return ["--engine", "duckdb", "--facts", "FACTS", *words]


def duck(make: Make) -> Make:
    """Put it to DuckDB, on the facts of the ledger in files."""

    def given(place: Place) -> Sequence[object]:
        from end_to_end.clinic import call

        out = place.data / "facts"
        said = call(
            ["--workspace", str(place.clinic.workspace), "audit", "facts", "--out", str(out)]
        )
        assert said.code in {0, 1}, said.all
        return [*make(place), "--engine", "duckdb", "--facts", out]

    return given


_ELSEWHERE = (
    *(
        "read_csv('/etc/passwd')",
        "read_text('../outside/secret.csv')",
        "read_blob('/etc/passwd')",
        "glob('/*')",
    ),
    *(
        "'/etc/passwd'",
        "'../outside/secret.csv'",
        "read_parquet('/tmp/*.parquet')",
        "parquet_metadata('/tmp/x.parquet')",
    ),
    *(
        "sniff_csv('/etc/passwd')",
        "read_json('/etc/passwd')",
        "sqlite_scan('ledger.db', 'sessions')",
    ),
    *(
        "read_csv('http://elsewhere.example/x.csv')",
        "'s3://bucket/x.parquet'",
        "'https://elsewhere.example/x.parquet'",
    ),
    *("postgres_scan('', '', '')", "parquet_schema('/etc/passwd')", "read_ndjson('/etc/passwd')"),
)
for what in _ELSEWHERE:
    DUCKDB.add(f"reads {what}", duck(read(what)), 3)
for what in (
    *(
        "duckdb_settings()",
        "duckdb_secrets()",
        "duckdb_databases()",
        "pragma_database_list",
        "duckdb_extensions()",
    ),
    *(
        "query('SELECT 1')",
        "query_table('claim_facts')",
        "information_schema.tables",
        "pragma_table_info('claim_facts')",
    ),
):
    DUCKDB.add(f"reads {what}", duck(read(what)), 0, 1, 3, keeps=True)
for what in (
    "getenv('HOME')",
    "current_setting('temp_directory')",
    "'x'",
    "NULL",
    "1e400",
    "1/0",
    "99999999999999999999999999999999999999999",
    "repeat('x', 999999)",
    "(SELECT content FROM read_text('../outside/secret.csv'))",
    "getvariable('x')",
    "write_log('x')",
):
    DUCKDB.add(f"works out {what[:40]}", duck(value(what)), 0, 1, 3, 4, keeps=True)
DUCKDB.add("never ends", duck(endless(pattern(HEAD + ENDLESS))), 3, says="did not end within 0.01")
