"""The sample exports, read completely."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tpi_billing.config import Mapping, load
from tpi_billing.intake.mappings import mapping_named
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import open_table
from tpi_billing.model.session import Session

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.fixture
def my_emr() -> Mapping:
    text = (SAMPLES / "october-emr.mapping.toml").read_text(encoding="utf-8")
    return Mapping.model_validate(tomllib.loads(text)["mappings"]["my-emr"])


def sessions_of(path: Path, **options: object) -> list[Session]:
    sessions = []
    with open_table(path, **options) as table:  # type: ignore[arg-type]
        for row in table.rows():
            if not row.passed_over:
                session, problems = parse_session(row.values)
                assert session is not None
                assert problems == ()
                sessions.append(session)
        assert table.notices == []
    return sessions


def test_the_canonical_export_is_read_as_it_stands() -> None:
    path = SAMPLES / "october-canonical.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open_table(path) as table:
        assert table.total_rows == len(rows) == 155
        for row, expected in zip(table.rows(), rows, strict=True):
            assert row.values == {name: text for name, text in expected.items() if text}


def test_the_canonical_export_becomes_sessions() -> None:
    sessions = sessions_of(SAMPLES / "october-canonical.csv")
    statuses = Counter(session.status for session in sessions)
    assert statuses == {"completed": 152, "cancelled": 1, "no-show": 1, "booked": 1}
    first = sessions[0]
    assert (first.session_id, first.surname, first.trigger_points) == ("V1001", "Dunmore", 4)
    assert first.referral.profession == "nurse practitioner"


def test_the_record_systems_workbook(my_emr: Mapping) -> None:
    path = SAMPLES / "october-emr.xlsx"
    with open_table(path, source="my-emr", mapping=my_emr) as table:
        assert (table.sheet, table.header_row, len(table.header)) == ("Visits", 4, 31)
        rows = list(table.rows())
    # The last row says how many visits there are.
    assert [row.number for row in rows if row.passed_over] == [157]
    assert len(rows) == 152
    sessions = sessions_of(path, source="my-emr", mapping=my_emr)
    assert Counter(session.completed for session in sessions) == {True: 148, False: 3}
    first = sessions[0]
    assert (first.session_id, first.service_date.isoformat()) == ("V2001", "2026-10-13")
    assert (first.phn, first.diagnoses) == ("9115244935", ("7242",))
    assert first.birth_date is not None
    assert first.birth_date.isoformat() == "1945-01-27"


def test_the_workbook_nearly_fits_a_shipped_mapping() -> None:
    with open_table(SAMPLES / "october-emr.xlsx", mapping=mapping_named("visit-list")) as table:
        assert [problem.column for problem, _ in table.notices] == ["HIN", "OOP #"]


def test_the_samples_configuration_can_be_loaded() -> None:
    assert load(SAMPLES / "tpi-billing.toml").clinic.data_centre == "T9999"
