"""Holds `--as-of` to the books before anything is written as of it: a wrong year is soon typed."""

from datetime import date
from typing import TYPE_CHECKING

from tpi_billing import clock
from tpi_billing.errors import UsageError

if TYPE_CHECKING:
    from tpi_billing.ledger import Ledger

MOST_DAYS = 183
"""Half a year: nobody books so long after the day that counts, and a wrong year lies farther."""
MOST_YEARS = 10
"""From the computer's day, as long as nothing is booked that the day could be held to."""


def insist_on_likely_day(ledger: "Ledger", day: date) -> None:
    """Raise UsageError for a day that is hardly meant as the one that counts as today."""
    from tpi_billing.ledger.batches import newest_day

    with ledger.reading() as connection:
        newest = newest_day(connection, ledger.data_centre)
    today = clock.today()
    if wrong := why_unlikely(day, newest, today):
        raise UsageError(
            f"--as-of {day} {wrong}. Nothing was done.",
            hint="Everything would be booked as of that day. Is the year right? Give the day as "
            f"YYYY-MM-DD, or leave --as-of out: by this computer it is {today}.",
        )


def why_unlikely(day: date, newest: date | None, today: date) -> str:
    """Say what is odd about a day: `newest` is that of the newest batch. Blank: nothing is.

    With a batch a day is likely from half a year before it until half a year after it, or after
    the computer's day; before the first batch within ten years of the computer's day.
    """
    if newest is None:
        far = abs(day.year - today.year) > MOST_YEARS
        return f"is {abs(day.year - today.year)} years from this computer's day" if far else ""
    if (before := (newest - day).days) > MOST_DAYS:
        return f"is {before} days before the newest batch, which was made as of {newest}"
    if (ahead := (day - max(newest, today)).days) > MOST_DAYS:
        since = "the newest batch" if newest > today else "this computer's day"
        return f"is {ahead} days after {since}"
    return ""
