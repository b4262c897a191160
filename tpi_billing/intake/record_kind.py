"""What a row of a file can be: the columns that are looked for, and which of them must be there."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from tpi_billing.intake.cells import UnreadableError, day
from tpi_billing.model.session import COLUMNS, Column

_TOTAL = re.compile(r"(grand\s+)?(totals?|sum|count)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of row; `noun` names it in sentences, `plural` what a file has many of.

    A file without one of the `necessary` columns is refused, with `otherwise` as the last thing
    to do. A row that has none of the `telling` columns, a total or a remark, is passed over.
    """

    noun: str
    plural: str
    columns: tuple[Column, ...]
    necessary: tuple[str, ...]
    telling: frozenset[str]
    otherwise: str

    def passed_over(self, values: Mapping[str, str]) -> bool:
        """Tell whether a row of canonical text says nothing that is looked for."""
        return self.telling.isdisjoint(values)

    def is_total(self, values: Mapping[str, str], numbers: Container[str]) -> bool:
        """Tell whether a row that begins like a total says of a record at most what is no day.

        `numbers` are the columns with a bare number: there it is a sum and no spreadsheet's day.
        """
        days = {column.name for column in self.columns if column.kind == "date"}
        said = self.telling.intersection(values)
        return said <= days and all(name in numbers or not _is_day(values[name]) for name in said)


def begins_total(text: str) -> bool:
    """Tell whether a row's first filled cell says that the row is a total."""
    return _TOTAL.match(text) is not None


def _is_day(text: str) -> bool:
    try:
        day(text)
    except UnreadableError:
        return False
    return True


SESSIONS = RecordKind(
    noun="session",
    plural="visits",
    columns=COLUMNS,
    necessary=("session_id", "status", "service_date", "practitioner_number"),
    telling=frozenset({"service_date", "phn", "registration_number"}),
    otherwise="copy the rows into: tpi-billing sessions template OUT.xlsx",
)
