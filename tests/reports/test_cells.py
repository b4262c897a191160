"""Cells as XML: any text at all comes back as that text."""

import io
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tpi_billing.model.cell_text import cell_text
from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.cells import cell_xml
from tpi_billing.reports.xlsx.styles import Style

STYLE = Style(plain=3, quoted=4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), min_size=1, max_size=30), max_size=20))
def test_any_text_comes_back_as_text(texts: list[str]) -> None:
    book = Book(title="", creator="", created=datetime(2026, 11, 5, tzinfo=UTC))
    sheet = book.sheet("Sheet", "000000")
    for row, text in enumerate(texts, 1):
        sheet.put(row, 1, text)
    read = load_workbook(io.BytesIO(book.to_bytes())).worksheets[0]
    for row, text in enumerate(texts, 1):
        assert read.cell(row, 1).data_type == "s"
        assert read.cell(row, 1).value == cell_text(text)


def test_what_reads_like_an_escape_is_escaped() -> None:
    assert '<t xml:space="preserve">_x005F_x003D_1+1</t>' in cell_xml("A1", "_x003D_1+1", STYLE)


def test_a_blank_cell_keeps_its_style_only() -> None:
    assert cell_xml("B7", None, STYLE) == cell_xml("B7", "", STYLE) == '<c r="B7" s="3"/>'


def test_a_formula_is_text_in_the_quoted_style() -> None:
    assert cell_xml("A1", "=1+1", STYLE).startswith('<c r="A1" s="4" t="inlineStr">')
    assert cell_xml("A1", "1+1", STYLE).startswith('<c r="A1" s="3" t="inlineStr">')
