"""Finding explanatory codes by word, and what may have been meant by one that does not exist."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook, ExplanatoryCode

MEANINGS = {row.code: row.meaning for row in CodeBook.load().explanatory_codes}


def codes_of(rows: Iterable[ExplanatoryCode]) -> list[str]:
    return [row.code for row in rows]


@pytest.mark.parametrize(
    ("words", "among"),
    [
        ("referral", ["VM", "VS", "Y5", "Y6", "A5", "CU", "GB", "H2", "MF", "GK", "GQ"]),
        ("REFERRAL arrived", ["H2", "HI"]),
        ("phn", ["AA", "AB", "AC", "AD"]),
        ("tray", ["IR", "IS", "IT", "IZ", "I7"]),
        ("days service", ["BV"]),
        ("worksafebc", ["EG", "SN", "WD"]),
        ("nerve block", ["LD", "FV"]),
        ("vm", ["VM"]),
        ("p42", ["VM", "A5"]),
        ("consultation-too-soon", ["GC", "GF"]),
    ],
)
def test_searching_by_words(book: CodeBook, words: str, among: list[str]) -> None:
    assert set(among) <= set(codes_of(book.search_explanatory_codes(words)))


def test_codes_about_the_word_come_before_those_that_only_mention_it(book: CodeBook) -> None:
    found = book.search_explanatory_codes("referral")
    about = ["referral" in f"{row.family} {row.meaning}".casefold() for row in found]
    assert about == sorted(about, reverse=True)
    assert found[0].code == "VM"
    assert not about[-1]


@pytest.mark.parametrize("words", ["", "   ", "zzzz", "referral zzzz"])
def test_searching_for_nothing(book: CodeBook, words: str) -> None:
    assert book.search_explanatory_codes(words) == []


@given(code=st.sampled_from(sorted(MEANINGS)), data=st.data())
def test_a_code_is_found_by_any_words_of_its_meaning(
    book: CodeBook, code: str, data: st.DataObject
) -> None:
    words = data.draw(st.lists(st.sampled_from(MEANINGS[code].split()), min_size=1, max_size=4))
    assert code in codes_of(book.search_explanatory_codes(" ".join(words)))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("MV", "VM"),  # the other way round
        ("QZ", "ZQ"),
        ("DO", "D0"),  # O for 0
        ("V0", "VO"),  # 0 for O
        ("8J", "J8"),  # both: BJ comes next
        ("GO", "GB"),  # nothing alike: one that begins so, in the order of the file
    ],
)
def test_what_may_have_been_meant(book: CodeBook, typed: str, first: str) -> None:
    assert book.explanatory_code(typed) is None
    near = codes_of(book.near_explanatory_codes(typed.lower()))
    assert near[0] == first
    assert len(near) <= 5
    assert len(near) == len(set(near))


def test_nothing_is_near_to_nothing(book: CodeBook) -> None:
    assert book.near_explanatory_codes("") == []
    assert book.near_explanatory_codes("??") == []
