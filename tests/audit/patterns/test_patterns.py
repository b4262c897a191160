"""Pattern files: the shipped ones, an auditor's own, and every fault by file and line."""

import re
from pathlib import Path

import pytest
from databases import SERVER
from helpers import Clinic
from made_up_facts import ITEMS, facts, store

from tpi_billing.audit.patterns.collection import all_patterns, chosen, item_words
from tpi_billing.audit.patterns.pattern import parse, shipped_patterns
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.statements import faults, split
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConfigurationError, UsageError
from tpi_billing.ledger.facts import ledger_facts

from .asking import OCTOBER, SHIPPED

OWN = """\
-- id: late-starts
-- title: Visits that begin late
-- kind: cases
-- detail: minute of the day
-- parameters: overlap_minutes
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: visits after
--   eight in the evening.
-- why: the clinic is closed.
-- source: the clinic's hours
SELECT practitioner, month, claim_id AS case_key, claim_id, start_minute AS detail
FROM claim_facts
WHERE start_minute > 1200
"""
MEASURE = """\
-- id: own-measure
-- title: Claims a day
-- kind: measure
-- unit: claims a day
-- form: count
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: claims.
-- why: to know.
-- source: nobody
SELECT practitioner, 'all' AS period, COUNT(*) AS numerator, COUNT(*) AS denominator
FROM claim_facts GROUP BY practitioner;
SELECT practitioner, claim_id FROM claim_facts;
"""
_OTHER_ENGINES = re.compile(
    r"julianday|strftime|date_|::|\bilike\b|json|->|\bqualify\b|limit\s+\d|autoincrement|ifnull"
    r"|\bnow\(|interval\s+'|\|\||grouping sets|\bfilter\s*\(|\bgroups\b",
    re.IGNORECASE,
)


def test_every_pattern_that_is_promised_is_there() -> None:
    assert set(SHIPPED) == {
        "services-per-day", "services-per-patient", "cost-per-patient", "sessions-per-patient",
        "short-intervals", "multiple-share", "blocks-with-trigger-points",
        "visits-with-procedures", "repeat-consultations", "many-visits", "overlapping-times",
        "same-day-duplicates", "mva-use", "no-referral", "unsigned-record", "note-copies",
        "changed-after-billing",
    }  # fmt: skip


@pytest.mark.parametrize("pattern", shipped_patterns(), ids=lambda one: one.id)
def test_a_shipped_pattern_is_short_plain_and_explained(pattern: object) -> None:
    one = SHIPPED[getattr(pattern, "id")]  # noqa: B009
    assert len(one.text.splitlines()) <= 65
    assert max(map(len, one.text.splitlines())) <= 100
    body = "\n".join(statement.text for statement in one.statements)
    assert not _OTHER_ENGINES.search(body)
    assert one.looks_for.endswith(".")
    assert one.why.endswith(".")
    assert Thresholds.load().reason(one)


def test_an_own_pattern_is_read_like_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "late-starts.sql").write_text(OWN, encoding="utf-8")
    (tmp_path / "own-measure.sql").write_text(MEASURE, encoding="utf-8-sig")
    *shipped, late, measure = all_patterns(tmp_path)
    assert len(shipped) == len(SHIPPED)
    assert (late.id, late.kind, late.shipped) == ("late-starts", "cases", False)
    assert late.looks_for == "visits after eight in the evening."
    assert late.parameters == ("overlap_minutes",)
    assert [statement.line for statement in late.statements] == [11]
    assert (measure.unit, measure.form) == ("claims a day", "count")
    assert [statement.line for statement in measure.statements] == [11, 13]


def told(text: str, file: str = "late-starts.sql") -> list[tuple[int | None, str]]:
    with pytest.raises(ConfigurationError) as raised:
        parse(text, file, shipped=False)
    assert {trouble.file for trouble in raised.value.troubles} == {file}
    return [(trouble.row, trouble.message) for trouble in raised.value.troubles]


@pytest.mark.parametrize("key", ["title", "kind", "columns", "why", "source", "looks for"])
def test_a_header_line_that_is_missing_is_named(key: str) -> None:
    text = "\n".join(line for line in OWN.splitlines() if not line.startswith(f"-- {key}:"))
    found = told(text)
    assert (1, f'The header has no line "-- {key}: ...".') in found


@pytest.mark.parametrize(
    ("old", "new", "row", "message"),
    [
        ("-- id: late-starts", "-- id: other", 1, "The id 'other' is not the file's name"),
        ("-- kind: cases", "-- kind: case", 3, "There is no kind 'case'."),
        ("-- source:", "-- sauce:", 10, 'The header of kind cases knows no line "sauce".'),
        ("overlap_minutes", "Overlap minutes", 5, "'Overlap minutes' is no name"),
        ("-- columns: practitioner, ", "-- columns: ", 6, 'The line "columns" does not name'),
        ("SELECT practitioner", "DELETE", 11, "A statement does not begin with SELECT or WITH."),
        ("SELECT practitioner", "(SELECT practitioner", 11, "A statement does not begin with"),
        ("WHERE start", "; DROP TABLE claims; --", 13, "A statement does not begin with"),
        ("FROM claim_facts", "INTO copies\nFROM claim_facts", 12, "INTO is not allowed"),
        ("FROM claim_facts", "FROM (delete FROM claims)", 12, "DELETE is not allowed"),
        ("WHERE start", "WHERE 'start", 13, "A quotation mark or a remark is not closed."),
        ("WHERE start", "/* WHERE start", 13, "A quotation mark or a remark is not closed."),
        ("> 1200", "> 1200; SELECT 1", 11, "A pattern of kind cases has one statement and"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, row: int, message: str) -> None:
    found = told(OWN.replace(old, new, 1))
    assert any(line == row and said.startswith(message) for line, said in found), found


def test_a_measure_has_two_statements() -> None:
    only = MEASURE[: MEASURE.index("SELECT practitioner, claim_id")]
    ((_, message),) = told(only, "own-measure.sql")
    assert message.endswith("two statements, the figures and the claims, and this file has 1.")


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "late-starts.sql").write_text(OWN.replace("cases", "none", 1), encoding="utf-8")
    (tmp_path / "no-referral.sql").write_text(
        OWN.replace("late-starts", "no-referral"), encoding="utf-8"
    )
    (tmp_path / "own-measure.sql").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError) as raised:
        all_patterns(tmp_path)
    assert [Path(trouble.file).name for trouble in raised.value.troubles] == [
        "late-starts.sql", "no-referral.sql", "own-measure.sql",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", []),
        ("-- only a remark; with a semicolon\n", []),
        (" \n;;\n", []),
        ("SELECT 1", [("SELECT 1", 1)]),
        ("-- a\n\nSELECT ';' ;\n/* b; */ SELECT 2;", [("SELECT ';'", 3), ("SELECT 2", 4)]),
        ('SELECT "a;b" -- c;\n, 1', [('SELECT "a;b" -- c;\n, 1', 1)]),
        ("SELECT 'it''s; fine'", [("SELECT 'it''s; fine'", 1)]),
    ],
)
def test_statements_are_parted_at_semicolons(text: str, statements: list[tuple[str, int]]) -> None:
    assert [(each.text, each.line) for each in split(text)] == statements


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'drop table claims' AS words",
        "SELECT 1 -- delete everything\n",
        'SELECT 1 AS "update"',
        "WITH deleted AS (SELECT 1 AS created) SELECT created FROM deleted",
        "select replace('a', 'b', 'c')",
    ],
)
def test_words_that_only_look_like_a_change_are_allowed(text: str) -> None:
    assert list(faults(text)) == []


def no_column(name: str) -> str:
    """What the ledger's database says of a column that is not there."""
    return f'column "{name}" does not exist' if SERVER else f"no such column: {name}"


NO_TABLE = 'relation "claims" does not exist' if SERVER else "something else"


@pytest.mark.parametrize(
    ("old", "new", "row", "message"),
    [
        ("start_minute > 1200", "beginning > 1200", 13, no_column("beginning")),
        ("FROM claim_facts", "FROM claim_facts JOIN claims USING (claim_id)", 12, NO_TABLE),
        ("FROM claim_facts", "FORM claim_facts", 12, "syntax error"),
        ("start_minute AS detail", "NULL AS detail", 11, "column detail holds no whole number"),
        ("start_minute AS detail", "'x' AS detail", 11, "column detail holds no whole number"),
        ("start_minute AS detail", "start_minute + 0.5 AS detail", 11, "no whole number"),
        ("claim_id, start_minute AS detail", "claim_id", 11, no_column("detail")),
        ("SELECT practitioner", "SELECT 1 AS practitioner", 11, "practitioner holds no text"),
        ("> 1200", "> overlap_minute", 13, no_column("overlap_minute")),
    ],
)  # fmt: skip
def test_what_the_database_does_not_take_is_told_with_its_line(
    clinic: Clinic, old: str, new: str, row: int, message: str
) -> None:
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, facts({"start_minute": 1230, "end_minute": 1240}))
    pattern = parse(OWN.replace(old, new, 1), "late-starts.sql", shipped=False)
    with ledger_facts(clinic.ledger, ITEMS) as found, pytest.raises(ConfigurationError) as raised:
        list(run(found, [pattern], Thresholds.load(), OCTOBER))
    (trouble,) = raised.value.troubles
    assert (trouble.file, trouble.row) == ("late-starts.sql", row)
    assert message in trouble.message


def test_patterns_are_chosen_by_their_ids() -> None:
    every = shipped_patterns()
    assert chosen(every, []) == every
    assert [one.id for one in chosen(every, ["mva-use", "many-visits", "mva-use"])] == [
        "mva-use", "many-visits",
    ]  # fmt: skip
    with pytest.raises(UsageError) as raised:
        chosen(every, ["mva-usage"])
    assert "mva-use" in raised.value.troubles[0].hint


def test_the_kinds_of_the_items_are_those_of_the_fee_rules(book: CodeBook) -> None:
    words = item_words(book)
    assert words["01157"].kind == "trigger-point"
    assert words["01125"].kind == "block"
    assert (words["00100"].kind, words["00100"].counts_daily) == ("visit", True)
    assert (words["13437"].kind, words["13437"].counts_daily) == ("visit", False)
    assert (words["00110"].kind, words["00110"].counts_daily) == ("consultation", False)
