"""The record system's own count: one row a day and practitioner, every bad row named."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tpi_billing.errors import FileError
from tpi_billing.intake.day_counts import read_day_counts

HEADER = "date,practitioner_number,count\n"


def csv(folder: Path, text: str) -> Path:
    path = folder / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}2026-10-01,99001,8\n2026-10-02,99001,0\n",
        """Counts of October;;
Date;Practitioner Number;Count
2026-10-01;99001;8
2026-10-02;99001;0
;;8
""",
        """count|location|date|practitioner-number
8|Q|2026-10-01|99001
0|Q|2026-10-02|99001
""",
        """{"date": "2026-10-01", "practitioner_number": "99001", "count": 8}
{"date": "2026-10-02", "practitioner_number": "99001", "count": 0}
""",
    ],
    ids=["plain", "title, total and semicolons", "another order and column", "json lines"],
)
def test_a_text_file_is_read(tmp_path: Path, text: str) -> None:
    assert read_day_counts(csv(tmp_path, text)) == {
        ("99001", date(2026, 10, 1)): 8,
        ("99001", date(2026, 10, 2)): 0,
    }


def test_a_workbooks_dates_and_lost_zeros_are_restored(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["date", "practitioner_number", "count"])
    sheet.append([date(2026, 10, 1), 1234, 8.0])
    path = tmp_path / "counts.xlsx"
    book.save(path)
    assert read_day_counts(path) == {("01234", date(2026, 10, 1)): 8}


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    rows = "01/02/2026,99001,8\n2026-10-01,99001,few\n2026-10-02,,3\n,99001,3\n2026-10-05,99001,\n"
    with pytest.raises(FileError) as refused:
        read_day_counts(csv(tmp_path, HEADER + rows + "2026-10-06,99001,1\n2026-10-06,99001,2\n"))
    assert [(one.row, one.column, one.message) for one in refused.value.troubles] == [
        (2, "date", "The date could be read as more than one day."),
        (3, "count", "The count cannot be read as a whole number."),
        (4, "practitioner_number", "The practitioner number is blank."),
        (5, "date", "The date is blank."),
        (6, "count", "The count is blank."),
        (8, "date", "Row 7 has that day of that practitioner already."),
    ]
    assert all(one.hint and "mapping" not in one.hint for one in refused.value.troubles)


@pytest.mark.parametrize(
    "text",
    ["day,who,visits\n2026-10-01,99001,8\n", "date,count\n2026-10-01,8\n"],
    ids=["no header", "no practitioner"],
)
def test_columns_that_are_not_there_are_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileError) as refused:
        read_day_counts(csv(tmp_path, text))
    hint = "Name the columns date, practitioner_number and count, in a row of their own."
    assert {one.hint for one in refused.value.troubles} == {hint}


def test_a_file_that_is_not_there_is_a_file_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        read_day_counts(tmp_path / "none.csv")
