"""Bring a list of referrals into the registry: all problems of the file at once, nothing twice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tpi_billing.claims.referrals import (
    DETAILS,
    Stored,
    as_finding,
    further_faults,
    is_by_chart,
    read_referral,
    store_referral,
    unmet,
)
from tpi_billing.codes import CodeBook
from tpi_billing.intake.referral_rows import ReferralRow
from tpi_billing.intake.table import Row, Table
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.model.finding import Finding, Place, Problem, Severity

_Key = tuple[str, str, date]


@dataclass
class ReferralCounts:
    """What became of a file's rows; every row that was read counts in exactly one of the others."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class ReferralsImported:
    """The counts of a file, and everything that was noticed, in the file's order."""

    counts: ReferralCounts
    findings: tuple[Finding, ...]


def import_referrals(
    ledger: Ledger,
    codes: CodeBook,
    as_of: date,
    actor: str,
    table: Table,
    *,
    dry_run: bool = False,
    advance: Callable[[int], None] = lambda _rows: None,
) -> ReferralsImported:
    """Import a file in one transaction; a dry run changes nothing.

    Bad rows are reported and left out, the others are stored; the same rows again change nothing.
    """
    with ledger.changing(actor, keep=not dry_run) as transaction:
        importer = _Importer(transaction, ledger.data_centre, codes, as_of, table)
        for row in table.rows():
            importer.take(row)
            advance(1)
        return importer.finish()


class _Importer:
    def __init__(
        self,
        transaction: Transaction,
        data_centre: str,
        codes: CodeBook,
        as_of: date,
        table: Table,
    ) -> None:
        self._transaction = transaction
        self._data_centre = data_centre
        self._codes = codes
        self._as_of = as_of
        self._table = table
        self._counts = ReferralCounts()
        self._findings: list[Finding] = []
        self._said: dict[_Key, dict[str, tuple[int, Any]]] = {}
        self._changed: list[tuple[int, int]] = []
        self._unmet: list[tuple[int, str]] = []

    def take(self, row: Row) -> None:
        """Store a row if it can be; why it cannot is in the findings."""
        if row.passed_over:
            self._note(row, [_passed_over()])
            return
        self._counts.read += 1
        referral, problems = read_referral(row.values, self._codes, self._as_of)
        if referral is not None and not (problems := self._contradictions(row, referral)):
            stored = store_referral(
                self._transaction, self._data_centre, self._codes, self._as_of, referral
            )
            self._keep(row, referral, stored)
            problems = stored.problems
        else:
            self._counts.rejected += 1
        self._note(row, problems)

    def finish(self) -> ReferralsImported:
        """Write the journal's entry about the file, and say what concerns the file as a whole."""
        table = self._table
        values = {
            "file": table.file,
            "file_sha256": table.sha256,
            "sheet": table.sheet,
            **asdict(self._counts),
            "rows": self._changed,
        }
        self._transaction.journal.write("referrals.imported", "referrals", values)
        whole = [as_finding(problem, place) for problem, place in table.notices]
        whole += [as_finding(problem, self._place(row)) for problem, row in self._about_unmet()]
        return ReferralsImported(self._counts, (*self._findings, *whole))

    def _contradictions(self, row: Row, referral: ReferralRow) -> tuple[Problem, ...]:
        """Compare a row with what earlier rows say of the same referral: they may not differ."""
        said = self._said.get(_key(referral), {})
        differing = [
            (name, said[name][0])
            for name in DETAILS
            if name in said
            and (value := getattr(referral, name)) not in {"", None}
            and value != said[name][1]
        ]
        if not differing:
            return ()
        words = ", ".join(name.replace("_", " ") for name, _ in differing)
        message = f"Rows {differing[0][1]} and {row.number} are one referral and differ: {words}."
        hint = "Correct the row that is wrong, or delete it."
        found = Problem("invalid-value", message, differing[0][0], "", hint)
        return found, *further_faults(row.values, self._codes, self._as_of, [found])

    def _keep(self, row: Row, referral: ReferralRow, stored: Stored) -> None:
        setattr(self._counts, stored.outcome, getattr(self._counts, stored.outcome) + 1)
        if stored.referral_id is None:
            return
        said = self._said.setdefault(_key(referral), {})
        for name in DETAILS:
            if (value := getattr(referral, name)) not in {"", None}:
                said.setdefault(name, (row.number, value))
        if stored.outcome != "unchanged":
            self._changed.append((row.number, stored.referral_id))
        if stored.unmet:
            self._unmet.append((row.number, referral.patient_key))

    def _about_unmet(self) -> Iterator[tuple[Problem, int]]:
        for by_chart in (True, False):
            rows = [row for row, key in self._unmet if is_by_chart(key) == by_chart]
            if rows:
                several = (
                    "referrals are of patients" if len(rows) > 1 else "referral is of a patient"
                )
                message = f"{len(rows)} new {several} without a visit in the ledger"
                yield unmet(f"{message}, first in row {rows[0]}.", by_chart=by_chart), rows[0]

    def _place(self, row: int) -> Place:
        return Place(self._table.file, self._table.sheet, row)

    def _note(self, row: Row, problems: Iterable[Problem]) -> None:
        self._findings += [as_finding(problem, self._place(row.number)) for problem in problems]


def _key(referral: ReferralRow) -> _Key:
    return referral.patient_key, referral.number, referral.received


def _passed_over() -> Problem:
    return Problem(
        "missing-value",
        "The row has neither a patient nor a date: it was taken for a total or a remark and "
        "passed over.",
        severity=Severity.INFO,
        hint="Nothing to do if it is not a referral.",
    )
