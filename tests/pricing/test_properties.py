"""What holds for the price of any day whatever, within the group of three and beyond it."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook
from tpi_billing.model.money import HalfCent, portion
from tpi_billing.pricing.day import price_day
from tpi_billing.pricing.lines import BilledItem, DayItem, PricedLine


def fee_items(text: str) -> list[str]:
    return text.split()


DAY = date(2026, 10, 13)
BLOCKS_AND_INJECTIONS = fee_items(
    "01156 01157 01124 01125 01022 01035 01135 01138 01036 01037 01140 01141 01142 01143 01144 "
    "01145 01032 01034 01040 01042 01044 01146 01147 01148 01149 01150 01159 01160 00424 00811"
)
OTHERS = fee_items("00014 00015 00010 00757 00100 00120 01016 01107 00080 99999")

half_cents = st.sampled_from(("half-up", "half-even", "down"))
distances = st.sampled_from((None, "0", "12", "60", "60.5", "75")).map(
    lambda cm: None if cm is None else Decimal(cm)
)


@st.composite
def days(draw: st.DrawFn, items: list[str] | None = None) -> list[DayItem]:
    """Make up to four sessions with up to four different items each, one unit of each."""
    names = st.lists(
        st.sampled_from(items or BLOCKS_AND_INJECTIONS + OTHERS), max_size=4, unique=True
    )
    sessions = draw(st.lists(names, min_size=1, max_size=4))
    return [
        DayItem(at, item, 1, "asked", cm, f"V{1001 + at}")
        for at, session in enumerate(sessions)
        for cm in [draw(distances)]
        for item in session
    ]


def total(lines: tuple[PricedLine, ...]) -> int:
    return sum(line.amount_cents for line in lines)


@given(days(), half_cents)
def test_every_item_gets_one_line_that_explains_itself(
    book: CodeBook, items: list[DayItem], half_cent: HalfCent
) -> None:
    lines = price_day(items, DAY, book, half_cent)
    assert [line.item for line in lines] == items
    for line in lines:
        assert line.because
        if line.billed:
            whole = line.unit_price_cents * line.item.units
            assert line.amount_cents == portion(whole, line.percent, half_cent)
            assert line.finding == ""
        else:
            assert line.amount_cents == 0
            assert line.finding or line.outcome == "not-priced"


@given(days(BLOCKS_AND_INJECTIONS), half_cents)
def test_the_group_never_comes_to_more_than_twice_its_largest_fee(
    book: CodeBook, items: list[DayItem], half_cent: HalfCent
) -> None:
    paid = [line for line in price_day(items, DAY, book, half_cent) if line.billed]
    assert len(paid) <= 3
    assert sorted((line.percent for line in paid), reverse=True) == [100, 50, 50][: len(paid)]
    largest = max((line.unit_price_cents for line in paid), default=0)
    assert sum(line.amount_cents for line in paid) <= 2 * largest
    assert all(line.unit_price_cents == largest for line in paid if line.percent == 100)


@given(days(), half_cents)
def test_no_item_is_billed_twice_a_day(
    book: CodeBook, items: list[DayItem], half_cent: HalfCent
) -> None:
    paid = [line.fee_item for line in price_day(items, DAY, book, half_cent) if line.billed]
    assert len(paid) == len(set(paid))


@given(days(), half_cents, st.randoms(use_true_random=False))
def test_the_order_of_a_sessions_items_changes_nothing(
    book: CodeBook, items: list[DayItem], half_cent: HalfCent, random: Random
) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    shuffled.sort(key=lambda item: item.session)
    before = price_day(items, DAY, book, half_cent)
    after = price_day(shuffled, DAY, book, half_cent)
    assert total(before) == total(after)
    assert set(before) == set(after)


@given(days(), half_cents)
def test_the_sessions_amounts_add_up_to_the_days(
    book: CodeBook, items: list[DayItem], half_cent: HalfCent
) -> None:
    lines = price_day(items, DAY, book, half_cent)
    by_session: dict[int, int] = defaultdict(int)
    for line in lines:
        by_session[line.item.session] += line.amount_cents
    assert sum(by_session.values()) == total(lines)


@given(days(), half_cents)
def test_pricing_a_day_again_gives_the_same(
    book: CodeBook, items: list[DayItem], half_cent: HalfCent
) -> None:
    assert price_day(items, DAY, book, half_cent) == price_day(items, DAY, book, half_cent)


SINGLES = fee_items("01157 01125 01022 01035 01135 01036 01040 01042 01044 01150 01159 01160 00424")
"""Items that do not exclude one another."""


@given(
    st.lists(st.sampled_from(SINGLES), min_size=1, max_size=6, unique=True),
    st.integers(min_value=0, max_value=6),
    distances,
    half_cents,
)
def test_two_batches_never_bill_more_than_one_would(
    book: CodeBook, names: list[str], cut: int, cm: Decimal | None, half_cent: HalfCent
) -> None:
    """Whatever part of a day was billed first, the whole day stays within its price."""
    items = [DayItem(0, name, 1, "asked", cm, "V1001") for name in names]
    at_once = price_day(items, DAY, book, half_cent)
    first = price_day(items[:cut], DAY, book, half_cent)
    billed = [
        BilledItem(line.fee_item, 1, line.percent, at, 1, "V1001")
        for at, line in enumerate(first, start=1)
        if line.billed
    ]
    second = price_day(items[cut:], DAY, book, half_cent, billed)
    assert total(first) + total(second) <= total(at_once)
    percents = [line.percent for line in (*first, *second) if line.billed]
    assert percents.count(100) <= 1
    assert len(percents) <= 3
