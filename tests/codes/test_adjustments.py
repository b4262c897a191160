"""Adjustment codes of remittances: what is known of them, and a clinic's own list."""

from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConfigurationError


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("38", "Rural retention"),
        ("32", "Discount"),
        ("06", "Audit recovery"),
        ("04", "Interest"),
        ("28", "Lump sum"),
        (" 06 ", "Audit recovery"),
    ],
)
def test_a_code_seen_on_remittances(book: CodeBook, code: str, meaning: str) -> None:
    found = book.adjustment_code(code)
    assert found is not None
    assert (found.code, found.meaning, found.certainty) == (code.strip(), meaning, "inferred")
    assert found.source


@pytest.mark.parametrize("code", ["6", "BP", "99", "", "  "])
def test_any_other_code_is_unknown(book: CodeBook, code: str) -> None:
    assert book.adjustment_code(code) is None


def test_a_clinics_own_list_replaces_the_shipped_one(workspace: Path) -> None:
    text = "code,meaning,source,certainty\nBP,Business Cost Premium,MSP's file A,documented\n"
    (workspace / "fee_codes" / "adjustment_codes.csv").write_text(text, encoding="utf-8")
    book = CodeBook.load(workspace)

    found = book.adjustment_code("bp")
    assert found is not None
    assert (found.meaning, found.explanation) == ("Business Cost Premium", "")
    assert book.adjustment_code("06") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("6,Audit,x,inferred", "two digits or capital letters"),
        ("06,,x,inferred", "meaning must be filled in"),
        ("06,Audit,x,sure", "documented or inferred"),
    ],
)
def test_a_broken_list_names_the_line(workspace: Path, line: str, said: str) -> None:
    path = workspace / "fee_codes" / "adjustment_codes.csv"
    path.write_text(f"code,meaning,source,certainty\n{line}\n", encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        CodeBook.load(workspace).load_all()
    assert [(each.row, each.file) for each in caught.value.troubles] == [(2, str(path))]
    assert said in caught.value.troubles[0].message
