"""A plain line is read at once, and says what the tolerant reader says of it field by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.teleplan.layout import Field, Kind, Layout
from tpi_billing.teleplan.plain_lines import plain_lines
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.records import LAYOUTS

TEXTS = {Kind.TEXT, Kind.CODE, Kind.FILLER}
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
DAYS = st.sampled_from(["20261117", "20240229", "20260229", "00000000", "20261301", "99999999"])
CLOCKS = st.sampled_from(["0000", "0915", "2359", "2400", "1260"])


def filled(field: Field, width: int) -> st.SearchStrategy[str]:
    """Give what may stand in a field: mostly what it is for, at times blanks or anything."""
    usual: st.SearchStrategy[str] = st.text("0123456789", min_size=width, max_size=width)
    if field.kind in TEXTS:
        usual = st.text(PRINTABLE, max_size=width).map(lambda text: text.ljust(width))
    elif field.kind is Kind.DATE:
        usual = DAYS
    elif field.kind is Kind.TIME:
        usual = CLOCKS
    elif field.kind is Kind.SIGNED:
        usual = st.tuples(usual, st.sampled_from("09}JR")).map(lambda two: two[0][:-1] + two[1])
    odd = st.text(PRINTABLE, min_size=width, max_size=width)
    return st.one_of(usual, usual, usual, st.just(" " * width), odd)


@st.composite
def lines(draw: Any, layout: Layout) -> str:
    """Draw a line of a record, of its whole length."""
    rest = [draw(filled(field, field.length or 30)) for field in layout.fields[1:]]
    return layout.code + "".join(rest)


def read(text: str) -> Record:
    (record,) = read_records(text.encode() + b"\r\n")
    return record


@pytest.mark.parametrize("code", LAYOUTS)
@given(st.data())
def test_both_readers_agree(code: str, data: st.DataObject) -> None:
    line = data.draw(lines(LAYOUTS[code]))
    # The old mark of a file's end makes any line one for the tolerant reader.
    assert read(line).values == read(line + "\x1a").values


def test_what_has_a_remark_is_not_plain() -> None:
    line = "S01T9999000010220261117LA9999CTL00199001".ljust(49) + " " * 116
    assert plain_lines("S01").read(line[:-1]) is None
    assert plain_lines("S01").read(line + " ") is None
    assert plain_lines("S01").read(line.replace("L", "\xc9")) is None
    assert plain_lines("S01").read(line.replace("20261117", "20261399")) is None
