"""A report: one table with its totals, and what is shown of it on a screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic

from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field, Row, Value


@dataclass(frozen=True, slots=True)
class Report(Generic[Row]):
    """One table. `summed` names the fields that are added up below it.

    `screen` has the fields that 80 columns have room for, with shorter titles; those named in
    `broken` may be broken into lines there. `remarks` are sentences below the table, `nothing` is
    said when it has no rows.
    """

    name: str
    title: str
    line: str
    fields: tuple[Field[Row], ...]
    rows: tuple[Row, ...]
    summed: frozenset[str]
    screen: tuple[tuple[str, str], ...]
    broken: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    nothing: str = "Nothing."

    def totals(self) -> dict[str, int | Decimal]:
        """Add up the fields that are, by name; money stays exact."""
        return {
            field.name: _sum(field, self.rows) for field in self.fields if field.name in self.summed
        }

    def field(self, name: str) -> Field[Row]:
        """Return the field of a name."""
        return next(field for field in self.fields if field.name == name)


def money(cents: int | None) -> Value:
    """Return cents as a cell of dollars; nothing for None."""
    return None if cents is None else decimal_dollars(cents)


def _sum(field: Field[Any], rows: Sequence[Any]) -> int | Decimal:
    values = [value for row in rows for value in [field.value(row)] if value is not None]
    if field.kind == "money":
        return sum((value for value in values if isinstance(value, Decimal)), Decimal("0.00"))
    return sum(value for value in values if isinstance(value, int))
