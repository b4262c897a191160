"""What could explain a difference between a total of MSP's and its lines, tested by arithmetic.

A difference is what MSP states less what the lines here come to, in signed cents.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from tpi_billing.model.money import dollars
from tpi_billing.model.remittance import Standing
from tpi_billing.model.remittance_amounts import AmountGroup, StatedTotal

_ELSEWHERE, _REFUSED = "S00", "S03"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that would make a total and its lines agree; `kind` is stable for scripts."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Amount:
    """What each line of a group adds to a sum, in signed cents."""

    cents: int
    group: AmountGroup


def billed(groups: Iterable[AmountGroup]) -> list[Amount]:
    """Return what each claim line adds to the amount billed."""
    return [
        Amount(one.billed_cents, one)
        for one in groups
        if not one.is_adjustment and one.billed_cents
    ]


def paid(groups: Iterable[AmountGroup]) -> list[Amount]:
    """Return what each claim line adds to the amount paid."""
    return [
        Amount(one.paid_cents, one) for one in groups if not one.is_adjustment and one.paid_cents
    ]


def adjusted(groups: Iterable[AmountGroup]) -> list[Amount]:
    """Return what each adjustment adds to the deposit."""
    return [Amount(one.paid_cents, one) for one in groups if one.is_adjustment and one.paid_cents]


def total(amounts: Iterable[Amount]) -> int:
    """Add them up, in cents."""
    return sum(one.cents * one.group.count for one in amounts)


def of_claim_lines(
    difference: int, amounts: Sequence[Amount], groups: Sequence[AmountGroup]
) -> Iterator[Explanation]:
    """Explain a difference in what claim lines are billed or paid."""
    yield from _of_sorts(difference, amounts)
    stated = sum(one.stated_cents * one.count for one in groups)
    if stated and abs(difference) == abs(stated):
        yield Explanation(
            "stated-adjustments",
            f"the adjustments within the claim lines come to {dollars(stated)}: one of the two "
            "counts them and the other does not",
        )
    yield from _of_one_line(difference, amounts)


def of_adjustments(difference: int, amounts: Sequence[Amount]) -> Iterator[Explanation]:
    """Explain a difference between amounts paid with their adjustments and the deposit."""
    for record, other in (("S24", "S23"), ("S23", "S24")):
        some = total(one for one in amounts if one.group.record == record)
        if some and difference == -some and any(one.group.record == other for one in amounts):
            yield Explanation(
                "adjustments-twice",
                f"the {record} adjustments come to {dollars(some)}: they are contained in the "
                f"{other} adjustments and must not be added again",
            )
    yield from _of_sorts(difference, amounts)
    yield from _of_one_line(difference, amounts)


def of_balance(difference: int, cents: int, name: str) -> Iterator[Explanation]:
    """Explain a difference by a balance that was left out, or added with the wrong sign."""
    if not cents:
        return
    if abs(difference) == abs(cents):
        yield Explanation("balance", f"it is the {name} of {dollars(cents)}, which one side lacks")
    elif abs(difference) == 2 * abs(cents):
        message = f"the {name} of {dollars(cents)} is counted with the opposite sign"
        yield Explanation("sign", message)


def illegible(totals: Sequence[StatedTotal], given: Sequence[int | None]) -> Iterator[Explanation]:
    """Say which totals have an amount that cannot be read, and counts for nothing."""
    for one, cents in zip(totals, given, strict=True):
        if cents is None:
            message = f"{one.record} of line {one.line_number} has an amount that cannot be read"
            yield Explanation("unreadable", message)


def one_of_several(totals: Sequence[StatedTotal], agrees: Sequence[bool]) -> Iterator[Explanation]:
    """Explain a sum over several totals by one of them that agrees alone."""
    if len(totals) < 2:
        return
    for one, alone in zip(totals, agrees, strict=True):
        if alone:
            yield Explanation(
                "several-totals",
                f"there are {len(totals)} {one.record} for it, and that of line "
                f"{one.line_number} alone agrees",
            )
            return


@dataclass(frozen=True, slots=True)
class _Sort:
    """All lines of a sort, in words, and what they come to in signed cents."""

    kind: str
    name: str
    amounts: tuple[Amount, ...]

    @property
    def cents(self) -> int:
        return total(self.amounts)

    @property
    def said(self) -> str:
        return f"{self.name} come to {dollars(self.cents)}"


def of_lines_in_deposit(difference: int, amounts: Sequence[Amount]) -> Iterator[Explanation]:
    """Explain a deposit by lines that it counts, and that S21's amount paid leaves out."""
    for sort in _sorts(amounts):
        if difference == sort.cents:
            message = f"{sort.said}: the deposit counts them and S21's amount paid does not"
            yield Explanation(sort.kind, message)


def _of_sorts(difference: int, amounts: Sequence[Amount]) -> Iterator[Explanation]:
    """Explain what MSP's total lacks by all lines of a sort, or of two sorts together."""
    sorts = list(_sorts(amounts))
    for sort in sorts:
        if difference == -sort.cents:
            yield Explanation(sort.kind, f"{sort.said}: MSP's total leaves them out")
    for one, other in combinations(sorts, 2):
        apart = not set(one.amounts) & set(other.amounts)
        if apart and difference == -one.cents - other.cents:
            message = f"{one.said}, and {other.said}: MSP's total leaves both out"
            yield Explanation(f"{one.kind}+{other.kind}", message)


def _sorts(amounts: Sequence[Amount]) -> Iterator[_Sort]:
    for kind, name, belongs in _SORTS:
        some = tuple(one for one in amounts if belongs(one.group))
        if total(some):
            yield _Sort(kind, name, some)


def _of_one_line(difference: int, amounts: Sequence[Amount]) -> Iterator[Explanation]:
    """Explain it by one line: counted here only, missing here, or with its sign turned round."""
    for one in _first_of(amounts, -difference):
        message = f"it is the amount of {_named(one)}: MSP's total may leave it out"
        yield Explanation("line-too-many", message)
    for one in _first_of(amounts, difference):
        message = f"it is the amount of {_named(one)}: such a line may be missing here"
        yield Explanation("line-missing", message)
    if difference % 2 == 0:
        for one in _first_of(amounts, -difference // 2):
            message = f"it is twice the amount of {_named(one)}: its sign may be turned round"
            yield Explanation("sign", message)


def _first_of(amounts: Sequence[Amount], cents: int) -> list[Amount]:
    return [one for one in amounts if one.cents == cents and not one.group.repeated][:1]


def _named(one: Amount) -> str:
    group, worth = one.group, dollars(one.cents)
    if group.count > 1:
        return f"each of {group.count} lines {group.record} of {worth}"
    if group.claim_id is not None:
        return f"claim {group.claim_id}'s line {group.record} of {worth}"
    return f"a line {group.record} of {worth}"


def _is_elsewhere(group: AmountGroup) -> bool:
    return group.record == _ELSEWHERE


def _is_unmatched(group: AmountGroup) -> bool:
    return group.standing is Standing.UNMATCHED


def _is_not_applied(group: AmountGroup) -> bool:
    return group.standing is Standing.NOT_APPLIED


def _is_refused(group: AmountGroup) -> bool:
    return group.record == _REFUSED


def _is_repeated(group: AmountGroup) -> bool:
    return group.repeated


_SORTS = (
    ("repeated", "lines that a file has more than once", _is_repeated),
    ("other-data-centre", "claims sent elsewhere or on paper (S00)", _is_elsewhere),
    ("unmatched", "lines that match no claim", _is_unmatched),
    ("not-applied", "lines that could not be applied to their claim", _is_not_applied),
    ("refused", "refused claims (S03)", _is_refused),
)
