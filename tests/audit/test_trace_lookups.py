"""Claims are found by every number that a person may have, and each look-up has an index."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from answered import Answered
from helpers import Clinic, block, made_up_phn, visit
from msp_lines import refused
from traced import LIVES, NOTE, corrected_twice, traces

from tpi_billing.audit.trace.finding import Wanted, find_wanted
from tpi_billing.ledger.schema import metadata

pytestmark = pytest.mark.sqlite("reads SQLite's plan of a query")


def found(clinic: Clinic, **wanted: Any) -> list[int | None]:
    with clinic.ledger.reading() as connection:
        claims = find_wanted(connection, clinic.data_centre, Wanted(**wanted))
    return [claim.claim_id for claim in claims]


@pytest.fixture
def billed(clinic: Clinic) -> Clinic:
    """Claims 1 and 2 of patient 1, claim 3 of patient 2; the first has a note behind it.

    The numbers are VS1 1, C02 2, N01 3, C02 4 and 5.
    """
    clinic.bring(
        visit("V1", 1, note=NOTE),
        block("V2", 1, service_date="2026-10-27", patient_id="OLD 7"),
        visit("V3", 2, service_date="2026-10-28"),
    )
    clinic.billed()
    return clinic


@pytest.mark.parametrize(
    ("wanted", "claims"),
    [
        ({"claim_id": 2}, [2]),
        ({"claim_id": 4}, []),
        ({"session_id": "V1"}, [1]),
        ({"session_id": "V9"}, []),
        ({"folio": 3}, [3]),
        ({"folio": 4}, []),
        ({"sequence": 1}, []),  # VS1 is no claim's
        ({"sequence": 2}, [1]),
        ({"sequence": 3}, [1]),  # its note
        ({"sequence": 4}, [2]),
        ({"sequence": 5}, [3]),
        ({"sequence": 6}, []),  # behind a claim without a note
        ({"patient": made_up_phn(1)}, [1, 2]),
        ({"patient": f"phn:{made_up_phn(1)}/00"}, [1, 2]),
        ({"patient": f"phn:{made_up_phn(1)}/66"}, []),
        ({"patient": "C00002"}, [3]),
        ({"patient": "OLD 7"}, [1, 2]),  # a chart number of one visit tells whose all are
        ({"patient": "C0000"}, []),  # no part of a number
        ({"patient": made_up_phn(9)}, []),
    ],
)
def test_a_claim_is_found_by(billed: Clinic, wanted: dict[str, Any], claims: list[int]) -> None:
    assert found(billed, **wanted) == claims


def test_a_health_number_may_be_written_as_on_the_card(billed: Clinic) -> None:
    phn = made_up_phn(2)
    assert found(billed, patient=f"{phn[:4]} {phn[4:7]} {phn[7:]}") == [3]


def test_a_session_id_of_two_sources_finds_the_claims_of_both(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1))
    clinic.bring(visit("V1", 2), source="other")
    clinic.billed()
    assert found(clinic, session_id="V1") == [1, 2]


def test_a_session_finds_the_claims_that_took_the_places_of_others(clinic: Clinic) -> None:
    corrected_twice(clinic)
    assert found(clinic, session_id="V1") == [1, 2, 3]


def test_a_patient_is_found_by_the_old_number_and_by_the_corrected_one(clinic: Clinic) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(refused(one.claim(1), codes=("AB",)))
    one.correct(1, changed={"phn": made_up_phn(77)}, reason="card shown")
    assert found(clinic, patient=made_up_phn(1)) == [1, 2]
    assert found(clinic, patient=made_up_phn(77)) == [2]


def test_a_number_that_came_again_finds_both_claims(billed: Clinic) -> None:
    with billed.ledger.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE claims SET sequence_cycle = 2, sequence_number = 2 WHERE claim_id = 3"
        )
    assert found(billed, sequence=2) == [1, 3]


# Speed


@contextmanager
def asked(clinic: Clinic) -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """Collect every statement that the ledger is asked."""
    statements: list[tuple[str, Sequence[Any]]] = []

    def collect(*heard: Any) -> None:
        statements.append((heard[2], heard[3]))

    sa.event.listen(clinic.ledger.engine, "before_cursor_execute", collect)
    yield statements
    sa.event.remove(clinic.ledger.engine, "before_cursor_execute", collect)


def scans(clinic: Clinic, statements: Sequence[tuple[str, Sequence[Any]]]) -> set[str]:
    """Return the tables that any of these statements reads from one end to the other."""
    scanned = set()
    with sqlite3.connect(clinic.folder / "ledger.db") as connection:
        for statement, values in statements:
            if statement.startswith("SELECT"):
                plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
                scanned |= {words[1] for *_, said in plan if (words := said.split())[0] == "SCAN"}
    return scanned & set(metadata.tables)


SMALL = {"journal_head"}
"""It has one row."""


@pytest.mark.parametrize("life", LIVES)
def test_a_trace_reads_no_table_from_end_to_end(clinic: Clinic, life: str) -> None:
    number = LIVES[life](clinic)
    with asked(clinic) as statements:
        traces(clinic, number)
    assert len(statements) > 20
    assert scans(clinic, statements) <= SMALL


@pytest.mark.parametrize(
    ("wanted", "scanned"),
    [
        ({"claim_id": 1}, set()),
        ({"folio": 1}, set()),
        ({"sequence": 2}, set()),
        ({"sequence": 3}, set()),
        ({"session_id": "V1"}, {"imports"}),  # the names of the sources, a row a file
        ({"patient": made_up_phn(1)}, set()),
    ],
)
def test_a_claim_is_found_without_reading_every_one(
    billed: Clinic, wanted: dict[str, Any], scanned: set[str]
) -> None:
    with asked(billed) as statements:
        assert found(billed, **wanted)
    assert scans(billed, statements) <= scanned


def test_a_trace_reads_only_its_own_entries_of_the_journal(clinic: Clinic) -> None:
    """The rows of an import stand in one entry, which is about thousands of sessions."""
    Answered(clinic, [visit(f"V{at}", at) for at in range(1, 6)])
    (trace,) = traces(clinic, 2)
    (entries,) = [
        block for section in trace.sections if section.key == "journal" for block in section.blocks
    ][1:]
    told = {row[3] for row in entries.rows}  # type: ignore[union-attr]
    assert "import.started" in told
    assert "import.rows" not in told
