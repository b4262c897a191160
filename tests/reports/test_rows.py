"""Rows of a sheet: in order, whole, and packed when there are thousands."""

import re
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from tpi_billing.reports.xlsx.book import Book
from tpi_billing.reports.xlsx.rows import Rows

MANY = 6_500


def cell(row: int, column: int) -> str:
    return f"<c>row {row} column {column} é</c>"


def filled(count: int) -> Rows:
    rows = Rows()
    for row in range(1, count + 1):
        for column in (2, 1):
            rows.put(row, column, cell(row, column))
    return rows


def written(rows: Rows) -> str:
    return b"".join(rows.data()).decode()


@pytest.mark.parametrize("count", [1, 100, 101, 999, 1_000, 1_001, 1_600, 2_000, MANY])
def test_every_row_is_written_once_and_in_its_place(count: int) -> None:
    rows = filled(count)
    expected = "".join(
        f'<row r="{row}">{cell(row, 1)}{cell(row, 2)}</row>' for row in range(1, count + 1)
    )
    assert written(rows) == f"<sheetData>{expected}</sheetData>"
    assert rows.range == f"A1:B{count}"


def test_no_rows_are_a_sheet_as_well() -> None:
    assert written(Rows()) == "<sheetData></sheetData>"
    assert Rows().range == "A1:A1"


def test_a_height_is_set_whenever_it_is_known() -> None:
    rows = filled(MANY)
    for row in (4, 150, MANY):
        rows.height(row, 30)
    assert re.findall(r'<row r="(\d+)" ht="30" customHeight="1">', written(rows)) == [
        "4", "150", str(MANY),
    ]  # fmt: skip


def test_the_top_is_written_to_when_the_table_is_done() -> None:
    rows = filled(MANY)
    rows.put(3, 28, cell(3, 28))
    rows.put(MANY + 1, 1, cell(MANY + 1, 1))
    assert f"{cell(3, 2)}{cell(3, 28)}</row>" in written(rows)
    assert rows.range == f"A1:AB{MANY + 1}"


def test_a_row_that_is_packed_is_not_written_to() -> None:
    with pytest.raises(RuntimeError, match="row 101 "):
        filled(MANY).put(101, 3, cell(101, 3))


def test_memory_does_not_grow_with_the_rows() -> None:
    """What is kept of a row that is done is a small part of its cells."""
    text = f"<c>{'x' * 200}</c>"
    rows = Rows()
    tracemalloc.start()
    for row in range(1, 20_001):
        for column in range(1, 6):
            rows.put(row, column, f"{text}{row}{column}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20_000 * 5 * 200 / 4


@pytest.mark.parametrize(("rows", "version"), [(3, 20), (100_000, 20), (100_001, 45)])
def test_a_long_sheet_is_packed_so_that_it_may_grow_beyond_two_gigabytes(
    rows: int, version: int
) -> None:
    """An archive's part of 2 GiB and more needs version 4.5 of the format (APPNOTE, 4.4.3)."""
    book = Book(title="t", creator="c", created=datetime(2026, 11, 5, tzinfo=UTC))
    book.sheet("Rows", "FFFFFF").put(rows, 1, 1)
    with ZipFile(BytesIO(book.to_bytes())) as packed:
        assert packed.getinfo("xl/worksheets/sheet1.xml").extract_version == version
        assert packed.testzip() is None
