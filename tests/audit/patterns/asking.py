"""Put one shipped pattern to a few rows, over October 2026."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from made_up_facts import day, facts

from tpi_billing.audit.patterns.finding import Period
from tpi_billing.audit.patterns.pattern import (
    CASE_COLUMNS,
    CLAIM_COLUMNS,
    MEASURE_COLUMNS,
    Pattern,
    shipped_patterns,
)
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.ledger.facts import facts_of

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SHIPPED = {pattern.id: pattern for pattern in shipped_patterns()}
FIRST, LAST = day("2026-10-01"), day("2026-10-31")


def rows_of(
    pattern: Pattern,
    statement: int,
    columns: tuple[str, ...],
    *rows: Mapping[str, Any],
    by_month: int,
) -> list[tuple[Any, ...]]:
    given = {"first_day": FIRST, "last_day": LAST, "by_month": by_month}
    given |= Thresholds.load().parameters(pattern)
    with facts_of(facts(*rows)) as found:
        return list(found.rows(pattern.statements[statement].text, columns, given))


def figures(pattern_id: str, *rows: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return numerator and denominator by practitioner."""
    found = rows_of(SHIPPED[pattern_id], 0, MEASURE_COLUMNS, *rows, by_month=0)
    return {number: (top, bottom) for number, _, top, bottom in found}


def months(pattern_id: str, *rows: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return numerator and denominator by month, of one practitioner."""
    found = rows_of(SHIPPED[pattern_id], 0, MEASURE_COLUMNS, *rows, by_month=1)
    return {month: (top, bottom) for _, month, top, bottom in found}


def behind(pattern_id: str, *rows: Mapping[str, Any]) -> list[int]:
    """Return the claims behind a measure."""
    found = rows_of(SHIPPED[pattern_id], 1, CLAIM_COLUMNS, *rows, by_month=0)
    return sorted(claim for _, claim in found)


def cases(pattern_id: str, *rows: Mapping[str, Any]) -> list[tuple[list[int], int]]:
    """Return the claims of each case with the case's number beside them."""
    found: dict[tuple[str, object], tuple[list[int], int]] = {}
    listed = rows_of(SHIPPED[pattern_id], 0, CASE_COLUMNS, *rows, by_month=0)
    for number, _, key, claim, detail in sorted(listed):
        claims, most = found.setdefault((number, key), ([], detail))
        claims.append(claim)
        found[number, key] = claims, max(most, detail)
    return sorted(found.values())
