"""Months, moments and batches as people read them, the same in every file."""

from datetime import UTC, datetime

from tpi_billing.model.batch import Batch
from tpi_billing.model.money import decimal_dollars

# Not from `calendar`: its names follow the language of the computer.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def month_title(month: str) -> str:
    """Write `2026-10` as `October 2026`."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def batch_title(batch: Batch) -> str:
    """Name a batch: `Batch 3, October 2026`."""
    return f"Batch {batch.batch_id}, {month_title(batch.month)}"


def batch_line(batch: Batch, line: str) -> str:
    """Write the subtitle of a sheet: clinic, batch, and what the sheet comes to."""
    return f"{batch.clinic_name}  ·  {batch_title(batch)}  ·  {line}"


def moment_of(text: str) -> datetime:
    """Read an instant as the ledger writes it, `2026-11-05T17:03:21Z`; the result is in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def moment_title(text: str) -> str:
    """Write an instant as `2026-11-05 17:03 UTC`."""
    return moment_of(text).strftime("%Y-%m-%d %H:%M UTC")


def money(cents: int) -> str:
    """Write cents as dollars for people: `$8,718.45`, `-$0.05`."""
    return f"{'-' if cents < 0 else ''}${decimal_dollars(abs(cents)):,.2f}"


def count_of(number: int, noun: str) -> str:
    """Write a number with its noun: `1 claim`, `2 claims`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
