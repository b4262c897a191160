"""What a row of a file can be: the columns that are looked for, and which of them must be there."""

from collections.abc import Mapping
from dataclasses import dataclass

from tpi_billing.model.session import COLUMNS, Column


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of row; `noun` names it in sentences.

    A file without one of the `necessary` columns is refused, with `otherwise` as the last thing
    to do. A row that has none of the `telling` columns, a total or a remark, is passed over.
    """

    noun: str
    columns: tuple[Column, ...]
    necessary: tuple[str, ...]
    telling: frozenset[str]
    otherwise: str

    def passed_over(self, values: Mapping[str, str]) -> bool:
        """Tell whether a row of canonical text says nothing that is looked for."""
        return self.telling.isdisjoint(values)


SESSIONS = RecordKind(
    noun="session",
    columns=COLUMNS,
    necessary=("session_id", "status", "service_date", "practitioner_number"),
    telling=frozenset({"service_date", "phn", "registration_number"}),
    otherwise="copy the rows into: tpi-billing sessions template OUT.xlsx",
)
