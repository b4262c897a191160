"""Remittances: the lines about each claim, and totals that agree with them to the cent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.demo.stand_in.answer import NAME
from tpi_billing.demo.stand_in.cycle import Cycle
from tpi_billing.demo.stand_in.judge import final_close_off, recovery_close_off
from tpi_billing.demo.stand_in.premium import premiums
from tpi_billing.demo.stand_in.records import claim_line, signed_billed_cents, write
from tpi_billing.demo.stand_in.state import Charge, JudgedClaim, Outcome, Ruling, State
from tpi_billing.teleplan.layout import Values

_NOBODY = "MADE UP"


@dataclass(frozen=True, slots=True)
class Remittance:
    """What the stand-in says about one close-off, as records in their order."""

    close_off: date
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A claim in a remittance: cents that its line adds to billed and paid."""

    claim: JudgedClaim
    held: bool
    billed: int
    paid: int


def remittances(state: State, cycle: Cycle, today: date) -> Iterator[Remittance]:
    """Yield every remittance that is ready, the oldest first, fetched ones too.

    What a payee owes after one is carried forward to the next.
    """
    if not state.claims:
        return
    carried: Counter[str] = Counter()
    told: Counter[str] = Counter()
    first = min(one.received for one in state.claims)
    for close_off in cycle.ready(first, today):
        records: list[str] = []
        payees: dict[str, list[_Line]] = {}
        for line in _lines(state, cycle, close_off):
            payees.setdefault(line.claim.record.text("payee_number"), []).append(line)
        for payee in sorted(payees):
            head: Values = {
                "data_centre": state.data_centre,
                "sequence_number": 0,
                "payment_date": cycle.paid_on(close_off),
                "payee_number": payee,
                "control_number": f"{close_off:%y%m%d}",
            }
            told[payee] += 1
            charges = [one for one in state.charges if one.remittance == told[payee]]
            some, carried[payee] = _payee(payees[payee], charges, head, carried[payee])
            records += some
        yield Remittance(close_off, tuple(records))


def _lines(state: State, cycle: Cycle, close_off: date) -> Iterator[_Line]:
    for one in state.claims:
        outcome = one.ruling.outcome
        if outcome is Outcome.PRE_EDIT:
            continue
        if final_close_off(one, cycle) == close_off:
            paid = one.billed_cents if outcome is Outcome.HELD else one.ruling.paid_cents
            yield _Line(one, held=False, billed=signed_billed_cents(one), paid=paid)
        elif outcome is Outcome.HELD and cycle.close_off(one.received) == close_off:
            yield _Line(one, held=True, billed=0, paid=0)
        if recovery_close_off(one, cycle) == close_off:
            taken = _taken_back(one, cycle)
            cents = taken.ruling.paid_cents
            yield _Line(taken, held=False, billed=signed_billed_cents(taken), paid=cents)


def _taken_back(one: JudgedClaim, cycle: Cycle) -> JudgedClaim:
    """Return a claim as the remittance sees it that takes its payment back by itself."""
    paid_on = cycle.paid_on(final_close_off(one, cycle))
    codes, cents = one.ruling.codes, -one.ruling.paid_cents
    return replace(one, ruling=Ruling(Outcome.CHANGED, codes, cents, previous_paid_on=paid_on))


def _payee(
    lines: list[_Line], charges: Sequence[Charge], head: Values, carried: int
) -> tuple[list[str], int]:
    """Return a payee's records and the balance that goes on; a deposit is never negative."""
    records = [claim_line(line.claim, head, held=line.held) for line in lines]
    records += _practitioners(lines, head)
    adjusted = 0
    for record, cents in premiums([(line.claim, line.paid) for line in lines], head):
        records.append(record)
        adjusted += cents
    for charge in charges:
        records.append(_charge(charge, head))
        adjusted += charge.cents
    paid = sum(line.paid for line in lines)
    owed = paid + adjusted + carried
    deposit = max(owed, 0)
    values: Values = {
        "payee_name": f"STAND-IN {_NOBODY}",
        "billed_amount": sum(line.billed for line in lines),
        "paid_amount": paid,
        "balance_forward": carried,
        "deposit": deposit,
        "new_balance": owed - deposit,
    }
    records.append(write("S21", {**head, **values}))
    records.append(write("S25", {**head, "message": NAME}))
    return records, owed - deposit


def _charge(charge: Charge, head: Values) -> str:
    values: Values = {
        "adjustment_code": charge.code,
        "message": charge.message,
        "adjustment_amount": charge.cents,
    }
    return write(charge.record, {**head, **values})


def _practitioners(lines: list[_Line], head: Values) -> Iterator[str]:
    billed: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    for line in lines:
        number = line.claim.record.text("practitioner_number")
        billed[number] += line.billed
        paid[number] += line.paid
    for number in sorted(billed):
        values: Values = {
            "practitioner_number": number,
            "practitioner_name": _NOBODY,
            "billed_amount": billed[number],
            "paid_amount": paid[number],
        }
        yield write("S22", {**head, **values})
