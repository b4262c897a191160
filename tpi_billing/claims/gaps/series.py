"""Patients in the middle of a series of treatments who have no session in the month."""

from collections.abc import Iterable, Iterator, Sequence

from tpi_billing.claims.gaps.gap import Gap, GapKind, Period
from tpi_billing.claims.work_items import person
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger.counts import PatientRow

DAYS_BEFORE = 45
"""A series counts as running when its last session was in so many days before the month."""
_LONGEST_PAUSE = 28


def broken_series(
    patients: Iterable[Sequence[PatientRow]], period: Period, series_length: int
) -> Iterator[Gap]:
    """Find series that stop short of `series_length` sessions.

    `patients` has each patient's rows from 45 days before the month to its end, oldest first. The
    last completed session before the month must say that it is the n-th of fewer than the whole,
    28 days must have gone by since, and no later row of any status may explain it: a cancelled
    visit is known, and so is one that is booked.
    """
    for rows in patients:
        last = next((row for row in reversed(rows) if row.status == "completed"), None)
        if last is None or last is not rows[-1] or last.day >= period.first:
            continue
        if (period.end - last.day).days < _LONGEST_PAUSE:
            continue
        session, _ = parse_session(last.values)
        if session is None or session.series_number is None:
            continue
        done = session.series_number
        if done < series_length:
            yield Gap(
                GapKind.SERIES,
                f"Session {done} of a series of {series_length} was on {last.day}, and nothing "
                f"came after it, not even a cancelled visit.",
                "Look into the patient's chart: was he treated since, or did he stop?",
                last.day,
                period.last,
                series_length - done,
                found=0,
                practitioner_number=last.practitioner_number,
                session_id=last.session_id,
                patient=person(session),
            )
