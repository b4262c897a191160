"""Fee schedules that somebody sent: MSP's fixed-width file and our CSV form, right and wrong.

Teleplan information file 3: `REM` and `#` are remarks; 1-5 item, 6-12 cents, 27-76 title.
"""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes.fee_file import FeeFile, OneEdition, read_fee_file
from tpi_billing.codes.fees import FeeItem, Schedule
from tpi_billing.codes.files import EditionFile
from tpi_billing.codes.incoming import MOST_BYTES
from tpi_billing.codes.new_edition import planned_edition, render_edition
from tpi_billing.errors import FileError, Trouble, UsageError

FROM = date(2026, 1, 31)
DATA = Path(__file__).with_name("data")


def record(item: str = "01157", amount: str = "0007999", title: str = "A TITLE") -> str:
    """Write one line of MSP's file, by its columns."""
    return f"{item}{amount}{'':14}{title}"


def written(folder: Path, text: str, encoding: str = "cp1252", name: str = "fees.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(folder: Path, text: str, valid_from: date | None = FROM) -> FeeFile:
    return read_fee_file(written(folder, text), valid_from)


def troubles(folder: Path, text: str) -> list[Trouble]:
    with pytest.raises(FileError) as caught:
        read(folder, text)
    assert caught.value.exit_code == 4
    assert all(trouble.file.endswith("fees.txt") for trouble in caught.value.troubles)
    return list(caught.value.troubles)


# MSP's file


def test_msps_file_becomes_the_edition_that_was_written_by_hand(workspace: Path) -> None:
    file = read_fee_file(DATA / "msp-fees.txt", FROM)
    assert (file.form, file.complete, file.date) == ("msp", True, FROM)
    with planned_edition(workspace, file) as plan:
        assert plan.content.decode() == (DATA / "msp-fees.csv").read_text(encoding="utf-8")
    assert [(line.row, line.text) for line in file.unknown] == [(12, "TRL0000008")]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("last", ["", "\x1a", "END"])
def test_any_line_ends_will_do(tmp_path: Path, end: str, last: str) -> None:
    file = read(tmp_path, end.join(["REM", record("01156"), record("01157"), last]))
    assert list(file.items) == ["01156", "01157"]


def test_lines_are_counted_across_odd_ends(tmp_path: Path) -> None:
    text = f"REM\r\n{record('01156')}\r{record('01157')}\n\x0c\n{record('1157 ')}\r\n"
    assert [trouble.row for trouble in troubles(tmp_path, text)] == [5]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("cp1252", "MODÈLE D’ESSAI €"), ("utf-8", "MODÈLE D’ESSAI €"), ("utf-8-sig", "MODÈLE")],
)
def test_titles_are_read_in_either_coding(tmp_path: Path, encoding: str, title: str) -> None:
    path = written(tmp_path, record(title=title), encoding)
    assert read_fee_file(path, FROM).items["01157"].title == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (record(title="=SUM(A1)"), "SUM(A1)"),
        (record(title="- EACH FURTHER"), "EACH FURTHER"),
        (record(title="A\tB   C"), "A B C"),
        (record(title="-"), ""),
        (record(title="x" * 50 + "y"), "x" * 50),
        (f"011570007999{'':13}z{'x' * 50}", "x" * 50),
        ("011570007999", ""),
    ],
)
def test_a_title_is_columns_27_to_76_on_one_line_and_no_formula(
    tmp_path: Path, line: str, title: str
) -> None:
    assert read(tmp_path, line).items["01157"].title == title


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0007999", 7999), ("0000000", 0), ("9999999", 9999999), ("   7999", 7999), ("      1", 1)],
)
def test_an_amount_is_seven_characters_of_cents(tmp_path: Path, amount: str, cents: int) -> None:
    assert read(tmp_path, record(amount=amount)).items["01157"].amount_cents == cents


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (record("0115A"), "fee_item", "not '0115A'"),
        (record(" 1157"), "fee_item", "not ' 1157'"),
        (record("     "), "fee_item", "not '     '"),
        (record("T1157"), "fee_item", "not 'T1157'"),
        (record("0115٧"), "fee_item", "not '0115٧'"),
        (record(amount="0079.99"), "amount", "not '0079.99'"),
        (record(amount="-007999"), "amount", "not '-007999'"),
        (record(amount="7999   "), "amount", "not '7999   '"),
        (record(amount="       "), "amount", "not '       '"),
        (record(amount="00 7999"), "amount", "not '00 7999'"),
        (record(amount="000799X"), "amount", "not '000799X'"),
        ("01157000799", "", "11 characters"),
        ("01157", "", "5 characters"),
        ("01157       ", "", "5 characters"),
        ("011577999   ", "", "9 characters"),
    ],
)
def test_a_spoiled_line_is_named(tmp_path: Path, line: str, column: str, said: str) -> None:
    path = written(tmp_path, f"REM\n{record('01156')}\n{line}\n", "utf-8")
    with pytest.raises(FileError) as caught:
        read_fee_file(path, FROM)
    (trouble,) = caught.value.troubles
    assert (trouble.row, trouble.column) == (3, column)
    assert said in trouble.message
    assert trouble.hint


def test_every_trouble_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    lines = [
        "# made up",
        record("01156"),
        record("1157x", "00079.9"),
        "0115700",
        record("01156", "0006350"),
        record("00015", "000000X"),
        record("01156"),
        record("00014"),
    ]
    found = troubles(tmp_path, "\n".join(lines))
    assert [(trouble.row, trouble.column) for trouble in found] == [
        (3, "fee_item"),
        (3, "amount"),
        (4, ""),
        (5, "fee_item"),
        (6, "amount"),
        (7, "fee_item"),
    ]
    assert [found[at].message for at in (3, 5)] == ["01156 stands on line 2 already"] * 2


@pytest.mark.parametrize("line", ["TRL0000008", "HDR20260131", "****", "END", "-----", "Totals 3"])
def test_a_record_of_another_kind_is_kept_and_told(tmp_path: Path, line: str) -> None:
    if len(line) < 5:
        line += "*"
    file = read(tmp_path, f"{record()}\n{line}\n")
    assert list(file.items) == ["01157"]
    assert [(each.row, each.text) for each in file.unknown] == [(2, line)]


def test_msps_file_needs_its_day(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, record(), None)
    assert "--from" in caught.value.troubles[0].hint


def test_what_is_wrong_with_the_file_is_said_before_the_missing_day(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read(tmp_path, f"{record()}\n{record()}", None)


# What is no fee schedule at all


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no fee item"),
        (b"\r\n\r\nREM nothing\r\n# nothing\r\n", "no fee item"),
        (b"fee_item,amount\n", "no fee item"),
        (b"<html><body>User is not logged in</body></html>", "neither"),
        (b"001  CHOLERA\n0010 DUE TO VIBRIO CHOLERAE\n", "neither"),
        (b"30781 TENSION HEADACHE\n", "neither"),
        (b"PK\x03\x04 a workbook", "not a text file"),
        (b"0\x001\x001\x005\x007\x00", "not a text file"),
        (b"011570007999              \x81\n", "neither UTF-8 nor Windows-1252"),
        (b"#TID=000;Result=FAILURE;Filename=;Msgs=;\r\n", "did not deliver"),
        (b"011570007999\n#TID=000;Result=FAILURE;Msgs=;\r\n", "did not deliver"),
        (b" " * (MOST_BYTES + 1), "megabytes"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "fees.txt"
    path.write_bytes(content)
    with pytest.raises(FileError) as caught:
        read_fee_file(path, FROM)
    assert said in caught.value.troubles[0].message


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError) as caught:
        read_fee_file(tmp_path / name, FROM)
    assert "cannot be read" in caught.value.troubles[0].message


# Our own form


CSV = "# edition: 2026-01-31\nfee_item,amount\n01157,80.00\n"


@pytest.mark.parametrize(
    ("text", "given", "day"),
    [
        (CSV, None, FROM),
        (CSV, date(2026, 2, 15), date(2026, 2, 15)),
        ("fee_item,amount\n01157,80.00\n", FROM, FROM),
    ],
)
def test_the_csv_form_is_valid_from_its_own_day_or_the_given_one(
    tmp_path: Path, text: str, given: date | None, day: date
) -> None:
    file = read(tmp_path, text, given)
    assert (file.form, file.date, file.items["01157"].edition) == ("csv", day, day.isoformat())


@pytest.mark.parametrize(
    ("remark", "complete"), [("# complete: yes\n", True), ("# complete: no\n", False), ("", False)]
)
def test_the_csv_form_says_whether_it_is_complete(
    tmp_path: Path, remark: str, complete: bool
) -> None:
    assert read(tmp_path, remark + CSV).complete is complete


def test_an_amount_that_was_only_read_by_a_program_stays_so(tmp_path: Path) -> None:
    file = read(tmp_path, "fee_item,amount,status\n01157,80.00,extracted\n01156,65.00,\n")
    assert [item.status for item in file.items.values()] == ["extracted", "clinic"]


def test_a_csv_file_needs_a_day_from_somewhere(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read(tmp_path, "fee_item,amount\n01157,80.00\n", None)


@pytest.mark.parametrize(
    ("text", "rows", "said"),
    [
        ("# edition: soon\nfee_item,amount\n01157,80.00\n", [None], "must be a date"),
        ("fee_item;amount\n01157;80.00\n", [1, 1, 1], "unknown column"),
        ("01157,80.00\n", [1, 1, 1, 1], "unknown column"),
        ("#x\nfee_item,amount\n1157,80\n01156,1\n01156,1.00\n", [3, 3, 4], "five digits"),
        ("fee_item,amount,title\n01157,80.00,MODÈLE\n", [2], "not UTF-8"),
    ],
)
def test_the_csv_forms_troubles_name_their_lines(
    tmp_path: Path, text: str, rows: list[int | None], said: str
) -> None:
    found = troubles(tmp_path, text)
    assert [trouble.row for trouble in found] == rows
    assert said in found[0].message


# What is written is what was read

titles = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)
schedules = st.dictionaries(
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    st.tuples(st.integers(0, 9_999_999), titles),
    min_size=1,
    max_size=20,
)


@given(schedules)
def test_an_edition_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, schedule: dict[str, tuple[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("editions")
    lines = [record(code, f"{cents:07}", title) for code, (cents, title) in schedule.items()]
    path = folder / "fees.txt"
    path.write_bytes("\n".join(lines).encode())
    file = read_fee_file(path, FROM)
    edition = folder / "2026-01-31.csv"
    edition.write_bytes(render_edition(file, file.items))
    read_back = Schedule(OneEdition(EditionFile(FROM, edition, "workspace")))
    assert read_back.items_on(FROM) == file.items
    assert {code: item.amount_cents for code, item in file.items.items()} == {
        code: cents for code, (cents, _) in schedule.items()
    }


def test_items_are_the_clinics_own(tmp_path: Path) -> None:
    item = read(tmp_path, record(title="MULTIPLE")).items["01157"]
    assert item == FeeItem(
        code="01157", amount_cents=7999, title="MULTIPLE", edition="2026-01-31", status="clinic"
    )
