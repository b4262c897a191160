"""MSP's totals against its lines: what agrees, what differs, and what would explain it.

The remittance of these tests: claim 1 paid as billed (77.92), claim 2 paid at half (38.96 of
77.92), claim 3 refused (77.92), an adjustment of 6.00. So 233.76 billed, 116.88 paid, 122.88
deposited.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.remittance import Standing
from tpi_billing.model.remittance_amounts import AmountGroup, RemittanceAmounts, StatedTotal
from tpi_billing.remittance.ties import Tie, Ties, TieState, ties_of

DAY = date(2026, 11, 12)


def group(record: str, paid: int | None, billed: int | None = None, **more: Any) -> AmountGroup:
    """Some lines of practitioner 99001, applied; an adjustment has no practitioner."""
    adjusts = record in {"S23", "S24"}
    standing = Standing.KEPT if adjusts else Standing.APPLIED
    values = {
        "practitioner_number": "" if adjusts else "99001",
        "standing": standing,
        "repeated": False,
        "stated_cents": 0,
        **more,
    }
    return AmountGroup(record=record, billed_cents=billed, paid_cents=paid, **values)


PAID = group("S01", 7792, 7792, claim_id=1)
HALVED = group("S02", 3896, 7792, claim_id=2)
REFUSED = group("S03", 0, 7792, claim_id=3)
PREMIUM = group("S23", 600)
LINES = (PAID, HALVED, REFUSED, PREMIUM)


def payee(**more: Any) -> StatedTotal:
    """The S21 that agrees, changed."""
    values: dict[str, Any] = {
        "billed_cents": 23376,
        "paid_cents": 11688,
        "deposit_cents": 12288,
        **more,
    }
    return StatedTotal(
        record="S21", line_number=9, practitioner_number="", name="MADE UP", **values
    )


def practitioner(number: str, billed: int | None, paid: int | None) -> StatedTotal:
    return StatedTotal("S22", 8, number, "MADE UP", billed, paid)


def tie(
    *totals: StatedTotal,
    lines: tuple[AmountGroup, ...] = LINES,
    before: int | None = None,
    incomplete: tuple[str, ...] = (),
) -> Ties:
    amounts = RemittanceAmounts(DAY, "A9999", lines, totals, incomplete)
    return ties_of(amounts, before)


def only(ties: Ties) -> Tie:
    (one,) = ties.differences
    return one


def kinds(one: Tie) -> set[str]:
    return {each.kind for each in one.explanations}


def test_a_remittance_that_ties() -> None:
    ties = tie(payee(), practitioner("99001", 23376, 11688))

    assert ties.state is TieState.BALANCED
    assert (ties.billed_cents, ties.paid_cents, ties.adjusted_cents) == (23376, 11688, 600)
    assert (ties.deposit_cents, ties.difference_cents) == (12288, 0)
    assert [(one.name, one.practitioner_number) for one in ties.ties] == [
        ("billed", ""),
        ("paid", ""),
        ("deposit", ""),
        ("billed", "99001"),
        ("paid", "99001"),
    ]
    assert not any(one.explanations for one in ties.ties)


def test_without_a_total_nothing_is_known_of_the_deposit() -> None:
    ties = tie()
    assert ties.state is TieState.NO_TOTAL
    assert (ties.deposit_cents, ties.difference_cents) == (None, None)
    assert (ties.paid_cents, ties.adjusted_cents) == (11688, 600)


# What MSP states as paid, with which lines, the difference, and everything that explains it.
AGAIN = replace(PAID, repeated=True)
STRANGERS = (
    group("S02", 1000, 1500, standing=Standing.UNMATCHED),
    group("S01", 550, 550, standing=Standing.UNMATCHED),
)
ELSEWHERE = group("S00", 2000, 2000, standing=Standing.UNMATCHED)
IMPOSSIBLE = (
    group("S01", 300, 300, standing=Standing.NOT_APPLIED),
    group("S01", 150, 150, standing=Standing.NOT_APPLIED),
)
DISCOUNTED = group("S01", 6560, 7792, stated_cents=-1232)
TAKEN_BACK = group("S02", -500, -500)
PAID_CASES = [
    # A line is there twice: 116.88 + 77.92 here. 77.92 is also each such line, and twice 38.96.
    ((*LINES, AGAIN), 11688, -7792, {"repeated", "line-too-many", "sign"}),
    # MSP counts a line that is not here: of 77.92, as claim 1's.
    (LINES, 11688 + 7792, 7792, {"line-missing"}),
    # MSP's total leaves a line out that is here.
    (LINES, 11688 - 3896, -3896, {"line-too-many"}),
    # 10.00 + 5.50 match no claim, and MSP's total has neither.
    ((*LINES, *STRANGERS), 11688, -1550, {"unmatched"}),
    ((*LINES, *STRANGERS), 11688 + 1550, 0, set()),
    # A claim sent on paper: it matches none here either, and is one line.
    # Both together: 15.50 of no claim, and 77.92 there twice.
    ((*LINES, *STRANGERS, AGAIN), 11688, -1550 - 7792, {"repeated+unmatched"}),
    ((*LINES, ELSEWHERE), 11688, -2000, {"other-data-centre", "unmatched", "line-too-many"}),
    ((*LINES, *IMPOSSIBLE), 11688, -450, {"not-applied"}),
    # A discount of 12.32 within a line: MSP's total is without it, or has it twice.
    ((*LINES, DISCOUNTED), 11688 + 7792, 1232, {"stated-adjustments"}),
    ((*LINES, DISCOUNTED), 11688 + 6560 - 1232, -1232, {"stated-adjustments"}),
    # 5.00 taken back here, and added there.
    ((*LINES, TAKEN_BACK), 11688 + 500, 1000, {"sign"}),
    # A cent, and an odd one: nothing explains it.
    (LINES, 11689, 1, set()),
    (LINES, 11687, -1, set()),
]


@pytest.mark.parametrize(("lines", "stated", "difference", "why"), PAID_CASES)
def test_what_is_paid(
    lines: tuple[AmountGroup, ...], stated: int, difference: int, why: set[str]
) -> None:
    ties = tie(payee(paid_cents=stated), lines=lines)
    (one,) = (each for each in ties.ties if each.name == "paid")
    assert (one.difference_cents, kinds(one)) == (difference, why)


def test_the_claim_is_named_whose_line_has_the_amount() -> None:
    ties = tie(payee(paid_cents=11688 - 3896, deposit_cents=12288 - 3896))
    assert [one.message for one in only(ties).explanations] == [
        "it is the amount of claim 2's line S02 of 38.96: MSP's total may leave it out"
    ]


def test_refused_claims_may_not_be_counted_as_billed() -> None:
    lines = (PAID, HALVED, replace(REFUSED, billed_cents=5000), PREMIUM)
    one = only(tie(payee(billed_cents=2 * 7792), lines=lines))
    assert (one.name, one.difference_cents) == ("billed", -5000)
    assert kinds(one) == {"refused", "line-too-many"}


# The deposit: adjustments, S21, what is different, and why.
PRACTITIONERS_PART = group("S24", 250)
DEPOSIT_CASES = [
    # Paid 116.88 + 6.00; a practitioner's 2.50 is a part of the 6.00 that is listed apart.
    ((*LINES, PRACTITIONERS_PART), {}, -250, {"adjustments-twice", "line-too-many"}),
    ((*LINES, PRACTITIONERS_PART), {"deposit_cents": 12538}, 0, set()),
    # The premium was not paid out, or twice.
    (LINES, {"deposit_cents": 11688}, -600, {"line-too-many"}),
    (LINES, {"deposit_cents": 12888}, 600, {"line-missing"}),
    # 15.50 of no claim is in the deposit, and not in the amount paid.
    (
        (*LINES, *STRANGERS),
        {"deposit_cents": 12288 + 1550},
        1550,
        {"unmatched", "deposit-follows-lines"},
    ),
    # -5.00 brought forward: counted, left out, and added instead.
    (LINES, {"balance_forward_cents": -500, "deposit_cents": 11788}, 0, set()),
    (LINES, {"balance_forward_cents": -500}, 500, {"balance"}),
    (LINES, {"balance_forward_cents": -500, "deposit_cents": 12788}, 1000, {"sign"}),
    # The deposit is what is paid and owed: 122.88 - 20.00 carried on.
    (LINES, {"deposit_cents": 10288, "new_balance_cents": 2000}, 0, set()),
    (LINES, {"new_balance_cents": 2000}, 2000, {"balance"}),
    # More is taken back than is paid: both ways to say it tie.
    ((*LINES, group("S23", -20000)), {"deposit_cents": -7712}, 0, set()),
    (
        (*LINES, group("S23", -20000)),
        {"deposit_cents": 0, "new_balance_cents": -7712},
        0,
        set(),
    ),
]


@pytest.mark.parametrize(("lines", "changed", "difference", "why"), DEPOSIT_CASES)
def test_how_the_deposit_comes_about(
    lines: tuple[AmountGroup, ...], changed: dict[str, int], difference: int, why: set[str]
) -> None:
    ties = tie(payee(**changed), lines=lines)
    (one,) = (each for each in ties.ties if each.name == "deposit")
    assert (one.difference_cents, kinds(one)) == (difference, why)
    money = sum(each.difference_cents for each in ties.ties if each.name in {"paid", "deposit"})
    assert ties.difference_cents == money


def test_a_deposit_that_follows_the_lines_and_not_the_amount_paid() -> None:
    ties = tie(payee(paid_cents=11788))
    assert [(one.name, one.difference_cents) for one in ties.differences] == [
        ("paid", 100),
        ("deposit", -100),
    ]
    assert kinds(ties.differences[1]) == {"deposit-follows-lines"}
    assert ties.difference_cents == 0
    assert ties.state is TieState.DIFFERENCE


def test_two_totals_of_which_one_agrees() -> None:
    ties = tie(payee(), replace(payee(), line_number=10))
    assert ties.totals == 2
    assert {one.name for one in ties.differences} == {"billed", "paid", "deposit"}
    for one in ties.differences:
        assert "several-totals" in kinds(one)
    assert ties.difference_cents == 12288


def test_two_totals_that_agree_together() -> None:
    half = payee(billed_cents=7792, paid_cents=7792, deposit_cents=8392)
    other = payee(billed_cents=15584, paid_cents=3896, deposit_cents=3896)
    assert tie(half, other).state is TieState.BALANCED


@pytest.mark.parametrize(
    ("stated", "before", "difference", "why"),
    [
        (-500, -500, 0, set()),
        (0, 0, 0, set()),
        (0, -500, 500, {"balance"}),
        (500, -500, 1000, {"sign"}),
        (-300, -500, 200, set()),
    ],
)
def test_the_balance_that_the_payee_had_before(
    stated: int, before: int, difference: int, why: set[str]
) -> None:
    ties = tie(payee(balance_forward_cents=stated, deposit_cents=12288 + stated), before=before)
    (one,) = (each for each in ties.ties if each.name == "balance")
    assert (one.difference_cents, kinds(one)) == (difference, why)
    assert ties.difference_cents == 0  # it is no money of this remittance


def test_a_balance_is_not_compared_with_a_remittance_that_is_not_here() -> None:
    ties = tie(payee(balance_forward_cents=-500, deposit_cents=11788))
    assert ties.state is TieState.BALANCED
    assert "balance" not in {one.name for one in ties.ties}


# Practitioners

OTHER = group("S01", 1000, 1000, practitioner_number="99002")


def test_each_practitioner_by_his_own_lines() -> None:
    total = payee(billed_cents=24376, paid_cents=12688, deposit_cents=13288)
    ties = tie(
        total,
        practitioner("99001", 23376, 11688),
        practitioner("99002", 1000, 900),
        lines=(*LINES, OTHER),
    )
    one = only(ties)
    assert (one.name, one.practitioner_number) == ("paid", "99002")
    assert (one.stated_cents, one.found_cents, one.difference_cents) == (900, 1000, -100)
    assert ties.difference_cents == 0  # the payee's money ties
    assert ties.state is TieState.DIFFERENCE


@pytest.mark.parametrize(
    ("totals", "without"),
    [((), ()), ((practitioner("99001", 23376, 11688),), ("99002",))],
)
def test_a_practitioner_without_a_total_while_others_have_one(
    totals: tuple[StatedTotal, ...], without: tuple[str, ...]
) -> None:
    total = payee(billed_cents=24376, paid_cents=12688, deposit_cents=13288)
    ties = tie(total, *totals, lines=(*LINES, OTHER))
    assert ties.without_total == without
    assert ties.state is TieState.BALANCED


# What cannot be read, what is lost


def test_lines_that_may_be_lost_are_named_only_beside_a_difference() -> None:
    lost = ("a.txt: The VTC counts 9 records S, 8 were read.",)
    assert tie(payee(), incomplete=lost).state is TieState.BALANCED
    one = only(tie(payee(paid_cents=11700, deposit_cents=12300), incomplete=lost))
    assert [(each.kind, each.message) for each in one.explanations] == [("incomplete", lost[0])]


def test_an_amount_that_cannot_be_read_counts_for_nothing_and_is_said() -> None:
    ties = tie(payee(paid_cents=11788), lines=(*LINES, group("S02", None, 100)))
    assert ties.unreadable == 1
    assert "unreadable" in kinds(ties.differences[0])
    held = group("S04", None)
    assert tie(payee(), lines=(*LINES, held)).unreadable == 0


def test_a_total_that_cannot_be_read() -> None:
    ties = tie(payee(paid_cents=None))
    by_name = {one.name: one for one in ties.differences}
    assert by_name["paid"].difference_cents == -11688
    assert "unreadable" in kinds(by_name["paid"])
    assert ties.difference_cents == 0


CENTS = st.integers(-999_999, 999_999)


@given(
    lines=st.lists(st.tuples(st.sampled_from(["S00", "S01", "S02", "S03"]), CENTS, CENTS)),
    adjustments=st.lists(CENTS),
    before=CENTS,
    after=CENTS,
    wrong_paid=CENTS,
    wrong_deposit=CENTS,
)
def test_what_no_line_explains_is_always_said(
    lines: list[tuple[str, int, int]],
    adjustments: list[int],
    before: int,
    after: int,
    wrong_paid: int,
    wrong_deposit: int,
) -> None:
    """Claim money and adjustments are the payee's totals, or the difference is reported."""
    groups = [group(record, paid, billed) for record, paid, billed in lines]
    groups += [group("S23", cents) for cents in adjustments]
    paid = sum(each for _, each, _ in lines)
    owed = paid + sum(adjustments) + before
    total = payee(
        billed_cents=sum(each for _, _, each in lines),
        paid_cents=paid + wrong_paid,
        balance_forward_cents=before,
        deposit_cents=owed - after + wrong_deposit,
        new_balance_cents=after,
    )
    ties = tie(total, lines=tuple(groups))

    assert ties.difference_cents == wrong_deposit
    found = {one.name: one.difference_cents for one in ties.ties}
    assert found == {"billed": 0, "paid": wrong_paid, "deposit": wrong_deposit - wrong_paid}
    balanced = wrong_paid == 0 and wrong_deposit == 0
    assert ties.state is (TieState.BALANCED if balanced else TieState.DIFFERENCE)
