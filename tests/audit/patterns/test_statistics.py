"""Robust distances by hand: median, median absolute deviation times 1.4826, mean and deviation."""

from fractions import Fraction
from math import sqrt
from statistics import fmean, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.audit.patterns.statistics import CONSISTENT, Crowd, chance_of_count, compare


def fractions(*values: float) -> list[Fraction]:
    return [Fraction(value) for value in values]


def none(_: Fraction) -> float:
    return 0.0


def test_an_outlier_among_the_others_moves_the_robust_distance_little() -> None:
    # Median 3; distances 2, 1, 0, 1, 97 have the median 1. Mean 22; squares about it are 441, 400,
    # 361, 324 and 6084, together 7610, by 4 1902.5.
    found = compare(Fraction(10), fractions(1, 2, 3, 4, 100), spread_percent=0, chance=none)
    assert found.others == 5
    assert found.middle == 3
    assert found.scale == CONSISTENT == 1.4826
    assert found.deviations == pytest.approx(7 / 1.4826)
    assert found.profile == pytest.approx((10 - 22) / sqrt(1902.5))


@pytest.mark.parametrize(
    ("others", "middle"), [((4,), 4), ((4, 8), 6), ((8, 4, 5), 5), ((1, 2, 3, 9), Fraction(5, 2))]
)
def test_the_middle(others: tuple[int, ...], middle: Fraction) -> None:
    found = compare(Fraction(1), fractions(*others), spread_percent=10, chance=none)
    assert found.middle == middle


@pytest.mark.parametrize(
    ("spread_percent", "chance", "scale"),
    [
        (0, 0.5, 1.4826),  # the others' own: distances 1, 0, 1 of 9, 10, 11
        (14, 0.5, 1.4826),  # 14% of 10 are 1.4
        (15, 0.5, 1.5),  # 15% are 1.5
        (15, 1.6, 1.6),
    ],
)
def test_the_scale_is_the_largest_of_three(
    spread_percent: int, chance: float, scale: float
) -> None:
    found = compare(
        Fraction(12),
        fractions(9, 10, 11),
        spread_percent=spread_percent,
        chance=lambda _middle: chance,
    )
    assert found.scale == pytest.approx(scale)
    assert found.deviations == pytest.approx(2 / scale)


@pytest.mark.parametrize("others", [(5, 5, 5), (5,)])
def test_without_a_spread_there_is_no_standard_deviation(others: tuple[int, ...]) -> None:
    found = compare(Fraction(9), fractions(*others), spread_percent=20, chance=none)
    assert found.profile is None
    assert found.deviations == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("expected", "size", "chance"),
    [
        (Fraction(4), 25, 0.4),  # 100 are expected, give or take 10
        (Fraction(1, 4), 100, 0.05),  # 25, give or take 5
        (Fraction(0), 100, 0.01),  # one at the least
        (Fraction(1, 200), 100, 0.01),
    ],
)
def test_chance_is_the_root_of_what_is_expected(
    expected: Fraction, size: int, chance: float
) -> None:
    assert chance_of_count(expected, size) == pytest.approx(chance)


figures = st.fractions(0, 1000, max_denominator=100)


@given(figures, st.lists(figures, min_size=1, max_size=9), st.integers(-50, 50))
def test_moving_every_figure_moves_no_distance(
    figure: Fraction, others: list[Fraction], by: int
) -> None:
    def chance(_: Fraction) -> float:
        return 1.0

    here = compare(figure, others, spread_percent=0, chance=chance)
    there = compare(figure + by, [each + by for each in others], spread_percent=0, chance=chance)
    assert there.deviations == pytest.approx(here.deviations)
    assert there.middle == here.middle + by


@given(figures, st.lists(figures, min_size=3, max_size=9))
def test_the_order_of_the_others_does_not_matter(figure: Fraction, others: list[Fraction]) -> None:
    def chance(_: Fraction) -> float:
        return 1.0

    here = compare(figure, others, spread_percent=10, chance=chance)
    there = compare(figure, others[::-1], spread_percent=10, chance=chance)
    assert (here.middle, here.deviations) == (there.middle, there.deviations)


@given(st.lists(figures, min_size=2, max_size=12), st.data())
def test_whoever_is_left_out_of_a_crowd_is_compared_with_all_the_others(
    crowd: list[Fraction], data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from(crowd))
    others = list(crowd)
    others.remove(own)
    found = Crowd(crowd).compare(own, leave_out=True, spread_percent=0, chance=none)
    assert found.others == len(others)
    assert found.middle == median(others)
    distances = [abs(each - found.middle) for each in others]
    assert found.scale == CONSISTENT * float(median(distances))
    spread = stdev(map(float, others)) if len(others) > 1 else 0.0
    if spread == 0.0:
        assert found.profile is None
    else:
        away = float(own) - fmean(map(float, others))
        assert found.profile == pytest.approx(away / spread, abs=1e-9)
