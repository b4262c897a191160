"""Who is named: both sides of the outlier's cut, of small numbers, of few peers, of the limits."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tpi_billing.audit.patterns.finding import Standing
from tpi_billing.audit.patterns.judging import Sums, judge
from tpi_billing.audit.patterns.pattern import Pattern
from tpi_billing.audit.patterns.thresholds import Limits, Thresholds

from .asking import SHIPPED

COUNT = SHIPPED["services-per-day"]
SHARE = SHIPPED["visits-with-procedures"]
DOLLARS = SHIPPED["cost-per-patient"]
CASES = SHIPPED["no-referral"]
LIMITS = Limits(
    least=100,
    spread_percent=20,
    least_difference=Fraction(0),
    both_directions=False,
    limit=None,
    least_cases=1,
)
ONE = "99001"


def judged(
    own: Sums,
    *others: tuple[int, int],
    pattern: Pattern = COUNT,
    limits: Limits = LIMITS,
) -> Standing:
    sums = {ONE: own}
    sums |= {f"9910{at}": Sums(*each) for at, each in enumerate(others)}
    first, *_ = judge(pattern, limits, Thresholds.load(), sums)
    assert first.practitioner == ONE
    return first


TEN = (1000, 100)
"""Ten a day on a hundred days. Of three such the middle is 10, the scale 20% of it: 2."""


@pytest.mark.parametrize(
    ("numerator", "named"), [(1699, False), (1700, True), (1000, False), (100, False)]
)
def test_an_outlier_is_three_and_a_half_deviations_above(numerator: int, *, named: bool) -> None:
    """10 + 3.5 * 2 = 17 a day."""
    found = judged(Sums(numerator, 100), TEN, TEN, TEN)
    assert found.reasons == (("peers",) if named else ())
    assert found.figure == Fraction(numerator, 100)


@pytest.mark.parametrize(("numerator", "named"), [(301, False), (300, True)])
def test_one_far_below_is_one_only_where_both_directions_are_trouble(
    numerator: int, *, named: bool
) -> None:
    """10 - 3.5 * 2 = 3 a day."""
    own = Sums(numerator, 100)
    both = LIMITS.model_copy(update={"both_directions": True})
    assert bool(judged(own, TEN, TEN, TEN, limits=both).reasons) == named
    assert not judged(own, TEN, TEN, TEN).reasons


@pytest.mark.parametrize(("difference", "named"), [("10", True), ("10.01", False)])
def test_a_small_difference_is_never_one(difference: str, *, named: bool) -> None:
    limits = LIMITS.model_copy(update={"least_difference": Fraction(difference)})
    assert bool(judged(Sums(2000, 100), TEN, TEN, TEN, limits=limits).reasons) == named


@pytest.mark.parametrize(("days", "compared"), [(99, False), (100, True)])
def test_small_numbers_are_not_compared(days: int, *, compared: bool) -> None:
    found = judged(Sums(90 * days, days), TEN, TEN, TEN)
    assert (found.peers is not None) == compared
    assert bool(found.reasons) == compared


@pytest.mark.parametrize(
    ("others", "compared"),
    [
        ((TEN, TEN, TEN), True),
        ((TEN, TEN), False),
        ((TEN, TEN, (990, 99)), False),
        ((), False),
    ],
)
def test_fewer_than_three_others_are_no_peers(
    others: tuple[tuple[int, int], ...], *, compared: bool
) -> None:
    """One with too small a number is none either."""
    assert (judged(Sums(9000, 100), *others).peers is not None) == compared


def test_nobody_is_his_own_peer() -> None:
    found = judged(Sums(9000, 100), TEN, TEN, TEN)
    assert found.peers is not None
    assert (found.peers.others, found.peers.middle) == (3, 10)


@pytest.mark.parametrize(("numerator", "named"), [(27, False), (28, True)])
def test_a_share_is_measured_by_chance(numerator: int, *, named: bool) -> None:
    """Of 300 days the others' 5% are 15, give or take the root, 3.87: 15 + 3.5 * 3.87 = 28.6.

    In percent 5 + 3.5 * 1.291 = 9.52, which are 28.55 of 300. So with 28 it is not, with 29 it is.
    """
    found = judged(Sums(numerator + 1, 300), (15, 300), (15, 300), (15, 300), pattern=SHARE)
    assert bool(found.reasons) == named
    assert found.figure == Fraction(numerator + 1, 3)


@pytest.mark.parametrize(("numerator", "named"), [(3, False), (4, True)])
def test_what_nobody_else_has_needs_four_of_it(numerator: int, *, named: bool) -> None:
    """One is taken to be expected by chance: 3.5 of it are 3.5."""
    found = judged(Sums(numerator, 300), (0, 300), (0, 300), (0, 300), pattern=SHARE)
    assert bool(found.reasons) == named


def test_money_is_in_dollars() -> None:
    found = judged(
        Sums(2_000_000, 100), (1_000_000, 100), (1_000_000, 100), (1_000_000, 100), pattern=DOLLARS
    )
    assert found.figure == 200
    assert found.peers is not None
    # 20% of 100 dollars are the scale
    assert (found.peers.middle, found.peers.deviations) == (100, pytest.approx(5.0))


MONTHS = {f"2026-0{month}": TEN for month in range(1, 7)}


@pytest.mark.parametrize(("numerator", "named"), [(1699, False), (1700, True)])
def test_the_own_past_needs_no_peers(numerator: int, *, named: bool) -> None:
    own = Sums(numerator, 100, months={"2026-07": (numerator, 100)}, past=MONTHS)
    found = judged(own)
    assert found.reasons == (("past",) if named else ())
    assert found.past is not None
    assert (found.past.others, found.past.middle) == (6, 10)
    assert found.past_figure == Fraction(numerator, 100)


@pytest.mark.parametrize(
    ("months", "compared"),
    [(6, True), (5, False)],
)
def test_fewer_than_six_months_are_no_past(months: int, *, compared: bool) -> None:
    past = dict(list(MONTHS.items())[:months]) | {"2025-12": (99, 99)}
    own = Sums(9000, 100, months={"2026-07": (9000, 100)}, past=past)
    assert (judged(own).past is not None) == compared


def test_the_months_of_the_period_are_added_up() -> None:
    own = Sums(9000, 100, months={"2026-07": (600, 50), "2026-08": (800, 50)}, past=MONTHS)
    assert judged(own).past_figure == 14


@pytest.mark.parametrize(
    ("numerator", "days", "named"),
    [(7999, 100, False), (8000, 100, True), (7920, 99, False)],
)
def test_a_fixed_limit_needs_no_peers(numerator: int, days: int, *, named: bool) -> None:
    limits = LIMITS.model_copy(update={"limit": Fraction(80)})
    found = judged(Sums(numerator, days), limits=limits)
    assert found.reasons == (("limit",) if named else ())


@pytest.mark.parametrize(
    ("listed", "cases", "claims", "named"),
    [
        (2, 2, 100, False),  # too few cases
        (3, 3, 100, True),
        (3, 3, 150, True),  # 2% exactly
        (3, 3, 151, False),
        (3, 3, 4, True),  # facts need no large number
        (6, 2, 100, False),
    ],
)
def test_cases_are_named_by_their_number_and_share(
    listed: int, cases: int, claims: int, *, named: bool
) -> None:
    limits = LIMITS.model_copy(update={"limit": Fraction(2), "least_cases": 3})
    found = judged(Sums(listed, claims, cases), pattern=CASES, limits=limits)
    assert found.reasons == (("limit",) if named else ())


def test_two_cases_are_no_outlier_whatever_the_others_have() -> None:
    limits = replace_cases(3)
    own = Sums(40, 100, 2)
    assert not judged(own, (0, 900), (0, 900), (0, 900), pattern=CASES, limits=limits).reasons
    three = replace(own, case_count=3)
    found = judged(three, (0, 900), (0, 900), (0, 900), pattern=CASES, limits=limits)
    assert found.reasons == ("peers",)


def replace_cases(least: int) -> Limits:
    return LIMITS.model_copy(update={"least_cases": least})
