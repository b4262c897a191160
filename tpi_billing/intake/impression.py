"""What a file looks like as a whole: the months of its visits, and how much of it is unreadable."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.session import Session

_MANY = 3
"""So many unreadable cells in a row are hardly typing mistakes."""


@dataclass
class Impression:
    """Counts over the rows of a file.

    `months` counts completed visits by month of service (`YYYY-MM`), `garbled` the rows with many
    unreadable cells, `columns` how often each column of those rows is unreadable.
    """

    rows: int = 0
    garbled: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    first: date | None = None
    last: date | None = None

    def add(self, session: Session | None, problems: Sequence[Problem]) -> None:
        """Take a row that was read; the session is None when it cannot be stored."""
        self.rows += 1
        if len(problems) >= _MANY:
            bad = {one.column for one in problems if one.severity is not Severity.WARNING}
            if len(bad) >= _MANY:
                self.garbled += 1
                self.columns.update(bad)
        if session is not None and session.completed:
            day = session.service_date
            self.months[f"{day:%Y-%m}"] += 1
            self.first = day if self.first is None else min(self.first, day)
            self.last = day if self.last is None else max(self.last, day)
