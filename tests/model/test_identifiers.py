"""Health numbers with their check digit, and MSP's five-character numbers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tpi_billing.model.identifiers import (
    begins_with_letter,
    is_msp_number,
    is_phn,
    phn_check_digit,
)

MIDDLE = st.text("0123456789", min_size=8, max_size=8)


@st.composite
def health_numbers(draw: st.DrawFn) -> str:
    middle = draw(MIDDLE)
    check = phn_check_digit(middle)
    assume(check is not None)
    return f"9{middle}{check}"


# Teleplan facts, section 4: digits 2-9 by 2 4 8 5 10 9 7 3, summed, the remainder of 11.
@pytest.mark.parametrize(
    ("middle", "check"),
    [
        ("15106543", 4),  # 2+20+8+0+60+45+28+9 = 172 = 15x11 + 7; 11 - 7
        ("10000000", 9),  # 2; the smallest remainder that has a number
        ("00001000", 1),  # 10; the largest remainder
        ("00000000", None),  # 0
        ("10000003", None),  # 2+9 = 11, remainder 0
        ("03000000", None),  # 12, remainder 1
        ("99999999", 8),  # 9x48 = 432 = 39x11 + 3; 11 - 3
    ],
)
def test_the_check_digit_follows_from_the_eight_before_it(middle: str, check: int | None) -> None:
    assert phn_check_digit(middle) == check


@pytest.mark.parametrize("phn", ["9151065434", "9100000009", "9000010001", "9999999998"])
def test_a_health_number_is_ten_digits_with_nine_first(phn: str) -> None:
    assert is_phn(phn)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9151065431",  # another check digit
        "9000000000",  # remainder 0: no check digit fits, not even the zero
        "9000000001",
        "9030000000",  # remainder 1: the digit would be 10
        "9030000001",
        "1100000009",  # does not begin with 9
        "915106543",  # nine digits
        "91510654344",  # eleven
        "915106543X",
        "9151 065434",
        " 9151065434",
        "9151065434\n",
        "９１５１０６５４３４",  # digits, but of another width
    ],
)
def test_anything_else_is_not_a_health_number(text: str) -> None:
    assert not is_phn(text)


@pytest.mark.parametrize("middle", ["00000000", "10000003", "03000000"])
def test_no_last_digit_makes_a_number_of_a_remainder_of_0_or_1(middle: str) -> None:
    assert not any(is_phn(f"9{middle}{last}") for last in "0123456789")


@given(health_numbers())
def test_a_number_with_its_check_digit_is_one(phn: str) -> None:
    assert is_phn(phn)


@given(health_numbers(), st.integers(min_value=0, max_value=9), st.sampled_from("0123456789"))
def test_one_mistyped_digit_always_shows(phn: str, at: int, digit: str) -> None:
    assume(phn[at] != digit)
    assert not is_phn(phn[:at] + digit + phn[at + 1 :])


@given(health_numbers(), st.integers(min_value=0, max_value=8))
def test_two_neighbours_swapped_always_show(phn: str, at: int) -> None:
    assume(phn[at] != phn[at + 1])
    assert not is_phn(phn[:at] + phn[at + 1] + phn[at] + phn[at + 2 :])


@pytest.mark.parametrize("text", ["99001", "A9999", "T9999", "0000A", "ABCDE", "00001"])
def test_an_msp_number_is_five_digits_or_capitals(text: str) -> None:
    assert is_msp_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "00000", "9900", "990011", "a9999", "99 01", "9900-", "99001\n", "É9999", "９９００１"],
)
def test_five_zeros_and_everything_else_is_no_msp_number(text: str) -> None:
    assert not is_msp_number(text)


@pytest.mark.parametrize("name", ["Okanese", "o'Farrow", "Élodie", "Çelik", "Ng", "李"])
def test_a_name_begins_with_a_letter_of_any_alphabet(name: str) -> None:
    assert begins_with_letter(name)


@pytest.mark.parametrize("name", ["", " Okanese", "'t Hart", "-", "4th", "_x", "(Noor)", ".", "*"])
def test_a_name_does_not_begin_with_anything_else(name: str) -> None:
    assert not begins_with_letter(name)
