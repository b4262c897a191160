"""Is it the right file? What a clerk is asked before she looks at its visits one by one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.claims.deadlines import last_day
from tpi_billing.intake.impression import Impression
from tpi_billing.ledger.health import OtherDataCentre

_ENOUGH = 3
"""Fewer visits than this say nothing of a file."""
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something odd about a whole file, or about where it was imported, and what to do."""

    message: str
    hint: str


def doubts_of_file(impression: Impression, as_of: date) -> Iterator[Doubt]:
    """Yield what looks wrong about a file as a whole: shifted columns, another year's visits."""
    if impression.garbled >= _ENOUGH and impression.garbled * 2 > impression.rows:
        yield _shifted(impression)
    first, last = impression.first, impression.last
    if first is None or last is None or impression.months.total() < _ENOUGH:
        return
    many = f"All {impression.months.total()} completed visits of the file, {_span(first, last)}"
    if first > as_of:
        yield Doubt(
            f"{many}, are after today, {as_of}: none can be billed.",
            "Is the computer's date right? Otherwise correct the dates in the record system.",
        )
    elif last_day(last) < as_of:
        yield Doubt(
            f"{many}, are too late for MSP on {as_of}: none can be billed.",
            "Is it an old export, or is the computer's date wrong? To take an old file back, write "
            "cancelled as the status of its visits and import it again.",
        )


def doubts_of_ledger(
    ours: int, others: Iterable[OtherDataCentre], data_centre: str
) -> Iterator[Doubt]:
    """Yield a doubt when a ledger that one clinic works in has only another data centre's visits.

    `ours` counts the sessions that were there before the import.
    """
    names = [one.data_centre for one in others if one.sessions and not one.shared]
    if names and not ours:
        yield Doubt(
            f"These are the first visits of data centre {data_centre} in this ledger, which has "
            f"those of {', '.join(names)}.",
            "If data_centre in tpi-billing.toml is wrong, correct it and import the file again. "
            "A second clinic needs a folder of its own: tpi-billing init DIR.",
        )


def _shifted(impression: Impression) -> Doubt:
    names = [column for column, _ in impression.columns.most_common(_NAMED)]
    return Doubt(
        f"In {impression.garbled} of {impression.rows} rows many cells cannot be read, above all "
        f"{', '.join(names)}: the columns seem to have shifted.",
        "Compare the first rows with their titles, and export again or correct the mapping. Import "
        "the right file then: it puts these visits right, and none is billed before.",
    )


def _span(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def months_of(impressions: Sequence[Impression]) -> dict[str, int]:
    """Count the completed visits of files by month, in order."""
    months = sorted({month for one in impressions for month in one.months})
    return {month: sum(one.months[month] for one in impressions) for month in months}
