"""What a new edition changes, and which changes are too odd to be believed unasked."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook, FeeItem
from tpi_billing.codes.doubts import Doubt, refusal
from tpi_billing.codes.edition_change import PriceChange, compare, price_doubts
from tpi_billing.codes.fee_file import FeeFile, read_fee_file
from tpi_billing.codes.new_edition import planned_edition
from tpi_billing.errors import ConflictError

from .conftest import WriteList

FROM = date(2026, 1, 31)
DAY_BEFORE = date(2026, 1, 30)
OURS = frozenset({"01156", "01157"})


def prices(**cents: int) -> dict[str, FeeItem]:
    """Make items from `i01157=7792`."""
    return {
        name[1:]: FeeItem(code=name[1:], amount_cents=amount, edition="2026-01-31")
        for name, amount in cents.items()
    }


def numbered(count: int, start: int = 90000) -> dict[str, FeeItem]:
    """Make so many items that no rule knows."""
    return prices(**{f"i{start + at}": 1000 for at in range(count)})


def doubts(before: dict[str, FeeItem], after: dict[str, FeeItem]) -> list[Doubt]:
    return price_doubts(compare(before, after), OURS)


def kinds(found: list[Doubt]) -> list[str]:
    return [doubt.kind for doubt in found]


# Comparing


def test_added_dropped_and_changed_items() -> None:
    before = prices(i00010=1661, i00014=2898, i01157=7792, i01156=6213)
    after = prices(i00010=1661, i01157=8000, i01156=6000, i99990=500)
    change = compare(before, after)
    assert [item.code for item in change.added] == ["99990"]
    assert [item.code for item in change.dropped] == ["00014"]
    assert [(one.fee_item, one.old_cents, one.new_cents) for one in change.changed] == [
        ("01156", 6213, 6000),
        ("01157", 7792, 8000),
    ]
    assert [one.difference_cents for one in change.changed] == [-213, 208]
    assert change.before == 4


def test_only_some_items() -> None:
    change = compare(prices(i00014=1, i01156=1, i01157=1), prices(i01157=2, i00014=2, i99990=1))
    ours = change.only(OURS)
    assert (ours.added, [item.code for item in ours.dropped]) == ((), ["01156"])
    assert [one.fee_item for one in ours.changed] == ["01157"]


@pytest.mark.parametrize(
    ("old", "new", "percent"),
    [
        (7792, 8000, "2.7"),  # 208 / 7792 = 2.669%
        (7792, 7584, "-2.7"),
        (1000, 1004, "0.4"),
        (2000, 2001, "0.1"),  # 0.05% is rounded up
        (2000, 1999, "-0.1"),
        (1000, 2000, "100.0"),
        (1000, 0, "-100.0"),
    ],
)
def test_the_difference_in_percent(old: int, new: int, percent: str) -> None:
    assert PriceChange("01157", "", old, new).percent == Decimal(percent)


def test_nothing_has_no_percentage() -> None:
    assert PriceChange("14029", "", 0, 500).percent is None


# Prices that nobody raises like this


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (1000, 1000, None),
        (1000, 2000, None),  # twice is still believed
        (1000, 2001, "doubled"),
        (1000, 500, None),  # and half
        (1001, 501, None),
        (1000, 499, "halved"),
        (1001, 500, "halved"),
        (1000, 49_999, "doubled"),
        (1000, 50_000, "hundredfold"),
        (1000, 100_000, "hundredfold"),
        (1000, 200_000, "hundredfold"),
        (1000, 200_001, "doubled"),
        (10_000, 201, "halved"),
        (10_000, 200, "hundredfold"),
        (10_000, 100, "hundredfold"),
        (10_000, 50, "hundredfold"),
        (10_000, 49, "halved"),
        (6213, 62, "hundredfold"),  # 62.13 dollars read as 62 cents
        (6213, 621_300, "hundredfold"),
        (1, 0, "zero"),
        (6213, 0, "zero"),
        (0, 0, None),
        (0, 6213, None),  # a price where there was none
    ],
)
def test_a_price(old: int, new: int, kind: str | None) -> None:
    found = doubts(prices(i00014=old), prices(i00014=new))
    assert kinds(found) == ([kind] if kind else [])


def test_cents_and_dollars_are_named() -> None:
    (up,) = doubts(prices(i01157=7792), prices(i01157=779_200))
    assert up.message == (
        "01157 would cost 7792.00 instead of 77.92: "
        "a hundredfold, as if its cents were taken for dollars"
    )
    (down,) = doubts(prices(i01157=7792), prices(i01157=77))
    assert down.message == (
        "01157 would cost 0.77 instead of 77.92: "
        "a hundredth, as if its dollars were taken for cents"
    )


# Items that are gone


@pytest.mark.parametrize(
    ("before", "gone", "doubted"),
    [
        (100, 0, False),
        (100, 5, False),  # 5%
        (100, 6, True),
        (119, 5, False),
        (119, 6, True),  # 5.04%
        (120, 6, False),
        (1000, 50, False),  # 5%, and 50
        (1000, 51, True),
        (4215, 50, False),
        (4215, 51, True),  # 1.2%, but more than 50
        (10, 0, False),
        (10, 1, True),
    ],
)
def test_more_than_fifty_items_or_five_percent_gone(before: int, gone: int, doubted: bool) -> None:
    there = numbered(before)
    left = dict(list(there.items())[gone:])
    assert kinds(doubts(there, left)) == (["gone"] if doubted else [])


def test_the_items_that_are_gone_are_counted_and_named() -> None:
    there = numbered(60)
    (doubt,) = doubts(there, dict(list(there.items())[4:]))
    assert doubt.message == "4 of 60 fee items are gone (6.6%): 90000, 90001, 90002, 90003"


def test_an_item_of_the_clinics_own_is_missed_at_once() -> None:
    there = numbered(100) | prices(i01157=7792, i00014=2898)
    (doubt,) = doubts(there, {code: item for code, item in there.items() if code != "01157"})
    assert doubt == Doubt("own-item-gone", "01157 is gone, and the clinic bills it")
    assert not doubts(there, {code: item for code, item in there.items() if code != "00014"})


# How doubts are refused


def test_every_doubt_is_listed_and_the_last_says_how_to_confirm(tmp_path: Path) -> None:
    found = [Doubt("doubled", f"number {at}") for at in range(20)]
    error = refusal(found, tmp_path)
    assert isinstance(error, ConflictError)
    assert error.exit_code == 5
    assert [trouble.message for trouble in error.troubles] == [doubt.message for doubt in found]
    assert [bool(trouble.hint) for trouble in error.troubles] == [False] * 19 + [True]
    assert "--confirm" in error.troubles[-1].hint


def test_many_doubts_end_with_their_count(tmp_path: Path) -> None:
    found = [Doubt("hundredfold", f"number {at}") for at in range(20)] + [Doubt("gone", "gone")]
    troubles = refusal(found, tmp_path).troubles
    assert len(troubles) == 22
    assert troubles[-1].message == "21 doubts: hundredfold 20, gone 1"
    assert "--confirm" in troubles[-1].hint


# As an edition of the workspace


def csv_file(folder: Path, text: str) -> FeeFile:
    path = folder / "own.csv"
    path.write_text(text, encoding="utf-8")
    return read_fee_file(path)


def edition(day: str, *rows: str, complete: bool = False) -> str:
    remark = "# complete: yes\n" if complete else ""
    return f"# edition: {day}\n{remark}fee_item,amount\n" + "".join(f"{row}\n" for row in rows)


def test_an_edition_is_in_force_from_its_day_and_falls_back_where_it_is_short(
    workspace: Path,
) -> None:
    file = csv_file(workspace, edition("2026-01-31", "01157,80.00"))
    with planned_edition(workspace, file) as plan:
        assert (plan.unchanged, plan.doubts) == (False, ())
        found = [
            [book.fee_item(code, day) for code in ("01157", "01156")]
            for book in (plan.before, plan.after)
            for day in (DAY_BEFORE, FROM)
        ]
    assert [[item.amount_cents for item in items if item] for items in found] == [
        [7792, 6213],
        [7792, 6213],
        [7792, 6213],
        [8000, 6213],
    ]
    assert not (workspace / "fee_codes" / "schedule" / "2026-01-31.csv").exists()


def test_a_complete_edition_without_our_items_is_doubted(workspace: Path) -> None:
    file = csv_file(workspace, edition("2026-01-31", "01157,80.00", complete=True))
    with planned_edition(workspace, file) as plan:
        found = plan.doubts
        own = len(plan.before.rules.items)
    assert kinds(list(found)).count("own-item-gone") == own - 1  # all but 01157
    assert found[-1].kind == "gone"
    assert found[-1].message.startswith("4214 of 4215 fee items are gone (99.9%): 00010, ")


@pytest.mark.parametrize(
    ("stored", "day", "found"),
    [
        ([], "2025-01-01", []),
        ([], "2024-12-31", ["exists"]),  # the shipped one's date
        ([], "2024-12-30", ["older"]),
        (["2026-01-31"], "2026-02-01", []),
        (["2026-01-31"], "2026-01-30", ["older"]),
        (["2026-01-31"], "2026-01-31", ["exists"]),
        (["2026-01-31", "2026-03-01"], "2026-01-31", ["exists", "older"]),
    ],
)
def test_the_date_of_an_edition(
    workspace: Path, write_list: WriteList, stored: list[str], day: str, found: list[str]
) -> None:
    for each in stored:
        write_list(f"schedule/{each}.csv", edition(each, "01157,78.00"))
    with planned_edition(workspace, csv_file(workspace, edition(day, "01157,80.00"))) as plan:
        assert kinds(list(plan.doubts)) == found


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (edition("2026-01-31", "01157,80.00"), True),
        ("# edition: 2026-01-31\n# source: x\namount,fee_item,status\n80.00,01157,clinic\n", True),
        (edition("2026-01-31", "01157,80.01"), False),
        (edition("2026-01-31", "01157,80.00", "01156,62.13"), False),
        (edition("2026-01-31", "01157,80.00", complete=True), False),
    ],
)
def test_the_same_edition_again(workspace: Path, text: str, same: bool) -> None:
    path = workspace / "fee_codes" / "schedule" / "2026-01-31.csv"
    with planned_edition(
        workspace, csv_file(workspace, edition("2026-01-31", "01157,80.00"))
    ) as plan:
        assert plan.path == path
        path.write_bytes(plan.content)
    with planned_edition(workspace, csv_file(workspace, text)) as plan:
        assert plan.unchanged is same


def test_letters_and_missing_titles_are_kept_from_the_edition_before(workspace: Path) -> None:
    with planned_edition(
        workspace, csv_file(workspace, edition("2026-01-31", "00015,19.27", "99990,1.00"))
    ) as plan:
        items = [plan.after.fee_item(code, FROM) for code in ("00015", "99990")]
    shipped = CodeBook.load().fee_item("00015", FROM)
    assert shipped
    assert [(item.prefix, item.title) for item in items if item] == [
        ("Y", shipped.title),
        ("", ""),
    ]
