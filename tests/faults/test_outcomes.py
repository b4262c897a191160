"""A campaign that is run again goes on: what was survived is not tried again, all else is."""

from pathlib import Path

from .outcomes import Outcome, keep, read_kept

SURVIVED = Outcome("batch void", "killed", 3, "")
NOT = Outcome("batch void", "killed", 4, "the ledger is not whole")
LATER = Outcome("batch void", "killed", 4, "")
OF_ANOTHER = Outcome("close", "killed", 3, "")


def test_what_came_last_of_a_place_counts(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    assert read_kept(file, {"batch void"}) == {}
    for one in (SURVIVED, NOT, OF_ANOTHER):
        keep(file, one)
    assert list(read_kept(file, {"batch void"}).values()) == [SURVIVED, NOT]
    keep(file, LATER)
    assert list(read_kept(file, {"batch void"}).values()) == [SURVIVED, LATER]


def test_nothing_is_kept_without_a_file() -> None:
    keep(None, SURVIVED)
    assert read_kept(None, {"batch void"}) == {}
