"""Lists of sites: words for none are blank, and what looks like several sites is doubted."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import open_table
from tpi_billing.model.finding import Severity

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]

COLUMNS = ("trigger_point_sites", "nerve_block_sites", "joint_sites")
CELLS = [
    ("none", ()),
    ("None.", ()),
    ("NO", ()),
    ("n/a", ()),
    ("N / A", ()),
    ("N.A.", ()),
    ("-", ()),
    ("--", ()),
    ("\u2013", ()),
    ("nil", ()),
    ("0", ()),
    ("none; n/a", ()),
    ("none\n-", ()),
    ("none, none", ()),
    ("none; left trapezius", ("left trapezius",)),
    ("left trapezius\nnil", ("left trapezius",)),
    ("left trapezius; 0; right trapezius", ("left trapezius", "right trapezius")),
    ("left trapezius\nright trapezius", ("left trapezius", "right trapezius")),
    # Words that only begin so.
    ("nose", ("nose",)),
    ("node, left", ("node, left",)),
    ("nodule; T10", ("nodule", "T10")),
]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(("text", "sites"), CELLS)
def test_words_for_none_are_no_sites(
    clean: dict[str, str], column: str, text: str, sites: tuple[str, ...]
) -> None:
    session, _ = parse_session({**clean, column: text})
    assert getattr(session, column) == sites


def test_a_file_says_once_for_a_column_that_words_were_read_as_blank(
    table_rows: Make, write_xlsx: Write
) -> None:
    rows = table_rows(
        {"joint_sites": "right hip", "nerve_block_sites": "left suprascapular; none"},
        {"joint_sites": "none", "nerve_block_sites": "left suprascapular"},
        {"joint_sites": 0},
    )
    with open_table(write_xlsx([*rows, ["Total visits", *[""] * 12, "0", "0"]])) as table:
        read = list(table.rows())
        said = {p.column: (p.code, p.severity, p.message, place.row) for p, place in table.notices}
    assert [row.values.get("joint_sites") for row in read[:3]] == ["right hip", None, None]
    assert read[0].values["nerve_block_sites"] == "left suprascapular"
    assert said.keys() == {"joint_sites", "nerve_block_sites"}
    code, severity, message, row = said["joint_sites"]
    assert (code, severity, row) == ("invalid-value", Severity.INFO, 3)
    assert "read as blank" in message
    assert "2 cells, first in row 3" in message
    assert "1 cell, row 2" in said["nerve_block_sites"][2]


@pytest.mark.parametrize(
    "site",
    [
        "left trapezius, right trapezius",
        "left trapezius / right trapezius",
        "left trapezius/levator scapulae",
        "L/R trapezius",
        "bilateral trapezius",
        "Trapezius (bilat)",
        "both shoulders",
        "trapezius B/L",
        "left trapezius x3",
        "left trapezius X 2",
        "left trapezius (x2)",
        "left trapezius*2",
        "2 x trapezius",
        "left trapezius \u00d72",
    ],
)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_site_that_looks_like_several(clean: dict[str, str], column: str, site: str) -> None:
    session, problems = parse_session({**clean, column: f"left gluteus medius; {site}"})
    assert session is not None
    assert len(getattr(session, column)) == 2
    ((problem),) = problems
    assert (problem.code, problem.column, problem.severity) == (
        "invalid-value",
        column,
        Severity.WARNING,
    )
    assert "counts as one site" in problem.message
    assert "Put ; between sites" in problem.hint
    assert problem.value == f"left gluteus medius; {site}"


@pytest.mark.parametrize(
    "site",
    [
        "left trapezius",
        "C5/6 facet",
        "C5/C6 facet",
        "left A/C joint",
        "left trapezius (upper, middle)",
        "left trapezius w/ needling",
        "left trapezius x1",
        "left extensor hallucis",
        "bothersome point",
        "L4-5 right",
    ],
)
def test_a_site_that_is_one(clean: dict[str, str], site: str) -> None:
    session, problems = parse_session({**clean, "trigger_point_sites": site})
    assert session is not None
    assert (session.trigger_point_sites, problems) == ((site,), ())


def test_where_injections_are_counted_nothing_depends_on_how_sites_are_parted(
    clean: dict[str, str],
) -> None:
    row = {**clean, "trigger_point_sites": "left trapezius, right trapezius"}
    _, problems = parse_session({**row, "trigger_point_injections": "2"})
    assert problems == ()
    _, problems = parse_session({**row, "trigger_point_injections": "1"})
    assert [problem.column for problem in problems] == ["trigger_point_sites"]


@pytest.mark.parametrize(
    ("text", "distance", "doubted"),
    [
        ("1", "1", False),
        ("200", "200", False),
        ("201", "201", True),
        ("0", "0", True),
        ("0.75", "0.75", True),
        ("1.5", "1.5", True),
        ("2.99", "2.99", True),
        ("2.0", "2.0", False),
        ("3.5", "3.5", False),
        ("750 cm", "750", True),
    ],
)
def test_a_distance_that_is_none_between_injections(
    clean: dict[str, str], text: str, distance: str, doubted: bool
) -> None:
    row = {**clean, "nerve_block_sites": "left suprascapular", "block_distance_cm": text}
    session, problems = parse_session(row)
    assert session is not None
    assert session.block_distance_cm == Decimal(distance)
    assert [(p.code, p.column, p.severity) for p in problems] == [
        ("invalid-value", "block_distance_cm", Severity.WARNING)
    ] * doubted
    assert all(f"taken for {distance} cm" in problem.message for problem in problems)


def test_a_distance_of_zero_where_there_was_no_block(clean: dict[str, str]) -> None:
    _, problems = parse_session({**clean, "block_distance_cm": "0"})
    assert problems == ()


def test_no_injections_at_recorded_sites_is_a_contradiction(clean: dict[str, str]) -> None:
    _, (problem,) = parse_session({**clean, "trigger_point_injections": "0"})
    assert (problem.code, problem.column, problem.severity) == (
        "invalid-value",
        "trigger_point_injections",
        None,
    )
    assert "contradicts the sites" in problem.message
    for sites in ("", "none"):
        row = {**clean, "trigger_point_sites": sites, "trigger_point_injections": "0"}
        session, problems = parse_session(row)
        assert session is not None
        assert (session.trigger_points, problems) == (0, ())


@pytest.mark.parametrize(("count", "doubted"), [("60", False), ("61", True), ("999", True)])
def test_more_injections_than_anybody_gives(
    clean: dict[str, str], count: str, doubted: bool
) -> None:
    session, problems = parse_session({**clean, "trigger_point_injections": count})
    assert session is not None
    assert session.trigger_points == int(count)
    assert [(p.column, p.severity) for p in problems] == [
        ("trigger_point_injections", Severity.WARNING)
    ] * doubted
