"""Series that stop half-way, the record system's own counts, and visits that nobody closed."""

import json
from datetime import date, timedelta

import pytest
from helpers import visit

from tpi_billing.claims.gaps.gap import Gap, Period
from tpi_billing.claims.gaps.series import broken_series
from tpi_billing.claims.gaps.tallies import different_counts, unclosed_visits
from tpi_billing.errors import UsageError
from tpi_billing.ledger.counts import DayCount, PatientRow, StatusCount

OCTOBER = Period.of("2026-10", date(2026, 11, 5))
LENGTH = 5


def row(day: date, series: int | None, status: str = "completed", name: str = "V1") -> PatientRow:
    number = {} if series is None else {"series_number": str(series)}
    values = visit(name, 1, service_date=day.isoformat(), status=status, **number)
    return PatientRow("phn:1", name, day, status, "99001", json.dumps(values))


def stopped(*rows: PatientRow, period: Period = OCTOBER) -> list[Gap]:
    return list(broken_series([list(rows)], period, LENGTH))


def september(day: int) -> date:
    return date(2026, 9, day)


def test_a_series_that_stops_is_told_with_its_patient() -> None:
    (gap,) = stopped(row(september(8), 2), row(september(22), 3, name="V2"))
    assert (gap.first, gap.missing, gap.session_id) == (september(22), 2, "V2")
    assert gap.patient is not None
    assert gap.patient.patient_id == "C00001"
    assert gap.why.startswith("Session 3 of a series of 5 was on 2026-09-22, and nothing came")


@pytest.mark.parametrize(("number", "expected"), [(4, 1), (5, 0), (6, 0), (None, 0)])
def test_only_a_series_short_of_its_length_can_stop(number: int | None, expected: int) -> None:
    assert len(stopped(row(september(22), number))) == expected


@pytest.mark.parametrize("status", ["completed", "cancelled", "no-show", "booked", ""])
def test_any_later_row_explains_it(status: str) -> None:
    assert stopped(row(september(22), 3), row(date(2026, 10, 30), None, status)) == []


def test_an_earlier_cancelled_visit_explains_nothing() -> None:
    assert len(stopped(row(september(8), None, "cancelled"), row(september(22), 3))) == 1


@pytest.mark.parametrize(
    ("last", "as_of", "expected"),
    [
        (september(30), date(2026, 10, 28), 0),  # until the 27th 27 days have gone by
        (september(30), date(2026, 10, 29), 1),
        (september(30), date(2026, 11, 5), 1),  # the month is over: 31 days
        (september(22), date(2026, 10, 20), 0),
        (september(22), date(2026, 10, 21), 1),
    ],
)
def test_four_weeks_must_have_gone_by(last: date, as_of: date, expected: int) -> None:
    assert len(stopped(row(last, 3), period=Period.of("2026-10", as_of))) == expected


# The record system's own count


def compared(theirs: dict[tuple[str, date], int], *ours: DayCount) -> list[tuple[object, ...]]:
    here = {(count.practitioner_number, count.day): count for count in ours}
    return [
        (gap.practitioner_number, gap.first.day, gap.expected, gap.found)
        for gap in different_counts(theirs, here, OCTOBER)
    ]


def october(day: int) -> date:
    return date(2026, 10, day)


def test_every_difference_is_told_with_both_figures() -> None:
    assert compared(
        {
            ("99001", october(1)): 9,
            ("99001", october(2)): 8,
            ("99001", october(5)): 7,
            ("99002", october(1)): 3,
            ("99001", date(2026, 9, 30)): 4,  # another month
        },
        DayCount("99001", october(1), 8, 2),
        DayCount("99001", october(2), 8, 0),
        DayCount("99002", october(1), 4, 0),
        DayCount("99001", date(2026, 9, 30), 1, 0),
    ) == [("99001", 1, 9, 8), ("99002", 1, 3, 4), ("99001", 5, 7, 0)]


def test_a_day_that_the_file_leaves_out_counts_as_none_between_its_first_and_last() -> None:
    theirs = {("99001", october(1)): 8, ("99001", october(6)): 8}
    ours = [DayCount("99001", october(day), 8, 0) for day in (1, 2, 6, 7)]
    assert compared(theirs, *ours, DayCount("99002", october(2), 5, 0)) == [("99001", 2, 0, 8)]


def test_what_is_not_completed_is_told_beside_the_difference() -> None:
    here = {("99001", october(1)): DayCount("99001", october(1), 8, 2)}
    (gap,) = different_counts({("99001", october(1)): 10}, here, OCTOBER)
    assert gap.why == (
        "The record system counts 10 for 2026-10-01, the ledger has 8 completed, and 2 of another "
        "status."
    )
    assert gap.missing == 2


def test_counts_of_another_month_are_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no day of 2026-10"):
        compared({("99001", date(2026, 9, 1)): 4})


# Visits that nobody closed


@pytest.mark.parametrize(
    ("status", "expected"),
    [("booked", 1), ("arrived", 1), ("cancelled", 0), ("canceled", 0), ("no-show", 0), ("", 0)],
)
def test_a_past_visit_is_completed_or_cancelled(status: str, expected: int) -> None:
    count = StatusCount(status, "99001", 3, october(1), october(1) + timedelta(days=4))
    gaps = list(unclosed_visits([count]))
    assert len(gaps) == expected
    for gap in gaps:
        assert (gap.missing, gap.status, gap.first, gap.last) == (3, status, october(1), october(5))
        assert status not in gap.why  # a cell's own text is no part of a sentence
