"""Whether what MSP states in its totals is what its lines come to, to the cent.

Teleplan S21 and S22. Of each payee and payment date:

    billed    S21's amount billed = the sum over the claim lines
    paid      S21's amount paid = the sum over the claim lines
    deposit   deposit + new balance = S21's amount paid + adjustments (S23, S24) + balance forward
    balance   S21's balance forward = the new balance of the payee's remittance before
    billed, paid of a practitioner: S22 against the lines of that practitioner
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tpi_billing.model.remittance import PAYEE_TOTAL, PRACTITIONER_TOTAL
from tpi_billing.model.remittance_amounts import AmountGroup, RemittanceAmounts, StatedTotal
from tpi_billing.remittance.differences import (
    Explanation,
    adjusted,
    billed,
    illegible,
    of_adjustments,
    of_balance,
    of_claim_lines,
    of_lines_in_deposit,
    one_of_several,
    paid,
    total,
)


class TieState(StrEnum):
    """Whether a remittance is what its totals say."""

    BALANCED = "balanced"
    DIFFERENCE = "difference"
    NO_TOTAL = "no-total"


@dataclass(frozen=True, slots=True)
class Tie:
    """One total beside what is here, in signed cents; `name` is billed, paid, deposit or balance.

    `practitioner_number` is blank but in an S22's. The explanations are there only for a
    difference; each would make both sides agree, and several may.
    """

    name: str
    stated_cents: int
    found_cents: int
    practitioner_number: str = ""
    explanations: tuple[Explanation, ...] = ()

    @property
    def difference_cents(self) -> int:
        """What MSP states less what is here: positive where something is missing here."""
        return self.stated_cents - self.found_cents


@dataclass(frozen=True, slots=True)
class Ties:
    """A remittance's sums over its lines, and their ties to MSP's totals, in signed cents.

    `difference_cents` is what the payee got and owes since the balance before, less claim lines
    and adjustments: the money that no line explains; None without an S21 to tell. The deposit is
    None then too. `without_total` are practitioners with lines and without an S22, while others
    have one. `totals` counts the S21.
    """

    billed_cents: int
    paid_cents: int
    adjusted_cents: int
    deposit_cents: int | None
    balance_forward_cents: int
    new_balance_cents: int
    difference_cents: int | None
    totals: int
    unreadable: int
    ties: tuple[Tie, ...]
    without_total: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def state(self) -> TieState:
        """Where the remittance stands as a whole."""
        if not self.totals:
            return TieState.NO_TOTAL
        return TieState.DIFFERENCE if self.differences else TieState.BALANCED

    @property
    def differences(self) -> tuple[Tie, ...]:
        """The ties that do not hold."""
        return tuple(one for one in self.ties if one.difference_cents)


def ties_of(amounts: RemittanceAmounts, balance_before: int | None = None) -> Ties:
    """Tie a remittance; `balance_before` is the payee's new balance of the one before, if known."""
    groups = amounts.groups
    payee = [one for one in amounts.totals if one.record == PAYEE_TOTAL]
    sums = total(billed(groups)), total(paid(groups)), total(adjusted(groups))
    ties = list(_explained(_ties(amounts, payee, balance_before), amounts))
    money = [one.difference_cents for one in ties if _is_money(one)]
    return Ties(
        *sums,
        deposit_cents=sum(one.deposit_cents or 0 for one in payee) if payee else None,
        balance_forward_cents=sum(one.balance_forward_cents for one in payee),
        new_balance_cents=sum(one.new_balance_cents for one in payee),
        difference_cents=sum(money) if payee else None,
        totals=len(payee),
        unreadable=sum(one.count for one in groups if _is_unreadable(one)),
        ties=tuple(ties),
        without_total=tuple(_without_total(amounts)),
        incomplete=amounts.incomplete,
    )


@dataclass(frozen=True, slots=True)
class _Untied:
    """A tie, and how to look for what explains its difference."""

    tie: Tie
    explain: Callable[[int], Iterator[Explanation]]


def _ties(
    amounts: RemittanceAmounts, payee: Sequence[StatedTotal], balance_before: int | None
) -> Iterator[_Untied]:
    if payee:
        yield _of_lines("billed", payee, amounts.groups)
        yield _of_lines("paid", payee, amounts.groups)
        yield _deposit(payee, amounts.groups)
        if balance_before is not None:
            yield _balance(payee, balance_before)
    stated: dict[str, list[StatedTotal]] = {}
    for one in amounts.totals:
        if one.record == PRACTITIONER_TOTAL:
            stated.setdefault(one.practitioner_number, []).append(one)
    for number, totals in sorted(stated.items()):
        mine = [one for one in amounts.groups if one.practitioner_number == number]
        yield _of_lines("billed", totals, mine, number)
        yield _of_lines("paid", totals, mine, number)


def _of_lines(
    name: str,
    totals: Sequence[StatedTotal],
    groups: Sequence[AmountGroup],
    practitioner_number: str = "",
) -> _Untied:
    lines = (billed if name == "billed" else paid)(groups)
    given = [one.billed_cents if name == "billed" else one.paid_cents for one in totals]
    stated = [cents or 0 for cents in given]
    found = total(lines)

    def explain(difference: int) -> Iterator[Explanation]:
        yield from illegible(totals, given)
        yield from one_of_several(totals, [cents == found for cents in stated])
        yield from of_claim_lines(difference, lines, groups)

    return _Untied(Tie(name, sum(stated), found, practitioner_number), explain)


def _deposit(payee: Sequence[StatedTotal], groups: Sequence[AmountGroup]) -> _Untied:
    lines = adjusted(groups)
    before = sum(one.balance_forward_cents for one in payee)
    after = sum(one.new_balance_cents for one in payee)
    said = sum(one.paid_cents or 0 for one in payee)
    stated = sum(one.deposit_cents or 0 for one in payee) + after
    alone = [
        (one.deposit_cents or 0) + one.new_balance_cents
        == (one.paid_cents or 0) + total(lines) + one.balance_forward_cents
        for one in payee
    ]

    def explain(difference: int) -> Iterator[Explanation]:
        yield from illegible(payee, [one.deposit_cents for one in payee])
        yield from one_of_several(payee, alone)
        if said + difference == total(paid(groups)):
            yield Explanation(
                "deposit-follows-lines",
                "the deposit agrees with the claim lines, and S21's amount paid does not",
            )
        yield from of_adjustments(difference, lines)
        yield from of_lines_in_deposit(difference, paid(groups))
        yield from of_balance(difference, before, "balance forward")
        yield from of_balance(difference, after, "new balance")

    return _Untied(Tie("deposit", stated, said + total(lines) + before), explain)


def _balance(payee: Sequence[StatedTotal], balance_before: int) -> _Untied:
    stated = sum(one.balance_forward_cents for one in payee)

    def explain(difference: int) -> Iterator[Explanation]:
        if difference == -balance_before:
            yield Explanation("balance", "MSP did not carry the balance over")
        elif difference == -2 * balance_before:
            yield Explanation("sign", "MSP carried the balance over with the opposite sign")

    return _Untied(Tie("balance", stated, balance_before), explain)


def _explained(untied: Iterator[_Untied], amounts: RemittanceAmounts) -> Iterator[Tie]:
    for one in untied:
        tie = one.tie
        if not tie.difference_cents:
            yield tie
            continue
        found = [*one.explain(tie.difference_cents)]
        if tie.name != "balance":
            found += _lines_lost(amounts)
        yield Tie(
            tie.name, tie.stated_cents, tie.found_cents, tie.practitioner_number, tuple(found)
        )


def _lines_lost(amounts: RemittanceAmounts) -> Iterator[Explanation]:
    unreadable = sum(one.count for one in amounts.groups if _is_unreadable(one))
    if unreadable:
        lines = "1 line has" if unreadable == 1 else f"{unreadable} lines have"
        yield Explanation("unreadable", f"{lines} an amount that cannot be read")
    for reason in amounts.incomplete:
        yield Explanation("incomplete", reason)


def _is_unreadable(group: AmountGroup) -> bool:
    """Tell whether an amount is missing where one must be; a held claim (S04) has none."""
    if group.record == "S04":
        return False
    return group.paid_cents is None or (group.billed_cents is None and not group.is_adjustment)


def _is_money(tie: Tie) -> bool:
    return tie.name in {"paid", "deposit"} and not tie.practitioner_number


def _without_total(amounts: RemittanceAmounts) -> list[str]:
    """List practitioners whose lines have no S22; nobody where MSP sent none at all."""
    stated = {one.practitioner_number for one in amounts.totals if one.record == PRACTITIONER_TOTAL}
    if not stated:
        return []
    here = {one.practitioner_number for one in amounts.groups if not one.is_adjustment}
    return sorted(here - stated - {""})
