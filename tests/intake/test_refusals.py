"""Files that are refused: where, what, what to do, before a single row is given out."""

import os
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from tpi_billing.config import Mapping
from tpi_billing.errors import FileError, Trouble, UsageError
from tpi_billing.intake import limits
from tpi_billing.intake.mappings import mapping_named
from tpi_billing.intake.table import open_table

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]

EMR = Mapping(
    columns={
        "session_id": "Visit #",
        "status": "Visit Status",
        "service_date": "Date of Service",
        "practitioner_number": "Provider",
    }
)


def refused(path: Path, **options: object) -> tuple[Trouble, ...]:
    with pytest.raises(FileError) as caught:
        open_table(path, **options)  # type: ignore[arg-type]
    assert caught.value.exit_code == 4
    for trouble in caught.value.troubles:
        assert trouble.file == str(path)
        assert trouble.hint
    # Nothing may hold on to a file that was refused.
    if path.is_file():
        path.rename(path.with_name(f"moved-{path.name}"))
    return caught.value.troubles


def one(path: Path, **options: object) -> Trouble:
    (trouble,) = refused(path, **options)
    return trouble


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(content: bytes, name: str = "visits.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in one(tmp_path / "nothing.csv").message


def test_a_folder(tmp_path: Path) -> None:
    assert "folder" in one(tmp_path).message


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything may be read")
def test_a_file_that_may_not_be_read(file: Write) -> None:
    path = file(b"session_id")
    path.chmod(0)
    assert "cannot be opened" in one(path).message


@pytest.mark.parametrize("name", ["visits.csv", "visits.xlsx", "visits.jsonl"])
@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b" " * 200])
def test_an_empty_file(file: Write, name: str, content: bytes) -> None:
    assert "empty" in one(file(content, name)).message


def test_a_file_that_is_too_large(file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(b"session_id,status\n" * 10)
    monkeypatch.setattr(limits, "FILE_BYTES", path.stat().st_size)
    assert "missing" in refused(path)[0].message
    path = file(b"session_id,status\n" * 10 + b"x")
    assert "MiB" in one(path).message


def test_no_header_row(file: Write) -> None:
    trouble = one(file(b"Clinic,Month\nExample,October\n"))
    assert "No header row" in trouble.message
    assert "session_id, status, service_date, practitioner_number" in trouble.message
    assert "--mapping" in trouble.hint


def test_no_header_row_names_what_the_mapping_looks_for(file: Write) -> None:
    trouble = one(file(b"Clinic,Month\n"), mapping=EMR, source="my-emr")
    assert 'session_id ("Visit #"), status ("Visit Status")' in trouble.message


def test_a_header_below_the_fiftieth_row(table_rows: Make, write_csv: Write) -> None:
    rows = table_rows({})
    with open_table(write_csv([["title"]] * 49 + rows)) as table:
        assert table.header_row == 50
    assert "No header row" in one(write_csv([["title"]] * 50 + rows)).message


def test_the_mapping_that_would_fit_is_named(write_csv: Write) -> None:
    header = ["Visit #", "Visit Status", "Date of Service", "Provider", "Agent", "Note"]
    rows = [header, ["V1", "Arrived", "2026-10-13", "99001", "", ""]]
    troubles = refused(write_csv(rows), known={"other": Mapping(), "my-emr": EMR})
    assert [t.column for t in troubles] == [
        "session_id",
        "status",
        "service_date",
        "practitioner_number",
    ]
    assert all("--mapping my-emr" in t.hint for t in troubles)
    trouble = one(write_csv([header[:4]]), known={"my-emr": EMR})
    assert "--mapping my-emr" in trouble.hint


def test_a_shipped_mapping_that_would_fit_is_named(write_csv: Write) -> None:
    columns = mapping_named("day-sheet").columns
    trouble = one(write_csv([list(columns.values())[:6]]))
    assert "--mapping day-sheet" in trouble.hint


def test_a_mapping_that_is_not_needed(table_rows: Make, write_csv: Write) -> None:
    troubles = refused(write_csv(table_rows({})), mapping=EMR, source="my-emr")
    assert all("leave out --mapping" in t.hint for t in troubles)


def test_every_missing_column_is_named_with_the_nearest_header(write_csv: Write) -> None:
    header = ["session id no", "status", "phn", "date of service", "sex"]
    troubles = refused(write_csv([["October"], header]), known={})
    assert [(t.column, t.row) for t in troubles] == [
        ("session_id", 2),
        ("service_date", 2),
        ("practitioner_number", 2),
    ]
    assert '"session id no"' in troubles[0].hint
    assert '"' not in troubles[2].hint.replace('"..."', "")


def test_two_columns_of_one_name(table_rows: Make, write_csv: Write) -> None:
    header, row = table_rows({})
    header += [""] * 14 + ["PHN", "Session ID"]
    first, second = refused(write_csv([header, row]))
    assert "columns G and AB are both phn" in first.message
    assert "columns A and AC are both session_id" in second.message
    assert first.row == 1


def test_repeated_columns_that_nobody_reads_do_no_harm(table_rows: Make, write_csv: Write) -> None:
    header, row = table_rows({})
    with open_table(write_csv([[*header, "Room", "Room"], row])) as table:
        assert len(table.notices) == 2


def test_more_columns_than_any_export_has(table_rows: Make, write_csv: Write) -> None:
    header, row = table_rows({})
    fitting = [f"c{n}" for n in range(500 - len(header))]
    with open_table(write_csv([header + fitting, row])) as table:
        assert len(table.header_cells) == 500
    assert "501 columns" in one(write_csv([[*header, *fitting, "one more"], row])).message


def test_a_sheet_that_does_not_exist(table_rows: Make, write_xlsx: Write) -> None:
    path = write_xlsx(table_rows({}), sheet="October")
    trouble = one(path, sheet="Visits")
    assert "no sheet named Visits" in trouble.message
    assert "October" in trouble.hint
    path = write_xlsx(table_rows({}), sheet="October")
    assert "no sheet named Tab" in one(path, mapping=Mapping(sheet="Tab")).message


def test_a_sheet_of_a_text_file(table_rows: Make, write_csv: Write) -> None:
    assert "no sheets" in one(write_csv(table_rows({})), sheet="Visits").message


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize("name", ["visits.xls", "visits.xlsx", "visits.csv"])
def test_a_workbook_of_the_old_kind(file: Write, name: str) -> None:
    trouble = one(file(OLE + b"\0" * 2000, name))
    assert ".xls" in trouble.message
    assert "save it as Excel Workbook (.xlsx)" in trouble.hint


@pytest.mark.parametrize("at", [0, 2**20 - 24, 2**20 + 5])
def test_a_workbook_with_a_password(file: Write, at: int) -> None:
    content = OLE + b"\0" * at + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
    trouble = one(file(content, "visits.xlsx"))
    assert "protected by a password" in trouble.message
    assert "Encrypt with Password" in trouble.hint


def test_a_text_file_named_xlsx(table_rows: Make, write_csv: Write) -> None:
    trouble = one(write_csv(table_rows({}), name="visits.xlsx"))
    assert "named .xlsx and is not an Excel workbook" in trouble.message
    assert ".csv" in trouble.hint


@pytest.mark.parametrize("start", [b"<html><table>", b"\xef\xbb\xbf<?xml version='1.0'?>", b"\n<"])
def test_a_web_page_with_the_name_of_a_workbook(file: Write, start: bytes) -> None:
    assert "web page" in one(file(start + b" session_id, status", "visits.xls")).message


@pytest.mark.parametrize("left", [30, 1_000, 4_000])
def test_a_workbook_that_was_cut_off(table_rows: Make, write_xlsx: Write, left: int) -> None:
    path = write_xlsx(table_rows(*[{}] * 50))
    path.write_bytes(path.read_bytes()[:left])
    assert "damaged" in one(path).message


def test_a_workbook_with_a_damaged_part(
    table_rows: Make, write_xlsx: Write, edit_part: Write
) -> None:
    path = write_xlsx(table_rows({}))
    sheet = "xl/worksheets/sheet1.xml"
    assert "damaged" in one(edit_part(path, sheet, b"</sheetData>", b"")).message
    assert "damaged" in one(edit_part(path, "xl/workbook.xml", b"<sheets>", b"<!--")).message
    assert "damaged" in one(edit_part(path, "xl/styles.xml", b"cellXfs", b"nothing")).message


def test_a_cell_that_contradicts_the_workbook(
    table_rows: Make, write_xlsx: Write, edit_part: Write
) -> None:
    path = edit_part(
        write_xlsx(table_rows({}, {})),
        "xl/worksheets/sheet1.xml",
        b'<c r="C3" t="inlineStr">',
        b'<c r="C3" t="s"><v>99</v>',
    )
    with pytest.raises(FileError) as caught:
        open_table(path)
    (trouble,) = caught.value.troubles
    assert (trouble.sheet, trouble.row) == ("Visits", 3)


def test_bytes_that_changed_in_a_workbook(table_rows: Make, write_xlsx: Write) -> None:
    path = write_xlsx(table_rows(*[{}] * 50))
    content = bytearray(path.read_bytes())
    with ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    content[part.header_offset + 200] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in one(path).message


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (["hello.txt"], "zip archive"),
        (["[Content_Types].xml", "word/document.xml"], "zip archive"),
        (["mimetype", "META-INF/manifest.xml", "content.xml"], "OpenDocument"),
        (["[Content_Types].xml", "xl/workbook.bin"], "xlsb"),
        ([], "zip archive"),
    ],
)
def test_a_zip_that_is_no_workbook(tmp_path: Path, parts: list[str], message: str) -> None:
    path = tmp_path / "visits.xlsx"
    with ZipFile(path, "w") as archive:
        for part in parts:
            archive.writestr(part, "<a/>")
    assert message in one(path).message


def test_a_workbook_without_worksheets(tmp_path: Path) -> None:
    book = Workbook()
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1))
    book.create_chartsheet("Chart").add_chart(chart)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "chart.xlsx")
    assert "no worksheet" in one(tmp_path / "chart.xlsx").message


ENTITIES = (
    b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">'
    b'<!ENTITY d SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "_rels/.rels", "[Content_Types].xml"])
def test_a_document_type_is_refused(
    table_rows: Make, write_xlsx: Write, tmp_path: Path, part: str
) -> None:
    path = write_xlsx(table_rows({}))
    evil = tmp_path / "evil.xlsx"
    with ZipFile(path) as before, ZipFile(evil, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                content = ENTITIES + content[content.find(b"?>") + 2 :].lstrip()
            after.writestr(name, content)
    assert "document type" in one(evil).message


def test_a_document_type_in_another_coding(
    table_rows: Make, write_xlsx: Write, tmp_path: Path
) -> None:
    path = write_xlsx(table_rows({}))
    evil = tmp_path / "evil.xlsx"
    with ZipFile(path) as before, ZipFile(evil, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
        hidden = ENTITIES.replace(b"?>", b' encoding="utf-16"?>', 1).decode() + "<a/>"
        after.writestr("xl/worksheets/extra.bin", " " * 3 + "<a/>")
        after.writestr("xl/extra.xml", hidden.encode("utf-16"))
    assert "document type" in one(evil).message


def test_a_part_that_unpacks_to_far_more_than_it_is(
    table_rows: Make, write_xlsx: Write, tmp_path: Path
) -> None:
    path = write_xlsx(table_rows({}))
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/padding.xml", b"<a>" + b" " * (2**20 - 7) + b"</a>")
    with open_table(path) as table:
        assert len(list(table.rows())) == 1
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"<a>" + b" " * (2**20 - 6) + b"</a>")
    assert "grows" in one(path).message


def test_a_workbook_that_is_too_large_unpacked(
    table_rows: Make, write_xlsx: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_xlsx(table_rows({}))
    with ZipFile(path) as archive:
        total = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(limits, "UNZIPPED_BYTES", total)
    open_table(path).close()
    monkeypatch.setattr(limits, "UNZIPPED_BYTES", total - 1)
    assert "unpacked" in one(path).message


def test_a_zip_with_a_password(table_rows: Make, write_xlsx: Write) -> None:
    path = write_xlsx(table_rows({}))
    content = bytearray(path.read_bytes())
    entry = content.find(b"PK\x01\x02")
    struct.pack_into("<H", content, entry + 8, 1)
    path.write_bytes(content)
    assert "password" in one(path).message


def test_two_codings_in_one_file(table_rows: Make, file: Write) -> None:
    lines = [",".join(row).replace("; ", " ") for row in table_rows({}, {"city": "é"}, {}, {})]
    header, *rows = [line.encode() for line in lines]
    latin = rows[2] + "é".encode("cp1252")
    trouble = one(file(b"\n".join([header, *rows[:3], latin])))
    assert "line 3 is UTF-8, line 5 is not" in trouble.message
    assert trouble.row == 5
    trouble = one(file(b"\n".join([header, latin, rows[1]])))
    assert "line 3 is UTF-8, line 2 is not" in trouble.message
    trouble = one(file(b"\n".join([header, rows[1] + "é".encode("cp1252")])))
    assert trouble.row == 2
    trouble = one(file(b"\xef\xbb\xbf" + b"\n".join([header, latin])))
    assert "begins as UTF-8" in trouble.message


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_no_coding_has(table_rows: Make, file: Write, byte: int) -> None:
    header, row = (",".join(row).encode() for row in table_rows({}))
    trouble = one(file(b"\n".join([header, row, row + bytes([byte])])))
    assert trouble.row == 3
    assert "neither UTF-8 nor Windows-1252" in trouble.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"session_id,status\n\0\0", "zero bytes"),
        ("session_id,status\n".encode("utf-16-le"), "zero bytes"),
        (b"\xff\xfe\x00\x00s\x00\x00\x00", "UTF-32"),
        (b"\xff\xfes\x00\x00", "UTF-16"),
        (b"\xff\xfe\x00\xd8s\x00", "UTF-16"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "No header row"),
    ],
)
def test_what_is_no_text(file: Write, content: bytes, message: str) -> None:
    assert message in one(file(content)).message


def test_a_cell_that_swallows_the_rest_of_the_file(
    table_rows: Make, file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TEXT_CELL", 10_000)
    header, row = (",".join(row).encode() for row in table_rows({}))
    trouble = one(file(b"\n".join([header, row, b'"' + row, *[row] * 200])))
    assert "never closed" in trouble.message
    assert trouble.row == 3


def test_an_unknown_mapping_names_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        mapping_named("day-shet")
    (trouble,) = caught.value.troubles
    assert "Did you mean day-sheet?" in trouble.hint
    assert "canonical, day-sheet, encounter-export, visit-list" in trouble.hint
