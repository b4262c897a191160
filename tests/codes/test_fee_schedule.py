"""The shipped fee schedule: the amounts of the page, the editions, looking items up."""

import datetime
from collections import Counter

import pytest

from tpi_billing.codes import CodeBook

DAY = datetime.date(2026, 10, 15)

# Reference msp-billing, sections 2.1 to 2.4: item -> dollars
ANAESTHETIC = """
01156 62.13, 01157 77.92, 01124 65.62, 01125 99.16, 01022 138.55, 01035 260.17, 01135 153.76,
01138 153.76, 01036 233.19, 01037 269.07, 01140 187.27, 01141 249.69, 01142 171.52, 01143 228.66,
01144 155.75, 01145 207.69, 01032 163.63, 01034 218.19, 01040 120.58, 01042 198.25, 01044 275.94,
01146 360.84, 01147 170.65, 01148 228.66, 01149 406.02, 01150 406.02, 01159 62.13, 01160 124.27,
00424 127.53, 00811 56.19
"""
GENERAL = """
00014 28.98, 00015 19.27, 00010 16.61, 00034 16.61, 00011 16.61, 00757 16.54, 00044 7.12,
00080 14.24, 00090 42.70
"""
FAMILY = """
12100 41.42, 12101 82.84, 12120 82.84, 12110 103.02, 13236 103.02, 13237 41.42, 13238 82.84,
00100 38.61, 00101 77.24, 00120 77.24, 00110 95.95, 13436 95.95, 13437 38.61, 13438 77.24,
15300 41.42, 15301 82.84, 15320 82.84, 15310 103.02, 13536 103.02, 13537 41.42, 13538 82.84,
16100 43.29, 16101 86.57, 16120 86.57, 16110 107.77, 13636 107.77, 13637 43.27, 13638 86.57,
17100 48.76, 17101 97.52, 17120 97.52, 17110 121.20, 13736 121.20, 13737 48.76, 13738 97.52,
18100 56.47, 18101 112.93, 18120 112.93, 18110 139.50, 13836 139.50, 13837 56.47, 13838 112.93
"""
SPECIALISTS = """
01016 245.42, 01116 122.71, 01015 150.00, 01115 90.00, 01155 150.00, 01107 58.03, 01710 235.72,
01712 134.58, 01707 118.56, 01706 118.47, 01714 87.01, 01770 235.72, 01772 134.58, 01777 118.56,
01776 118.47, 10003 26.35
"""


def amounts(text: str) -> list[tuple[str, int]]:
    pairs = [pair.split() for pair in text.split(",")]
    return [(code, int(dollars.replace(".", ""))) for code, dollars in pairs]


ALL = amounts(ANAESTHETIC) + amounts(GENERAL) + amounts(FAMILY) + amounts(SPECIALISTS)


@pytest.mark.parametrize(("code", "cents"), ALL)
def test_an_item_costs_what_its_page_says(book: CodeBook, code: str, cents: int) -> None:
    item = book.fee_item(code, DAY)
    assert item is not None
    assert item.amount_cents == cents
    assert item.edition == "2024-12-31"


@pytest.mark.parametrize(
    ("code", "prefix", "page", "status"),
    [
        ("01157", "", 181, "checked"),
        ("00015", "Y", 54, "checked"),
        ("00010", "B", 53, "checked"),
        ("00757", "SY", 84, "checked"),
        ("10003", "G", 511, "extracted"),
        ("01109", "P", 178, "extracted"),
    ],
)
def test_an_item_says_where_it_is_printed_and_how_sure_it_is(
    book: CodeBook, code: str, prefix: str, page: int, status: str
) -> None:
    item = book.fee_item(code, DAY)
    assert item is not None
    assert (item.prefix, item.pdf_page, item.status) == (prefix, page, status)


def test_the_whole_edition_is_there(book: CodeBook) -> None:
    found = [item for digit in "0123456789" for item in book.search_fee_items(digit, DAY)]
    items = {item.code: item for item in found}.values()
    assert len(items) == 4215
    assert Counter(item.status for item in items) == {"checked": 120, "extracted": 4095}


@pytest.mark.parametrize("code", [code for code, _ in ALL])
def test_what_a_clinic_meets_has_a_title(book: CodeBook, code: str) -> None:
    item = book.fee_item(code, DAY)
    assert item is not None
    assert 5 <= len(item.title) <= 76


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("01156", ["trigger point", "single"]),
        ("01157", ["trigger point", "multiple"]),
        ("01125", ["nerve block", "multiple"]),
        ("00014", ["hip"]),
        ("00015", ["tendon", "bursa"]),
        ("00080", ["tray", "minor"]),
        ("17120", ["counselling", "70-79"]),
        ("13837", ["telehealth", "visit", "80"]),
        ("01016", ["consultation", "chronic pain"]),
    ],
)
def test_a_title_tells_items_apart(book: CodeBook, code: str, words: list[str]) -> None:
    item = book.fee_item(code, DAY)
    assert item is not None
    assert all(word in item.title.lower() for word in words)


def test_other_items_have_no_title(book: CodeBook) -> None:
    item = book.fee_item("08120", DAY)
    assert item is not None
    assert (item.title, item.amount_cents) == ("", 652430)


@pytest.mark.parametrize("code", ["03333", "99999", "1157", "Y00015", ""])
def test_what_is_not_in_the_schedule(book: CodeBook, code: str) -> None:
    assert book.fee_item(code, DAY) is None
    assert not book.known_fee_item(code)


def test_an_item_of_the_edition_is_known(book: CodeBook) -> None:
    assert book.known_fee_item("01157")


@pytest.mark.parametrize(
    "day",
    [
        datetime.date(2019, 5, 1),
        datetime.date(2024, 12, 30),
        datetime.date(2024, 12, 31),
        datetime.date(2026, 11, 23),
    ],
)
def test_the_only_edition_holds_on_every_day(book: CodeBook, day: datetime.date) -> None:
    edition = book.edition_on(day)
    assert (edition.name, edition.date) == ("2024-12-31", datetime.date(2024, 12, 31))
    assert edition.origin == "shipped"
    assert edition.path.name == "2024-12-31.csv"
    assert edition.source.startswith("MSC Payment Schedule")
    assert book.editions() == (edition,)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("01157", ["01157"]),
        ("0112", ["01124", "01125"]),
        ("trigger POINT", ["01156", "01157"]),
        ("  multiple   trigger ", ["01157"]),
        ("gasserian", ["01035", "01150"]),
        ("tray", ["00044", "00080", "00090"]),
        ("acupuncture", []),
        ("", []),
        ("   ", []),
    ],
)
def test_searching_by_number_or_by_words(book: CodeBook, text: str, codes: list[str]) -> None:
    assert [item.code for item in book.search_fee_items(text, DAY)] == codes
