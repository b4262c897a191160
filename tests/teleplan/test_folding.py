"""Text in capitals of plain ASCII: what is replaced, what is reported, what stays to be refused."""

import pytest

from tpi_billing.teleplan.folding import fold, initial, is_altered, is_plain, letters


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("PLAIN TEXT, 12-3", "PLAIN TEXT, 12-3"),
        ("small", "SMALL"),
        ("  ends trimmed ", "ENDS TRIMMED"),
        ("two  blanks stay", "TWO  BLANKS STAY"),
        ("Élodie", "ELODIE"),
        ("E\N{COMBINING ACUTE ACCENT}lodie", "ELODIE"),
        ("Çelik", "CELIK"),
        ("Søren", "SOREN"),
        ("Weiß", "WEISS"),
        ("Łukasz Nguyễn", "LUKASZ NGUYEN"),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Farrow", "O'FARROW"),
        ("6\N{EN DASH}8", "6-8"),
        ("one\r\ntwo\nthree\rfour\tfive", "ONE TWO THREE FOUR FIVE"),
        ("one\N{LINE SEPARATOR}two\N{NO-BREAK SPACE}three", "ONE TWO THREE"),
        ("zero\N{ZERO WIDTH SPACE}width", "ZEROWIDTH"),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize("text", ["\ue000", "A\ue000B", "\x00", "A\x07B", "\x7f"])
def test_a_character_without_a_plain_form_stays(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("PLAIN", True),
        ("", True),
        ("small", False),
        (" BEFORE", False),
        ("BEHIND ", False),
        ("É", False),
        ("A\nB", False),
    ],
)
def test_what_stands_in_a_record_as_it_is(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


@pytest.mark.parametrize(
    ("before", "altered"),
    [("small", False), (" TRIMMED ", False), ("élan", True), ("A\nB", True)],
)
def test_only_more_than_capitals_and_trimming_is_reported(before: str, altered: bool) -> None:
    assert is_altered(before, fold(before)) is altered


@pytest.mark.parametrize(
    ("name", "first", "all_letters"),
    [
        ("noor", "N", "NOOR"),
        ("O'Farrow", "O", "OFARROW"),
        ("de la Cruz", "D", "DELACRUZ"),
        ("Mary-Jo", "M", "MARYJO"),
        ("Ægir", "A", "AEGIR"),
        ("X Æ A-12", "X", "XAEA"),
        ("-", "", ""),
        ("", "", ""),
    ],
)
def test_the_letters_of_a_name(name: str, first: str, all_letters: str) -> None:
    assert initial(name) == first
    assert letters(name) == all_letters
