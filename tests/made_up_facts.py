"""Rows of `claim_facts` for tests, and a ledger whose claims they are."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from databases import SERVER

from tpi_billing.ledger import schema
from tpi_billing.ledger.facts import FACT_COLUMNS, FACT_NAMES, Facts
from tpi_billing.ledger.facts_view import ItemWords

ITEMS = {
    "01156": ItemWords("trigger-point", counts_daily=False),
    "01157": ItemWords("trigger-point", counts_daily=False),
    "01125": ItemWords("block", counts_daily=False),
    "00100": ItemWords("visit", counts_daily=True),
    "00110": ItemWords("consultation", counts_daily=False),
}
PRICES = {"01156": 6213, "01157": 7792, "01125": 9916, "00100": 3861, "00110": 9595}

USUAL: dict[str, Any] = {
    "claim_id": 1, "data_centre": "T9999", "session_key": 1, "patient": 1,
    "practitioner": "99001", "payee": "A9999", "fee_item": "01157", "units": 1, "percent": 100,
    "paid_cents": None, "state": "sent", "live": 1, "submission_code": "0",
    "service_day": 20_739, "start_minute": 540, "end_minute": 555, "sent_day": 20_760,
    "answered_day": None, "batch_id": 1, "predecessor": None, "referral_given": 1,
    "referral_number": "35546", "diagnosis": "7291", "mva": 0, "visit": "", "chart_signed": 1,
    "sites": 4, "block_given": 0, "note_key": 0, "note_length": 0, "changed_after_billing": 0,
}  # fmt: skip
"""Four trigger points on 13 October 2026 (day 20739) from nine to a quarter past."""


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def date_of(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def fact(**changes: Any) -> tuple[Any, ...]:
    """Make one row; kind, price and month follow from the item and the day unless given."""
    row = {**USUAL, **changes}
    words = ITEMS.get(row["fee_item"], ItemWords("other", counts_daily=False))
    told = {
        "item_kind": words.kind,
        "counts_daily": int(words.counts_daily),
        "amount_cents": PRICES.get(row["fee_item"], 1000),
        "month": date_of(row["service_day"]).isoformat()[:7],
    }
    row = {**told, **row}
    return tuple(row[name] for name in FACT_NAMES)


def facts(*changes: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Make rows of claims 1, 2, 3, ...; each is a visit and a patient of its own unless told."""
    return [
        fact(**{"claim_id": at, "session_key": at, "patient": at, **each})
        for at, each in enumerate(changes, start=1)
    ]


def store(connection: sa.Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Write a ledger's tables so that its facts are these rows."""
    for table in (schema.imports, schema.batches):
        connection.execute(sa.insert(table), _blank(table))
    sessions: set[int] = set()
    for values in rows:
        row = dict(zip(FACT_NAMES, values, strict=True))
        if row["session_key"] not in sessions:
            sessions.add(row["session_key"])
            connection.execute(sa.insert(schema.sessions), _session(row))
        connection.execute(sa.insert(schema.claims), _claim(row))


def _blank(table: sa.Table) -> dict[str, Any]:
    """Return a row with 1 for every number, and text that says nothing."""
    return {
        column.name: (1 if isinstance(column.type, sa.Integer) else "")
        for column in table.c
        if not column.nullable
    }


def _session(row: Mapping[str, Any]) -> dict[str, Any]:
    # A note's text stands for its key, in the length that it should have.
    note = f"{row['note_key']}:".ljust(row["note_length"], "x") if row["note_key"] else ""
    content = {
        "chart_signed": "yes" if row["chart_signed"] else "",
        "trigger_point_sites": "; ".join(f"site {n}" for n in range(row["sites"])),
        "nerve_block_sites": "left occipital" if row["block_given"] else "",
        "visit": row["visit"],
        "note": note,
    }
    return {
        **_blank(schema.sessions),
        "session_key": row["session_key"],
        "session_id": f"V{row['session_key']}",
        "content": json.dumps({name: text for name, text in content.items() if text}),
        "pending": '{"status": "cancelled"}' if row["changed_after_billing"] else "",
        "batch_id": 1,
    }


def _claim(row: Mapping[str, Any]) -> dict[str, Any]:
    same = {name: row[name] for name in schema.claims.c.keys() if name in row}  # noqa: SIM118
    return {
        **_blank(schema.claims),
        **same,
        "office_folio": row["claim_id"],
        "ordinal": row["claim_id"],
        "patient_key": f"phn:{row['patient']}",
        "practitioner_number": row["practitioner"],
        "payee_number": row["payee"],
        "service_date": date_of(row["service_day"]).isoformat(),
        "start_time": _time(row["start_minute"]),
        "end_time": _time(row["end_minute"]),
        "sent_on": None if row["sent_day"] is None else date_of(row["sent_day"]).isoformat(),
        "referral_number": row["referral_number"] if row["referral_given"] else "00000",
        "diagnoses": json.dumps([row["diagnosis"], "7242"]),
    }


def _time(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


@contextmanager
def on_the_server(rows: Sequence[tuple[Any, ...]]) -> Iterator[Facts]:
    """Put rows into a temporary table of the PostgreSQL server that tests may use."""
    engine = sa.create_engine(SERVER)
    with engine.connect() as connection:
        kinds = {"integer": "INTEGER", "text": "TEXT"}
        columns = ", ".join(f"{column.name} {kinds[column.kind]}" for column in FACT_COLUMNS)
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE claim_facts ({columns})")
        marks = ", ".join(["%s"] * len(FACT_COLUMNS))
        connection.exec_driver_sql(f"INSERT INTO claim_facts VALUES ({marks})", list(rows))
        yield Facts(connection)
        connection.rollback()
    engine.dispose()
