"""Files in the layout of `claim_facts` for tests, and folders made of them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from made_up_facts import day, facts

from tpi_billing.audit.facts.exporting import Export, export_files
from tpi_billing.ledger.facts import FACT_COLUMNS, FACT_NAMES

KINDS = {"integer": "BIGINT", "text": "VARCHAR"}
LAYOUT: Mapping[str, str] = {column.name: KINDS[column.kind] for column in FACT_COLUMNS}
TWO_MONTHS: Sequence[Mapping[str, Any]] = (
    {"service_day": day("2026-09-30"), "paid_cents": 7792, "answered_day": day("2026-11-12")},
    {"service_day": day("2026-10-01"), "fee_item": "01125"},
    {"service_day": day("2026-10-31"), "referral_given": 0, "referral_number": "00000"},
)
"""The last day of a month and the first of the next, a block, and nothing paid yet but once."""


def two_months() -> list[tuple[Any, ...]]:
    return facts(*TWO_MONTHS)


def write_csv(path: Path, rows: Iterable[Sequence[Any]], names: Sequence[str] = FACT_NAMES) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    return path


def write_parquet(
    path: Path, rows: Iterable[Sequence[Any]], kinds: Mapping[str, str] = LAYOUT
) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{n} {k}' for n, k in kinds.items())})")
        for row in rows:
            connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def read_parquet(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT {', '.join(FACT_NAMES)} FROM read_parquet('{path}', hive_partitioning = false)"
        ).fetchall()


def folder_of(place: Path, rows: Iterable[Sequence[Any]]) -> Export:
    """Write rows as CSV and make a folder of facts of them."""
    return export_files([write_csv(place / "rows.csv", rows)], place / "facts")
