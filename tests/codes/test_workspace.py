"""A clinic's own lists: which file is in force, and what a short edition falls back to."""

import datetime
from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConfigurationError

from .conftest import WriteList

BEFORE = datetime.date(2026, 1, 30)
FROM = datetime.date(2026, 1, 31)
JUNE = datetime.date(2026, 6, 1)


def cents(book: CodeBook, code: str, day: datetime.date) -> int | None:
    item = book.fee_item(code, day)
    return item.amount_cents if item else None


def test_a_workspace_without_lists_of_its_own(tmp_path: Path) -> None:
    book = CodeBook.load(tmp_path)
    assert [edition.origin for edition in book.editions()] == ["shipped"]
    assert cents(book, "01157", FROM) == 7792


def test_an_edition_with_two_columns_is_enough(workspace: Path, write_list: WriteList) -> None:
    path = write_list("schedule/2026-01-31.csv", "fee_item,amount\n01157,80.00\n")
    book = CodeBook.load(workspace)
    item = book.fee_item("01157", FROM)
    assert item is not None
    assert (item.amount_cents, item.status, item.edition) == (8000, "clinic", "2026-01-31")
    assert (item.title, item.prefix, item.pdf_page) == ("", "", None)
    edition = book.edition_on(FROM)
    assert (edition.name, edition.origin, edition.path) == ("2026-01-31", "workspace", path)
    assert not edition.complete


def test_an_edition_holds_from_its_day_on(workspace: Path, write_list: WriteList) -> None:
    write_list("schedule/2026-01-31.csv", "fee_item,amount\n01157,80.00\n")
    book = CodeBook.load(workspace)
    assert cents(book, "01157", BEFORE) == 7792
    assert cents(book, "01157", FROM) == 8000
    assert [edition.name for edition in book.editions()] == ["2024-12-31", "2026-01-31"]


def test_what_a_short_edition_lacks_is_the_shipped_one(
    workspace: Path, write_list: WriteList
) -> None:
    write_list("schedule/2026-01-31.csv", "fee_item,amount\n01157,80.00\n")
    item = CodeBook.load(workspace).fee_item("01156", FROM)
    assert item is not None
    assert (item.amount_cents, item.edition, item.status) == (6213, "2024-12-31", "checked")


def test_what_a_complete_edition_lacks_does_not_exist(
    workspace: Path, write_list: WriteList
) -> None:
    write_list("schedule/2026-01-31.csv", "# complete: yes\nfee_item,amount\n01157,80.00\n")
    book = CodeBook.load(workspace)
    assert cents(book, "01156", FROM) is None
    assert cents(book, "01156", BEFORE) == 6213
    assert book.known_fee_item("01156")
    assert [item.code for item in book.search_fee_items("0", FROM)] == ["01157"]


def test_short_editions_build_on_each_other(workspace: Path, write_list: WriteList) -> None:
    write_list("schedule/2026-01-31.csv", "fee_item,amount\n01156,64.00\n01157,80.00\n")
    write_list("schedule/2026-06-01.csv", "fee_item,amount\n01157,81.00\n")
    book = CodeBook.load(workspace)
    assert cents(book, "01157", JUNE) == 8100
    assert cents(book, "01156", JUNE) == 6400
    assert cents(book, "01125", JUNE) == 9916


def test_on_one_date_the_clinics_edition_wins(workspace: Path, write_list: WriteList) -> None:
    write_list("schedule/2024-12-31.csv", "fee_item,amount\n01157,80.00\n")
    book = CodeBook.load(workspace)
    assert book.edition_on(FROM).origin == "workspace"
    assert cents(book, "01157", FROM) == 8000
    assert cents(book, "01156", FROM) == 6213


def test_an_older_edition_of_the_clinic(workspace: Path, write_list: WriteList) -> None:
    write_list("schedule/2023-12-31.csv", "fee_item,amount\n01157,75.00\n")
    book = CodeBook.load(workspace)
    earlier = datetime.date(2020, 1, 1)
    assert book.edition_on(earlier).name == "2023-12-31"
    assert cents(book, "01157", datetime.date(2024, 12, 30)) == 7500
    assert cents(book, "01157", datetime.date(2024, 12, 31)) == 7792
    assert cents(book, "01156", earlier) == 6213  # the shipped one has nothing older


def test_an_item_of_the_clinics_edition_only(workspace: Path, write_list: WriteList) -> None:
    write_list("schedule/2026-01-31.csv", "fee_item,amount,title\n98765,10.00,New item\n")
    book = CodeBook.load(workspace)
    assert book.known_fee_item("98765")
    assert cents(book, "98765", BEFORE) is None
    assert [item.code for item in book.search_fee_items("new item", FROM)] == ["98765"]


def test_remarks_byte_order_mark_crlf_and_blank_lines(
    workspace: Path, write_list: WriteList
) -> None:
    text = (
        "\ufeff# source: Teleplan file\r\n# edition: 2026-01-31\r\n"
        'amount,fee_item,title,status\r\n80.00,01157,"Trigger points, many",checked\r\n'
        ",,,\r\n\r\n"
    )
    write_list("schedule/2026-01-31.csv", text)
    book = CodeBook.load(workspace)
    item = book.fee_item("01157", FROM)
    assert item is not None
    assert (item.amount_cents, item.title, item.status) == (8000, "Trigger points, many", "checked")
    assert book.edition_on(FROM).source == "Teleplan file"


@pytest.mark.parametrize(
    ("cell", "amount"), [("0.00", 0), ("0.05", 5), ("7.10", 710), ("99999.99", 9999999)]
)
def test_amounts_are_read_to_the_cent(
    workspace: Path, write_list: WriteList, cell: str, amount: int
) -> None:
    write_list("schedule/2026-01-31.csv", f"fee_item,amount\n01157,{cell}\n")
    assert cents(CodeBook.load(workspace), "01157", FROM) == amount


def test_a_list_of_the_same_name_replaces_the_shipped_one(
    workspace: Path, write_list: WriteList
) -> None:
    write_list("diagnoses.csv", "code,label,usual\n7291,Sore muscles,yes\n72885,Spasm,no\n")
    book = CodeBook.load(workspace)
    assert book.is_listed_diagnosis("72885")
    assert not book.is_listed_diagnosis("7231")
    diagnosis = book.diagnosis("7291")
    assert diagnosis is not None
    assert diagnosis.label == "Sore muscles"


def test_a_calendar_of_the_clinic(workspace: Path, write_list: WriteList) -> None:
    write_list(
        "calendar.toml",
        'close_off_hour = 17\ntime_zone = "America/Vancouver"\n'
        '[[holidays]]\nname = "Clinic day"\ndates = [2027-03-01]\n'
        "[[close_offs]]\nyear = 2027\ndates = [2027-01-05, 2027-01-04]\n",
    )
    calendar = CodeBook.load(workspace).calendar
    assert calendar.is_holiday(datetime.date(2027, 3, 1))
    assert not calendar.is_holiday(datetime.date(2027, 7, 1))
    assert calendar.next_close_off(datetime.date(2026, 12, 1)) == datetime.date(2027, 1, 4)
    assert calendar.close_off_hour == 17
    # An older copy does not say when MSP answers and pays: 6 and 2 working days later.
    assert calendar.remittance_day(datetime.date(2027, 1, 4)) == datetime.date(2027, 1, 12)
    assert calendar.payment_day(datetime.date(2027, 1, 4)) == datetime.date(2027, 1, 14)


def test_a_calendar_that_says_when_msp_answers(workspace: Path, write_list: WriteList) -> None:
    write_list(
        "calendar.toml",
        'close_off_hour = 17\ntime_zone = "America/Vancouver"\n'
        "remittance_working_days = 4\ndeposit_working_days = 0\nholidays = []\n"
        "[[close_offs]]\nyear = 2027\ndates = [2027-01-04]\n",
    )
    calendar = CodeBook.load(workspace).calendar
    assert calendar.remittance_day(datetime.date(2027, 1, 4)) == datetime.date(2027, 1, 8)
    assert calendar.payment_day(datetime.date(2027, 1, 4)) == datetime.date(2027, 1, 8)


def test_only_a_broken_list_that_is_used_stops_anything(
    workspace: Path, write_list: WriteList
) -> None:
    write_list("diagnoses.csv", "nonsense\n")
    book = CodeBook.load(workspace)
    assert cents(book, "01157", FROM) == 7792
    with pytest.raises(ConfigurationError):
        book.diagnosis("7291")
