"""MSP's files of diagnostic codes, on their way into the workspace's own list."""

from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.codes.list_file import DiagnosisPlan, plan_diagnoses, read_diagnosis_file
from tpi_billing.errors import FileError

from .conftest import WriteList


def plan(workspace: Path, *lines: str) -> DiagnosisPlan:
    path = workspace / "icd9.txt"
    path.write_bytes("\r\n".join(["REM MADE UP", *lines]).encode("cp1252"))
    return plan_diagnoses(workspace, read_diagnosis_file(path))


@pytest.fixture
def small(write_list: WriteList) -> None:
    """Give the workspace a list of 100 codes of four characters, and one each of three and five."""
    many = "".join(f"{number:04},,no\n" for number in range(100, 198))
    write_list(
        "diagnoses.csv",
        f"code,label,usual\n346,Migraine,yes\n30781,,yes\n7291,Our word,yes\n7242,,no\n{many}",
    )


ALL = [f"{number:04} TITLE {number}" for number in range(100, 198)] + ["7291 MYALGIA", "7242 PAIN"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("7291 MYALGIA", "MYALGIA"),
        ("7291      MYALGIA  AND MYOSITIS   ", "MYALGIA AND MYOSITIS"),
        ("7291\tMYALGIE ÉTENDUE", "MYALGIE ÉTENDUE"),
        ("7291 =1+1", "1+1"),
    ],
)
def test_a_line_is_a_code_blanks_and_a_title(tmp_path: Path, line: str, title: str) -> None:
    path = tmp_path / "icd9.txt"
    path.write_bytes(line.encode("cp1252"))
    assert read_diagnosis_file(path).titles == {"7291": title}


@pytest.mark.parametrize("code", ["001", "7291", "30781", "V70", "V703", "E80"])
def test_codes_of_three_to_five_characters(tmp_path: Path, code: str) -> None:
    path = tmp_path / "icd9.txt"
    path.write_text(f"{code} A TITLE", encoding="utf-8")
    assert list(read_diagnosis_file(path).titles) == [code]


@pytest.mark.parametrize(
    "line", ["72 TOO SHORT", "729101 TOO LONG", "729.1 DOT", "7291", "THE LIST", "-----", " 7291 X"]
)
def test_any_other_line_is_kept_and_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "icd9.txt"
    path.write_text(f"7242 LOW BACK PAIN\n\n{line}\n", encoding="utf-8")
    file = read_diagnosis_file(path)
    assert list(file.titles) == ["7242"]
    assert [(each.row, each.text) for each in file.unknown] == [(3, line.strip())]


def test_a_file_without_a_code(tmp_path: Path) -> None:
    path = tmp_path / "icd9.txt"
    path.write_text("011570007999  A FEE ITEM\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_diagnosis_file(path)
    assert "no diagnostic code" in caught.value.troubles[0].message


def test_a_code_with_two_titles(tmp_path: Path) -> None:
    path = tmp_path / "icd9.txt"
    path.write_text("7291 A\n7242 B\n7291 A\n7291 C\n7242 D\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_diagnosis_file(path)
    assert [trouble.row for trouble in caught.value.troubles] == [4, 5]


@pytest.mark.usefixtures("small")
def test_our_labels_and_what_is_usual_stay(workspace: Path) -> None:
    made = plan(workspace, *ALL, "7295 PAIN IN LIMB", "THE END")
    assert (made.added, made.dropped, made.doubts) == (("7295",), (), ())
    made.path.write_bytes(made.content)
    book = CodeBook.load(workspace)
    found = [book.diagnosis(code) for code in ("346", "30781", "7291", "7242", "7295", "0100")]
    assert [(each.label, each.usual) for each in found if each] == [
        ("Migraine", True),
        ("", True),
        ("Our word", True),
        ("PAIN", False),
        ("PAIN IN LIMB", False),
        ("TITLE 100", False),
    ]
    assert made.codes == 103
    assert "# unknown record, line 103: THE END\n" in made.content.decode()
    assert plan(workspace, *ALL, "7295 PAIN IN LIMB").unchanged


@pytest.mark.usefixtures("small")
def test_a_file_is_the_whole_list_of_its_lengths_only(workspace: Path) -> None:
    made = plan(workspace, "001 CHOLERA")
    assert (made.added, made.dropped) == (("001",), ("346",))
    assert "7291,Our word,yes" in made.content.decode()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("gone", "doubted"), [(0, False), (5, False), (6, True)])
def test_more_than_five_percent_gone(workspace: Path, gone: int, doubted: bool) -> None:
    made = plan(workspace, *ALL[gone:])
    assert [doubt.kind for doubt in made.doubts] == (["gone"] if doubted else [])


@pytest.mark.parametrize(("gone", "doubted"), [(50, False), (51, True)])
def test_more_than_fifty_gone(
    workspace: Path, write_list: WriteList, gone: int, doubted: bool
) -> None:
    codes = [f"{number:04}" for number in range(2000)]
    write_list("diagnoses.csv", "code\n" + "".join(f"{code}\n" for code in codes))
    made = plan(workspace, *(f"{code} A TITLE" for code in codes[gone:]))
    assert len(made.dropped) == gone
    assert [doubt.kind for doubt in made.doubts] == (["gone"] if doubted else [])


@pytest.mark.usefixtures("small")
def test_a_usual_code_is_missed_at_once(workspace: Path) -> None:
    made = plan(workspace, *(line for line in ALL if not line.startswith("7291")))
    (doubt,) = made.doubts
    assert doubt.kind == "own-item-gone"
    assert doubt.message == "7291 Our word is gone, and it is usual here"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("strange", "doubted"), [(5, False), (6, True)])
def test_more_than_five_percent_of_strange_lines(
    workspace: Path, strange: int, doubted: bool
) -> None:
    made = plan(workspace, *ALL, *["WHAT IS THIS"] * strange)
    assert [doubt.kind for doubt in made.doubts] == (["unknown"] if doubted else [])
