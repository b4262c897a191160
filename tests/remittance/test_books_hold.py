"""Whatever MSP says and people do: closed months stand, months follow, books are what is owed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest
from helpers import CLERK, Clinic, visit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msp_lines import adjustment, changed, file_of, held, paid, refused

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.codes import CodeBook
from tpi_billing.errors import BillingError
from tpi_billing.ledger.books import book_lines, months_moved, odd_claims
from tpi_billing.ledger.closings import ClosedLine, closed_lines, decisions
from tpi_billing.ledger.receivables import receivables
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.remittance.actions.correcting import Corrector
from tpi_billing.remittance.actions.debiting import debit_claims
from tpi_billing.remittance.actions.wishes import Wish
from tpi_billing.remittance.actions.writing_off import write_off_claims
from tpi_billing.remittance.blockers import untied
from tpi_billing.remittance.closing import Closer
from tpi_billing.remittance.importing import Source, import_files

JANUARY = date(2027, 1, 5)
DAYS = [date(2026, month, day) for month in (9, 10, 11, 12) for day in (8, 25)]
MONEY, HALF = 7792, 3896
PREMIUM = {"adjustment_code_1": "38", "adjustment_amount_1": 500}
LINES: dict[str, Callable[[Claim, date], str]] = {
    "paid": lambda claim, day: paid(claim, day, claim.due_cents),
    "half": lambda claim, day: changed(claim, HALF, day),
    "more": lambda claim, day: changed(claim, MONEY + 500, day, **PREMIUM),
    "refused": refused,
    "held": held,
    "back": lambda claim, day: changed(claim, -MONEY, day),
    "half back": lambda claim, day: changed(claim, -HALF, day),
    "stray": lambda claim, day: paid(claim, day, 1000, office_folio=999),
    "premium": lambda claim, day: adjustment(day, 500),
    "recovery": lambda claim, day: adjustment(day, -300),
}
STEPS = (*LINES, "write off", "correct", "debit", "send", "void", "bill", "close", "reopen")


class Year:
    """A clinic from September to December, and what each closed month came to."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.kept: dict[str, list[ClosedLine]] = {}
        self._visits = 0
        self.bill(date(2026, 9, 3))

    def bill(self, day: date) -> None:
        """Bill two new visits and send them."""
        self._visits += 2
        clinic = self.clinic
        clinic.ledger.today = day
        seen = (
            visit(f"V{at}", at, service_date="2026-08-20", referral_date="2026-06-01")
            for at in (self._visits - 1, self._visits)
        )
        clinic.bring(*seen, as_of=day)
        batch, _ = clinic.bill("2026-08", as_of=day)
        if batch is not None:
            self._send(batch)

    def do(self, step: str, claim: Claim, day: date) -> None:
        """Do one thing; what cannot be done is refused and changes nothing."""
        self.clinic.ledger.today = day
        with suppress(BillingError):
            if step in LINES:
                content = file_of(LINES[step](claim, day))
                import_files(self.clinic.ledger, CLERK, [Source("file", content=content)])
            elif step == "bill":
                self.bill(day)
            elif step == "close":
                self._close()
            elif step == "reopen":
                self._reopen()
            else:
                self._act(step, claim, day)

    def _act(self, step: str, claim: Claim, day: date) -> None:
        clinic, wish = self.clinic, Wish(claim.claim_id or 0, reason="to see", note="A NOTE")
        match step:
            case "write off":
                write_off_claims(clinic.ledger, CLERK, [wish])
            case "correct":
                corrector = Corrector(clinic.ledger, clinic.config, clinic.codes, day, CLERK)
                corrector.correct([Wish(wish.claim_id, code="X", reason="x", note="A NOTE")])
            case "debit":
                debit_claims(
                    clinic.ledger, clinic.config, clinic.codes, day, CLERK, [wish], "0000000001"
                )
            case "send" | "void" if waiting := self._prepared():
                self._send(waiting) if step == "send" else clinic.void(waiting)

    def _prepared(self) -> int:
        claims = self.clinic.claims(state=ClaimState.BATCHED.value)
        return next((claim.batch_id for claim in claims if claim.batch_id), 0)

    def _send(self, batch: int) -> None:
        mark_sent(self.clinic.ledger, CLERK, batch)
        confirm(self.clinic.ledger, CLERK, batch, accepted=True, reason="")

    def _closer(self) -> Closer:
        return Closer(self.clinic.ledger, self.clinic.codes.calendar, JANUARY, CLERK)

    def _close(self) -> None:
        """Close the first open month, whatever differs in its remittances."""
        closed = max(self.kept, default="")
        with self.clinic.ledger.reading() as connection:
            moved = months_moved(connection, self.clinic.data_centre)
        month = min((each for each in moved if each > closed), default="")
        if not month or month > "2026-12":
            return
        names = [one.name for one in self._closer().look(month).blockers]
        end = self._closer().close(month, names, "as MSP says")
        self.kept[month] = [ClosedLine.of(line) for line in end.lines]

    def _reopen(self) -> None:
        if self.kept:
            self._closer().reopen(max(self.kept), "to see")
            del self.kept[max(self.kept)]

    def insist(self) -> None:
        """Closed months are what they were, each opens with the one before, and all is owed."""
        centre = self.clinic.data_centre
        with self.clinic.ledger.reading() as connection:
            for month, lines in self.kept.items():
                now = book_lines(connection, centre, month)
                assert [ClosedLine.of(line) for line in now] == lines
            before: dict[tuple[str, str], int] = {}
            for month in months_moved(connection, centre):
                books = book_lines(connection, centre, month)
                assert before == {
                    (line.payee_number, line.practitioner_number): line.opening
                    for line in books
                    if line.opening
                }
                before = {
                    (line.payee_number, line.practitioner_number): line.closing
                    for line in books
                    if line.closing
                }
            assert untied(connection, centre) == {}
            assert odd_claims(connection, centre, 1) == []
            owed = receivables(connection, centre, JANUARY)
            assert sum(one.cents for one in owed) == sum(before.values())


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_comes_the_books_hold(
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    book: CodeBook,
    empty_ledger: Path,
) -> None:
    with _fresh(tmp_path_factory.mktemp("clinic"), book, empty_ledger) as clinic:
        year = Year(clinic)
        for step in data.draw(st.lists(st.sampled_from(STEPS), max_size=14)):
            claims = clinic.claims()
            chosen = claims[data.draw(st.integers(0, len(claims) - 1))]
            year.do(step, chosen, data.draw(st.sampled_from(DAYS)))
            year.insist()
        with clinic.ledger.reading() as connection:
            assert list(differences(connection)) == []
            for one in decisions(connection, clinic.data_centre):
                for line in closed_lines(connection, one.closing_id):
                    adds = line.billed + line.adjustments - line.paid - line.written_off
                    assert line.closing == line.opening + adds


@contextmanager
def _fresh(folder: Path, book: CodeBook, ledger: Path) -> Iterator[Clinic]:
    clinic = Clinic.from_empty(ledger, folder, book)
    try:
        yield clinic
    finally:
        clinic.close()
