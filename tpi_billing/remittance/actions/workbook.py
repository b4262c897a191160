"""Take a workbook of corrections back: all rows in one transaction and one batch, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError, Trouble
from tpi_billing.intake.table import Table
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.amendments import AmendmentKind, amendments_of_claim
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.finding import Finding
from tpi_billing.remittance.actions.correcting import Corrector, Made
from tpi_billing.remittance.actions.viewing import Opened, open_claims
from tpi_billing.remittance.actions.wishes import Wish, trouble
from tpi_billing.remittance.actions.workbook_rows import CorrectionRow, Decision, read_rows
from tpi_billing.remittance.actions.writing_off import (
    WrittenOff,
    write_off,
    write_off_troubles,
)

_KINDS = {
    Decision.CORRECT: AmendmentKind.CORRECT,
    Decision.RESUBMIT: AmendmentKind.RESUBMIT,
    Decision.WRITE_OFF: AmendmentKind.WRITE_OFF,
}
_DONE = {
    Decision.CORRECT: ClaimState.CORRECTED,
    Decision.RESUBMIT: ClaimState.CORRECTED,
    Decision.WRITE_OFF: ClaimState.WRITTEN_OFF,
}


@dataclass(frozen=True, slots=True)
class WorkbookTaken:
    """What a workbook came to: successors, write-offs, rows done before, rows left alone."""

    made: Made
    written_off: tuple[WrittenOff, ...]
    already: int
    alone: int


class WorkbookTaker:
    """Reads a workbook of corrections against the ledger, and does what its rows decide."""

    def __init__(
        self, corrector: Corrector, ledger: Ledger, codes: CodeBook, actor: str, table: Table
    ) -> None:
        self._corrector = corrector
        self._ledger = ledger
        self._codes = codes
        self._actor = actor
        self._table = table

    def take(self, *, dry_run: bool = False) -> WorkbookTaken:
        """Do what the rows decide. Nothing is done when a row is wrong or a check holds one.

        Raise ConflictError with everything that is wrong, by row and column; what only checks hold
        is in the `left` of `made`. Rows of an earlier import of the file are counted and passed.
        """
        rows, troubles = read_rows(self._table)
        with self._ledger.changing(self._actor, keep=not dry_run) as transaction:
            connection = transaction.connection
            wishes, already = self._wishes(connection, rows, troubles)
            follow = [one for one in wishes if one.kind is not AmendmentKind.WRITE_OFF]
            give_up = [one for one in wishes if one.kind is AmendmentKind.WRITE_OFF]
            troubles += write_off_troubles(connection, self._ledger.data_centre, give_up)
            plan = self._corrector.plan(transaction, follow)
            troubles += (one for left in plan.left for one in left.troubles)
            if troubles:
                held = [one for left in plan.left for one in _held(left.findings)]
                raise ConflictError.of(list(dict.fromkeys([*troubles, *held])))
            alone = sum(row.decision is Decision.LEAVE for row in rows)
            if plan.left:
                made = Made(None, (), plan.ready, plan.left)
                return WorkbookTaken(made, (), already, alone)
            done = write_off(transaction, self._ledger.data_centre, give_up)
            made = Made(None, (), (), ())
            if plan.ready:
                batch_id, claims = self._corrector.store(transaction, plan.ready)
                made = Made(None if dry_run else batch_id, tuple(claims), plan.ready, ())
            if plan.ready or done:
                values = {"file": self._table.file, "file_sha256": self._table.sha256}
                transaction.journal.write("corrections.imported", "corrections", values)
        return WorkbookTaken(made, tuple(done), already, alone)

    def _wishes(
        self, connection: Connection, rows: Sequence[CorrectionRow], troubles: list[Trouble]
    ) -> tuple[list[Wish], int]:
        """Return what rows wish, and how many were done before; add what is wrong."""
        centre = self._ledger.data_centre
        numbers = list(dict.fromkeys(row.claim_id for row in rows))
        claims = {one.claim_id: one for one in claims_numbered(connection, centre, numbers)}
        found = open_claims(connection, centre, self._codes, list(claims.values()))
        opened = {one.claim.claim_id: one for one in found}
        wishes, already = [], 0
        for row in rows:
            one = opened.get(row.claim_id)
            if stranger := list(_of_another_session(row, one)):
                troubles += stranger
                continue
            changed = _changed(row, one)
            if row.decision is not Decision.LEAVE and self._is_done(connection, row, one, changed):
                already += 1
                continue
            wrong = list(_wrong(row, changed))
            troubles += wrong
            if not wrong and row.decision is not Decision.LEAVE:
                wishes.append(_wish(row, one, changed))
        return wishes, already

    def _is_done(
        self,
        connection: Connection,
        row: CorrectionRow,
        one: Opened | None,
        changed: dict[str, str],
    ) -> bool:
        """Tell whether an earlier import of this row has done it already."""
        if one is None or one.claim.state is not _DONE[row.decision]:
            return False
        made = amendments_of_claim(connection, self._ledger.data_centre, row.claim_id)
        kind = _KINDS[row.decision]
        last = next((one for one in reversed(made) if one.active and one.kind is kind), None)
        return last is not None and changed in ({}, {"note": last.note})


def _changed(row: CorrectionRow, one: Opened | None) -> dict[str, str]:
    """Return the columns in which a row differs from the session as it stands."""
    if one is None:
        return {}
    values = one.standing.values
    return {column: text for column, text in row.values.items() if text != values.get(column, "")}


def _of_another_session(row: CorrectionRow, one: Opened | None) -> Iterator[Trouble]:
    """Yield a trouble when the claim of a row's number is another session's in this ledger."""
    if one is None or not row.session_id or row.session_id == one.claim.session_id:
        return
    said = f"Claim {row.claim_id} is of another session in this ledger than in the row."
    hint = (
        "Is it the workbook of another ledger, or were cells moved? Nothing was done. Write it "
        "again: tpi-billing claims correct --export OUT.xlsx."
    )
    yield trouble(Wish(row.claim_id, place=row.place), said, hint, "session_id")


def _wrong(row: CorrectionRow, changed: dict[str, str]) -> Iterator[Trouble]:
    wish = Wish(row.claim_id, place=row.place)
    others = [column for column in changed if column != "note"]
    if row.decision is Decision.RESUBMIT and others:
        said = f"Claim {row.claim_id} is to be sent again as it is, and its row is changed."
        yield trouble(wish, said, "Say correct, or take the change back.", others[0])
    if row.decision is Decision.WRITE_OFF and not row.reason.strip():
        said = f"Claim {row.claim_id} is to be written off without a reason."
        yield trouble(wish, said, "Say why in the column reason.", "reason")
    if row.decision is Decision.LEAVE and changed:
        said = f"Claim {row.claim_id} is left alone, and its row is changed."
        yield trouble(wish, said, "Say correct, or take the change back.", next(iter(changed)))


def _wish(row: CorrectionRow, one: Opened | None, changed: dict[str, str]) -> Wish:
    proposed = one.code if one is not None else ""
    note = changed.pop("note", "")
    return Wish(
        row.claim_id,
        _KINDS[row.decision],
        changed,
        "" if row.code == proposed else row.code,
        note,
        row.reference,
        " ".join(row.reason.split()),
        row.place,
    )


def _held(findings: Sequence[Finding]) -> Iterator[Trouble]:
    for finding in findings:
        if finding.holds:
            place = finding.place
            yield Trouble(
                finding.message,
                finding.hint,
                place.file,
                place.sheet,
                place.row,
                finding.column,
                finding.value,
            )
