"""Adjustments by code: what MSP added to or took from payments beside the claims, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tpi_billing.codes import CodeBook
from tpi_billing.ledger.adjustment_sums import adjustment_lines, adjustments_within
from tpi_billing.ledger.store import Connection
from tpi_billing.teleplan.parsing import UnreadableError, slices_of
from tpi_billing.teleplan.records import LAYOUTS

_CLAIM_LINES = ("S00", "S01", "S02", "S03")
_PLACES = {"S23": "payee", "S24": "practitioner"}
WITHIN = "claim lines"
_AT_MOST = 7
"""A claim line has room for so many adjustments."""
_UNKNOWN = "not in the list of adjustment codes"


@dataclass(frozen=True, slots=True)
class AdjustmentSum:
    """All adjustments of a code: where they stand, what they are for, how many, signed cents.

    Those within claim lines are part of what the claims were paid; the others stand by themselves.
    `message` is MSP's own, blank within claim lines.
    """

    place: str
    code: str
    meaning: str
    message: str
    count: int
    cents: int


def adjustments_by_code(
    connection: Connection,
    data_centre: str,
    codes: CodeBook,
    first: date | None = None,
    last: date | None = None,
) -> list[AdjustmentSum]:
    """Sum the adjustments paid between two days, both included, by place and code."""
    layout = LAYOUTS["S23"].by_name
    spans = [
        (field.first, field.last or field.first)
        for field in (layout["adjustment_code"], layout["message"])
    ]
    found = [
        AdjustmentSum(_PLACES[record], code, _meaning(codes, code), message, count, cents)
        for record, code, message, count, cents in adjustment_lines(
            connection, data_centre, spans[0], spans[1], first, last
        )
    ]
    counts, sums = Counter[str](), Counter[str]()
    for record in _CLAIM_LINES:
        for code, cents, count in _within(connection, data_centre, record, first, last):
            counts[code] += count
            sums[code] += cents * count
    found += [
        AdjustmentSum(WITHIN, code, _meaning(codes, code), "", counts[code], sums[code])
        for code in sorted(counts)
    ]
    return found


def _within(
    connection: Connection, data_centre: str, record: str, first: date | None, last: date | None
) -> Iterator[tuple[str, int, int]]:
    """Yield the code, cents and number of the adjustments within the lines of a record."""
    places = {each.field.name: each for each in slices_of(record)}
    begins = places["adjustment_code_1"].start
    ends = places[f"adjustment_amount_{_AT_MOST}"].stop or begins
    columns = (begins + 1, ends)
    for block, count in adjustments_within(connection, data_centre, record, columns, first, last):
        text = " " * begins + block
        for at in range(1, _AT_MOST + 1):
            code, amount = places[f"adjustment_code_{at}"], places[f"adjustment_amount_{at}"]
            try:
                cents = amount.parse(text[amount.start : amount.stop])
            except UnreadableError:
                continue
            if isinstance(cents, int) and cents:
                yield text[code.start : code.stop].strip(), cents, count


def _meaning(codes: CodeBook, code: str) -> str:
    found = codes.adjustment_code(code)
    return _UNKNOWN if found is None else found.meaning
