"""The clerk's own workbook back: reasons, colours, comments; and it imports again as it is."""

import json
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from tpi_billing.config import Mapping
from tpi_billing.errors import FileError, UsageError
from tpi_billing.intake import limits
from tpi_billing.intake.corrections import write_corrections
from tpi_billing.intake.table import Table, open_table
from tpi_billing.intake.template import write_template
from tpi_billing.model.finding import Finding, Severity

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]

TITLE = "What to fix (tpi-billing)"
RED, AMBER = "FFF4B6B0", "FFFFE08A"


def error(column: str = "phn", message: str = "The number is wrong.") -> Finding:
    return Finding("phn-check-digit", Severity.ERROR, message, "Look at the card.", column=column)


def warning(column: str = "agent") -> Finding:
    return Finding("agent-not-recorded", Severity.WARNING, "No agent.", "Add it.", column=column)


INFO = Finding("tray-unbilled", Severity.INFO, "No tray.", "Nothing to do.", column="fee_items")


def corrected(
    path: Path, findings: dict[int, Sequence[Finding]], out: Path, **options: Any
) -> tuple[Table, Any]:
    with open_table(path, **options) as table:
        before = list(table.rows())
    write_corrections(path, out, table, findings)
    with open_table(out, **options) as again:
        after = list(again.rows())
        assert again.sheet == (table.sheet or (table.mapping.sheet or "Sessions"))
        assert all(TITLE not in problem.message for problem, _ in again.notices)
    assert [row.values for row in after] == [row.values for row in before]
    book = load_workbook(out, rich_text=True)
    return again, book[again.sheet]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_reasons_colours_and_comments(
    table_rows: Make, write_csv: Write, write_xlsx: Write, tmp_path: Path, kind: str
) -> None:
    rows = table_rows({"agent": ""}, {"agent": "saline"}, {}, {})
    below = 0
    if kind == "jsonl":
        path = tmp_path / "visits.jsonl"
        objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        path.write_text("\n".join(map(json.dumps, objects)), encoding="utf-8")
        below = -1
    else:
        path = write_csv(rows) if kind == "csv" else write_xlsx(rows)
    findings = {
        2 + below: [warning(), error()],
        3 + below: [INFO],
        4 + below: [warning()],
        5 + below: [error("payee_number")],
    }
    _, sheet = corrected(path, findings, tmp_path / "fix.xlsx")
    phn, agent = 1 + rows[0].index("phn") + 1, 1 + rows[0].index("agent") + 1
    assert sheet["A1"].value == TITLE
    assert sheet["B1"].value == "session_id"
    assert sheet["A2"].value == (
        'Error in column H "phn": The number is wrong. Look at the card.\n'
        'Warning in column O "agent": No agent. Add it.'
    )
    assert [sheet.cell(row, 1).value for row in (3, 4, 5)] == [
        None,
        'Warning in column O "agent": No agent. Add it.',
        # The file has no such column.
        "Error: The number is wrong. Look at the card.",
    ]
    assert [sheet.cell(row, 1).fill.start_color.rgb for row in (2, 4, 5)] == [RED, AMBER, RED]
    assert sheet.cell(2, phn).fill.start_color.rgb == RED
    assert sheet.cell(2, phn).comment.text == "The number is wrong. Look at the card."
    assert sheet.cell(2, agent).fill.start_color.rgb == AMBER
    assert sheet.cell(2, agent).comment.text == "No agent. Add it."
    marked = {c.coordinate for row in sheet for c in row if c.comment or c.fill.fill_type}
    headers = {c.coordinate for c in sheet[1]}
    assert len(marked - headers) == 3 + 3
    assert sheet.cell(2, phn).value == "9914177765"


def test_the_clerks_own_workbook_stays_as_it_was(table_rows: Make, tmp_path: Path) -> None:
    book = Workbook()
    cover: Any = book.active
    cover.title = "Cover"
    cover["A1"] = "=Visits!A5"
    visits: Any = book.create_sheet("Visits")
    visits.append(["Example Pain Clinic"])
    visits.append([])
    for row in table_rows({}, {}):
        visits.append(row)
    visits["C5"].number_format = "dd/mm/yyyy"
    visits["G5"].comment = Comment("asked the patient", "clerk")
    visits.column_dimensions["C"].width = 23
    visits.freeze_panes = "B4"
    book.save(tmp_path / "visits.xlsx")
    _, sheet = corrected(tmp_path / "visits.xlsx", {4: [error()]}, tmp_path / "fix.xlsx")
    assert (sheet["B1"].value, sheet["A1"].value) == ("Example Pain Clinic", None)
    assert (sheet["A3"].value, sheet["A4"].value) == (
        TITLE,
        'Error in column H "phn": The number is wrong. Look at the card.',
    )
    assert sheet["D5"].number_format == "dd/mm/yyyy"
    assert sheet["H5"].comment.text == "asked the patient"
    assert sheet.column_dimensions["D"].width == 23
    assert sheet.freeze_panes == "C4"
    assert load_workbook(tmp_path / "fix.xlsx")["Cover"]["A1"].value == "=Visits!B5"


def test_a_second_round_takes_back_the_marks_of_the_first(
    table_rows: Make, write_xlsx: Write, tmp_path: Path
) -> None:
    path = write_xlsx(table_rows({}, {}))
    book = load_workbook(path)
    book["Visits"]["G2"].comment = Comment("asked the patient", "clerk")
    book.save(path)
    first, second = tmp_path / "fix.xlsx", tmp_path / "again.xlsx"
    _, sheet = corrected(path, {2: [error()]}, first)
    assert sheet["H2"].comment.text.startswith("asked the patient\n")
    _, sheet = corrected(first, {3: [error()]}, second)
    assert sheet.max_column == 14
    assert [sheet.cell(row, 1).value for row in (1, 2, 3)] == [
        TITLE,
        None,
        'Error in column H "phn": The number is wrong. Look at the card.',
    ]
    assert sheet["H2"].comment.text == "asked the patient"
    assert sheet["H2"].fill.fill_type is None
    assert sheet["H3"].fill.start_color.rgb == RED


def test_a_file_of_text_keeps_its_rows_in_their_places(
    table_rows: Make, write_csv: Write, tmp_path: Path
) -> None:
    header, row = table_rows({"patient_id": "007", "note": "é"})
    path = write_csv(
        [["Example Pain Clinic"], [], header, row, [], ["Total visits", "1"]],
        delimiter=";",
        encoding="cp1252",
    )
    _, sheet = corrected(path, {4: [error("patient_id")]}, tmp_path / "fix.xlsx")
    assert sheet["B1"].value == "Example Pain Clinic"
    assert sheet["A3"].value == TITLE
    assert sheet["B6"].value == "Total visits"
    assert sheet.freeze_panes == "B4"
    identifier = sheet.cell(4, header.index("patient_id") + 2)
    assert (identifier.value, identifier.number_format) == ("007", "@")


def test_the_workbook_of_a_mapped_file_has_the_mappings_sheet(
    table_rows: Make, write_csv: Write, tmp_path: Path
) -> None:
    rows = table_rows({"agent": "Arrived"})
    rows[0][0] = "Visit #"
    mapping = Mapping(sheet="Visits", columns={"session_id": "Visit #"})
    again, _ = corrected(
        write_csv(rows), {2: [error()]}, tmp_path / "fix.xlsx", mapping=mapping, source="my-emr"
    )
    assert again.sheet == "Visits"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_text_that_could_be_a_formula_stays_text(
    table_rows: Make, write_csv: Write, tmp_path: Path, text: str
) -> None:
    rows = table_rows({"note": text})
    _, sheet = corrected(write_csv(rows), {2: [error("note")]}, tmp_path / "fix.xlsx")
    cell = sheet.cell(2, len(rows[0]) + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_characters_that_a_workbook_cannot_hold_can_be_seen(
    table_rows: Make, write_csv: Write, tmp_path: Path
) -> None:
    path = write_csv(table_rows({"note": "bell\x07", "agent": "x" * 50_000}))
    with open_table(path) as table:
        list(table.rows())
    write_corrections(path, tmp_path / "fix.xlsx", table, {2: [error("note")]})
    with open_table(tmp_path / "fix.xlsx") as again:
        assert next(again.rows()).values["note"] == "bell\u2407"


def test_the_original_is_never_overwritten(
    table_rows: Make, write_xlsx: Write, tmp_path: Path
) -> None:
    path = write_xlsx(table_rows({}))
    content = path.read_bytes()
    with open_table(path) as table:
        pass
    (tmp_path / "link.xlsx").hardlink_to(path)
    for out in (path, tmp_path / "." / "visits.xlsx", tmp_path / "link.xlsx"):
        with pytest.raises(UsageError, match="overwrite the original"):
            write_corrections(path, out, table, {2: [error()]})
    assert path.read_bytes() == content


def test_an_original_that_changed_meanwhile(
    table_rows: Make, write_csv: Write, tmp_path: Path
) -> None:
    path = write_csv(table_rows({}))
    with open_table(path) as table:
        pass
    write_csv(table_rows({}, {}))
    with pytest.raises(FileError, match="changed while"):
        write_corrections(path, tmp_path / "fix.xlsx", table, {2: [error()]})
    path.unlink()
    with pytest.raises(FileError, match="cannot be read again"):
        write_corrections(path, tmp_path / "fix.xlsx", table, {2: [error()]})
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_spreadsheet_program_knows(
    table_rows: Make, write_csv: Write, tmp_path: Path
) -> None:
    path = write_csv(table_rows({}))
    with open_table(path) as table:
        pass
    with pytest.raises(UsageError, match=r"\.xlsx"):
        write_corrections(path, tmp_path / "fix.csv", table, {})


def test_a_folder_that_does_not_exist(table_rows: Make, write_csv: Write, tmp_path: Path) -> None:
    path = write_csv(table_rows({}))
    with open_table(path) as table:
        pass
    with pytest.raises(FileError, match="no folder") as caught:
        write_corrections(path, tmp_path / "nowhere" / "fix.xlsx", table, {})
    assert caught.value.troubles[0].hint


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_workbook_is_readable_by_its_owner_only(
    table_rows: Make, write_csv: Write, tmp_path: Path
) -> None:
    corrected(write_csv(table_rows({})), {2: [error()]}, tmp_path / "fix.xlsx")
    assert stat.S_IMODE((tmp_path / "fix.xlsx").stat().st_mode) == 0o600


def test_what_was_there_stays_if_writing_fails(
    table_rows: Make, write_csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = write_csv(table_rows({})), tmp_path / "fix.xlsx"
    out.write_bytes(b"earlier")
    with open_table(path) as table:
        pass

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="disk is full"):
        write_corrections(path, out, table, {2: [error()]})
    assert out.read_bytes() == b"earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fix.xlsx", "visits.csv"]


def unused_column(path: Path, **options: Any) -> dict[int, Sequence[Finding]]:
    """The findings of a file's own notices, by row, as an import gives them."""
    with open_table(path, **options) as table:
        list(table.rows())
        found: dict[int, list[Finding]] = {}
        for problem, place in table.notices:
            finding = Finding(
                problem.code,
                problem.severity or Severity.WARNING,
                problem.message,
                problem.hint or "Name it in the mapping.",
                place,
                problem.column,
            )
            if place.row is not None:
                found.setdefault(place.row, []).append(finding)
    return dict(found)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_remark_on_a_column_leaves_the_title_of_the_reasons(
    table_rows: Make, write_csv: Write, write_xlsx: Write, tmp_path: Path, kind: str
) -> None:
    rows = [[*row, more] for row, more in zip(table_rows({}), ("Room", "2"), strict=True)]
    path = write_csv(rows) if kind == "csv" else write_xlsx(rows)
    first, second = tmp_path / "fix.xlsx", tmp_path / "again.xlsx"
    for original, out in ((path, first), (first, second)):
        findings = unused_column(original)
        assert list(findings) == [1]
        _, sheet = corrected(original, {**findings, 2: [error()]}, out)
        assert (sheet["A1"].value, sheet["B1"].value) == (TITLE, "session_id")
        assert (sheet["O1"].value, sheet.max_column) == ("Room", 15)
        assert sheet["O1"].comment.text == "This column is not used. Name it in the mapping."
        assert sheet["A2"].value.startswith('Error in column H "phn": ')
    # Once the mapping names it, the remark goes.
    mapping = Mapping(columns={"note": "Room"})
    _, sheet = corrected(second, {2: [error()]}, tmp_path / "third.xlsx", mapping=mapping)
    assert sheet["O1"].comment is None


def test_the_templates_own_comments_stay(tmp_path: Path) -> None:
    write_template(tmp_path / "visits.xlsx")
    book = load_workbook(tmp_path / "visits.xlsx")
    book["Sessions"].append(["V1", "completed"])
    book.save(tmp_path / "visits.xlsx")
    first, second = tmp_path / "fix.xlsx", tmp_path / "again.xlsx"
    _, sheet = corrected(tmp_path / "visits.xlsx", {502: [error()]}, first)
    before = sheet["B1"].comment.text
    _, sheet = corrected(first, {502: [error()]}, second)
    assert sheet["B1"].comment.text == before
    assert sheet.freeze_panes == "C2"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_header_is_frozen_filtered_and_printed_on_each_page(
    table_rows: Make, write_csv: Write, write_xlsx: Write, tmp_path: Path, kind: str
) -> None:
    rows = [["Example Pain Clinic"], [], *table_rows({}, {})]
    path = write_csv(rows) if kind == "csv" else write_xlsx(rows)
    first, second = tmp_path / "fix.xlsx", tmp_path / "again.xlsx"
    for original, out in ((path, first), (first, second)):
        _, sheet = corrected(original, {4: [error()]}, out)
        assert sheet.freeze_panes == "B4"
        assert sheet.auto_filter.ref == "A3:N5"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$3:$3"


def test_the_clerks_own_filter_stays(table_rows: Make, write_xlsx: Write, tmp_path: Path) -> None:
    path = write_xlsx(table_rows({}, {}))
    book = load_workbook(path)
    book["Visits"].auto_filter.ref = "A1:M3"
    book["Visits"].auto_filter.add_filter_column(1, ["completed"])
    book.save(path)
    _, sheet = corrected(path, {2: [error()]}, tmp_path / "fix.xlsx")
    assert sheet.auto_filter.ref == "B1:N3"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_workbook_that_is_there_is_never_lost(
    table_rows: Make, write_csv: Write, write_xlsx: Write, tmp_path: Path, kind: str
) -> None:
    rows = table_rows({}, {})
    path = write_csv(rows) if kind == "csv" else write_xlsx(rows)
    out = tmp_path / "fix.xlsx"
    with open_table(path) as table:
        pass
    write_corrections(path, out, table, {2: [error()]})
    content = out.read_bytes()
    # The same again is no other file.
    write_corrections(path, out, table, {2: [error()]})
    assert out.read_bytes() == content
    book = load_workbook(out)
    book.worksheets[0]["B2"] = "V9"
    book.save(out)
    for worked_in in (out.read_bytes(), b"a letter", b""):
        out.write_bytes(worked_in)
        with pytest.raises(FileError, match="another file of this name") as caught:
            write_corrections(path, out, table, {2: [error()]})
        assert caught.value.troubles[0].hint == "Choose another name or delete it."
        assert out.read_bytes() == worked_in
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, "fix.xlsx"])


def test_more_rows_than_a_workbook_holds(
    table_rows: Make, write_csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(table_rows({}, {}))
    with open_table(path) as table:
        pass
    monkeypatch.setattr(limits, "WORKBOOK_ROWS", 2)
    with pytest.raises(FileError, match="more rows than a workbook holds"):
        write_corrections(path, tmp_path / "fix.xlsx", table, {})
    assert not (tmp_path / "fix.xlsx").exists()


def test_cells_that_are_merged_over_several_visits(
    table_rows: Make, write_xlsx: Write, tmp_path: Path
) -> None:
    path = write_xlsx(table_rows({}, {"phn": ""}))
    book = load_workbook(path)
    book["Visits"].merge_cells("G2:G3")
    book.save(path)
    _, sheet = corrected(path, {2: [error()], 3: [error()]}, tmp_path / "fix.xlsx")
    assert sheet["H2"].comment is not None
    assert sheet["A3"].value == 'Error in column H "phn": The number is wrong. Look at the card.'
