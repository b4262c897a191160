"""Usual working days without a session: what is usual, what counts as absent, how runs are told.

October 2026 begins on a Thursday; October 12 is Thanksgiving, a Monday; September 30 is a holiday,
a Wednesday. Tuesdays of October: 6, 13, 20, 27; Thursdays: 1, 8, 15, 22, 29.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tpi_billing.claims.gaps.days import missing_days
from tpi_billing.claims.gaps.gap import Gap, Period
from tpi_billing.codes import CodeBook
from tpi_billing.config import Practitioner
from tpi_billing.ledger.counts import DayCount

AFTER = date(2026, 11, 5)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, SATURDAY = 0, 1, 2, 3, 5


def october(day: int) -> date:
    return date(2026, 10, day)


def worked(
    *weekdays: int,
    first: date = date(2026, 7, 1),
    last: date = date(2026, 10, 31),
    without: Iterable[date] = (),
    sessions: int = 8,
) -> list[DayCount]:
    """Return eight sessions on every such weekday but some."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    absent = set(without)
    return [
        DayCount("99001", day, sessions, 0)
        for day in days
        if day.weekday() in weekdays and day not in absent
    ]


def found(
    book: CodeBook,
    days: list[DayCount],
    as_of: date = AFTER,
    practitioner: Practitioner | None = None,
) -> list[Gap]:
    period = Period.of("2026-10", as_of)
    return list(missing_days(days, period, book.calendar, practitioner))


def spans(gaps: Iterable[Gap]) -> list[tuple[int, int, int]]:
    return [(gap.first.day, gap.last.day, gap.missing) for gap in gaps]


def test_a_complete_month_has_no_gap(book: CodeBook) -> None:
    assert found(book, worked(TUESDAY, THURSDAY)) == []


def test_a_usual_day_without_sessions_is_told_with_what_stands_around_it(book: CodeBook) -> None:
    (gap,) = found(book, worked(TUESDAY, THURSDAY, without=[october(13)]))
    assert (gap.first, gap.last, gap.missing) == (october(13), october(13), 1)
    assert (gap.expected, gap.found, gap.practitioner_number) == (8, 0, "99001")
    # Tuesdays from July 7 to October 27: 4 + 4 + 5 + 4
    assert gap.why == (
        "1 usual day has no session: Tuesday (16 of 17 worked); sessions stand before it on "
        "2026-10-08 and after it on 2026-10-15."
    )


def test_days_that_follow_each_other_are_one_gap(book: CodeBook) -> None:
    away = [october(day) for day in (13, 15, 20, 29)]
    assert spans(found(book, worked(TUESDAY, THURSDAY, without=away))) == [
        (13, 20, 3),
        (29, 29, 1),
    ]


def test_the_end_of_the_month_counts_although_nothing_stands_after_it(book: CodeBook) -> None:
    (gap,) = found(book, worked(TUESDAY, THURSDAY, last=october(25)))
    assert (gap.first, gap.last, gap.missing) == (october(27), october(29), 2)
    assert gap.why.endswith("2026-10-22 and none after it.")


def test_a_holiday_is_no_working_day(book: CodeBook) -> None:
    assert found(book, worked(MONDAY, without=[october(12)])) == []


def test_a_session_of_any_status_shows_that_the_day_was_exported(book: CodeBook) -> None:
    days = worked(TUESDAY, without=[october(13)])
    cancelled = DayCount("99001", october(13), 0, 3)
    assert found(book, sorted([*days, cancelled], key=lambda one: one.day)) == []


@pytest.mark.parametrize(
    ("missed", "usual"),
    [
        # 17 Tuesdays: 13 of 17 are more than three quarters, 12 are less
        ([date(2026, 8, 4), date(2026, 8, 11), date(2026, 8, 18)], True),
        ([date(2026, 8, 4), date(2026, 8, 11), date(2026, 8, 18), date(2026, 8, 25)], False),
    ],
)
def test_a_weekday_is_usual_when_three_quarters_of_its_days_were_worked(
    book: CodeBook, missed: list[date], usual: bool
) -> None:
    days = worked(TUESDAY, without=[*missed, october(13)])
    days += worked(THURSDAY)  # he worked in those weeks all the same
    days.sort(key=lambda one: one.day)
    assert spans(found(book, days)) == ([(13, 13, 1)] if usual else [])


def test_a_week_away_makes_no_weekday_unusual(book: CodeBook) -> None:
    august = [date(2026, 8, day) for day in range(1, 32)]
    days = worked(TUESDAY, THURSDAY, without=[*august, october(13)])
    assert spans(found(book, days)) == [(13, 13, 1)]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (october(1), [(20, 20, 1)]),  # Tuesdays 6, 13 and 27 of four
        (october(7), []),  # 13 and 27: twice is not usual
    ],
)
def test_a_practitioner_who_has_just_begun_is_judged_by_the_month_itself(
    book: CodeBook, first: date, expected: list[tuple[int, int, int]]
) -> None:
    days = worked(TUESDAY, THURSDAY, first=first, without=[october(20)])
    assert spans(found(book, days)) == expected


def test_a_usual_saturday_counts(book: CodeBook) -> None:
    assert spans(found(book, worked(SATURDAY, without=[october(17)]))) == [(17, 17, 1)]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(october(20), []), (october(21), [(20, 20, 1)])],
)
def test_today_is_not_over(
    book: CodeBook, as_of: date, expected: list[tuple[int, int, int]]
) -> None:
    days = worked(TUESDAY, THURSDAY, last=october(19))
    assert spans(found(book, days, as_of)) == expected


def test_a_month_without_a_single_session_is_another_matter(book: CodeBook) -> None:
    assert found(book, worked(TUESDAY, last=date(2026, 9, 30))) == []


def test_days_on_which_he_was_not_active_are_not_missed(book: CodeBook) -> None:
    avery = Practitioner(
        number="99001", name="Avery", specialty="family", active_to=date(2026, 10, 14)
    )
    days = worked(TUESDAY, last=october(10))
    assert spans(found(book, days, practitioner=avery)) == [(13, 13, 1)]


def test_what_is_expected_is_the_median_of_the_weekday(book: CodeBook) -> None:
    days = worked(TUESDAY, last=date(2026, 9, 30), sessions=6)
    days += worked(TUESDAY, first=october(1), without=[october(13), october(20)], sessions=20)
    (gap,) = found(book, days)
    assert gap.expected == 12
