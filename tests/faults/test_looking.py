"""The campaign can fail: what is lost, doubled, altered or half is seen."""

from pathlib import Path

import pytest
from databases import alter
from end_to_end.clinic import Clinic, new_clinic, visit, write_csv

from . import looking

ALTERED = {
    "a session's own words": "UPDATE sessions SET service_date = '2026-10-09'",
    "a claim's money": "UPDATE claims SET amount_cents = amount_cents + 1",
    "a claim taken away": "DELETE FROM claims WHERE claim_id = 1",
}


@pytest.fixture(scope="module")
def _month(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    clinic = new_clinic(tmp_path_factory.mktemp("month") / "clinic")
    file = write_csv(clinic.workspace / "visits.csv", [visit(1), visit(2)])
    assert clinic.run("sessions", "import", file).code == 0
    assert clinic.run("batch", "create", "--month", "2026-10").code == 0
    return clinic


@pytest.fixture
def month(_month: Clinic, tmp_path: Path) -> Clinic:
    return _month.copy_to(tmp_path / "clinic")


def test_an_undisturbed_ledger_passes(month: Clinic) -> None:
    looking.look(month, looking.counts(month))


@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED)
def test_an_altered_ledger_does_not(month: Clinic, statement: str) -> None:
    alter(month.workspace, statement)
    with pytest.raises(AssertionError):
        looking.look(month, {})


def test_a_lost_row_is_named_by_its_table(month: Clinic) -> None:
    before = looking.counts(month)
    with pytest.raises(AssertionError, match="lost: sessions"):
        looking.look(month, {**before, "sessions": before["sessions"] + 1})


def test_two_ledgers_that_differ_are_told_apart(month: Clinic) -> None:
    before = looking.facts(month)
    assert month.run("batch", "void", 1, "--reason", "wrong month").code == 0
    (told,) = [one for one in looking.apart(before, looking.facts(month)) if "batches" in one]
    assert "void" in told
    assert looking.apart(before, before) == []


def test_half_a_workbook_is_seen(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "old.xlsx").write_bytes(b"as before")
    kept = {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    assert looking.half(tmp_path, kept, {"old.xlsx": [b"as before"]}) == ["book.xlsx", "empty.txt"]
