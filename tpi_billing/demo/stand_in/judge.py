"""How the stand-in judges a claim: what its content says first, then a made-up habit.

Only faults that MSP is known to look for are looked for; a claim without them is paid as billed,
unless a habit takes it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tpi_billing.codes import CodeBook
from tpi_billing.demo.stand_in.cycle import Cycle
from tpi_billing.demo.stand_in.rules import Habits, habit_for
from tpi_billing.demo.stand_in.state import (
    JudgedClaim,
    Outcome,
    Ruling,
    State,
    identity_of,
)
from tpi_billing.demo.stand_in.submission import SubmittedClaim
from tpi_billing.model.identifiers import is_phn
from tpi_billing.teleplan.reader import Record

_LATE_DAYS = 90
_MOST_CODES = 7
_FIRST_TIME = frozenset("0D")
_NOTE_FOLLOWS = frozenset("NB")
_NEEDS_NOTE = frozenset("CEX")
_BOUND_BY_90_DAYS = frozenset("0DR")
_MAY_REPEAT = frozenset("DEX")


class Judge:
    """Judges claims one after the other, each in the light of those before it."""

    def __init__(
        self, state: State, cycle: Cycle, codes: CodeBook, habits: Habits, seed: int
    ) -> None:
        """Take what is remembered and what to judge by."""
        self._state = state
        self._cycle = cycle
        self._codes = codes
        self._habits = habits
        self._seed = seed
        self._services: defaultdict[tuple[object, ...], list[JudgedClaim]] = defaultdict(list)
        for one in state.claims:
            self._services[one.identity].append(one)

    def judge(self, claim: SubmittedClaim, today: date) -> None:
        """Judge a claim that came today, and remember it."""
        number, ruling = self._state.next_file_number(), self._ruling(claim, today)
        judged = JudgedClaim(claim.record.content, today, number, ruling)
        self._state.claims.append(judged)
        self._services[judged.identity].append(judged)

    def _ruling(self, claim: SubmittedClaim, today: date) -> Ruling:
        record = claim.record
        wrong = tuple(code for code, test in _PRE_EDITS if test(claim, today))
        if not self._codes.known_fee_item(record.text("fee_item")):
            wrong += ("VG",)
        if wrong:
            return Ruling(Outcome.PRE_EDIT, ("YY", *wrong)[:_MOST_CODES])
        submission_code = record.text("submission_code")
        if submission_code == "E":
            return self._debit(record, today)
        if submission_code in _BOUND_BY_90_DAYS and _is_late(record, today):
            return Ruling(Outcome.REFUSED, ("BV",))
        before = self._same_service(record)
        if submission_code not in _MAY_REPEAT and self._owed(before, today):
            remitted = any(self._remitted(one, today) for one in before)
            return Ruling(Outcome.REFUSED, ("HA" if remitted else "FB",))
        if submission_code == "X":
            return self._again(record, before, today)
        return self._by_habit(record) if submission_code in _FIRST_TIME else _as_billed(record)

    def _debit(self, record: Record, today: date) -> Ruling:
        """Take back what was paid for the claim that is named (P64); D2 when there is none."""
        named = int(record.text("original_file_number") or 0)
        before = self._same_service(record)
        owed = self._owed(before, today)
        for one in before:
            if int(one.file_number) == named and owed > 0 and self._remitted(one, today):
                paid_on = self._paid_on(one)
                for other in before:  # what is taken back now is not recovered later
                    if not self._is_recovered(other, today):
                        other.ruling = replace(other.ruling, recovered_after=0)
                return Ruling(Outcome.CHANGED, ("D3",), -owed, previous_paid_on=paid_on)
        return Ruling(Outcome.REFUSED, ("D2",))

    def _again(self, record: Record, before: list[JudgedClaim], today: date) -> Ruling:
        """Judge a refused or part-paid claim anew: what it lacks is paid."""
        owed, billed = self._owed(before, today), record.number("billed_amount") or 0
        if not owed:
            return _as_billed(record)
        if owed >= billed:
            return Ruling(Outcome.REFUSED, ("HA",))
        paid_on = max(self._paid_on(one) for one in before if _final_cents(one))
        return Ruling(Outcome.CHANGED, ("TC",), billed - owed, previous_paid_on=paid_on)

    def _by_habit(self, record: Record) -> Ruling:
        folio, item = record.number("office_folio") or 0, record.text("fee_item")
        habit = habit_for(self._habits, item, folio, self._seed)
        if habit is None:
            return _as_billed(record)
        billed = record.number("billed_amount") or 0
        paid = (billed * habit.percent + 50) // 100
        day = record.day("service_date")
        if habit.paid_fee_item and day is not None:
            price = self._codes.fee_item(habit.paid_fee_item, day)
            paid = min(billed, price.amount_cents if price else billed)
        if habit.recovered_after:
            paid = billed
        return Ruling(
            habit.outcome,
            habit.codes,
            paid,
            habit.paid_fee_item,
            recovered_after=habit.recovered_after if billed else 0,
        )

    def _owed(self, claims: list[JudgedClaim], today: date) -> int:
        """Return what is paid or will be for one service, less what was taken back."""
        return sum(0 if self._is_recovered(one, today) else _final_cents(one) for one in claims)

    def _is_recovered(self, one: JudgedClaim, today: date) -> bool:
        close_off = recovery_close_off(one, self._cycle)
        return close_off is not None and close_off < today

    def _same_service(self, record: Record) -> list[JudgedClaim]:
        return self._services[identity_of(record)]

    def _remitted(self, one: JudgedClaim, today: date) -> bool:
        return self._cycle.ready_on(final_close_off(one, self._cycle)) <= today

    def _paid_on(self, one: JudgedClaim) -> date:
        return self._cycle.paid_on(final_close_off(one, self._cycle))


def final_close_off(one: JudgedClaim, cycle: Cycle) -> date:
    """Return the close-off that settles a claim; a held one waits for the second."""
    close_off = cycle.close_off(one.received)
    return cycle.after(close_off) if one.ruling.outcome is Outcome.HELD else close_off


def recovery_close_off(one: JudgedClaim, cycle: Cycle) -> date | None:
    """Return the close-off whose remittance takes a payment back by itself; None for none."""
    if not one.ruling.recovered_after:
        return None
    close_off = final_close_off(one, cycle)
    for _ in range(one.ruling.recovered_after):
        close_off = cycle.after(close_off)
    return close_off


def _final_cents(one: JudgedClaim) -> int:
    return one.billed_cents if one.ruling.outcome is Outcome.HELD else one.ruling.paid_cents


def _as_billed(record: Record) -> Ruling:
    return Ruling(Outcome.PAID, paid_cents=record.number("billed_amount") or 0)


def _is_late(record: Record, today: date) -> bool:
    day = record.day("service_date")
    return day is not None and (today - day).days > _LATE_DAYS


def _note_is_missing(claim: SubmittedClaim, _today: date) -> bool:
    if claim.record.text("correspondence_code") not in _NOTE_FOLLOWS:
        return False
    payee = claim.record.text("payee_number")
    return not claim.notes or any(note.text("payee_number") != payee for note in claim.notes)


def _note_is_unannounced(claim: SubmittedClaim, _today: date) -> bool:
    announced = claim.record.text("correspondence_code") in _NOTE_FOLLOWS
    practitioner = claim.record.text("practitioner_number")
    others = [n for n in claim.notes if n.text("practitioner_number") != practitioner]
    return bool(others) or len(claim.notes) > announced


def _needs_a_note(claim: SubmittedClaim, _today: date) -> bool:
    return claim.record.text("submission_code") in _NEEDS_NOTE and not claim.notes


def _has_no_health_number(claim: SubmittedClaim, _today: date) -> bool:
    record = claim.record
    return not record.text("insurer_code") and not is_phn(record.text("phn"))


def _is_from_the_future(claim: SubmittedClaim, today: date) -> bool:
    day = claim.record.day("service_date")
    return day is not None and day > today


_PRE_EDITS: tuple[tuple[str, Callable[[SubmittedClaim, date], bool]], ...] = (
    ("ZK", _note_is_missing),
    ("ZI", _note_is_unannounced),
    ("YA", _needs_a_note),
    ("AA", _has_no_health_number),
    ("BU", _is_from_the_future),
)
"""What the content of a claim says is wrong, and the explanatory code that says so."""
