"""`claim_facts` as a folder of Parquet files: the layout, the manifest, whole or not at all."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from helpers import Clinic
from made_up_facts import ITEMS, facts, store

from tpi_billing.audit.facts.duck import duckdb_facts
from tpi_billing.audit.facts.exporting import export_files, export_ledger
from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.patterns.pattern import shipped_patterns
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.errors import ConflictError
from tpi_billing.ledger.facts import FACT_NAMES, ledger_facts

from .folders import folder_of, read_parquet, two_months, write_csv, write_parquet

MONTHS = {"2026-09": 1, "2026-10": 2}


def files_in(folder: Path) -> list[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found)


def test_each_month_has_a_folder_and_the_manifest_lies_beside_them(tmp_path: Path) -> None:
    out = folder_of(tmp_path, two_months()).folder
    assert files_in(out) == [
        "manifest.json",
        "month=2026-09/claims.parquet",
        "month=2026-10/claims.parquet",
    ]


def test_a_months_file_has_its_claims_by_number_and_every_column(tmp_path: Path) -> None:
    september, *october = two_months()
    out = folder_of(tmp_path, [october[1], september, october[0]]).folder
    assert read_parquet(out / "month=2026-09" / "claims.parquet") == [september]
    assert read_parquet(out / "month=2026-10" / "claims.parquet") == october


def test_the_manifest_tells_rows_cents_and_hashes(tmp_path: Path) -> None:
    """01157 is 77.92 and 01125 is 99.16; one claim of 77.92 is paid."""
    exported = folder_of(tmp_path, two_months())
    told = json.loads((exported.folder / "manifest.json").read_text("utf-8"))
    assert (told["rows"], told["amount_cents"], told["paid_cents"]) == (3, 25_500, 7_792)
    assert {file["month"]: file["rows"] for file in told["files"]} == MONTHS
    assert [column["name"] for column in told["columns"]] == list(FACT_NAMES)
    for file in told["files"]:
        content = (exported.folder / file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )


def test_csv_and_parquet_of_the_same_claims_make_the_same_files(tmp_path: Path) -> None:
    first, *others = two_months()
    paths = [
        write_csv(tmp_path / "some.csv", others),
        write_parquet(tmp_path / "more.parquet", [first]),
    ]
    mixed = export_files(paths, tmp_path / "mixed").manifest.files
    assert mixed == folder_of(tmp_path, two_months()).manifest.files


def test_a_ledgers_claims_are_those_that_its_patterns_see(clinic: Clinic, tmp_path: Path) -> None:
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, two_months())
    told: list[int] = []
    exported = export_ledger(clinic.ledger, ITEMS, tmp_path / "facts", told.append)
    with ledger_facts(clinic.ledger, ITEMS) as found:
        seen = list(found.by_claim())
    written = [
        row
        for month in MONTHS
        for row in read_parquet(exported.folder / f"month={month}" / "claims.parquet")
    ]
    assert written == seen
    assert [row[0] for row in written] == [1, 2, 3]
    assert sum(told) == 3
    assert exported.manifest.source["kind"] == "ledger"
    assert len(exported.manifest.source["journal_sha256"]) == 64


def test_what_the_record_calls_a_visit_in_words_of_its_own_is_told_as_other(
    clinic: Clinic, tmp_path: Path
) -> None:
    with clinic.ledger.changing("test") as transaction:
        store(transaction.connection, facts({"visit": "called Mrs Madeup at home"}))
    out = export_ledger(clinic.ledger, ITEMS, tmp_path / "facts").folder
    (row,) = read_parquet(out / "month=2026-10" / "claims.parquet")
    assert row[FACT_NAMES.index("visit")] == "other"


def test_a_folder_with_something_in_it_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    kept = tmp_path / "facts" / "notes.txt"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(ConflictError):
        folder_of(tmp_path, two_months())
    assert files_in(tmp_path / "facts") == ["notes.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    assert folder_of(tmp_path, two_months()).manifest.rows == 3


def test_a_ledger_without_claims_makes_a_folder_in_which_nothing_is_found(
    clinic: Clinic, tmp_path: Path
) -> None:
    out = export_ledger(clinic.ledger, ITEMS, tmp_path / "facts").folder
    assert files_in(out) == ["manifest.json"]
    with duckdb_facts(out, tmp_path) as facts_there:
        assert facts_there.days() is None
        period = Period(date(2026, 10, 1), date(2026, 10, 31))
        found = run(facts_there, shipped_patterns(), Thresholds.load(), period)
        assert [each.standings for each in found] == [()] * 17
