"""Files that are to be facts, and are not in the layout: told by column and row, never quoted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_up_facts import fact, facts

from tpi_billing.audit.facts.exporting import export_files
from tpi_billing.errors import FileError, Trouble
from tpi_billing.ledger.facts import FACT_NAMES

from .folders import LAYOUT, two_months, write_csv, write_parquet


def refused(tmp_path: Path, *paths: Path) -> Sequence[Trouble]:
    """Return why files are refused, of which nothing may be left."""
    with pytest.raises(FileError) as raised:
        export_files(paths, tmp_path / "facts")
    left = {path.name for path in tmp_path.iterdir()} - {path.name for path in paths}
    assert left == set()
    assert all(trouble.hint for trouble in raised.value.troubles)
    return raised.value.troubles


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    names = [name for name in FACT_NAMES if name not in {"patient", "month"}]
    row = dict(zip(FACT_NAMES, fact(), strict=True))
    path = write_csv(tmp_path / "x.csv", [[row[name] for name in names]], names)
    found = refused(tmp_path, path)
    assert [(one.column, one.message) for one in found] == [
        ("patient", "The column is missing."),
        ("month", "The column is missing."),
    ]


def test_a_missing_column_of_parquet_is_named(tmp_path: Path) -> None:
    kinds = {name: kind for name, kind in LAYOUT.items() if name != "sites"}
    (one,) = refused(tmp_path, write_parquet(tmp_path / "x.parquet", [], kinds))
    assert (one.column, one.message) == ("sites", "The column is missing.")


def test_a_foreign_column_is_told_by_its_place(tmp_path: Path) -> None:
    names = (*FACT_NAMES, "surname")
    (one,) = refused(tmp_path, write_csv(tmp_path / "x.csv", [(*fact(), "MADEUP")], names))
    assert one.message == f"Column number {len(FACT_NAMES) + 1} is none of claim_facts."
    assert "surname" not in one.message


@pytest.mark.parametrize(
    ("column", "kind", "message"),
    [
        ("amount_cents", "DOUBLE", "The column holds double, and not whole numbers."),
        ("service_day", "DATE", "The column holds date, and not whole numbers."),
        ("claim_id", "VARCHAR", "The column holds varchar, and not whole numbers."),
        ("fee_item", "BIGINT", "The column holds bigint, and not texts."),
    ],
)
def test_a_wrong_type_of_parquet_is_told(
    tmp_path: Path, column: str, kind: str, message: str
) -> None:
    path = write_parquet(tmp_path / "x.parquet", [], {**LAYOUT, column: kind})
    (one,) = refused(tmp_path, path)
    assert (one.column, one.message) == (column, message)


@pytest.mark.parametrize("kind", ["INTEGER", "SMALLINT", "UINTEGER"])
def test_a_smaller_whole_number_will_do(tmp_path: Path, kind: str) -> None:
    path = write_parquet(tmp_path / "x.parquet", [fact()], {**LAYOUT, "sites": kind})
    assert export_files([path], tmp_path / "facts").manifest.rows == 1


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"amount_cents": "77.92"}, "amount_cents"),
        ({"claim_id": ""}, "claim_id"),
        ({"live": 2}, "live"),
        ({"service_day": 100_001}, "service_day"),
        ({"month": "2026-11"}, "month"),
        ({"month": "2026-13"}, "month"),
        ({"fee_item": "1157"}, "fee_item"),
        ({"item_kind": "surgery"}, "item_kind"),
        ({"state": "void"}, "state"),
        ({"diagnosis": "729.1"}, "diagnosis"),
        ({"practitioner": "Dr Madeup"}, "practitioner"),
        ({"visit": "Noor Madeup"}, "visit"),
    ],
)
def test_a_value_that_cannot_stand_there_is_told_with_its_row_but_not_repeated(
    tmp_path: Path, changes: dict[str, Any], column: str
) -> None:
    """The header is row 1, so that the second claim is row 3."""
    first, second, third = facts({}, {}, {})
    bad = tuple(changes.get(name, value) for name, value in zip(FACT_NAMES, second, strict=True))
    (one,) = refused(tmp_path, write_csv(tmp_path / "x.csv", [first, bad, third]))
    assert (one.column, one.row, one.file) == (column, 3, str(tmp_path / "x.csv"))
    assert all(str(value) not in one.message for value in changes.values() if value not in {"", 2})


@pytest.mark.parametrize(("last", "rejected"), [(100_000, False), (100_001, True)])
def test_the_last_day_that_can_be(tmp_path: Path, last: int, *, rejected: bool) -> None:
    path = write_csv(tmp_path / "x.csv", [fact(service_day=last)])
    if rejected:
        refused(tmp_path, path)
    else:
        assert export_files([path], tmp_path / "facts").manifest.rows == 1


def test_a_claim_that_is_there_twice_is_told(tmp_path: Path) -> None:
    """As when a month is given twice, once by another name."""
    same = [write_csv(tmp_path / f"{name}.csv", two_months()) for name in ("a", "b")]
    (one,) = refused(tmp_path, *same)
    assert (one.message, one.column) == ("The claim 1 is there twice.", "claim_id")


def test_health_numbers_in_the_place_of_keys_are_refused(tmp_path: Path) -> None:
    """9151065434 and 9698658215 have the check digit of a health number."""
    rows = facts({"patient": 9_151_065_434}, {"patient": 9_698_658_215})
    (one,) = refused(tmp_path, write_csv(tmp_path / "x.csv", rows))
    assert one.column == "patient"
    assert "9151065434" not in one.message + one.hint


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00\x01", b"%PDF-1.7 not a table\n"])
def test_what_is_no_such_file_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = refused(tmp_path, path)
    assert {one.file for one in found} == {str(path)}


def test_a_cut_parquet_file_is_told(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "x.parquet", two_months())
    path.write_bytes(path.read_bytes()[:-20])
    assert [one.file for one in refused(tmp_path, path)] == [str(path)]


def test_a_row_with_a_field_too_few_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [fact(), fact(claim_id=2)[:-1]])
    (one,) = refused(tmp_path, path)
    assert one.file == str(path)
