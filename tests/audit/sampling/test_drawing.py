"""The draw: documented, the same everywhere, and fair."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.audit.sampling.drawing import STRATIFIERS, allocate, draw, rank
from tpi_billing.ledger.samples import Drawable


def claims(count: int, first: int = 1) -> list[Drawable]:
    """Make claims of two practitioners in turn, three items, and amounts of every band."""
    items = (("01157", 7792), ("01156", 6213), ("00015", 1927), ("01125", 25_000))
    return [
        Drawable(number, f"9900{number % 2 + 1}", *items[number % 4], None)
        for number in range(first, first + count)
    ]


def numbers(count: int, size: int, seed: int, stratified_by: str = "") -> list[int]:
    return [one.claim_id for one in draw(claims(count), stratified_by, size, seed)[1]]


def test_a_rank_is_the_sha_256_of_seed_and_claim() -> None:
    """Anyone can draw the sample again with a pocket tool: `printf 7:501 | sha256sum`."""
    said = "56eb9d4fed0d02a93fe6b3739ce22aed233801d533f9447ba6d7c4091a7653da"
    assert rank(7, 501) == int(said, 16)


def test_the_lowest_ranks_are_drawn() -> None:
    by_hand = sorted(range(1, 101), key=lambda n: hashlib.sha256(f"7:{n}".encode()).hexdigest())
    assert numbers(100, 10, 7) == by_hand[:10]


def test_the_order_of_the_ledger_does_not_matter() -> None:
    forward, backward = claims(60), list(reversed(claims(60)))
    for by in STRATIFIERS:
        assert draw(forward, by, 12, 3) == draw(backward, by, 12, 3)


def test_a_larger_sample_of_the_same_seed_holds_the_smaller() -> None:
    assert numbers(100, 20, 7)[:10] == numbers(100, 10, 7)


def test_another_seed_draws_others() -> None:
    assert numbers(100, 10, 7) != numbers(100, 10, 8)


def test_each_claim_is_drawn_as_often_as_any_other() -> None:
    """Of 20 claims 5 are drawn 2,000 times: each 500 times, give or take five deviations (97)."""
    drawn = Counter(number for seed in range(2_000) for number in numbers(20, 5, seed))
    assert set(drawn) == set(range(1, 21))
    assert all(abs(times - 500) < 97 for times in drawn.values())


def test_of_fewer_claims_than_asked_all_are_drawn() -> None:
    assert sorted(numbers(7, 80, 1)) == list(range(1, 8))


def test_of_no_claim_none_is_drawn() -> None:
    assert draw([], "practitioner", 80, 1) == ((), ())


@pytest.mark.parametrize(
    ("size", "populations", "given"),
    [
        # 10 of 100: shares 5.0, 3.0, 2.0.
        (10, {"a": 50, "b": 30, "c": 20}, {"a": 5, "b": 3, "c": 2}),
        # Shares 3.33 each: the first of equal remainders gets the tenth.
        (10, {"a": 30, "b": 30, "c": 30}, {"a": 4, "b": 3, "c": 3}),
        # Shares 4.9, 4.6, 0.5: a and b are rounded up first, c gets none, so one of b's: it is
        # 0.4 above its share, a only 0.1.
        (10, {"a": 49, "b": 46, "c": 5}, {"a": 5, "b": 4, "c": 1}),
        # Two for three strata: the largest remainders (0.98, 0.92, 0.1), and none for c.
        (2, {"a": 49, "b": 46, "c": 5}, {"a": 1, "b": 1, "c": 0}),
        (3, {"a": 98, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}),
        (200, {"a": 50, "b": 30}, {"a": 50, "b": 30}),
    ],
)
def test_a_sample_is_shared_out_by_the_largest_remainder(
    size: int, populations: dict[str, int], given: dict[str, int]
) -> None:
    assert allocate(size, populations) == given


@given(
    st.integers(1, 300),
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 500), min_size=1),
)
def test_an_allocation_keeps_its_promises(size: int, populations: dict[str, int]) -> None:
    given_out = allocate(size, populations)
    whole = sum(populations.values())
    assert sum(given_out.values()) == min(size, whole)
    assert all(0 <= given_out[name] <= count for name, count in populations.items())
    if size >= len(populations):
        assert all(given_out.values())


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("", [""]),
        ("practitioner", ["99001", "99002"]),
        ("fee-item", ["00015", "01125", "01156", "01157"]),
        ("amount", ["under $50", "$50 to $99.99", "$200 and more"]),
    ],
)
def test_strata_are_named_in_order_and_drawn_each_by_itself(by: str, names: list[str]) -> None:
    strata, drawn = draw(claims(100), by, 20, 5)
    assert [one.name for one in strata] == names
    assert [one.number for one in strata] == list(range(1, len(names) + 1))
    assert sum(one.population for one in strata) == 100
    assert Counter(one.stratum for one in drawn) == {one.number: one.size for one in strata}


@pytest.mark.parametrize(
    ("cents", "band"),
    [
        (4_999, "under $50"),
        (5_000, "$50 to $99.99"),
        (9_999, "$50 to $99.99"),
        (10_000, "$100 to $199.99"),
        (19_999, "$100 to $199.99"),
        (20_000, "$200 and more"),
    ],
)
def test_the_bands_of_amounts(cents: int, band: str) -> None:
    (stratum,), _ = draw([Drawable(1, "99001", "01157", cents, None)], "amount", 1, 1)
    assert stratum.name == band


def test_what_stands_on_a_stratum_is_what_was_paid_or_else_the_bill() -> None:
    paid = Drawable(1, "99001", "01157", 7792, 3896)
    refused = Drawable(2, "99001", "01157", 7792, 0)
    waiting = Drawable(3, "99001", "01157", 7792, None)
    (stratum,), drawn = draw([paid, refused, waiting], "", 3, 1)
    assert stratum.population_cents == 3896 + 0 + 7792
    assert {one.claim_id: one.stake_cents for one in drawn} == {1: 3896, 2: 0, 3: 7792}
