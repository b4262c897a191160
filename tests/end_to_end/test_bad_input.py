"""Files that are not what they should be: a clear message with its cure, and nothing half done."""

import errno
import json
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from .clinic import SAMPLES, Clinic, Said, visit, write_csv

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MAPPING = ("--mapping", "my-emr")


def ole(stream: str) -> bytes:
    """Build the old container of Microsoft Office by hand, with one named stream.

    A header of 512 bytes, a directory sector with the root and the stream's names in UTF-16, and
    one sector of noise, which is all that is needed to tell what is inside.
    """

    def entry(name: str, kind: int) -> bytes:
        text = f"{name}\0".encode("utf-16-le")
        return (text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([kind])).ljust(128)

    header = OLE + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    directory = entry("Root Entry", 5) + entry(stream, 2)
    return header.ljust(512, b"\0") + directory.ljust(512, b"\0") + bytes(range(256)) * 2


def sheet_of(rows: list[list[object]], path: Path, title: str = "Sessions") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def table_of(*visits: dict[str, str]) -> list[list[object]]:
    return [list(visits[0]), *([*row.values()] for row in visits)]


def emr() -> bytes:
    return (SAMPLES / "october-emr.xlsx").read_bytes()


def columns_twice(path: Path) -> None:
    text = write_csv(path, [visit(1)]).read_text(encoding="utf-8")
    header, row = text.splitlines()
    path.write_text(f"{header},PHN\n{row},9999999998\n", encoding="utf-8")


def without(column: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        write_csv(path, [{k: v for k, v in visit(1).items() if k != column}])

    return make


def mixed_encodings(path: Path) -> None:
    first = write_csv(path, [visit(1, patient_surname="Bélanger")]).read_bytes()
    more = write_csv(path, [visit(2, patient_surname="Côté")], encoding="cp1252").read_bytes()
    path.write_bytes(first + more.split(b"\r\n", 1)[1])


def without_part(part: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        whole = path.with_suffix(".whole")
        whole.write_bytes(emr())
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
            for info in source.infolist():
                if part not in info.filename:
                    target.writestr(info, source.read(info))
        whole.unlink()

    return make


def damaged_sheet(path: Path) -> None:
    """Cut the XML of a sheet short inside a zip that is whole."""
    whole = path.with_suffix(".whole")
    whole.write_bytes(emr())
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            half = "worksheets/sheet" in info.filename
            target.writestr(info.filename, content[: len(content) // 2] if half else content)
    whole.unlink()


@dataclass(frozen=True)
class Bad:
    """A file that is refused, and what must be said of it."""

    name: str
    make: Callable[[Path], object]
    said: str
    options: tuple[str, ...] = ()


BAD = {
    "empty": Bad("a.csv", lambda p: p.write_bytes(b""), "empty"),
    "blank lines only": Bad("a.csv", lambda p: p.write_bytes(b"\r\n \r\n"), "empty"),
    "byte order mark only": Bad("a.csv", lambda p: p.write_bytes(b"\xef\xbb\xbf"), "empty"),
    "empty workbook": Bad("a.xlsx", lambda p: sheet_of([], p), "No header row"),
    "no header": Bad("a.csv", lambda p: p.write_text("1,2,3\n4,5,6\n"), "No header row"),
    "no session_id": Bad("a.csv", without("session_id"), "The column session_id is missing"),
    "no status": Bad("a.csv", without("status"), "The column status is missing"),
    "no service_date": Bad("a.csv", without("service_date"), "The column service_date is missing"),
    "no practitioner": Bad("a.csv", without("practitioner_number"), "practitioner_number"),
    "two columns of one name": Bad("a.csv", columns_twice, "are both phn"),
    "wrong mapping": Bad("a.csv", lambda p: write_csv(p, [visit()]), "missing", MAPPING),
    "forgotten mapping": Bad("a.xlsx", lambda p: p.write_bytes(emr()), "--mapping my-emr"),
    "wrong sheet": Bad("a.xlsx", lambda p: p.write_bytes(emr()), "Visits", ("--sheet", "May")),
    "sheet of a CSV": Bad("a.csv", lambda p: write_csv(p, [visit()]), "sheet", ("--sheet", "May")),
    "old workbook": Bad("a.xls", lambda p: p.write_bytes(ole("Workbook")), ".xls"),
    "old workbook renamed": Bad("a.xlsx", lambda p: p.write_bytes(ole("Book")), ".xls"),
    "password": Bad("a.xlsx", lambda p: p.write_bytes(ole("EncryptedPackage")), "password"),
    "text named workbook": Bad("a.xlsx", lambda p: write_csv(p, [visit()]), ".xlsx"),
    "web page named workbook": Bad("a.xls", lambda p: p.write_text("<html><table>"), "web page"),
    "truncated workbook": Bad("a.xlsx", lambda p: p.write_bytes(emr()[:9000]), "damaged", MAPPING),
    "beginning of a workbook": Bad("a.xlsx", lambda p: p.write_bytes(emr()[:30]), "", MAPPING),
    "workbook without its sheets": Bad("a.xlsx", without_part("worksheets/"), "no sheet", MAPPING),
    "workbook without its list": Bad("a.xlsx", without_part("[Content"), "not an Excel", MAPPING),
    "damaged sheet": Bad("a.xlsx", damaged_sheet, "damaged", MAPPING),
    "mixed encodings": Bad("a.csv", mixed_encodings, "3"),
    "zero bytes": Bad("a.csv", lambda p: p.write_bytes(b"session_id\0,status\0"), "zero bytes"),
    "folder": Bad("a.csv", lambda p: p.mkdir(), "folder"),
    "nothing there": Bad("a.csv", lambda _p: None, "no such file"),
    "open quotation mark": Bad(
        "a.csv",
        lambda p: p.write_text('session_id,status,service_date,practitioner_number\n"1,a,b,c\n'),
        "2",
    ),
    "broken JSON line": Bad("a.jsonl", lambda p: p.write_text('{"session_id": 1\n'), "1"),
}
EVERY_BAD = pytest.mark.parametrize("bad", BAD.values(), ids=BAD)


def refused(said: Said, path: Path, code: int = 4) -> None:
    """The failure names the file and what to do, and shows no traceback."""
    assert (said.code, said.out) == (code, "")
    first, *_, last = said.err.splitlines()
    assert first.startswith("Error: ")
    assert path.name in first
    assert re.match(r"  -> \S", last)
    assert "Traceback" not in said.err
    assert "None" not in said.err


@EVERY_BAD
def test_a_bad_file_is_refused_with_its_cure(clinic: Clinic, tmp_path: Path, bad: Bad) -> None:
    path = tmp_path / bad.name
    bad.make(path)
    before = clinic.state()
    said = clinic.run("sessions", "import", path, *bad.options)
    refused(said, path)
    assert bad.said in said.err
    answer = clinic.json("sessions", "import", path, *bad.options)
    assert answer["exit_code"] == 4
    assert all(error["file"].endswith(path.name) for error in answer["errors"])
    assert clinic.state() == before
    assert clinic.json("doctor")["exit_code"] == 1


@EVERY_BAD
def test_a_good_file_beside_a_bad_one_is_not_imported(
    clinic: Clinic, tmp_path: Path, bad: Bad
) -> None:
    path, good = tmp_path / bad.name, tmp_path / "good.csv"
    bad.make(path)
    write_csv(good, [visit(1)])
    if bad.options[:1] == ("--mapping",) and path.suffix == ".xlsx":
        good = SAMPLES / "october-emr.xlsx"
    before = clinic.state()
    said = clinic.run("sessions", "import", good, path, *bad.options)
    assert (said.code, said.out) == (4, "")
    assert path.name in said.err
    assert clinic.state() == before


def test_all_bad_files_are_named_at_once(clinic: Clinic, tmp_path: Path) -> None:
    names = []
    for number, bad in enumerate(("empty", "password", "nothing there", "no header")):
        path = tmp_path / f"{number}-{BAD[bad].name}"
        BAD[bad].make(path)
        names.append(path)
    said = clinic.run("sessions", "import", *names)
    assert said.code == 4
    for path in names:
        assert path.name in said.err


def test_several_troubles_of_a_header_are_named_at_once(clinic: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("session_id,Session ID,status,phn\n1,1,completed,\n", encoding="utf-8")
    errors = clinic.json("sessions", "import", path)["errors"]
    assert {error["column"] for error in errors} == {
        "session_id",
        "service_date",
        "practitioner_number",
    }
    assert {error["row"] for error in errors} == {1}


def test_a_folder_without_a_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    nobody = Clinic(tmp_path)
    for words in (["check"], ["sessions", "import", "a.csv"], ["batch", "list"]):
        said = nobody.run(*words)
        assert said.code == 3
        assert "tpi-billing init" in said.err


def test_an_unknown_mapping_is_answered_with_the_known_ones(clinic: Clinic) -> None:
    said = clinic.run("sessions", "import", SAMPLES / "october-emr.xlsx", "--mapping", "my-amr")
    assert said.code == 2
    assert "my-emr" in said.err


# Files that are odd and can be read.


@pytest.mark.parametrize("name", ["header.csv", "header.xlsx"])
def test_a_header_only_is_an_import_of_nothing(clinic: Clinic, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if path.suffix == ".xlsx":
        sheet_of([list(visit(1))], path)
    else:
        path.write_text(",".join(visit(1)) + "\n", encoding="utf-8")
    answer = clinic.json("sessions", "import", path)
    (finding,) = answer["findings"]
    assert (answer["exit_code"], finding["severity"]) == (0, "info")
    assert finding["message"] == "The file has a header and no visits."
    assert {answer["data"][count] for count in ("read", "new", "skipped", "rejected")} == {0}


@pytest.mark.parametrize("name", ["blank.csv", "commas.csv", "blank.xlsx"])
def test_ten_thousand_blank_rows_are_no_visits(clinic: Clinic, tmp_path: Path, name: str) -> None:
    path, rows = tmp_path / name, 10_000
    if path.suffix == ".xlsx":
        table = table_of(visit(1))
        sheet_of([*table, *([[""] * len(table[0])] * rows), table_of(visit(2))[1]], path)
    else:
        first, last = (write_csv(path, [visit(n)]).read_text(encoding="utf-8") for n in (1, 2))
        blank = "\n" if name == "blank.csv" else "," * (len(visit(1)) - 1) + "\n"
        path.write_text(first + blank * rows + last.splitlines()[1] + "\n", encoding="utf-8")
    answer = clinic.json("sessions", "import", path)
    assert (answer["data"]["read"], answer["data"]["new"]) == (2, 2)
    assert clinic.data("sessions", "show", "N1002")["sessions"][0]["row"] == rows + 3


@pytest.mark.parametrize("name", ["long.csv", "long.xlsx", "long.jsonl"])
@pytest.mark.parametrize("column", ["note", "phn", "patient_surname", "trigger_point_sites"])
def test_a_cell_of_a_megabyte_holds_its_visit_and_no_other(
    clinic: Clinic, tmp_path: Path, name: str, column: str
) -> None:
    # A workbook's cell holds 32,767 characters at most.
    long = "x" * (32_000 if name.endswith(".xlsx") else 2**20)
    rows = [visit(1), visit(2, **{column: long})]
    path = tmp_path / name
    if path.suffix == ".xlsx":
        names = list(rows[1])
        sheet_of([list(names), *([row.get(n, "") for n in names] for row in rows)], path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    else:
        write_csv(path, rows)
    said = clinic.run("sessions", "import", path)
    assert said.code == 1
    assert len(said.out) < 5_000
    answer = clinic.json("sessions", "import", path)
    assert {f["session_id"] for f in answer["findings"] if f["severity"] == "error"} == {"N1002"}
    assert len(str(answer)) < 10_000
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == 1


def test_a_session_id_of_a_megabyte_is_rejected(clinic: Clinic, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [visit(1), visit(2, session_id="7" * 2**20)])
    answer = clinic.json("sessions", "import", path)
    assert (answer["data"]["new"], answer["data"]["rejected"]) == (1, 1)
    assert len(str(answer)) < 10_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_letters_arrive_whole_from_any_coding(
    clinic: Clinic, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [visit(1, patient_surname="Bélanger-Côté", note="naïve")]
    path = write_csv(tmp_path / "a.csv", rows, encoding=encoding, delimiter=delimiter)
    clinic.data("sessions", "import", path)
    shown = clinic.json("sessions", "show", "N1001", "--unmask")["data"]["sessions"][0]["values"]
    assert (shown["patient_surname"], shown["note"]) == ("Bélanger-Côté", "naïve")


# To a process, a limit to the size of its files is what a full disk is.
needs_limit = pytest.mark.skipif(
    os.name != "posix", reason="a limit to the size of files needs a POSIX system"
)


# Places that cannot be written. Permission bits do not stop an administrator, so the place itself
# is made impossible: a file where a folder must be, a folder where the file must be.


def writers(clinic: Clinic, place: Path) -> dict[str, list[object]]:
    """Every command that writes a file, told to write it into a place."""
    sample = SAMPLES / "october-emr.xlsx"
    return {
        "export": ["batch", "export", 1, "--out", place],
        "check": ["check", "--xlsx", place / "findings.xlsx"],
        "template": ["sessions", "template", place / "template.xlsx"],
        "init": ["init", place / "clinic"],
        "demo": ["demo", place / "demo"],
        "corrections": [
            *("sessions", "import", sample, *MAPPING, "--dry-run"),
            *("--corrections", place / "fix.xlsx"),
        ],
    }


@pytest.mark.parametrize("what", ["export", "check", "template", "init", "demo", "corrections"])
def test_a_file_where_a_folder_must_be(billed: Clinic, tmp_path: Path, what: str) -> None:
    place = tmp_path / "place"
    place.write_text("in the way", encoding="utf-8")
    before = billed.state()
    said = billed.run(*writers(billed, place)[what])
    assert said.code == 4
    assert "Error: " in said.err
    assert "place" in said.err
    assert "  -> " in said.err
    assert "Traceback" not in said.err
    assert billed.state() == before
    assert place.read_text(encoding="utf-8") == "in the way"


def test_a_folder_where_the_workbook_must_be(billed: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "batch-0001-2026-10.xlsx").mkdir(parents=True)
    before = billed.state()
    said = billed.run("batch", "export", 1, "--out", out)
    refused(said, out / "batch-0001-2026-10.xlsx")
    assert billed.state() == before
    assert [path.name for path in out.iterdir()] == ["batch-0001-2026-10.xlsx"]


def test_corrections_that_cannot_be_written_are_refused_before_the_import(
    clinic: Clinic, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.write_text("in the way", encoding="utf-8")
    before = clinic.state()
    sample = SAMPLES / "october-emr.xlsx"
    for out in (place / "fix.xlsx", tmp_path / "fix.csv", tmp_path, sample):
        said = clinic.run("sessions", "import", sample, *MAPPING, "--corrections", out)
        assert said.code in {2, 4}
        assert clinic.state() == before


def test_corrections_on_a_full_disk_say_that_the_import_stays(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sample, fix = SAMPLES / "october-emr.xlsx", tmp_path / "fix.xlsx"
    words = ["sessions", "import", sample, *MAPPING, "--corrections", fix]
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        said = clinic.run(*words)
    assert said.code == 4
    assert "The disk is full." in said.err
    assert "The visits were imported" in said.err
    assert list(tmp_path.glob("*fix*")) == list(tmp_path.glob(".*fix*")) == []
    assert clinic.data(*words)["unchanged"] == 148
    assert fix.is_file()


def test_corrections_over_the_original_are_refused(clinic: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(emr())
    said = clinic.run("sessions", "import", path, *MAPPING, "--corrections", path)
    assert said.code == 2
    assert path.read_bytes() == emr()


@needs_limit
def test_a_full_disk_at_export_changes_nothing(billed: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = billed.state()
    # Enough for the ledger's own passing files, too little for the workbook.
    said = billed.process("batch", "export", 1, "--out", out, largest_file=36_000)
    assert said.code == 4
    assert "disk is full" in said.err
    assert "  -> " in said.err
    assert "Traceback" not in said.err
    assert billed.state() == before
    assert not out.exists()
    assert billed.data("batch", "export", 1, "--out", out)["files"]


@needs_limit
def test_a_full_disk_at_a_second_export_keeps_the_first(billed: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "out"
    billed.data("batch", "export", 1, "--out", out)
    kept = {path.name: path.read_bytes() for path in out.iterdir()}
    said = billed.process("batch", "export", 1, "--out", out, largest_file=36_000)
    assert said.code == 4
    assert {path.name: path.read_bytes() for path in out.iterdir()} == kept


@pytest.mark.sqlite("a server's disk is its own")
@needs_limit
@pytest.mark.parametrize(
    "words",
    [
        ["sessions", "import", str(SAMPLES / "october-emr.xlsx"), *MAPPING],
        ["batch", "create", "--month", "2026-10"],
    ],
    ids=["import", "batch"],
)
def test_a_full_disk_under_the_ledger_changes_nothing(imported: Clinic, words: list[str]) -> None:
    before = imported.state()
    said = imported.process(*words, largest_file=150_000)
    assert (said.code, said.out) == (4, "")
    assert "The ledger cannot be written" in said.err
    assert "  -> " in said.err
    assert "Traceback" not in said.err
    assert imported.state() == before
    assert imported.json("doctor")["exit_code"] == 1
    assert imported.run(*words).code == 1


DAMAGE: dict[str, tuple[int, Callable[[Path], object]]] = {
    "another kind of file": (4, lambda p: p.write_text("no database at all " * 10)),
    "cut off": (4, lambda p: p.write_bytes(p.read_bytes()[:100_000])),
    "a folder": (4, lambda p: (p.unlink(), p.mkdir())),
    "gone": (3, lambda p: p.unlink()),
}


@pytest.mark.sqlite("about the file")
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_ledger_is_said_to_be_so_by_every_command(billed: Clinic, damage: str) -> None:
    code, spoil = DAMAGE[damage]
    spoil(billed.workspace / "ledger.db")
    for words in (
        ["batch", "list"],
        ["claims", "list"],
        ["check"],
        ["batch", "create", "--month", "2026-10"],
        ["sessions", "import", SAMPLES / "october-canonical.csv"],
    ):
        said = billed.run(*words)
        assert (said.code, said.out) == (code, "")
        assert re.search(r"^Error: .*ledger", said.err)
        assert "  -> " in said.err
    # It looks at everything else all the same.
    answer = billed.json("doctor")
    assert answer["exit_code"] == code
    assert {"configuration", "code lists", "ledger", "disk"} <= {
        check["what"] for check in answer["data"]["checks"]
    }


def test_a_template_is_a_workbook_that_can_be_filled_and_imported(
    clinic: Clinic, tmp_path: Path
) -> None:
    path = tmp_path / "visits.xlsx"
    assert clinic.data("sessions", "template", path)["path"] == str(path)
    assert clinic.json("sessions", "import", path)["data"]["read"] == 0
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if any(c.value == "session_id" for c in row))
    for cell in header:
        if cell.value in visit(1):
            sheet.cell(cell.row + 1, cell.column, visit(1)[cell.value])
    book.save(path)
    answer = clinic.json("sessions", "import", path)
    assert (answer["data"]["new"], answer["findings"]) == (1, [])
