"""CSV of every dialect and coding, and JSON Lines: the same rows come out."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.config import Mapping
from tpi_billing.errors import FileError
from tpi_billing.intake import limits
from tpi_billing.intake.parsing import EXTRA_CELLS, parse_session
from tpi_billing.intake.rows import Row
from tpi_billing.intake.table import open_table
from tpi_billing.model.finding import Severity

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]


def rows_of(path: Path, **options: object) -> list[Row]:
    with open_table(path, **options) as table:  # type: ignore[arg-type]
        return list(table.rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_every_separator(table_rows: Make, write_csv: Write, delimiter: str, ending: str) -> None:
    path = write_csv(
        table_rows({"agent": "saline, 0.9%; plain | clear"}, {}),
        delimiter=delimiter,
        lineterminator=ending,
    )
    first, second = rows_of(path)
    assert first.values["agent"] == "saline, 0.9%; plain | clear"
    assert (first.number, second.number) == (2, 3)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_coding(table_rows: Make, tmp_path: Path, encoding: str) -> None:
    text = "\n".join(",".join(row) for row in table_rows({"city": "Montréal – Est"}))
    text = text.replace("; ", " ")
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    path = tmp_path / "visits.csv"
    path.write_bytes((mark + text).encode(encoding))
    assert rows_of(path)[0].values["city"] == "Montréal – Est"


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("room", [1_000, 1_001, 1_002])
def test_a_file_of_many_times_the_longest_line(
    table_rows: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
    room: int,
) -> None:
    monkeypatch.setattr(limits, "ROW_BYTES", room)
    header, row = (",".join(cells).replace("; ", " ") for cells in table_rows({"city": "Montréal"}))
    path = tmp_path / "visits.csv"
    path.write_bytes(ending.join([header, *[row] * 50]).encode())
    rows = rows_of(path)
    assert [row.number for row in rows] == list(range(2, 52))
    assert {row.values["city"] for row in rows} == {"Montréal"}


@pytest.mark.parametrize("before", [b"", b"a,b\r\n", b"a,b\n"])
def test_a_line_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    monkeypatch.setattr(limits, "ROW_BYTES", 1_000)
    path = tmp_path / "visits.csv"
    path.write_bytes(before + b"x" * 998 + b"\n")
    with pytest.raises(FileError, match="header"):
        rows_of(path)
    path.write_bytes(before + b"x" * 999 + b"\n")
    with pytest.raises(FileError, match="does not end") as refused:
        rows_of(path)
    assert refused.value.troubles[0].row == (2 if before else 1)


def test_rows_are_numbered_as_a_spreadsheet_does(table_rows: Make, tmp_path: Path) -> None:
    header, row = table_rows({"address_1": "1"})
    lines = [
        "Example Pain Clinic",
        "",
        ",".join(header),
        ",".join(row).replace("1952-01-20", '"1952-01-20"').removesuffix("1") + '"two\r\nlines"',
        ",,,",
        "",
        ",".join(row).replace("V1", "V2"),
    ]
    path = tmp_path / "visits.csv"
    path.write_bytes("\r\n".join(lines).encode())
    with open_table(path) as table:
        assert (table.header_row, table.total_rows) == (3, 2)
        first, second = table.rows()
    assert (first.number, first.values["address_1"]) == (4, "two\r\nlines")
    assert (second.number, second.values["session_id"]) == (7, "V2")


def test_a_separator_line_for_excel_is_a_title(table_rows: Make, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    lines = [";".join(cell.replace(";", ",") for cell in row) for row in table_rows({})]
    path.write_text("sep=;\n" + "\n".join(lines), encoding="utf-8")
    assert rows_of(path)[0].number == 3


def test_facts_about_the_file(table_rows: Make, write_csv: Write) -> None:
    path = write_csv([["a title"], *table_rows({}, {})], encoding="utf-8")
    with open_table(path, source="day-sheet", mapping=Mapping()) as table:
        assert (table.file, table.sheet, table.source) == ("visits.csv", "", "day-sheet")
        assert (table.size, len(table.sha256)) == (path.stat().st_size, 64)
        assert (table.header["phn"].index, table.header["phn"].letter) == (6, "G")


def test_the_file_can_be_deleted_once_closed(table_rows: Make, write_csv: Write) -> None:
    path = write_csv(table_rows({}))
    with open_table(path) as table:
        next(table.rows())
    path.unlink()
    with pytest.raises(ValueError, match="closed"):
        next(table.rows())


def test_rows_can_be_gone_through_again(table_rows: Make, write_csv: Write) -> None:
    with open_table(write_csv(table_rows({}, {"practitioner_number": "1234"}))) as table:
        assert list(table.rows()) == list(table.rows())
        assert len(table.notices) == 1


def test_totals_and_remarks_are_passed_over(table_rows: Make, write_csv: Write) -> None:
    path = write_csv(
        [
            *table_rows({"registration_number": ""}),
            ["Total visits", "1"],
            ["V3", "completed", "2026-10-13"],
            ["V4", "completed", "", "", "", "", "9914177765"],
            ["V5", *[""] * 12, "AB1"],
        ]
    )
    assert [(r.number, r.passed_over) for r in rows_of(path)] == [
        (2, False),
        (3, True),
        (4, False),
        (5, False),
        (6, False),
    ]


TOTALS = [
    (["Total visits", "", "October"], True),
    (["TOTALS", "", "see above", "", "", "99001"], True),
    (["", "Grand total", "151"], True),
    (["Sum:", "", "n/a"], True),
    (["count", "completed", "151 visits"], True),
    # A day, a health number or a registration number: it may be a visit all the same.
    (["Total", "", "2026-10-31"], False),
    (["Total", "", "October", "", "", "", "9914177765"], False),
    (["Total", "", "October", *[""] * 10, "AB1"], False),
    (["Totally", "", "October"], False),
    (["Counter 5", "", "October"], False),
    (["V9", "Total", "October"], False),
]


@pytest.mark.parametrize(("cells", "passed_over"), TOTALS)
def test_a_total_with_words_under_the_day_is_passed_over(
    table_rows: Make, write_csv: Write, cells: list[str], passed_over: bool
) -> None:
    path = write_csv([*table_rows({"registration_number": ""}), cells])
    assert [(r.number, r.passed_over) for r in rows_of(path)] == [(2, False), (3, passed_over)]


def test_a_totals_number_under_the_day_is_no_day(table_rows: Make, write_xlsx: Write) -> None:
    header, row = table_rows({})
    total = ["Total", "", 46326, "", "", 151.0]
    with open_table(write_xlsx([header, row, total])) as table:
        assert [r.passed_over for r in table.rows()] == [False, True]
        assert table.notices == []


def test_a_total_is_known_beside_the_column_of_reasons(table_rows: Make, write_csv: Write) -> None:
    rows = [["", *row] for row in [*table_rows({}), ["Total", "", "October"]]]
    rows[0][0] = "What to fix (tpi-billing)"
    rows[2][0] = "Error: The service date cannot be read as a date."
    assert [r.passed_over for r in rows_of(write_csv(rows))] == [False, True]


def test_unused_columns_are_named(table_rows: Make, write_csv: Write) -> None:
    rows = [
        [*row, extra, "x", ""] for row, extra in zip(table_rows({}), ("Room", "2"), strict=True)
    ]
    rows[0][-2] = "What to fix (tpi-billing)"
    with open_table(write_csv(rows)) as table:
        ((problem, place),) = table.notices
    assert (problem.code, problem.column) == ("unknown-column", "Room")
    assert "Column N" in problem.message
    assert (place.file, place.row) == ("visits.csv", 1)


def test_restored_numbers_are_told_once_the_rows_are_read(
    table_rows: Make, write_csv: Write
) -> None:
    path = write_csv(
        table_rows({}, {"phn": "9123456780.0"}, {"phn": "9914177765.0", "dependent": "0"})
    )
    with open_table(path) as table:
        rows = list(table.rows())
        notices = [(problem.column, place.row) for problem, place in table.notices]
    assert [row.values["phn"] for row in rows] == ["9914177765", "9123456780", "9914177765"]
    assert notices == [("phn", 3), ("dependent", 4)]


def test_ten_thousand_blank_rows(table_rows: Make, write_csv: Write) -> None:
    header, row = table_rows({})
    with open_table(write_csv([header, *[[""] * 13] * 5_000, *[[]] * 5_000, row])) as table:
        assert table.total_rows == 1
        assert [r.number for r in table.rows()] == [10_002]


def test_a_header_only_is_no_error(table_rows: Make, write_csv: Write) -> None:
    with open_table(write_csv(table_rows())) as table:
        assert (table.total_rows, list(table.rows())) == (0, [])
        ((problem, place),) = table.notices
    assert (problem.message, problem.severity, place.row) == (
        "The file has a header and no visits.",
        Severity.INFO,
        1,
    )


def test_a_cell_of_a_megabyte_is_a_fault_of_its_row(table_rows: Make, write_csv: Write) -> None:
    path = write_csv(table_rows({"agent": "x" * 2**20}, {}))
    long, fine = rows_of(path)
    session, problems = parse_session(long.values)
    assert session is not None
    assert [(p.code, p.column, len(p.value)) for p in problems] == [("invalid-value", "agent", 60)]
    assert parse_session(fine.values)[1] == ()


def test_a_row_with_more_cells_than_the_header(table_rows: Make, write_csv: Write) -> None:
    rows = table_rows({}, {}, {})
    rows[2] += ["", " "]
    rows[3] += ["", "right trapezius"]
    first, second, third = rows_of(write_csv(rows))
    assert EXTRA_CELLS not in first.values
    assert EXTRA_CELLS not in second.values
    assert third.values[EXTRA_CELLS] == "1"


def test_a_quotation_mark_that_is_never_closed(table_rows: Make, tmp_path: Path) -> None:
    header, row = (",".join(row) for row in table_rows({}))
    path = tmp_path / "visits.csv"
    path.write_text("\n".join([header, row, f'"{row}', row, row]), encoding="utf-8")
    with pytest.raises(FileError, match="never closed") as caught:
        open_table(path)
    assert caught.value.troubles[0].row == 3


def test_quotation_marks_of_the_text_do_no_harm(table_rows: Make, write_csv: Write) -> None:
    path = write_csv(table_rows({"agent": 'the "good" one'}, {"agent": '5" needle'}))
    assert [row.values["agent"] for row in rows_of(path)] == ['the "good" one', '5" needle']


JSON = [
    {"session_id": "V1", "status": "completed", "service_date": "2026-10-13", "phn": 9914177765},
    {"practitioner_number": 99001, "phn": None, "note": "é", "chart_signed": True},
]


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "visits.jsonl"
    objects = [
        {**JSON[0], **JSON[1], "phn": 9914177765.0, "trigger_point_sites": ["a", "b"]},
        {**JSON[0], "session_id": "V2", "Room": 3},
    ]
    text = "\n\n".join(json.dumps(o) for o in objects)
    path.write_text(text, encoding="utf-8")
    with open_table(path) as table:
        first, second = table.rows()
        notices = [(p.code, p.column, place.row) for p, place in table.notices]
        assert (table.total_rows, table.header_row) == (2, 0)
    assert first.values == {
        "session_id": "V1",
        "status": "completed",
        "service_date": "2026-10-13",
        "phn": "9914177765",
        "practitioner_number": "99001",
        "note": "é",
        "chart_signed": "TRUE",
        "trigger_point_sites": "a; b",
    }
    assert (first.number, second.number) == (1, 3)
    assert notices == [("unknown-column", "Room", None), ("invalid-value", "phn", 1)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"session_id": ', "not valid JSON"),
        ("[1, 2]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ('{"note": {"a": 1}}', "object or a list"),
        ('{"note": [[1]]}', "object or a list"),
        ('{"note": NaN}', "NaN"),
        ('{"note": "\\ud800"}', "half of a character"),
        ('{"note": 1, "note": 2}', "twice"),
        ("[" * 100_000, "nested too deeply"),
        ("{" * 3 + "}", "not valid JSON"),
    ],
)
def test_a_bad_line_of_json_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "visits.jsonl"
    path.write_text(f"{json.dumps(JSON[0])}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        open_table(path)
    (trouble,) = caught.value.troubles
    assert trouble.row == 3
    assert message in trouble.message


def test_bad_lines_are_named_together_up_to_twenty(tmp_path: Path) -> None:
    path = tmp_path / "visits.jsonl"
    path.write_text(json.dumps(JSON[0]) + "\n{bad" * 50, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        open_table(path)
    assert [trouble.row for trouble in caught.value.troubles] == list(range(2, 22))


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
TEXT_COLUMNS = ["session_id", "status", "agent", "note", "city"]
FIXED = {"service_date": "2026-10-13", "practitioner_number": "99001"}


@given(
    st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_of_text_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[list[str]],
    delimiter: str,
    ending: str,
    encoding: str,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow([*TEXT_COLUMNS, *FIXED])
    writer.writerows([*row, *FIXED.values()] for row in cells)
    path = tmp_path_factory.mktemp("dialects") / "visits.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert [row.values for row in rows_of(path)] == [
        {name: cell.strip() for name, cell in zip(TEXT_COLUMNS, row, strict=True) if cell.strip()}
        | FIXED
        for row in cells
    ]
