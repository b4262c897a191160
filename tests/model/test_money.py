"""Money is whole cents; half a cent is rounded as the clinic's policy says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.money import HalfCent, cents_of, decimal_dollars, dollars, portion

POLICIES: tuple[HalfCent, ...] = ("half-up", "half-even", "down")
CENTS = st.integers(min_value=0, max_value=99_999_999)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("77.92", 7_792),
        ("$77.92", 7_792),
        ("$ 77.92", 7_792),
        (" 77.92 ", 7_792),
        ("12", 1_200),
        ("12.5", 1_250),  # not 1.25: the second digit of the cents is a zero
        ("12.05", 1_205),
        ("0", 0),
        ("0.05", 5),
        ("1,204.50", 120_450),
        ("$1,234,567.89", 123_456_789),
        ("1204.50", 120_450),
        ("007.00", 700),
    ],
)
def test_dollars_are_read_as_cents(text: str, cents: int) -> None:
    assert cents_of(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "free",
        "77.925",  # no tenths of a cent
        "77,92",  # a decimal comma, or thousands gone wrong
        "1,20",
        "12,345,6.00",
        "12.",
        ".50",
        "-5.00",  # nothing is billed below zero
        "(5.00)",
        "5.00-",
        "1e3",
        "77.92 CAD",
        "NaN",
        "7 792",
    ],
)
def test_anything_else_is_not_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        cents_of(text)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (871_845, "8718.45"),
        (895_876, "8958.76"),
        (0, "0.00"),
        (5, "0.05"),
        (50, "0.50"),
        (100, "1.00"),
        (-5, "-0.05"),
        (-1_232, "-12.32"),
        (100_000_000, "1000000.00"),  # no commas
    ],
)
def test_cents_are_written_as_dollars(cents: int, text: str) -> None:
    assert dollars(cents) == text


@given(CENTS)
def test_what_is_written_reads_back(cents: int) -> None:
    assert cents_of(dollars(cents)) == cents
    assert cents_of(f"${cents // 100:,}.{cents % 100:02}") == cents


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_the_decimal_for_a_cell_is_exact(cents: int) -> None:
    assert decimal_dollars(cents) * 100 == cents
    assert decimal_dollars(cents) == Decimal(dollars(cents))


# Fees of the schedule edition 2024-12-31 at 50%: MSP billing facts, section 2.1.
@pytest.mark.parametrize(
    ("fee", "half_up", "half_even", "down"),
    [
        (7_792, 3_896, 3_896, 3_896),  # 01157: 38.96, exact
        (9_916, 4_958, 4_958, 4_958),  # 01125: 49.58, exact
        (6_562, 3_281, 3_281, 3_281),  # 01124: 32.81, exact
        (12_058, 6_029, 6_029, 6_029),  # 01040: 60.29, exact
        (6_213, 3_107, 3_106, 3_106),  # 01156: 31.065, the even cent is below
        (26_017, 13_009, 13_008, 13_008),  # 01035: 130.085, the even cent is below
        (13_855, 6_928, 6_928, 6_927),  # 01022: 69.275, the even cent is above
        (1_927, 964, 964, 963),  # 00015: 9.635, the even cent is above
        (1, 1, 0, 0),
        (0, 0, 0, 0),
    ],
)
def test_half_a_cent_goes_where_the_policy_says(
    fee: int, half_up: int, half_even: int, down: int
) -> None:
    assert portion(fee, 50, "half-up") == half_up
    assert portion(fee, 50, "half-even") == half_even
    assert portion(fee, 50, "down") == down


@given(CENTS, st.sampled_from(POLICIES))
def test_all_of_a_fee_is_the_fee_and_none_of_it_is_nothing(cents: int, policy: HalfCent) -> None:
    assert portion(cents, 100, policy) == cents
    assert portion(cents, 0, policy) == 0


@given(CENTS, st.integers(min_value=0, max_value=100), st.sampled_from(POLICIES))
def test_a_portion_never_exceeds_the_fee(cents: int, percent: int, policy: HalfCent) -> None:
    assert 0 <= portion(cents, percent, policy) <= cents


@given(CENTS, st.sampled_from(POLICIES))
def test_a_half_is_off_by_half_a_cent_at_most(cents: int, policy: HalfCent) -> None:
    assert abs(2 * portion(cents, 50, policy) - cents) <= 1


@given(CENTS)
def test_the_half_that_is_rounded_up_and_the_one_rounded_down_make_the_fee(cents: int) -> None:
    assert portion(cents, 50, "half-up") + portion(cents, 50, "down") == cents


@given(CENTS)
def test_half_even_is_one_of_the_two_and_even_when_they_differ(cents: int) -> None:
    up, even, down = (portion(cents, 50, policy) for policy in POLICIES)
    assert even in {up, down}
    assert up == down or even % 2 == 0


@given(CENTS, CENTS, st.integers(min_value=0, max_value=100), st.sampled_from(POLICIES))
def test_a_larger_fee_has_no_smaller_portion(
    one: int, other: int, percent: int, policy: HalfCent
) -> None:
    smaller, larger = sorted((one, other))
    assert portion(smaller, percent, policy) <= portion(larger, percent, policy)
