"""Automatic backups are kept by one rule: the last 7, one a week for 8, one a month for 24."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.ledger.keeping.manifest import Name
from tpi_billing.ledger.keeping.rotation import prune, to_delete

TODAY = date(2026, 11, 5)


def auto(day: date, entries: int = 1, *, kind: str = "auto", centre: str = "T9999") -> Name:
    return Name(kind, day.isoformat(), centre, entries, f"{entries:08x}")


def days_before(count: int) -> list[Name]:
    """One backup a day, the last of them today."""
    return [auto(TODAY - timedelta(days=back)) for back in range(count)]


def kept(names: list[Name]) -> set[str]:
    return {name.day for name in names} - {name.day for name in to_delete(names, auto(TODAY))}


def test_the_last_seven_are_kept() -> None:
    assert kept(days_before(7)) == {name.day for name in days_before(7)}


def test_of_a_daily_backup_the_rule_keeps_days_weeks_and_months() -> None:
    """By hand for 2026-11-05, a Thursday: Sundays end weeks, and weeks 45 to 38 are eight."""
    days = {f"2026-11-{day:02d}" for day in range(1, 6)} | {"2026-10-31", "2026-10-30"}
    weeks = {
        "2026-11-01", "2026-10-25", "2026-10-18", "2026-10-11", "2026-10-04", "2026-09-27",
        "2026-09-20",
    }  # fmt: skip
    months = {"2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31"}
    names = [name for name in days_before(200) if name.day >= "2026-07-01"]
    assert kept(names) == days | weeks | months


def test_one_a_month_is_kept_for_24_months() -> None:
    first = [date(2024 + (at // 12), 1 + at % 12, 5) for at in range(35)]  # January 2024 to today
    assert max(first) == TODAY
    assert kept([auto(day) for day in first]) == {day.isoformat() for day in first[-24:]}


def test_of_a_day_the_later_state_is_kept() -> None:
    same = [auto(TODAY - timedelta(days=400), entries) for entries in (5, 9)]
    assert to_delete([*same, *days_before(7)], auto(TODAY)) == [same[0]]


@pytest.mark.parametrize(
    "other",
    [
        auto(date(2020, 1, 1), kind="ledger"),
        auto(date(2020, 1, 1), kind="aside"),
        auto(date(2020, 1, 1), centre="B1111"),
    ],
)
def test_what_was_made_by_hand_or_is_of_another_clinic_stays(other: Name) -> None:
    assert other not in to_delete([other, *days_before(100)], auto(TODAY))


def test_a_clock_set_back_deletes_nothing_that_seems_to_come_later() -> None:
    later = [auto(TODAY + timedelta(days=ahead)) for ahead in range(1, 40)]
    assert to_delete(later, auto(TODAY)) == []


@given(st.lists(st.integers(0, 1500), unique=True, max_size=80))
def test_no_more_than_39_stay_and_the_last_is_among_them(back: list[int]) -> None:
    names = [auto(TODAY - timedelta(days=days)) for days in back]
    gone = to_delete(names, auto(TODAY))
    assert len(names) - len(gone) <= 7 + 8 + 24
    if names:
        assert max(names, key=lambda name: name.day) not in gone


def test_only_files_with_such_names_are_deleted(tmp_path: Path) -> None:
    others = ["auto-mine.db", "ledger.db", str(auto(date(2020, 1, 1), kind="ledger"))]
    for name in [*others, *map(str, days_before(30))]:
        (tmp_path / name).touch()
    assert prune(tmp_path, auto(TODAY))
    assert {path.name for path in tmp_path.iterdir()} >= set(others)


def test_a_backup_goes_with_its_manifest(tmp_path: Path) -> None:
    names = days_before(30)
    for name in names:
        (tmp_path / str(name)).touch()
        (tmp_path / str(name)).with_suffix(".json").touch()
    gone = prune(tmp_path, auto(TODAY))
    assert [path.name for path in gone] == [str(name) for name in to_delete(names, auto(TODAY))]
    assert len(list(tmp_path.glob("*.db"))) == len(list(tmp_path.glob("*.json"))) == 30 - len(gone)
    assert gone
