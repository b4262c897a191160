"""Text that a cell can hold, and text that a spreadsheet would run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.model.cell_text import LONGEST, cell_text, looks_like_formula


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élodie O'Farrow", "Élodie O'Farrow"),
        ("two\r\nlines", "two\nlines"),
        ("old\rMac", "old\nMac"),
        ("tab\tstays", "tab\tstays"),
        ("bell\x07rings", "bell␇rings"),
        ("nul\x00", "nul␀"),
        ("escape\x1b[31m", "escape␛[31m"),
        ("half \ud800 pair", "half � pair"),
        ("no \uffff character", "no � character"),
        ("a" * LONGEST, "a" * LONGEST),
        ("a" * (LONGEST + 1), "a" * (LONGEST - 13) + " … (cut here)"),
    ],
)
def test_what_a_cell_cannot_hold_is_replaced_visibly(text: str, expected: str) -> None:
    assert cell_text(text) == expected


@given(st.text(st.characters(codec=None), max_size=200))
def test_cell_text_is_stable_and_can_be_written(text: str) -> None:
    clean = cell_text(text)
    assert cell_text(clean) == clean
    clean.encode()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\nx",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "  =1",
        "=",
    ],
)
def test_formulas_and_their_twins_are_recognized(text: str) -> None:
    assert looks_like_formula(text)


@pytest.mark.parametrize("text", ["", "Dunmore", "O'Farrow", "1-2", "a=b", "'=1", "00", "#N/A"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert not looks_like_formula(text)
