"""Pictures: scales with round ends, marks to scale, words that are words, labels that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed_page import parsed, words

from tpi_billing.reports.audit_report.column_chart import ColumnPicture, Columns
from tpi_billing.reports.audit_report.row_chart import (
    Mark,
    PictureRow,
    RowPicture,
    rows_shown,
    shortened,
)
from tpi_billing.reports.audit_report.scale import scale_of
from tpi_billing.reports.audit_report.svg import element
from tpi_billing.reports.audit_report.words import share


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ([], 1, [0, 1]),
        ([5], 1, [0, 1, 2, 3, 4, 5]),
        ([6], 1, [0, 2, 4, 6]),
        ([7], 1, [0, 2, 4, 6, 8]),
        ([100], 1, [0, 20, 40, 60, 80, 100]),
        ([101], 1, [0, 50, 100, 150]),
        ([1], 100, [0, 100]),
        ([100_000], 20_000, [0, 20_000, 40_000, 60_000, 80_000, 100_000]),
        ([-3, 4], 1, [-4, -2, 0, 2, 4]),
        ([-7], 1, [-8, -6, -4, -2, 0]),
    ],
)
def test_scales_have_round_ends_and_zero(values: list[int], unit: int, ticks: list[int]) -> None:
    assert scale_of(values, 0, 1000, unit).ticks == ticks


@given(st.lists(st.integers(-(10**12), 10**12), max_size=8), st.sampled_from([1, 100, 20_000]))
def test_every_value_lies_on_its_scale(values: list[int], unit: int) -> None:
    scale = scale_of(values, 40, 4000, unit)
    assert scale.at(scale.low) == 40
    assert scale.at(scale.high) == 4040
    assert len(scale.ticks) <= 8
    assert 0 in scale.ticks
    places = [scale.at(value) for value in sorted([*values, 0])]
    assert places == sorted(places)
    assert all(40 <= place <= 4040 for place in places)


def test_coordinates_are_tenths_and_words_are_escaped() -> None:
    assert element("rect", x=0, y=-5, width=1230, class_="a&b") == (
        '<rect x="0" y="-0.5" width="123" class="a&amp;b"/>'
    )


def rows(*marks: Mark, label: str = "Label", flag: str = "") -> str:
    picture = RowPicture("p", "T", "D", (PictureRow(label, "1.00", marks, flag),), str)
    return picture.draw()


def test_a_bar_may_lie_below_zero() -> None:
    (bar,) = parsed(rows(Mark("bar", 0, -4, "taken")).encode()).all("rect")
    lines = parsed(rows(Mark("bar", 0, -4, "taken")).encode()).all("line")
    (zero,) = [line for line in lines if line.attributes["class"] == "zero"]
    end = float(bar.attributes["x"]) + float(bar.attributes["width"])
    assert end == float(zero.attributes["x1"])


def test_nothing_has_no_width_and_a_little_can_be_seen() -> None:
    drawn = rows(Mark("bar", 0, 1_000_000, "a"), Mark("bar", 0, 0, "b"), Mark("bar", 0, 1, "c"))
    widths = [float(one.attributes["width"]) for one in parsed(drawn.encode()).all("rect")]
    assert widths[1:] == [0.0, 1.5]


def test_a_label_that_is_too_long_is_cut_but_its_flag_is_not() -> None:
    (label, *_) = [
        text for text in words(parsed(rows(label="x" * 200, flag="▲ out").encode())) if "x" in text
    ]
    assert label.endswith("… ▲ out")
    assert len(label) < 64


@pytest.mark.parametrize(
    ("text", "longest", "cut"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a bcd", 3, "a…"), ("", 0, ""), ("ab", 0, "a…")],
)
def test_texts_are_shortened_visibly(text: str, longest: int, cut: str) -> None:
    assert shortened(text, longest) == cut


def test_those_who_stand_out_are_shown_however_many_others_there_are() -> None:
    many = [PictureRow(str(at), "", (), "▲" if at in {15, 19} else "") for at in range(20)]
    assert [row.label for row in rows_shown(many, 4)] == ["0", "1", "15", "19"]
    assert len(rows_shown(many, 20)) == 20
    flagged = [PictureRow(str(at), "", (), "▲") for at in range(20)]
    assert [row.label for row in rows_shown(flagged, 3)] == ["0", "1", "2"]


def columns(*values: int) -> ColumnPicture:
    labels = tuple(str(at) for at in range(len(values)))
    return ColumnPicture("c", "T", "D", labels, (Columns("A", "added", values),), str, counted=True)


def test_columns_are_as_tall_as_their_values_and_stand_on_zero() -> None:
    drawn = parsed(columns(10, 20, 0).draw().encode())
    first, second = (one.attributes for one in drawn.all("rect"))
    assert float(second["height"]) == 2 * float(first["height"])
    bottoms = {float(one["y"]) + float(one["height"]) for one in (first, second)}
    assert len(bottoms) == 1
    assert {"10", "20"} <= set(words(drawn))


def test_a_column_below_zero_hangs_from_it() -> None:
    drawn = parsed(columns(10, -10).draw().encode())
    up, down = (one.attributes for one in drawn.all("rect"))
    assert float(up["y"]) + float(up["height"]) == float(down["y"])


@pytest.mark.parametrize(
    ("part", "of", "said"),
    [
        (0, 0, "-"),
        (0, 7, "0.0%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 8, "12.5%"),
        (9_999, 10_000, "99.9%"),
        (10_000, 10_000, "100.0%"),
        (1, 100_000, "0.1%"),
    ],
)
def test_shares(part: int, of: int, said: str) -> None:
    assert share(part, of) == said
