"""Everything that the month-end workbook shows of a month, read in one go."""

from dataclasses import dataclass
from datetime import date, timedelta

from tpi_billing.codes import CodeBook
from tpi_billing.ledger.book_months import CLOSED, month_after, month_before
from tpi_billing.ledger.books import BookLine, Movements, book_lines, months_moved
from tpi_billing.ledger.closings import Decision, decisions
from tpi_billing.ledger.receivables import FeeItemMoney, Receivable, by_fee_item, receivables
from tpi_billing.ledger.refusals import refused_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.remittance.adjustment_report import AdjustmentSum, adjustments_by_code
from tpi_billing.remittance.refusal_report import CodeRefusals, refusals_by_code
from tpi_billing.remittance.tying import Tied, all_tied
from tpi_billing.remittance.write_offs import WrittenOff, write_offs

TREND_MONTHS = 6


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """A month of the trend: what moved, and what was outstanding at its end, in cents."""

    month: str
    moved: Movements
    closing: int


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month of the books with its trend, remittances, refusals and all that is behind it.

    `refused` are the refusals of the month, `refused_lately` those of all `trend` months.
    `closed` says when and by whom it was closed, None while it is open. `outstanding` are the
    cents of the books after the last movement there is, to which `owed` must tie.
    """

    month: str
    as_of: date
    closed: Decision | None
    lines: tuple[BookLine, ...]
    trend: tuple[TrendMonth, ...]
    remittances: tuple[Tied, ...]
    owed: tuple[Receivable, ...]
    outstanding: int
    refused: tuple[CodeRefusals, ...]
    refused_lately: tuple[CodeRefusals, ...]
    expected: tuple[FeeItemMoney, ...]
    written_off: tuple[WrittenOff, ...]
    adjustments: tuple[AdjustmentSum, ...]

    @property
    def first_day(self) -> date:
        """The first day of the trend."""
        return first_day(self.trend[0].month)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return last_day(self.month)


def month_figures(
    connection: Connection, data_centre: str, codes: CodeBook, month: str, as_of: date
) -> MonthFigures:
    """Read a month (`YYYY-MM`); what is outstanding is that of now, its age that on `as_of`."""
    moved = months_moved(connection, data_centre)
    trend = _trend(moved, month)
    first, last, begin = first_day(month), last_day(month), first_day(trend[0].month)
    decided = decisions(connection, data_centre, month)
    closed = decided[-1] if decided and decided[-1].state == CLOSED else None
    return MonthFigures(
        month,
        as_of,
        closed,
        tuple(book_lines(connection, data_centre, month)),
        trend,
        tuple(
            one for one in all_tied(connection, data_centre) if first <= one.payment_date <= last
        ),
        tuple(receivables(connection, data_centre, as_of)),
        sum(each.balance for each in moved.values()),
        tuple(refusals_by_code(refused_claims(connection, data_centre, first, last), codes)),
        tuple(refusals_by_code(refused_claims(connection, data_centre, begin, last), codes)),
        tuple(by_fee_item(connection, data_centre, begin, last)),
        tuple(write_offs(connection, data_centre, month)),
        tuple(adjustments_by_code(connection, data_centre, codes, first, last)),
    )


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """Return the last day of a month."""
    return first_day(month_after(month)) - timedelta(days=1)


def _trend(moved: dict[str, Movements], month: str) -> tuple[TrendMonth, ...]:
    """Return the last months up to one, from the first that has any movement."""
    months = [month]
    earliest = min(moved, default=month)
    while len(months) < TREND_MONTHS and months[0] > earliest:
        months.insert(0, month_before(months[0]))
    return tuple(
        TrendMonth(
            each,
            moved.get(each, Movements()),
            sum(one.balance for of, one in moved.items() if of <= each),
        )
        for each in months
    )
