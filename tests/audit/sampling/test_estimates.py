"""Rates and money of all claims from a sample: exact sums, honest intervals."""

import random
import sys
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.audit.sampling.estimates import (
    Money,
    Part,
    insist_on_statistics,
    money,
    rate,
)
from tpi_billing.errors import ConfigurationError

PRICE = 7792


def part(population: int, overpaid: list[int], stake: int = PRICE) -> Part:
    """Make a stratum of claims that all cost the same."""
    return Part(population, population * stake, tuple(overpaid), (stake,) * len(overpaid))


def simple(population: int, reviewed: int) -> list[Part]:
    return [part(population, [0] * reviewed)]


# Rates


@pytest.mark.parametrize(
    ("wrong", "reviewed", "low", "high"),
    [
        # The rule of three, exactly: 1 - 0.025 ** (1 / n).
        (0, 80, 0.0, 1 - 0.025 ** (1 / 80)),
        (80, 80, 0.025 ** (1 / 80), 1.0),
        # Clopper and Pearson in printed tables: 1 of 10 is 0.25 % to 44.50 %; 5 of 10 is 18.71 %
        # to 81.29 %; 10 of 100 is 4.90 % to 17.62 %.
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 100, 0.0490, 0.1762),
    ],
)
def test_a_simple_rate_has_the_exact_binomial_interval(
    wrong: int, reviewed: int, low: float, high: float
) -> None:
    found = rate(simple(5_000, reviewed), [wrong])
    assert found.share == Fraction(wrong, reviewed)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_a_whole_population_leaves_nothing_to_estimate() -> None:
    found = rate([part(8, [0] * 8), part(2, [PRICE] * 2)], [0, 2])
    assert (found.share, found.low, found.high) == (Fraction(1, 5), 0.2, 0.2)


def test_strata_count_by_their_claims_and_not_by_their_samples() -> None:
    """Of 900 claims 1 of 10 is wrong, of 100 claims 5 of 10: 0.9 * 0.1 + 0.1 * 0.5 = 14 %."""
    found = rate([part(900, [0] * 10), part(100, [0] * 10)], [1, 5])
    assert found.share == Fraction(14, 100)
    assert found.low < 0.14 < found.high


def test_a_proportional_sample_is_about_as_good_as_a_simple_one() -> None:
    """The size of Korn and Graubard is at most that of the sample: the interval is no narrower."""
    strata = rate([part(500, [0] * 40), part(500, [0] * 40)], [4, 4])
    plain = rate(simple(1_000, 80), [8])
    assert strata.share == plain.share
    assert strata.low <= plain.low + 1e-12
    assert strata.high >= plain.high - 1e-12
    assert strata.high - strata.low < 1.1 * (plain.high - plain.low)


def test_a_lopsided_sample_is_worth_less() -> None:
    """Nine of ten claims are in a stratum from which 4 of 80 were drawn."""
    lopsided = rate([part(900, [0] * 4), part(100, [0] * 76)], [1, 8])
    plain = rate(simple(1_000, 80), [8])
    assert lopsided.high - lopsided.low > 2 * (plain.high - plain.low)


@given(
    st.lists(
        st.integers(1, 40).flatmap(
            lambda size: st.tuples(st.integers(size, 500), st.just(size), st.integers(0, size))
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_rate_lies_within_its_interval(strata: list[tuple[int, int, int]]) -> None:
    found = rate([part(n, [0] * size) for n, size, _ in strata], [wrong for *_, wrong in strata])
    assert 0 <= found.low <= float(found.share) + 1e-9
    assert float(found.share) - 1e-9 <= found.high <= 1


# Money


def test_a_stratified_estimate_is_right_on_the_average() -> None:
    """Every sample of two from four and of two from three: 6 * 3 = 18 samples, one mean.

    Overpaid are 0, 100, 300, 800 cents in the first stratum and 50, 50, 2000 in the second: 3300.
    """
    first, second = (0, 100, 300, 800), (50, 50, 2_000)
    totals = [
        money([part(4, list(some)), part(3, list(others))])
        for some, others in product(combinations(first, 2), combinations(second, 2))
    ]
    assert len(totals) == 18
    # Each estimate is 2 * (a + b) + 1.5 * (c + d), whole cents in this table.
    assert sum(one.cents for one in totals) == 18 * 3_300


@pytest.mark.parametrize(
    ("overpaid", "low", "high"),
    # One of ten in printed tables: 0.253 % to 44.502 %; five of ten 18.709 % to 81.291 %.
    [(1, 0.00253, 0.44502), (5, 0.18709, 0.81291)],
)
def test_money_of_equal_claims_has_the_interval_of_their_share(
    overpaid: int, low: float, high: float
) -> None:
    """Of 1,000 claims of 77.92 ten are reviewed; those that are wrong are wrong whole."""
    found = money([part(1_000, [PRICE] * overpaid + [0] * (10 - overpaid))])
    assert found.cents == 100 * overpaid * PRICE
    assert found.low_cents == pytest.approx(low * 1_000 * PRICE, rel=5e-3)
    assert found.high_cents == pytest.approx(high * 1_000 * PRICE, rel=5e-5)


def test_bounds_of_money_are_rounded_outward() -> None:
    """Nothing found on ten of 1,000 claims of one cent: up to 30.85 %, which is 308.5 cents."""
    found = money([part(1_000, [0] * 10, stake=1)])
    assert (found.low_cents, found.high_cents) == (0, 309)


def test_one_dear_claim_makes_the_money_less_certain() -> None:
    """Ten of forty claims are overpaid whole; the second time one of them is ten times dearer."""
    alike = Part(1_000, 1_000 * PRICE, (PRICE,) * 10 + (0,) * 30, (PRICE,) * 40)
    stakes = (10 * PRICE, *(PRICE,) * 39)
    unlike = Part(1_000, 1_225 * PRICE, (*stakes[:10], *(0,) * 30), stakes)
    (even,), (uneven,) = ([money([one])] for one in (alike, unlike))
    assert uneven.high_cents / uneven.cents > 1.2 * even.high_cents / even.cents
    assert uneven.low_cents / uneven.cents < 0.9 * even.low_cents / even.cents


def test_money_is_never_more_than_what_is_not_known_to_be_right() -> None:
    """Ten claims of 77.92, of which four are reviewed: three overpaid whole, one right."""
    found = money([part(10, [PRICE] * 3 + [0])])
    assert (found.low_cents, found.high_cents) == (3 * PRICE, 9 * PRICE)


def test_nothing_found_is_not_taken_for_nothing_there() -> None:
    """Of 80 claims none was overpaid: up to 1 - 0.025 ** (1 / 80) = 4.506 % may be."""
    found = money([part(1_000, [0] * 80)])
    assert (found.cents, found.low_cents, found.few) == (0, 0, True)
    assert found.high_cents == pytest.approx(0.04506 * 1_000 * PRICE, rel=1e-3)


def test_a_single_claim_says_only_what_is_certain() -> None:
    assert money([part(10, [PRICE])]) == Money(10 * PRICE, PRICE, 10 * PRICE, few=True)
    assert money([part(10, [1_000])]) == Money(10_000, 1_000, 9 * PRICE + 1_000, few=True)


def test_a_whole_population_comes_to_the_cent() -> None:
    assert money([part(3, [0, 5, 7])]) == Money(12, 12, 12, few=False)


@pytest.mark.parametrize(
    ("reviewed", "overpaid", "few"),
    [(29, 10, True), (30, 9, True), (30, 10, False), (80, 9, True), (80, 10, False)],
)
def test_small_numbers_are_told(reviewed: int, overpaid: int, few: bool) -> None:
    found = money([part(1_000, [100] * overpaid + [0] * (reviewed - overpaid))])
    assert found.few is few


@given(
    st.lists(
        st.lists(st.integers(0, PRICE), min_size=1, max_size=30).flatmap(
            lambda over: st.tuples(st.just(over), st.integers(len(over), 300))
        ),
        min_size=1,
        max_size=4,
    )
)
def test_an_amount_lies_within_its_bounds(strata: list[tuple[list[int], int]]) -> None:
    found = money([part(population, over) for over, population in strata])
    assert sum(sum(over) for over, _ in strata) <= found.low_cents or found.low_cents == 0
    assert found.low_cents <= found.cents <= found.high_cents


# How often the truth is within the interval


def test_the_planted_share_is_within_the_interval_at_the_stated_rate() -> None:
    """Of 600 claims 72 are bad (12 %); 100 samples of 80. At 95 % at least 88 must hold it.

    88 of 100 are so few with a chance of one in five hundred if the rate is 95 %.
    """
    chance = random.Random(6)
    bad = [True] * 72 + [False] * 528
    held = 0
    for _ in range(100):
        found = rate(simple(600, 80), [sum(chance.sample(bad, 80))])
        held += found.low <= 0.12 <= found.high
    assert held >= 88


def test_so_is_the_planted_money() -> None:
    """The same with three prices, two of five bad claims overpaid by half."""
    chance = random.Random(7)
    stakes = [chance.choice((7_792, 7_792, 6_213, 9_916)) for _ in range(600)]
    overpaid = [
        (stake if at % 5 < 3 else stake // 2) if at < 72 else 0 for at, stake in enumerate(stakes)
    ]
    held = 0
    for _ in range(100):
        some = chance.sample(range(600), 80)
        reviewed = tuple(overpaid[at] for at in some), tuple(stakes[at] for at in some)
        found = money([Part(600, sum(stakes), *reviewed)])
        held += found.low_cents <= sum(overpaid) <= found.high_cents
    assert held >= 88


# The library


def test_without_the_library_the_command_to_install_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(ConfigurationError) as caught:
        insist_on_statistics()
    assert 'pip install "tpi-billing[audit]"' in caught.value.troubles[0].hint


def test_with_the_library_nothing_is_said() -> None:
    insist_on_statistics()
