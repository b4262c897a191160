"""What a claim has come to by all that MSP said of it: its state, its money, each line's standing.

The answer follows from the lines alone, not from the order in which their files were taken in. They
are gone through by payment date; among lines of one day, the first that the claim's life allows
goes first. A line that its life does not allow moves nothing and says why.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from tpi_billing.model.claim import Answerable, ClaimState
from tpi_billing.model.quickly import quickly_made
from tpi_billing.model.remittance import RemittanceLine, Standing

_S = ClaimState
_RANK = {"C12": 0, "S04": 1, "S01": 2, "S02": 3, "S03": 4}
_WAITING = frozenset({_S.SENT, _S.HELD})
_PAID = frozenset({_S.PAID, _S.PAID_CHANGED})
ANSWERED_STATES = _WAITING | _PAID | {_S.REFUSED}
"""States that MSP's lines alone decide; in the later ones a person has acted on them."""
_NO_ITEM = frozenset({"", "00000"})


@quickly_made
@dataclass(frozen=True, slots=True)
class Verdict:
    """Where one line stands: it moved the claim, or says why it could not."""

    line: RemittanceLine
    standing: Standing
    problem: str = ""
    adjusted_cents: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a claim has come to. Cents are signed; None while no line has said anything of money."""

    state: ClaimState
    paid_cents: int | None
    adjusted_cents: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class _So:
    """A claim so far: where it stands, what it was paid, and whether that was taken back."""

    state: ClaimState
    paid: int = 0
    taken_back: bool = False


def answer(claim: Answerable, lines: Sequence[RemittanceLine], closed_month: str = "") -> Answer:
    """Work out what a claim has come to by every line about it.

    Lines that a closed month of the books has counted, up to `closed_month`, come first, and after
    a person has acted on an answer, those that he saw.
    """
    if claim.state in {_S.BATCHED, _S.VOID}:
        problem = _NOT_SENT if claim.state is _S.BATCHED else _VOIDED
        verdicts = tuple(Verdict(line, Standing.NOT_APPLIED, problem) for line in _sorted(lines))
        return Answer(claim.state, claim.paid_cents, claim.adjusted_cents, verdicts)
    settled = claim.state not in ANSWERED_STATES
    first = [line for line in lines if _stands(line, closed_month, settled=settled)]
    seen = {line.line_id for line in first}
    rest = [line for line in lines if line.line_id not in seen]
    life = _Life(claim)
    life.stand(first)
    if settled:
        life.go_on_after_a_person(claim.state, rest)
    else:
        life.go(rest)
    return life.answer()


_NOT_SENT = "MSP answers a claim that is not recorded as sent here"
_VOIDED = "MSP answers a claim that was voided here: it may be billed twice"


def _stands(line: RemittanceLine, closed_month: str, *, settled: bool) -> bool:
    if line.standing is not Standing.APPLIED:
        return False
    return settled or (line.claim_month != "" and line.claim_month <= closed_month)


def outcome_of(claim: Answerable, line: RemittanceLine) -> ClaimState:
    """Return what a line by itself says of its claim, whether or not it moved it."""
    cents = line.paid_cents or 0
    match line.record:
        case "C12" | "S03":
            return _S.REFUSED
        case "S04":
            return _S.HELD
    if claim.is_debit:
        return _S.PAID if cents == claim.due_cents else _S.PAID_CHANGED
    return _S.PAID_CHANGED if cents < 0 else _paid_state(claim, line, cents)


class _Life:
    def __init__(self, claim: Answerable) -> None:
        self._claim = claim
        self._so = _So(_S.SENT)
        self._verdicts: list[Verdict] = []

    def stand(self, lines: Iterable[RemittanceLine]) -> None:
        """Take lines that count already, month by month: none of them is judged anew.

        A line of an earlier day may have come after them, and must not unsettle what stands.
        """
        for _, some in groupby(sorted(lines, key=_taken_in), key=_taken_in):
            for line, so in self._in_turn(some):
                self._so = so or _counted(self._so, line)
                self._verdicts.append(Verdict(line, Standing.APPLIED, "", line.adjusted_cents))

    def go(self, lines: Iterable[RemittanceLine]) -> None:
        """Go through lines, those of one day in the order that the claim's life allows."""
        for line, so in self._in_turn(lines):
            if so is None:
                self._refuse(line, _impossible(self._so, line))
            else:
                self._apply(line, so)

    def go_on_after_a_person(self, state: ClaimState, lines: Iterable[RemittanceLine]) -> None:
        """Take what MSP says of a claim that a person has dealt with: only money taken back."""
        answered = self._so.state
        for line in _sorted(lines):
            cents = line.paid_cents or 0
            if cents < 0 <= self._so.paid + cents:
                self._apply(line, replace(self._so, paid=self._so.paid + cents))
            elif cents == 0 and _says_the_same(answered, line):
                self._apply(line, self._so)
            else:
                self._refuse(line, f"the claim was {_DEALT_WITH[state]} before this line came")
        if state is _S.DEBIT_REQUESTED and self._so.paid == 0 and answered in _PAID:
            state = _S.DEBITED
        self._so = replace(self._so, state=state)

    def answer(self) -> Answer:
        """Return what it has come to."""
        paid = [one.line for one in self._verdicts if one.standing is Standing.APPLIED]
        spoken = any(line.record != "S04" for line in paid)
        return Answer(
            self._so.state,
            self._so.paid if spoken else None,
            sum(one.adjusted_cents for one in self._verdicts),
            tuple(self._verdicts),
        )

    def _in_turn(
        self, lines: Iterable[RemittanceLine]
    ) -> Iterator[tuple[RemittanceLine, _So | None]]:
        """Yield lines by day with what each makes of the claim as it is by then, None for nothing.

        Of the lines of one day, those that its life allows go first.
        """
        for _, group in groupby(_sorted(lines), key=_day):
            waiting = list(group)
            while waiting:
                line, so = next(self._moves(waiting), (waiting[0], None))
                waiting.remove(line)
                yield line, so

    def _moves(
        self, lines: Iterable[RemittanceLine]
    ) -> Iterator[tuple[RemittanceLine, _So | None]]:
        for line in lines:
            so = _step(self._claim, self._so, line)
            if so is not None:
                yield line, so

    def _apply(self, line: RemittanceLine, so: _So) -> None:
        adjusted = _explained(self._claim, line) if so.paid != self._so.paid else 0
        self._so = so
        self._verdicts.append(Verdict(line, Standing.APPLIED, "", adjusted))

    def _refuse(self, line: RemittanceLine, problem: str) -> None:
        self._verdicts.append(Verdict(line, Standing.NOT_APPLIED, problem))


_DEALT_WITH = {
    _S.CORRECTED: "corrected",
    _S.WRITTEN_OFF: "written off",
    _S.DEBIT_REQUESTED: "asked to be taken back",
    _S.DEBITED: "taken back",
}


def _taken_in(line: RemittanceLine) -> str:
    return line.claim_month


def _counted(so: _So, line: RemittanceLine) -> _So:
    """Return a claim with a line's money, although its life does not allow the line any more."""
    cents = line.paid_cents or 0
    if cents == 0:
        return so
    total = so.paid + cents
    return _So(_S.PAID_CHANGED if total else _S.REFUSED, total, so.taken_back or cents < 0)


def _step(claim: Answerable, so: _So, line: RemittanceLine) -> _So | None:
    """Return what a line makes of a claim; None when the claim's life does not allow it."""
    cents = line.paid_cents or 0
    match line.record:
        case "C12":
            return replace(so, state=_S.REFUSED) if so.state is _S.SENT else None
        case "S04":
            return replace(so, state=_S.HELD) if so.state in _WAITING else None
        case "S03" if cents == 0:
            refused = so.state in _WAITING | {_S.REFUSED}
            return replace(so, state=_S.REFUSED) if refused else None
        case "S01" | "S02" | "S03":
            return _debited(claim, so, line) if claim.is_debit else _money(claim, so, line, cents)
    return None


def _money(claim: Answerable, so: _So, line: RemittanceLine, cents: int) -> _So | None:
    total = so.paid + cents
    if cents >= 0:
        if line.record == "S03" or not (so.state in _WAITING or so.taken_back):
            return None
        return _So(_paid_state(claim, line, total), total)
    if so.state not in _PAID or total < 0:
        return None
    if total == 0:
        return _So(_S.REFUSED, 0, taken_back=True)
    return _So(_S.PAID_CHANGED, total, taken_back=True)


def _paid_state(claim: Answerable, line: RemittanceLine, total: int) -> ClaimState:
    """Tell a payment in full from any other (design, section 6)."""
    full = total in {claim.amount_cents, claim.due_cents}
    if line.record == "S01":
        return _S.PAID if full or _explained(claim, line) else _S.PAID_CHANGED
    same_item = line.paid_fee_item in {*_NO_ITEM, claim.fee_item}
    same_units = (line.paid_units or claim.units) == claim.units
    return _S.PAID if full and same_item and same_units else _S.PAID_CHANGED


def _debited(claim: Answerable, so: _So, line: RemittanceLine) -> _So | None:
    """Return what a line makes of a request to take a payment back."""
    cents = line.paid_cents or 0
    if so.state not in _WAITING or cents > 0 or line.record == "S03":
        return None
    return _So(_S.PAID if cents == claim.due_cents else _S.PAID_CHANGED, cents)


def _explained(claim: Answerable, line: RemittanceLine) -> int:
    """Return the adjustments within a line if they say why it pays another amount, else 0."""
    stated = line.stated_adjustments_cents
    return stated if (line.paid_cents or 0) == claim.due_cents + stated else 0


def _says_the_same(answered: ClaimState, line: RemittanceLine) -> bool:
    return answered is _S.REFUSED and line.record in {"C12", "S03"}


def _impossible(so: _So, line: RemittanceLine) -> str:
    cents = line.paid_cents or 0
    if cents < 0:
        return "it takes back more than was paid for the claim" if so.paid >= 0 else "no payment"
    what = {"C12": "refused before it is judged", "S03": "refused", "S04": "held"}.get(
        line.record, "paid"
    )
    return f"a claim that is {so.state} cannot be {what}"


def _sorted(lines: Iterable[RemittanceLine]) -> list[RemittanceLine]:
    return sorted(
        lines,
        key=lambda line: (
            _day(line),
            _RANK.get(line.record, 9),
            line.content_sha256,
            line.ordinal,
        ),
    )


def _day(line: RemittanceLine) -> date:
    return line.payment_date or date.min
