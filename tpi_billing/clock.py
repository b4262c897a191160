"""The one clock: what day it is for a decision, and when something was written down.

`--as-of` sets the day; nothing else in the tool reads the wall clock to decide anything.
"""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day at this computer, the default of `--as-of`."""
    return datetime.now().astimezone().date()


def now() -> str:
    """Return this instant as UTC text, `2026-11-05T17:03:21Z`, for the journal's records."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
