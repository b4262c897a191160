"""Mappings: those that come with the tool, those of the configuration, and how headers match."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tpi_billing.config import Config, Mapping
from tpi_billing.intake.header import Names, find_header
from tpi_billing.intake.mappings import known_mappings, mapping_named
from tpi_billing.intake.parsing import parse_session
from tpi_billing.intake.table import open_table
from tpi_billing.model.session import COLUMN

Make = Callable[..., list[list[str]]]
Write = Callable[..., Path]

SHIPPED = ("day-sheet", "encounter-export", "visit-list")


@pytest.fixture
def config() -> Config:
    return Config.model_validate(
        {
            "clinic": {
                "name": "Example Pain Clinic",
                "data_centre": "T9999",
                "payee_number": "A9999",
                "location_code": "Q",
            },
            "practitioners": [{"number": "99001", "name": "Avery", "specialty": "family"}],
            "mappings": {
                "my-emr": {"columns": {"session_id": "Visit #"}},
                "day-sheet": {"columns": {"session_id": "Mine"}},
            },
        }
    )


def test_the_shipped_mappings_and_the_clinics(config: Config) -> None:
    assert sorted(known_mappings()) == list(SHIPPED)
    assert sorted(known_mappings(config)) == [
        "day-sheet",
        "encounter-export",
        "my-emr",
        "visit-list",
    ]
    assert mapping_named("my-emr", config).columns == {"session_id": "Visit #"}
    assert mapping_named("day-sheet", config).columns == {"session_id": "Mine"}
    assert mapping_named("canonical", config) == Mapping()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_mapping_names_every_column_once(name: str) -> None:
    mapping = mapping_named(name)
    assert set(mapping.columns) == set(COLUMN)
    assert len({text.casefold() for text in mapping.columns.values()}) == len(COLUMN)
    assert mapping.dates
    assert "completed" in mapping.values["status"].values()


@pytest.mark.parametrize(
    ("name", "day", "status"),
    [
        ("day-sheet", "13/10/2026", "Seen"),
        ("visit-list", "13-Oct-2026", "Arrived"),
        ("encounter-export", "10/13/2026", "finished"),
    ],
)
def test_an_export_in_a_shipped_mapping(
    clean: dict[str, str], write_csv: Write, name: str, day: str, status: str
) -> None:
    columns = mapping_named(name).columns
    clean |= {"service_date": day, "status": status}
    path = write_csv([[columns[column] for column in clean], list(clean.values())])
    with open_table(path, source=name, mapping=mapping_named(name)) as table:
        (row,) = table.rows()
        assert table.notices == []
    session, problems = parse_session(row.values)
    assert problems == ()
    assert session is not None
    assert session.completed
    assert session.service_date.isoformat() == "2026-10-13"


@pytest.mark.parametrize(
    "text",
    [
        "session_id",
        "Session ID",
        "SESSION-ID",
        " session\u00a0id ",
        "sessionId",
        "Session\u2011Id",
        "session\nid",
        "\ufeffsession_id",
    ],
)
def test_headers_match_without_case_blanks_underscores_or_hyphens(text: str) -> None:
    assert Names(Mapping()).columns_of(text) == ["session_id"]


@pytest.mark.parametrize("text", ["session", "session id #", "", "id session"])
def test_other_headers_do_not(text: str) -> None:
    assert not Names(Mapping()).columns_of(text)


def test_canonical_names_work_for_columns_that_the_mapping_leaves_out() -> None:
    names = Names(Mapping(columns={"session_id": "Visit #", "note": "Agent"}))
    assert names.columns_of("visit  #") == ["session_id"]
    assert names.columns_of("phn") == ["phn"]
    # The mapping names another header for it, and gives this one to the note.
    assert not names.columns_of("session_id")
    assert names.columns_of("agent") == ["note"]


def test_one_header_may_serve_two_columns() -> None:
    names = Names(Mapping(columns={"diagnosis_1": "Dx", "visit_diagnosis": "Dx"}))
    assert names.columns_of("DX") == ["diagnosis_1", "visit_diagnosis"]


def test_the_row_with_the_most_names_is_the_header() -> None:
    top = [
        (1, ["Note", "everything of October"]),
        (2, ["Visit", "Agent"]),
        (3, ["session id", "status", "phn"]),
        (4, ["V1", "completed", "note"]),
    ]
    header = find_header(top, Names(Mapping()))
    assert header is not None
    assert header.row == 3
    assert find_header(top[:1], Names(Mapping())) is None


def test_the_order_of_the_columns_does_not_matter(table_rows: Make, write_csv: Write) -> None:
    rows = table_rows({}, {"agent": "saline"})
    with open_table(write_csv(rows)) as table:
        expected = [row.values for row in table.rows()]
    with open_table(write_csv([row[::-1] for row in rows])) as table:
        assert [row.values for row in table.rows()] == expected
