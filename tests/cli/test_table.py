"""A table in a given width: whatever stands in it, the numbers are whole and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.cli.table import broken, set_table

WORDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=60)


def test_numbers_stand_right_and_text_left() -> None:
    table = set_table(
        ("item", "amount"), [("01157", "77.92"), ("1", "138.12")], 80, right={"amount"}
    )
    assert list(table) == [
        "item    amount",
        "──────────────",
        "01157    77.92",
        "1       138.12",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert list(set_table(("batch", "by"), [], 80)) == ["batch   by", "──────────"]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (16, ["no  why", "────────────────", "1   one two three"[:16]]),
        (13, ["no  why", "─────────────", "1   one two", "    three"]),
        (9, ["no  why", "─────────", "1   one", "    two", "    three"]),
        (7, ["no  why", "───────", "1   one", "    two", "    thr", "    ee"]),
    ],
)
def test_text_is_broken_where_the_table_is_too_wide(width: int, lines: list[str]) -> None:
    text = "one two three" if width < 16 else "one two thre"
    assert list(set_table(("no", "why"), [("1", text)], width, wrap={"why"})) == lines


def test_columns_stand_closer_before_any_text_is_broken() -> None:
    assert list(set_table(("a", "b"), [("12345", "12345")], 12, wrap={"b"}))[2] == "12345  12345"
    assert list(set_table(("a", "b"), [("12345", "12345")], 13, wrap={"b"}))[2] == "12345   12345"


def test_numbers_are_not_broken_even_where_there_is_no_room() -> None:
    assert list(set_table(("amount",), [("1234567.89",)], 5))[2] == "1234567.89"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one", 5, ["one"]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a bcdefgh", 3, ["a", "bcd", "efg", "h"]),
        ("abcd e", 3, ["abc", "d e"]),
    ],
)
def test_a_text_is_broken_between_words(text: str, width: int, lines: list[str]) -> None:
    assert broken(text, width) == lines


@given(st.lists(st.tuples(WORDS, WORDS), max_size=6), st.integers(20, 90))
def test_no_line_is_too_long_and_no_letter_is_lost(rows: list[tuple[str, str]], width: int) -> None:
    header, rule, *lines = set_table(("name", "note"), rows, width, wrap={"name", "note"})
    assert all(len(line) <= width for line in (header, rule, *lines))
    left = header.index("note")
    for at in (0, 1):
        column = [line[left:] if at else line[:left] for line in lines]
        assert "".join("".join(column).split()) == "".join("".join(r[at] for r in rows).split())


@given(WORDS.filter(bool), st.integers(1, 30))
def test_broken_text_fits_and_is_all_there(text: str, width: int) -> None:
    lines = broken(text, width)
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
