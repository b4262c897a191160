"""What a pattern may be put to: a ledger, or files with an engine of their own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from tpi_billing.ledger.pattern_time import Patience


class FactSource(Protocol):
    """Facts that answer a pattern's statements; every engine is asked the same text."""

    def rows(
        self,
        statement: str,
        columns: Sequence[str],
        parameters: Mapping[str, int],
        practitioners: Collection[str] = (),
        patience: Patience | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the named columns of a statement, of some practitioners if any are given.

        Raise PatternSqlError when the engine does not take it, PatternTooLongError when the
        patience runs out.
        """

    def claims_by_month(self, first_day: int, last_day: int) -> list[tuple[str, str, int]]:
        """Return practitioner, month and number of live claims between two days."""

    def days(self) -> tuple[int, int] | None:
        """Return the first and the last day of service; None without any claim."""
