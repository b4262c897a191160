"""What imports leave for a person: visits changed after billing, rows that could not be stored.

Both stay in the worklist until an import, or the void of the batch, puts them right.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from helpers import AS_OF, Clinic, Values, made_up_phn, visit

from tpi_billing.claims.waiting_rows import changed_after_billing
from tpi_billing.claims.work_items import Kind, WorkItem
from tpi_billing.claims.worklist import Worklist
from tpi_billing.ledger.sessions import Scope
from tpi_billing.model.finding import Severity

NOON = datetime(2026, 11, 5, 12, tzinfo=ZoneInfo("America/Vancouver"))
CANCELLED = {"status": "cancelled"}


def waiting(clinic: Clinic, kind: Kind, **scope: Any) -> list[WorkItem]:
    with clinic.ledger.reading() as connection:
        worklist = Worklist(clinic.config, clinic.codes, AS_OF, NOON)
        found = worklist.gather(connection, Scope(**scope))
    return [item for item in found if kind in item.kinds]


# Changed after billing


@pytest.fixture
def changed(clinic: Clinic) -> Clinic:
    """Bill two visits and cancel one of them in a later export."""
    clinic.bring(visit("V1"), visit("V2", 2))
    clinic.billed()
    clinic.bring(visit("V2", 2), visit("V1", **CANCELLED), name="later.jsonl")
    return clinic


def test_a_visit_changed_after_it_was_billed_waits(changed: Clinic) -> None:
    (item,) = waiting(changed, Kind.ALTERED)
    assert (item.subject, item.session_id, item.batch_id) == ("session", "V1", 1)
    assert (item.place.file, item.place.row) == ("later.jsonl", 2)
    (reason,) = item.reasons
    assert reason.code == "duplicate-claim"
    assert "was changed after it was billed in batch 1" in reason.message


def test_it_is_a_finding(changed: Clinic) -> None:
    with changed.ledger.reading() as connection:
        (finding,) = changed_after_billing(connection, changed.config, Scope())
    assert (finding.code, finding.severity) == ("duplicate-claim", Severity.ERROR)
    assert (finding.session_id, finding.place.row) == ("V1", 2)


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ({"month": "2026-10"}, True),
        ({"month": "2026-11"}, False),
        ({"practitioner": "99001"}, True),
        ({"practitioner": "99002"}, False),
    ],
)
def test_a_scope_narrows_it(changed: Clinic, scope: dict[str, str], *, seen: bool) -> None:
    assert bool(waiting(changed, Kind.ALTERED, **scope)) == seen


def test_it_waits_no_more_once_the_batch_is_void(changed: Clinic) -> None:
    changed.void(1)
    assert waiting(changed, Kind.ALTERED) == []


def test_it_waits_no_more_once_the_export_says_what_was_billed(changed: Clinic) -> None:
    changed.bring(visit("V1"))
    assert waiting(changed, Kind.ALTERED) == []


# Rejected rows

NO_ID = {"session_id": ""}
NO_DAY = {"service_date": "soon"}


def row(**changes: str) -> Values:
    return visit(**{"session_id": "V2", "patient": 2, **changes})  # type: ignore[arg-type]


def test_a_rejected_row_waits(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), row(**NO_ID), name="october.jsonl")
    (item,) = waiting(clinic, Kind.REJECTED)
    assert (item.subject, item.place.file, item.place.row) == ("row", "october.jsonl", 2)
    assert [reason.code for reason in item.reasons] == ["missing-value"]
    assert item.service_date.isoformat() == "2026-10-13"


def test_a_month_or_a_practitioner_narrows_the_rejected_rows(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), row(**NO_ID))
    assert waiting(clinic, Kind.REJECTED, month="2026-10")
    assert not waiting(clinic, Kind.REJECTED, month="2026-09")
    assert not waiting(clinic, Kind.REJECTED, practitioner="99001")


def test_another_import_leaves_it_waiting(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), row(**NO_ID), name="october.jsonl")
    clinic.bring(visit("V3", 3), name="other.jsonl")  # of the same day, and not the whole of it
    clinic.bring(visit("V4", 4), name="day.jsonl", source="day-sheet")
    assert len(waiting(clinic, Kind.REJECTED)) == 1


@pytest.mark.parametrize("wrong", [NO_ID, NO_DAY, {**NO_ID, **NO_DAY}])
def test_the_same_rows_again_wait_once(clinic: Clinic, wrong: dict[str, str]) -> None:
    for name in ("october.jsonl", "october.jsonl", "copy.jsonl"):
        clinic.bring(visit("V1"), row(**wrong), name=name)
        (item,) = waiting(clinic, Kind.REJECTED)
        assert item.place.file == name


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (NO_ID, "october.jsonl"),
        (NO_DAY, "october.jsonl"),
        ({**NO_ID, **NO_DAY}, "october.jsonl"),
        (NO_ID, "corrected.jsonl"),  # with the other visits of its day
        (NO_DAY, "corrected.jsonl"),  # with a visit of its id
    ],
)
def test_a_corrected_file_puts_it_right(clinic: Clinic, wrong: dict[str, str], name: str) -> None:
    clinic.bring(visit("V1"), row(**wrong), name="october.jsonl")
    clinic.bring(visit("V1"), row(), name=name)
    assert waiting(clinic, Kind.REJECTED) == []


def test_what_is_kept_of_its_problems_is_masked(clinic: Clinic) -> None:
    clinic.bring(row(service_date=made_up_phn(2)))
    (kept,) = clinic.snapshot()["rejected_rows"]
    assert made_up_phn(2) not in str(kept[5])
    assert made_up_phn(2)[-4:] in str(kept[5])
