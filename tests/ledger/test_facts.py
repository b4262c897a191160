"""`claim_facts`: what it says of a claim, on each engine, and that nothing else can be read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from databases import database_of
from helpers import Clinic, made_up_phn, visit
from made_up_facts import ITEMS, day, fact, facts, store

from tpi_billing.audit.patterns.collection import item_words
from tpi_billing.demo.trouble import BUSY, MISUSE, clinic_facts, habits
from tpi_billing.intake.cells import yes_or_no
from tpi_billing.ledger import open_ledger, schema
from tpi_billing.ledger.facts import (
    FACT_COLUMNS,
    FACT_NAMES,
    Facts,
    facts_of,
    ledger_facts,
    take_facts,
)
from tpi_billing.ledger.facts_view import YES
from tpi_billing.ledger.pattern_guard import PatternSqlError

SERVER = os.environ.get("TPI_TEST_POSTGRESQL", "")
ALL = "SELECT * FROM claim_facts CROSS JOIN parameters"
WORDS = {"integer": int, "text": str}


def every(found: Facts) -> list[tuple[Any, ...]]:
    return list(found.rows(ALL, FACT_NAMES, {"one": 1}))


def test_a_column_says_what_it_holds() -> None:
    assert len(FACT_NAMES) == len(set(FACT_NAMES))
    assert all(column.meaning.endswith(".") for column in FACT_COLUMNS)


def made_up_clinic(seed: int) -> list[tuple[Any, ...]]:
    """Return a month of three practitioners with trouble of every kind."""
    random = Random(seed)
    changes: dict[str, Any] = {}
    for kind in MISUSE.values():
        changes |= kind
    people = {"99001": habits(random), "99002": habits(random, **BUSY)}
    return list(
        clinic_facts(random, {**people, "99003": habits(random, **changes)}, date(2026, 9, 1), 1)
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_told_of_a_ledgers_claims_is_what_is_in_its_tables(
    clinic: Clinic, seed: int
) -> None:
    rows = made_up_clinic(seed)
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, rows)
    with ledger_facts(clinic.ledger, ITEMS) as found:
        assert every(found) == sorted(rows)


@contextmanager
def server_facts(rows: list[tuple[Any, ...]]) -> Iterator[Facts]:
    """Give the facts of a PostgreSQL ledger in a schema of its own that is never kept."""
    engine = sa.create_engine(SERVER)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA made_up_ledger")
        connection.exec_driver_sql("SET LOCAL search_path = made_up_ledger")
        schema.metadata.create_all(connection)
        store(connection, rows)
        yield take_facts(connection, "T9999", ITEMS)
        connection.rollback()
    engine.dispose()


@pytest.mark.skipif(not SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server")
@pytest.mark.parametrize("seed", [1, 2])
def test_postgresql_tells_the_same(seed: int) -> None:
    rows = made_up_clinic(seed)
    with server_facts(rows) as found:
        assert every(found) == sorted(rows)


@pytest.mark.skipif(not SERVER, reason="TPI_TEST_POSTGRESQL names no PostgreSQL server")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 AS claim_id FROM made_up_ledger.claims",
        'SELECT 1 AS claim_id FROM "made_up_ledger" . claims',
        "SELECT claim_id FROM claims",
        "SELECT 1 AS claim_id FROM pg_catalog.pg_user",
        "INSERT INTO claim_facts (claim_id) VALUES (1) RETURNING claim_id",
        "SELECT claim_id FROM claim_fact",
        "SELECT 1 AS claim_id FROM made_up_ledger/* a remark */.claims",
        "SELECT 1 AS claim_id FROM made_up_ledger--\r.claims",
        'SELECT 1 AS claim_id FROM U&"m\\0061de_up_ledger".claims',
        "SELECT XMLSERIALIZE(CONTENT query_to_xml('SELECT 1', true, true, '') AS text) AS claim_id",
        "SELECT CAST(table_to_xml('pg_class', true, true, '') AS text) AS claim_id",
        "SELECT 1 AS claim_id FROM ts_stat('SELECT NULL::tsvector')",
        "SELECT set_config('search_path', 'made_up_ledger', true) AS claim_id FROM claim_facts",
    ],
)
def test_a_pattern_reads_nothing_else_on_postgresql(statement: str) -> None:
    with server_facts(facts({})) as found, pytest.raises(PatternSqlError):
        list(found.rows(statement, ("claim_id",), {"one": 1}))


@pytest.mark.parametrize(
    ("table", "changes", "column", "value"),
    [
        ("sessions", {"content": '{"chart_signed": "YES "}'}, "chart_signed", 1),
        ("sessions", {"content": '{"chart_signed": "1"}'}, "chart_signed", 1),
        ("sessions", {"content": '{"chart_signed": "no"}'}, "chart_signed", 0),
        ("sessions", {"content": "{}"}, "chart_signed", 0),
        ("sessions", {"content": "{}"}, "sites", 0),
        ("sessions", {"content": '{"trigger_point_sites": "left trapezius"}'}, "sites", 1),
        ("sessions", {"content": '{"trigger_point_sites": "a; b;"}'}, "sites", 2),
        ("sessions", {"content": '{"nerve_block_sites": "occipital"}'}, "block_given", 1),
        ("sessions", {"content": '{"note": "  seen "}'}, "note_length", 4),
        ("sessions", {"content": '{"note": "  "}'}, "note_key", 0),
        ("sessions", {"content": '{"note": "seen"}'}, "note_key", 1),
        ("sessions", {"pending": ""}, "changed_after_billing", 0),
        ("sessions", {"pending": "{}"}, "changed_after_billing", 1),
        ("claims", {"referral_number": "00000"}, "referral_given", 0),
        ("claims", {"referral_number": ""}, "referral_given", 0),
        ("claims", {"referral_number": "99957"}, "referral_given", 1),
        ("claims", {"service_date": "1970-01-01"}, "service_day", 0),
        ("claims", {"service_date": "2024-02-29"}, "service_day", 19_782),
        ("claims", {"service_date": "2026-12-31"}, "month", "2026-12"),
        ("claims", {"start_time": "00:00"}, "start_minute", 0),
        ("claims", {"end_time": "23:59"}, "end_minute", 1439),
        ("claims", {"end_time": None}, "end_minute", None),
        ("claims", {"diagnoses": "[]"}, "diagnosis", ""),
        ("claims", {"fee_item": "99999"}, "item_kind", "other"),
        ("claims", {"fee_item": "00100"}, "counts_daily", 1),
        ("claims", {"fee_item": "00110"}, "counts_daily", 0),
        ("claims", {"predecessor": 7}, "predecessor", 7),
        ("claims", {"paid_cents": 0}, "paid_cents", 0),
    ],
)
def test_a_column_is_told_as_it_is_documented(
    clinic: Clinic, table: str, changes: dict[str, Any], column: str, value: object
) -> None:
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, [fact()])
        transaction.connection.execute(sa.update(schema.metadata.tables[table]).values(changes))
    with ledger_facts(clinic.ledger, ITEMS) as found:
        (row,) = every(found)
    assert row[FACT_NAMES.index(column)] == value


def test_days_are_counted_from_1970() -> None:
    # 1970 to 2023 are 54 years with 13 leap days (1972 to 2020); 31 January and 28 February days.
    assert 54 * 365 + 13 + 31 + 28 == day("2024-02-29") == 19_782


def test_the_words_for_a_signed_chart_are_those_of_an_import() -> None:
    assert all(yes_or_no(word) for word in YES)


def test_void_claims_and_other_clinics_are_left_out(clinic: Clinic) -> None:
    rows = facts({}, {"state": "void"}, {"data_centre": "T1111"}, {})
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, rows)
    with ledger_facts(clinic.ledger, ITEMS) as found:
        assert every(found) == [rows[0], rows[3]]


def test_an_answer_and_a_correction_are_told(clinic: Clinic) -> None:
    with clinic.ledger.changing("test") as transaction:
        connection = transaction.connection
        store(connection, facts({}, {}))
        for table, values in (
            (schema.remittance_files, {"imported_at": "2026-11-20T10:00:00Z"}),
            (schema.remittance_lines, {"standing": "applied", "payment_date": None}),
            (
                schema.remittance_lines,
                {"line_id": 2, "ordinal": 2, "standing": "applied", "payment_date": "2026-11-12"},
            ),
            (
                schema.remittance_lines,
                {"line_id": 3, "ordinal": 3, "standing": "kept", "payment_date": "2026-10-29"},
            ),
            (schema.amendments, {"claim_id": 2, "kind": "correct"}),
        ):
            row = {c.name: 1 if isinstance(c.type, sa.Integer) else "" for c in table.c}
            connection.execute(sa.insert(table), {**row, **values})
    with ledger_facts(clinic.ledger, ITEMS) as found:
        first, second = every(found)
    # Of both applied lines the earlier day: 12 November is 30 days after 13 October (20739).
    assert first[FACT_NAMES.index("answered_day")] == 20_739 + 30
    assert second[FACT_NAMES.index("answered_day")] is None
    assert first[FACT_NAMES.index("changed_after_billing")] == 0
    assert second[FACT_NAMES.index("changed_after_billing")] == 1


@pytest.mark.parametrize("state", ["void", "paid"])
def test_a_patient_is_known_by_the_first_claim_alone(clinic: Clinic, state: str) -> None:
    """Nothing of a health number is in it; a claim that was voided was never the first."""
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, facts({"patient": 1, "state": state}, {"patient": 1}))
    with ledger_facts(clinic.ledger, ITEMS) as found:
        patients = {row[FACT_NAMES.index("patient")] for row in every(found)}
    assert patients == ({2} if state == "void" else {1})


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT phn AS claim_id FROM claims",
        "SELECT c.phn AS claim_id FROM main.claims c",
        "SELECT f.claim_id FROM claim_facts f, sessions s",
        "SELECT f.claim_id FROM claim_facts f JOIN claims USING (claim_id)",
        "SELECT COUNT(*) AS claim_id FROM sessions",
        "SELECT sql AS claim_id FROM sqlite_master",
        "SELECT claim_id FROM (SELECT content AS claim_id FROM journal)",
        "SELECT name AS claim_id FROM pragma_table_info('claims')",
        "SELECT claim_id FROM claim_fact",
        "SELECT claim FROM claim_facts",
        "SELECT claim_id FORM claim_facts",
        "DELETE FROM claim_facts",
        "SELECT claim_id FROM claim_facts) AS x; DROP TABLE claim_facts; --",
    ],
)
def test_a_pattern_reads_nothing_else(clinic: Clinic, statement: str) -> None:
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, facts({}))
    with ledger_facts(clinic.ledger, ITEMS) as found:
        with pytest.raises(PatternSqlError):
            list(found.rows(statement, ("claim_id",), {"one": 1}))
        assert len(every(found)) == 1


def test_what_was_imported_and_billed_is_told_without_a_patients_data(clinic: Clinic) -> None:
    """Noor Okanese, born 1975-03-02, is nowhere in it; what was done to her is."""
    block = {"nerve_block_sites": "left greater occipital", "block_distance_cm": "80"}
    note = {"note": "Second course after a fall, better than in spring."}
    clinic.bring(visit("V1"), visit("V2", 2, service_date="2026-10-14", **block, **note))
    clinic.billed()
    with ledger_facts(clinic.ledger, item_words(clinic.codes)) as found:
        told = [dict(zip(FACT_NAMES, row, strict=True)) for row in every(found)]
    kinds = [(row["fee_item"], row["item_kind"], row["percent"]) for row in told]
    # Points and a single block more than 60 cm apart: 77.92 in full, and 65.62 at 50%.
    assert sorted(kinds) == [
        ("01124", "block", 50),
        ("01157", "trigger-point", 100),
        ("01157", "trigger-point", 100),
    ]
    assert [row["service_day"] for row in told] == [20_739, 20_740, 20_740]
    assert [row["start_minute"] for row in told] == [540, 555, 555]
    assert [row["patient"] for row in told] == [1, 2, 2]
    assert [row["block_given"] for row in told] == [0, 1, 1]
    assert [row["sites"] for row in told] == [4, 4, 4]
    assert [row["note_key"] for row in told] == [0, 2, 2]
    assert [row["note_length"] for row in told] == [0, 50, 50]
    assert {(row["chart_signed"], row["referral_number"]) for row in told} == {(1, "35546")}
    everything = repr(told).casefold()
    for secret in (made_up_phn(1), made_up_phn(2), "noor", "okanese", "1975", "hollis", "c0000"):
        assert secret not in everything


def test_a_pattern_may_name_its_own_parts(clinic: Clinic) -> None:
    statement = """
        WITH seen AS (SELECT claim_id FROM claim_facts), many AS (SELECT COUNT(*) AS n FROM seen)
        SELECT n AS claim_id FROM many CROSS JOIN parameters
    """
    with ledger_facts(clinic.ledger, ITEMS) as found:
        assert list(found.rows(statement, ("claim_id",), {"one": 1})) == [(0,)]


def test_an_auditor_who_may_only_read_is_told_the_same(clinic: Clinic) -> None:
    rows = facts({}, {"practitioner": "99002"})
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, rows)
    looking = open_ledger(database_of(clinic.folder), clinic.folder, "T9999", read_only=True)
    with ledger_facts(looking, ITEMS) as found:
        assert every(found) == rows
    looking.close()


def test_the_ledger_is_not_written(clinic: Clinic, tmp_path: Path) -> None:
    before = clinic.snapshot()
    with ledger_facts(clinic.ledger, ITEMS) as found:
        assert every(found) == []
    assert clinic.snapshot() == before


def test_facts_may_come_from_elsewhere() -> None:
    rows = facts({}, {"practitioner": "99002"})
    with facts_of(iter(rows)) as found:
        assert every(found) == rows
        assert found.days() == (20_739, 20_739)
        assert found.claims_by_month(20_739, 20_739) == [
            ("99001", "2026-10", 1),
            ("99002", "2026-10", 1),
        ]
        assert found.claims_by_month(20_740, 20_740) == []


def test_values_are_whole_numbers_and_text(clinic: Clinic) -> None:
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, made_up_clinic(3))
    with ledger_facts(clinic.ledger, ITEMS) as found:
        for row in every(found):
            for column, value in zip(FACT_COLUMNS, row, strict=True):
                kinds = (
                    (WORDS[column.kind], type(None)) if column.may_be_null else WORDS[column.kind]
                )
                assert isinstance(value, kinds), column.name
