"""The patterns of the audit over many claims: a ledger for the command, and seconds a pattern.

`python -m benchmarks.patterns COUNT` times each pattern over that many rows of `claim_facts`.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.patterns.pattern import shipped_patterns
from tpi_billing.audit.patterns.running import run
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.demo.trouble import MISUSE, clinic_facts, habits
from tpi_billing.ledger import open_ledger, schema
from tpi_billing.ledger.bulk import insert_rows
from tpi_billing.ledger.facts import FACT_NAMES, facts_of

_BEGINS, _MONTHS = date(2024, 10, 1), 24
_YEAR = Period(date(2025, 10, 1), date(2026, 9, 30))
_AT_ONCE = 5_000
_NUMBERED = ("claim_id", "session_key", "patient", "note_key")
_TROUBLE = {**MISUSE["visits-with-procedures"], **MISUSE["short-intervals"]}


def many_facts(count: int) -> Iterator[tuple[Any, ...]]:
    """Yield so many claims of two years: clinics of four careful practitioners and a bad one."""
    return islice(_facts(), count)


def _facts() -> Iterator[tuple[Any, ...]]:
    random, base, first = Random(1), 0, 90_000
    places = [FACT_NAMES.index(name) for name in _NUMBERED]
    while True:
        careful = {f"{first + at}": habits(random) for at in range(4)}
        people = {**careful, f"{first + 4}": habits(random, **_TROUBLE)}
        last = base
        for row in clinic_facts(random, people, _BEGINS, _MONTHS):
            moved = list(row)
            for place in places:
                moved[place] = moved[place] and moved[place] + base
            last = moved[places[0]]
            yield tuple(moved)
        base, first = last, first + 5


def fill_with_trouble(workspace: Path, count: int) -> None:
    """Fill a ledger with so many claims, and the visits that they are of."""
    ledger = open_ledger("sqlite:///ledger.db", workspace, "T9999")
    with ledger.changing("benchmark") as transaction:
        connection = transaction.connection
        for table in (schema.imports, schema.batches):
            connection.execute(sa.insert(table), _blank(table))
        rows, last = many_facts(count), 0
        while some := [dict(zip(FACT_NAMES, row, strict=True)) for row in islice(rows, _AT_ONCE)]:
            new = {row["session_key"]: row for row in some if row["session_key"] > last}
            last = some[-1]["session_key"]
            _insert(connection, schema.sessions, map(_session, new.values()))
            _insert(connection, schema.claims, map(_claim, some))
    ledger.close()


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    blank = _blank(table)
    names = [column.name for column in table.c]
    full = [{**dict.fromkeys(names), **blank, **row} for row in rows]
    insert_rows(connection, table, names, [tuple(row[name] for name in names) for row in full])


def _blank(table: sa.Table) -> dict[str, Any]:
    """Return a row with 1 for every number, and text that says nothing."""
    return {
        column.name: 1 if isinstance(column.type, sa.Integer) else ""
        for column in table.c
        if not column.nullable
    }


def _session(row: dict[str, Any]) -> dict[str, Any]:
    content = {
        "chart_signed": "yes" if row["chart_signed"] else "no",
        "trigger_point_sites": "left trapezius; right trapezius; left rhomboid; right rhomboid",
        "note": f"{row['note_key']}:".ljust(row["note_length"], "x") if row["note_key"] else "",
    }
    key = row["session_key"]
    return {"session_key": key, "session_id": f"V{key}", "content": json.dumps(content)}


def _claim(row: dict[str, Any]) -> dict[str, Any]:
    same = {column.name: row[column.name] for column in schema.claims.c if column.name in row}
    day = date(1970, 1, 1) + timedelta(days=row["service_day"])
    return {
        **same,
        "office_folio": row["claim_id"],
        "ordinal": row["claim_id"],
        "patient_key": f"chart:{row['patient']}",
        "practitioner_number": row["practitioner"],
        "payee_number": row["payee"],
        "service_date": day.isoformat(),
        "start_time": _time(row["start_minute"]),
        "end_time": _time(row["end_minute"]),
        "diagnoses": json.dumps([row["diagnosis"]]),
    }


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def main(words: Sequence[str]) -> None:
    """Time each pattern over the year, with the year before it as the past."""
    count = int(words[0]) if words else 50_000
    thresholds = Thresholds.load()
    with facts_of(many_facts(count)) as facts:
        print(f"{count:,} rows")
        for pattern in shipped_patterns():
            began, busy = time.perf_counter(), time.process_time()
            (result,) = run(facts, [pattern], thresholds, _YEAR)
            seconds, busy = time.perf_counter() - began, time.process_time() - busy
            named = len(result.named)
            print(f"{pattern.id:28} {seconds:7.2f}s {busy:7.2f}s of it at work, {named} named")


if __name__ == "__main__":
    main(sys.argv[1:])
