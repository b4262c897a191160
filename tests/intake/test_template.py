"""The empty workbook: every column, drop-downs, formats, help; and filled in it is imported."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tpi_billing.errors import FileError, UsageError
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import open_table
from tpi_billing.intake.template import EXAMPLES, write_template
from tpi_billing.model.session import COLUMNS

# ruff: noqa: DTZ001 - a spreadsheet has no time zone


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "visits.xlsx"
    write_template(path)
    return path


@pytest.fixture(scope="module")
def sessions(template: Path) -> Any:
    return load_workbook(template)["Sessions"]


def test_it_has_every_column_and_no_row(template: Path) -> None:
    with open_table(template) as table:
        assert (table.sheet, table.header_row) == ("Sessions", 1)
        assert list(table.header) == [column.name for column in COLUMNS]
        assert list(table.rows()) == []
        assert [p.message for p, _ in table.notices] == ["The file has a header and no visits."]


def test_drop_downs_offer_the_choices(sessions: Any) -> None:
    lists = {
        str(v.sqref): v.formula1
        for v in sessions.data_validations.dataValidation
        if v.type == "list"
    }
    by_name = {c.value: c.column_letter for c in sessions[1]}
    expected = {
        f"{by_name[c.name]}2:{by_name[c.name]}501": f'"{",".join(c.choices)}"'
        for c in COLUMNS
        if c.choices
    }
    assert lists == expected
    assert len(lists) == 6
    assert all(len(text) <= 255 for text in lists.values())


def test_cells_are_prepared(sessions: Any) -> None:
    formats = {c.value: sessions.cell(2, c.column).number_format for c in sessions[1]}
    assert formats["phn"] == formats["practitioner_number"] == formats["diagnosis_1"] == "@"
    assert formats["service_date"] == formats["birth_date"] == "yyyy-mm-dd"
    assert formats["start_time"] == "hh:mm"
    assert sessions.cell(501, 1).number_format == "@"
    assert sessions.freeze_panes == "B2"


def test_headers_explain_themselves(template: Path, sessions: Any) -> None:
    for cell, column in zip(sessions[1], COLUMNS, strict=True):
        assert cell.comment.text == f"{column.help}\nExample: {EXAMPLES[column.name]}"
        assert sessions.column_dimensions[cell.column_letter].width > len(column.name)
    helped = load_workbook(template)["Help"]
    rows = [tuple(c.value or "" for c in row) for row in helped.iter_rows(min_row=5)]
    assert rows == [(c.name, c.help, EXAMPLES[c.name], ", ".join(c.choices)) for c in COLUMNS]


def test_the_examples_are_what_a_session_takes() -> None:
    session, problems = parse_session(EXAMPLES)
    assert problems == ()
    assert session is not None
    assert set(EXAMPLES) == {column.name for column in COLUMNS}


def test_filled_in_it_is_imported(template: Path, tmp_path: Path) -> None:
    filled = tmp_path / "filled.xlsx"
    book = load_workbook(template)
    sheet: Any = book["Sessions"]
    typed = {
        **EXAMPLES,
        "service_date": datetime(2026, 10, 31),
        "birth_date": datetime(1970, 5, 31),
        "referral_date": datetime(2026, 9, 15),
        "start_time": time(9, 0),
        "end_time": time(9, 15),
        "trigger_point_injections": 4,
        "volume_ml": 2.5,
        "block_distance_cm": 75,
        "series_number": 2,
        "billed_amount": 77.92,
    }
    for place, column in enumerate(COLUMNS, start=1):
        sheet.cell(2, place).value = typed[column.name]
    book.save(filled)
    with open_table(filled) as table:
        (row,) = table.rows()
        assert table.notices == []
    assert parse_session(row.values) == parse_session(EXAMPLES)


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.xlsx"):
        write_template(tmp_path / "visits.csv")
    with pytest.raises(FileError, match="no folder"):
        write_template(tmp_path / "nowhere" / "visits.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(FileError):
        write_template(tmp_path / "folder.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.xlsx"]


def test_a_template_that_was_filled_in_is_not_overwritten(template: Path, tmp_path: Path) -> None:
    out = tmp_path / "visits.xlsx"
    out.write_bytes(template.read_bytes())
    write_template(out)
    book = load_workbook(out)
    book["Sessions"]["A2"] = "V1"
    book.save(out)
    filled = out.read_bytes()
    with pytest.raises(FileError, match="another file of this name"):
        write_template(out)
    assert out.read_bytes() == filled
