"""Look for work of one month that was done and perhaps never exported."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from tpi_billing.claims.gaps.days import MONTHS_BEFORE, missing_days
from tpi_billing.claims.gaps.gap import Gap, Period, in_order, months_after
from tpi_billing.claims.gaps.numbers import missing_numbers
from tpi_billing.claims.gaps.series import DAYS_BEFORE, broken_series
from tpi_billing.claims.gaps.tallies import different_counts, unclosed_visits
from tpi_billing.claims.gaps.volumes import (
    MONTHS_BACK,
    by_month,
    empty_month,
    low_month,
    low_practitioner,
)
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import UsageError
from tpi_billing.ledger.counts import (
    DayCount,
    day_counts,
    numbered_sessions,
    patient_rows,
    status_counts,
)
from tpi_billing.ledger.sessions import known_sessions
from tpi_billing.ledger.store import Connection


def find_gaps(
    connection: Connection,
    config: Config,
    codes: CodeBook,
    as_of: date,
    month: str,
    counts: Mapping[tuple[str, date], int] | None = None,
) -> list[Gap]:
    """Return every suspicion about a month, `YYYY-MM`; UsageError for one that has not begun.

    `counts` are the record system's own, by practitioner and day. Memory holds the ids of three
    months, and otherwise one practitioner's year or one patient.
    """
    period = Period.of(month, as_of)
    if period.first > as_of:
        raise UsageError(f"{month} has not begun.", hint="Give a month that is over or running.")
    finder = _Finder(connection, config, codes, period)
    return in_order(
        [
            *finder.by_practitioner(counts),
            *finder.by_number(),
            *finder.by_patient(),
            *finder.by_status(),
        ]
    )


class _Finder:
    def __init__(
        self, connection: Connection, config: Config, codes: CodeBook, period: Period
    ) -> None:
        self._connection = connection
        self._config = config
        self._codes = codes
        self._period = period
        self._data_centre = config.clinic.data_centre

    def by_practitioner(self, counts: Mapping[tuple[str, date], int] | None) -> Iterator[Gap]:
        """Look at every practitioner's days, and at the clinic's months."""
        period = self._period
        clinic: dict[str, int] = {}
        ours: dict[tuple[str, date], DayCount] = {}
        first = months_after(period.first, -MONTHS_BACK)
        last = months_after(period.first, 2) - timedelta(days=1)
        for days in day_counts(self._connection, self._data_centre, first, last):
            if days[0].practitioner_number:
                yield from self._practitioner(days)
            for month, count in by_month(days).items():
                clinic[month] = clinic.get(month, 0) + count
            ours.update(
                ((day.practitioner_number, day.day), day) for day in days if period.has(day.day)
            )
        if not ours and period.over:
            yield empty_month(period)
        elif (low := low_month(clinic, period)) is not None:
            yield low
        if counts is not None:
            yield from different_counts(counts, ours, period)

    def _practitioner(self, days: Sequence[DayCount]) -> Iterator[Gap]:
        period, number = self._period, days[0].practitioner_number
        practitioner = self._config.practitioner(number)
        since = months_after(period.first, -MONTHS_BEFORE)
        lately = [day for day in days if day.day >= since]
        yield from missing_days(lately, period, self._codes.calendar, practitioner)
        low = low_practitioner(days, period, number, practitioner)
        if low is not None:
            yield low

    def by_number(self) -> Iterator[Gap]:
        """Look at the ids of the month and of those beside it."""
        period = self._period
        around = months_after(period.first, -1), months_after(period.first, 2) - timedelta(days=1)
        sessions = numbered_sessions(self._connection, self._data_centre, *around)
        return missing_numbers(sessions, period, self._known)

    def _known(self, source: str, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(known_sessions(self._connection, self._data_centre, source, ids))

    def by_patient(self) -> Iterator[Gap]:
        """Look at the patients of the weeks before the month."""
        since = self._period.first - timedelta(days=DAYS_BEFORE)
        rows = patient_rows(self._connection, self._data_centre, since, self._period.last)
        return broken_series(rows, self._period, self._config.policy.series_length)

    def by_status(self) -> Iterator[Gap]:
        """Look at the visits of the month's past days that are not completed."""
        period = self._period
        if period.end < period.first:
            return iter(())
        return unclosed_visits(
            status_counts(self._connection, self._data_centre, period.first, period.end)
        )
