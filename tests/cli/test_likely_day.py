"""A wrong year in `--as-of` is refused before anything is booked; looking takes any day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from end_to_end.clinic import SAMPLES, Clinic, new_clinic

from tpi_billing import clock
from tpi_billing.cli.likely_day import MOST_DAYS, why_unlikely

EXPORT = SAMPLES / "october-canonical.csv"
TODAY = date(2026, 11, 23)
NEWEST = date(2026, 11, 5)


@pytest.fixture
def computer_says(monkeypatch: pytest.MonkeyPatch) -> date:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return TODAY


@pytest.fixture
def clinic(tmp_path: Path, computer_says: date) -> Clinic:
    return new_clinic(tmp_path / "clinic")


@pytest.fixture
def billed(clinic: Clinic) -> Clinic:
    assert clinic.run("sessions", "import", EXPORT).code == 1
    assert clinic.run("batch", "create", "--month", "2026-10", as_of="2026-11-05").code == 1
    return clinic


def days(day: date, more: int) -> date:
    return day + timedelta(days=more)


@pytest.mark.parametrize(
    ("day", "newest", "likely"),
    [
        # Before the first batch: within ten years of the computer's day.
        (date(2026, 11, 5), None, True),
        (date(2016, 1, 1), None, True),
        (date(2015, 12, 31), None, False),
        (date(2036, 12, 31), None, True),
        (date(2037, 1, 1), None, False),
        # From half a year before the newest batch ...
        (days(NEWEST, -MOST_DAYS), NEWEST, True),
        (days(NEWEST, -MOST_DAYS - 1), NEWEST, False),
        # ... until half a year after the computer's day,
        (days(TODAY, MOST_DAYS), NEWEST, True),
        (days(TODAY, MOST_DAYS + 1), NEWEST, False),
        # or after a batch that the computer's day has not come to: its clock may be wrong.
        (days(TODAY, 40 + MOST_DAYS), days(TODAY, 40), True),
        (days(TODAY, 40 + MOST_DAYS + 1), days(TODAY, 40), False),
        # Slips of the finger.
        *((date(year, 11, 23), NEWEST, False) for year in (1926, 2025, 2027, 2062, 2206)),
        (TODAY, NEWEST, True),
    ],
)
def test_which_days_are_likely(day: date, newest: date | None, likely: bool) -> None:
    assert (why_unlikely(day, newest, TODAY) == "") is likely


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("2062-11-23", "13149 days after this computer's day"),
        ("2025-11-23", "347 days before the newest batch, which was made as of 2026-11-05"),
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        ("batch", "sent", "1"),
        ("batch", "create", "--month", "2026-10"),
        ("sessions", "import", EXPORT),
        ("sessions", "import", EXPORT, "--dry-run"),
        ("close", "2026-10"),
    ],
)
def test_nothing_is_booked_as_of_a_day_that_is_hardly_meant(
    billed: Clinic, words: tuple[object, ...], as_of: str, says: str
) -> None:
    before = billed.state()
    said = billed.run(*words, as_of=as_of)
    assert said.code == 2
    told = " ".join(said.err.split())
    assert says in told
    assert "leave --as-of out: by this computer it is 2026-11-23" in told
    assert billed.state() == before


@pytest.mark.parametrize(
    "words",
    [
        ("worklist",),
        ("check",),
        ("report", "receivables"),
        ("batch", "list"),
        ("audit", "verify"),
        ("doctor",),
    ],
)
@pytest.mark.parametrize("as_of", ["1926-11-23", "2062-11-23"])
def test_looking_takes_any_day(billed: Clinic, words: tuple[str, ...], as_of: str) -> None:
    said = billed.run(*words, as_of=as_of)
    assert said.code in {0, 1}
    assert "Error:" not in said.err


def test_before_the_first_batch_only_what_cannot_be_is_refused(clinic: Clinic) -> None:
    said = clinic.run("sessions", "import", EXPORT, as_of="1926-11-05")
    assert said.code == 2
    assert "100 years from this computer's day" in " ".join(said.err.split())
    assert clinic.run("sessions", "import", EXPORT, as_of="2027-11-05").code == 1


def test_a_batch_that_is_void_does_not_count(billed: Clinic) -> None:
    assert billed.run("batch", "void", 1, "--reason", "wrong day", as_of=None).code == 0
    assert billed.run("sessions", "import", EXPORT, as_of="2025-11-05").code in {0, 1}
