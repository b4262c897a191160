"""Bring a file's rows into the ledger: new, changed, unchanged, not completed, or rejected.

The same file, or the same rows in another file, change nothing, and a file that is older than what
the ledger has takes nothing back. A session that changed is brought up to date while it is
unbilled; once billed it stays as it was, and the change waits beside it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from tpi_billing.intake.another_patient import another_patient, is_another_patient
from tpi_billing.intake.import_report import (
    ImportCounts,
    ImportReport,
    changed_after_billing,
    no_visit,
    older_versions,
    two_versions,
)
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import Row, Table
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.import_rows import (
    ImportRow,
    add_import_rows,
    contents_of,
    rows_of_import,
    versions_before,
)
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.outstanding import RejectedRow, remember_rejected
from tpi_billing.ledger.schema import sessions as sessions_table
from tpi_billing.ledger.sessions import (
    Known,
    add_import,
    add_sessions,
    change_session,
    known_sessions,
    next_key,
)
from tpi_billing.model.finding import Place, Problem
from tpi_billing.model.masking import mask_value
from tpi_billing.model.quickly import quickly_made
from tpi_billing.model.session import Session, patient_key

__all__ = ["ImportCounts", "ImportReport", "Importer"]

_CHUNK = 2_000


@quickly_made
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
        # What the file first said of a session, where the ledger has something else.
        self._first_said: dict[int, str] = {}
        self._versions: dict[tuple[int, str], int] = {}
        self._contents: dict[int, str] = {}
        self._older = 0
        self._rejected: list[RejectedRow] = []
        self.report = ImportReport(self._import_id)

    def run(self) -> ImportReport:
        """Import every row; what cannot be stored is in the report, nothing is dropped."""
        for chunk in _chunks(self._table.rows()):
            self._store([read for row in chunk if (read := self._read(row)) is not None])
            self._advance(len(chunk))
        for problem, place in self._table.notices:
            self.report.problems.append((problem, place, ""))
        if self._older:
            place = Place(self._table.file, self._table.sheet)
            self.report.problems.append((older_versions(self._older), place, ""))
        remember_rejected(self._transaction, self._import_id, self._rejected)
        counts = vars(self.report.counts)
        self._transaction.journal.write(
            "import.finished", f"import:{self._import_id}", dict(counts)
        )
        return self.report

    def _place(self, row: Row) -> Place:
        return Place(self._table.file, self._table.sheet, row.number)

    def _read(self, row: Row) -> _Read | None:
        if row.passed_over:
            self._note(row, no_visit())
            return None
        self.report.counts.read += 1
        session, problems = parse_session(row.values)
        self.report.impression.add(session, problems)
        if session is None:
            self.report.counts.rejected += 1
            for problem in problems:
                self._note(row, problem)
            self._rejected.append(_rejected(row, problems))
            return None
        if not session.status:
            # Not billed, and not known to be cancelled either: nothing else would ever say so.
            for problem in problems:
                if problem.column == "status":
                    self._note(row, problem, session.session_id)
        content = canonical_json(row.values)
        return _Read(row, session, content, _sha256(content))

    def _note(self, row: Row, problem: Problem, session_id: str = "") -> None:
        self.report.problems.append((problem, self._place(row), session_id))

    def _store(self, reads: Sequence[_Read]) -> None:
        known = known_sessions(
            self._transaction.connection,
            self._data_centre,
            self._table.source,
            [read.session.session_id for read in reads],
        )
        keys = [session.session_key for session in known.values()]
        met = rows_of_import(self._transaction.connection, self._import_id, keys)
        self._versions = versions_before(self._transaction.connection, self._import_id, keys)
        said = ((known.get(read.session.session_id), read.sha256) for read in reads)
        other = {old.session_key for old, sha256 in said if old and old.content_sha256 != sha256}
        self._contents = contents_of(self._transaction.connection, sorted(other))
        fresh: dict[str, dict[str, Any]] = {}
        rows: list[ImportRow] = []
        for read in reads:
            session_id = read.session.session_id
            old = known.get(session_id)
            if old is None:
                old = self._add(read, fresh)
                outcome = "new" if read.session.completed else "skipped"
            elif old.session_key in met:
                old, outcome = self._again(read, old, met[old.session_key], fresh)
            elif old.batch_id is not None:
                old, outcome = self._meet_billed(read, old, old.batch_id)
            else:
                old, outcome = self._meet(read, old)
            known[session_id] = old
            if outcome != "rejected":
                met.setdefault(old.session_key, read.row.number)
                rows.append((read.row.number, old.session_key, outcome, read.sha256))
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
            "pending": "",
            **self._columns(read),
        }
        return Known(key, read.sha256, read.session.status, "", None, self._import_id, "")

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
        """Deal with an unbilled session that the ledger had before this file."""
        same = read.sha256 == old.content_sha256
        if same and not old.conflict:
            return old, _unchanged(read)
        # A file that heals a contradiction may well repeat what the contradictory one said.
        since = old.import_id if old.conflict else self._import_id
        if not same and self._is_older(read, old, since):
            return old, _unchanged(read)
        if self._is_another_patient(read, old):
            return self._hold(read, old)
        changed = self._change(old, {**self._columns(read), "conflict": ""})
        was_open = old.status == "completed"
        outcome = "updated" if read.session.completed or was_open else "skipped"
        return changed, _unchanged(read) if same else outcome

    def _is_another_patient(self, read: _Read, old: Known) -> bool:
        """Tell whether the ledger has a completed visit of somebody else under the id."""
        before = _loaded(self._contents.get(old.session_key, ""))
        return old.status == "completed" and is_another_patient(before, read.row.values)

    def _hold(self, read: _Read, old: Known) -> tuple[Known, str]:
        """Keep an unbilled session as it is, held until a file has the same patient's again."""
        problem = another_patient(read.session.session_id)
        self._note(read.row, problem, read.session.session_id)
        here = {"import_id": self._import_id, "row_number": read.row.number}
        return self._change(old, {**here, "conflict": problem.message}), "rejected"

    def _meet_billed(self, read: _Read, old: Known, batch_id: int) -> tuple[Known, str]:
        """Let what a file says of a billed session wait, until its batch is voided."""
        if self._is_another_patient(read, old):
            session_id = read.session.session_id
            self._note(read.row, another_patient(session_id, billed=True), session_id)
            return old, "rejected"
        return self._let_wait(read, old, batch_id), _unchanged(read)

    def _let_wait(self, read: _Read, old: Known, batch_id: int) -> Known:
        if read.sha256 == old.content_sha256:
            return self._change(old, {"pending": ""}) if old.pending else old
        waiting = _loaded(old.pending)
        known, contradicted = waiting.get("content_sha256", ""), waiting.get("conflict", "")
        since = waiting["import_id"] if contradicted else self._import_id
        if known and known != read.sha256 and self._is_older(read, old, since):
            return old
        self._first_said[old.session_key] = read.sha256
        session_id = read.session.session_id
        self._note(read.row, changed_after_billing(session_id, batch_id), session_id)
        if known == read.sha256 and not contradicted:
            return old
        pending = canonical_json({**self._columns(read), "conflict": ""})
        return self._change(old, {"pending": pending})

    def _is_older(self, read: _Read, old: Known, since: int) -> bool:
        """Tell whether an import before `since` was the last to say this of a session."""
        last = self._versions.get((old.session_key, read.sha256))
        if last is None or last >= since:
            return False
        self._first_said[old.session_key] = read.sha256
        self._older += 1
        return True

    def _change(self, old: Known, values: dict[str, Any]) -> Known:
        change_session(self._transaction, old.session_key, values)
        return _with(old, values)

    def _again(
        self, read: _Read, old: Known, first_row: int, fresh: dict[str, dict[str, Any]]
    ) -> tuple[Known, str]:
        """Deal with a session id that this file has already had.

        Of two versions the completed one is kept, for only that shows that the session is held.
        """
        first = self._first_said.setdefault(old.session_key, old.content_sha256)
        if read.sha256 == first:
            return old, _unchanged(read)
        session_id = read.session.session_id
        problem = two_versions(session_id, first_row, read.row.number)
        self._note(read.row, problem, session_id)
        if old.batch_id is not None:
            return self._contradict_billed(read, old, first_row, problem.message), "rejected"
        values: dict[str, Any] = {"import_id": self._import_id, "row_number": first_row}
        if read.session.completed and old.status != "completed":
            values = self._columns(read)
        values["conflict"] = problem.message
        if session_id in fresh:
            fresh[session_id].update(values)
            return _with(old, values), "rejected"
        return self._change(old, values), "rejected"

    def _contradict_billed(self, read: _Read, old: Known, first_row: int, message: str) -> Known:
        """Let a contradiction about a billed session wait, to hold it once its batch is voided."""
        waiting = _loaded(old.pending)
        status = waiting.get("status", old.status)
        if status != "completed":
            waiting = self._columns(read) if read.session.completed else {}
        here = {"import_id": self._import_id, "row_number": first_row, "conflict": message}
        return self._change(old, {"pending": canonical_json({**waiting, **here})})


def _rejected(row: Row, problems: Iterable[Problem]) -> RejectedRow:
    """Keep of a row what may find it again; what is shown of it is masked for good."""
    values = row.values
    try:
        day = date.fromisoformat(values.get("service_date", "")).isoformat()
    except ValueError:
        day = ""
    told = [
        {
            "code": problem.code,
            "message": problem.message,
            "column": problem.column,
            "value": mask_value(problem.column, problem.value),
        }
        for problem in problems
    ]
    sha256 = _sha256(canonical_json(values))
    return RejectedRow(row.number, values.get("session_id", ""), day, sha256, told)


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _unchanged(read: _Read) -> str:
    return "unchanged" if read.session.completed else "skipped"


def _loaded(pending: str) -> dict[str, Any]:
    return dict(json.loads(pending)) if pending else {}


def _with(old: Known, values: dict[str, Any]) -> Known:
    known = {name: value for name, value in values.items() if name in Known.__slots__}
    return replace(old, **known)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
