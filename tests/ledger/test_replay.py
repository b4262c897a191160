"""Nothing in the tables can be altered unseen (design, section 7): the journal is replayed."""

import databases
import pytest
from helpers import AS_OF, CLERK, Clinic, visit

from tpi_billing.claims.batch_contents import contents_to_export
from tpi_billing.claims.decisions import Decider
from tpi_billing.errors import IntegrityError
from tpi_billing.ledger.health import examine
from tpi_billing.ledger.rendered import insist_rendered


@pytest.fixture
def month(clinic: Clinic) -> Clinic:
    """Work for a month: imported, billed, changed, voided, billed again."""
    clinic.bring(visit("V1"), visit("V2", 2), visit("V3", 3, chart_signed="no"))
    clinic.bring({**visit("V4", 4), "session_id": ""}, visit("V5", 5), visit("V5", 5, agent="x"))
    clinic.billed()
    clinic.bring(visit("V1", agent="lidocaine"))
    clinic.void(1)
    clinic.billed()
    clinic.bring(visit("V6", 1, start_time="12:00"))
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK)
    decider.second_service("V6", "01157", "another complaint")
    return clinic


def alter(clinic: Clinic, *statements: str) -> None:
    """Change tables behind the tool's back."""
    databases.alter(clinic.folder, *statements)


def faults(clinic: Clinic) -> tuple[str, ...]:
    with clinic.ledger.reading() as connection:
        return examine(connection).faults


SAID = "table {} is not what the journal says: {}"


def test_a_month_of_work_is_what_the_journal_says(month: Clinic) -> None:
    assert faults(month) == ()


@pytest.mark.parametrize(
    ("statement", "table", "what"),
    [
        (
            "UPDATE claims SET amount_cents = 1 WHERE claim_id = 3",
            "claims",
            "claim:3: amount_cents",
        ),
        ("UPDATE claims SET state = 'batched' WHERE claim_id = 1", "claims", "claim:1: state"),
        ("DELETE FROM claims WHERE claim_id = 3", "claims", "claim:3, which is gone"),
        ("UPDATE batches SET amount_cents = 1", "batches", "batch:2: amount_cents"),
        ("UPDATE batches SET journal_entry = 1", "batches", "batch:1: journal_entry"),
        ("UPDATE sessions SET content = '{}'", "sessions", "session:1: content"),
        ("UPDATE sessions SET batch_id = NULL", "sessions", "session:1: batch_id"),
        (
            "UPDATE counters SET next_value = 1",
            "counters",
            "counter:T9999/office-folio: next_value",
        ),
        (
            "INSERT INTO counters VALUES ('T9999', 'other', 5)",
            "counters",
            "counter:T9999/other, of which the journal knows nothing",
        ),
        (
            "UPDATE submission_files SET content = replace(content, '0007792', '0999999')",
            "submission_files",
            "batch:1/part:1: content",
        ),
        ("UPDATE rejected_rows SET resolved = 1", "rejected_rows", "import:2/row:1: resolved"),
    ],
)
def test_an_altered_record_is_named(month: Clinic, statement: str, table: str, what: str) -> None:
    alter(month, statement)
    assert SAID.format(table, what) in faults(month)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM import_rows WHERE import_id = 1 AND row_number = 2", "2, which is gone"),
        ("DELETE FROM import_rows", "3, which is gone"),
        ("UPDATE import_rows SET outcome = 'unchanged' WHERE import_id = 1", "2: outcome"),
        ("UPDATE import_rows SET content_sha256 = '' WHERE import_id = 1", "1: content_sha256"),
        (
            "INSERT INTO import_rows VALUES (1, 99, 1, 'unchanged', '')",
            "99, of which the journal knows nothing",
        ),
    ],
)
def test_an_altered_history_of_imports_is_named(month: Clinic, statement: str, what: str) -> None:
    alter(month, statement)
    assert SAID.format("import_rows", f"import:1/row:{what}") in faults(month)


def test_many_altered_records_are_counted(clinic: Clinic) -> None:
    clinic.bring(*(visit(f"V{n}", n) for n in range(1, 24)))
    alter(clinic, "UPDATE sessions SET status = 'cancelled'")
    found = faults(clinic)
    assert len(found) == 21
    assert found[-1] == SAID.format("sessions", "3 more records")


def test_no_fault_tells_a_value(month: Clinic) -> None:
    alter(month, "UPDATE sessions SET content = '{}', patient_key = 'x'")
    assert not any("Okanese" in fault or "phn" in fault for fault in faults(month))


# Before a file is used


def test_an_altered_teleplan_file_is_not_exported(month: Clinic) -> None:
    contents_to_export(month.ledger, 2)
    alter(month, "UPDATE submission_files SET content = content || 'x', sha256 = 'x'")
    with pytest.raises(IntegrityError, match="was altered"):
        contents_to_export(month.ledger, 2)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM submission_files", "UPDATE submission_files SET part = 2"]
)
def test_a_teleplan_file_that_is_gone_or_another_shows(month: Clinic, statement: str) -> None:
    alter(month, statement)
    with (
        month.ledger.reading() as connection,
        pytest.raises(IntegrityError, match="batch 2 was altered"),
    ):
        insist_rendered(connection, 2)
