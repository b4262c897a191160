"""A broken list: exit code 3, the file and the line of every trouble, and what to do."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.errors import ConfigurationError, Trouble

from .conftest import WriteList

FROM = datetime.date(2026, 1, 31)
SCHEDULE = "schedule/2026-01-31.csv"
SHIPPED = shipped_directory()


USES: dict[str, Callable[[CodeBook], object]] = {
    "schedule": lambda book: book.fee_item("01157", FROM),
    "rules.toml": lambda book: book.rules,
    "calendar.toml": lambda book: book.calendar,
    "diagnoses.csv": lambda book: book.diagnosis("7291"),
    "service_locations.csv": lambda book: book.location("Q", FROM),
    "submission_codes.csv": lambda book: book.submission_code("0"),
    "insurers.csv": lambda book: book.insurer("MSP"),
    "referral_numbers.csv": lambda book: book.generic_referrer("99957"),
    "professions.csv": lambda book: book.profession("md"),
}


def troubles(workspace: Path, name: str) -> tuple[Trouble, ...]:
    """Use the list of that name and return what is said about it."""
    book = CodeBook.load(workspace)
    with pytest.raises(ConfigurationError) as caught:
        USES[name.partition("/")[0]](book)
    assert caught.value.exit_code == 3
    return caught.value.troubles


# The fee schedule


@pytest.mark.parametrize(
    ("line", "column", "said", "hint"),
    [
        ("01157,12.5", "amount", "not '12.5'", ""),
        ('01157,"1,000"', "amount", "not '1,000'", ""),
        ('01157,"1,000.00"', "amount", "not '1,000.00'", ""),
        ("01157,-12.50", "amount", "not '-12.50'", ""),
        ("01157,$12.50", "amount", "not '$12.50'", ""),
        ("01157,12", "amount", "not '12'", ""),
        ("01157,.50", "amount", "not '.50'", ""),
        ("01157,12.505", "amount", "not '12.505'", ""),
        ("01157,1e3", "amount", "not '1e3'", ""),
        ("01157,nan", "amount", "not 'nan'", ""),
        ("01157,", "amount", "amount must be dollars", ""),
        (",12.50", "fee_item", "fee_item must be five digits", ""),
        ("1157,12.50", "fee_item", "not '1157'", "write 01157"),
        ("44,12.50", "fee_item", "not '44'", "write 00044"),
        ("Y00015,12.50", "fee_item", "not 'Y00015'", "write 00015"),
        ("011577,12.50", "fee_item", "not '011577'", ""),
        ("０１１５７,12.50", "fee_item", "must be five digits", ""),
    ],
)
def test_a_bad_cell_of_the_schedule(
    workspace: Path, write_list: WriteList, line: str, column: str, said: str, hint: str
) -> None:
    path = write_list(SCHEDULE, f"# source: test\nfee_item,amount\n01156,62.13\n{line}\n")
    (trouble,) = troubles(workspace, SCHEDULE)
    assert (trouble.file, trouble.row, trouble.column) == (str(path), 4, column)
    assert said in trouble.message
    assert hint in trouble.hint


def test_every_trouble_of_a_file_is_said_at_once(workspace: Path, write_list: WriteList) -> None:
    write_list(
        SCHEDULE,
        "# source: test\n"
        "fee_item,amount,status\n"
        "01156,62.13,clinic\n"
        "1157,12.5,guessed\n"
        "01156,63.00,clinic\n"
        "01124,65.62,clinic,extra\n"
        "01125,1.00\n"
        "01140,-1.00,clinic\n",
    )
    found = [(each.row, each.column) for each in troubles(workspace, SCHEDULE)]
    assert found == [
        (4, "fee_item"),
        (4, "amount"),
        (4, "status"),
        (5, ""),
        (6, ""),
        (7, ""),
        (8, "amount"),
    ]


def test_an_item_twice_names_both_lines(workspace: Path, write_list: WriteList) -> None:
    write_list(SCHEDULE, "fee_item,amount\n01157,80.00\n01156,62.13\n01157,81.00\n")
    (trouble,) = troubles(workspace, SCHEDULE)
    assert trouble.row == 4
    assert trouble.message == "01157 stands on line 2 already"


@pytest.mark.parametrize(
    ("header", "said", "hint"),
    [
        ("fee_item,ammount", "unknown column 'ammount'", "did you mean amount?"),
        ("fee_item", "the column amount is missing", "fee_item,prefix,amount"),
        ("fee_item,amount,amount", "the column amount stands twice", "keep one"),
        ("code,price", "unknown column 'code'", "columns: fee_item, prefix, amount"),
        ("fee_item;amount", "unknown column 'fee_item;amount'", ""),
        ("", "the column fee_item is missing", ""),
    ],
)
def test_a_wrong_header(
    workspace: Path, write_list: WriteList, header: str, said: str, hint: str
) -> None:
    write_list(SCHEDULE, f"# source: test\n{header}\n01157,80.00\n")
    found = troubles(workspace, SCHEDULE)
    assert {each.row for each in found} == {2}
    assert any(said in each.message and hint in each.hint for each in found)


def test_an_empty_file_has_no_header(workspace: Path, write_list: WriteList) -> None:
    write_list(SCHEDULE, "")
    found = troubles(workspace, SCHEDULE)
    assert [each.column for each in found] == ["fee_item", "amount"]


def test_a_quote_that_never_ends(workspace: Path, write_list: WriteList) -> None:
    write_list(SCHEDULE, 'fee_item,amount,title\n01157,80.00,"Trigger\n')
    (trouble,) = troubles(workspace, SCHEDULE)
    assert trouble.row == 2
    assert "not CSV" in trouble.message


def test_text_that_is_not_utf_8(workspace: Path, write_list: WriteList) -> None:
    path = write_list(SCHEDULE, "")
    path.write_bytes("fee_item,amount,title\n01156,1.00,\n01157,80.00,Café\n".encode("cp1252"))
    (trouble,) = troubles(workspace, SCHEDULE)
    assert (trouble.file, trouble.row) == (str(path), 3)
    assert "UTF-8" in trouble.hint


def test_a_file_that_says_it_is_another_edition(workspace: Path, write_list: WriteList) -> None:
    path = write_list(SCHEDULE, "# edition: 2026-02-28\nfee_item,amount\n")
    (trouble,) = troubles(workspace, SCHEDULE)
    assert trouble.file == str(path)
    assert "2026-02-28" in trouble.message


# Files that nothing would read


@pytest.mark.parametrize(
    "name", ["schedule/2026-1-31.csv", "schedule/new.csv", "schedule/20260131.csv"]
)
def test_an_edition_must_be_named_after_its_day(
    workspace: Path, write_list: WriteList, name: str
) -> None:
    path = write_list(name, "fee_item,amount\n01157,80.00\n")
    (trouble,) = troubles(workspace, name)
    assert trouble.file == str(path)
    assert "2026-01-31.csv" in trouble.hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("diagnosis.csv", "did you mean diagnoses.csv?"),
        ("rule.toml", "did you mean rules.toml?"),
        ("2026-01-31.csv", "the folder schedule"),
        ("zzz.csv", "insurers.csv"),
    ],
)
def test_a_file_with_a_name_that_nothing_reads(
    workspace: Path, write_list: WriteList, name: str, hint: str
) -> None:
    path = write_list(name, "code\n")
    with pytest.raises(ConfigurationError) as caught:
        CodeBook.load(workspace)
    (trouble,) = caught.value.troubles
    assert trouble.file == str(path)
    assert hint in trouble.hint


@pytest.mark.parametrize("name", ["README.md", "notes.txt", "~$rules.toml", ".rules.toml"])
def test_files_that_are_nobodys_business(workspace: Path, write_list: WriteList, name: str) -> None:
    write_list(name, "hello")
    assert CodeBook.load(workspace).fee_item("01157", FROM) is not None


def test_no_lists_at_all(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="missing") as caught:
        shipped_directory((tmp_path / "a", tmp_path / "b"))
    assert str(tmp_path / "a") in caught.value.troubles[0].hint


def test_the_lists_of_an_installed_package_come_first(tmp_path: Path) -> None:
    installed, checkout = tmp_path / "package" / "fee_codes", tmp_path / "fee_codes"
    (checkout / "schedule").mkdir(parents=True)
    assert shipped_directory((installed, checkout)) == checkout
    (installed / "schedule").mkdir(parents=True)
    assert shipped_directory((installed, checkout)) == installed


def test_one_list_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "schedule").mkdir()
    book = CodeBook(CodeFiles(tmp_path))
    with pytest.raises(ConfigurationError, match=r"insurers\.csv") as caught:
        book.insurer("MSP")
    assert caught.value.troubles[0].file == str(tmp_path / "insurers.csv")
    with pytest.raises(ConfigurationError, match="no edition"):
        book.fee_item("01157", FROM)


# The short lists: (file, text, line, what is said)

SHORT_LISTS = [
    ("diagnoses.csv", "code\n729.1\n", 2, "not '729.1'"),
    ("diagnoses.csv", "code,usual\n7291,perhaps\n", 2, "usual must be yes or no"),
    ("diagnoses.csv", "code\n7291\n7231\n7291\n", 4, "7291 stands on line 2"),
    ("diagnoses.csv", "kode\n7291\n", 1, "unknown column 'kode'"),
    ("service_locations.csv", "code,meaning\nqq,Office\n", 2, "one capital letter"),
    (
        "service_locations.csv",
        "code,meaning,valid_from\nQ,Office,2021/10/01\n",
        2,
        "a date such as 2021-10-01",
    ),
    ("service_locations.csv", "code,meaning\nQ,\n", 2, "meaning must be filled in"),
    ("submission_codes.csv", "code,meaning,needs\n0,Normal,nota\n", 2, "needs must be note"),
    ("insurers.csv", "code,kind,meaning\nAB,reciprokal,Alberta\n", 2, "kind must be msp, icbc"),
    ("insurers.csv", "code,kind,meaning\nab,reciprocal,Alberta\n", 2, "not 'ab'"),
    (
        "referral_numbers.csv",
        "number,meaning,name_required\n9957,Retired,yes\n",
        2,
        "number must be five digits",
    ),
    (
        "professions.csv",
        "# source: x\nprofession,aliases,accepted\nphysician,md;dr,always\nnaturopath,Dr.,never\n",
        4,
        "dr stands on line 3",
    ),
    ("professions.csv", "profession,accepted\nphysician,\n", 2, "accepted must be always"),
]


@pytest.mark.parametrize(("name", "text", "row", "said"), SHORT_LISTS)
def test_a_broken_short_list(
    workspace: Path, write_list: WriteList, name: str, text: str, row: int, said: str
) -> None:
    path = write_list(name, text)
    found = troubles(workspace, name)
    assert {(each.file, each.row) for each in found} == {(str(path), row)}
    assert said in found[0].message


# The rules: the shipped file with one thing changed -> on the line of the change

RULES = (SHIPPED / "rules.toml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> tuple[str, int]:
    """Return the rules with one text replaced, and the line on which it stood."""
    assert RULES.count(old) == 1, old
    return RULES.replace(old, new), RULES[: RULES.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        (
            'included = ["00757"]',
            'included = ["00758"]',
            "the fee item 00758 is in no edition",
            "correct the number",
        ),
        ('codes = ["00014"]', 'codes = ["00014", "0001"]', "the fee item 0001", ""),
        ('members = [\n    "01022"', 'members = [\n    "91022"', "the fee item 91022", ""),
        ('joint_hip = "00014"', 'joint_hip = "90014"', "the fee item 90014", ""),
        ("within_cm = 60 ", "within_cn = 60 ", "unknown key within_cn", "did you mean within_cm?"),
        ("max_paid = 3", "maxpaid = 3", "unknown key maxpaid", "did you mean max_paid?"),
        ("max_paid = 3", 'max_paid = "three"', "max_paid: must be a valid integer", ""),
        ("[100, 50, 50]", "[100, 50]", "2 percents for 3 paid items", ""),
        ('kind = "follow-up"\nunits', 'kind = "folow-up"\nunits', "'folow-up' is not known", ""),
        ('beside_group = "dtaf"', 'beside_group = "dtfa"', "there is no group dtfa", ""),
        ('codes = ["00015"]', 'codes = ["00014"]', "00014 stands in items already", ""),
        ('counselling = ["01714"]', 'counseling = ["01714"]', "is not known here", "counselling"),
        ("from_age = 19", "from_age = 19\nto_age = 18", "to_age is below from_age", ""),
    ],
)
def test_a_slip_in_the_rules(
    workspace: Path, write_list: WriteList, old: str, new: str, said: str, hint: str
) -> None:
    text, row = changed(old, new)
    path = write_list("rules.toml", text)
    found = troubles(workspace, "rules.toml")
    (trouble,) = [each for each in found if said in each.message]
    lines_of_change = {row + step for step in range(new.count("\n") + 1)}
    assert trouble.row in lines_of_change
    assert trouble.file == str(path)
    assert hint in trouble.hint


def test_a_key_that_is_missing_points_at_its_table(workspace: Path, write_list: WriteList) -> None:
    text, row = changed('id = "dtaf"\n', "")
    write_list("rules.toml", text)
    (trouble,) = troubles(workspace, "rules.toml")
    assert trouble.row == row - 1
    assert trouble.message == "the key id is missing"


def test_every_slip_in_the_rules_is_said_at_once(workspace: Path, write_list: WriteList) -> None:
    text = RULES.replace('included = ["00757"]', 'included = ["00758"]')
    text = text.replace("max_paid = 3", "max_paid = 2").replace(
        'joint_hip = "00014"', 'joint_hip = ""'
    )
    write_list("rules.toml", text)
    found = troubles(workspace, "rules.toml")
    assert len(found) == 3
    rows = [each.row or 0 for each in found]
    assert rows == sorted(rows)
    assert 1 not in rows


def test_a_rules_file_that_is_not_toml(workspace: Path, write_list: WriteList) -> None:
    path = write_list("rules.toml", 'edition = "2024"\nthis is not toml\n')
    (trouble,) = troubles(workspace, "rules.toml")
    assert (trouble.file, trouble.row) == (str(path), 2)
    assert "not TOML" in trouble.message


# The calendar

CALENDAR = (
    'close_off_hour = 19\ntime_zone = "America/Vancouver"\n'
    '[[holidays]]\nname = "Canada Day"\ndates = [2026-07-01]\n'
    "[[close_offs]]\nyear = 2026\ndates = [2026-01-05]\n"
)


@pytest.mark.parametrize(
    ("old", "new", "row", "said"),
    [
        ("[2026-01-05]", "[2026-01-05, 2027-01-05]", 8, "2027-01-05 is not in the year 2026"),
        ("[2026-01-05]", "[2026-01-05, 2026-01-05]", 8, "stands more than once"),
        ("[2026-07-01]", "[2026-07-01, 2026-07-01]", 5, "a holiday more than once"),
        ("[2026-07-01]", '["July 1"]', 5, "dates"),
        ("= 19", "= 24", 1, "less than or equal to 23"),
        ("year = 2026", "yaer = 2026", 7, "unknown key yaer"),
    ],
)
def test_a_slip_in_the_calendar(
    workspace: Path, write_list: WriteList, old: str, new: str, row: int, said: str
) -> None:
    write_list("calendar.toml", CALENDAR.replace(old, new))
    found = troubles(workspace, "calendar.toml")
    assert any(each.row == row and said in each.message for each in found)
