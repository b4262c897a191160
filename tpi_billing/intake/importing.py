"""Bring a file's rows into the ledger: new, changed, unchanged, not completed, or rejected.

The same file, or the same rows in another file, change nothing. A session that changed is brought
up to date while it is unbilled; once billed it stays as it was, and the difference is reported.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import Row, Table
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.schema import sessions as sessions_table
from tpi_billing.ledger.sessions import (
    Known,
    add_import,
    add_import_rows,
    add_sessions,
    change_session,
    known_sessions,
    next_key,
    rows_of_import,
)
from tpi_billing.model.finding import Place, Problem, Severity
from tpi_billing.model.session import Session, patient_key

_CHUNK = 2_000


@dataclass
class ImportCounts:
    """What became of a file's rows; every row that was read counts in exactly one of the others."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0


@dataclass
class ImportReport:
    """The counts of one file, and what was wrong with rows that are not in the ledger."""

    import_id: int
    counts: ImportCounts = field(default_factory=ImportCounts)
    problems: list[tuple[Problem, Place, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that can be stored."""

    row: Row
    session: Session
    content: str
    sha256: str


class Importer:
    """Imports one table within a transaction; `advance` is told the number of rows done."""

    def __init__(
        self,
        transaction: Transaction,
        data_centre: str,
        table: Table,
        advance: Callable[[int], None] = lambda _rows: None,
    ) -> None:
        self._transaction = transaction
        self._data_centre = data_centre
        self._table = table
        self._advance = advance
        self._import_id = add_import(
            transaction, data_centre, table.source, table.file, table.sha256, table.sheet
        )
        self._next_key = next_key(transaction.connection, sessions_table.c.session_key)
        # What the file first said of a billed session, where the ledger keeps something else.
        self._first_of_billed: dict[int, str] = {}
        self.report = ImportReport(self._import_id)

    def run(self) -> ImportReport:
        """Import every row; what cannot be stored is in the report, nothing is dropped."""
        for chunk in _chunks(self._table.rows()):
            self._store([read for row in chunk if (read := self._read(row)) is not None])
            self._advance(len(chunk))
        for problem, place in self._table.notices:
            self.report.problems.append((problem, place, ""))
        counts = vars(self.report.counts)
        self._transaction.journal.write(
            "import.finished", f"import:{self._import_id}", dict(counts)
        )
        return self.report

    def _place(self, row: Row) -> Place:
        return Place(self._table.file, self._table.sheet, row.number)

    def _read(self, row: Row) -> _Read | None:
        if row.passed_over:
            self._note(
                row,
                Problem(
                    "missing-value",
                    "The row has no health number, registration number or date: it was taken for "
                    "a total or a remark and passed over.",
                    severity=Severity.INFO,
                    hint="Nothing to do if it is not a visit.",
                ),
            )
            return None
        self.report.counts.read += 1
        session, problems = parse_session(row.values)
        if session is None:
            self.report.counts.rejected += 1
            for problem in problems:
                self._note(row, problem)
            return None
        if not session.status:
            # Not billed, and not known to be cancelled either: nothing else would ever say so.
            for problem in problems:
                if problem.column == "status":
                    self._note(row, problem, session.session_id)
        content = canonical_json(row.values)
        return _Read(row, session, content, hashlib.sha256(content.encode()).hexdigest())

    def _note(self, row: Row, problem: Problem, session_id: str = "") -> None:
        self.report.problems.append((problem, self._place(row), session_id))

    def _store(self, reads: Sequence[_Read]) -> None:
        known = known_sessions(
            self._transaction.connection,
            self._data_centre,
            self._table.source,
            [read.session.session_id for read in reads],
        )
        met = rows_of_import(
            self._transaction.connection,
            self._import_id,
            [session.session_key for session in known.values()],
        )
        fresh: dict[str, dict[str, Any]] = {}
        rows: list[tuple[int, int, str]] = []
        for read in reads:
            session_id = read.session.session_id
            old = known.get(session_id)
            if old is None:
                old = self._add(read, fresh)
                outcome = "new" if read.session.completed else "skipped"
            elif old.session_key in met:
                outcome = self._again(read, old, met[old.session_key], fresh)
            else:
                old, outcome = self._meet(read, old)
            known[session_id] = old
            if outcome != "rejected":
                met.setdefault(old.session_key, read.row.number)
                rows.append((read.row.number, old.session_key, outcome))
            counts = self.report.counts
            setattr(counts, outcome, getattr(counts, outcome) + 1)
        add_sessions(self._transaction, list(fresh.values()))
        add_import_rows(self._transaction, self._import_id, rows)

    def _add(self, read: _Read, fresh: dict[str, dict[str, Any]]) -> Known:
        key, self._next_key = self._next_key, self._next_key + 1
        fresh[read.session.session_id] = {
            "session_key": key,
            "data_centre": self._data_centre,
            "source": self._table.source,
            "session_id": read.session.session_id,
            "conflict": "",
            "batch_id": None,
            **self._columns(read),
        }
        return Known(key, read.sha256, read.session.status, "", None)

    def _columns(self, read: _Read) -> dict[str, Any]:
        session = read.session
        return {
            "patient_key": patient_key(read.row.values, self._table.source),
            "practitioner_number": session.practitioner_number,
            "service_date": session.service_date.isoformat(),
            "start_time": session.start_time.strftime("%H:%M") if session.start_time else "",
            "status": session.status,
            "content": read.content,
            "content_sha256": read.sha256,
            "import_id": self._import_id,
            "row_number": read.row.number,
        }

    def _meet(self, read: _Read, old: Known) -> tuple[Known, str]:
        """Deal with a session that the ledger had before this file."""
        same = read.sha256 == old.content_sha256
        if old.batch_id is not None:
            if not same:
                self._first_of_billed[old.session_key] = read.sha256
                self._report_billed(read, old)
            return old, "unchanged" if read.session.completed else "skipped"
        if same and not old.conflict:
            return old, "unchanged" if read.session.completed else "skipped"
        change_session(self._transaction, old.session_key, {**self._columns(read), "conflict": ""})
        was_open = old.status == "completed"
        outcome = "updated" if read.session.completed or was_open else "skipped"
        if same:
            outcome = "unchanged" if read.session.completed else "skipped"
        changed = replace(old, content_sha256=read.sha256, status=read.session.status, conflict="")
        return changed, outcome

    def _report_billed(self, read: _Read, old: Known) -> None:
        self._note(
            read.row,
            Problem(
                "duplicate-claim",
                f"The visit was changed after it was billed in batch {old.batch_id}; "
                "the ledger keeps what was billed.",
                column="session_id",
                value=read.session.session_id,
                hint=f"Void batch {old.batch_id} if it is not sent yet and import again, or "
                "correct the claim.",
            ),
            read.session.session_id,
        )

    def _again(
        self, read: _Read, old: Known, first_row: int, fresh: dict[str, dict[str, Any]]
    ) -> str:
        """Deal with a session id that this file has already had."""
        if read.sha256 == self._first_of_billed.get(old.session_key, old.content_sha256):
            return "unchanged" if read.session.completed else "skipped"
        message = f"Rows {first_row} and {read.row.number} have the same session id and differ."
        self._note(
            read.row,
            Problem("duplicate-session-id", message, "session_id", read.session.session_id),
            read.session.session_id,
        )
        waiting = fresh.get(read.session.session_id)
        if waiting is not None:
            waiting["conflict"] = message
        elif old.batch_id is None:
            change_session(self._transaction, old.session_key, {"conflict": message})
        return "rejected"


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
