"""Status words: the known ones are taken in silence, each other one is said once a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tpi_billing.config import Mapping
from tpi_billing.intake import limits
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import open_table
from tpi_billing.model.finding import Severity

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("word", "completed"),
    [
        ("completed", True),
        ("COMPLETED", True),
        ("Com pleted", True),
        ("completed\u200b", True),
        ("cancelled", False),
        ("Canceled", False),
        ("no-show", False),
        ("No Show", False),
        ("noshow", False),
        ("NO_SHOW", False),
        ("booked", False),
        ("Scheduled", False),
    ],
)
def test_known_words(table_rows: Make, write_csv: Write, word: str, completed: bool) -> None:
    with open_table(write_csv(table_rows({"status": word}))) as table:
        (row,) = table.rows()
        assert table.notices == []
    session, problems = parse_session(row.values)
    assert session is not None
    assert (session.completed, problems) == (completed, ())


def test_each_unknown_word_is_said_once(table_rows: Make, write_csv: Write) -> None:
    words = ["completed", "Arrived", "complete", "ARRIVED ", "cancelled", "arrived", ""]
    path = write_csv([*table_rows(*({"status": word} for word in words)), ["Total", "7 visits"]])
    with open_table(path, source="my-emr", mapping=Mapping()) as table:
        for _ in range(2):
            assert len(list(table.rows())) == 8
            said = [
                (p.code, p.column, p.severity, p.value, place.row) for p, place in table.notices
            ]
            assert said == [
                ("invalid-value", "status", Severity.WARNING, "Arrived", 3),
                ("invalid-value", "status", Severity.WARNING, "complete", 4),
            ]
        arrived, complete = (problem for problem, _ in table.notices)
    assert "3 visits" in arrived.message
    assert "1 visit has" in complete.message
    assert "skipped" in arrived.message
    assert "[mappings.my-emr.values.status]" in arrived.hint
    assert "Arrived" not in arrived.message + arrived.hint


def test_a_word_that_the_mapping_explains_is_known(table_rows: Make, write_csv: Write) -> None:
    mapping = Mapping(values={"status": {"Arrived": "completed", "Left": "cancelled"}})
    path = write_csv(table_rows({"status": "arrived"}, {"status": "LEFT"}))
    with open_table(path, mapping=mapping) as table:
        assert [row.values["status"] for row in table.rows()] == ["completed", "cancelled"]
        assert table.notices == []


def test_of_a_shifted_export_only_some_words_are_named(table_rows: Make, write_csv: Write) -> None:
    many = limits.NAMED_ROWS + 3
    rows = table_rows(*({"status": f"Name {n}"} for n in range(many)))
    with open_table(write_csv(rows)) as table:
        assert len(list(table.rows())) == many
        *named, rest = (problem for problem, _ in table.notices)
    assert len(named) == limits.NAMED_ROWS
    assert "3 more status words of 3 visits" in rest.message
    assert rest.value == ""
