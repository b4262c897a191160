"""`--protect`: workbooks that open with a password only, written, sent round and read back."""

import csv
import hashlib
import json
import shutil
import tempfile
from io import BytesIO
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from office_password import opened_with

from tpi_billing.cli.workbook_password import VARIABLE
from tpi_billing.protection import OLE_START, take_passwords_from

from .clinic import SAMPLES, Clinic, call
from .kill_walk import faults

PASSWORD = "seven wet lanterns"
SOFFICE = shutil.which("soffice")


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)


def unsealed(file: Path) -> bytes:
    """Decrypt with the library alone, as another program would."""
    with file.open("rb") as locked:
        book = msoffcrypto.OfficeFile(locked)
        book.load_key(password=PASSWORD, verify_password=True)
        result = BytesIO()
        book.decrypt(result, verify_integrity=True)
    return result.getvalue()


def sealed_with(content: bytes, file: Path, password: str) -> Path:
    with file.open("wb") as out:
        msoffcrypto.OfficeFile(BytesIO(content)).encrypt(password, out)
    return file


def written(clinic: Clinic) -> list[tuple[str, int]]:
    """Return what the journal says of files with patients' data, and whether protected."""
    told = [json.loads(content) for _, _, content in clinic.journal("patients.written")]
    return [(one["file"], one.get("protected", 0)) for one in told]


# A batch


def test_a_batchs_workbook_is_the_same_behind_the_password(billed: Clinic) -> None:
    billed.data("batch", "export", 1, "--out", billed.workspace / "plain")
    billed.data("batch", "export", 1, "--protect", "--out", billed.workspace / "closed")
    name = "batch-0001-2026-10.xlsx"
    closed = billed.workspace / "closed"
    assert (closed / name).read_bytes().startswith(OLE_START)
    assert unsealed(closed / name) == (billed.workspace / "plain" / name).read_bytes()
    assert written(billed) == [("closed", 1)]
    assert faults(billed) == ()


def test_the_list_that_would_say_the_same_in_plain_is_left_out(billed: Clinic) -> None:
    """The Teleplan file is MSP's: it must be plain."""
    out = billed.workspace / "closed"
    billed.data("batch", "export", 1, "--protect", "--out", out)
    names = {path.name for path in out.iterdir()}
    stem = "batch-0001-2026-10"
    assert names == {f"{stem}.xlsx", f"{stem}-teleplan.txt", "manifest.json"}
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    digests = {file["name"]: file["sha256"] for file in told["files"]}
    assert digests == {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest()
        for name in names - {"manifest.json"}
    }


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not on this machine")
def test_libreoffice_opens_it_with_the_password(billed: Clinic, tmp_path: Path) -> None:
    out = billed.workspace / "closed"
    billed.data("batch", "export", 1, "--protect", "--out", out)
    (workbook,) = out.glob("*.xlsx")
    cells = opened_with(str(SOFFICE), workbook, PASSWORD, tmp_path, sheet=2)
    assert cells is not None
    header = next(row for row in cells if "PHN" in row)
    rows = [row for row in cells[cells.index(header) + 1 :] if row[0].isdigit()]
    there = billed.query("SELECT phn FROM claims ORDER BY claim_id")
    assert sorted(row[header.index("PHN")] for row in rows) == sorted(phn for (phn,) in there)


# Corrections, which come back


@pytest.fixture
def no_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every temporary file but the one beside its target."""
    make = tempfile.mkstemp

    def only_beside(*args: object, dir: object = None, **more: object) -> tuple[int, str]:  # noqa: A002
        assert dir is not None, "a temporary file in the common folder"
        return make(*args, dir=dir, **more)  # type: ignore[arg-type]

    def none(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "mkstemp", only_beside)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", none)
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", none)


@pytest.mark.usefixtures("no_temporary_files")
def test_corrections_go_out_and_come_back_protected(clinic: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "to-fix.xlsx"
    sample = SAMPLES / "october-canonical.csv"
    first = clinic.json("sessions", "import", sample, "--corrections", out, "--protect")
    assert first["exit_code"] == 1, first
    assert out.read_bytes().startswith(OLE_START)
    book = openpyxl.load_workbook(BytesIO(unsealed(out)))
    with sample.open(encoding="utf-8", newline="") as file:
        ids = [row["session_id"] for row in csv.DictReader(file)]
    assert ids[0] in {str(cell.value) for cell in book.worksheets[0][2]}
    again = clinic.json("sessions", "import", out)
    assert (again["data"]["new"], again["data"]["updated"]) == (0, 0), again["data"]
    assert written(clinic) == [("to-fix.xlsx", 1)]


@pytest.mark.usefixtures("no_temporary_files")
def test_a_protected_export_comes_back_marked_and_protected(clinic: Clinic, tmp_path: Path) -> None:
    sample = SAMPLES / "october-canonical.csv"
    plain, out = tmp_path / "plain.xlsx", tmp_path / "fix.xlsx"
    clinic.run("sessions", "import", sample, "--corrections", plain, "--protect")
    closed = sealed_with(unsealed(plain), tmp_path / "mine.xlsx", PASSWORD)
    for _ in range(2):  # again, the same workbook is left as it is
        found = clinic.json("sessions", "import", closed, "--corrections", out, "--protect")
        assert found["exit_code"] == 1, found
    assert out.read_bytes().startswith(OLE_START)
    assert openpyxl.load_workbook(BytesIO(unsealed(out))).worksheets[0].max_row > 100


def test_a_plain_one_of_that_name_is_not_taken_for_it(clinic: Clinic, tmp_path: Path) -> None:
    sample, out = SAMPLES / "october-canonical.csv", tmp_path / "fix.xlsx"
    clinic.run("sessions", "import", sample, "--corrections", out)
    before = out.read_bytes()
    answer = clinic.json("sessions", "import", sample, "--corrections", out, "--protect")
    assert answer["exit_code"] == 4
    assert "another file of this name" in answer["errors"][0]["message"]
    assert out.read_bytes() == before


# A sample for the reviewer


def test_a_reviewers_workbook_is_read_back(billed: Clinic, tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="the extra audit is not installed")
    billed.data("batch", "sent", 1)
    billed.data("batch", "confirm", 1, "--reason", "TID 005")
    out = tmp_path / "review.xlsx"
    words = ("audit", "sample", "--month", "2026-10", "--size", "5", "--seed", "7", out)
    billed.data(*words, "--protect")
    assert out.read_bytes().startswith(OLE_START)
    read = billed.json("audit", "review", out, "--dry-run")
    assert (read["exit_code"], read["data"]["drawn"]) == (1, 5)
    assert written(billed) == [("review.xlsx", 1)]


@pytest.mark.parametrize("words", [("worklist", "--xlsx"), ("check", "--xlsx")])
def test_lists_are_protected_too(imported: Clinic, tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "list.xlsx"
    imported.data(*words, out, "--protect")
    assert out.read_bytes().startswith(OLE_START)
    assert written(imported) == [("list.xlsx", 1)]


# What goes wrong


@pytest.fixture
def locked(imported: Clinic, tmp_path: Path) -> Path:
    out = tmp_path / "list.xlsx"
    imported.data("worklist", "--xlsx", out, "--protect")
    return out


def test_another_password_is_told_and_changes_nothing(
    imported: Clinic, locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "another password")
    before = imported.state()
    for words in (("sessions", "import", locked), ("audit", "review", locked)):
        answer = imported.json(*words)
        assert answer["exit_code"] == 4
        (error,) = answer["errors"]
        assert error["message"] == "The password does not open the workbook."
        assert PASSWORD not in json.dumps(answer)
    assert imported.state() == before


def test_without_a_password_nothing_is_begun(
    imported: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr("sys.stdin", BytesIO())  # nobody is there
    before = imported.state()
    answer = imported.json("worklist", "--xlsx", tmp_path / "list.xlsx", "--protect")
    assert answer["exit_code"] == 3
    assert VARIABLE in answer["errors"][0]["hint"]
    assert imported.state() == before
    assert list(tmp_path.glob("*.xlsx")) == []


def test_the_next_command_knows_nothing_of_it(imported: Clinic, tmp_path: Path) -> None:
    imported.data("worklist", "--xlsx", tmp_path / "a.xlsx", "--protect")
    imported.data("worklist", "--xlsx", tmp_path / "b.xlsx")
    assert (tmp_path / "b.xlsx").read_bytes().startswith(b"PK")
    take_passwords_from(None)


def test_help_asks_for_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("it was asked for"))
    assert call(["batch", "export", "--protect", "--help"]).code == 0


@pytest.mark.parametrize("words", [("--debug",), ("--json", "--unmask")])
def test_the_password_is_nowhere(imported: Clinic, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Neither said nor kept, also when something fails."""
    out = tmp_path / "list.xlsx"
    said = imported.run("worklist", "--xlsx", out, "--protect", *words).all
    said += imported.run("audit", "review", out, *words).all  # it is no review
    said += imported.run("worklist", "--xlsx", tmp_path / "no" / "a.xlsx", "--protect", *words).all
    assert PASSWORD not in said
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path
