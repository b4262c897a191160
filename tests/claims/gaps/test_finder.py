"""The whole search over a ledger: a complete month finds nothing, what was taken out is found."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from helpers import Clinic, Values, visit

from tpi_billing.claims.gaps.finder import find_gaps
from tpi_billing.claims.gaps.gap import Gap
from tpi_billing.errors import UsageError

MONTH = "2026-10"
AFTER = date(2026, 11, 5)
TUESDAY, THURSDAY = 1, 3


def four_months() -> list[Values]:
    """Make three visits every Tuesday and Thursday, July to October, numbered as they come.

    35 days (9, 8, 9 and 9), 105 visits. Each patient comes once and has ended his series.
    """
    first = date(2026, 7, 1)
    days = [first + timedelta(days=step) for step in range(123)]
    days = [day for day in days if day.weekday() in {TUESDAY, THURSDAY}]
    return [
        visit(
            f"V{1000 + 3 * at + number}",
            1 + 3 * at + number,
            service_date=day.isoformat(),
            start_time=f"{9 + number:02}:00",
            end_time=f"{9 + number:02}:15",
            referral_date="2026-01-10",
            series_number="5",
        )
        for at, day in enumerate(days)
        for number in range(3)
    ]


def found(clinic: Clinic, as_of: date = AFTER, **more: dict[tuple[str, date], int]) -> list[Gap]:
    with clinic.ledger.reading() as connection:
        return find_gaps(connection, clinic.config, clinic.codes, as_of, MONTH, **more)


def bring(clinic: Clinic, rows: Iterable[Values]) -> None:
    clinic.bring(*rows)


def test_a_complete_month_finds_nothing(clinic: Clinic) -> None:
    rows = four_months()
    assert len(rows) == 105
    bring(clinic, rows)
    assert found(clinic) == []
    counts = {("99001", date(2026, 10, day)): 3 for day in (1, 6, 8, 13, 15, 20, 22, 27, 29)}
    assert found(clinic, counts=counts) == []


def test_what_was_taken_out_is_found(clinic: Clinic) -> None:
    lost = "2026-10-13"
    rows = [row for row in four_months() if row["service_date"] != lost]
    rows += [
        visit("X1", 901, service_date="2026-09-22", series_number="2", referral_date="2026-01-10"),
        visit("X2", 902, service_date="2026-10-20", status="booked", start_time="16:00"),
    ]
    bring(clinic, rows)
    counts = {("99001", date(2026, 10, 8)): 3, ("99001", date(2026, 10, 13)): 3}
    gaps = {gap.kind.value: gap for gap in found(clinic, counts=counts)}
    assert list(gaps) == ["count", "day", "number", "series", "status"]
    assert (gaps["count"].expected, gaps["count"].found) == (3, 0)
    assert gaps["day"].first == date(2026, 10, 13)
    assert gaps["number"].missing == 3
    assert (gaps["number"].first, gaps["number"].last) == (date(2026, 10, 8), date(2026, 10, 15))
    assert gaps["series"].session_id == "X1"
    assert gaps["status"].status == "booked"


def test_a_cancelled_session_has_its_number_and_its_day(clinic: Clinic) -> None:
    rows = [
        {**row, "status": "cancelled"} if row["service_date"] == "2026-10-13" else row
        for row in four_months()
    ]
    bring(clinic, rows)
    assert found(clinic) == []


def test_a_number_that_moved_to_another_month_is_known(clinic: Clinic) -> None:
    rows = four_months()
    moved = next(row for row in rows if row["service_date"] == "2026-10-13")
    bring(clinic, [{**row, "service_date": "2026-02-03"} if row is moved else row for row in rows])
    assert [gap.kind.value for gap in found(clinic)] == []


def test_a_low_month_is_told_for_the_clinic_and_the_practitioner(clinic: Clinic) -> None:
    bring(clinic, [row for row in four_months() if row["service_date"] < "2026-10-14"])
    low = [gap for gap in found(clinic) if gap.kind.value == "month"]
    # 27, 24 and 27 visits in July, August and September: the median is 27; October has 4 days
    assert [(gap.practitioner_number, gap.expected, gap.found) for gap in low] == [
        ("", 27, 12),
        ("99001", 27, 12),
    ]


def test_a_ledger_without_the_month_says_so_once(clinic: Clinic) -> None:
    (gap,) = found(clinic)
    assert (gap.kind.value, gap.found) == ("month", 0)


def test_a_month_that_is_running_is_looked_at_until_yesterday(clinic: Clinic) -> None:
    bring(clinic, [row for row in four_months() if row["service_date"] < "2026-10-14"])
    assert found(clinic, as_of=date(2026, 10, 15)) == []
    (gap,) = found(clinic, as_of=date(2026, 10, 16))
    assert (gap.kind.value, gap.first) == ("day", date(2026, 10, 15))


def test_a_month_to_come_is_wrong_usage(clinic: Clinic) -> None:
    with pytest.raises(UsageError, match="2026-10 has not begun"):
        found(clinic, as_of=date(2026, 9, 30))
    assert found(clinic, as_of=date(2026, 10, 1)) == []
